//! Categories of data: the keys of fideslang, and the words that readers see for them.

/// Why a key can not be a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The key that was probably meant.
    pub nearest: Option<String>,
}
