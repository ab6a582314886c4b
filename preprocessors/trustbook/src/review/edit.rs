//! Edits of a file of the register: one key is set or removed, and every other byte stays as it is.
//!
//! `toml_edit` finds the ranges of keys and values, and the forms of their tables. Its printer is not used: it
//! would turn CRLF into LF and gather scattered dotted keys.

use std::ops::Range;
use toml_edit::{Array, Document, Item, Key, Table, TableLike, Value};
use trustbook_core::register::kinds;

/// The target of an edit.
#[derive(Debug, Clone, Copy)]
pub(super) enum EditTarget<'t> {
    /// A free fact, by its id.
    Fact(&'t str),
    /// A record, by its kind and id.
    Record(&'t str, &'t str),
}

/// The reason why an edit cannot be made, as a phrase.
pub(super) type Cannot = String;

/// Sets a key to a value in TOML notation. A fact in short form gets the long form first.
pub(super) fn set(text: &str, target: EditTarget<'_>, key: &str, toml: &str) -> Result<String, Cannot> {
    let document = parse(text)?;
    let toml = &like(text, toml);
    match find(document.as_table(), target).ok_or("is no longer where it was")? {
        EditPosition::Short(value) => {
            let long = splice(text, value.clone(), &format!("{{ value = {} }}", &text[value]));
            set(&long, target, key, toml)
        }
        EditPosition::Table(place) => match place.table.get(key) {
            Some(Item::Value(value)) if !is_dotted(value) => {
                Ok(splice(text, value.span().ok_or("is no longer where it was")?, toml))
            }
            Some(_) => Err("is written as a table of its own: change it by hand".to_owned()),
            None => insert(text, &place, key, toml),
        },
    }
}

/// Removes a field from the `not_stated` list of a record, if it is in there.
pub(super) fn close(text: &str, target: EditTarget<'_>, field: &str) -> Result<String, Cannot> {
    let document = parse(text)?;
    let Some(EditPosition::Table(place)) = find(document.as_table(), target) else { return Ok(text.to_owned()) };
    let Some((key, Item::Value(Value::Array(open)))) = place.table.get_key_value("not_stated") else {
        return Ok(text.to_owned());
    };
    let Some(at) = open.iter().position(|name| name.as_str() == Some(field)) else { return Ok(text.to_owned()) };
    let range = match open.len() {
        1 => whole(text, &place, key, open),
        _ => element(open, at),
    };
    Ok(splice(text, range.ok_or("is no longer where it was")?, ""))
}

fn parse(text: &str) -> Result<Document<&str>, Cannot> {
    Document::parse(text).map_err(|_| "is in a file that is not TOML".to_owned())
}

enum EditPosition<'d> {
    /// A value that is not a table.
    Short(Range<usize>),
    Table(Entries<'d>),
}

/// A table in which keys can be set.
struct Entries<'d> {
    table: &'d dyn TableLike,
    form: EditForm,
    /// The prefix of its keys in the file, such as `phone.` for dotted keys.
    prefix: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EditForm {
    /// Under a header, or at the top level: one line per key.
    Lines,
    /// In braces.
    Braces,
}

fn find<'d>(root: &'d Table, target: EditTarget<'_>) -> Option<EditPosition<'d>> {
    match target {
        EditTarget::Fact(id) => find_fact(root, id),
        EditTarget::Record(kind, id) => {
            let parts =
                kinds::find(kind).map(|kind| kind.id_fields()).filter(|parts| !parts.is_empty()).unwrap_or(&["id"]);
            let has_id = |table: &dyn TableLike| {
                let parts: Option<Vec<&str>> = parts.iter().map(|part| table.get(part)?.as_str()).collect();
                parts.is_some_and(|parts| parts.join(".") == id)
            };
            let (table, form): (&dyn TableLike, EditForm) = match root.get(kind)? {
                Item::ArrayOfTables(tables) => (tables.iter().find(|table| has_id(*table))?, EditForm::Lines),
                Item::Value(Value::Array(items)) => {
                    (items.iter().filter_map(Value::as_inline_table).find(|table| has_id(*table))?, EditForm::Braces)
                }
                _ => return None,
            };
            Some(EditPosition::Table(Entries { table, form, prefix: String::new() }))
        }
    }
}

fn find_fact<'d>(root: &'d Table, id: &str) -> Option<EditPosition<'d>> {
    let mut place = Entries { table: root, form: EditForm::Lines, prefix: String::new() };
    let mut names = id.split('.').peekable();
    while let Some(name) = names.next() {
        let (table, form, dotted): (&dyn TableLike, EditForm, bool) = match place.table.get(name)? {
            Item::Table(table) => (table, EditForm::Lines, table.is_dotted()),
            Item::Value(Value::InlineTable(table)) if table.is_dotted() => (table, place.form, true),
            Item::Value(Value::InlineTable(table)) => (table, EditForm::Braces, false),
            Item::Value(value) if names.peek().is_none() => return Some(EditPosition::Short(value.span()?)),
            _ => return None,
        };
        let prefix = if dotted { format!("{}{name}.", place.prefix) } else { String::new() };
        place = Entries { table, form, prefix };
    }
    Some(EditPosition::Table(place))
}

