//! Reasons why an address is not requested: a rule, or a name that cannot be looked up.

use std::fmt;

/// The reason why an address is not requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A rule forbids it: a sentence, and the help.
    Rule(String, &'static str),
    /// The name does not exist.
    NoSuchName(String),
    /// Could not determine whether the name exists: the name, and the reason.
    NoAnswer(String, String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Rule(what, _) => f.write_str(what),
            Refusal::NoSuchName(name) => write!(f, "there is no host `{name}`"),
            Refusal::NoAnswer(name, why) => write!(f, "the address of `{name}` could not be looked up: {why}"),
        }
    }
}
