//! One data model at one commit: its files are read and become an entry of the lock.

use super::git::{self, Fetched};
use super::live::RefreshContext;
use super::{RefreshArgs, files};
use crate::failure::Failure;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::collections::BTreeSet;
use std::sync::Arc;
use trustbook_core::datamap::Datamap;
use trustbook_core::datamap::{DatamapProblem, Selection, accepted, read_files, set_aside};
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::lock::{FileEntry, SchemaEntry, Skipped, pin};
use trustbook_core::pattern::matches;
use trustbook_core::register::Record;
use trustbook_core::register::value::Value;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::schema::SchemaProblem;
use trustbook_core::schema::index::{self, hex};
use trustbook_core::span::{FileId, SourceMap, Span};
use trustbook_core::toml_tree;

/// Returns the new entry of a data model.
pub(super) async fn entry(
    around: RefreshContext<'_>,
    record: &Record,
    old: Option<&SchemaEntry>,
    args: &RefreshArgs,
) -> Result<SchemaEntry, Vec<Failure>> {
    let book = around.book;
    let text = |field: &str| record.value(field).map(Value::text);
    let selection = Selection::of(record);
    let (false, Some(repository)) = (selection.paths.is_empty(), text("repository")) else {
        return Err(vec![
            Failure::new("its `path` or its `repository` is missing or wrong").help("see `trustbook check`"),
        ]);
    };
    let (path, track) = (selection.words(), text("track"));
    let fetched = match (&args.from, &args.commit) {
        (Some(from), Some(commit)) => {
            files::read(from, &selection).map(|files| Fetched { commit: commit.clone(), files })
        }
        _ => fetch(around, record, args.commit.clone(), selection).await,
    };
    let Fetched { commit, files } = fetched.map_err(|failure| vec![failure])?;
    let mut map = SourceMap::default();
    let mut texts = Vec::new();
    let mut entries = Vec::new();
    for (path, bytes) in files {
        entries.push(FileEntry {
            path: path.clone(),
            blob: blob(&commit, &bytes),
            sha256: hex(&Sha256::digest(&bytes)),
        });
        let text = toml_tree::text(bytes)
            .map_err(|error| vec![Failure::new(format!("{path} cannot be read: {error}")).help("correct the file")])?;
        // Reports quote the files, and cut the quoted text.
        map.hide(book.scanner.texts_in(&text));
        texts.push((map.add(&path, text.as_str()), path, text));
    }
    map.hide(book.scanner.texts());
    // The language that was found first stays, whatever files are added.
    let known = old.filter(|old| (&old.repository, &old.path) == (&repository, &path)).map(|old| old.language.as_str());
    let language = record.word("language").or(known);
    let (language, mut schema) = read_files(&texts, language).map_err(|problem| vec![unread(problem)])?;
    set_aside(&map, &mut schema, &accepted(record), book.facts.today);
    // From a folder, only the files of the language belong to the data model.
    if texts.len() > 1 {
        entries.retain(|file| language.reads(&file.path));
    }
    if let Some(failure) = old.and_then(|old| other_content(old, &repository, &commit, &entries)) {
        return Err(vec![failure]);
    }
    if !schema.problems.is_empty() {
        let failure = Failure::new("the schema at that commit cannot be read completely").help(
            "correct it in the repository, stay at the commit that the lock has, or `accept` the places until a day",
        );
        return Err(vec![failure.with_report(listed(&map, &schema.problems))]);
    }
    if schema.tables.is_empty() {
        return Err(vec![
            Failure::new(format!("{path} has no table at that commit, read as `{}`", language.name))
                .with_report(listed(&map, &schema.skipped))
                .help("check that the right file and `language` are named, and the places that could not be followed"),
        ]);
    }
    let line = |span: Span| map.file(span.file).position(span.start).line;
    let described =
        book.datamap.said.iter().filter(|((of, _), _)| *of == record.id).map(|((_, table), _)| table.as_str());
    let before = old.into_iter().flat_map(|old| old.tables.iter()).map(|table| table.name.as_str());
    let tables = index::mentions(&map, &schema, described.chain(before));
    let skipped = schema.skipped.iter().zip(tables).map(|(skipped, tables)| Skipped {
        path: map.file(skipped.span.file).path().to_owned(),
        line: line(skipped.span),
        what: skipped.what.clone(),
        tables,
    });
    let skipped = skipped.collect();
    let path_of = |file: FileId| map.file(file).path().to_owned();
    let new = SchemaEntry {
        id: record.id.clone(),
        language: language.name.to_owned(),
        repository,
        path,
        track,
        commit,
        checked: book.facts.today,
        files: entries,
        pins: Vec::new(),
        skipped,
        gone: Vec::new(),
        tables: Arc::new(index::of(&map, schema, &path_of)),
        span: record.span,
    };
    let left_out = left_out(&book.datamap, &new);
    Ok(pin::onto(new, old, &left_out))
}

