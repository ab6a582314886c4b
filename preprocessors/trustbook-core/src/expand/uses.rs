//! The facts and records that a page rests on, and the date of the oldest.

use super::arguments::argument;
use super::{block, fields};
use crate::book::{Book, Oldest, Reviewed};
use crate::datamap::{Datamap, ModelTarget};
use crate::facts::FactRef;
use crate::page::syntax::BlockCall;
use crate::page::{Context, Page, SlotKind};
use crate::register::Record;
use crate::register::claim::KIND as CLAIM;
use crate::register::common::{Common, State, Visibility};
use crate::register::kinds::KINDS;
use crate::suggest::nearest;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The id of the expression for the oldest statement of a page.
pub const OLDEST: &str = "page.oldest";

/// The kind of hosting options.
const DEPLOYMENT: &str = "deployment";

/// Returns the ids that a page uses: free facts, records, and fields of records.
pub fn of_page(book: &Book, page: &Page) -> Arc<BTreeSet<String>> {
    page.cache.of("uses", (), || found_on(book, page, |_| true))
}

/// Returns the ids that a page uses, of the blocks only in those that are wanted.
fn found_on(book: &Book, page: &Page, is_wanted: impl Fn(&BlockCall) -> bool) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut blocks = BTreeSet::new();
    for slot in page.slots.iter().filter(|slot| slot.context != Context::Code) {
        match &slot.what {
            SlotKind::Block(call) if !is_wanted(call) => {}
            SlotKind::Value(expression) if expression.id == OLDEST => {}
            SlotKind::Value(expression) => {
                used.extend(modelled(&book.datamap, expression.id.strip_prefix("schema.").unwrap_or_default()));
                used.insert(expression.id.clone());
            }
            SlotKind::Block(call) if blocks.insert(call) => used.extend(block::ids(book, call)),
            SlotKind::Block(_) | SlotKind::Braces | SlotKind::Malformed(_) => {}
        }
    }
    used.extend(page.references.iter().filter(|link| link.scheme == "fact").map(|link| link.id.clone()));
    let claims = page.references.iter().filter(|link| link.scheme == "claim");
    used.extend(claims.map(|link| format!("claim.{}", link.id)));
    let schemas = page.references.iter().filter(|link| link.scheme == "schema");
    used.extend(schemas.flat_map(|link| modelled(&book.datamap, &link.id)));
    used
}

/// The maximum number of unknown ids for which a similar known id is searched.
const MOST_MEANT: usize = 200;

/// The ids that any page shows. A misspelt id is reported where it is written; the id that was meant counts as shown.
#[derive(Debug)]
pub struct ShownIds(BTreeSet<String>);

impl ShownIds {
    /// Returns the ids that the pages of a book show.
    pub fn of(book: &Book) -> Self {
        let of_pages: Vec<Arc<BTreeSet<String>>> = book.pages.par_iter().map(|page| of_page(book, page)).collect();
        let mut all: BTreeSet<&str> = of_pages.iter().flat_map(|of_page| of_page.iter().map(String::as_str)).collect();
        let is_known = |id: &str| {
            let in_schema = id.strip_prefix("schema.").is_some_and(|id| !modelled(&book.datamap, id).is_empty());
            in_schema || book.facts.find(id).is_some()
        };
        let unknown: Vec<&str> = all.iter().copied().filter(|id| !is_known(id)).take(MOST_MEANT).collect();
        let meant: Vec<&str> = unknown.iter().filter_map(|id| nearest(id, book.facts.ids())).collect();
        // `{{ cookies }}` is probably meant as the block of all cookies.
        let blocks = KINDS.iter().filter(|kind| unknown.contains(&kind.block));
        let drawn: Vec<String> =
            blocks.flat_map(|kind| book.facts.register.of_kind(kind.name)).map(Record::full_id).collect();
        all.extend(drawn.iter().map(String::as_str));
        all.extend(meant);
        ShownIds(all.into_iter().map(str::to_owned).collect())
    }

    /// Returns true if a page shows this id.
    pub fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// Returns true if a record is shown: as a whole by a block, or by one of its fields.
    pub fn has_record(&self, record: &Record) -> bool {
        let id = record.full_id();
        self.has(&id) || self.has_below(&id)
    }

    /// Returns true if a page shows an id below this one.
    pub fn has_below(&self, id: &str) -> bool {
        let below = format!("{id}.");
        self.0.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
    }
}

