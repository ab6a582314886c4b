//! A book on disk: every read is confined to its folder, or to one around it that the person who builds the book names.

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use trustbook_core::place;
use trustbook_core::secret::{Secret, is_secret_name};
use trustbook_core::world::{self, FolderEntry, LARGE, MAX_BOOK, MAX_FILE, ROOM, ReadError, World};
use walkdir::WalkDir;

/// The settings of a book.
const SETTINGS: &str = "book.toml";
/// The maximum number of files in a folder of a book.
const MAX_ENTRIES: usize = 100_000;

/// A book's folder, or one around it, opened once. Paths cannot leave it, not even through symbolic links.
#[derive(Debug)]
pub struct DiskWorld {
    root: PathBuf,
    dir: Dir,
    /// The path of the book within the root; `None` if the book is the root and no link is followed.
    within: Option<String>,
    today: Date,
    secrets: Vec<Secret>,
    /// Factor applied to the limits on all pages together: `LARGE` if the environment variable `ROOM` is `1`, else 1.
    room: usize,
    /// The parts of the build, each with the time at which it began.
    parts: Mutex<Vec<(&'static str, Instant)>>,
    /// The paths read so far, and their total size in bytes.
    read: Mutex<(BTreeSet<String>, u64)>,
    /// The folded names in each folder that was listed, by the folder's path.
    names: Mutex<BTreeMap<String, BTreeSet<String>>>,
}

impl DiskWorld {
    /// Opens a book.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be opened.
    pub fn open(root: &Path, today: Date) -> std::io::Result<Self> {
        Self::at(root.to_owned(), None, today)
    }

    /// Opens a book in a folder around it, whose files the book may read, also through symbolic links. Returns `None`
    /// if the book is not in that folder.
    ///
    /// # Errors
    /// Returns an error if one of the folders cannot be opened.
    pub fn open_in(root: &Path, book: &Path, today: Date) -> std::io::Result<Option<Self>> {
        let (root, book) = (root.canonicalize()?, book.canonicalize()?);
        let Some(within) = book.strip_prefix(&root).ok().and_then(joined) else { return Ok(None) };
        Self::at(root, Some(within), today).map(Some)
    }

    fn at(root: PathBuf, within: Option<String>, today: Date) -> std::io::Result<Self> {
        let dir = Dir::open_ambient_dir(&root, ambient_authority())?;
        Ok(DiskWorld {
            root,
            dir,
            within,
            today,
            secrets: secrets(),
            room: if std::env::var_os(ROOM).is_some_and(|set| set == "1") { LARGE } else { 1 },
            parts: Mutex::default(),
            read: Mutex::default(),
            names: Mutex::default(),
        })
    }

    /// The folder that was opened: that of the book, or the one around it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the parts of the build in order. Each has the time until the next one began; the last one ends now.
    pub fn times(&self) -> Vec<(&'static str, Duration)> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = parts.iter().skip(1).map(|(_, began)| *began).chain(std::iter::once(Instant::now()));
        parts.iter().zip(ends).map(|((part, began), end)| (*part, end - *began)).collect()
    }

    /// Returns a path of the book as one of the root, without symbolic links. With a root around the book, they may
    /// lead to any file in it that a page may include.
    fn resolved(&self, path: &str) -> Result<String, ReadError> {
        let whole = world::join(self.folder(), path).ok_or(ReadError::Outside)?;
        if self.within.is_none() {
            return if whole == SETTINGS { self.settings() } else { Ok(whole) };
        }
        let real = self.root.join(&whole).canonicalize().map_err(refused)?;
        let real = real.strip_prefix(&self.root).ok().and_then(joined).ok_or(ReadError::Outside)?;
        let (named, seen) = (world::seen_from(self.folder(), &whole), world::seen_from(self.folder(), &real));
        if real != whole && place::is_within(&named, place::FACTS) {
            return Err(ReadError::Refused("the register is not read through a symbolic link".to_owned()));
        }
        match world::closed(&seen).filter(|_| real != whole || seen.starts_with("../")) {
            Some(why) => Err(ReadError::Refused(why)),
            None => Ok(real),
        }
    }

