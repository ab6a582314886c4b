//! `trustbook schema classify`: asks what the tables and fields of a data model hold, and prints TOML for the register.

use super::suggest::comment;
use super::{Which, in_order, is_known, read, selected};
use crate::failure::Failure;
use crate::output::{self, counted};
use std::fmt::Write;
use std::io::BufRead;
use std::process::ExitCode;
use trustbook_core::Book;
use trustbook_core::category;
use trustbook_core::datamap::{Holding, PinnedSchema};
use trustbook_core::report::harmless;
use trustbook_core::schema::FieldContent;
use trustbook_core::schema::index::{FieldIndex, TableIndex};
use trustbook_core::suggest::nearest;
use trustbook_core::toml_tree::{key, quoted};

pub(super) fn run(which: &Which) -> Result<ExitCode, Failure> {
    let (book, ids) = read(which)?;
    let mut input = std::io::stdin().lock();
    let mut count = 0;
    'all: for schema in selected(&book.datamap, ids)? {
        is_known(schema);
        let tables = in_order(schema);
        let is_new = |table: &&&TableIndex| book.datamap.said(&schema.id, &table.name).is_none();
        let new = tables.iter().filter(is_new).count();
        for (at, table) in tables.iter().filter(is_new).enumerate() {
            output::show(&format!("\n{} of {new}: {}", at + 1, card(&book, schema, table)));
            match one(&book, schema, table, &mut input) {
                Answer::Said(text) => {
                    output::print(&text);
                    count += 1;
                }
                Answer::Later => {}
                Answer::Stop => break 'all,
            }
        }
    }
    output::say(&match count {
        0 => {
            "no table was classified; `trustbook schema suggest` prints the open fields of described tables".to_owned()
        }
        _ => format!("{} classified: put the lines above into a file of facts/", counted(count, "table")),
    });
    Ok(ExitCode::SUCCESS)
}

/// The answer to a question.
enum Answer {
    /// A text.
    Said(String),
    /// Nothing: the question is left for another day.
    Later,
    /// The end of the input, or `q`.
    Stop,
}

/// Returns a table and its fields as the person sees them.
fn card(book: &Book, schema: &PinnedSchema, table: &TableIndex) -> String {
    let shown = |text: &str| harmless(&book.map.masked(text));
    let mut text = format!("{} ({}, {})\n", shown(&table.name), shown(&schema.id), shown(&table.place(None)));
    for field in &table.fields {
        let words = field.detail.as_ref().map(|detail| detail.words()).unwrap_or_default();
        let _ = writeln!(text, "  {}  {}", shown(&field.name), shown(&words));
    }
    text
}

/// Asks about a table, and returns its record.
fn one(book: &Book, schema: &PinnedSchema, table: &TableIndex, input: &mut dyn BufRead) -> Answer {
    let purpose = match ask(input, "what it is for, [-] to leave it out, [enter] for later, [q]uit: ") {
        Answer::Said(purpose) => purpose,
        other => return other,
    };
    // Quoting as TOML changes a name, so secrets are masked before.
    let shown = |text: &str| book.map.masked(text).into_owned();
    let (id, name) = (quoted(&shown(&schema.id)), quoted(&shown(&table.name)));
    let mut text = format!("[[table]]\nschema = {id}\nname = {name}\n");
    if purpose == "-" {
        return match ask(input, "the reason, as readers see it: ") {
            Answer::Said(reason) => Answer::Said(format!("{text}left_out = {}\n\n", quoted(&reason))),
            other => other,
        };
    }
    let _ = write!(text, "purpose = {}\n\n[table.fields]\n", quoted(&purpose));
    let open = table.fields.iter().filter(|field| book.datamap.holding(schema, table, field) == Holding::Open);
    for field in open {
        match category_of(book, field, input) {
            Answer::Said(line) => text.push_str(&line),
            // What was answered before is not lost.
            Answer::Later | Answer::Stop => {
                let _ = writeln!(text, "# {} = \"\"", comment(&key(&shown(&field.name))));
            }
        }
    }
    text.push('\n');
    Answer::Said(text)
}

/// Asks for the category of a field, and returns its line.
fn category_of(book: &Book, field: &FieldIndex, input: &mut dyn BufRead) -> Answer {
    let shown = |text: &str| book.map.masked(text).into_owned();
    let ty = field.detail.as_ref().map_or("", |detail| detail.ty.as_str());
    let guess = category::suggest(&field.name, ty);
    let offer = guess.as_ref().map_or_else(|| "later".to_owned(), |guess| guess.key.to_owned());
    let question = format!("  {} (category, [.] for later) [{offer}]: ", harmless(&shown(&field.name)));
    let chosen = loop {
        let word = match (ask(input, &question), &guess) {
            (Answer::Said(word), _) if word == "." => return Answer::Later,
            (Answer::Said(word), _) => word,
            (Answer::Later, Some(guess)) => guess.key.to_owned(),
            (other, _) => return other,
        };
        match category::check(&word) {
            Ok(()) => break word,
            Err(unknown) => {
                let near = unknown.nearest.or_else(|| nearest(&word, category::known()).map(str::to_owned));
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                output::show(&format!("  unknown category `{}`{near}\n", harmless(&word)));
            }
        }
    };
    let key = key(&shown(&field.name));
    let is_opaque = field.detail.as_ref().is_some_and(|detail| detail.content == FieldContent::Opaque);
    if !is_opaque {
        return Answer::Said(format!("{key} = {}\n", quoted(&chosen)));
    }
    match ask(input, "    what can be inside: ") {
        Answer::Said(inside) => {
            Answer::Said(format!("{key} = {{ category = {}, opaque = {} }}\n", quoted(&chosen), quoted(&inside)))
        }
        other => other,
    }
}

/// Asks a question, and returns the line that is written.
fn ask(input: &mut dyn BufRead, question: &str) -> Answer {
    output::show(question);
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(0) | Err(_) => Answer::Stop,
        Ok(_) => match line.trim() {
            "" => Answer::Later,
            "q" => Answer::Stop,
            text => Answer::Said(text.to_owned()),
        },
    }
}
