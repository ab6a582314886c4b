//! Markup as readers see it: its text, with entities resolved.

use aho_corasick::{AhoCorasick, MatchKind};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// Named entities for ASCII punctuation, and for typographic marks read as ASCII (HTML 5.2 section 8.5).
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("gt", '>'),
    ("hyphen", '-'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsqb", '['),
    ("lt", '<'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rbrace", '}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("sol", '/'),
    ("tilde", '~'),
    ("verbar", '|'),
];

/// The typographic marks that the renderer produces.
const TYPOGRAPHY: [&str; 7] = ["“", "”", "‘", "’", "–", "—", "…"];
/// The typed text for each mark, in the same order.
const TYPED: [&str; 7] = ["\"", "\"", "'", "'", "--", "---", "..."];

/// The search is by far the fastest with this kind of match.
static SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(TYPOGRAPHY).ok());

/// The length of the longest entity that is read, without `&` and `;`.
const LONGEST: usize = 10;

/// Resolves entities; tags and comments stay as they are.
pub fn decoded(text: &str) -> Cow<'_, str> {
    let mut output = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('&') {
        let Some((c, length)) = entity(&text[at..]) else { continue };
        if output.is_empty() {
            output.reserve(text.len());
        }
        output.push_str(&text[done..at]);
        output.push(c);
        done = at + length;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    output.push_str(&text[done..]);
    Cow::Owned(output)
}

/// Returns the character of the entity at the start of a text, and the length of the entity in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST + 2).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, end + 1))
}

/// A source with its entities resolved, and the backslashes of Markdown, TOML and JSON.
#[derive(Default)]
pub struct Meant {
    /// The resolved text.
    pub text: String,
    /// Offsets where an escape begins, and where the text after it continues: in the text, then in the source.
    steps: Vec<(usize, usize)>,
}

impl Meant {
    /// Returns the range of the source for a range of the text.
    pub fn locate(&self, range: Range<usize>) -> Range<usize> {
        let at = |offset: usize| {
            let step = self.steps.partition_point(|(text, _)| *text <= offset);
            let (text, source) = step.checked_sub(1).map_or((0, 0), |step| self.steps[step]);
            source + (offset - text)
        };
        // The end of the last byte decides: an escape after the range is not part of it.
        let last = range.end.saturating_sub(1).max(range.start);
        let end = self.steps.iter().find(|(text, _)| *text == last + 1).map_or(at(last) + 1, |(_, source)| *source);
        at(range.start)..end
    }
}

/// Resolves a source; `None` if nothing in it is escaped.
pub fn meant(source: &str) -> Option<Meant> {
    let mut meant = Meant::default();
    let mut done = 0;
    while let Some(at) = source[done..].find(['\\', '&']).map(|at| done + at) {
        meant.text.push_str(&source[done..at]);
        let rest = &source[at..];
        let (c, length) = escape(rest).or_else(|| entity(rest)).unwrap_or((char::from(rest.as_bytes()[0]), 1));
        if length > 1 {
            // The character begins where its escape does.
            meant.steps.push((meant.text.len(), at));
        }
        meant.text.push(c);
        done = at + length;
        if length > 1 {
            meant.steps.push((meant.text.len(), done));
        }
    }
    if meant.steps.is_empty() {
        return None;
    }
    meant.text.push_str(&source[done..]);
    Some(meant)
}

/// Returns the character of the escape at the start of a text, and the length of the escape in bytes.
fn escape(text: &str) -> Option<(char, usize)> {
    let code = |digits: usize| {
        let number = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(number)?, 2 + digits))
    };
    match text.as_bytes() {
        [b'\\', b'u', ..] => code(4),
        [b'\\', b'U', ..] => code(8),
        [b'\\', mark, ..] if mark.is_ascii_punctuation() => Some((char::from(*mark), 2)),
        _ => None,
    }
}

/// Returns the text between the tags of markup, with entities resolved and typography as typed: `“` becomes `"`.
pub fn typed(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else {
            rest.find('>').map(|end| end + 1)
        };
        let (tag, behind) = rest.split_at(end.unwrap_or(rest.len()));
        if !is_within_word(tag) {
            text.push(' ');
        }
        rest = behind;
    }
    text.push_str(rest);
    let text = match decoded(&text) {
        Cow::Owned(decoded) => decoded,
        Cow::Borrowed(_) => text,
    };
    match SIGNS.as_ref().filter(|signs| signs.is_match(&text)) {
        Some(signs) => signs.replace_all(&text, &TYPED),
        None => text,
    }
}

/// Returns true for a comment, or a tag that can stand within a word. Others separate texts, as cells and keys do.
fn is_within_word(tag: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "mark", "q",
        "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    ];
    let name =
        tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    tag.starts_with("<!") || INLINE.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_and_tags_left_out() {
        assert_eq!(decoded("a&#45;b&#x2D;c&lowbar;d&amp;e&nope;&"), "a-b-c_d&e&nope;&");
        assert_eq!(typed("<p title='x'>a<b>&#95;</b>b <!-- <i> -->–c “d”</p>"), " a_b --c \"d\" ");
        assert_eq!(typed("a < b"), "a  ");
        assert_eq!(typed("<kbd>x</kbd><kbd>gh</kbd><h1>y</h1>gh<b></b>p<SPAN>_</SPAN>"), " x  gh  y ghp_");
        assert_eq!(decoded("&é;&ééééé;"), "&é;&ééééé;");
    }

    #[test]
    fn what_is_meant_is_found_where_it_is_written() {
        let source = "é a\\_b&#95;c \\u0041 \\n d";
        let meant = meant(source).unwrap();
        assert_eq!(meant.text, "é a_b_c A \\n d");
        let at = |text: &str| {
            let at = meant.text.find(text).unwrap();
            &source[meant.locate(at..at + text.len())]
        };
        for (text, written) in [
            ("a_b_c", "a\\_b&#95;c"),
            ("b", "b"),
            ("_c", "&#95;c"),
            ("a_", "a\\_"),
            ("A", "\\u0041"),
            ("d", "d"),
            ("é", "é"),
            (" A ", " \\u0041 "),
        ] {
            // The first underscore is that of `a_`.
            assert_eq!(at(text), written, "{text}");
        }
        assert!(super::meant("a b").is_none());
    }
}