    /// Returns the path of book.toml, which may be a link to another file of the book: a book in several languages has
    /// one for each.
    fn settings(&self) -> Result<String, ReadError> {
        if !self.dir.symlink_metadata(SETTINGS).map_err(refused)?.is_symlink() {
            return Ok(SETTINGS.to_owned());
        }
        let real = self.dir.canonicalize(SETTINGS).map_err(refused)?;
        let real = joined(&real).ok_or(ReadError::Outside)?;
        world::closed(&real).map_or(Ok(real), |why| Err(ReadError::Refused(why)))
    }

    /// Refuses a path that goes through a symbolic link, even one within the book, or through an alias. Under
    /// another name, a folder that no page may include, such as the register, would not be recognised.
    fn check_names(&self, path: &str) -> Result<(), ReadError> {
        let mut start = 0;
        for end in path.match_indices('/').map(|(at, _)| at).chain([path.len()]) {
            let (above, name, whole) = (&path[..start], &path[start..end], &path[..end]);
            start = end + 1;
            if end < path.len() && self.dir.symlink_metadata(whole).map_err(refused)?.is_symlink() {
                return Err(ReadError::Refused(format!("`{whole}` is a symbolic link")));
            }
            self.check_alias(above, name)?;
        }
        Ok(())
    }

    /// Refuses a name that is an alias, such as a short name of Windows. An alias finds a file that the folder
    /// lists neither under this name nor under one that [`place::fold`] considers equal. `above` is the folder
    /// with its trailing slash.
    fn check_alias(&self, above: &str, name: &str) -> Result<(), ReadError> {
        let other: String = match name.contains(char::is_lowercase) {
            true => name.to_uppercase(),
            false => name.to_lowercase(),
        };
        // Most disks distinguish case, and their folders need no listing.
        if name.is_empty() || other != name && self.dir.symlink_metadata(format!("{above}{other}")).is_err() {
            return Ok(());
        }
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.contains_key(above) {
            let folder = if above.is_empty() { "." } else { above };
            let entries = self.dir.read_dir(folder).map_err(refused)?.take(MAX_ENTRIES);
            let all = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            names.insert(above.to_owned(), all.map(|name| place::fold(&name)).collect());
        }
        match names[above].contains(&place::fold(name)) {
            true => Ok(()),
            false => {
                Err(ReadError::Refused(format!("`{above}{name}` is an alias of a file that only some disks have")))
            }
        }
    }

    /// Counts the bytes of a file, each file once. Many large files in one book must not exhaust the memory.
    fn count(&self, path: &str, len: u64) -> Result<(), ReadError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0.contains(path) {
            return Ok(());
        }
        if read.1 + len > MAX_BOOK {
            return Err(ReadError::BookTooLarge);
        }
        read.1 += len;
        read.0.insert(path.to_owned());
        Ok(())
    }
}

impl World for DiskWorld {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.resolved(path)?;
        let metadata = self.dir.symlink_metadata(&path).map_err(refused)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > MAX_FILE {
            return Err(ReadError::TooLarge);
        }
        self.check_names(&path)?;
        self.count(&path, metadata.len())?;
        let file = self.dir.open(&path).map_err(refused)?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(refused)?;
        if bytes.len() as u64 > MAX_FILE { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let real = match self.resolved(dir) {
            Err(ReadError::Missing) => return Ok(Vec::new()),
            real => real?,
        };
        match self.dir.symlink_metadata(if real.is_empty() { "." } else { &real }) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(error)),
            Ok(metadata) if !metadata.is_dir() => return Err(ReadError::NotAFile),
            Ok(_) => self.check_names(&real)?,
        }
        let follows = self.within.is_some();
        let dir = world::join(self.folder(), dir).ok_or(ReadError::Outside)?;
        let walk = WalkDir::new(self.root.join(dir)).follow_links(follows).follow_root_links(follows);
        let named = |path: &Path| {
            let path = joined(path.strip_prefix(&self.root).ok()?)?;
            Some(world::seen_from(self.folder(), &path))
        };
        let is_open = |path: &Path| !follows || named(path).is_some_and(|path| self.resolved(&path).is_ok());
        let mut walk = walk.sort_by_file_name().into_iter();
        let mut entries = Vec::new();
        while let Some(entry) = walk.next() {
            let (at, is_file, len) = match &entry {
                Ok(entry) if entry.file_type().is_dir() && (is_open(entry.path()) || !entry.path_is_symlink()) => {
                    continue;
                }
                Ok(entry) => {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    let len = entry.metadata().map_or(0, |metadata| metadata.len());
                    (entry.path(), entry.file_type().is_file() && is_open(entry.path()), len)
                }
                // A link that leads nowhere, or to a folder around it.
                Err(error) if follows && error.path().is_some_and(Path::is_symlink) => {
                    (error.path().unwrap_or(&self.root), false, 0)
                }
                Err(error) => return Err(ReadError::Refused(error.to_string())),
            };
            let Some(path) = named(at) else {
                return Err(ReadError::Refused(format!("the name of {} is not UTF-8", at.display())));
            };
            entries.push(FolderEntry { path, plain: is_file, len });
            if entries.len() > MAX_ENTRIES {
                return Err(ReadError::Refused(format!("the folder has more than {MAX_ENTRIES} files")));
            }
        }
        entries.sort();
        Ok(entries)
    }

    fn today(&self) -> Date {
        self.today
    }

    fn secrets(&self) -> Vec<Secret> {
        self.secrets.clone()
    }

    fn folder(&self) -> &str {
        self.within.as_deref().unwrap_or_default()
    }

    fn room(&self) -> usize {
        self.room
    }

    fn begins(&self, part: &'static str) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((part, Instant::now()));
    }
}

