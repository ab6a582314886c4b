//! The folder of a published site: unchanged files of our manifest, and everything else, which is never deleted.

use super::Over;
use super::walk::{Files, Stamp, walk};
use crate::failure::{Failure, io};
use crate::manifest::{self, PublishedFile};
use crate::plain;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Result as Done};
use std::path::{Path, PathBuf};
use trustbook_core::world::MAX_FILE;
use walkdir::WalkDir;

/// The maximum number of files in a message.
const NAMED: usize = 5;
/// A file that every site of mdBook has, and none of ours.
const OF_MDBOOK: &str = "toc.html";

/// The content of a folder, by relative path.
#[derive(Debug)]
pub(super) struct Survey {
    /// Files identical to their entries in the manifest, and the manifest itself.
    pub(super) own: Files,
    /// Files that differ from their entries in the manifest.
    changed: BTreeSet<PathBuf>,
    /// All other files, including links and pipes, and the folders that are on no path of the manifest.
    pub(super) others: Files,
    /// The reason why there is no usable manifest, if any.
    unlisted: Option<String>,
}

/// Surveys a folder. A file whose state is in `known` is not read again.
///
/// # Errors
/// Returns an error if the folder cannot be read, or if something is mounted in it.
pub(super) fn survey(root: &Path, known: &Files) -> Result<Survey, Failure> {
    let found = fs::symlink_metadata(root).map_err(|error| io("reading", root, &error))?;
    if !found.is_dir() {
        return Err(no_folder(root, &found));
    }
    let (listed, unlisted) = match listed(root) {
        Ok(listed) => (listed, None),
        Err(why) => (BTreeMap::new(), Some(why)),
    };
    let folders: BTreeSet<&Path> = listed.keys().flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
    let mut survey = Survey { own: Files::new(), changed: BTreeSet::new(), others: Files::new(), unlisted };
    let mut ours = Vec::new();
    for (path, stamp) in walk(root, usize::MAX)? {
        let entry = listed_as(&path).and_then(|path| listed.get(&path));
        match entry {
            _ if stamp.is_folder && folders.contains(path.as_path()) => {}
            _ if path == Path::new(manifest::PATH) && survey.unlisted.is_none() => drop(survey.own.insert(path, stamp)),
            Some(entry) => ours.push((path, stamp, entry)),
            None => drop(survey.others.insert(path, stamp)),
        }
    }
    let ours: Result<Vec<_>, Failure> = ours
        .into_par_iter()
        .map(|(path, stamp, entry)| {
            let is_as_listed = known.get(&path) == Some(&stamp) || is_as_listed(root, &path, entry)?;
            Ok((path, stamp, is_as_listed))
        })
        .collect();
    for (path, stamp, is_as_listed) in ours? {
        match is_as_listed {
            true => drop(survey.own.insert(path, stamp)),
            false => drop(survey.changed.insert(path)),
        }
    }
    Ok(survey)
}

impl Survey {
    /// Refuses a folder that is not a site of ours, or in which a published file was changed.
    pub(super) fn check(&self, out: &Path) -> Result<(), Failure> {
        if let Some(why) = self.unlisted.as_ref().filter(|_| !self.others.is_empty()) {
            return Err(self.foreign(out, why));
        }
        if self.changed.is_empty() {
            return Ok(());
        }
        let names = named(self.changed.iter().map(PathBuf::as_path));
        Err(Failure::usage(format!("{} has files that were changed after they were published: {names}", out.display()))
            .help(
                "make the change in the book and delete these files, or delete everything in the folder with --replace",
            ))
    }

    fn foreign(&self, out: &Path, why: &str) -> Failure {
        let out = out.display();
        if self.others.contains_key(Path::new(OF_MDBOOK)) {
            return Failure::usage(format!("{out} holds a site built by mdBook, not by trustbook")).help(
                "run the build once with --replace to delete that site and publish there; later builds need no flag; or publish to another folder with --out or `build-dir`",
            );
        }
        let names = named(self.others.keys().map(PathBuf::as_path));
        Failure::usage(format!("{out} was not published by trustbook ({why}), and holds {names}")).help(
            "publish to another folder with --out or `build-dir`, or delete everything in this one with --replace",
        )
    }
}

