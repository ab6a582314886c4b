//! `trustbook facts`: the register as a table.

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::output;
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::Trust;
use trustbook_core::expand::uses;
use trustbook_core::register::Fact;
use trustbook_core::register::common::Common;
use trustbook_core::register::value::Value;
use trustbook_core::report::{harmless, harmless_json};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The book's folder, and a part of an id, value or owner to look for; either may be left out.
    #[arg(num_args = 0..=2, value_names = ["DIR", "QUERY"])]
    words: Vec<String>,
    /// The day to read it for, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
    /// Print one JSON object on a line for each fact.
    #[arg(long)]
    json: bool,
}

/// One line of the table.
struct Row {
    id: String,
    value: String,
    state: String,
    owner: String,
    source: String,
    pages: Vec<String>,
    place: String,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (dir, query) = dir_and_query(&args.words);
    let world = build::open(&BookArgs { dir, now: args.now })?;
    let trust = mdbook_trustbook::read(&world);
    let query = query.to_lowercase();
    let rows: Vec<Row> = rows(&trust)
        .into_iter()
        .filter(|row| {
            [&row.id, &row.value, &row.owner, &row.state].iter().any(|text| text.to_lowercase().contains(&query))
        })
        .collect();
    if args.json {
        output::print(&rows.iter().map(|row| format!("{}\n", harmless_json(&object(row)))).collect::<String>());
    } else {
        output::print(&table(&rows));
        output::say(&format!("{} facts", rows.len()));
    }
    if !trust.facts.register.problems.is_empty() || !trust.config.problems.is_empty() {
        output::say("some files could not be read as they are: see `trustbook check`");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// One word is a folder where there is a book in it, and otherwise a query.
fn dir_and_query(words: &[String]) -> (PathBuf, String) {
    match words {
        [] => (PathBuf::from("."), String::new()),
        [one] if Path::new(one).join("book.toml").is_file() => (PathBuf::from(one), String::new()),
        [one] => (PathBuf::from("."), one.clone()),
        [dir, query, ..] => (PathBuf::from(dir), query.clone()),
    }
}

fn rows(trust: &Trust) -> Vec<Row> {
    let mut pages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in &trust.pages {
        for id in uses::of_page(trust, page) {
            pages.entry(id).or_default().push(page.source.clone());
        }
    }
    let register = &trust.facts.register;
    let free = register.facts.iter().map(|fact| row(trust, fact, &fact.common, pages.get(&fact.id).cloned()));
    let fields = register.records.iter().flat_map(|record| {
        let whole = pages.get(&record.full_id()).cloned().unwrap_or_default();
        let pages = &pages;
        record.fields.iter().map(move |fact| {
            let mut shown = whole.clone();
            shown.extend(pages.get(&fact.id).cloned().unwrap_or_default());
            shown.sort();
            shown.dedup();
            row(trust, fact, &record.common, Some(shown))
        })
    });
    free.chain(fields).collect()
}

fn row(trust: &Trust, fact: &Fact, common: &Common, pages: Option<Vec<String>>) -> Row {
    let file = trust.map.file(fact.key_span.file);
    // The table of a build on a server is read by many.
    let shown = |text: &str| trust.map.masked(text).into_owned();
    Row {
        id: shown(&fact.id),
        value: shown(&fact.value.as_ref().map(Value::text).unwrap_or_default()),
        state: trust.facts.state(common).words(),
        owner: shown(common.owner.as_deref().unwrap_or_default()),
        source: shown(common.source.as_deref().unwrap_or_default()),
        pages: pages.unwrap_or_default().iter().map(|page| shown(page)).collect(),
        place: shown(&format!("{}:{}", file.path(), file.position(fact.key_span.start).line)),
    }
}

fn object(row: &Row) -> Json {
    json!({
        "id": row.id,
        "value": row.value,
        "state": row.state,
        "owner": row.owner,
        "source": row.source,
        "pages": row.pages,
        "place": row.place,
    })
}

fn table(rows: &[Row]) -> String {
    let cells = |row: &Row| {
        let short = |path: &String| path.trim_start_matches("src/").trim_end_matches(".md").to_owned();
        let pages = row.pages.iter().map(short).collect::<Vec<_>>().join(" ");
        [&row.id, &row.value, &row.state, &row.owner, &row.source, &pages]
            .map(|text| harmless(&text.replace('\n', " ")))
    };
    let head = ["id", "value", "state", "owner", "source", "pages"].map(str::to_owned);
    let most = [44, 40, 44, 12, 32, 60];
    let all: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let widths: Vec<usize> = (0..6)
        .map(|column| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(most[column]))
        .collect();
    let line = |row: &[String; 6]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(text, width)| fit(text, *width)).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    all.iter().map(line).collect()
}

fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return format!("{text:<width$}");
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
