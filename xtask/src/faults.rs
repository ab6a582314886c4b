//! `cargo xtask faults`: kills or fails commands at every call that may write, and checks the files that they leave.

use crate::run::{cargo, exists, root, run};
use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use walkdir::WalkDir;

/// The system calls that may change a disk, or open a file that will be changed. Each is tried by itself:
/// strace counts the calls of each name in each thread, so a combined set would only inject the first of all.
const CALLS: &[&str] = &[
    "copy_file_range",
    "fchmod",
    "fdatasync",
    "flock",
    "fsync",
    "ftruncate",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "openat",
    "pwrite64",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "sendfile",
    "symlinkat",
    "syncfs",
    "unlink",
    "unlinkat",
    "write",
    "writev",
];
/// The faults: the program is killed before the call, or the call fails.
const FAULTS: &[(&str, &str)] =
    &[("killed", "signal=KILL"), ("ENOSPC", "error=ENOSPC"), ("EIO", "error=EIO"), ("EROFS", "error=EROFS")];

/// A command that writes, and its target.
struct Case {
    name: &'static str,
    args: &'static [&'static str],
    /// The file or folder that must be wholly old or wholly new.
    target: &'static str,
    /// A file of the book with its text before and after, so that the command has something new to write.
    change: (&'static str, &'static str, &'static str),
}

const CASES: &[Case] = &[
    Case {
        name: "build",
        args: &["build"],
        target: "book",
        change: ("src/about.md", "# About\n\nOld {{ product.version }}.\n", "# About\n\nNew {{ product.version }}.\n"),
    },
    Case {
        name: "refresh",
        args: &["refresh"],
        target: "facts/facts.lock",
        change: ("release.json", "{ \"tag\": \"v1.0.0\" }\n", "{ \"tag\": \"v2.0.0\" }\n"),
    },
    Case {
        name: "review",
        args: &["review", "--answers", "answers.toml"],
        target: "facts/product.toml",
        // The answers stay the same; the register is written from its first state each time.
        change: ("answers.toml", "\"product.name\" = \"keep\"\n", "\"product.name\" = \"keep\"\n"),
    },
];

type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Runs all cases, and prints the number of points that were tried.
pub(crate) fn all() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("faults are injected with strace, which Linux has");
    }
    if !exists("strace")
        && let Err(why) = tools::debian(&["strace"])?
    {
        bail!(why);
    }
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "trustbook"]))?;
    let mut all = 0;
    for case in CASES {
        let mut points = 0;
        for (fault, inject) in FAULTS {
            let run = Run::new(case)?;
            let mut found = 0;
            for call in CALLS {
                found += run.every_point(call, fault, inject)?;
            }
            ensure!(found > 20, "only {found} calls that may write were seen");
            println!("{:<8} {fault:<7} {found:>4} points, each wholly old or wholly new", case.name);
            points += found;
        }
        all += points;
    }
    println!("\n{all} points, 0 half written");
    Ok(())
}

struct Run<'c> {
    case: &'c Case,
    dir: tempfile::TempDir,
    /// The folder for the command's temporary files.
    scratch: tempfile::TempDir,
    /// All files of the book, before and after the command.
    before: Tree,
    after: Tree,
}