/// Returns the ids of the records about the table of an id, or about the table of its field.
fn modelled(datamap: &Datamap, id: &str) -> Vec<String> {
    match datamap.find(id) {
        ModelTarget::Table(schema, table) | ModelTarget::Field(schema, table, _) => {
            fields::records_of(vec![(schema, table)])
        }
        _ => Vec::new(),
    }
}

/// Returns the oldest statement of a page; `None` if it uses no dated fact.
pub(super) fn oldest_on(book: &Book, page: &Page) -> Option<Oldest> {
    let used = of_page(book, page);
    let own = page.dates.as_ref().map(|dates| &dates.common);
    used.iter()
        .filter_map(|id| book.facts.find(id))
        .map(FactRef::common)
        .chain(own)
        .filter(|common| common.visibility != Visibility::Internal)
        .filter_map(|common| {
            let checked = common.verified.is_some() || common.seen.is_some();
            common.said().map(|date| Oldest { date, checked })
        })
        .min()
}

/// Returns the reviews of the statements on a page. Each build verifies the claims, so nobody has to review them.
pub(super) fn reviewed_on(book: &Book, page: &Page) -> Reviewed {
    let mut reviewed = Reviewed::default();
    for found in of_page(book, page).iter().filter_map(|id| book.facts.find(id)) {
        let common = found.common();
        if common.visibility == Visibility::Internal {
            continue;
        }
        let (is_verdict, has_passed) = match found {
            FactRef::Record(record) => {
                (record.kind.name == CLAIM, record.fields.iter().any(|field| book.facts.passed(field).is_some()))
            }
            FactRef::Fact(fact) => (fact.id.starts_with("claim."), book.facts.passed(fact).is_some()),
            FactRef::Open(..) => (false, false),
        };
        match book.facts.shown_state(common) {
            State::Expired(_) => reviewed.expired += 1,
            State::Due(_) | State::Stale(_) => reviewed.due += 1,
            _ if has_passed => reviewed.due += 1,
            _ => {}
        }
        match common.seen.map(|seen| seen.on).or(common.verified) {
            Some(on) => reviewed.since = Some(reviewed.since.map_or(on, |since| since.min(on))),
            None if is_verdict => {}
            None => reviewed.open += 1,
        }
    }
    reviewed
}

/// Returns the hosting options that a page is about by the names that readers know, in the order of the register. Empty
/// if the page does not distinguish them. Contacts apply to every option, so they do not count.
pub fn deployments(book: &Book, page: &Page) -> Vec<String> {
    let limit = |call: &BlockCall| argument(call, DEPLOYMENT).map(str::to_owned);
    let calls = page.slots.iter().filter(|slot| slot.context != Context::Code).filter_map(|slot| match &slot.what {
        SlotKind::Block(call) => Some((limit(call)?, block::ids(book, call).into_iter().collect())),
        _ => None,
    });
    // What a block shows of one hosting option says nothing about the others.
    let limited: Vec<(String, BTreeSet<String>)> = calls.collect();
    let rest = match limited.is_empty() {
        true => of_page(book, page),
        false => Arc::new(found_on(book, page, |call| limit(call).is_none())),
    };
    let limited = limited.iter().flat_map(|(only, ids)| ids.iter().map(move |id| (Some(only), id)));
    let used = rest.iter().map(|id| (None, id)).chain(limited);
    let records = used.filter_map(|(only, id)| match book.facts.find(id) {
        Some(FactRef::Record(record)) => Some((only, record)),
        _ => None,
    });
    let said: Vec<(Option<&String>, &Common)> = records
        .filter(|(_, record)| !matches!(record.kind.name, "contact" | DEPLOYMENT))
        .map(|(only, record)| (only, &*record.common))
        .filter(|(_, common)| common.visibility != Visibility::Internal)
        .collect();
    if said.iter().all(|(only, common)| only.is_none() && common.deployments.is_empty()) {
        return Vec::new();
    }
    let all = book.facts.register.of_kind(DEPLOYMENT);
    let shown = all.filter(|option| option.common.visibility == Visibility::Public);
    let speaks_of = |option: &&Record| {
        said.iter().any(|(only, common)| only.is_none_or(|id| *id == option.id) && common.applies_to(&option.id))
    };
    shown.filter(speaks_of).map(Record::title).collect()
}
