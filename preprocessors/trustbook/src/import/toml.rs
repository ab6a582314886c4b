//! A file of the register with what was imported: written anew, or with what is new at its end.

use super::draft::{Draft, Stated};
use super::values::one_line;
use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

/// Returns the text of a file for the drafts of a page. `before` is the text that is there, or that of a new file.
pub(super) fn text(before: &str, stated: &[Stated], drafts: &[Draft]) -> Option<String> {
    let mut document: DocumentMut = before.parse().ok()?;
    for Stated { id, value: given } in stated {
        let (group, name) = id.split_once('.')?;
        let table = document.entry(group).or_insert_with(|| Item::Table(Table::new())).as_table_like_mut()?;
        if !table.contains_key(name) {
            table.insert(name, value(given.clone()));
        }
    }
    for draft in drafts {
        let tables = document.entry(draft.kind.name).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        tables.as_array_of_tables_mut()?.push(table(draft));
    }
    Some(document.to_string())
}

/// Returns the line by which a later import knows the page of a file.
pub(super) fn mark(origin: &str, page: &str) -> String {
    format!("# Imported from {} into {page}.", one_line(origin))
}

/// Returns the beginning of a new file.
pub(super) fn head(mark: &str, source: &str, stated: Date) -> String {
    format!(
        "#:schema ../../.trustbook/register.schema.json\n{mark}\n# `# check:` marks what a person has to decide.\n\n\
         [defaults]\nsource = {}\nstated = {stated}\n",
        Value::from(source)
    )
}

fn table(draft: &Draft) -> Table {
    let mut table = Table::new();
    table["id"] = value(draft.id.as_str());
    for (name, given) in &draft.fields {
        table[*name] = value(given.clone());
    }
    if !draft.open.is_empty() {
        table["not_stated"] = value(draft.open.iter().copied().collect::<Array>());
    }
    if !draft.notes.is_empty() {
        table["note"] = value(draft.notes.join("; "));
    }
    let checks: String = draft.checks.iter().map(|check| format!("# check: {}\n", one_line(check))).collect();
    table.decor_mut().set_prefix(format!("\n{checks}"));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_goes_to_the_end_and_the_rest_stays() {
        let head = head(&mark("a.md", "src/a.md"), "a.md, 3 May 2023", jiff::civil::date(2023, 5, 3));
        let mut draft = Draft::new("subprocessor").unwrap();
        draft.id = "x".to_owned();
        draft.set("name", "X".into());
        draft.checks.push("`countries`: the page says \u{201c}here\u{201d}".to_owned());
        draft.open.insert("countries");
        let stated = [Stated { id: "vendor.subprocessor_notice", value: "30 days".into() }];
        let first = text(&head, &stated, &[draft.clone()]).unwrap();
        let expected = format!(
            "{head}\n[vendor]\nsubprocessor_notice = \"30 days\"\n\n# check: `countries`: the page says \u{201c}here\u{201d}\n\
             [[subprocessor]]\nid = \"x\"\nname = \"X\"\nnot_stated = [\"countries\"]\n"
        );
        assert_eq!(first, expected);
        draft.id = "y".to_owned();
        draft.checks.clear();
        let second = text(&first, &stated, &[draft]).unwrap();
        assert_eq!(
            second,
            format!("{first}\n[[subprocessor]]\nid = \"y\"\nname = \"X\"\nnot_stated = [\"countries\"]\n")
        );
    }
}
