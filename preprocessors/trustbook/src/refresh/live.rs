//! The refresh of one source to an entry of the lock: all of its facts are found, or none changes.

use super::format::{self, Document};
use super::select::Miss;
use super::source::{self, SourceContent, SourceRequest, SourceResult};
use crate::failure::Failure;
use crate::net::Net;
use crate::output::cut;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use trustbook_core::facts::Facts;
use trustbook_core::lock::{FactEntry, SourceEntry};
use trustbook_core::register::kinds::RecordKind;
use trustbook_core::register::live::{Literal, Live, literal};
use trustbook_core::register::{Fact, Record, list, source as asks};
use trustbook_core::schema::index::hex;
use trustbook_core::secret::Scanner;
use trustbook_core::secret::SecretParts;
use trustbook_core::{Book, World};

/// The longest value that is shown, in characters.
pub(super) const MOST_SHOWN: usize = 80;

/// The book and the network.
#[derive(Clone, Copy)]
pub(super) struct RefreshContext<'a> {
    pub(super) book: &'a Book,
    pub(super) world: &'a dyn World,
    pub(super) dir: &'a Path,
    pub(super) net: &'a Net,
    /// The values of variables that the book names. No part of them may be stored or shown.
    pub(super) parts: &'a SecretParts,
    /// The time at which the run ends.
    pub(super) until: Instant,
}

/// The result of refreshing a source.
pub(super) struct LiveResult {
    /// The entry for the lock; `None` if there is none, neither before nor now.
    pub(super) entry: Option<SourceEntry>,
    /// The failures because of which the old entry was kept.
    pub(super) failures: Vec<Failure>,
}

/// A live fact of a source.
struct Wanted<'a> {
    id: &'a str,
    live: &'a Live,
    /// The kind of the records, if it is a list of them.
    records: Option<&'static RecordKind>,
}

/// Refreshes a source, and withholds content that includes a part of a variable.
pub(super) async fn look(around: RefreshContext<'_>, record: &Record, old: Option<&SourceEntry>) -> LiveResult {
    let looked = looked(around, record, old).await;
    let is_new = |entry: &SourceEntry| old.is_none_or(|old| old.body() != entry.body());
    let entry = looked.entry.filter(is_new);
    match entry.as_ref().and_then(|entry| around.parts.find(entry.body().as_bytes())) {
        Some(name) => LiveResult { entry: old.cloned(), failures: vec![kept_back(name)] },
        None => {
            let shown = |failure: Failure| around.parts.find(failure.text().as_bytes()).map_or(failure, kept_back);
            let failures = looked.failures.into_iter().map(shown).collect();
            LiveResult { entry: entry.or_else(|| old.cloned()), failures }
        }
    }
}

/// Returns the failure for content that includes a part of a variable.
pub(super) fn kept_back(name: &str) -> Failure {
    Failure::new(format!("its content holds a part of the variable `{name}`, and nothing of it is kept or shown")).help(
        "give the variable only to servers that do not return it; if the text is the same by chance, use another \
         secret",
    )
}

async fn looked(around: RefreshContext<'_>, record: &Record, old: Option<&SourceEntry>) -> LiveResult {
    // A partial record may lack the settings that restrict a request.
    if around.book.facts.register.broken.contains(&record.span.file) {
        let failure = Failure::new("the file of the register that states it cannot be read completely");
        return LiveResult { entry: old.cloned(), failures: vec![failure.help("see `trustbook check`")] };
    }
    let wanted = wanted(&around.book.facts, record);
    let asked = SourceRequest {
        book: around.book,
        world: around.world,
        dir: around.dir,
        net: around.net,
        record,
        until: around.until,
        known: old.filter(|old| is_known(record, old, &wanted)),
    };
    let today = around.book.facts.today;
    let kept = |failures: Vec<Failure>| LiveResult { entry: old.cloned(), failures };
    match source::read(asked).await {
        Err(failure) => kept(vec![failure]),
        Ok(SourceResult::Unchanged) => {
            let entry = old.map(|old| SourceEntry { checked: today, ..old.clone() });
            LiveResult { entry, failures: Vec::new() }
        }
        Ok(SourceResult::Content(content)) => match found(around, record, old, &wanted, &content) {
            Ok(entry) => LiveResult { entry: Some(entry), failures: Vec::new() },
            Err(not_found) => {
                // The failures quote content of the source.
                let hidden = |text: &str| around.book.masked(text);
                let lost: Vec<(String, String)> =
                    not_found.lost.into_iter().map(|(id, finds)| (id, hidden(&finds))).collect();
                let failures = not_found.failures.iter().map(|failure| failure.with(&hidden)).collect();
                let entry = old.map(|old| with_lost(old, &lost, today));
                LiveResult { entry, failures }
            }
        },
    }
}

