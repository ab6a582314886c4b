//! Problems of a page as text.

use crate::span::Span;

/// Further findings that the same syntax would cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// None.
    Nothing,
    /// The tags of a component are no elements.
    Tags,
    /// The colons of a container are read as a definition list.
    Terms,
}

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
    /// A block that is indented like code, with nothing else in it.
    Indented {
        /// The block.
        span: Span,
    },
    /// Front matter that is not read, or syntax of another generator.
    Foreign {
        /// The syntax.
        span: Span,
        /// Why the page does not show it as it is meant.
        why: String,
        /// What to write in its place.
        help: String,
        /// The findings that follow from it and are not told.
        also: Follows,
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
