//! Problems with the text of a page.

use crate::span::Span;

/// Further findings caused by the same syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// None.
    Nothing,
    /// The tags of a component, which are not HTML elements.
    Tags,
    /// The colons of a container, which are read as a definition list.
    Terms,
}

/// A problem with the text of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageProblem {
    /// An include that adds nothing.
    Include {
        /// The include.
        span: Span,
        /// The target that it names.
        target: String,
        /// The reason.
        why: String,
    },
    /// A reference link to a label without a definition.
    Reference {
        /// The link.
        span: Span,
        /// The label.
        label: String,
        /// The label of the page that is probably meant.
        near: Option<String>,
    },
    /// A block that is alone in an indented code block.
    Indented {
        /// The block.
        span: Span,
    },
    /// Unsupported front matter, or syntax of another generator.
    Foreign {
        /// The syntax.
        span: Span,
        /// The reason why the page does not show it as intended.
        why: String,
        /// The replacement to write.
        help: String,
        /// The findings that follow from it, and are suppressed.
        also: Follows,
    },
    /// Braces of another kind around an apparent id or block.
    Braces {
        /// The braces and the text inside.
        span: Span,
        /// The id, or the word of a block with its `#`.
        inner: String,
        /// The text after the id, such as ` as date`.
        rest: String,
    },
}
