//! A fact or a record appears on no page.

use super::{Check, Findings, Run, asked};
use crate::book::Book;
use crate::claim::hosts::DOMAINS;
use crate::datamap::Datamap;
use crate::datamap::Version;
use crate::diagnostic::Diagnostic;
use crate::expand::uses::ShownIds;
use crate::profile::Need;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::register::{Record, Register, source};
use crate::span::FileId;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::warn("fact-unused", include_str!("fact_unused.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    if !book.is_whole() {
        return;
    }
    let used = ShownIds::of(book);
    let register = &book.facts.register;
    let shown = |common: &Common, file: FileId| {
        // A file with syntax errors may state other things once it is corrected.
        common.visibility != Visibility::Internal && !register.broken.contains(&file)
    };
    // If a profile requires a kind that no page shows, `chapter-missing` reports it once.
    let asked: Vec<&Need> = asked(&book.config).collect();
    let is_shown =
        |need: &Need| register.records.iter().any(|record| need.takes(register, record) && used.has_record(record));
    let missing: Vec<&Need> = asked.iter().copied().filter(|need| !is_shown(need)).collect();
    let is_asked = |record: &Record| missing.iter().any(|need| need.takes(register, record));
    for fact in register.facts.iter().filter(|fact| shown(&fact.common, fact.span.file) && !used.has(&fact.id)) {
        // The vendor's own domains serve to judge observations, without being on a page.
        if fact.id != DOMAINS && !asked.iter().any(|need| need.takes_fact(&fact.id)) {
            findings.push(message(&fact.id, fact.key_span.into()));
        }
    }
    let commons =
        register.facts.iter().map(|fact| &fact.common).chain(register.records.iter().map(|record| &record.common));
    let owners: BTreeSet<&str> = commons.clone().filter_map(|common| common.owner.as_deref()).collect();
    let limits: BTreeSet<&str> =
        commons.flat_map(|common| common.deployments.iter().map(|id| id.value.as_str())).collect();
    let named = named(register);
    let live: BTreeSet<&str> = register.live().map(|live| live.source.value.as_str()).collect();
    let mut unused_lists = BTreeSet::new();
    for record in register.records.iter().filter(|record| shown(&record.common, record.span.file)) {
        // A contact is responsible for facts, and a hosting option limits them, without being on a page.
        let serves = match record.kind.name {
            "contact" => owners.contains(record.id.as_str()),
            "deployment" => limits.contains(record.id.as_str()),
            // A left-out table records a decision about a table that no page describes.
            "table" => record.field("left_out").is_some() || is_unread(&book.datamap, &schema_of(record)),
            "schema" => is_unread(&book.datamap, &record.id),
            source::KIND => live.contains(record.id.as_str()),
            _ => false,
        };
        if !serves
            && !named.contains(&record.full_id())
            && !used.has_record(record)
            && !is_asked(record)
            && register.list_of(record).is_none_or(|list| unused_lists.insert(&list.fact.id))
        {
            findings.push(message(&record.full_id(), record.span.into()));
        }
    }
}

/// Returns true if the contents of a data model are unknown, which is reported elsewhere. Pages that show its tables
/// then do not count.
fn is_unread(datamap: &Datamap, schema: &str) -> bool {
    datamap.schema(schema).is_none_or(|schema| schema.version == Version::None)
}

fn schema_of(record: &Record) -> String {
    record.value("schema").map(Value::text).unwrap_or_default()
}

/// Returns the records that other records name, such as the contact of a policy, and are shown with.
fn named(register: &Register) -> BTreeSet<String> {
    let values = register.records.iter().flat_map(|record| &record.fields).filter_map(|fact| fact.value.as_ref());
    let mut found = BTreeSet::new();
    for value in values {
        let items = if let Value::List(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
        found.extend(items.iter().filter_map(|item| match item {
            Value::Id(kind, id) => Some(format!("{kind}.{id}")),
            _ => None,
        }));
    }
    found
}

fn message(id: &str, place: crate::diagnostic::Place) -> Diagnostic {
    Diagnostic::new(place, format!("no page shows `{id}`"))
        .help("show it on a page, remove it, or set its `visibility` to `internal`")
}
