//! `trustbook init --update`: renews the workflows and scripts that an earlier version wrote, and prints the difference.

use super::{Ci, files};
use crate::failure::{Failure, io};
use crate::place::{self, File};
use crate::rewrite::{self, Rewrite};
use crate::{difference, output, plain};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::report::harmless;
use trustbook_core::world::MAX_FILE;

/// The changes below one folder: the book or the root of its repository.
#[derive(Default)]
struct Changes {
    rewrites: Vec<Rewrite>,
    /// Missing scripts that a workflow runs.
    missing: Vec<File>,
}

pub(super) fn run(dir: &Path) -> Result<ExitCode, Failure> {
    if !dir.join("book.toml").is_file() {
        return Err(Failure::usage(format!("{} is not a book", dir.display()))
            .help("name the folder of a book; without --update, `trustbook init` makes one"));
    }
    let mut places: BTreeMap<PathBuf, BTreeMap<String, String>> = BTreeMap::new();
    let all = [Ci::Github, Ci::Gitlab, Ci::Shell].map(|ci| files::ci(dir, ci));
    for (of_repository, of_book) in all.into_iter().chain([files::schema(dir, Ci::Github)]) {
        places.entry(dir.to_owned()).or_default().extend(of_book);
        if let Some((root, files)) = of_repository {
            places.entry(root).or_default().extend(files);
        }
    }
    let (mut all, mut edited, mut current) = (BTreeMap::<PathBuf, Changes>::new(), Vec::new(), String::new());
    for (root, files) in &places {
        let changes = all.entry(root.clone()).or_default();
        for (path, after) in files {
            match text(root, path)? {
                None => changes.missing.push((path.clone(), after.clone())),
                Some(before) if before == *after => current.push_str(after),
                // It is of another book of the repository.
                Some(before) if folder_line(&before) != folder_line(after) => {}
                Some(before) if files::as_written(&before).is_some() => {
                    current.push_str(after);
                    let (before, after) = (before.into_bytes(), after.clone().into_bytes());
                    changes.rewrites.push(Rewrite { path: path.clone(), before, after });
                }
                Some(_) => edited.push(path),
            }
        }
    }
    for changes in all.values_mut() {
        changes.missing.retain(|(path, _)| current.contains(path.as_str()));
    }
    write(&all)?;
    let shown = |changes: &Changes| -> BTreeMap<String, (Option<String>, String)> {
        let renewed = changes.rewrites.iter().map(|rewrite| {
            let text = |bytes: &[u8]| files::as_written(&String::from_utf8_lossy(bytes)).unwrap_or_default().to_owned();
            (rewrite.path.clone(), (Some(text(&rewrite.before)), text(&rewrite.after)))
        });
        let added = changes.missing.iter().map(|(path, text)| (path.clone(), (None, text.clone())));
        renewed.chain(added).collect()
    };
    all.values().for_each(|changes| output::print(&difference::text(&shown(changes))));
    for path in edited {
        let path = harmless(path);
        output::warn(&format!("{path} was edited, and is left as it is: to renew it, delete it and use `--ci`"));
    }
    let count = all.values().map(|changes| changes.rewrites.len() + changes.missing.len()).sum();
    output::say(&match count {
        0 => "nothing was written".to_owned(),
        count => format!("renewed {}: read the difference before you commit it", output::counted(count, "file")),
    });
    Ok(ExitCode::SUCCESS)
}

/// Returns the line of a workflow that names the folder of its book, which [`place::split`] has written.
fn folder_line(text: &str) -> Option<&str> {
    text.lines().find(|line| ["    working-directory: ", "    - \"cd "].iter().any(|start| line.starts_with(start)))
}

/// Returns the text of a file, if it exists.
fn text(root: &Path, path: &str) -> Result<Option<String>, Failure> {
    match plain::read(root, Path::new(path), MAX_FILE) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io("reading", &root.join(path), &error)),
    }
}

/// Writes all changes or none.
fn write(all: &BTreeMap<PathBuf, Changes>) -> Result<(), Failure> {
    let mut done: Vec<(&PathBuf, &Changes, place::Placed)> = Vec::new();
    for (root, changes) in all {
        let written = rewrite::write(root, &changes.rewrites).and_then(|()| {
            place::place(root, &changes.missing).or_else(|failure| {
                rewrite::restore(root, &changes.rewrites)?;
                Err(failure)
            })
        });
        match written {
            Ok(placed) => done.push((root, changes, placed)),
            Err(failure) => {
                for (root, changes, placed) in done {
                    placed.undo();
                    rewrite::restore(root, &changes.rewrites)?;
                }
                return Err(failure);
            }
        }
    }
    Ok(())
}
