//! Places where no site may be: the folders of the book, those of git, and any folder above them.

use crate::failure::{Failure, io};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders of a book, besides its chapters, that can never be a site.
const OF_A_BOOK: &[&str] = &["facts", "theme", ".trustbook"];
/// Files that show that a folder is not a site.
const NO_SITE: &[&str] = &["book.toml", ".git", "SUMMARY.md", "Cargo.toml"];

/// Refuses a place that belongs to something else, whatever its content is now. `out` is a real path.
pub(super) fn check(book: &Path, src: &str, out: &Path) -> Result<(), Failure> {
    let book = fs::canonicalize(book).map_err(|error| io("finding", book, &error))?;
    let help = "name a folder of its own with --out, or as `build-dir` in book.toml";
    // The book itself can be the folder of its chapters, and then holds the site.
    let folders = || OF_A_BOOK.iter().copied().chain(Some(src).filter(|src| !src.is_empty()));
    let git = out.ancestors().find(|above| is_git(above)).and_then(Path::file_name);
    if let Some(folder) = folders().find(|folder| is_in(out, &book.join(folder))).or(git.and_then(|git| git.to_str())) {
        return Err(Failure::usage(format!("{} lies in `{folder}`, where no site can be", out.display())).help(help));
    }
    let refuse = |why: &str| Err(Failure::usage(format!("{} {why}, and cannot hold a site", out.display())).help(help));
    if is_in(&book, out) {
        return refuse("holds the book itself");
    }
    if let Some(folder) = folders().find(|folder| is_in(&book.join(folder), out)) {
        return refuse(&format!("holds `{folder}`"));
    }
    if let Some(name) = NO_SITE.iter().find(|name| fs::symlink_metadata(out.join(name)).is_ok()) {
        return refuse(&format!("contains `{name}`"));
    }
    Ok(())
}

/// Refuses a symbolic link of the checkout on the way to the site: whoever changes the book could lead it anywhere.
/// `out` is an absolute path as the user names it.
pub(super) fn check_links(book: &Path, out: &Path) -> Result<(), Failure> {
    let book = fs::canonicalize(book).map_err(|error| io("finding", book, &error))?;
    let checkout = book.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&book);
    let is_of_checkout = |link: &&Path| {
        let is_link = fs::symlink_metadata(link).is_ok_and(|found| found.is_symlink());
        is_link && link.parent().is_some_and(|parent| real(parent).starts_with(checkout))
    };
    match out.ancestors().find(is_of_checkout) {
        Some(link) => Err(Failure::usage(format!("{} is a symbolic link, and cannot hold a site", link.display()))
            .help("name the folder that it leads to, or remove the link")),
        None => Ok(()),
    }
}

/// Returns the real path of a place that may not exist yet: symbolic links are resolved, and `..` is removed.
pub(super) fn real(out: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in out.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
        real = fs::canonicalize(&real).unwrap_or(real);
    }
    real
}

fn is_in(inner: &Path, outer: &Path) -> bool {
    inner.ancestors().any(|above| is_same(above, outer))
}

/// Returns true if two paths name the same folder. Many file systems ignore case, or give a folder even more
/// names. Existing folders are compared by device and inode, others by name without regard to case.
fn is_same(a: &Path, b: &Path) -> bool {
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    let id = |path: &Path| id(&fs::metadata(path).ok()?);
    match (id(a), id(b)) {
        (Some(a), Some(b)) => a == b,
        _ => folded(a) == folded(b),
    }
}

/// Returns true for the folder in which git keeps its data.
fn is_git(folder: &Path) -> bool {
    let is_named = folder.file_name().is_some_and(|name| name.eq_ignore_ascii_case(".git"));
    let beside = folder.parent().map(|parent| parent.join(".git"));
    is_named || beside.is_some_and(|git| is_same(folder, &git))
}

#[cfg(unix)]
fn id(found: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn id(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let book = fs::canonicalize(dir.path()).unwrap().join("book");
        fs::create_dir_all(book.join("docs/src")).unwrap();
        fs::create_dir_all(book.join("facts")).unwrap();
        (dir, book)
    }

    #[test]
    fn folders_of_the_book_are_known_in_other_letters() {
        let (_dir, book) = book();
        let refused =
            |out: &str| check(&book, "docs/src", &book.join(out)).err().map(|failure| failure.what().to_owned());
        for (out, why) in [
            ("FACTS", "lies in `facts`"),
            ("Facts/site", "lies in `facts`"),
            ("Theme", "lies in `theme`"),
            (".Trustbook/x", "lies in `.trustbook`"),
            ("docs/SRC/x", "lies in `docs/src`"),
            ("a/.Git/b", "lies in `.Git`"),
            ("Docs", "holds `docs/src`"),
        ] {
            assert!(refused(out).is_some_and(|what| what.contains(why)), "{out}: {:?}", refused(out));
        }
        let above = PathBuf::from(book.to_str().unwrap().to_uppercase());
        assert!(check(&book, "docs/src", &above).unwrap_err().what().contains("holds the book itself"));
        assert_eq!(refused("book"), None);
        assert_eq!(refused("factsheets"), None);
        fs::create_dir(book.join("work")).unwrap();
        fs::write(book.join("work/.git"), "gitdir: x").unwrap();
        assert!(refused("work").is_some_and(|what| what.contains("contains `.git`")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_of_the_checkout_leads_nowhere_and_one_of_the_machine_does() {
        let (dir, book) = book();
        let top = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir_all(top.join("precious/site")).unwrap();
        for (link, out, refused) in [
            ("book/public", "book/public", true),
            ("book/work", "book/work/site", true),
            ("link", "link", false),
            ("link", "link/site", false),
        ] {
            let _ = fs::remove_file(top.join(link));
            std::os::unix::fs::symlink(top.join("precious"), top.join(link)).unwrap();
            let failure = check_links(&book, &top.join(out)).err();
            assert_eq!(failure.is_some_and(|failure| failure.what().contains("is a symbolic link")), refused, "{out}");
        }
        fs::create_dir(top.join(".git")).unwrap();
        assert!(check_links(&book, &top.join("link")).is_err());
        assert!(check_links(&book, &top.join("book/new/site")).is_ok());
    }

    /// A symbolic link simulates a disk on which one folder has several names.
    #[cfg(unix)]
    #[test]
    fn folders_of_the_book_are_known_by_what_they_are() {
        let (_dir, book) = book();
        fs::create_dir(book.join(".git")).unwrap();
        for folder in ["facts", "docs/src", ".git"] {
            let _ = fs::remove_file(book.join("other"));
            std::os::unix::fs::symlink(book.join(folder), book.join("other")).unwrap();
            for out in ["other", "other/site"] {
                let failure = check(&book, "docs/src", &book.join(out)).unwrap_err();
                assert!(failure.what().contains("lies in"), "{folder}: {}", failure.what());
            }
        }
    }
}
