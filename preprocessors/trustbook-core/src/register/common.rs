//! The part that facts and records share: owner, source, dates and visibility, and the state that follows from them.

use super::types::{FieldType, Misfit, ValueType};
use super::value::{Value, date_words};
use crate::span::{Span, Spanned};
use crate::toml_tree::TomlNode;
use jiff::civil::Date;

const TEXTS: ValueType = ValueType::List(&ValueType::Text);

/// The keys of the common part with the values that they take, sorted.
pub const FIELDS: &[FieldType] = &[
    may("aliases", TEXTS, "Other names, for search and for recognising it in prose."),
    may("comment", ValueType::Text, "A remark for those who keep the register; it is not printed."),
    may("deployments", TEXTS, "The ids of the hosting options that it is limited to; left out, it holds for all."),
    may("evidence", TEXTS, "What proves it: addresses or paths."),
    may("not_stated", TEXTS, "The fields that the vendor leaves open; pages say so."),
    may("note", ValueType::Text, "A remark that is printed beside the value."),
    may("owner", ValueType::Text, "Who answers for it; the id of a contact where there is one."),
    may("review", ValueType::Duration, "How long a check lasts, such as `180 days`."),
    may("source", ValueType::Text, "Where the statement comes from."),
    may("stated", ValueType::Date, "The day the vendor said it."),
    may("valid_from", ValueType::Date, "The first day on which it holds."),
    may("valid_until", ValueType::Date, "The last day on which it holds."),
    may("verified", ValueType::Date, "The day the owner last checked that it is so."),
    may("visibility", ValueType::Choice(VISIBILITY), "Who may see it; left out, everyone."),
];

/// The keys of the common part, sorted.
pub const KEYS: &[&str] = &{
    let mut keys = [""; FIELDS.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = FIELDS[at].name;
        at += 1;
    }
    keys
};

/// The keys that belong to one fact and that `[defaults]` cannot give to all facts of a file.
pub const NO_DEFAULT: &[&str] = &["aliases", "comment", "not_stated", "note", "verified"];

const VISIBILITY: &[&str] = &[Visibility::Public.word(), Visibility::OnRequest.word(), Visibility::Internal.word()];

const fn may(name: &'static str, ty: ValueType, doc: &'static str) -> FieldType {
    FieldType { name, ty, required: false, doc }
}

/// The audience of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Readers see the label and a way to ask for the value, never the value.
    OnRequest,
    /// Never published.
    Internal,
}

impl Visibility {
    /// The word used in the register.
    pub const fn word(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::OnRequest => "on-request",
            Visibility::Internal => "internal",
        }
    }

    /// Returns the visibility of a word. An unknown word counts as internal, so that nothing is shown by mistake.
    fn of(word: &str) -> Self {
        let all = [Visibility::Public, Visibility::OnRequest, Visibility::Internal];
        all.into_iter().find(|one| one.word() == word).unwrap_or(Visibility::Internal)
    }
}

/// The common part, including the values from `[defaults]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Common {
    /// The person or team responsible; the id of a contact if one exists.
    pub owner: Option<String>,
    /// The origin of the statement.
    pub source: Option<String>,
    /// Addresses or paths of the evidence.
    pub evidence: Vec<String>,
    /// The day on which the vendor made the statement.
    pub stated: Option<Date>,
    /// The day on which the owner last reviewed the statement.
    pub verified: Option<Date>,
    /// The period for which a review counts.
    pub review: Option<jiff::SpanFieldwise>,
    /// The first day of validity.
    pub valid_from: Option<Date>,
    /// The last day of validity, with its position in the file.
    pub valid_until: Option<Spanned<Date>>,
    /// The audience.
    pub visibility: Visibility,
    /// The hosting options to which it applies; empty if it applies to all.
    pub deployments: Vec<Spanned<String>>,
    /// Other names, used by the search and to recognise the fact in prose.
    pub aliases: Vec<String>,
    /// The fields that the vendor leaves open.
    pub not_stated: Vec<Spanned<String>>,
    /// A remark printed beside the value.
    pub note: Option<String>,
    /// A remark that is never printed.
    pub comment: Option<String>,
    /// The last sighting of a live fact in its source; the register itself does not state it.
    pub seen: Option<Sighting>,
}

