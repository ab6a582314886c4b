//! Reads one schema: its entry in the lock, or its files in the book.

use super::said::columns;
use super::select::place;
use super::{DatamapProblem, Pinned, PinnedSchema, Selection, SkippedPart, TableSaid, Version, accepted, set_aside};
use crate::forge;
use crate::lock::{Lock, SchemaEntry};
use crate::register::Record;
use crate::register::value::Value;
use crate::schema::{self, Language, Recognised, Schema, SchemaFile, index};
use crate::span::{FileId, SourceMap};
use crate::toml_tree::{self, TextError};
use crate::world::{self, ReadError, World};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The register's entries for tables, and the day.
type Around<'a> = (&'a BTreeMap<(String, String), TableSaid>, Date);

pub(super) fn schema(
    world: &dyn World,
    map: &mut SourceMap,
    record: &Record,
    lock: &Lock,
    around: Around<'_>,
    taken: &mut FilesTaken,
) -> PinnedSchema {
    let selection = Selection::of(record);
    let text = |field: &str| record.value(field).map(Value::text);
    let mut read = PinnedSchema {
        id: record.id.clone(),
        span: record.span,
        path: selection.words(),
        version: Version::None,
        tables: Arc::default(),
        skipped: Vec::new(),
        columns: columns(record),
        accepted: accepted(record),
        problems: Vec::new(),
        fingerprints: OnceLock::new(),
    };
    let template = text("permalink");
    if let Some(why) = template.as_deref().and_then(|template| forge::check_template(template).err()) {
        read.problems.push(DatamapProblem::Template(why));
    }
    match (record.value("repository"), record.field("repository").is_some()) {
        (Some(Value::Url(repository)), _) => match lock.schema(&record.id) {
            Some(entry) => locked(&mut read, record, entry, repository.clone(), template),
            // An entry that cannot be read is reported with the lock.
            None if !lock.problems.is_empty() => {}
            None => read.problems.push(DatamapProblem::Unpinned),
        },
        // The value in the register is invalid, which is reported there.
        (_, true) => {}
        _ if read.path.is_empty() => {}
        _ => in_book(world, map, &mut read, (&selection, record.word("language")), around, taken),
    }
    read
}

fn locked(
    read: &mut PinnedSchema,
    record: &Record,
    entry: &SchemaEntry,
    repository: url::Url,
    template: Option<String>,
) {
    let text = |field: &str| record.value(field).map(Value::text);
    let pairs = [
        ("repository", Some(repository.to_string()), Some(entry.repository.clone())),
        ("path", Some(read.path.clone()), Some(entry.path.clone())),
        ("track", text("track"), entry.track.clone()),
        (
            "language",
            record.word("language").map(str::to_owned),
            record.word("language").map(|_| entry.language.clone()),
        ),
    ];
    for (key, ours, theirs) in pairs {
        if ours != theirs {
            let shown = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
            read.problems.push(DatamapProblem::Mismatch(key, shown(ours), shown(theirs)));
        }
    }
    read.tables = Arc::clone(&entry.tables);
    let skipped = entry.skipped.iter().map(|skipped| SkippedPart {
        span: read.span,
        place: format!("{}:{}", skipped.path, skipped.line),
        what: skipped.what.clone(),
        tables: skipped.tables.clone(),
    });
    read.skipped = skipped.collect();
    read.version = Version::Pinned(Box::new(Pinned {
        repository,
        template,
        commit: entry.commit.clone(),
        pins: entry.pins.iter().map(|pin| pin.commit.clone()).collect(),
        checked: entry.checked,
        gone: entry
            .gone
            .iter()
            .map(|gone| ((gone.table.clone(), gone.field.clone()), (gone.at.clone(), gone.was.clone())))
            .collect(),
    }));
}

