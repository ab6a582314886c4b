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
    /// Front matter that is not read, or syntax of another generator.
    Foreign {
        /// The syntax.
        span: Span,
        /// Why the page does not show it as it is meant.
        why: String,
        /// What to write in its place.
        help: String,
        /// It is a component, whose tags a browser does not know.
        is_component: bool,
    },
    /// Braces that are not those of an expression, around something that looks like an id or a block.
    Braces {
        /// The braces and what is in them.
        span: Span,
        /// The id, or the word of a block with `#` before it.
        inner: String,
        /// What follows the id, such as ` as date`.
        rest: String,
    },
}
