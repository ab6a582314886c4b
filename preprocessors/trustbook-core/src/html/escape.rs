//! Text as a part of HTML.

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
