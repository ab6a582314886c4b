//! Why a place is not reached: a rule, or nobody who knows its name.

use std::fmt;

/// Why a place is not reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The rules are against it: a sentence, and what to do.
    Rule(String, &'static str),
    /// There is no such name.
    NoSuchName(String),
    /// Nobody could say whether there is such a name.
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
