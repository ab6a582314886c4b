//! The reader of the lock: anything that `refresh` would not write is a problem, and its entry is not used.

use super::at::LockTable;
use super::source::{self, DOMAIN, SOURCE};
use super::write::{SCHEMA, TABLE, kind_word};
use super::{
    DomainEntry, FileEntry, Gone, Lock, LockProblem, PATH, Pin, SchemaEntry, Skipped, SourceEntry, VERSION, seal,
};
use crate::schema::index::{Changed, Detail, FieldIndex, TableIndex};
use crate::schema::{FieldContent, Migration, Modifier, TableKind};
use crate::span::{FileId, SourceMap, Span};
use crate::toml_tree::{self, MAX_ERRORS, SyntaxError};
use crate::world::{ReadError, World};
use rayon::prelude::*;
use std::sync::Arc;
use toml::de::DeValue;

/// Reads the lock of a book; a missing file gives an empty lock.
pub fn read(world: &dyn World, map: &mut SourceMap) -> Lock {
    let text = match toml_tree::read_text(world, PATH) {
        Ok(text) => text,
        Err(toml_tree::TextError::Read(ReadError::Missing)) => return Lock::default(),
        Err(error) => return Lock { exists: true, problems: vec![LockProblem::Unreadable(error)], ..Lock::default() },
    };
    let file = map.add(PATH, text);
    let mut lock = parse(file, &map.file(file).shared_text());
    lock.schemas.sort_by(|a, b| a.id.cmp(&b.id));
    lock.sources.sort_by(|a, b| a.id.cmp(&b.id));
    lock.domains.sort_by(|a, b| a.name.cmp(&b.name));
    lock
}

/// Parses the text of a lock.
///
/// Each of its tables is parsed as a document of its own. Parsed as one tree, the lock of a large data model would need
/// ten times the memory of its content, on one core.
pub(super) fn parse(file: FileId, text: &str) -> Lock {
    let mut lock = Lock { exists: true, ..Lock::default() };
    let (mut entries, mut others, mut errors, mut unusable) = (Vec::new(), Vec::new(), Vec::new(), None);
    let read: Vec<(LockPiece, Vec<SyntaxError>)> =
        pieces(text).into_par_iter().map(|(offset, text)| piece(file, offset, text)).collect();
    for (piece, found) in read {
        errors.extend(found);
        match piece {
            Ok(parts) => {
                parts.of_schemas.into_iter().for_each(|part| add(&mut entries, part));
                let sources = parts.sources.into_iter().map(|read| read.and_then(|read| add_source(&mut lock, read)));
                others.extend(sources.filter_map(Result::err));
                let domains = parts.domains.into_iter().map(|read| read.and_then(|read| add_domain(&mut lock, read)));
                others.extend(domains.filter_map(Result::err));
            }
            Err(problem) => unusable = unusable.or(Some(problem)),
        }
    }
    if !errors.is_empty() || unusable.is_some() {
        errors.truncate(MAX_ERRORS);
        let problems = errors.into_iter().map(LockProblem::Syntax);
        let unusable = unusable.filter(|_| problems.len() == 0);
        return Lock { exists: true, problems: problems.chain(unusable).collect(), ..Lock::default() };
    }
    lock.problems.extend(others);
    for entry in entries {
        match entry.and_then(finished) {
            Ok(read) if lock.schema(&read.id).is_some() => {
                let what = format!("it has two entries for the schema `{}`", read.id);
                lock.problems.push(LockProblem::Misshapen { span: read.span, what });
            }
            Ok(read) => lock.schemas.push(read),
            Err(problem) => lock.problems.push(problem),
        }
    }
    lock
}

/// Splits a lock into the pieces that can be parsed on their own, each with its byte offset.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if matches!(line.trim_end(), TABLE | SCHEMA | SOURCE | DOMAIN) {
            pieces.push((start, text.get(start..at).unwrap_or_default()));
            start = at;
        }
        at += line.len();
    }
    pieces.push((start, text.get(start..).unwrap_or_default()));
    pieces
}

/// The content of a piece, or the reason why nothing of the lock can be used.
type LockPiece = Result<LockParts, LockProblem>;

/// A part of a piece that belongs to a schema.
enum SchemaPart {
    Entry(Box<Result<SealedEntry, LockProblem>>),
    /// Tables of the entry before them.
    Tables(Result<Vec<TableIndex>, LockProblem>),
}

/// The content of a piece.
#[derive(Default)]
struct LockParts {
    of_schemas: Vec<SchemaPart>,
    sources: Vec<Result<SourceEntry, LockProblem>>,
    domains: Vec<Result<DomainEntry, LockProblem>>,
}

/// An entry, with the seal written on it.
struct SealedEntry {
    read: SchemaEntry,
    tables: Vec<TableIndex>,
    seal: String,
    /// The span of the whole entry.
    span: Span,
}

