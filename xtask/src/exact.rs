//! `cargo xtask exact`: books are built in two surroundings that have nothing in common, and every byte is compared.

use crate::run::{build_command, command, copy_book, root, tree};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Command;

/// The books: their folders in this project.
const BOOKS: &[&str] = &[".", "guide", "tests/books/vendor"];

/// A place to build in: a folder, and what is set there.
struct Place {
    folder: &'static str,
    umask: &'static str,
    is_backwards: bool,
    env: &'static [(&'static str, &'static str)],
}

const PLACES: [Place; 3] = [
    Place {
        folder: "here",
        umask: "022",
        is_backwards: false,
        env: &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C"), ("RAYON_NUM_THREADS", "8")],
    },
    Place {
        folder: "a folder/with ünusual names/of another depth",
        umask: "077",
        is_backwards: true,
        env: &[
            ("TZ", "America/Los_Angeles"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
            ("HOME", "/nonexistent"),
            ("RAYON_NUM_THREADS", "1"),
            ("MDBOOK_BOOK__TITLE", "Another title"),
        ],
    },
    Place { folder: "there", umask: "002", is_backwards: true, env: &[("SOURCE_DATE_EPOCH", "1768435200")] },
];

/// Builds every book everywhere, and says what was compared.
pub(crate) fn all() -> Result<()> {
    build_command()?;
    let dir = tempfile::tempdir()?;
    for book in BOOKS {
        let mut first = None;
        for place in &PLACES {
            let folder = dir.path().join(place.folder).join(if *book == "." { "reference" } else { book });
            let from = if *book == "." { root() } else { root().join(book) };
            copy_book(&from, &folder, place.is_backwards)?;
            build(&folder, place)?;
            let site = tree(&folder.join("site-of-it"))?;
            let first = first.get_or_insert_with(|| site.clone());
            for (path, bytes) in &site {
                let same = first.get(path) == Some(bytes);
                ensure!(same, "{} of {book} differs in `{}`", path.display(), place.folder);
            }
            ensure!(site.len() == first.len(), "{book} has fewer files in `{}`", place.folder);
        }
        let site = first.unwrap_or_default();
        let bytes: usize = site.values().map(Vec::len).sum();
        println!("{book:<20} {:>4} files, {bytes:>9} bytes, the same in {} places", site.len(), PLACES.len());
    }
    Ok(())
}

fn build(folder: &Path, place: &Place) -> Result<()> {
    let mut build = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("umask {}; exec \"$0\" \"$@\"", place.umask)]).arg(command());
        shell
    } else {
        Command::new(command())
    };
    build.args(["build", "--commit", "c0ffee", "--out", "site-of-it"]).current_dir(folder).env_clear();
    // The day is given in one way or the other, and is the same.
    if !place.env.iter().any(|(name, _)| *name == "SOURCE_DATE_EPOCH") {
        build.args(["--now", "2026-01-15"]);
    }
    build.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).envs(place.env.iter().copied());
    let output = build.output().context("the book can not be built")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
