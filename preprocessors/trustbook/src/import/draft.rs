//! Drafts of records and facts: what a page states, what it leaves open, and what a person has to decide.

use super::columns::{NOTE, Shape};
use super::page::Cell;
use super::read::slug;
use super::values::{self, one_line};
use std::collections::BTreeSet;
use toml_edit::{InlineTable, Value};
use trustbook_core::register::kinds::{self, RecordKind};

/// A record as a page states it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The kind.
    pub(super) kind: &'static RecordKind,
    /// The id.
    pub(super) id: String,
    /// The fields, in the order of the page.
    pub(super) fields: Vec<(&'static str, Value)>,
    /// Words of the page that no field takes; they are printed beside the record.
    pub(super) notes: Vec<String>,
    /// Questions for a person.
    pub(super) checks: Vec<String>,
    /// Fields that the page leaves open.
    pub(super) open: BTreeSet<&'static str>,
}

/// A fact of the organisation that a page states.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    /// The id: `vendor.breach_notification`.
    pub(super) id: &'static str,
    /// The value.
    pub(super) value: Value,
}

/// Fields that name a record.
const TITLES: &[&str] =
    &["name", "scheme", "place", "question", "email", "data", "feature", "purpose", "statement", "url"];

impl Draft {
    /// Creates a record of a kind without fields.
    pub(super) fn new(kind: &str) -> Option<Draft> {
        Some(Draft {
            kind: kinds::find(kind)?,
            id: String::new(),
            fields: Vec::new(),
            notes: Vec::new(),
            checks: Vec::new(),
            open: BTreeSet::new(),
        })
    }

    /// Adds the words of a cell as a field, and what the field cannot hold as a note.
    pub(super) fn take(&mut self, field: Option<&'static str>, label: &str, cell: &Cell) {
        let text = one_line(&cell.text);
        let Some(field) = field.and_then(|field| self.kind.field(field)) else {
            // A note is text: the target of a link goes beside its words.
            let target =
                cell.links.first().filter(|link| link.starts_with("https://") && !text.contains(link.as_str()));
            let target = target.map(|link| format!(" ({link})")).unwrap_or_default();
            if !text.is_empty() {
                self.notes.push(labelled(label, &format!("{text}{target}")));
            }
            return;
        };
        if self.kind.name == "region" && field.name == "codes" {
            return self.codes(label, &text);
        }
        if self.kind.name == "contact" && field.name == "roles" {
            return self.roles(label, &text);
        }
        let mut read = values::read(field, cell);
        // A seat is often given as a whole address.
        if let ("seat", Some(address)) = (field.name, &read.rest)
            && address.contains(|c: char| c.is_ascii_digit())
            && self.get("address").is_none()
        {
            self.set("address", address.as_str().into());
            read.rest = None;
        }
        if let Some(value) = read.value {
            self.set(field.name, value);
        }
        if let Some(rest) = read.rest {
            self.checks.push(format!("`{}`: the page says “{rest}”", field.name));
            self.notes.push(labelled(label, &rest));
        }
        let is_link = |link: &&String| link.starts_with("https://");
        if let ("subprocessor", "name", Some(link)) = (self.kind.name, field.name, cell.links.iter().find(is_link)) {
            let words = link.to_lowercase();
            let field = match () {
                () if words.contains("processor") => "list_url",
                () if words.contains("dpa") || words.contains("data-processing") => "dpa_url",
                () => "url",
            };
            self.set(field, link.as_str().into());
        }
    }

    /// Sets a field, unless it is there already.
    pub(super) fn set(&mut self, field: &'static str, value: Value) {
        if self.get(field).is_none() {
            self.fields.push((field, value));
        }
    }

    /// Returns the value of a field.
    pub(super) fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// Moves a field that does not hold its value into the note, with the reason as a question.
    pub(super) fn demote(&mut self, field: &str, why: &str) -> bool {
        let Some(at) = self.fields.iter().position(|(name, _)| *name == field) else { return false };
        let (name, value) = self.fields.remove(at);
        let words = words(&value);
        self.checks.push(format!("`{name}`: “{words}” {why}"));
        if name != NOTE {
            self.notes.push(labelled(&name.replace('_', " "), &words));
        }
        true
    }

    /// The words by which readers know the record.
    pub(super) fn title(&self) -> String {
        TITLES.iter().find_map(|field| self.get(field)).map(words).unwrap_or_default()
    }

