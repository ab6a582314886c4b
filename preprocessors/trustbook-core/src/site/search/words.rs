//! Splits a text into the words of the index, folded so that case, accents and hyphens do not matter.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The maximum length of a word, in characters; longer ones are cut. `theme/js/search.js` has the same number.
pub(super) const LONGEST: usize = 40;
/// The maximum number of characters that are read for one run of letters, before folding.
const LONGEST_RUN: usize = 4 * LONGEST;
/// The maximum number of hyphenated parts that are also indexed as one word: `us-west-1`.
const MOST_JOINED: usize = 4;
/// The maximum number of digits of a number that is joined to the name before it: `ISO 27001`.
const MOST_DIGITS: usize = 5;

/// A run of letters or of digits.
struct Run<'t> {
    word: Cow<'t, str>,
    before: Before,
    is_number: bool,
    /// True if it contains two capitals, as names of standards do: `SOC`.
    is_name: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Hyphen,
    Space,
    Other,
}

/// Returns a text without case, accents and variant forms of letters. `theme/js/search.js` does the same.
pub(in crate::site) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    for c in plain.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
/// Returns every word of a text, in order, with repetitions. `SOC 2` and `soc2` both give `soc`, `2` and `soc2`.
pub(super) fn words(text: &str) -> Vec<Cow<'_, str>> {
    joined(&runs(text))
}

/// Returns a title as a line of words, and its part before the first comma, colon or parenthesis likewise.
pub(super) fn whole(title: &str) -> Vec<String> {
    let head = title.split([',', ':', '(']).next().unwrap_or_default();
    let mut all = vec![line(title), line(head)];
    all.dedup();
    all
}

/// Returns the words of a text, and the text as one line of words.
pub(super) fn both(text: &str) -> (Vec<Cow<'_, str>>, String) {
    let runs = runs(text);
    (joined(&runs), in_line(&runs))
}

fn joined<'t>(runs: &[Run<'t>]) -> Vec<Cow<'t, str>> {
    let mut words = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        words.push(run.word.clone());
        let mut joined = String::new();
        for (after, next) in runs[at + 1..].iter().take(MOST_JOINED - 1).enumerate() {
            let names = after == 0 && run.is_name && next.is_number && next.word.len() <= MOST_DIGITS;
            let joins = match next.before {
                Before::Nothing | Before::Hyphen => true,
                Before::Space => names,
                Before::Other => false,
            };
            if !joins {
                break;
            }
            if joined.is_empty() {
                joined.push_str(&run.word);
            }
            if joined.chars().count() + next.word.chars().count() > LONGEST {
                break;
            }
            joined.push_str(&next.word);
            words.push(Cow::Owned(joined.clone()));
            if next.before == Before::Space {
                break;
            }
        }
    }
    words
}

/// Returns the words of a text as one line with spaces around each, ready for substring search: ` data processing `.
pub(super) fn line(text: &str) -> String {
    in_line(&runs(text))
}

fn in_line(runs: &[Run<'_>]) -> String {
    let mut line = String::from(" ");
    for run in runs {
        line.push_str(&run.word);
        line.push(' ');
    }
    line
}

fn runs(text: &str) -> Vec<Run<'_>> {
    #[derive(PartialEq)]
    enum Class {
        Letter,
        Digit,
        /// A character of a script without spaces between words; each one is a word.
        Alone,
        None,
    }
    // Most text is ASCII, which needs no table lookup.
    let is_mark = |c: char| !c.is_ascii() && is_combining_mark(c);
    let class = |c: char| match c {
        c if c.is_ascii_alphabetic() => Class::Letter,
        c if c.is_ascii_digit() => Class::Digit,
        c if c.is_ascii() => Class::None,
        c if is_alone(c) => Class::Alone,
        c if c.is_numeric() => Class::Digit,
        c if c.is_alphabetic() || is_combining_mark(c) => Class::Letter,
        _ => Class::None,
    };
    let mut runs: Vec<Run<'_>> = Vec::new();
    let (mut before, mut rest) = (Before::Other, text);
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let end = match kind {
            Class::Alone => first.len_utf8(),
            _ => rest.find(|c| class(c) != kind && !is_mark(c)).unwrap_or(rest.len()),
        };
        let (run, after) = rest.split_at(end.max(first.len_utf8()));
        rest = after;
        if kind == Class::None {
            before = match run {
                " " | "\u{a0}" | "\n" => Before::Space,
                "-" | "\u{2010}" | "\u{2011}" => Before::Hyphen,
                _ => Before::Other,
            };
            continue;
        }
        let short = run.char_indices().nth(LONGEST_RUN).map_or(run, |(at, _)| &run[..at]);
        let word = folded(short);
        if word.is_empty() {
            before = Before::Other;
            continue;
        }
        let is_name = short.chars().filter(|c| c.is_uppercase()).nth(1).is_some();
        // Words of one character are never joined, since a text could join them without limit.
        let before_it = if kind == Class::Alone { Before::Other } else { before };
        runs.push(Run { word, before: before_it, is_number: kind == Class::Digit, is_name });
        before = if kind == Class::Alone { Before::Other } else { Before::Nothing };
    }
    runs
}

/// Returns a run of letters or digits as a word.
fn folded(run: &str) -> Cow<'_, str> {
    if run.len() <= LONGEST && run.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(run);
    }
    Cow::Owned(fold(run).chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect())
}

/// Returns true for Han, Kana, Thai, Lao, Burmese and Khmer. `theme/js/search.js` has the same ranges.
fn is_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_word_meet() {
        for text in ["SOC 2", "SOC-2", "SOC2", "soc2", "Soc-2"] {
            assert!(words(text).contains(&"soc2".into()), "{text}: {:?}", words(text));
            assert!(words(text).contains(&"soc".into()), "{text}");
        }
        assert!(words("ISO 27001").contains(&"iso27001".into()));
        assert!(words("sub-processor").contains(&"subprocessor".into()));
        assert!(words("us-west-1").contains(&"uswest1".into()));
        assert_eq!(words("end_user"), ["end", "user"]);
        assert_eq!(words("in 2024"), ["in", "2024"], "a word of the sentence is no name");
        assert_eq!(words("2FA"), ["2", "2fa", "fa"]);
    }

    #[test]
    fn accents_case_and_forms_are_folded() {
        assert_eq!(words("Datenübermittlung Straße ÉTÉ ﬁle"), ["datenubermittlung", "strasse", "ete", "file"]);
        assert_eq!(words("İstanbul Łódź ΣΟΦΟΣ σοφός"), ["istanbul", "lodz", "σοφοσ", "σοφοσ"]);
        assert_eq!(words("e\u{301}te\u{301}"), ["ete"], "accents that are characters of their own");
    }

    #[test]
    fn scripts_without_spaces_are_read_by_character() {
        assert_eq!(words("数据"), ["数", "据"]);
        assert_eq!(words("שלום"), ["שלום"]);
    }

    #[test]
    fn what_is_no_word_or_has_no_end_does_no_harm() {
        assert_eq!(words("🔒 → … \u{301}"), Vec::<String>::new());
        assert_eq!(words(&"a".repeat(10_000)), ["a".repeat(LONGEST)]);
        assert_eq!(words("__proto__ constructor"), ["proto", "constructor"]);
        assert!(words(&"a-".repeat(1_000)).len() <= 4_000);
    }
}
