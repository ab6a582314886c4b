//! `.well-known/security.txt`: contacts for reporting vulnerabilities (RFC 9116), as long as the facts behind it hold.

use super::{Files, Make, Output};
use crate::book::Book;
use crate::config::is_language_tag;
use crate::facts::Facts;
use crate::register::common::{Common, State, Visibility};
use crate::register::value::{Value, date_words};
use crate::register::{Fact, Record};
use crate::site::Site;
use crate::span::Span;
use jiff::ToSpan;
use jiff::civil::Date;

/// The path on the site.
pub const PATH: &str = ".well-known/security.txt";

pub(super) const OUTPUT: Output =
    Output { name: PATH, is_of_vendor: true, page: include_str!("security_txt.md"), make: Make::OfSite(make) };

/// The kind of record with its contents.
const POLICY: &str = "vulnerability_policy";
/// The longest validity in days: less than a year (RFC 9116, section 2.5.5).
const MAX_DAYS: i64 = 180;
/// The names of its fields, with the corresponding fields of the policy.
const FIELDS: [(&str, &str, FieldForm); 5] = [
    ("Encryption", "encryption_url", FieldForm::Web),
    ("Acknowledgments", "acknowledgments_url", FieldForm::Web),
    ("Preferred-Languages", "preferred_languages", FieldForm::Languages),
    ("Canonical", "canonical", FieldForm::Web),
    ("Policy", "policy_url", FieldForm::Web),
];

/// The format of a field.
#[derive(Clone, Copy)]
enum FieldForm {
    /// A web address beginning with `https://` (section 2.5).
    Web,
    /// Language tags on one line (section 2.5.8).
    Languages,
}

/// The reason why the file is missing although the book has a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The span of the fact or record.
    pub span: Span,
    /// The reason, as a sentence without a full stop.
    pub why: String,
    /// True if a date that has passed is the reason, rather than a mistake.
    pub by_calendar: bool,
}

/// Returns the record with the contents of the file: the first public one.
pub fn policy(facts: &Facts) -> Option<&Record> {
    facts.register.of_kind(POLICY).find(|record| record.common.visibility == Visibility::Public)
}

/// Returns the contents of the file.
///
/// # Errors
/// Returns the reasons if a fact behind it is not reviewed, or is not allowed in it.
pub fn text(book: &Book, policy: &Record) -> Result<String, Vec<Reason>> {
    let mut draft = SecurityTxt { book, lines: Vec::new(), reasons: Vec::new(), until: None };
    draft.stands_on(&policy.common, policy.span);
    draft.contacts(policy);
    for (name, field, form) in FIELDS {
        draft.field(policy, name, field, form);
    }
    draft.finish()
}

fn make(book: &Book, _: &Site) -> Files {
    let text = policy(&book.facts).and_then(|policy| text(book, policy).ok());
    text.map(|text| (OUTPUT.name.to_owned(), text.into_bytes())).into_iter().collect()
}

struct SecurityTxt<'t> {
    book: &'t Book,
    /// The names and values of fields.
    lines: Vec<(&'static str, String)>,
    reasons: Vec<Reason>,
    /// The last day on which everything behind it is recent enough.
    until: Option<Date>,
}

