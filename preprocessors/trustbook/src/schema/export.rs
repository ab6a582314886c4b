//! `trustbook schema export`: writes a data model with its categories in a format for other programs.

use super::{Which, in_order, read, selected, version};
use crate::failure::Failure;
use crate::output::{self, counted};
use clap::ValueEnum;
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::datamap::Datamap;
use trustbook_core::datamap::{Holding, PinnedSchema};
use trustbook_core::register::Record;
use trustbook_core::register::value::Value;
use trustbook_core::report::harmless;
use trustbook_core::schema::Modifier;
use trustbook_core::schema::fides::{self, Collection, Dataset, DatasetField};
use trustbook_core::schema::index::{FieldIndex, TableIndex};
use trustbook_core::suggest::listed;

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    which: Which,
    /// The format.
    #[arg(long, value_enum, default_value = "fides")]
    format: ExportFormat,
    /// Write it even if some fields are not classified; these have no category.
    #[arg(long)]
    partial: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// A dataset of Fides, as YAML.
    Fides,
}

/// The maximum number of open fields in a message.
const MOST: usize = 50;

pub(super) fn run(args: &ExportArgs) -> Result<ExitCode, Failure> {
    let (book, ids) = read(&args.which)?;
    let schemas = selected(&book.datamap, ids)?;
    let [schema] = schemas.as_slice() else {
        return Err(match schemas.is_empty() {
            true => {
                Failure::usage("this book has no data model").help("state one as a `[[schema]]` in a file of `facts/`")
            }
            false => Failure::usage("one data model is written at a time, and there are several")
                .help(format!("name one of {}", listed(schemas.iter().map(|schema| schema.id.as_str())))),
        });
    };
    if !schema.is_whole() {
        return Err(Failure::new(format!("the data model `{}` is not known completely", schema.id))
            .help("see `trustbook check`"));
    }
    let (tables, left_out): (Vec<&TableIndex>, Vec<&TableIndex>) =
        in_order(schema).into_iter().partition(|table| !is_left_out(&book, schema, table));
    let open = open(&book.datamap, schema, &tables);
    if !open.is_empty() && !args.partial {
        let told: String =
            open.iter().take(MOST).map(|name| format!("  {}\n", harmless(&book.map.masked(name)))).collect();
        let more = if open.len() > MOST { format!("  and {} more\n", open.len() - MOST) } else { String::new() };
        output::warn(&format!("these are not classified:\n{told}{more}"));
        let is = if open.len() == 1 { "is" } else { "are" };
        return Err(Failure::new(format!("{} of `{}` {is} open", counted(open.len(), "field"), schema.id))
            .help("classify them (`trustbook schema suggest` helps), or write it without them: `--partial`"));
    }
    match args.format {
        ExportFormat::Fides => output::print(&book.map.masked(&dataset(&book, schema, &tables))),
    }
    if !left_out.is_empty() {
        output::say(&format!("{} left out in the register: not in the dataset", counted(left_out.len(), "table")));
    }
    if !open.is_empty() {
        output::say(&format!("{} without a category", counted(open.len(), "field")));
    }
    output::say(&harmless(&book.map.masked(&format!("{}: {}", schema.id, version(schema)))));
    Ok(ExitCode::SUCCESS)
}

/// Returns true if the register leaves out a table with all its fields.
fn is_left_out(book: &Book, schema: &PinnedSchema, table: &TableIndex) -> bool {
    let is_left_out = |field: &FieldIndex| book.datamap.holding(schema, table, field) == Holding::LeftOut;
    book.datamap.said(&schema.id, &table.name).is_some_and(|said| said.left_out.is_some())
        && table.fields.iter().all(is_left_out)
}

/// Returns the fields without a category.
fn open(datamap: &Datamap, schema: &PinnedSchema, tables: &[&TableIndex]) -> Vec<String> {
    let fields = tables.iter().flat_map(|table| table.fields.iter().map(move |field| (*table, field)));
    fields
        .filter_map(|(table, field)| match datamap.holding(schema, table, field) {
            Holding::Known(..) | Holding::LeftOut => None,
            Holding::Pending(day) => Some(format!("{}.{} (to be classified by {day})", table.name, field.name)),
            Holding::Open | Holding::Misfit => Some(format!("{}.{}", table.name, field.name)),
        })
        .collect()
}

fn dataset(book: &Book, schema: &PinnedSchema, tables: &[&TableIndex]) -> String {
    // The descriptions of tables in the register, by the names of the records.
    let purpose = |table: &TableIndex| {
        let said = book.datamap.said(&schema.id, &table.name)?;
        let record: &Record = book.facts.record("table", said.id.strip_prefix("table.")?)?;
        Some(record.value("purpose").map(Value::text).unwrap_or_default())
    };
    let purposes: Vec<String> = tables.iter().map(|table| purpose(table).unwrap_or_default()).collect();
    let collections = tables.iter().zip(&purposes).map(|(table, purpose)| Collection {
        name: &table.name,
        description: purpose,
        fields: table.fields.iter().map(|field| self::field(&book.datamap, schema, table, field)).collect(),
    });
    fides::write(&Dataset { key: &schema.id, name: &schema.id, collections: collections.collect() })
}

fn field<'t>(
    datamap: &'t Datamap,
    schema: &'t PinnedSchema,
    table: &'t TableIndex,
    field: &'t FieldIndex,
) -> DatasetField<'t> {
    let said = datamap.said(&schema.id, &table.name).and_then(|said| said.fields.get(&field.name));
    let has = |modifier| field.detail.as_ref().is_some_and(|detail| detail.modifiers.contains(&modifier));
    DatasetField {
        name: &field.name,
        description: said.and_then(|said| said.note.as_deref()).unwrap_or_default(),
        ty: field.detail.as_ref().map_or("", |detail| detail.ty.as_str()),
        is_list: has(Modifier::List),
        is_key: has(Modifier::Id),
        categories: match datamap.holding(schema, table, field) {
            Holding::Known(key, _) => vec![key],
            _ => Vec::new(),
        },
    }
}
