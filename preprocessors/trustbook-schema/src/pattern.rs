//! Regular expressions that are compiled on their first use, and patterns with `*`.

use regex::Regex;
use std::ops::Deref;
use std::sync::OnceLock;

/// A regular expression of the source code.
///
/// ```
/// use trustbook_schema::pattern::Pattern;
///
/// static YEAR: Pattern = Pattern::new(r"\b20\d\d\b");
/// assert!(YEAR.is_match("since 2025"));
/// ```
#[derive(Debug)]
pub struct Pattern {
    source: Source,
    regex: OnceLock<Regex>,
}

#[derive(Debug)]
enum Source {
    Text(&'static str),
    Made(fn() -> String),
}

impl Pattern {
    /// Creates a pattern, which is compiled on its first use.
    pub const fn new(source: &'static str) -> Self {
        Pattern { source: Source::Text(source), regex: OnceLock::new() }
    }

    /// Creates a pattern whose text is put together from parts, on its first use.
    pub const fn made(source: fn() -> String) -> Self {
        Pattern { source: Source::Made(source), regex: OnceLock::new() }
    }
}

impl Deref for Pattern {
    type Target = Regex;

    #[expect(
        clippy::expect_used,
        reason = "a pattern is part of the code, and a wrong one must fail every test that uses it"
    )]
    fn deref(&self) -> &Regex {
        self.regex.get_or_init(|| {
            let regex = match self.source {
                Source::Text(text) => Regex::new(text),
                Source::Made(make) => Regex::new(&make()),
            };
            regex.expect("the pattern is a regular expression")
        })
    }
}

/// Returns true if a name matches a pattern, in which `*` stands for any characters.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}