fn in_book(
    world: &dyn World,
    map: &mut SourceMap,
    read: &mut PinnedSchema,
    (selection, language): (&Selection, Option<&str>),
    (said, today): Around<'_>,
    taken: &mut FilesTaken,
) {
    let mut texts: Vec<(FileId, String)> = Vec::new();
    let mut found = Vec::new();
    for path in &selection.paths {
        match world::reach(world, "", path) {
            Some(path) => found.extend(files_below(world, &path)),
            None => {
                let error = TextError::Read(ReadError::Outside);
                return read.problems.push(DatamapProblem::Unreadable { path: path.clone(), error });
            }
        }
    }
    let mut known = BTreeSet::new();
    found.retain(|file| file.as_ref().map_or(true, |path| selection.takes(path) && known.insert(path.clone())));
    for file in found {
        match file.and_then(|file| match world::closed(&file) {
            Some(why) => Err((file, TextError::Read(ReadError::Refused(why)))),
            None => toml_tree::read_text(world, &file)
                .and_then(|text| taken.take(&file, text))
                .map_err(|error| (file.clone(), error))
                .map(|text| (file, text)),
        }) {
            Ok((file, text)) => texts.push((map.add(&file, text.as_str()), file)),
            Err((path, error)) => read.problems.push(DatamapProblem::Unreadable { path, error }),
        }
    }
    let files: Vec<(FileId, String, Arc<str>)> =
        texts.into_iter().map(|(id, path)| (id, path, map.file(id).shared_text())).collect();
    match read_files(&files, language) {
        Ok((_, mut schema)) => {
            set_aside(map, &mut schema, &read.accepted, today);
            let described = said.keys().filter(|(of, _)| *of == read.id).map(|(_, table)| table.as_str());
            let tables = index::mentions(map, &schema, described);
            read.skipped = std::mem::take(&mut schema.skipped)
                .into_iter()
                .zip(tables)
                .map(|(skipped, tables)| SkippedPart {
                    place: place(map, skipped.span),
                    span: skipped.span,
                    what: skipped.what,
                    tables,
                })
                .collect();
            read.problems.extend(schema.problems.iter().cloned().map(DatamapProblem::Syntax));
            let path_of = |file: FileId| map.file(file).path().to_owned();
            read.tables = Arc::new(index::of(map, schema, &path_of));
            read.version = Version::Book;
        }
        Err(problem) if read.problems.is_empty() => read.problems.push(problem),
        // The file that cannot be read is the reason.
        Err(_) => {}
    }
}

/// The files that the schemas of a book have read so far, and the bytes that were read again.
#[derive(Debug, Default)]
pub(super) struct FilesTaken {
    known: BTreeSet<String>,
    again: usize,
}

/// The limit for all files that several schemas read, in bytes: each time, all tables are there again.
const MOST_AGAIN: usize = 2 * 1024 * 1024;

impl FilesTaken {
    fn take(&mut self, file: &str, text: String) -> Result<String, TextError> {
        if !self.known.insert(file.to_owned()) {
            self.again += text.len();
        }
        match self.again > MOST_AGAIN {
            true => Err(TextError::Read(ReadError::Refused(format!(
                "other data models read it too, and such files have more than {} MiB together",
                MOST_AGAIN / 1024 / 1024
            )))),
            false => Ok(text),
        }
    }
}

/// Returns the file at a path, or the files below it with an ending of any language.
pub fn files_below(world: &dyn World, path: &str) -> Vec<Result<String, (String, TextError)>> {
    match world.list(path) {
        Ok(entries) if !entries.is_empty() => {
            entries.into_iter().map(|entry| entry.path).filter(|path| schema::is_schema_file(path)).map(Ok).collect()
        }
        Ok(_) | Err(ReadError::NotAFile) => vec![Ok(path.to_owned())],
        Err(error) => vec![Err((path.to_owned(), TextError::Read(error)))],
    }
}

/// Reads files, given as id, path and text, in the given language or in the one that is recognised.
///
/// # Errors
/// No file is in a known language, or the language cannot be determined.
pub fn read_files(
    files: &[(FileId, String, impl AsRef<str>)],
    language: Option<&str>,
) -> Result<(&'static Language, Schema), DatamapProblem> {
    let language = match language.and_then(schema::find) {
        Some(language) => language,
        None => told(files)?,
    };
    let is_one = |path: &str| files.len() == 1 || language.reads(path);
    let own: Vec<SchemaFile<'_>> = files
        .iter()
        .filter(|(_, path, _)| is_one(path))
        .map(|(file, path, text)| SchemaFile { file: *file, path, text: text.as_ref() })
        .collect();
    if own.is_empty() {
        return Err(DatamapProblem::NoFiles);
    }
    Ok((language, (language.read)(&own)))
}

/// Returns the language of the files: that of the first file that shows it clearly.
fn told(files: &[(FileId, String, impl AsRef<str>)]) -> Result<&'static Language, DatamapProblem> {
    let mut many: Vec<&'static str> = Vec::new();
    for (_, path, text) in files {
        match schema::recognise(path, text.as_ref()) {
            Recognised::One(name) => return schema::find(name).ok_or(DatamapProblem::NoFiles),
            Recognised::Many(names) if many.is_empty() || names.len() < many.len() => many = names,
            Recognised::Many(_) | Recognised::None => {}
        }
    }
    Err(if many.is_empty() { DatamapProblem::NoFiles } else { DatamapProblem::Language(many) })
}
