//! Validation of book.toml by mdBook's own reader.

use mdbook_core::config::{Config, HtmlConfig};
use std::str::FromStr;
use trustbook_core::config::{ConfigProblem, refuses_former};
use trustbook_core::{Sources, World};

/// Adds the errors that mdBook finds in book.toml. mdBook itself would silently drop all of `[output.html]`.
pub(crate) fn check_config(world: &dyn World, sources: &mut Sources) {
    if !sources.config.problems.is_empty() {
        return;
    }
    let Some(text) = world.read("book.toml").ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
    let why = match Config::from_str(&text) {
        Ok(config) => config.get::<HtmlConfig>("output.html").err(),
        Err(error) => Some(error),
    };
    if let Some(error) = why {
        let why = format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ");
        // These keys are reported as settings without effect.
        if !refuses_former(&why) {
            sources.config.problems.push(ConfigProblem::MdBook { why });
        }
    }
}
