//! Markdown with its raw HTML: how it is read, and how its elements nest.

pub(crate) mod html;
pub mod nesting;

use crate::config::HtmlSettings;
use pulldown_cmark::Options;

/// mdBook's Markdown options for a book.
pub fn options(settings: &HtmlSettings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.smart_punctuation);
    options.set(Options::ENABLE_DEFINITION_LIST, settings.definition_lists);
    options.set(Options::ENABLE_GFM, settings.admonitions);
    options
}
