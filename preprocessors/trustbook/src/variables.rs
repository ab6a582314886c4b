//! `${NAME}` in what the register says: variables of the environment, each for what the book gives it to only.

use crate::failure::Failure;
use trustbook_core::config::security::Security;
use trustbook_core::secret::{LEAST, Parts, Secret};
use url::Url;

/// Who is given the value of a variable.
#[derive(Debug, Clone, Copy)]
pub(crate) enum To<'a> {
    /// The server of an address.
    Url(&'a Url),
    /// A command, with all its arguments.
    Command(&'a [String]),
}

const TABLE: &str = "under [preprocessor.trustbook.security.env] of book.toml";

/// A text with its variables, and how many there are.
///
/// # Errors
/// Where a variable is not for this server or command or not set, in a phrase that follows what the text is of.
pub(crate) fn filled(text: &str, security: &Security, to: To<'_>) -> Result<(String, usize), Failure> {
    let (mut filled, mut used, mut rest) = (String::new(), 0, text);
    while let Some(at) = rest.find("${") {
        let Some((name, after)) = rest[at + 2..].split_once('}') else {
            return Err(Failure::new("has a `${` that is not closed").help("write `${NAME}`"));
        };
        filled.push_str(&rest[..at]);
        filled.push_str(&value(name, security, to)?);
        used += 1;
        rest = after;
    }
    filled.push_str(rest);
    Ok((filled, used))
}

/// The value of a variable that the book gives to this server or command.
///
/// # Errors
/// As above.
pub(crate) fn value(name: &str, security: &Security, to: To<'_>) -> Result<String, Failure> {
    let Some(bound) = security.variables.get(name) else {
        return Err(Failure::new(format!("uses the variable `{name}`, which the book does not allow"))
            .help(format!("where that is meant, write `allow = [{{ name = \"{name}\", {} }}]` {TABLE}", binding(to))));
    };
    let is_bound = match to {
        To::Url(url) => bound.has(url),
        To::Command(argv) => bound.commands.contains(argv),
    };
    if !is_bound {
        let whom = match to {
            To::Url(url) => format!("`{}`", authority(url)),
            To::Command(_) => "this command".to_owned(),
        };
        return Err(Failure::new(format!("uses the variable `{name}`, which is not for {whom}"))
            .help(format!("where that is meant, add `{}` to the entry of `{name}` {TABLE}", binding(to))));
    }
    match std::env::var(name) {
        Ok(value) if value.chars().count() >= LEAST => Ok(value),
        Ok(value) if !value.is_empty() => {
            Err(Failure::new(format!("uses the variable `{name}`, which has fewer than {LEAST} characters")).help(
                "use a longer secret, since a short one cannot be told from other text; what is not secret can be \
                 written into the register",
            ))
        }
        Ok(_) | Err(std::env::VarError::NotPresent) => {
            Err(Failure::new(format!("uses the variable `{name}`, which is not set"))
                .help(format!("set `{name}` in the environment of this command")))
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::new(format!("uses the variable `{name}`, which is not text")).help("set it to text"))
        }
    }
}

/// The parts of all variables that the book names, which no lock and no report may hold.
///
/// # Errors
/// Where they are more than can be searched for.
pub(crate) fn parts(security: &Security) -> Result<Parts, Failure> {
    let set = |name: &String| Some(Secret::new(name, std::env::var(name).ok()?));
    let secrets: Vec<Secret> = security.variables.keys().filter_map(set).collect();
    Parts::new(&secrets).map_err(|error| {
        Failure::new(format!("the variables of `security.env` cannot be searched for: {error}"))
            .help("name fewer variables, or shorter ones")
    })
}

/// The binding that is missing, as book.toml has it.
fn binding(to: To<'_>) -> String {
    match to {
        To::Url(url) => format!("hosts = [\"{}\"]", authority(url)),
        To::Command(argv) => {
            let words: Vec<String> = argv.iter().map(|word| trustbook_core::toml_tree::quoted(word)).collect();
            format!("commands = [[{}]]", words.join(", "))
        }
    }
}

/// A host, with its port where that is not the usual one.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