    /// Everything that it says, to tell it from another of the same name.
    pub(super) fn content(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| format!("{name} = {value}"));
        fields.chain(self.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
    }

    /// Returns true if another record of the same name says all that this one does.
    pub(super) fn is_within(&self, other: &Draft) -> bool {
        let has = |name: &str, value: &Value| {
            other.get(name).is_some_and(|more| words(more).to_lowercase().contains(&words(value).to_lowercase()))
        };
        self.kind == other.kind
            && self.title().eq_ignore_ascii_case(&other.title())
            && self.fields.iter().all(|(name, value)| has(name, value))
            && self.notes.iter().all(|note| other.notes.contains(note))
    }

    /// Gives the record an id that is free.
    pub(super) fn name(&mut self, is_taken: impl Fn(&str) -> bool) {
        let words: Vec<String> = slug(&self.title()).split('-').take(6).map(str::to_owned).collect();
        let base = words.join("-");
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        self.id = std::iter::once(base.clone()).chain(numbered).find(|id| !is_taken(id)).unwrap_or(base);
    }

    /// Adds the region code of a provider that the column or the code names.
    fn codes(&mut self, label: &str, text: &str) {
        let label = label.to_lowercase();
        let named = ["aws", "gcp", "azure"].into_iter().find(|provider| label.contains(provider));
        match named {
            Some(provider) if !text.contains([' ', ',']) => {
                let mut codes = InlineTable::new();
                codes.insert(provider, text.into());
                self.set("codes", codes.into());
            }
            _ if text.is_empty() => {}
            _ => {
                self.checks.push(format!("`codes`: the page says “{text}”, and not of which provider"));
                self.notes.push(labelled("code", text));
            }
        }
    }

    fn roles(&mut self, label: &str, text: &str) {
        match role(text) {
            Some(role) => self.set("roles", Value::Array([role].into_iter().collect())),
            None => self.notes.push(labelled(label, text)),
        }
    }
}

/// Returns the role of a contact that words name for certain.
pub(super) fn role(words: &str) -> Option<&'static str> {
    Some(match words.to_lowercase().trim() {
        "security" | "security team" | "infosec" => "security",
        "vulnerability" | "psirt" | "bugbounty" | "bug-bounty" | "vulnerabilities" | "disclosure" => "vulnerability",
        "privacy" | "datenschutz" | "gdpr" => "privacy",
        "dpo" | "data protection officer" | "dataprotection" => "dpo",
        "support" | "help" | "customer support" => "support",
        "legal" => "legal",
        "abuse" => "abuse",
        "sales" => "sales",
        _ => return None,
    })
}

fn labelled(label: &str, text: &str) -> String {
    let label = one_line(label);
    match label.trim_end_matches(':') {
        "" => text.to_owned(),
        label => format!("{label}: {text}"),
    }
}

/// Returns the words of a value.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.value().clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::InlineTable(table) => table.iter().map(|(_, value)| words(value)).collect::<Vec<_>>().join(", "),
        other => other.to_string().trim().to_owned(),
    }
}

/// Drafts a record from labels and their cells; `None` if it lacks what identifies its kind.
pub(super) fn of(shape: &Shape, pairs: &[(Option<&'static str>, &str, &Cell)], heading: &str) -> Option<Draft> {
    let mut draft = Draft::new(shape.kind)?;
    for (field, label, cell) in pairs {
        draft.take(*field, label, cell);
    }
    implied(&mut draft, heading);
    let key = ["name", "scheme", "place", "question", "email", "data", "statement"];
    key.iter().any(|field| draft.get(field).is_some()).then_some(draft)
}

/// Adds what follows from the heading above: who is on a list of subprocessors is one, and a cookie is a cookie.
fn implied(draft: &mut Draft, heading: &str) {
    let heading = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    match draft.kind.name {
        "subprocessor" if has(&["former", "past ", "previous", "removed"]) => draft.set("status", "ended".into()),
        "subprocessor" if has(&["upcoming", "planned", "future", "new "]) => {}
        "subprocessor" => draft.set("status", "active".into()),
        "cookie" => {
            if !has(&["storage"]) {
                draft.set("kind", "cookie".into());
            }
            let cell = Cell { text: heading.replace("cookies", "").replace("cookie", ""), ..Cell::default() };
            let category = draft.kind.field("category").and_then(|field| values::read(field, &cell).value);
            if let Some(category) = category {
                draft.set("category", category);
            }
        }
        _ => {}
    }
}