impl SecurityTxt<'_> {
    fn refuse(&mut self, span: Span, why: impl Into<String>) {
        self.reasons.push(Reason { span, why: why.into(), by_calendar: false });
    }

    /// Adds a fact or record that the file depends on. It must be reviewed, and the file expires with it.
    fn stands_on(&mut self, common: &Common, span: Span) {
        let today = self.book.facts.today;
        let (why, by_calendar) = match self.book.facts.state(common) {
            State::Checked(_) | State::Seen(_) => {
                let due = common.due(today).into_iter().chain(common.seen.and_then(|seen| seen.fresh_until)).min();
                self.until = self.until.into_iter().chain(due).min();
                return;
            }
            State::Stated(on) => (format!("this was stated on {}, and has not been reviewed", date_words(on)), false),
            State::Undated => ("this has not been reviewed".to_owned(), false),
            State::Due(since) => (format!("the review of this is overdue since {}", date_words(since)), true),
            State::Expired(on) => (format!("this expired on {}", date_words(on)), true),
            State::NotYet(from) => (format!("this holds only from {}", date_words(from)), true),
            State::Stale(on) => (format!("this was last looked up on {}", date_words(on)), true),
        };
        if !self.reasons.iter().any(|known| known.span == span) {
            self.reasons.push(Reason { span, why, by_calendar });
        }
    }

    /// Adds a field that the file uses, if it has dates of its own.
    fn uses(&mut self, record: &Record, fact: &Fact) {
        let is_own = !std::sync::Arc::ptr_eq(&fact.common, &record.common);
        if is_own {
            self.stands_on(&fact.common, fact.key_span);
        }
    }

    fn contacts(&mut self, policy: &Record) {
        let Some(fact) = policy.field("contact") else { return };
        self.uses(policy, fact);
        let ids = match &fact.value {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        for id in ids {
            let id = id.text();
            // An unknown id is reported at the place that names it.
            let Some(contact) = self.book.facts.record("contact", &id) else { continue };
            if contact.common.visibility != Visibility::Public {
                self.refuse(contact.span, "not everybody may see this contact");
                continue;
            }
            self.stands_on(&contact.common, contact.span);
            let before = self.lines.len();
            for name in ["email", "url", "phone"] {
                let Some((fact, value)) = contact.field(name).and_then(|fact| Some((fact, fact.value.as_ref()?)))
                else {
                    continue;
                };
                match value.link().filter(|link| !link.starts_with("http:")) {
                    Some(link) => {
                        self.uses(contact, fact);
                        self.lines.push(("Contact", link));
                    }
                    None => self.refuse(fact.span, "security.txt takes addresses that begin with `https://` only"),
                }
            }
            if self.lines.len() == before && self.reasons.is_empty() {
                self.refuse(
                    contact.span,
                    "this contact has neither an e-mail address nor a page nor a telephone number",
                );
            }
        }
        if self.lines.is_empty() && self.reasons.is_empty() {
            self.refuse(fact.span, "the policy names no contact that could be written to");
        }
    }

    fn field(&mut self, policy: &Record, name: &'static str, field: &str, form: FieldForm) {
        let Some((fact, value)) = policy.field(field).and_then(|fact| Some((fact, fact.value.as_ref()?))) else {
            // By default, the canonical address is that of the published site.
            if let ("Canonical", Some(url), "/") = (name, self.site_url(), self.book.config.base_path().as_str()) {
                self.lines.push((name, url));
            }
            return;
        };
        self.uses(policy, fact);
        let items = match value {
            Value::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let texts: Vec<String> = items.iter().map(Value::text).collect();
        for text in &texts {
            if let Some(why) = form.against(text) {
                self.refuse(fact.span, format!("`{text}` has no place in security.txt: {why}"));
            }
        }
        match form {
            FieldForm::Languages if texts.is_empty() => {}
            FieldForm::Languages => self.lines.push((name, texts.join(", "))),
            FieldForm::Web => self.lines.extend(texts.into_iter().map(|text| (name, text))),
        }
    }

    fn site_url(&self) -> Option<String> {
        let url = self.book.config.trustbook.site_url.as_ref().filter(|url| url.scheme() == "https")?;
        url.join(OUTPUT.name).ok().map(String::from)
    }

    fn finish(self) -> Result<String, Vec<Reason>> {
        if !self.reasons.is_empty() {
            return Err(self.reasons);
        }
        let longest = self.book.facts.today.checked_add(MAX_DAYS.days()).ok();
        let until = self.until.into_iter().chain(longest).min().unwrap_or(self.book.facts.today);
        let mut text = String::new();
        let (contacts, others): (Vec<_>, Vec<_>) = self.lines.into_iter().partition(|(name, _)| *name == "Contact");
        let expires = ("Expires", format!("{until}T23:59:59Z"));
        for (name, value) in contacts.into_iter().chain([expires]).chain(others) {
            // Every value is a valid address or tag here, and contains no line break.
            text.extend([name, ": ", value.as_str(), "\n"]);
        }
        Ok(text)
    }
}

impl FieldForm {
    /// Returns the reason why a text is not valid in this format.
    fn against(self, text: &str) -> Option<&'static str> {
        match self {
            _ if text.chars().any(|c| c.is_control() || c.is_whitespace()) => Some("an address has no spaces"),
            FieldForm::Web if !text.starts_with("https://") => Some("an address there begins with `https://`"),
            FieldForm::Languages if !is_language_tag(text) => Some("a language is a tag such as `en` or `pt-BR`"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_could_begin_a_line_are_refused() {
        for form in [FieldForm::Web, FieldForm::Languages] {
            assert!(form.against("https://a.example/\nContact: mailto:b@c.example").is_some());
            assert!(form.against("https://a.example/ b").is_some());
        }
        assert!(FieldForm::Web.against("http://a.example/").is_some());
        assert!(FieldForm::Web.against("https://a.example/").is_none());
    }
}
