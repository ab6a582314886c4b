//! `trustbook schema`: coverage of data models, suggestions from the names of fields, questions and exports.

mod classify;
mod coverage;
mod export;
mod suggest;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::output;
use crate::words::dir_and_ids;
use clap::Subcommand;
use jiff::civil::Date;
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::datamap::Datamap;
use trustbook_core::datamap::{PinnedSchema, Version};
use trustbook_core::report::harmless;
use trustbook_core::schema::index::TableIndex;
use trustbook_core::suggest::{listed, nearest};

#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print which fields of each table are classified, and which are not.
    ///
    /// It fails with exit code 1 if a field is not classified, if a field can hold anything and is not explained, or if
    /// a data model cannot be read: `check` fails there as well.
    Coverage(coverage::CoverageArgs),
    /// Print the categories that the names of open fields suggest, as TOML for the register.
    ///
    /// It writes nothing: check each field, since a name proves nothing, and paste what is right into a file of facts/.
    Suggest(suggest::SuggestArgs),
    /// Ask table by table what a data model holds, and print the answers as TOML for the register.
    ///
    /// It writes no file: `trustbook schema classify >> facts/data.toml` adds the answers to one. Tables that the
    /// register describes are passed over. Answers can also be piped in, one a line.
    Classify(Which),
    /// Print a data model with its categories, for other programs.
    Export(export::ExportArgs),
}

/// The book, and the ids of its data models.
#[derive(Debug, clap::Args)]
struct Which {
    /// The book's folder, and the ids of data models; left out, the current folder and all of them.
    #[arg(value_names = ["DIR", "ID"])]
    words: Vec<String>,
    /// The date to read it for, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
}

pub(crate) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Coverage(args) => coverage::run(args),
        Command::Suggest(args) => suggest::run(args),
        Command::Classify(which) => classify::run(which),
        Command::Export(args) => export::run(args),
    }
}

/// Reads the book. A file that cannot be read is reported, and does not stop the command.
fn read(which: &Which) -> Result<(Book, &[String]), Failure> {
    let (dir, ids) = dir_and_ids(&which.words);
    let world = build::open(&BookArgs::of(dir, which.now))?;
    let book = mdbook_trustbook::read(&world);
    if !book.facts.register.broken.is_empty() || !book.config.problems.is_empty() {
        output::warn("some files could not be read completely: see `trustbook check`");
    }
    Ok((book, ids))
}

/// Returns the data models with these ids, or all if there are no ids.
fn selected<'t>(datamap: &'t Datamap, ids: &[String]) -> Result<Vec<&'t PinnedSchema>, Failure> {
    let schemas = &datamap.schemas;
    if ids.is_empty() {
        return Ok(schemas.iter().collect());
    }
    let names = || schemas.iter().map(|schema| schema.id.as_str());
    let find = |id: &String| {
        datamap.schema(id).ok_or_else(|| {
            Failure::usage(format!("the register has no data model `{id}`")).help(match nearest(id, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if schemas.is_empty() => "state one as a `[[schema]]` in a file of `facts/`".to_owned(),
                None => format!("there are {}", listed(names())),
            })
        })
    };
    ids.iter().map(find).collect()
}

/// Returns the tables in source order: by file and line.
fn in_order(schema: &PinnedSchema) -> Vec<&TableIndex> {
    let mut tables: Vec<&TableIndex> = schema.tables.iter().collect();
    tables.sort_by_key(|table| (&table.path, table.lines.first));
    tables
}

/// Returns true if the whole data model is known. Otherwise it prints a note.
fn is_known(schema: &PinnedSchema) -> bool {
    if !schema.is_whole() {
        let is_none = schema.version == Version::None;
        let what = if is_none { "is not known" } else { "is not known completely" };
        output::warn(&format!("the data model `{}` {what}: see `trustbook check`", harmless(&schema.id)));
    }
    schema.is_whole()
}

/// Returns the version of a data model for display: `schema.prisma at commit 0123456789ab`.
fn version(schema: &PinnedSchema) -> String {
    match &schema.version {
        Version::None => format!("{}, of which the book has no version", schema.path),
        Version::Book => schema.path.clone(),
        Version::Pinned(pinned) => {
            format!("{} at commit {}", schema.path, pinned.commit.chars().take(12).collect::<String>())
        }
    }
}
