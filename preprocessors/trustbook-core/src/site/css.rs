//! The addresses in CSS: `url()` and `@import`, outside of comments.

/// What a file of CSS is called where an element would be.
pub(super) const SHEET: &str = "style sheet";

/// An address in a style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CssUrl {
    pub(super) url: String,
    /// It is loaded as a style sheet and not as a picture or a font.
    pub(super) is_import: bool,
}

/// The addresses of a style sheet or of a `style` attribute, in order (CSS Syntax 3, 4.3).
pub(super) fn urls(css: &str) -> Vec<CssUrl> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut after_import = false;
    while let Some(c) = css[at..].chars().next() {
        let rest = &css[at..];
        let mut next = at + c.len_utf8();
        match c {
            '/' if rest.starts_with("/*") => next = rest[2..].find("*/").map_or(css.len(), |end| at + 2 + end + 2),
            '"' | '\'' => {
                let (text, len) = string(rest);
                next = at + len;
                if std::mem::take(&mut after_import) {
                    found.push(CssUrl { url: text, is_import: true });
                }
            }
            '@' if starts_with(rest, "@import") => {
                after_import = true;
                next = at + "@import".len();
            }
            // A namespace is a name and no address.
            '@' if starts_with(rest, "@namespace") => next = rest.find(';').map_or(css.len(), |end| at + end),
            'u' | 'U' if starts_with(rest, "url(") && !is_name(css[..at].chars().next_back()) => {
                let (url, len) = url_token(&rest["url(".len()..]);
                next = at + "url(".len() + len;
                let is_import = std::mem::take(&mut after_import);
                if !url.is_empty() {
                    found.push(CssUrl { url, is_import });
                }
            }
            c if c.is_whitespace() => {}
            _ => after_import = false,
        }
        at = next.max(at + c.len_utf8()).min(css.len());
    }
    found
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn is_name(before: Option<char>) -> bool {
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '\\'))
}

/// A quoted text and its length with the quotes.
fn string(text: &str) -> (String, usize) {
    let quote = text.chars().next().unwrap_or('"');
    let mut output = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '\n')) | None => {}
                Some((_, escaped)) => output.push(escaped),
            },
            c if c == quote => return (output, at + c.len_utf8()),
            // A string that is not closed ends with its line.
            '\n' => return (output, at),
            c => output.push(c),
        }
    }
    (output, text.len())
}

/// What stands behind `url(`, and its length with the closing parenthesis.
fn url_token(text: &str) -> (String, usize) {
    let inner = text.trim_start();
    let before = text.len() - inner.len();
    if inner.starts_with(['"', '\'']) {
        let (url, len) = string(inner);
        let rest = &inner[len..];
        let end = rest.find(')').map_or(rest.len(), |end| end + 1);
        return (url, before + len + end);
    }
    let end = inner.find(')').unwrap_or(inner.len());
    let url = inner[..end].trim_end().replace('\\', "");
    (url, (before + end + 1).min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::urls;

    fn found(css: &str) -> Vec<(String, bool)> {
        urls(css).into_iter().map(|found| (found.url, found.is_import)).collect()
    }

    #[test]
    fn addresses_are_found_in_every_form() {
        let css = "@import 'a.css' screen; @import url(b.css);\n\
            a { background: url( \"c d.png\" ), URL(e.png) } /* url(f.png) */\n\
            b { content: \"url(g.png)\"; src: url(h\\).woff) url(#i) }\n\
            @namespace svg url(http://www.w3.org/2000/svg); .myurl(x) {}";
        let expected: [(&str, bool); 6] =
            [("a.css", true), ("b.css", true), ("c d.png", false), ("e.png", false), ("h", false), ("#i", false)];
        assert_eq!(found(css), expected.map(|(url, import)| (url.to_owned(), import)));
    }

    #[test]
    fn every_prefix_is_read_to_its_end() {
        let css = "@import \"é\\\"\"; url('é' ) url(x) /* é */ \"\\";
        for end in (0..=css.len()).filter(|end| css.is_char_boundary(*end)) {
            let _ = urls(&css[..end]);
        }
    }
}