/// The last sighting of a live fact in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// The day.
    pub on: Date,
    /// The last day on which the sighting is recent enough; `None` if it never ages.
    pub fresh_until: Option<Date>,
}

/// The state of a fact on a given day. Each variant holds the day that decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The validity has ended; holds the last day of validity.
    Expired(Date),
    /// The validity has not begun; holds the first day of validity.
    NotYet(Date),
    /// The review is overdue since this day.
    Due(Date),
    /// The vendor stated it on this day, and the owner never reviewed it.
    Stated(Date),
    /// The owner last reviewed it on this day.
    Checked(Date),
    /// It was last seen in its source on this day, longer ago than the register allows.
    Stale(Date),
    /// It was last seen in its source on this day.
    Seen(Date),
    /// The register gives no day.
    Undated,
}

impl State {
    /// One word for machines: `expired`, `not-yet`, `due`, `stated`, `checked`, `stale`, `seen` or `undated`.
    pub fn name(self) -> &'static str {
        match self {
            State::Expired(_) => "expired",
            State::NotYet(_) => "not-yet",
            State::Due(_) => "due",
            State::Stated(_) => "stated",
            State::Checked(_) => "checked",
            State::Stale(_) => "stale",
            State::Seen(_) => "seen",
            State::Undated => "undated",
        }
    }

    /// The state as a phrase for readers.
    pub fn words(self) -> String {
        match self {
            State::Expired(on) => format!("expired on {}", date_words(on)),
            State::NotYet(from) => format!("valid only from {}", date_words(from)),
            State::Due(since) => format!("review was due {}", date_words(since)),
            State::Stated(on) => format!("stated on {}, not yet reviewed", date_words(on)),
            State::Checked(on) => format!("reviewed on {}", date_words(on)),
            State::Stale(on) => format!("last seen in the source on {}, and not looked up since", date_words(on)),
            State::Seen(on) => format!("last seen on {}", date_words(on)),
            State::Undated => "no date given".to_owned(),
        }
    }
}

impl Common {
    /// Returns the state on a day.
    pub fn state(&self, today: Date) -> State {
        if let Some(until) = &self.valid_until
            && until.value < today
        {
            return State::Expired(until.value);
        }
        if let Some(from) = self.valid_from
            && from > today
        {
            return State::NotYet(from);
        }
        if let Some(seen) = self.seen {
            let is_stale = seen.fresh_until.is_some_and(|until| until < today);
            return if is_stale { State::Stale(seen.on) } else { State::Seen(seen.on) };
        }
        if let Some(due) = self.review_ends()
            && due < today
        {
            return State::Due(due);
        }
        match (self.verified, self.stated) {
            (Some(on), _) => State::Checked(on),
            (None, Some(on)) => State::Stated(on),
            (None, None) => State::Undated,
        }
    }

    /// The day from which the review period counts: the last sighting, the last review, or the statement itself.
    pub fn said(&self) -> Option<Date> {
        self.seen.map(|seen| seen.on).or(self.verified).or(self.stated)
    }

    /// The last day on which the last review, or the statement itself, is recent enough.
    pub fn review_ends(&self) -> Option<Date> {
        self.said()?.checked_add(self.review?.0).ok()
    }

    /// The day by which the next review is needed: the end of the review period, or of the validity if that is earlier.
    /// A statement whose validity has not begun needs no review.
    pub fn due(&self, today: Date) -> Option<Date> {
        let review = self.review_ends().filter(|_| self.valid_from.is_none_or(|from| from <= today));
        let until = self.valid_until.as_ref().map(|until| until.value);
        review.into_iter().chain(until).min()
    }

    /// Returns true if it applies to a hosting option.
    pub fn applies_to(&self, deployment: &str) -> bool {
        self.deployments.is_empty() || self.deployments.iter().any(|id| id.value == deployment)
    }

    /// Returns true if the vendor leaves a field open.
    pub fn leaves_open(&self, field: &str) -> bool {
        self.not_stated.iter().any(|name| name.value == field)
    }