impl<'c> Run<'c> {
    fn new(case: &'c Case) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        for (path, text) in [
            ("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n"),
            ("src/SUMMARY.md", "- [About](about.md)\n- [More](more.md)\n"),
            ("src/about.md", "# About\n\nIt is {{ product.version }}.\n"),
            ("src/more.md", "# More\n\nIt is {{ product.name }}.\n"),
            ("release.json", "{ \"tag\": \"v1.0.0\" }\n"),
            (
                "facts/product.toml",
                "[[source]]\nid = \"release\"\nkind = \"file\"\npath = \"release.json\"\nmax_age = \"7 days\"\n\n\
                 [product]\nname = { value = \"Example\", source = \"name\" }\n\
                 version = { live = \"release\", select = \".tag\" }\n",
            ),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().context("a file without a folder")?)?;
            fs::write(path, text)?;
        }
        let run = Run { case, dir, scratch: tempfile::tempdir()?, before: Tree::new(), after: Tree::new() };
        let (path, old, new) = case.change;
        fs::write(run.dir.path().join(path), old)?;
        for args in [&["refresh"][..], &["build"]] {
            run.succeeds(args)?;
        }
        // Files of others in the site must survive the command.
        fs::create_dir_all(run.dir.path().join("book/blog"))?;
        for file in ["book/CNAME", "book/blog/post.html"] {
            fs::write(run.dir.path().join(file), file)?;
        }
        fs::write(run.dir.path().join(path), new)?;
        let before = tree(run.dir.path())?;
        run.succeeds(case.args)?;
        let after = tree(run.dir.path())?;
        ensure!(before != after, "`{}` changes nothing, so that nothing is tried", case.name);
        Ok(Run { before, after, ..run })
    }

    /// Injects a fault at the first call of a name, then at the second, and so on, until the command ends
    /// before that call. Returns the number of points.
    fn every_point(&self, call: &str, fault: &str, inject: &str) -> Result<usize> {
        let mut points = 0;
        loop {
            self.reset()?;
            let log = tempfile::NamedTempFile::new()?;
            let output = Command::new("strace")
                .args(["--follow-forks", "--quiet=all", "--output"])
                .arg(log.path())
                .arg(format!("--trace={call}"))
                .arg(format!("--inject={call}:{inject}:when={}", points + 1))
                .arg(program())
                .args(self.case.args)
                .current_dir(self.dir.path())
                .env("SOURCE_DATE_EPOCH", "1768435200")
                .env("TMPDIR", self.scratch.path())
                .stdin(Stdio::null())
                .output()
                .context("strace cannot be started")?;
            let log = fs::read_to_string(log.path())?;
            if !log.contains("(INJECTED)") && !log.contains("killed by SIGKILL") {
                ensure!(output.status.success(), "without a fault it fails: {}", text(&output));
                return Ok(points);
            }
            points += 1;
            self.judge(&output).with_context(|| format!("`{}` {fault} at {call} {points}", self.case.name))?;
        }
    }

    /// Checks that the target is wholly old or wholly new, and that the next run cleans up the rest.
    fn judge(&self, output: &Output) -> Result<()> {
        let found = tree(self.dir.path())?;
        let of = |all: &Tree| -> Tree {
            let target = Path::new(self.case.target);
            all.iter().filter(|(path, _)| path.starts_with(target)).map(|(k, v)| (k.clone(), v.clone())).collect()
        };
        let (is_old, is_new) = (of(&found) == of(&self.before), of(&found) == of(&self.after));
        ensure!(is_old || is_new, "half written: {}", text(output));
        ensure!(
            is_new || !output.status.success(),
            "it says that it worked, and nothing was written: {}",
            text(output)
        );
        ensure!(!text(output).contains("panicked"), "it panics: {}", text(output));
        self.succeeds(self.case.args)?;
        let mended = tree(self.dir.path())?;
        let left: Vec<_> = mended.keys().filter(|path| !self.after.contains_key(*path)).collect();
        ensure!(left.is_empty(), "the next run leaves {left:?}");
        let left: Vec<_> = fs::read_dir(self.scratch.path())?.filter_map(Result::ok).map(|left| left.path()).collect();
        ensure!(left.is_empty(), "the next run leaves {left:?}");
        ensure!(of(&mended) == of(&self.after), "the next run does not write the same");
        Ok(())
    }

    /// Restores the book and its surroundings to their state before the command.
    fn reset(&self) -> Result<()> {
        for entry in fs::read_dir(self.dir.path())? {
            let path = entry?.path();
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
        for (path, bytes) in &self.before {
            let path = self.dir.path().join(path);
            fs::create_dir_all(path.parent().context("a file without a folder")?)?;
            fs::write(path, bytes)?;
        }
        Ok(())
    }

    fn succeeds(&self, args: &[&str]) -> Result<()> {
        let output = Command::new(program())
            .args(args)
            .current_dir(self.dir.path())
            .env("SOURCE_DATE_EPOCH", "1768435200")
            .env("TMPDIR", self.scratch.path())
            .stdin(Stdio::null())
            .output()?;
        ensure!(output.status.success(), "`trustbook {}` fails: {}", args.join(" "), text(&output));
        Ok(())
    }
}

fn program() -> PathBuf {
    root().join("target/debug/trustbook")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn tree(dir: &Path) -> Result<Tree> {
    let mut found = Tree::new();
    for entry in WalkDir::new(dir) {
        let entry = entry?;
        if entry.file_type().is_file() {
            found.insert(entry.path().strip_prefix(dir)?.to_owned(), fs::read(entry.path())?);
        }
    }
    Ok(found)
}
