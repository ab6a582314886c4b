//! `trustbook schema coverage`: for each table, the fields that are classified and those that are not.

use super::{Which, in_order, is_known, read, selected, version};
use crate::columns::align;
use crate::failure::Failure;
use crate::output::{self, counted};
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use std::ops::AddAssign;
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::datamap::{By, Holding, PinnedSchema};
use trustbook_core::report::harmless;
use trustbook_core::schema::FieldContent;
use trustbook_core::schema::index::TableIndex;
use trustbook_core::span::SourceMap;

#[derive(Debug, clap::Args)]
pub(super) struct CoverageArgs {
    #[command(flatten)]
    which: Which,
    /// Print one JSON object per line for each table.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CoverageArgs) -> Result<ExitCode, Failure> {
    let (book, ids) = read(&args.which)?;
    let schemas = selected(&book.datamap, ids)?;
    let mut total = Counts::default();
    let mut is_whole = true;
    for schema in &schemas {
        is_whole &= is_known(schema);
        let rows: Vec<CoverageRow<'_>> = in_order(schema).into_iter().map(|table| row(&book, schema, table)).collect();
        rows.iter().for_each(|row| total += row.counts);
        output::print(&match args.json {
            true => rows.iter().map(|row| output::json_line(&object(&book.map, schema, row))).collect::<String>(),
            false => text(&book, schema, &rows),
        });
    }
    if schemas.is_empty() {
        output::say("this book has no data model: state one as a `[[schema]]` in a file of `facts/`");
    } else {
        output::say(&sentence(schemas.len(), &total));
    }
    let is_done = is_whole && total.open == 0 && total.opaque == 0;
    Ok(if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The number of fields, by the origin of their categories.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    fields: usize,
    named: usize,
    by_comment: usize,
    by_default: usize,
    by_column: usize,
    pending: usize,
    /// The next day by which a field is to be classified.
    next: Option<Date>,
    /// Fields without a category, or with one that does not fit.
    open: usize,
    left_out: usize,
    /// Fields that can hold anything, without a description.
    opaque: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.fields += other.fields;
        self.named += other.named;
        self.by_comment += other.by_comment;
        self.by_default += other.by_default;
        self.by_column += other.by_column;
        self.pending += other.pending;
        self.next = self.next.into_iter().chain(other.next).min();
        self.open += other.open;
        self.left_out += other.left_out;
        self.opaque += other.opaque;
    }
}

struct CoverageRow<'t> {
    table: &'t TableIndex,
    counts: Counts,
    /// The fields that are classified by their names alone, each with its category.
    columns: Vec<String>,
    /// The reason why the table is left out.
    reason: String,
    /// The version of the table, in the form that `reviewed` uses.
    version: String,
}

fn row<'t>(book: &Book, schema: &PinnedSchema, table: &'t TableIndex) -> CoverageRow<'t> {
    let said = book.datamap.said(&schema.id, &table.name);
    let mut columns = Vec::new();
    let mut counts = Counts { fields: table.fields.len(), ..Counts::default() };
    for field in &table.fields {
        let holding = book.datamap.holding(schema, table, field);
        match holding {
            Holding::Known(_, By::Entry) => counts.named += 1,
            Holding::Known(_, By::Comment) => counts.by_comment += 1,
            Holding::Known(_, By::Default) => counts.by_default += 1,
            Holding::Known(category, By::Column) => {
                counts.by_column += 1;
                columns.push(format!("{} = {category}", field.name));
            }
            Holding::Pending(day) => {
                counts.pending += 1;
                counts.next = counts.next.into_iter().chain([day]).min();
            }
            Holding::LeftOut => counts.left_out += 1,
            Holding::Open | Holding::Misfit => counts.open += 1,
        }
        let is_opaque = field.detail.as_ref().is_some_and(|detail| detail.content == FieldContent::Opaque);
        let entry = said.and_then(|said| said.fields.get(&field.name));
        let has_word = entry.is_some_and(|entry| entry.opaque.is_some() || entry.is_misfit);
        if is_opaque && !has_word && said.is_some() && matches!(holding, Holding::Known(..)) {
            counts.opaque += 1;
        }
    }
    let reason = said.and_then(|said| said.left_out.clone()).unwrap_or_default();
    CoverageRow {
        table,
        counts,
        columns,
        reason: book.map.masked(&reason).into_owned(),
        version: schema.version_of(table),
    }
}

const HEAD: [&str; 11] =
    ["table", "fields", "named", "comment", "default", "by name", "pending", "open", "left out", "opaque", "version"];

fn text(book: &Book, schema: &PinnedSchema, rows: &[CoverageRow<'_>]) -> String {
    let head = format!("{}: {}", schema.id, version(schema));
    let mut total = Counts::default();
    rows.iter().for_each(|row| total += row.counts);
    let mut cells = vec![HEAD.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let name = book.map.masked(&row.table.name).into_owned();
        self::cells(name, &row.counts, (&row.reason, &row.columns), row.version.clone())
    }));
    cells.push(self::cells("total".to_owned(), &total, ("", &[]), String::new()));
    let lines = align(cells, [48, 7, 7, 7, 7, 60, 24, 7, 60, 7, 16]);
    format!("{}\n{}", harmless(&book.map.masked(&head)), lines.concat())
}

fn cells(name: String, counts: &Counts, (reason, columns): (&str, &[String]), version: String) -> [String; 11] {
    // Zeros would hide the other numbers.
    let number = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
    let with =
        |count: usize, more: String| format!("{}{}", number(count), if count == 0 { String::new() } else { more });
    let by = counts.next.map_or_else(String::new, |day| format!(" (by {day})"));
    let which = if columns.is_empty() { String::new() } else { format!(": {}", columns.join(", ")) };
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    [
        name,
        counts.fields.to_string(),
        number(counts.named),
        number(counts.by_comment),
        number(counts.by_default),
        with(counts.by_column, which),
        with(counts.pending, by),
        number(counts.open),
        with(counts.left_out, why),
        number(counts.opaque),
        version,
    ]
}

fn object(map: &SourceMap, schema: &PinnedSchema, row: &CoverageRow<'_>) -> Json {
    let counts = &row.counts;
    let shown = |text: &str| map.masked(text).into_owned();
    json!({
        "schema": shown(&schema.id),
        "table": shown(&row.table.name),
        "fields": counts.fields,
        "named": counts.named,
        "by_comment": counts.by_comment,
        "by_default": counts.by_default,
        "by_column": row.columns.iter().map(|column| shown(column)).collect::<Vec<_>>(),
        "pending": counts.pending,
        "pending_by": counts.next.map(|day| day.to_string()),
        "open": counts.open,
        "left_out": counts.left_out,
        "left_out_because": if row.reason.is_empty() { Json::Null } else { json!(row.reason) },
        "opaque": counts.opaque,
        "version": row.version,
        "place": shown(&row.table.place(None)),
    })
}

/// Returns a summary for the person at the terminal.
fn sentence(schemas: usize, total: &Counts) -> String {
    let mut parts = vec![match total.open {
        0 => "none is open".to_owned(),
        1 => "1 is open".to_owned(),
        count => format!("{count} are open"),
    }];
    if total.opaque > 0 {
        parts.push(format!("{} can hold anything without an explanation", total.opaque));
    }
    if let (1.., Some(day)) = (total.pending, total.next) {
        parts.push(format!("{} to be classified, the next by {day}", total.pending));
    }
    format!("{} in {}: {}", counted(total.fields, "field"), counted(schemas, "data model"), parts.join(", "))
}
