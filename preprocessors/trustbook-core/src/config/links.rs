//! `[preprocessor.trustbook.links]`: the limits for links outside the site, and the form of links within it.

use super::ConfigProblem;
use crate::span::{FileId, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{TomlNode, kind_of, span_of, text_of};
use core::time::Duration;
use toml::de::{DeTable, DeValue};

/// The settings for links that leave the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// `exclude`: addresses that are never requested.
    pub exclude: Vec<Spanned<Pattern>>,
    /// `tolerate`: the time since a link was last reachable during which a failure is not reported.
    pub tolerate: Duration,
    /// `cache-age`: the time for which a good answer is cached.
    pub cache_age: Duration,
    /// `timeout`: the limit for one link, including redirects and waiting.
    pub timeout: Duration,
    /// `without-extension`: true if the host serves `a.html` at `a` as well.
    pub without_extension: bool,
}

impl Default for Links {
    fn default() -> Self {
        Links {
            exclude: Vec::new(),
            tolerate: DAY * 14,
            cache_age: DAY,
            timeout: Duration::from_secs(20),
            without_extension: false,
        }
    }
}

/// A pattern for the beginning of addresses; `*` matches any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Returns true if an address begins with the pattern.
    pub fn fits(&self, url: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| url.strip_prefix(first)) else { return false };
        for part in parts {
            // The first match leaves the most text for the remaining parts.
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        true
    }

    /// Returns the pattern as written.
    pub fn text(&self) -> &str {
        &self.0
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The settings that are spans of time, each with its minimum and maximum.
const SPANS: &[(&str, Duration, Duration)] = &[
    ("cache-age", Duration::ZERO, Duration::from_secs(30 * 24 * 60 * 60)),
    ("timeout", Duration::from_secs(1), Duration::from_secs(300)),
    ("tolerate", Duration::ZERO, Duration::from_secs(365 * 24 * 60 * 60)),
];
pub(super) const KEYS: &[&str] = &["cache-age", "exclude", "timeout", "tolerate", "without-extension"];

/// Reads the table. Errors go to `problems`.
pub(super) fn read(file: FileId, table: &DeTable<'_>, problems: &mut Vec<ConfigProblem>) -> Links {
    let mut links = Links::default();
    for (key, node) in table {
        let name = key.get_ref().as_ref();
        let wrong = |node: &TomlNode<'_>, expected: &'static str| {
            let (span, found) = (span_of(file, node), kind_of(node.get_ref()));
            ConfigProblem::WrongKind { span, key: name.to_owned(), expected, found }
        };
        let bad = |node: &TomlNode<'_>, why: String, help: &str| ConfigProblem::BadValue {
            span: span_of(file, node),
            why,
            help: help.to_owned(),
        };
        match (SPANS.iter().find(|(known, ..)| *known == name), node.get_ref()) {
            (Some((_, least, most)), DeValue::String(text)) => match span(text) {
                Some(time) if (*least..=*most).contains(&time) => match name {
                    "cache-age" => links.cache_age = time,
                    "timeout" => links.timeout = time,
                    _ => links.tolerate = time,
                },
                Some(_) => problems.push(bad(
                    node,
                    format!("`{name}` is shorter or longer than can be"),
                    &format!("write {} at least, and {} at most", words(*least), words(*most)),
                )),
                None => problems.push(bad(
                    node,
                    format!("`{name}` is no span of time"),
                    "write a number and its unit, such as `\"14 days\"`, `\"12 hours\"` or `\"20 seconds\"`",
                )),
            },
            (Some(_), _) => problems.push(wrong(node, "a span of time as text")),
            (None, DeValue::Array(items)) if name == "exclude" => {
                for item in items {
                    match text_of(item).map(pattern) {
                        Some(Ok(value)) => links.exclude.push(Spanned { value, span: span_of(file, item) }),
                        Some(Err((why, help))) => problems.push(bad(item, why, help)),
                        None => problems.push(wrong(item, "texts")),
                    }
                }
            }
            (None, DeValue::Boolean(on)) if name == "without-extension" => links.without_extension = *on,
            (None, _) if name == "without-extension" => problems.push(wrong(node, "true or false")),
            (None, _) if name == "exclude" => problems.push(wrong(node, "a list")),
            (None, _) => problems.push(ConfigProblem::UnknownKey {
                span: span_of(file, key),
                key: name.to_owned(),
                table: "preprocessor.trustbook.links".to_owned(),
                nearest: nearest(name, KEYS.iter().copied()).map(str::to_owned),
            }),
        }
    }
    links
}

