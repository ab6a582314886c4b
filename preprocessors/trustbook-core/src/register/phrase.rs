//! A text for readers that is put into words by the language of the book.

/// A sentence of `theme/strings`, with the values of its placeholders, or a text as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    /// The vendor's own words, or a name.
    Text(String),
    /// A sentence by its key, such as `claim.evidence_site`.
    Of {
        /// The key.
        key: &'static str,
        /// The placeholders, each with its value.
        values: Vec<(&'static str, String)>,
        /// The number that decides between one and many, shown as `{count}`.
        count: Option<i64>,
    },
}

impl Phrase {
    /// Creates a sentence with its values.
    pub fn of(key: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Phrase::Of { key, values, count: None }
    }

    /// Creates a sentence about a number of things.
    pub fn counted(key: &'static str, count: usize, values: Vec<(&'static str, String)>) -> Self {
        Phrase::Of { key, values, count: i64::try_from(count).ok() }
    }
}