/// Returns the facts that come from a source, sorted by id.
fn wanted<'a>(facts: &'a Facts, record: &Record) -> Vec<Wanted<'a>> {
    let register = &facts.register;
    let all = register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields));
    let own = |fact: &'a Fact| {
        let live: &Arc<Live> = fact.live.as_ref()?;
        (live.source.value == record.id).then(|| Wanted { id: &fact.id, live, records: None })
    };
    let lists = register.lists.iter().filter_map(|list| Some(Wanted { records: Some(list.kind), ..own(&list.fact)? }));
    let mut wanted: Vec<Wanted<'a>> = all.filter_map(own).chain(lists).collect();
    wanted.sort_by_key(|wanted| wanted.id);
    wanted
}

/// Returns true if the old entry has exactly the wanted facts, so that an unchanged source needs no new look.
fn is_known(record: &Record, old: &SourceEntry, wanted: &[Wanted<'_>]) -> bool {
    let is_same = |wanted: &Wanted<'_>| {
        old.fact(wanted.id).is_some_and(|known| {
            known.select == wanted.live.asked() && known.lost.is_none() && wanted.live.fit(&known.value).is_ok()
        })
    };
    asks::asked(record).as_ref() == Some(&old.from)
        && asks::format(record).is_none_or(|format| format == old.format)
        && old.facts.len() == wanted.len()
        && wanted.iter().all(is_same)
}

/// The reason why the facts of a source were not found.
struct NotFound {
    failures: Vec<Failure>,
    /// Facts that no longer have a valid value, each with the text that was found instead.
    lost: Vec<(String, String)>,
}

impl From<Failure> for NotFound {
    fn from(failure: Failure) -> Self {
        NotFound { failures: vec![failure], lost: Vec::new() }
    }
}