fn piece(file: FileId, offset: usize, text: &str) -> (LockPiece, Vec<SyntaxError>) {
    let (tree, mut errors) = toml_tree::parse(file, text);
    for SyntaxError { span, .. } in &mut errors {
        *span = Span::new(file, offset + span.start..offset + span.end);
    }
    let root = LockTable { file, offset, table: &tree, span: Span::new(file, offset..offset) };
    (if errors.is_empty() { parts(root) } else { Ok(LockParts::default()) }, errors)
}

fn parts(root: LockTable<'_>) -> LockPiece {
    root.only(&["domain", "schema", "source", "version"])?;
    match root.number("version")? {
        None if root.offset > 0 => {}
        Some(version) if version == VERSION as usize => {}
        Some(version) if version > VERSION as usize => return Err(LockProblem::Newer(root.span_of("version"))),
        _ => return Err(root.wrong(format!("its `version` is not {VERSION}, the one that this command reads"))),
    }
    // A piece that begins with `[[schema.table]]` belongs to the entry before it.
    if let Some(DeValue::Table(_)) = root.table.get("schema").map(toml::Spanned::get_ref) {
        let inner = root.tables("schema")?;
        let of_schemas = inner.into_iter().map(|at| SchemaPart::Tables(tables_only(at))).collect();
        return Ok(LockParts { of_schemas, ..others(root)? });
    }
    let of_schemas = root.tables("schema")?.into_iter().map(|at| SchemaPart::Entry(Box::new(schema(at)))).collect();
    Ok(LockParts { of_schemas, ..others(root)? })
}

/// Reads the sources and domains of a piece, which belong to no schema.
fn others(root: LockTable<'_>) -> LockPiece {
    Ok(LockParts {
        of_schemas: Vec::new(),
        sources: root.tables("source")?.into_iter().map(source::source).collect(),
        domains: root.tables("domain")?.into_iter().map(source::domain).collect(),
    })
}

fn add_source(lock: &mut Lock, read: SourceEntry) -> Result<(), LockProblem> {
    if lock.source(&read.id).is_some() {
        let what = format!("it has two entries for the source `{}`", read.id);
        return Err(LockProblem::Misshapen { span: read.span, what });
    }
    let twice = read.facts.iter().find(|fact| lock.sources.iter().any(|other| other.fact(&fact.id).is_some()));
    if let Some(fact) = twice {
        let what = format!("it has the fact `{}` in two sources", fact.id);
        return Err(LockProblem::Misshapen { span: fact.span, what });
    }
    lock.sources.push(read);
    Ok(())
}

fn add_domain(lock: &mut Lock, read: DomainEntry) -> Result<(), LockProblem> {
    if lock.domain(&read.name).is_some() {
        let what = format!("it has two entries for the domain `{}`", read.name);
        return Err(LockProblem::Misshapen { span: read.span, what });
    }
    lock.domains.push(read);
    Ok(())
}

fn tables_only(at: LockTable<'_>) -> Result<Vec<TableIndex>, LockProblem> {
    at.only(&["table"])?;
    at.each("table", table)
}

fn add(entries: &mut Vec<Result<SealedEntry, LockProblem>>, part: SchemaPart) {
    match (part, entries.last_mut()) {
        (SchemaPart::Entry(entry), _) => entries.push(*entry),
        (SchemaPart::Tables(Ok(tables)), Some(Ok(entry))) => entry.tables.extend(tables),
        (SchemaPart::Tables(Err(problem)), Some(last)) if last.is_ok() => *last = Err(problem),
        // Only the first problem of an entry is reported.
        (SchemaPart::Tables(_), Some(_)) => {}
        (SchemaPart::Tables(Err(problem)), None) => entries.push(Err(problem)),
        (SchemaPart::Tables(Ok(tables)), None) => {
            let misplaced = |table: &TableIndex| {
                let what = format!("it has the table `{}` before any schema", table.name);
                Err(LockProblem::Misshapen { span: table.span, what })
            };
            entries.extend(tables.first().map(misplaced));
        }
    }
}

fn schema(at: LockTable<'_>) -> Result<SealedEntry, LockProblem> {
    at.only(&[
        "checked",
        "commit",
        "files",
        "gone",
        "id",
        "language",
        "path",
        "pins",
        "repository",
        "seal",
        "skipped",
        "table",
        "track",
    ])?;
    let read = SchemaEntry {
        id: at.text("id")?,
        language: at.text("language")?,
        repository: at.text("repository")?,
        path: at.text("path")?,
        track: at.may("track")?,
        commit: at.text("commit")?,
        checked: at.date("checked")?,
        files: at.each("files", file)?,
        pins: at.each("pins", pin)?,
        skipped: at.each("skipped", skipped)?,
        gone: at.each("gone", gone)?,
        tables: Arc::default(),
        span: at.span_of("id"),
    };
    let tables = at.each("table", table)?;
    Ok(SealedEntry { read, tables, seal: at.text("seal")?, span: at.span })
}

