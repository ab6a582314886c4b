//! `trustbook schema suggest`: categories suggested by the names of open fields, as TOML for the register.

use super::{Which, in_order, is_known, read, selected};
use crate::failure::Failure;
use crate::output::{self, counted};
use jiff::ToSpan;
use std::fmt::Write;
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::category;
use trustbook_core::datamap::{Holding, PinnedSchema, TableSaid};
use trustbook_core::report::harmless;
use trustbook_core::schema::index::{Detail, FieldIndex, TableIndex};
use trustbook_core::span::SourceMap;
use trustbook_core::suggest::nearest;
use trustbook_core::toml_tree::{key, quoted};

#[derive(Debug, clap::Args)]
pub(super) struct SuggestArgs {
    #[command(flatten)]
    which: Which,
    /// Only this table.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
}

/// The deadline for classifying a field in a proposal, in days from today.
const SOON: i64 = 90;

/// The number of fields without a category, and of those with a suggestion.
#[derive(Default)]
struct Counts {
    open: usize,
    suggested: usize,
}

pub(super) fn run(args: &SuggestArgs) -> Result<ExitCode, Failure> {
    let (book, ids) = read(&args.which)?;
    let schemas = selected(&book.datamap, ids)?;
    if let Some(name) = &args.table {
        has_table(&schemas, name)?;
    }
    let mut counts = Counts::default();
    let mut text = String::new();
    for schema in schemas {
        is_known(schema);
        let wanted = |table: &&TableIndex| args.table.as_ref().is_none_or(|name| *name == table.name);
        for table in in_order(schema).into_iter().filter(wanted) {
            of_table(&book, schema, table, &mut text, &mut counts);
        }
    }
    output::print(book.map.masked(text.trim_start_matches('\n')).as_ref());
    output::say(&match counts.open {
        0 => "no field is open: there is nothing to suggest".to_owned(),
        _ => format!(
            "{}, and the names of {} suggest a category\nNothing was applied, and a name proves nothing: check what \
             each field holds, and paste what is right into a file of facts/.",
            counted(counts.open, "open field"),
            counts.suggested
        ),
    });
    Ok(ExitCode::SUCCESS)
}

fn has_table(schemas: &[&PinnedSchema], name: &str) -> Result<(), Failure> {
    if schemas.iter().any(|schema| schema.table(name).is_some()) {
        return Ok(());
    }
    let names = schemas.iter().flat_map(|schema| schema.tables.iter()).map(|table| table.name.as_str());
    Err(Failure::usage(format!("no data model has a table `{name}`")).help(match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`trustbook schema coverage` lists the tables".to_owned(),
    }))
}

fn of_table(book: &Book, schema: &PinnedSchema, table: &TableIndex, text: &mut String, counts: &mut Counts) {
    let is_open = |field: &&FieldIndex| book.datamap.holding(schema, table, field) == Holding::Open;
    let open: Vec<&FieldIndex> = table.fields.iter().filter(is_open).collect();
    let said = book.datamap.said(&schema.id, &table.name);
    if open.is_empty() && (said.is_some() || !table.fields.is_empty()) {
        return;
    }
    counts.open += open.len();
    let lines = open.into_iter().map(|field| line(book, field, counts)).collect::<String>();
    match said {
        Some(said) => text.push_str(&below(&book.map, schema, table, said, &lines)),
        None => {
            let shown = |text: &str| book.map.masked(text).into_owned();
            let (id, name) = (quoted(&shown(&schema.id)), quoted(&shown(&table.name)));
            let place = comment(&shown(&table.place(None)));
            let _ = write!(
                text,
                "\n[[table]] # {place}; say what it is for, as its `purpose`\nschema = {id}\nname = {name}\n\n\
                 [table.fields]\n{lines}"
            );
        }
    }
}

/// Returns the suggestions for a table that the register describes. They are comments, because a second
/// `[[table]]` would be a duplicate.
fn below(map: &SourceMap, schema: &PinnedSchema, table: &TableIndex, said: &TableSaid, lines: &str) -> String {
    let file = map.file(said.span.file);
    let place = format!("{}:{}", file.path(), file.position(said.span.start).line);
    let shown = |text: &str| comment(&map.masked(text));
    let mut text = format!("\n# `{}` is described in {}", shown(&said.id), shown(&place));
    let reviewed = schema.version_of(table);
    match (&said.default, &said.left_out) {
        (Some(_), _) => {
            let _ = writeln!(text, ". Check these: if its default holds for them as well, write there");
            let _ = writeln!(text, "# reviewed = {}\n# or put into its `fields`:", quoted(&reviewed));
        }
        (None, Some(_)) => {
            let _ = writeln!(text, " as left out. Check these: if it can still be left out, write there");
            let _ = writeln!(text, "# reviewed = {}\n# or describe it, with these `fields`:", quoted(&reviewed));
        }
        (None, None) => text.push_str(". Put into its `fields`:\n"),
    }
    for line in lines.lines() {
        let _ = writeln!(text, "# {}", line.strip_prefix("# ").unwrap_or(line));
    }
    text
}

/// Returns the line for a field with the suggested category, or a comment if there is no suggestion.
fn line(book: &Book, field: &FieldIndex, counts: &mut Counts) -> String {
    // Quoting as TOML changes a name, so secrets are masked before.
    let shown = |text: &str| book.map.masked(text).into_owned();
    let (key, ty) = (key(&shown(&field.name)), field.detail.as_ref().map_or("", |detail| detail.ty.as_str()));
    let words = |detail: &Detail| format!(" ({})", comment(&shown(&detail.words())));
    let words = field.detail.as_ref().map_or_else(String::new, words);
    match category::suggest(&field.name, ty) {
        Some(guess) => {
            counts.suggested += 1;
            format!("{key} = {} # {}{words}\n", quoted(guess.key), comment(&shown(&guess.why)))
        }
        None => {
            let soon = book.facts.today.checked_add(SOON.days()).unwrap_or(book.facts.today);
            format!("# {key} = {{ to_be_classified = {soon} }} # its name does not say{words}\n")
        }
    }
}

/// Returns text that is safe in a comment.
pub(super) fn comment(text: &str) -> String {
    harmless(&text.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::{key, quoted};

    #[test]
    fn names_are_keys_of_toml() {
        assert_eq!(key("user_id"), "user_id");
        for name in ["", "a.b", "a\"b\\", "ä ö", "a\nb = 1", "\u{202e}\u{7f}", "🦀", "###[x]"] {
            let text = format!("{} = {}\n", key(name), quoted(name));
            let document: toml_edit::DocumentMut = text.parse().unwrap();
            assert_eq!(document.get(name).and_then(|item| item.as_str()), Some(name), "{text}");
            assert!(!text.contains(['\u{202e}', '\u{7f}']) && !text.contains("##"));
        }
    }
}
