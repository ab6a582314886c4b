//! A page names a fact that the register does not have.

use super::{Check, Findings, Run, on_pages, slots_of};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::arguments::BadArgument;
use crate::expand::block::{self, check_arguments};
use crate::expand::{Nothing, claim_link, schema_link, show};
use crate::facts::{FactRef, Facts};
use crate::page::{Context, Page, Reference, Slot, SlotKind};
use crate::register::common::Visibility;
use crate::register::needs;
use crate::span::{SourceMap, Span};
use crate::suggest::{listed, nearest};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("fact-unknown", include_str!("fact_unknown.md"), Run::Book(run));

/// A problem with a name.
#[derive(Debug, Clone)]
enum UnknownName {
    /// The id is unknown.
    Unknown(Span, String),
    Other(Diagnostic),
}

fn run(book: &Book, findings: &mut Findings) {
    let broken = &Broken::of(book);
    let look = |page| {
        let slots = slots_of(page).flat_map(|slot| in_slot(book, page, slot));
        slots.chain(page.references.iter().filter_map(|link| in_link(book, page, link))).collect()
    };
    owners(book, findings);
    for wrong in on_pages(&book.pages, &CHECK, look) {
        match wrong {
            UnknownName::Unknown(span, id) => unknown(book, broken, span, &id, findings),
            UnknownName::Other(finding) => findings.push(finding),
        }
    }
}

/// Reports owners that almost match the id of a contact. Any other owner is a plain name.
fn owners(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    let contacts: BTreeSet<&str> = register.of_kind("contact").map(|record| record.id.as_str()).collect();
    let facts = register.facts.iter().map(|fact| (fact.key_span.file, &*fact.common));
    let records = register.records.iter().map(|record| (record.span.file, &*record.common));
    let texts = book.pages.iter().filter_map(|page| page.dates.as_ref()).map(|dates| (dates.span.file, &dates.common));
    let commons = facts.chain(records).chain(texts);
    let owners: BTreeSet<(_, &str)> =
        commons.filter_map(|(file, common)| Some((file, common.owner.as_deref()?))).collect();
    for (file, owner) in owners {
        let lower = owner.to_lowercase();
        let most = if owner.len() < 6 { 1 } else { 2 };
        let is_near = |id: &&&str| (1..=most).contains(&strsim::damerau_levenshtein(&lower, id));
        let Some(near) = contacts.iter().filter(|_| owner.len() > 3 && !contacts.contains(owner)).find(is_near) else {
            continue;
        };
        let text = book.map.file(file).text();
        let quoted = ["\"", "'"].map(|quote| (quote.len(), format!("{quote}{owner}{quote}")));
        // Front matter in YAML needs no quotes.
        let written = quoted.into_iter().chain([("owner: ".len(), format!("owner: {owner}"))]);
        let Some(at) = written.into_iter().find_map(|(shift, it)| Some(text.find(&it)? + shift)) else { continue };
        let span = Span::new(file, at..at + owner.len());
        let message = format!("the owner `{owner}` is not a contact");
        findings.push(Diagnostic::new(span, message).help(format!("did you mean `{near}`?")).edit(span, *near));
    }
}

fn in_slot(book: &Book, page: &Page, slot: &Slot) -> Vec<UnknownName> {
    // A misplaced expression is reported first.
    if matches!(slot.context, Context::Misplaced(_) | Context::Unseen) {
        return Vec::new();
    }
    match &slot.what {
        SlotKind::Value(expression) => {
            let wrong = match show(book, page, expression) {
                Err(Nothing::Unknown) => Some(UnknownName::Unknown(slot.span, expression.id.clone())),
                Err(Nothing::Internal) => Some(UnknownName::Other(internal(slot.span, &expression.id))),
                Err(Nothing::InternalOwner) => Some(UnknownName::Other(internal_owner(slot.span, &expression.id))),
                Err(Nothing::Absent) => absent(&book.facts, slot.span, &expression.id).map(UnknownName::Other),
                Err(Nothing::Undated) => Some(UnknownName::Other(undated(slot.span))),
                // `field-unknown` reports what no data model has.
                Err(Nothing::Record | Nothing::Reported | Nothing::NotModelled) | Ok(_) => None,
            };
            wrong.into_iter().collect()
        }
        SlotKind::Block(call) => {
            let bad = check_arguments(book, call).into_iter();
            bad.filter_map(|bad| match bad {
                BadArgument::Unknown { id } => Some(UnknownName::Unknown(slot.span, id)),
                _ => None,
            })
            .collect()
        }
        SlotKind::Braces | SlotKind::Malformed(_) => Vec::new(),
    }
}

fn in_link(book: &Book, page: &Page, link: &Reference) -> Option<UnknownName> {
    match link.scheme {
        "schema" => modelled(book, page, link.span, &link.id).map(UnknownName::Other),
        "claim" => {
            let id = format!("claim.{}", link.id);
            match claim_link(book, page, &link.id) {
                Err(Nothing::Unknown) => Some(UnknownName::Unknown(link.span, id)),
                Err(Nothing::Internal) => Some(UnknownName::Other(internal(link.span, &id))),
                Err(_) => Some(UnknownName::Other(without_evidence(link.span, &id))),
                Ok(_) => None,
            }
        }
        _ => match book.facts.find(&link.id) {
            None => Some(UnknownName::Unknown(link.span, link.id.clone())),
            Some(FactRef::Open(..)) => absent(&book.facts, link.span, &link.id).map(UnknownName::Other),
            Some(found) if found.common().visibility != Visibility::Public => {
                Some(UnknownName::Other(internal(link.span, &link.id)))
            }
            Some(_) => None,
        },
    }
}