/// Checks that an entry is complete, in order and sealed.
fn finished(entry: SealedEntry) -> Result<SchemaEntry, LockProblem> {
    let SealedEntry { mut read, mut tables, seal: sealed, span } = entry;
    let wrong = |what: String| Err(LockProblem::Misshapen { span, what });
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let twice = tables.windows(2).find(|pair| pair[0].name == pair[1].name);
    if let Some([first, _]) = twice {
        return wrong(format!("its entry for `{}` has the table `{}` twice", read.id, first.name));
    }
    read.tables = Arc::new(tables);
    if read.pins.last().is_none_or(|pin| pin.commit != read.commit) {
        return wrong(format!("its entry for `{}` is not pinned to the last of its `pins`", read.id));
    }
    if sealed != seal(&read) {
        return wrong(format!("its entry for `{}` was changed by hand, or in a merge", read.id));
    }
    Ok(read)
}

fn file(at: LockTable<'_>) -> Result<FileEntry, LockProblem> {
    at.only(&["blob", "path", "sha256"])?;
    Ok(FileEntry { path: at.text("path")?, blob: at.text("blob")?, sha256: at.text("sha256")? })
}

fn pin(at: LockTable<'_>) -> Result<Pin, LockProblem> {
    at.only(&["commit", "on"])?;
    Ok(Pin { commit: at.text("commit")?, on: at.date("on")? })
}

fn skipped(at: LockTable<'_>) -> Result<Skipped, LockProblem> {
    at.only(&["line", "path", "tables", "what"])?;
    let line = at.number("line")?.ok_or_else(|| at.wrong("it has no `line`".to_owned()))?;
    Ok(Skipped { path: at.text("path")?, line, what: at.text("what")?, tables: at.texts("tables")? })
}

fn gone(at: LockTable<'_>) -> Result<Gone, LockProblem> {
    at.only(&["at", "field", "table", "was"])?;
    Ok(Gone { table: at.text("table")?, field: at.may("field")?, at: at.text("at")?, was: at.text("was")? })
}

fn table(at: LockTable<'_>) -> Result<TableIndex, LockProblem> {
    at.only(&["fields", "kind", "lines", "name", "names", "origin", "path", "relations", "since", "stored_as"])?;
    let kind = at.may("kind")?;
    let kinds = [TableKind::Table, TableKind::View, TableKind::Type];
    let mut fields = at.each("fields", field)?;
    for group in at.tables("names")? {
        group.only(&["fields", "since"])?;
        let since = Some(group.text("since")?).filter(|since| !since.is_empty());
        let span = group.span_of("fields");
        let names = group.texts("fields")?;
        fields.extend(names.into_iter().map(|name| FieldIndex { name, since: since.clone(), detail: None, span }));
    }
    // A large lock has many short lists, whose spare capacity would exceed their content.
    fields.shrink_to_fit();
    Ok(TableIndex {
        name: at.text("name")?,
        stored_as: at.may("stored_as")?,
        kind: match kind {
            None => TableKind::Table,
            Some(word) => kinds
                .into_iter()
                .find(|kind| kind_word(*kind) == word)
                .ok_or_else(|| at.wrong(format!("it has a table of the kind `{word}`")))?,
        },
        path: at.text("path")?,
        lines: at.lines()?,
        since: at.may("since")?,
        fields,
        relations: at.texts("relations")?,
        origin: origin(at)?,
        span: at.span_of("name"),
    })
}

fn field(at: LockTable<'_>) -> Result<FieldIndex, LockProblem> {
    at.only(&[
        "category",
        "changed",
        "hash",
        "lines",
        "modifiers",
        "name",
        "opaque",
        "origin",
        "path",
        "since",
        "stored_as",
        "type",
    ])?;
    let mut modifiers = Vec::new();
    for word in at.texts("modifiers")? {
        let known = Modifier::ALL.iter().find(|(known, _)| *known == word);
        modifiers.push(known.ok_or_else(|| at.wrong(format!("it has a modifier `{word}`")))?.1);
    }
    let changed = match at.tables("changed")?.first() {
        Some(changed) => {
            changed.only(&["at", "was"])?;
            Some(Changed { at: changed.text("at")?, was: changed.text("was")? })
        }
        None => None,
    };
    let content = match at.table.get("opaque").map(toml::Spanned::get_ref) {
        None => FieldContent::Plain,
        Some(DeValue::Boolean(true)) => FieldContent::Opaque,
        Some(_) => return Err(at.wrong("it has an `opaque` that is not true".to_owned())),
    };
    let detail = Detail {
        stored_as: at.may("stored_as")?,
        ty: at.text("type")?,
        modifiers,
        content,
        category: at.may("category")?,
        path: at.may("path")?,
        lines: at.lines()?,
        hash: at.text("hash")?,
        origin: origin(at)?,
        changed,
    };
    Ok(FieldIndex { name: at.text("name")?, since: at.may("since")?, detail: Some(detail), span: at.span_of("name") })
}

fn origin(at: LockTable<'_>) -> Result<Option<Migration>, LockProblem> {
    let Some(origin) = at.tables("origin")?.first().copied() else { return Ok(None) };
    origin.only(&["date", "migration"])?;
    let date = if origin.table.contains_key("date") { Some(origin.date("date")?) } else { None };
    Ok(Some(Migration { migration: origin.text("migration")?, date }))
}