/// Returns the environment variables whose names mark them as secrets; it does not look at the others.
fn secrets() -> Vec<Secret> {
    let all = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let secret = all.filter(|(name, _)| is_secret_name(name));
    secret.filter_map(|(name, value)| Some(Secret::new(name, value.into_string().ok()?))).collect()
}

/// Returns a path with `/`, if it is UTF-8.
fn joined(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

fn refused(error: std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::Missing,
        // cap-std reports a path that leaves the folder without an OS error code.
        ErrorKind::PermissionDenied if error.raw_os_error().is_none() => ReadError::Outside,
        _ => ReadError::Refused(error.to_string()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_do_not_lead_out_of_the_book() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let book = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), book.path().join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), book.path().join("file")).unwrap();
        std::fs::write(book.path().join("ok"), "ok").unwrap();
        let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
        assert_eq!(world.read("ok").unwrap(), b"ok");
        assert_eq!(world.read("file"), Err(ReadError::NotAFile));
        assert!(world.read("out/secret").is_err());
        assert_eq!(world.read("../secret"), Err(ReadError::Outside));
        assert_eq!(world.read("none"), Err(ReadError::Missing));
        assert!(world.list("out").is_err());
        assert_eq!(world.list("none").unwrap(), []);
    }

    #[test]
    fn links_within_the_book_give_no_folder_another_name() {
        let book = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(book.path().join("facts/deep")).unwrap();
        std::fs::write(book.path().join("facts/deep/a.toml"), "x").unwrap();
        std::os::unix::fs::symlink("facts", book.path().join("other")).unwrap();
        let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
        assert_eq!(world.read("facts/deep/a.toml").unwrap(), b"x");
        let error = world.read("other/deep/a.toml").unwrap_err();
        assert_eq!(error.to_string(), "`other` is a symbolic link");
        assert!(world.list("other/deep").is_err());
    }

    #[test]
    fn settings_may_be_a_link_to_another_file_of_the_book() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("book.toml"), "x").unwrap();
        for (target, read) in [
            ("book.toml.en", Ok(b"en".to_vec())),
            ("conf/book.toml", Ok(b"conf".to_vec())),
            ("conf", Err(ReadError::NotAFile)),
            ("none", Err(ReadError::Missing)),
        ] {
            let book = tempfile::tempdir().unwrap();
            std::fs::create_dir(book.path().join("conf")).unwrap();
            std::fs::write(book.path().join("book.toml.en"), "en").unwrap();
            std::fs::write(book.path().join("conf/book.toml"), "conf").unwrap();
            std::os::unix::fs::symlink(target, book.path().join("book.toml")).unwrap();
            let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
            assert_eq!(world.read("book.toml"), read, "{target}");
        }
        for target in [outside.path().join("book.toml"), "facts/a.toml".into(), ".env".into()] {
            let book = tempfile::tempdir().unwrap();
            std::fs::create_dir(book.path().join("facts")).unwrap();
            std::fs::write(book.path().join("facts/a.toml"), "x").unwrap();
            std::fs::write(book.path().join(".env"), "x").unwrap();
            std::os::unix::fs::symlink(&target, book.path().join("book.toml")).unwrap();
            let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
            assert!(world.read("book.toml").is_err(), "{}", target.display());
        }
    }

    #[test]
    fn a_root_around_the_book_opens_its_files_but_none_that_are_closed() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let repository = tempfile::tempdir().unwrap();
        let root = repository.path();
        let book = root.join("docs/book");
        for folder in ["docs/book/src", "docs/book/facts", "docs/images/.cache", ".git", "docs/other"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in [
            "README.md",
            "a.key",
            ".git/config",
            "docs/images/a.svg",
            "docs/images/.cache/b.svg",
            "docs/book/facts/a.toml",
            "docs/book.toml",
        ] {
            std::fs::write(root.join(file), file).unwrap();
        }
        let link = |to: &Path, from: &str| std::os::unix::fs::symlink(to, book.join(from)).unwrap();
        link(Path::new("../book.toml"), "book.toml");
        link(Path::new("../../images"), "src/images");
        link(Path::new("../../../README.md"), "src/readme.md");
        link(Path::new("../../../.git/config"), "src/config");
        link(Path::new("../../../a.key"), "src/a.md");
        link(Path::new("../facts/a.toml"), "src/facts.md");
        link(outside.path(), "src/out");
        link(&outside.path().join("secret"), "src/secret");
        link(Path::new("../src"), "src/again");
        link(Path::new("none"), "src/none");
        link(Path::new("../../other"), "facts/more");
        let world = DiskWorld::open_in(root, &book, Date::constant(2026, 1, 15)).unwrap().unwrap();
        let read = |path: &str| world.read(path).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(read("book.toml").as_deref(), Ok("docs/book.toml"));
        assert_eq!(read("../../README.md").as_deref(), Ok("README.md"));
        assert_eq!(read("src/readme.md").as_deref(), Ok("README.md"));
        assert_eq!(read("src/images/a.svg").as_deref(), Ok("docs/images/a.svg"));
        assert_eq!(read("facts/a.toml").as_deref(), Ok("docs/book/facts/a.toml"));
        assert_eq!(read("../../../secret"), Err(ReadError::Outside));
        assert_eq!(read("src/secret"), Err(ReadError::Outside));
        assert_eq!(read("none.md"), Err(ReadError::Missing));
        for path in ["src/config", "../../.git/config", "src/a.md", "../../a.key", "src/facts.md", "src/out/secret"] {
            assert!(read(path).is_err(), "{path}");
        }
        assert!(world.list("facts/more").is_err());
        let listed: Vec<(String, bool)> =
            world.list("src").unwrap().into_iter().map(|entry| (entry.path, entry.plain)).collect();
        let plain: Vec<&str> = listed.iter().filter(|(_, plain)| *plain).map(|(path, _)| path.as_str()).collect();
        assert_eq!(plain, ["src/images/a.svg", "src/readme.md"]);
        assert!(DiskWorld::open_in(&book, root, Date::constant(2026, 1, 15)).unwrap().is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_alias_that_no_folding_knows_is_not_read() {
        let book = tempfile::tempdir().unwrap();
        for name in ["facts", "FACTS", "2024", "TRUSTB~1"] {
            std::fs::write(book.path().join(name), "x").unwrap();
        }
        let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
        for name in ["facts", "FACTS", "2024", "TRUSTB~1"] {
            assert_eq!(world.read(name).unwrap(), b"x", "{name}");
        }
        // A disk that ignores case finds the other spelling instead, which every comparison folds to the same name.
        assert_eq!(world.check_alias("", "Facts"), Ok(()));
        // Simulates a disk that finds a file by a name which the folder does not list.
        std::fs::remove_file(book.path().join("2024")).unwrap();
        let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
        let error = world.check_alias("", "2024").unwrap_err();
        assert!(error.to_string().contains("is an alias of a file"), "{error}");
    }

    #[test]
    fn a_book_of_many_large_files_is_read_up_to_a_limit() {
        let book = tempfile::tempdir().unwrap();
        let large = |name: &str| std::fs::File::create(book.path().join(name)).unwrap().set_len(MAX_FILE).unwrap();
        let fit = MAX_BOOK / MAX_FILE;
        (0..=fit).for_each(|at| large(&format!("f{at}")));
        let world = DiskWorld::open(book.path(), Date::constant(2026, 1, 15)).unwrap();
        for at in (0..fit).chain([0]) {
            assert_eq!(world.read(&format!("f{at}")).unwrap().len() as u64, MAX_FILE);
        }
        assert_eq!(world.read(&format!("f{fit}")), Err(ReadError::BookTooLarge));
    }
}
