//! Categories of data: the keys of fideslang, and the words that readers see for them.

/// Why a key can not be a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The key that was probably meant.
    pub nearest: Option<String>,
}

/// Whether a key is a category, or extends one.
///
/// # Errors
/// Where it is neither.
pub fn check(_key: &str) -> Result<(), Unknown> {
    Ok(())
}

/// Stub.
pub fn is_personal(key: &str) -> bool {
    key == "user" || key.starts_with("user.")
}
