//! `trustbook facts`: the register as a table, its due reviews, and the schema of its files.

mod due;
mod owners;
mod table;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::output;
use crate::units::{self, Within, within};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::register::schema;

#[derive(Debug, clap::Args)]
pub(crate) struct FactsArgs {
    /// The book's folder, and a part of an id, value or owner to look for; either may be left out.
    #[arg(num_args = 0..=2, value_names = ["DIR", "QUERY"])]
    words: Vec<String>,
    /// The date to read it for, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
    /// Only facts and records whose review or validity ends within this time; without a time, by today.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, value_parser = within)]
    due: Option<Option<Within>>,
    /// Print one JSON object per line for each fact.
    #[arg(long)]
    json: bool,
    /// Print one JSON object per line for each owner: the title and the Markdown of an issue about what is due.
    #[arg(long, requires = "due", conflicts_with = "json")]
    by_owner: bool,
    /// Print the JSON Schema of the files in facts/, for editors.
    #[arg(long, conflicts_with_all = ["words", "now", "due", "json", "by_owner"])]
    schema: bool,
}

pub(crate) fn run(args: &FactsArgs) -> Result<ExitCode, Failure> {
    if args.schema {
        output::print(&schema::text());
        return Ok(ExitCode::SUCCESS);
    }
    let (dir, query) = dir_and_query(&args.words);
    let world = build::open(&BookArgs::of(dir, args.now))?;
    let book = mdbook_trustbook::read(&world);
    let query = query.to_lowercase();
    match args.due {
        Some(within) => print_due(&book, within, &query, args)?,
        None => table::print(&book, &query, args.json),
    }
    if !book.facts.register.problems.is_empty() || !book.config.problems.is_empty() {
        output::warn("some files could not be read completely: see `trustbook check`");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the facts and records that are due within a time and match the query.
fn print_due(book: &Book, within: Option<Within>, query: &str, args: &FactsArgs) -> Result<(), Failure> {
    let by = units::horizon(book.facts.today, within)?;
    let due = due::all(book, by, query);
    if args.by_owner {
        output::print(&owners::lines(book, &due, by));
    } else if args.json {
        output::print(&due::lines(&due));
    } else {
        output::print(&due::table(&due));
        output::say(&format!("{} due by {by}", output::counted(due.len(), "review")));
    }
    Ok(())
}

/// Splits the arguments into folder and query. A single word is the folder if it holds a book, and the query otherwise.
fn dir_and_query(words: &[String]) -> (PathBuf, String) {
    match words {
        [] => (PathBuf::from("."), String::new()),
        [one] if Path::new(one).join("book.toml").is_file() => (PathBuf::from(one), String::new()),
        [one] => (PathBuf::from("."), one.clone()),
        [dir, query, ..] => (PathBuf::from(dir), query.clone()),
    }
}
