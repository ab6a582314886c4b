//! Additions that turn an mdBook into a trust book: a table in its book.toml, and a register.

use super::files;
use super::vendor::Vendor;
use super::{Ci, Made};
use crate::failure::{Failure, io};
use crate::place::{self, File};
use crate::plain;
use crate::rewrite::{self, Rewrite};
use jiff::civil::Date;
use std::io::ErrorKind;
use std::path::Path;
use toml_edit::{Array, DocumentMut, Item, Table, value};
use trustbook_core::world::MAX_FILE;
use walkdir::WalkDir;

/// Adds the missing files. Of the existing ones, only book.toml changes, by one table.
pub(super) fn into_book(dir: &Path, vendor: &Vendor, ci: Ci, today: Date) -> Result<Made, Failure> {
    let before = text(dir)?;
    let after = with_table(&before, vendor)?;
    let mut wanted = vec![files::register_schema()];
    if !has_register(dir) {
        wanted.extend(files::starter(vendor, today));
    }
    let (of_repository, of_book) = place::split(dir, files::ci(ci));
    wanted.extend(of_book);
    place::check(dir, &wanted)?;
    let (there, missing): (Vec<File>, Vec<File>) = wanted.into_iter().partition(|(path, _)| place::is_there(dir, path));
    let mut placed = place::place(dir, &missing)?;
    let above = match place::above(&of_repository) {
        Ok((above, placed_above)) => {
            placed.also(placed_above);
            above
        }
        Err(failure) => {
            placed.undo();
            return Err(failure);
        }
    };
    let mut made = Made {
        added: missing.into_iter().map(|(path, _)| path).collect(),
        left: there.into_iter().map(|(path, _)| path).collect(),
        was_book: true,
    };
    made.added.extend(above);
    if let Some(after) = after {
        let rewrite = Rewrite { path: "book.toml".to_owned(), before: before.into(), after: after.into() };
        if let Err(failure) = rewrite::write(dir, &[rewrite]) {
            placed.undo();
            return Err(failure);
        }
        made.added.insert(0, "book.toml ([preprocessor.trustbook])".to_owned());
    } else {
        made.left.insert(0, "book.toml".to_owned());
    }
    Ok(made)
}

/// Reads the text of book.toml.
fn text(dir: &Path) -> Result<String, Failure> {
    let path = dir.join("book.toml");
    let bytes = plain::read(dir, Path::new("book.toml"), MAX_FILE).map_err(|error| match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::IsADirectory => {
            Failure::usage(format!("{} cannot be read: {error}", path.display()))
                .help("replace it with a plain file; nothing was written")
        }
        _ => io("reading", &path, &error),
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage("book.toml is not UTF-8").help("mend it first; nothing was written"))
}

/// Returns true if the book has a file of a register. Links are neither followed nor counted.
fn has_register(dir: &Path) -> bool {
    let files = WalkDir::new(dir.join("facts")).follow_root_links(false).into_iter().filter_map(Result::ok);
    let is_toml = |path: &Path| path.extension().is_some_and(|extension| extension == "toml");
    files.into_iter().any(|entry| entry.file_type().is_file() && is_toml(entry.path()))
}

/// Returns book.toml with the table of Trustbook appended; `None` if it already has one.
fn with_table(before: &str, vendor: &Vendor) -> Result<Option<String>, Failure> {
    let mut document: DocumentMut = before.parse().map_err(|error: toml_edit::TomlError| {
        Failure::usage(format!("book.toml cannot be read: {}", error.message()))
            .help("mend it first; nothing was written")
    })?;
    let preprocessor = document.entry("preprocessor").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let Some(preprocessor) = preprocessor.as_table_like_mut() else {
        return Err(
            Failure::usage("`preprocessor` in book.toml is no table").help("mend it first; nothing was written")
        );
    };
    if preprocessor.contains_key("trustbook") {
        return Ok(None);
    }
    let mut table = Table::new();
    table["command"] = value("mdbook-trustbook");
    table["before"] = value(Array::from_iter(["links"]));
    // mdBook then also builds the book on machines without the preprocessor.
    table["optional"] = value(true);
    if let Some(url) = &vendor.url {
        table["site-url"] = value(url.as_str());
    }
    table.decor_mut().set_prefix("\n");
    preprocessor.insert("trustbook", Item::Table(table));
    Ok(Some(document.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(before: &str) -> Option<String> {
        let vendor = Vendor::new(Path::new("/x"), None, Some("https://a.example/"), None).unwrap();
        with_table(before, &vendor).unwrap()
    }

    #[test]
    fn what_stands_there_stays() {
        let before = "# mine\n[book]\ntitle = 'x' # why\n\n[preprocessor.other]\nx = 1\n\n[output.html]\n";
        let after = added(before).unwrap();
        let ours = "\n[preprocessor.trustbook]\ncommand = \"mdbook-trustbook\"\nbefore = [\"links\"]\noptional = true\nsite-url = \"https://a.example/\"\n";
        assert!(after.contains(ours), "{after}");
        assert_eq!(after.replacen(ours, "", 1), before);
        assert_eq!(added(&after), None);
        assert_eq!(added("preprocessor = { trustbook = {} }\n"), None);
    }
}
