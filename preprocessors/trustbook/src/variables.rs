//! `${NAME}` in what the register says: variables of the environment that the book allows, and no others.

use crate::failure::Failure;
use trustbook_core::config::security::Security;

/// A text with its variables, and the values of these.
///
/// # Errors
/// Where a variable is not allowed or not set, in a phrase that follows what the text is of.
pub(crate) fn filled(text: &str, security: &Security) -> Result<(String, Vec<String>), Failure> {
    let (mut filled, mut used, mut rest) = (String::new(), Vec::new(), text);
    while let Some(at) = rest.find("${") {
        let Some((name, after)) = rest[at + 2..].split_once('}') else {
            return Err(Failure::new("has a `${` that is not closed").help("write `${NAME}`"));
        };
        let value = value(name, security)?;
        filled.push_str(&rest[..at]);
        filled.push_str(&value);
        used.push(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok((filled, used))
}

/// The value of a variable that the book allows.
pub(crate) fn value(name: &str, security: &Security) -> Result<String, Failure> {
    if !security.variables.contains(name) {
        return Err(Failure::new(format!("uses the variable `{name}`, which the book does not allow")).help(format!(
            "where that is meant, write `allow = [\"{name}\"]` under [preprocessor.trustbook.security.env] of book.toml"
        )));
    }
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        Ok(_) | Err(std::env::VarError::NotPresent) => {
            Err(Failure::new(format!("uses the variable `{name}`, which is not set"))
                .help(format!("set `{name}` in the environment of this command")))
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::new(format!("uses the variable `{name}`, which is not text")).help("set it to text"))
        }
    }
}