/// Refuses anything but a folder. Unless everything may be replaced, it also refuses a folder that has content
/// but no manifest of ours.
pub(super) fn check_early(out: &Path, over: Over) -> Result<(), Failure> {
    match fs::symlink_metadata(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io("reading", out, &error)),
        Ok(found) if !found.is_dir() => Err(no_folder(out, &found)),
        Ok(_) if over == Over::All => Ok(()),
        Ok(_) => match listed(out) {
            Ok(_) => Ok(()),
            Err(why) => {
                let others = walk(out, 1)?.into_iter().collect();
                Survey { own: Files::new(), changed: BTreeSet::new(), others, unlisted: Some(why) }.check(out)
            }
        },
    }
}

pub(super) fn no_folder(out: &Path, found: &Metadata) -> Failure {
    Failure::usage(format!("{} is {}, not a folder", out.display(), plain::name(found.file_type())))
        .help("move it away, or publish to another folder with --out or `build-dir`; nothing was changed")
}

/// Deletes the files of a folder that are unchanged, or that are in the new site as well, and then the folder.
/// Everything else in it stays.
pub(super) fn retire(folder: &Path, found: &Survey, site: &Path) -> Done<()> {
    for (path, stamp) in found.others.iter().filter(|(_, stamp)| !stamp.is_folder) {
        if Stamp::at(&site.join(path)).is_ok_and(|there| there.is_same_file(stamp)) {
            remove(&folder.join(path))?;
        }
    }
    let manifest = Path::new(manifest::PATH);
    for path in found.own.keys().filter(|path| *path != manifest) {
        remove(&folder.join(path))?;
    }
    // The manifest goes last, because the next build uses it to recognise the remaining files.
    if found.own.contains_key(manifest) && found.changed.is_empty() {
        remove(&folder.join(manifest))?;
    }
    for entry in WalkDir::new(folder).contents_first(true).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_dir() {
            // A folder that is not empty stays, and so do those above it.
            let _ = fs::remove_dir(entry.path());
        }
    }
    if folder.exists() { Err(ErrorKind::DirectoryNotEmpty.into()) } else { Ok(()) }
}

fn remove(file: &Path) -> Done<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Returns the entries in the manifest of a folder, or the reason why there is no usable manifest.
fn listed(root: &Path) -> Result<BTreeMap<String, PublishedFile>, String> {
    let path = Path::new(manifest::PATH);
    match plain::read(root, path, MAX_FILE) {
        Ok(bytes) => manifest::read(&bytes).map(|manifest| manifest.files).map_err(|failure| failure.what().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("it has no `{}`", manifest::PATH)),
        Err(error) => Err(format!("its `{}` cannot be read: {error}", manifest::PATH)),
    }
}

fn is_as_listed(root: &Path, path: &Path, entry: &PublishedFile) -> Result<bool, Failure> {
    use ErrorKind::{InvalidInput, IsADirectory, NotADirectory, NotFound};
    match PublishedFile::at(root, path) {
        Ok(found) => Ok(found == *entry),
        Err(error) if matches!(error.kind(), InvalidInput | IsADirectory | NotADirectory | NotFound) => Ok(false),
        Err(error) => Err(io("reading", &root.join(path), &error)),
    }
}

