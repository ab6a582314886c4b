//! Escapes values for pages, so that neither Markdown, HTML nor templates read them as markup.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters to encode: all but those that RFC 3986 calls unreserved.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Returns text with numeric entities for every character that could mean something: all ASCII punctuation, white space
/// at the ends or repeated, controls, and bidirectional marks.
///
/// Numeric entities survive Markdown, raw HTML and attributes alike; HTML escaping alone does not survive Markdown.
pub fn entities(text: &str) -> String {
    let mut output = String::with_capacity(text.len() * 2);
    let mut chars = text.chars().peekable();
    let mut after_space = true;
    while let Some(c) = chars.next() {
        let is_space = c == ' ';
        let bare =
            if is_space { !after_space && chars.peek().is_some_and(|next| !next.is_whitespace()) } else { is_plain(c) };
        if bare {
            output.push(c);
        } else {
            push_entity(&mut output, c);
        }
        after_space = c.is_whitespace();
    }
    output
}

/// Returns text that cannot begin markup: its first character becomes an entity too. So `{{ n }}.` is not a list,
/// `[{{ x }}]` not a reference, and `&{{ x }};` not an entity.
pub fn standing_text(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if is_plain(first) => {
            let mut output = String::with_capacity(text.len() * 2);
            push_entity(&mut output, first);
            // The rest follows a character that is not a space.
            output.push_str(entities(&format!("x{}", chars.as_str())).strip_prefix('x').unwrap_or_default());
            output
        }
        _ => entities(text),
    }
}

/// Returns text with its braces as entities.
pub fn braces(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' | '}' => push_entity(&mut output, c),
            c => output.push(c),
        }
    }
    output
}

/// Percent-encodes text as one component of a link target.
pub fn component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

fn push_entity(output: &mut String, c: char) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(output, "&#{};", u32::from(c));
}

fn is_plain(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    !c.is_whitespace() && !c.is_control() && !is_direction_mark(c)
}

/// Returns true for marks of Unicode's bidirectional algorithm and other invisible characters.
pub(crate) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mean_something_is_encoded() {
        assert_eq!(entities("Berrie AI Incorporated"), "Berrie AI Incorporated");
        assert_eq!(entities(" a  b "), "&#32;a&#32;&#32;b&#32;");
        assert_eq!(entities("<b>*x*"), "&#60;b&#62;&#42;x&#42;");
        assert_eq!(entities("\u{202e}é"), "&#8238;é");
        assert_eq!(component("a b/ü"), "a%20b%2F%C3%BC");
        assert_eq!(braces("{{ x }}"), "&#123;&#123; x &#125;&#125;");
    }
}
