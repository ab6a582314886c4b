//! Problems of a page as text.

use crate::span::Span;

/// Something wrong with a page as text.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// An include that brings nothing.
    Include {
        /// The include.
        span: Span,
        /// What it names.
        target: String,
        /// Why there is nothing.
        why: String,
    },
    /// A reference link to a label without a definition.
    Reference {
        /// The link.
        span: Span,
        /// The label.
        label: String,
        /// A label of the page that may be meant.
        near: Option<String>,
    },
}