fn found(
    around: RefreshContext<'_>,
    record: &Record,
    old: Option<&SourceEntry>,
    wanted: &[Wanted<'_>],
    content: &SourceContent,
) -> Result<SourceEntry, NotFound> {
    let RefreshContext { book, parts, .. } = around;
    let today = book.facts.today;
    let named = asks::format(record).and_then(format::find);
    let format = named.or_else(|| format::of_media_type(content.media_type.as_deref()?)).ok_or_else(|| {
        Failure::new("its format cannot be determined from its address or from the answer of the server")
            .help("write its `format` in the register")
    })?;
    let document = format::read(format, &content.bytes).map_err(|why| {
        Failure::new(format!("it {why}")).help("correct it at its source, or its `format` in the register")
    })?;
    let old = old.filter(|old| Some(&old.from) == asks::asked(record).as_ref());
    // An expression can take a secret apart so that its values do not resemble it, so the whole content is searched.
    let part = Some(&content.bytes).filter(|_| content.given > 0).and_then(|bytes| parts.find(bytes));
    // Secrets are masked before text is cut: a part of a secret would not be recognised.
    let hide = |text: &str| book.masked(text);
    let (mut facts, mut not_found) = (Vec::new(), NotFound { failures: Vec::new(), lost: Vec::new() });
    for wanted in wanted {
        // An expression may take seconds, and a source may have thousands.
        if Instant::now() > around.until {
            return Err(too_late().into());
        }
        let before = old.and_then(|old| old.fact(wanted.id));
        match value(&document, wanted, before, &hide) {
            Ok(value) if is_secret(&book.scanner, parts, &value) => not_found.failures.push(
                Failure::new(format!("the value for `{}` holds a secret", wanted.id)).help("select something else"),
            ),
            _ if part.is_some() => {}
            Ok(value) => facts.push(fact(wanted, value, before, today)),
            Err((failure, finds)) => {
                not_found.failures.push(failure);
                not_found.lost.extend(finds.map(|finds| (wanted.id.to_owned(), finds)));
            }
        }
    }
    if let Some(name) = part.filter(|_| not_found.failures.is_empty()) {
        return Err(kept_back(name).into());
    }
    if !not_found.failures.is_empty() {
        return Err(not_found);
    }
    let sha256 = hex(&Sha256::digest(&content.bytes));
    Ok(SourceEntry {
        id: record.id.clone(),
        kind: record.word("kind").unwrap_or_default().to_owned(),
        from: asks::asked(record).unwrap_or_default(),
        format: format.name.to_owned(),
        found_at: content.found_at.as_deref().map(without_query),
        commit: content.commit.clone(),
        checked: today,
        since: old.filter(|old| old.sha256 == sha256).map_or(today, |old| old.since),
        sha256,
        etag: content.etag.clone(),
        modified: content.modified.clone(),
        facts,
        span: record.span,
    })
}

/// Returns the value of a fact. The error has the failure, and the text that was found if the source is to blame.
fn value(
    document: &Document,
    wanted: &Wanted<'_>,
    before: Option<&FactEntry>,
    hide: &dyn Fn(&str) -> String,
) -> Result<Literal, (Failure, Option<String>)> {
    let (id, live) = (wanted.id, wanted.live);
    let of = live.select().map_or_else(String::new, |select| format!(" with `{select}`"));
    let found = match wanted.records {
        Some(_) => document.rows(live.select()),
        None => document.find(live.select()),
    };
    let json = found.map_err(|miss| match miss {
        Miss::Expression(why) => {
            (Failure::new(format!("`{id}`: {why}")).help("correct `select` in the register"), None)
        }
        Miss::Finds(finds) => not_found(id, &of, finds),
    })?;
    let value = match wanted.records {
        Some(kind) => list::rows(kind, &live.columns, &json),
        None => literal(live.ty, &json),
    };
    let value = value.map_err(|finds| not_found(id, &of, finds))?;
    match (live.fit(&value), before.and_then(|before| live.fit(&before.value).ok())) {
        (Err(misfit), _) => {
            Err(not_found(id, &of, format!("`{}`, which {}", cut(&hide(&value.words()), MOST_SHOWN), misfit.why)))
        }
        (Ok((now, _)), Some((then, _))) if now != then => {
            Err(not_found(id, &of, format!("{}, and before it was {}", now.words(), then.words())))
        }
        (Ok(_), _) => Ok(value),
    }
}

fn not_found(id: &str, of: &str, finds: String) -> (Failure, Option<String>) {
    let failure = Failure::new(format!("`{id}`{of} finds {finds}"))
        .help("check what the source says now, and correct `select` or `type` in the register");
    (failure, Some(finds))
}

fn fact(wanted: &Wanted<'_>, value: Literal, before: Option<&FactEntry>, today: Date) -> FactEntry {
    let is_same = before.is_some_and(|before| before.value == value);
    FactEntry {
        id: wanted.id.to_owned(),
        select: wanted.live.asked(),
        since: before.filter(|_| is_same).map_or(today, |before| before.since),
        before: match is_same {
            true => before.and_then(|before| before.before.clone()),
            false => before.map(|before| before.value.clone()),
        },
        value,
        lost: None,
        span: wanted.live.span,
    }
}

/// Returns the old entry, in which each lost fact has the day since which it is lost.
fn with_lost(old: &SourceEntry, lost: &[(String, String)], today: Date) -> SourceEntry {
    let mut entry = old.clone();
    for fact in &mut entry.facts {
        fact.lost = lost
            .iter()
            .find(|(id, _)| *id == fact.id)
            .map(|(_, finds)| (fact.lost.as_ref().map_or(today, |(since, _)| *since), cut(finds, MOST_SHOWN)));
    }
    entry
}

fn is_secret(scanner: &Scanner, parts: &SecretParts, value: &Literal) -> bool {
    let words = value.words();
    parts.find(words.as_bytes()).is_some()
        || !scanner.texts_in(&words).is_empty()
        || !scanner.find_values(words.as_bytes()).is_empty()
}

/// Returns the failure of a job that did not finish in time.
pub(super) fn too_late() -> Failure {
    Failure::new("it was not checked in time").help("give it more time with --time-limit, or name single sources")
}

/// Returns an address without its query. The signature of a single request does not belong in the lock, and
/// changes every time.
fn without_query(address: &str) -> String {
    address.split(['?', '#']).next().unwrap_or_default().to_owned()
}