/// Returns a path in the notation of the manifest, or `None` if it is not UTF-8.
fn listed_as(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// Returns the first few paths as text, for a message.
pub(super) fn named<'p>(paths: impl Iterator<Item = &'p Path>) -> String {
    let paths: Vec<String> = paths.map(|path| format!("`{}`", path.display())).collect();
    let first = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match paths.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{first} and {more} more"),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn put(folder: &Path, file: &str, text: &str) {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }

    /// Creates a site with these files, and a manifest that matches them.
    fn site(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        files.iter().for_each(|file| put(dir.path(), file, file));
        let listed = files.iter().map(|file| ((*file).to_owned(), PublishedFile::of(file.as_bytes()))).collect();
        list(dir.path(), listed);
        dir
    }

    fn list(dir: &Path, files: BTreeMap<String, PublishedFile>) {
        put(dir, manifest::PATH, &manifest::text(files, None, date(2026, 1, 15)).unwrap());
    }

    fn found(dir: &Path) -> Survey {
        survey(dir, &Files::new()).unwrap()
    }

    fn names<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> Vec<&'p str> {
        paths.map(|path| path.to_str().unwrap()).collect()
    }

    #[test]
    fn ours_is_what_the_manifest_lists_as_it_is() {
        let dir = site(&["a.html", "b/c.css", "b/d.css", "gone.html"]);
        put(dir.path(), "b/mine.css", "x");
        put(dir.path(), "b/d.css", "y");
        fs::create_dir_all(dir.path().join("mine/deep")).unwrap();
        fs::remove_file(dir.path().join("gone.html")).unwrap();
        let found = found(dir.path());
        assert_eq!(names(found.own.keys()), ["a.html", "b/c.css", "manifest.json"]);
        assert_eq!(names(found.others.keys()), ["b/mine.css", "mine", "mine/deep"]);
        let failure = found.check(dir.path()).unwrap_err();
        assert!(failure.what().ends_with("changed after they were published: `b/d.css`"), "{}", failure.what());
        // Known files are not read again, unless they have changed.
        let known = found.own.clone();
        put(dir.path(), "a.html", "A.html");
        let again = survey(dir.path(), &known).unwrap();
        assert_eq!(names(again.changed.iter()), ["a.html", "b/d.css"]);
    }

    #[test]
    fn a_folder_without_a_manifest_of_ours_is_somebody_elses() {
        let dir = tempfile::tempdir().unwrap();
        let said = || {
            let failure = found(dir.path()).check(dir.path()).err();
            let early = check_early(dir.path(), Over::Ours).err();
            assert_eq!(failure.is_some(), early.is_some());
            assert!(early.iter().all(|failure| failure.remedy().unwrap().contains("--replace")));
            failure.map(|failure| failure.what().to_owned()).unwrap_or_default()
        };
        assert_eq!(said(), "", "an empty folder is nobody's");
        put(dir.path(), "app/data.db", "precious");
        put(dir.path(), "index.html", "by hand");
        assert!(said().contains("it has no `manifest.json`"), "{}", said());
        for other in ["{}", "{ \"name\": \"App\" }", "\u{0}"] {
            put(dir.path(), manifest::PATH, other);
            assert!(said().contains("not a manifest of trustbook"), "{other}: {}", said());
        }
        list(dir.path(), BTreeMap::new());
        let text = fs::read_to_string(dir.path().join(manifest::PATH)).unwrap();
        put(dir.path(), manifest::PATH, &text.replace("\"version\": 1", "\"version\": 7"));
        assert!(said().contains("has version 7"), "{}", said());
        fs::remove_file(dir.path().join(manifest::PATH)).unwrap();
        put(dir.path(), OF_MDBOOK, "");
        assert!(said().contains("built by mdBook"), "{}", said());
    }

    #[test]
    fn paths_of_a_hostile_manifest_lead_nowhere() {
        let (dir, outside) = (site(&["a.html"]), tempfile::tempdir().unwrap());
        put(outside.path(), "secret", "x");
        let secret = outside.path().join("secret");
        let up = format!("../{}/secret", outside.path().file_name().unwrap().to_str().unwrap());
        let paths = [secret.to_str().unwrap(), &up, "a/../../x", "", ".", "..", "/", "a.html/", "./b", "link/secret"];
        let listed = paths.iter().map(|path| ((*path).to_owned(), PublishedFile::of(b"x"))).collect();
        list(dir.path(), listed);
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), dir.path().join("link")).unwrap();
        let site = tempfile::tempdir().unwrap();
        let found = found(dir.path());
        assert_eq!(names(found.own.keys()), ["manifest.json"]);
        assert!(retire(dir.path(), &found, site.path()).is_err());
        assert!(secret.exists() && dir.path().join("a.html").exists());
    }

    #[test]
    fn what_is_in_neither_site_is_not_deleted() {
        let (dir, new) = (site(&["a.html", "b/c.css"]), tempfile::tempdir().unwrap());
        put(dir.path(), "b/mine", "x");
        put(dir.path(), "carried", "x");
        fs::hard_link(dir.path().join("carried"), new.path().join("carried")).unwrap();
        let seen = found(dir.path());
        put(dir.path(), "b/late", "x");
        assert!(retire(dir.path(), &seen, new.path()).is_err());
        assert_eq!(names(walk(dir.path(), 9).unwrap().iter().map(|(path, _)| path)).len(), 3, "b, b/late and b/mine");
        fs::remove_dir_all(dir.path().join("b")).unwrap();
        retire(dir.path(), &found(dir.path()), new.path()).unwrap();
        assert!(!dir.path().exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_never_ours_nor_read() {
        let dir = site(&["a.html", "b.html"]);
        fs::remove_file(dir.path().join("a.html")).unwrap();
        std::os::unix::fs::symlink("b.html", dir.path().join("a.html")).unwrap();
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let seen = found(dir.path());
        assert_eq!(names(seen.others.keys()), ["pipe"]);
        assert_eq!(names(seen.changed.iter()), ["a.html"]);
        // A root that is not a folder is refused as well.
        assert!(survey(&pipe, &Files::new()).unwrap_err().what().ends_with("is a pipe, not a folder"));
    }
}
