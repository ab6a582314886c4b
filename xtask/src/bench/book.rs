//! Generated books of any size: the same chapters with and without facts.

use super::Bed;
use super::measure::once;
use super::models::{self, Size, table};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The number of chapters per section, including its top-level chapter.
const SECTION: usize = 50;
/// The number of words in a chapter.
const WORDS: usize = 600;
/// The number of links in a chapter.
const LINKS: usize = 20;
/// The number of words between two links.
const BETWEEN: usize = WORDS / LINKS;
/// The number of headings in a chapter below its title, each with an id.
const HEADINGS: usize = 5;
/// The number of facts that chapters show, besides those of the organisation.
const FACTS: usize = 200;
/// The size of the data model that chapters refer to.
const MODEL: Size = Size { tables: 64, fields: 13 };
/// The commit at which the data model is pinned.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// The day for which the books are built.
pub(super) const DAY: &str = "2026-01-15";

/// The environment variable that raises the limits for a book with thousands of chapters.
pub(super) const ROOM: &str = "TRUSTBOOK_LARGE_BOOK";

/// The words of generated pages. No check reacts to any of them.
const VOCABULARY: &[&str] = &[
    "account", "log", "request", "reader", "service", "record", "region", "review", "change", "team", "page", "table",
    "key", "report", "access", "device", "release", "backup", "network", "message",
];

/// The content of the chapters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Markdown that mdBook accepts unchanged.
    Plain,
    /// The same text, with expressions, references to the data model and blocks.
    Facts,
}

/// Writes a book with a number of chapters, and returns its folder.
pub(super) fn write(folder: &Path, chapters: usize, kind: Kind) -> Result<PathBuf> {
    let mut settings = "[book]\ntitle = \"Example\"\n".to_owned();
    if kind == Kind::Facts {
        settings.push_str("\n[preprocessor.trustbook]\n");
        put(folder, "facts/register.toml", &register())?;
        put(folder, "facts/data.toml", &data())?;
    }
    put(folder, "book.toml", &settings)?;
    let mut summary = "# Summary\n\n".to_owned();
    for chapter in 0..chapters {
        let below = if chapter.is_multiple_of(SECTION) { "" } else { "  " };
        writeln!(summary, "{below}- [Chapter {chapter}]({})", path(chapter))?;
        put(folder, &format!("src/{}", path(chapter)), &text(chapter, chapters, kind)?)?;
    }
    put(folder, "src/SUMMARY.md", &summary)?;
    Ok(folder.to_owned())
}

/// Changes one chapter. The text differs for each `run`.
pub(super) fn touch(folder: &Path, chapters: usize, kind: Kind, run: usize) -> Result<()> {
    let changed = chapters / 2;
    let text = format!("{}\nIt was changed {run} times.\n", text(changed, chapters, kind)?);
    put(folder, &format!("src/{}", path(changed)), &text)
}

/// Writes a book with facts, and runs `refresh` to put its data model into the lock.
pub(super) fn with_facts(bed: &Bed, folder: &Path, size: usize) -> Result<PathBuf> {
    let book = write(folder, size, Kind::Facts)?;
    let model = folder.join("schema.sql");
    let (_, _, model_of) =
        models::LANGUAGES.iter().find(|(name, ..)| *name == "postgresql").context("no such language")?;
    model_of(&mut BufWriter::new(File::create(&model)?), MODEL)?;
    let mut refresh = Command::new(&bed.command);
    refresh
        .args(["refresh", "model", "--now", DAY, "--commit", COMMIT, "--from"])
        .arg(&model)
        .current_dir(&book)
        .env(ROOM, "1");
    once(refresh, &[0])?;
    Ok(book)
}

fn put(folder: &Path, path: &str, text: &str) -> Result<()> {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn path(chapter: usize) -> String {
    let section = chapter / SECTION;
    match chapter % SECTION {
        0 => format!("s{section}/index.md"),
        _ => format!("s{section}/c{chapter}.md"),
    }
}

/// Returns the text of a chapter. Its words and links depend only on its number, so that every run has the same book.
fn text(chapter: usize, chapters: usize, kind: Kind) -> Result<String> {
    let mut out = format!("# Chapter {chapter}\n\n");
    let mut random = chapter as u64 + 1;
    let mut next = |below: usize| {
        // Knuth's MMIX generator; its upper bits are good.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap_or_default() % below
    };
    for link in 0..LINKS {
        if link.is_multiple_of(LINKS / HEADINGS) {
            let heading = link / (LINKS / HEADINGS);
            writeln!(out, "## Part {heading} {{#part-{heading}}}\n")?;
        }
        for at in 0..BETWEEN {
            let word = VOCABULARY.get(next(VOCABULARY.len())).copied().unwrap_or_default();
            match at % 10 {
                0 => write!(out, "The {word}")?,
                9 => writeln!(out, " {word}.")?,
                _ => write!(out, " {word}")?,
            }
        }
        let target = next(chapters);
        let fragment = if link.is_multiple_of(2) { format!("#part-{}", next(HEADINGS)) } else { String::new() };
        write!(out, "See [chapter {target}](../{}{fragment})", path(target))?;
        if kind == Kind::Facts {
            match link % 5 {
                0 => write!(out, " of {{{{ vendor.legal_name }}}}")?,
                1 => write!(out, " and {{{{ size.s{} }}}}", next(FACTS))?,
                2 => write!(out, " and {{{{ schema.model.{}.email_{} }}}}", table(next(MODEL.tables)), 0)?,
                _ => {}
            }
        }
        out.push_str(".\n\n");
    }
    if kind == Kind::Facts && chapter.is_multiple_of(SECTION) {
        out.push_str("{{#contacts}}\n\n{{#subprocessors}}\n");
    }
    if kind == Kind::Facts && chapter == 0 {
        out.push_str("\n{{#facts size}}\n\n{{#inventory}}\n\n{{#schemas}}\n");
    }
    Ok(out)
}

fn register() -> String {
    let mut out =
        "[defaults]\nsource = \"measurement\"\nstated = 2026-01-01\n\n[vendor]\nlegal_name = \"Example Ltd\"\n\n\
        [[contact]]\nid = \"security\"\nroles = [\"security\"]\nemail = \"security@example.com\"\n\n[size]\n"
            .to_owned();
    for fact in 0..FACTS {
        out.push_str(&format!("s{fact} = {}\n", 1000 + fact));
    }
    for index in 0..20 {
        out.push_str(&format!(
            "\n[[subprocessor]]\nid = \"s{index}\"\nname = \"Supplier {index}\"\npurpose = \"Storage\"\n\
             contact = \"By letter\"\ndata = [\"backups\"]\nsubjects = [\"customers\"]\ncountries = [\"DE\"]\n\
             status = \"active\"\n"
        ));
    }
    out
}

/// Returns the register entries for the data model, which is pinned in a repository.
fn data() -> String {
    let mut out = "[defaults]\nsource = \"measurement\"\n\n[[schema]]\nid = \"model\"\nlanguage = \"postgresql\"\n\
        path = \"schema.sql\"\nrepository = \"https://github.com/example/example\"\n"
        .to_owned();
    for index in 0..MODEL.tables {
        out.push_str(&format!(
            "\n[[table]]\nschema = \"model\"\nname = \"{}\"\npurpose = \"rows\"\n\
             default = {{ category = \"system.operations\", reviewed = \"{}\" }}\n",
            table(index),
            &COMMIT[..12]
        ));
    }
    out
}
