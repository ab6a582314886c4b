//! `[[preprocessor.trustbook.allow]]`: accepted findings and false alarms, each with its reason.

use super::ConfigProblem;
use crate::span::FileId;
use crate::span::{Span, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{TomlNode, day_of, kind_of, span_of, text_of};
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

/// A finding that is not reported, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The name of the check.
    pub check: Spanned<String>,
    /// A file, relative to the book, or the id of a fact or record.
    pub at: Spanned<String>,
    /// The kind of exception.
    pub kind: ExceptionKind,
    /// The reason, for the maintainers of the book.
    pub reason: String,
    /// The note for readers beside the value.
    pub reader_note: Option<Spanned<String>>,
    /// The place in book.toml: its first key.
    pub span: Span,
}

/// The kind of an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptionKind {
    /// The finding is correct, and somebody accepts it until a day.
    Accepted {
        /// The last day.
        until: Spanned<Date>,
        /// The owner of the exception, who accepts the finding.
        owner: String,
    },
    /// The check is wrong about this text.
    FalseAlarm {
        /// The first digits of the SHA-256 of the text, in hexadecimal.
        text: Option<Spanned<String>>,
    },
}

const KEYS: &[&str] = &["at", "check", "kind", "owner", "reader_note", "reason", "text_sha256", "until"];
const KINDS: &[&str] = &["accepted", "false-alarm"];
/// The checks without false alarms: an unknown result is accepted until a day, by an owner.
const DATED: &[&str] = &["claim-unknown"];
/// The largest number of exceptions: each finding is compared with all of them.
pub(super) const MOST: usize = 500;
/// The minimum number of digits of a hash in an exception.
pub(crate) const DIGITS: usize = 12;

/// Reads one exception. Errors go to `problems`.
pub(super) fn read(file: FileId, node: &TomlNode<'_>, problems: &mut Vec<ConfigProblem>) -> Option<Exception> {
    let before = problems.len();
    let DeValue::Table(table) = node.get_ref() else {
        problems.push(ConfigProblem::WrongKind {
            span: span_of(file, node),
            key: "allow".to_owned(),
            expected: "tables",
            found: kind_of(node.get_ref()),
        });
        return None;
    };
    let mut reader = ExceptionReader { file, table, problems, whole: span_of(file, node) };
    reader.unknown_keys();
    let check = reader.needed("check", "the name of a check");
    let at = reader.needed("at", "a file of the book, or the id of a fact or record");
    let reason = reader.needed("reason", "why the finding stands");
    let kind = reader.needed("kind", "`accepted` or `false-alarm`");
    let reader_note = reader.text("reader_note");
    let span = check.as_ref().map_or(reader.whole, |check| check.span);
    if let (Some(check), Some(kind)) = (&check, &kind)
        && DATED.contains(&check.value.as_str())
        && kind.value == "false-alarm"
    {
        let why = format!("an exception from `{}` needs a last day", check.value);
        let help = "write `kind = \"accepted\"` with `until` and `owner`".to_owned();
        reader.problems.push(ConfigProblem::BadValue { span: kind.span, why, help });
    }
    let kind = kind.and_then(|kind| reader.kind(&kind));
    let exception = Exception { check: check?, at: at?, kind: kind?, reason: reason?.value, reader_note, span };
    (problems.len() == before).then_some(exception)
}

struct ExceptionReader<'r, 'i> {
    file: FileId,
    table: &'r DeTable<'i>,
    problems: &'r mut Vec<ConfigProblem>,
    whole: Span,
}

impl ExceptionReader<'_, '_> {
    fn unknown_keys(&mut self) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !KEYS.contains(&name) {
                self.problems.push(ConfigProblem::UnknownKey {
                    span: span_of(self.file, key),
                    key: name.to_owned(),
                    table: "[preprocessor.trustbook.allow]".to_owned(),
                    nearest: nearest(name, KEYS.iter().copied()).map(str::to_owned),
                });
            }
        }
    }

    fn kind(&mut self, kind: &Spanned<String>) -> Option<ExceptionKind> {
        match kind.value.as_str() {
            "accepted" => {
                self.refused(
                    "text_sha256",
                    "belongs to a false alarm",
                    "take it out, or write `kind = \"false-alarm\"`",
                );
                let owner = self.needed("owner", "who stands for it");
                let until = self.until();
                Some(ExceptionKind::Accepted { until: until?, owner: owner?.value })
            }
            "false-alarm" => {
                for key in ["until", "owner"] {
                    self.refused(
                        key,
                        "belongs to an accepted finding",
                        "take it out: a false alarm ends when its text changes",
                    );
                }
                let text = self.text("text_sha256");
                let is_hash = |text: &Spanned<String>| {
                    (DIGITS..=64).contains(&text.value.len()) && text.value.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                if let Some(wrong) = text.as_ref().filter(|text| !is_hash(text)) {
                    let why = "`text_sha256` is not the beginning of a SHA-256".to_owned();
                    let help = "leave it out: the finding `exception-unused` then says what to write".to_owned();
                    self.problems.push(ConfigProblem::BadValue { span: wrong.span, why, help });
                }
                Some(ExceptionKind::FalseAlarm { text })
            }
            other => {
                let near = nearest(other, KINDS.iter().copied());
                let help = near
                    .map_or("write `accepted` or `false-alarm`".to_owned(), |near| format!("did you mean `{near}`?"));
                let why = format!("there is no kind `{other}` of exception");
                self.problems.push(ConfigProblem::BadValue { span: kind.span, why, help });
                None
            }
        }
    }

    fn until(&mut self) -> Option<Spanned<Date>> {
        let Some(node) = self.table.get("until") else {
            self.missing("until", "the last day on which somebody stands for it");
            return None;
        };
        let date = match node.get_ref() {
            DeValue::Datetime(date) => day_of(date),
            _ => None,
        };
        let span = span_of(self.file, node);
        if date.is_none() {
            let why = "`until` is not a day".to_owned();
            self.problems.push(ConfigProblem::BadValue {
                span,
                why,
                help: "write a day without quotes, such as `2027-03-01`".to_owned(),
            });
        }
        date.map(|value| Spanned { value, span })
    }

    fn refused(&mut self, key: &str, why: &str, help: &str) {
        if let Some(node) = self.table.get(key) {
            let span = span_of(self.file, node);
            self.problems.push(ConfigProblem::BadValue { span, why: format!("`{key}` {why}"), help: help.to_owned() });
        }
    }

    fn needed(&mut self, key: &str, what: &str) -> Option<Spanned<String>> {
        let is_meant = |name: &str| !KEYS.contains(&name) && nearest(name, KEYS.iter().copied()) == Some(key);
        // A misspelt key is reported as unknown, and not as missing too.
        if !self.table.contains_key(key) && !self.table.keys().any(|name| is_meant(name.get_ref())) {
            self.missing(key, what);
        }
        self.text(key)
    }

    fn missing(&mut self, key: &str, what: &str) {
        self.problems.push(ConfigProblem::BadValue {
            span: self.whole,
            why: format!("an exception has no `{key}`"),
            help: format!("write `{key}`: {what}"),
        });
    }

    fn text(&mut self, key: &str) -> Option<Spanned<String>> {
        let node = self.table.get(key)?;
        let span = span_of(self.file, node);
        match text_of(node).map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(Spanned { value: text.to_owned(), span }),
            None => {
                self.problems.push(ConfigProblem::WrongKind {
                    span,
                    key: key.to_owned(),
                    expected: "text",
                    found: if text_of(node).is_some() { "empty" } else { kind_of(node.get_ref()) },
                });
                None
            }
        }
    }
}