/// Inserts a key after the last one of a table.
fn insert(text: &str, place: &Entries<'_>, key: &str, toml: &str) -> Result<String, Cannot> {
    let all = place.table.get_values();
    let spans = all.iter().filter_map(|(keys, value)| Some((keys.last()?.span()?.start, value.span()?.end)));
    let (start, end) = spans.max_by_key(|(_, end)| *end).ok_or("has no keys")?;
    let entry = format!("{}{key} = {toml}", place.prefix);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let indent = &before[..before.len() - before.trim_start().len()];
    let rest = text[end..].find('\n').map(|at| &text[end..=end + at]);
    match (place.form, rest) {
        (EditForm::Lines, Some(rest)) => {
            let next = end + rest.len();
            Ok(splice(text, next..next, &format!("{indent}{entry}{}", line_end(rest))))
        }
        (EditForm::Lines, None) => Ok(format!("{text}{}{indent}{entry}", line_end(text))),
        (EditForm::Braces, Some(rest)) if before.trim().is_empty() && is_over(rest) => {
            let comma = rest.trim_start().starts_with(',');
            let next = end + rest.len();
            let entry = format!("{indent}{entry}{}{}", if comma { "," } else { "" }, line_end(rest));
            let text = splice(text, next..next, &entry);
            Ok(if comma { text } else { splice(&text, end..end, ",") })
        }
        (EditForm::Braces, _) => Ok(splice(text, end..end, &format!(", {entry}"))),
    }
}

/// Returns true if nothing follows a value on its line except a comma and a comment.
fn is_over(rest: &str) -> bool {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    rest.is_empty() || rest.starts_with('#')
}

/// Returns the range of a key and its value, with its whole line or its comma.
fn whole(text: &str, place: &Entries<'_>, key: &Key, value: &Array) -> Option<Range<usize>> {
    let (start, end) = (key.span()?.start, value.span()?.end);
    if place.form == EditForm::Braces {
        let all = place.table.get_values();
        let ends = all.iter().filter_map(|(_, value)| value.span()).map(|span| span.end);
        let starts = all.iter().filter_map(|(keys, _)| keys.first()?.span()).map(|span| span.start);
        return Some(match (ends.filter(|other| *other < start).max(), starts.filter(|other| *other > end).min()) {
            (Some(last), _) => last..end,
            (None, Some(next)) => start..next,
            (None, None) => start..end,
        });
    }
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let rest = text[end..].find('\n').map_or(&text[end..], |at| &text[end..=end + at]);
    // A comment after the value stays on its line.
    let comment = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Some(if rest.trim().is_empty() { line..end + rest.len() } else { start..end + comment })
}

/// Returns the range of an element of a list, with its comma.
fn element(list: &Array, at: usize) -> Option<Range<usize>> {
    let span = |at: usize| list.get(at)?.span();
    Some(match span(at + 1) {
        Some(next) => span(at)?.start..next.start,
        None => span(at.checked_sub(1)?)?.end..span(at)?.end,
    })
}

fn is_dotted(value: &Value) -> bool {
    value.as_inline_table().is_some_and(|table| table.is_dotted())
}

/// Returns the first line ending of a text.
fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Returns TOML with its line endings replaced by those of a text.
fn like(text: &str, toml: &str) -> String {
    toml.replace("\r\n", "\n").replace('\n', line_end(text))
}

