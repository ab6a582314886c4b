//! `${NAME}` in the register: environment variables, each only for the recipients that the book allows.

use crate::failure::Failure;
use trustbook_core::config::security::Security;
use trustbook_core::secret::{LEAST, Secret, SecretParts};
use url::Url;

/// The recipient of the value of a variable.
#[derive(Debug, Clone, Copy)]
pub(crate) enum To<'a> {
    /// The server of an address.
    Url(&'a Url),
    /// A command, with all its arguments.
    Command(&'a [String]),
}

const TABLE: &str = "under [preprocessor.trustbook.security.env] of book.toml";

/// Returns a text with its variables filled in, and the number of variables.
///
/// # Errors
/// Returns an error if a variable is not allowed for this recipient, or not set. Its message is a phrase that
/// follows the name of the text.
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

/// Returns the value of a variable that the book allows for this recipient.
///
/// # Errors
/// Those of [`filled`], for this variable.
pub(crate) fn value(name: &str, security: &Security, to: To<'_>) -> Result<String, Failure> {
    let Some(bound) = security.variables.get(name) else {
        return Err(Failure::new(format!("uses the variable `{name}`, which the book does not allow"))
            .help(format!("if that is meant, write `allow = [{{ name = \"{name}\", {} }}]` {TABLE}", binding(to))));
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
            .help(format!("if that is meant, add `{}` to the entry of `{name}` {TABLE}", binding(to))));
    }
    match std::env::var(name) {
        Ok(value) if value.chars().count() >= LEAST => Ok(value),
        Ok(value) if !value.is_empty() => {
            Err(Failure::new(format!("uses the variable `{name}`, which has fewer than {LEAST} characters")).help(
                "use a longer secret, since a short one cannot be distinguished from other text; write what is not \
                 secret into the register",
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

/// Returns the parts of all variables that the book names. No lock and no report may contain them.
///
/// # Errors
/// Returns an error if there are too many parts to search for.
pub(crate) fn parts(security: &Security) -> Result<SecretParts, Failure> {
    let set = |name: &String| Some(Secret::new(name, std::env::var(name).ok()?));
    let secrets: Vec<Secret> = security.variables.keys().filter_map(set).collect();
    SecretParts::new(&secrets).map_err(|error| {
        Failure::new(format!("the variables of `security.env` cannot be searched for: {error}"))
            .help("name fewer variables, or shorter ones")
    })
}

/// Returns the missing binding in the notation of book.toml.
fn binding(to: To<'_>) -> String {
    match to {
        To::Url(url) => format!("hosts = [\"{}\"]", authority(url)),
        To::Command(argv) => {
            let words: Vec<String> = argv.iter().map(|word| trustbook_core::toml_tree::quoted(word)).collect();
            format!("commands = [[{}]]", words.join(", "))
        }
    }
}

/// Returns the host of an address, with its port if that is not the default.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