    /// Sets one key of the common part. `at` returns the span of a node.
    pub(super) fn set(
        &mut self,
        key: &str,
        node: &TomlNode<'_>,
        at: &dyn Fn(&TomlNode<'_>) -> Span,
    ) -> Result<(), Misfit> {
        let text = |node: &TomlNode<'_>| ValueType::Text.read(node).map(|value| Some(value.text()));
        match key {
            "owner" => self.owner = text(node)?,
            "source" => self.source = text(node)?,
            "note" => self.note = text(node)?,
            "comment" => self.comment = text(node)?,
            "stated" => self.stated = date(node)?,
            "verified" => self.verified = date(node)?,
            "valid_from" => self.valid_from = date(node)?,
            "valid_until" => self.valid_until = date(node)?.map(|value| Spanned { value, span: at(node) }),
            "review" => match ValueType::Duration.read(node)? {
                Value::Duration(_, span) => self.review = Some(span),
                _ => self.review = None,
            },
            "visibility" => {
                self.visibility = match ValueType::Choice(VISIBILITY).read(node)? {
                    Value::Choice(word) => Visibility::of(&word),
                    _ => Visibility::Internal,
                }
            }
            "evidence" => self.evidence = spanned_texts(TEXTS, node, at)?.into_iter().map(|text| text.value).collect(),
            "aliases" => self.aliases = spanned_texts(TEXTS, node, at)?.into_iter().map(|text| text.value).collect(),
            "deployments" => self.deployments = spanned_texts(TEXTS, node, at)?,
            "not_stated" => self.not_stated = spanned_texts(TEXTS, node, at)?,
            _ => {}
        }
        Ok(())
    }
}

fn date(node: &TomlNode<'_>) -> Result<Option<Date>, Misfit> {
    match ValueType::Date.read(node)? {
        Value::Date(date) => Ok(Some(date)),
        _ => Ok(None),
    }
}

fn spanned_texts(
    ty: ValueType,
    node: &TomlNode<'_>,
    at: &dyn Fn(&TomlNode<'_>) -> Span,
) -> Result<Vec<Spanned<String>>, Misfit> {
    ty.read(node)?;
    let toml::de::DeValue::Array(items) = node.get_ref() else {
        return Ok(Vec::new());
    };
    Ok(items
        .iter()
        .filter_map(|item| {
            crate::toml_tree::text_of(item).map(|text| Spanned { value: text.to_owned(), span: at(item) })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_state_follows_from_the_dates() {
        let today = date(2026, 1, 15);
        let mut common = Common { stated: Some(date(2024, 10, 1)), ..Common::default() };
        assert_eq!(common.state(today), State::Stated(date(2024, 10, 1)));
        common.review = super::super::types::read_duration("180 days");
        assert_eq!(common.state(today), State::Due(date(2025, 3, 30)));
        common.verified = Some(date(2026, 1, 1));
        assert_eq!(common.state(today), State::Checked(date(2026, 1, 1)));
        common.valid_from = Some(date(2026, 2, 1));
        assert_eq!(common.state(today), State::NotYet(date(2026, 2, 1)));
        let mut map = crate::span::SourceMap::default();
        let span = Span::new(map.add("x.toml", ""), 0..0);
        common.valid_until = Some(Spanned { value: today, span });
        common.valid_from = None;
        assert_eq!(common.state(today), State::Checked(date(2026, 1, 1)), "the last day still counts");
        common.valid_until = Some(Spanned { value: date(2026, 1, 14), span });
        assert_eq!(common.state(today), State::Expired(date(2026, 1, 14)));
        assert_eq!(Common::default().state(today), State::Undated);
        assert_eq!(common.due(today), Some(date(2026, 1, 14)), "it ends before its review is due");
        common.valid_until = None;
        assert_eq!(common.due(today), Some(date(2026, 6, 30)));
        common.valid_from = Some(date(2026, 2, 1));
        assert_eq!(common.due(today), None);
        assert_eq!(
            ["public", "on-request", "internal", "x"].map(Visibility::of).map(Visibility::word)[1..],
            ["on-request", "internal", "internal"]
        );
        assert!(KEYS.is_sorted() && NO_DEFAULT.iter().all(|key| KEYS.contains(key)));
    }
}
