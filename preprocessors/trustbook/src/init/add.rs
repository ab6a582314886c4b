//! Additions that turn an mdBook into a trust book: a table in its book.toml, and a register.

use super::files;
use super::vendor::Vendor;
use super::{InitResult, Wanted};
use crate::failure::{Failure, io};
use crate::place::{self, File};
use crate::plain;
use crate::rewrite::{self, Rewrite};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};
use trustbook_core::schema::index::hex;
use trustbook_core::world::{self, MAX_FILE};
use walkdir::WalkDir;

/// Adds the missing files. Of the existing ones, only book.toml changes, by one table.
pub(super) fn into_book(dir: &Path, vendor: &Vendor, ci: Wanted, today: Date) -> Result<InitResult, Failure> {
    let (root, settings) = settings(dir)?;
    let before = text(&root, &settings)?;
    let scripts = scripts(dir, &before);
    let after = with_table(&before, vendor, &scripts)?;
    let mut wanted = vec![files::register_schema()];
    if !has_register(dir) {
        wanted.extend(files::starter(vendor, ci.language, today));
    }
    let (of_repository, of_book) = ci.files(dir);
    wanted.extend(of_book);
    place::check(dir, &wanted)?;
    let (there, missing): (Vec<File>, Vec<File>) = wanted.into_iter().partition(|(path, _)| place::is_there(dir, path));
    let mut placed = place::place(dir, &missing)?;
    let above = match place::above(&of_repository) {
        Ok(mut above) => {
            placed.also(std::mem::take(&mut above.placed));
            above
        }
        Err(failure) => {
            placed.undo();
            return Err(failure);
        }
    };
    let mut made = InitResult {
        added: missing.into_iter().map(|(path, _)| path).collect(),
        left: there.into_iter().map(|(path, _)| path).collect(),
        was_book: true,
        scripts: Vec::new(),
    };
    made.added.extend(above.added);
    made.left.extend(above.left);
    if let Some(after) = after {
        let rewrite = Rewrite { path: settings, before: before.into(), after: after.into() };
        if let Err(failure) = rewrite::write(&root, &[rewrite]) {
            placed.undo();
            return Err(failure);
        }
        made.added.insert(0, "book.toml ([preprocessor.trustbook])".to_owned());
        made.scripts = scripts.into_iter().map(|(path, _)| path).collect();
    } else {
        made.left.insert(0, "book.toml".to_owned());
    }
    Ok(made)
}

/// Returns a folder and the path of book.toml in it. A book.toml that is a link within the repository is changed where
/// it leads.
fn settings(dir: &Path) -> Result<(PathBuf, String), Failure> {
    let path = dir.join("book.toml");
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let root = place::root(dir).unwrap_or_else(|| dir.to_owned());
    let real = || {
        let (root, real) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
        let within = real.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        world::closed(&within).is_none().then_some((root, within))
    };
    match is_link {
        false => Ok((dir.to_owned(), "book.toml".to_owned())),
        true => real().ok_or_else(|| {
            Failure::usage(format!("{}: `book.toml` is a symbolic link to no file of the repository", dir.display()))
                .help("replace it with a plain file; nothing was written")
        }),
    }
}

/// Reads the text of book.toml.
fn text(root: &Path, settings: &str) -> Result<String, Failure> {
    let path = root.join(settings);
    let bytes = plain::read(root, Path::new(settings), MAX_FILE).map_err(|error| match error.kind() {
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

/// Returns the scripts that every page of the mdBook loads, each with its SHA-256. Those that cannot be read are left
/// out, and reported by the build.
fn scripts(dir: &Path, book_toml: &str) -> Vec<(String, String)> {
    let document: Option<DocumentMut> = book_toml.parse().ok();
    let listed = document.as_ref().and_then(|book| book.get("output")?.get("html")?.get("additional-js")?.as_array());
    let paths = listed.into_iter().flatten().filter_map(|path| world::join("", path.as_str()?));
    let read = |path: String| {
        let bytes = plain::read(dir, Path::new(&path), MAX_FILE).ok()?;
        Some((path, hex(&Sha256::digest(&bytes))))
    };
    paths.filter_map(read).collect()
}

/// Returns book.toml with the table of Trustbook appended, which allows these scripts; `None` if it already has one.
fn with_table(before: &str, vendor: &Vendor, scripts: &[(String, String)]) -> Result<Option<String>, Failure> {
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
    if !scripts.is_empty() {
        let entry = |(path, sha256): &(String, String)| {
            let keys = [("path", path.as_str()), ("sha256", sha256.as_str())];
            let mut entry = Value::InlineTable(InlineTable::from_iter(keys));
            entry.decor_mut().set_prefix("\n    ");
            entry
        };
        let mut allowed: Array = scripts.iter().map(entry).collect();
        allowed.set_trailing_comma(true);
        allowed.set_trailing("\n");
        let mut security = Table::new();
        security["scripts"] = value(allowed);
        security.decor_mut().set_prefix("\n");
        table["security"] = Item::Table(security);
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
        with_table(before, &vendor, &[]).unwrap()
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

    #[test]
    fn the_scripts_of_every_page_are_allowed_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.js"), "a").unwrap();
        let book = "[output.html]\nadditional-js = [\"./a.js\", \"gone.js\", \"../b.js\", \"/etc/c.js\"]\n";
        let scripts = scripts(dir.path(), book);
        assert_eq!(scripts.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["a.js"]);
        let vendor = Vendor::new(Path::new("/x"), None, None, None).unwrap();
        let after = with_table(book, &vendor, &scripts).unwrap().unwrap();
        let expected = "[preprocessor.trustbook.security]\nscripts = [\n    { path = \"a.js\", sha256 = \"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\" },\n]\n";
        assert!(after.contains(expected), "{after}");
    }
}