fn unknown(book: &Book, broken: &Broken<'_>, span: Span, id: &str, findings: &mut Findings) {
    if broken.may_state(id) {
        return;
    }
    let finding = Diagnostic::new(span, format!("no fact `{id}` in the register"));
    if block::words(&book.theme).contains(&id) {
        let written = format!("{{{{#{id}}}}}");
        let finding = finding.help(format!("write a block as `{written}`, on a line of its own"));
        let is_alone = book.map.slice(span).trim_matches(['{', '}', ' ']) == id;
        findings.push(if is_alone { finding.edit(span, written) } else { finding });
        return;
    }
    let record = id.rsplit_once('.').and_then(|(record, _)| book.facts.find(record));
    if let Some(FactRef::Record(record)) = record {
        let fields = || record.kind.fields.iter().map(|field| field.name);
        let near = nearest(id.rsplit('.').next().unwrap_or_default(), fields());
        findings.push(match near {
            Some(near) => meant(&book.map, finding, span, id, &format!("{}.{near}", record.full_id())),
            None => finding.help(format!("a {} has the fields {}", record.kind.name, listed(fields()))),
        });
        return;
    }
    findings.push(match findings.suggest(id, book.facts.ids()) {
        Some(near) => meant(&book.map, finding, span, id, near),
        None => finding.help("state it in a file of `facts/`; `trustbook facts` lists the existing ones"),
    });
}

/// Adds the id that was probably meant to a finding, with an edit if the id is written there.
fn meant(map: &SourceMap, finding: Diagnostic, span: Span, id: &str, near: &str) -> Diagnostic {
    let written = map.slice(span);
    let finding = finding.help(format!("did you mean `{near}`?"));
    if written.contains(id) { finding.edit(span, written.replacen(id, near, 1)) } else { finding }
}

/// The words of each file with syntax errors. Ids among them are not reported as unknown: they may return once the file
/// is corrected.
struct Broken<'t> {
    words: Vec<BTreeSet<&'t str>>,
    /// True if a file could not be read at all, and may have any id.
    any: bool,
}

impl<'t> Broken<'t> {
    fn of(book: &'t Book) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let files = book.facts.register.broken.iter();
        let words = files.map(|file| book.map.file(*file).text().split(|c| !is_part(c)).collect()).collect();
        Broken { words, any: book.facts.register.is_unread() }
    }

    fn may_state(&self, id: &str) -> bool {
        self.any || self.words.iter().any(|words| id.split('.').all(|part| words.contains(part)))
    }
}

fn undated(span: Span) -> Diagnostic {
    Diagnostic::new(span, "this page uses no dated fact, so it has no oldest statement")
        .help("remove the expression, or give the facts of the page a `stated` date")
}

/// Creates a finding for a table or field without an address. `field-unknown` reports those that do not exist.
fn modelled(book: &Book, page: &Page, span: Span, id: &str) -> Option<Diagnostic> {
    match schema_link(book, page, id) {
        Err(Nothing::Internal) => Some(internal(span, id)),
        Err(Nothing::Absent) => Some(
            Diagnostic::new(span, format!("`{id}` has no address to link to"))
                .help("describe its table on a page with the block `fields`, which gives it an address on this site")
                .help("or state the `repository` of the data model, and its `permalink` if the forge is not known"),
        ),
        _ => None,
    }
}

fn without_evidence(span: Span, id: &str) -> Diagnostic {
    Diagnostic::new(span, format!("no page shows how `{id}` was verified"))
        .help("write the block `claims` on a page: `{{#claims}}`")
}

fn internal(span: Span, id: &str) -> Diagnostic {
    Diagnostic::new(span, format!("`{id}` is not public and cannot be shown on a page"))
        .help("remove it, or set its `visibility` to `public`")
}

fn internal_owner(span: Span, id: &str) -> Diagnostic {
    Diagnostic::new(span, format!("the owner of `{id}` is internal and cannot be shown on a page"))
        .help("remove it, or make the contact public")
}

fn absent(facts: &Facts, span: Span, id: &str) -> Option<Diagnostic> {
    if facts.find(id).is_none() && id.starts_with("schema.") {
        let message = format!("`{id}` has nothing to show in this format");
        return Some(
            Diagnostic::new(span, message)
                .help("a field has its name, and with `as` its `type`, `source`, `owner` and `text`")
                .help("if a commit of its repository was checked, `as date` is the date of that check"),
        );
    }
    let finding = Diagnostic::new(span, format!("the register does not state `{id}`"));
    let Some(FactRef::Open(record, field)) = facts.find(id) else {
        return Some(finding.help("state it, or ask for a format that it has"));
    };
    // A misspelt field of the record is reported in the register.
    if needs::is_misspelt(&facts.register, record, field.name) {
        return None;
    }
    let given: Vec<&str> = record.fields.iter().filter_map(|fact| fact.id.rsplit('.').next()).collect();
    Some(
        finding
            .also(record.span, format!("this record gives {}", listed(given)))
            .help(format!("state its `{0}`, or add `{0}` to its `not_stated`", field.name)),
    )
}