fn splice(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "2026-01-15";

    fn verified(text: &str, target: EditTarget<'_>) -> String {
        set(text, target, "verified", DAY).unwrap()
    }

    #[test]
    fn a_day_is_set_in_every_form() {
        let fact = EditTarget::Fact("a.b");
        for (before, after) in [
            ("[a]\nb = \"X\" # c\n", "[a]\nb = { value = \"X\", verified = 2026-01-15 } # c\n"),
            ("[a]\n  b   = [\n 1,\n] # c", "[a]\n  b   = { value = [\n 1,\n], verified = 2026-01-15 } # c"),
            ("a.b=1", "a.b={ value = 1, verified = 2026-01-15 }"),
            ("a = { b = 1, c = 2 }", "a = { b = { value = 1, verified = 2026-01-15 }, c = 2 }"),
            ("[a]\nb = {value=1 }", "[a]\nb = {value=1, verified = 2026-01-15 }"),
            ("[a]\nb = {value=1,}", "[a]\nb = {value=1, verified = 2026-01-15,}"),
            ("[a]\nb = { value = 1, verified = 2020-01-01 } # c", "[a]\nb = { value = 1, verified = 2026-01-15 } # c"),
            (
                "[a]\nb.value = 1 # c\nd = 2\nb.note = \"n\"\n",
                "[a]\nb.value = 1 # c\nd = 2\nb.note = \"n\"\nb.verified = 2026-01-15\n",
            ),
            ("a.b.value = 1\r\nx = 1\r\n", "a.b.value = 1\r\na.b.verified = 2026-01-15\r\nx = 1\r\n"),
            ("a = { b.value = 1 }", "a = { b.value = 1, b.verified = 2026-01-15 }"),
            ("[a.b]\nvalue = 1 # c\n\n# d\n[x]\n", "[a.b]\nvalue = 1 # c\nverified = 2026-01-15\n\n# d\n[x]\n"),
            ("[a.b]\r\n\tvalue = 1", "[a.b]\r\n\tvalue = 1\r\n\tverified = 2026-01-15"),
            (
                "[a.b] # c\n\"value\" = \"\"\"\n1\n\"\"\" # d",
                "[a.b] # c\n\"value\" = \"\"\"\n1\n\"\"\" # d\nverified = 2026-01-15",
            ),
            ("[a]\nb = {\n  value = 1, # c\n}\n", "[a]\nb = {\n  value = 1, # c\n  verified = 2026-01-15,\n}\n"),
            ("[a]\nb = {\n  value = 1 # c\n}\n", "[a]\nb = {\n  value = 1, # c\n  verified = 2026-01-15\n}\n"),
            ("[a]\nb = {\n  value = 1 }\n", "[a]\nb = {\n  value = 1, verified = 2026-01-15 }\n"),
        ] {
            assert_eq!(verified(before, fact), after, "{before}");
            assert_eq!(verified(after, fact), after, "once more: {before}");
        }
    }

    #[test]
    fn a_day_is_set_in_a_record() {
        let record = EditTarget::Record("r", "b");
        for (before, after) in [
            (
                "[[r]]\nid = \"a\"\n[[r]]\nid = \"b\" # c\n[r.codes]\nx = \"y\"\n",
                "[[r]]\nid = \"a\"\n[[r]]\nid = \"b\" # c\nverified = 2026-01-15\n[r.codes]\nx = \"y\"\n",
            ),
            ("[[r]]\nid = \"b\"\ncodes.x = \"y\"\n", "[[r]]\nid = \"b\"\ncodes.x = \"y\"\nverified = 2026-01-15\n"),
            ("r = [{ id = \"a\" }, { id = \"b\" }]", "r = [{ id = \"a\" }, { id = \"b\", verified = 2026-01-15 }]"),
        ] {
            assert_eq!(verified(before, record), after, "{before}");
        }
        assert!(set("[[r]]\nid = \"b\"\n[r.codes]\nx = \"y\"\n", record, "codes", "{}").is_err());
        assert!(set("[[r]]\nid = \"b\"\ncodes.x = \"y\"\n", record, "codes", "{}").is_err());
        assert_eq!(set("r = [{ id = \"b\", c = [1] }]", record, "c", "[2]").unwrap(), "r = [{ id = \"b\", c = [2] }]");
        assert!(set("[[r]]\nid = \"c\"\n", record, "c", "1").is_err());
    }

    #[test]
    fn what_is_stated_is_no_longer_left_open() {
        let record = EditTarget::Record("r", "b");
        for (before, after) in [
            ("[[r]]\nid = \"b\"\nnot_stated = [\"x\", \"y\"]\n", "[[r]]\nid = \"b\"\nnot_stated = [\"y\"]\n"),
            ("[[r]]\nid = \"b\"\nnot_stated = [\"y\", \"x\"] # c\n", "[[r]]\nid = \"b\"\nnot_stated = [\"y\"] # c\n"),
            (
                "[[r]]\nid = \"b\"\nnot_stated = [\n  \"y\",\n  \"x\",\n]\n",
                "[[r]]\nid = \"b\"\nnot_stated = [\n  \"y\",\n]\n",
            ),
            ("[[r]]\nid = \"b\"\r\nnot_stated = [\"x\"]\r\nz = 1\n", "[[r]]\nid = \"b\"\r\nz = 1\n"),
            ("[[r]]\nid = \"b\"\nnot_stated = [\"x\"]  # c\nz = 1\n", "[[r]]\nid = \"b\"\n# c\nz = 1\n"),
            ("r = [{ id = \"b\", not_stated = [\"x\"], z = 1 }]", "r = [{ id = \"b\", z = 1 }]"),
            ("r = [{ not_stated = [\"x\"], id = \"b\" }]", "r = [{ id = \"b\" }]"),
            ("[[r]]\nid = \"b\"\nnot_stated = [\"y\"]\n", "[[r]]\nid = \"b\"\nnot_stated = [\"y\"]\n"),
        ] {
            assert_eq!(close(before, record, "x").unwrap(), after, "{before}");
        }
    }

    #[test]
    fn a_value_of_several_lines_takes_the_line_ends_of_the_file() {
        let after = set("[a]\r\nb = 1\r\n", EditTarget::Fact("a.b"), "value", "[\n1,\n]").unwrap();
        assert_eq!(after, "[a]\r\nb = { value = [\r\n1,\r\n] }\r\n");
    }
}
