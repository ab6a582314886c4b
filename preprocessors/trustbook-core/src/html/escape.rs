//! Text as a part of HTML or Markdown.

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

/// Text in which no character means anything to Markdown.
pub(crate) fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let means = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' => true,
            // Within a word it is a letter.
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
}
