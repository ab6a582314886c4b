//! Escaping of text for HTML and Markdown, and its reverse.

use super::token::{HtmlToken, tokens};

/// Adds text between tags.
pub(crate) fn push_text(html: &mut String, text: &str) {
    push(html, text, |byte| match byte {
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'&' => Some("&amp;"),
        _ => None,
    });
}

/// Adds the value of an attribute in double quotes.
pub(crate) fn push_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    push(html, value, |byte| match byte {
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'&' => Some("&amp;"),
        b'"' => Some("&quot;"),
        _ => None,
    });
    html.push('"');
}

fn push(html: &mut String, text: &str, escape: impl Fn(u8) -> Option<&'static str>) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(escaped) = escape(byte) {
            html.push_str(&text[done..at]);
            html.push_str(escaped);
            done = at + 1;
        }
    }
    html.push_str(&text[done..]);
}

/// Returns the value of an attribute with its character references resolved.
pub(crate) fn unescape(text: impl Into<String>) -> String {
    let text = text.into();
    // Most values have none.
    if !text.contains('&') {
        return text;
    }
    let tag = format!("<a b=\"{}\">", text.replace('"', "&quot;"));
    let value = tokens(&tag).find_map(|token| match token {
        HtmlToken::Start(mut tag) => tag.attributes.pop().map(|attribute| attribute.value),
        _ => None,
    });
    value.unwrap_or(text)
}

/// Escapes every character that Markdown could read as markup.
pub(crate) fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let means = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' => true,
            // An underscore within a word is a letter.
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '~' => next == '~' || before == '~',
            '&' => next == '#' || next.is_alphabetic(),
            '{' => next == '{' || before == '{',
            _ => false,
        };
        if means {
            output.push('\\');
        }
        output.push(c);
        before = c;
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut html = String::new();
        push_text(&mut html, "a <b> & \"c\" é");
        push_attribute(&mut html, "title", "a \"b\" <c> & 'd'");
        assert_eq!(html, "a &lt;b&gt; &amp; \"c\" é title=\"a &quot;b&quot; &lt;c&gt; &amp; 'd'\"");
    }

    #[test]
    fn entities_are_resolved_once() {
        let text = "a&amp;b \"&#x27;&#39;&#92;&nbsp;&amp;lt; &é; & &bogus; &#xFFFFFFFF;";
        assert_eq!(unescape(text), "a&b \"''\\\u{a0}&lt; &é; & &bogus; \u{fffd}");
        let text =
            "java&Tab;script&colon;&lpar; &#106avascript &#x0000000000006A; &lt &copy ?a&copy=1&ampx &NotEqualTilde; &";
        assert_eq!(unescape(text), "java\tscript:( javascript j < © ?a&copy=1&ampx \u{2242}\u{338} &");
    }
}