fn pattern(text: &str) -> Result<Pattern, (String, &'static str)> {
    let help = "write the beginning of addresses, such as `\"https://www.example.com/\"`; `*` stands for any text";
    let (scheme, rest) = text.split_once("://").unwrap_or(("", ""));
    if !matches!(scheme, "*" | "http" | "http*" | "https") {
        return Err((format!("`{text}` is not the beginning of a web address"), help));
    }
    if rest.trim_matches(['*', '.', '/']).is_empty() {
        return Err((
            format!("`{text}` leaves out every link"),
            "name the hosts; without `--external` no link is asked",
        ));
    }
    Ok(Pattern(text.to_owned()))
}

/// Reads a span of time: a whole number of seconds, minutes, hours, days or weeks.
fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let unit = match text.get(digits..)?.trim() {
        "s" | "second" | "seconds" => 1,
        "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => 24 * 60 * 60,
        "w" | "week" | "weeks" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_secs)
}

/// Returns a span of time in whole days if possible, or else in seconds.
pub fn words(time: Duration) -> String {
    let (number, unit) = match time.as_secs() {
        seconds if seconds > 0 && seconds.is_multiple_of(DAY.as_secs()) => (seconds / DAY.as_secs(), "day"),
        seconds => (seconds, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parsed;

    fn links(text: &str) -> (Links, Vec<ConfigProblem>) {
        let (file, tree) = parsed(text);
        let mut problems = Vec::new();
        (read(file, &tree, &mut problems), problems)
    }

    #[test]
    fn settings_are_read() {
        let (read, problems) = links(
            "exclude = [\"https://a.example/\", \"*://*.b.example/\"]\ntolerate = \"3 weeks\"\n\
             cache-age = \"12 hours\"\ntimeout = \"5s\"\n",
        );
        assert_eq!(problems, []);
        let texts: Vec<&str> = read.exclude.iter().map(|pattern| pattern.value.text()).collect();
        assert_eq!(texts, ["https://a.example/", "*://*.b.example/"]);
        let spans = (read.tolerate, read.cache_age, read.timeout);
        assert_eq!(spans, (DAY * 21, DAY / 2, Duration::from_secs(5)));
        assert_eq!(links("cache-age = \"0 days\"").0.cache_age, Duration::ZERO);
    }

    #[test]
    fn what_makes_no_sense_is_told_and_changes_nothing() {
        for text in [
            "exclude = [\"a.example\"]",
            "exclude = [\"\"]",
            "exclude = [\"*\"]",
            "exclude = [\"https://\"]",
            "exclude = [\"https://*\"]",
            "exclude = [\"ftp://a.example/\"]",
            "exclude = [1]",
            "exclude = \"https://a.example/\"",
            "exlude = []",
            "tolerate = 14",
            "tolerate = \"soon\"",
            "tolerate = \"-1 days\"",
            "tolerate = \"366 days\"",
            "tolerate = \"99999999999999999999 days\"",
            "tolerate = \"9999999999999999999 weeks\"",
            "timeout = \"0 s\"",
            "timeout = \"1 hour\"",
            "cache-age = \"31 days\"",
            "cache-age = [\"1 day\"]",
        ] {
            let (read, problems) = links(text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert_eq!(read, Links::default(), "{text}");
        }
    }

    #[test]
    fn patterns_are_beginnings_in_which_a_star_is_any_text() {
        for (text, url, fits) in [
            ("https://a.example/", "https://a.example/x", true),
            ("https://a.example/x", "https://a.example/", false),
            ("https://a.example/", "http://a.example/", false),
            ("*://a.example/", "http://a.example/", true),
            ("http*://a.example/", "https://a.example/", true),
            ("https://*.a.example/", "https://b.c.a.example/x", true),
            ("https://*.a.example/", "https://a.example/x", false),
            ("https://a.example/*/edit", "https://a.example/x/y/edit?z", true),
            ("https://a.example/*/edit", "https://a.example/edit", false),
            ("https://a.example/*a*b", "https://a.example/xbxaxb", true),
            ("https://a.example/*a*b", "https://a.example/xbxax", false),
            ("https://a.example/ü*", "https://a.example/üx", true),
        ] {
            assert_eq!(pattern(text).unwrap().fits(url), fits, "{text} {url}");
        }
    }
}