/// Fetches the files of a data model from its repository.
async fn fetch(
    around: RefreshContext<'_>,
    record: &Record,
    commit: Option<String>,
    selection: Selection,
) -> Result<Fetched, Failure> {
    let Some(Value::Url(repository)) = record.value("repository") else {
        return Err(Failure::new("its `repository` is missing or wrong").help("see `trustbook check`"));
    };
    let place = git::place(around.net, repository, around.until).await?;
    let text = |field: &str| record.value(field).map(Value::text);
    let track = text("track");
    let fetch = move || git::fetch(&place, track.as_deref(), commit.as_deref(), &selection);
    let done = tokio::task::spawn_blocking(fetch).await;
    done.map_err(|error| Failure::new(format!("git was lost: {error}")))?
}

/// Returns a failure if a file differs from the lock at the same commit. A commit cannot have two contents of
/// one file, and the second would pass as reviewed.
fn other_content(old: &SchemaEntry, repository: &str, commit: &str, files: &[FileEntry]) -> Option<Failure> {
    if old.commit != commit || old.repository != repository {
        return None;
    }
    let differs = |file: &&FileEntry| old.files.iter().any(|it| it.path == file.path && it.sha256 != file.sha256);
    let file = files.iter().find(differs)?;
    Some(Failure::new(format!("{} is not what the lock has for commit {commit}", file.path)).help(
        "name the commit that the file is from; if the lock is wrong, first remove its entry from facts/facts.lock",
    ))
}

/// Returns the tables of which only the names of fields are kept.
fn left_out(datamap: &Datamap, new: &SchemaEntry) -> BTreeSet<String> {
    let is_out = |table: &str| match datamap.said(&new.id, table) {
        Some(said) => said.left_out.is_some(),
        None => datamap.patterns.iter().any(|((of, pattern), _)| *of == new.id && matches(pattern, table)),
    };
    new.tables.iter().map(|table| table.name.clone()).filter(|table| is_out(table)).collect()
}

/// Returns git's hash of a blob, SHA-1 or SHA-256 as in `commit`.
fn blob(commit: &str, bytes: &[u8]) -> String {
    let head = format!("blob {}\0", bytes.len());
    match commit.len() {
        64 => hex(&Sha256::new().chain_update(head).chain_update(bytes).finalize()),
        _ => hex(&Sha1::new().chain_update(head).chain_update(bytes).finalize()),
    }
}

fn unread(problem: DatamapProblem) -> Failure {
    match problem {
        DatamapProblem::Language(names) => {
            Failure::new("the language cannot be determined from the files").help(format!(
                "write `language` in its `[[schema]]`: it can be {}",
                trustbook_core::suggest::listed(names).replace(" and ", " or ")
            ))
        }
        _ => Failure::new("its `path` names no file of a known language").help("see `trustbook explain schema-syntax`"),
    }
}

/// Returns a report on parts of the files, like that of a check.
fn listed(map: &SourceMap, parts: &[SchemaProblem]) -> String {
    let findings: Vec<Diagnostic> = parts
        .iter()
        .map(|part| {
            let finding = Diagnostic::new(part.span, part.what.clone()).help(part.help.clone());
            Diagnostic { check: "schema-syntax", ..finding }
        })
        .collect();
    report::report(map, &findings, ReportFormat::Short, Colour::None)
}
