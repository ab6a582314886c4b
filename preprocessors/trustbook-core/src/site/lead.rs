//! The first sentence of a chapter, which search engines and messengers show as the description of its page.

use crate::html::unescape;
use crate::pattern::Pattern;

/// The maximum length of a description, in characters. Services cut longer ones.
const MOST: usize = 160;

/// Matches parts that do not belong to the description: headings, marks of claims, and tags.
static UNREAD: Pattern = Pattern::new(r#"(?s)<h1\b.*?</h1>|<a class="claim-mark.*?</a>|<[^>]*>"#);

/// Returns the first sentence of the paragraph with which a chapter opens, as plain text.
pub(super) fn sentence(opening: &str) -> Option<String> {
    let text = unescape(UNREAD.replace_all(opening, "").into_owned());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    let first = text.get(..end)?;
    let cut = first.char_indices().nth(MOST).and_then(|(at, _)| first.get(..at)?.rsplit_once(' '));
    let said = cut.map_or_else(|| first.to_owned(), |(kept, _)| format!("{kept} …"));
    (!said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn the_first_sentence_is_text() {
        let opening = "<h1 id=\"a\"><a class=\"header\" href=\"#a\">A. B</a></h1>\n<p>We &amp; you <em>agree</em><a class=\"claim-mark mark-holds\" href=\"c.html\">✓</a>. More.</p>\n";
        assert_eq!(sentence(opening).as_deref(), Some("We & you agree."));
        assert_eq!(sentence("<h1>A</h1>\n"), None);
        let long = sentence(&format!("<p>{}</p>", "word ".repeat(60))).unwrap();
        assert!(long.ends_with("word …") && long.chars().count() <= 162, "{long}");
    }
}
