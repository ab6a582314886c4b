//! The formats of sources, one file each. Each parses to one neutral document, from which values are selected.

mod csv;
mod html;
mod json;
mod text;
mod toml;
mod yaml;

use super::select::{self, Miss};
use serde_json::Value as Json;

/// A format.
pub(crate) struct SourceFormat {
    /// The name of the format in the register.
    pub(super) name: &'static str,
    /// The media types that servers use for it.
    media_types: &'static [&'static str],
    read: fn(&str) -> Result<Document, String>,
}

/// Every format, sorted by name; the core has the same names.
pub(super) const FORMATS: &[SourceFormat] =
    &[csv::FORMAT, html::FORMAT, json::FORMAT, text::FORMAT, toml::FORMAT, yaml::FORMAT];

/// The parsed content of a source.
pub(crate) enum Document {
    /// Plain values, from which jq expressions select.
    Values(Json),
    /// An HTML page, from which CSS selectors select.
    Page(Box<scraper::Html>),
}

impl Document {
    /// Returns the value that an expression finds, or everything if there is no expression.
    pub(super) fn find(&self, select: Option<&str>) -> Result<Json, Miss> {
        match (self, select) {
            (Document::Values(values), None) => Ok(values.clone()),
            (Document::Values(values), Some(select)) => select::find(values, select),
            (Document::Page(page), select) => html::find(page, select),
        }
    }

    /// Returns the list of objects that an expression finds: of a page, the rows of its tables.
    pub(super) fn rows(&self, select: Option<&str>) -> Result<Json, Miss> {
        match self {
            Document::Page(page) => html::rows(page, select),
            Document::Values(_) => self.find(select),
        }
    }
}

/// Returns the format with a name.
pub(crate) fn find(name: &str) -> Option<&'static SourceFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Returns the format for the media type of an answer.
pub(super) fn of_media_type(media_type: &str) -> Option<&'static SourceFormat> {
    let by_suffix = |suffix: &str| media_type.ends_with(suffix);
    FORMATS.iter().find(|format| format.media_types.contains(&media_type)).or_else(|| match () {
        () if by_suffix("+json") => find("json"),
        () if by_suffix("+yaml") => find("yaml"),
        () if media_type.starts_with("text/") => find("text"),
        () => None,
    })
}

/// Parses bytes in a format.
///
/// # Errors
/// Returns a phrase that follows "it" if the bytes are not of that format.
pub(crate) fn read(format: &SourceFormat, bytes: &[u8]) -> Result<Document, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.get(..error.valid_up_to()).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        format!("is not UTF-8 text at line {}", line + 1)
    })?;
    (format.read)(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use trustbook_core::register::kinds;

    fn values(format: &str, text: &str) -> Result<Json, String> {
        match read(find(format).unwrap(), text.as_bytes())? {
            Document::Values(values) => Ok(values),
            Document::Page(_) => panic!("{format} is no page"),
        }
    }

    #[test]
    fn formats_are_those_of_the_core() {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names, kinds::FORMATS);
        assert_eq!(of_media_type("application/vnd.github+json").map(|format| format.name), Some("json"));
        assert_eq!(of_media_type("text/plain").map(|format| format.name), Some("text"));
        assert!(of_media_type("image/png").is_none());
    }

    #[test]
    fn each_is_read() {
        assert_eq!(values("json", "{\"a\": [1, 2.5, \"x\", null]}"), Ok(json!({ "a": [1, 2.5, "x", null] })));
        assert_eq!(values("yaml", "a:\n  - 1\n"), Ok(json!({ "a": [1] })));
        assert_eq!(values("toml", "[a]\nb = 2026-01-02\n"), Ok(json!({ "a": { "b": "2026-01-02" } })));
        assert_eq!(
            values("csv", "name,n\nx,1\n\"y, z\",2\n"),
            Ok(json!([
                { "name": "x", "n": "1" }, { "name": "y, z", "n": "2" }
            ]))
        );
        assert_eq!(values("text", "\u{feff} v1.2\n"), Ok(json!("v1.2")));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let bad = [
            ("json", "{\"a\": 1, \"a\": 2}", "the key `a` twice"),
            ("json", "{\"a\": 1", "line 1"),
            ("json", "{\"a\": 1} x", "line 1"),
            ("json", "", "is empty"),
            ("yaml", "a: 1\na: 2\n", "line 2"),
            ("toml", "a = 1\na = 2\n", "line 2"),
            ("csv", "a,a\n1,2\n", "the column `a` twice"),
            ("csv", "a,b\n1\n", "line 2"),
            ("csv", "", "no header"),
        ];
        for (format, text, part) in bad {
            let why = values(format, text).unwrap_err();
            assert!(why.contains(part), "{format} {text}: {why}");
        }
        let deep = "[".repeat(100_000);
        assert!(values("json", &deep).is_err() && values("yaml", &deep).is_err());
        assert!(values("toml", &format!("a = {deep}")).is_err());
        assert!(read(find("html").unwrap(), "<div>".repeat(100_000).as_bytes()).is_err());
        for name in ["rt", "optgroup", "svg><option", "math><link", "template"] {
            let deep = format!("<{name}>").repeat(100_000);
            assert!(read(find("html").unwrap(), deep.as_bytes()).is_err(), "{name}");
        }
        let formats: String = (0..300).map(|at| format!("<b a{at}>")).collect();
        assert!(read(find("html").unwrap(), format!("<p>{formats}{}", "<p>x".repeat(2_000)).as_bytes()).is_err());
        assert!(read(find("html").unwrap(), "<p><li><br><svg><path /></svg>".repeat(1_000).as_bytes()).is_ok());
        assert!(read(find("html").unwrap(), "<p><li><br>".repeat(10_000).as_bytes()).is_ok());
        assert!(read(find("text").unwrap(), b"a\nb\xff").is_err_and(|why| why == "is not UTF-8 text at line 2"));
    }
}
