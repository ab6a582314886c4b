//! Books of three sizes: mdBook, link checkers, Hugo and `trustbook build` with every check, in one run.

use super::book::{self, DAY, Kind, ROOM, with_facts};
use super::measure::{Measured, median, once};
use super::table::{self, Column, Row};
use super::{Asked, Bed, peers, served};
use crate::run::root;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use walkdir::WalkDir;

/// The sizes in chapters, each with its number of runs. The last number limits the time of a build with facts,
/// as a fraction of mdBook's time.
const SIZES: &[(usize, usize, f64)] = &[(200, 5, 0.5), (1000, 5, 0.15), (5000, 3, 0.08)];
/// A command that takes longer than this runs only once.
const LONG: Duration = Duration::from_secs(20);
/// The limit on memory, as a fraction of mdBook's.
const MEMORY: f64 = 0.2;
/// The limit on the time for following links in the largest book, as a fraction of lychee's.
const LINKS: f64 = 0.2;
/// The limit on the growth of time when the number of chapters grows fivefold.
const GROWTH: f64 = 6.0;
/// The time limits for the reference book, and for one changed chapter in a book of [`SERVED`] chapters.
const REFERENCE: Duration = Duration::from_millis(300);
const CHANGED: Duration = Duration::from_millis(200);
const SERVED: usize = 1000;

/// The names of the contestants.
const MDBOOK: &str = "`mdbook build`";
const LINKCHECK: &str = "`mdbook build` with mdbook-linkcheck2";
const LYCHEE: &str = "lychee on that site, without print.html";
const PLAIN: &str = "`trustbook build`, the same chapters";
const HYPERLINK: &str = "hyperlink on that site";
const HUGO: &str = "Hugo, the same chapters, bare";
const FACTS: &str = "`trustbook build`, with facts and a data model";
const FOLLOWED: &str = "of that, following all links";

/// The results for one size: each contestant with its runs.
type Runs = Vec<(&'static str, Vec<Measured>)>;

pub(super) fn run(bed: &Bed, asked: &Asked) -> Result<usize> {
    if asked.install_peers {
        peers::install()?;
    }
    let mut columns = Vec::new();
    let sizes = SIZES.iter().filter(|(size, ..)| asked.sizes.is_empty() || asked.sizes.contains(size));
    for (size, runs, _) in sizes {
        let runs = asked.runs.unwrap_or(*runs);
        columns.push(column(bed, *size, runs)?);
    }
    let reference = median((0..5).map(|_| reference(bed)).collect::<Result<Vec<_>>>()?.into_iter());
    let reference = reference.context("nothing was run")?;
    let changed = served::changed(bed, SERVED)?;
    println!(
        "{}",
        table::markdown(
            &columns,
            &[
                ("`trustbook build` of the reference book", reference),
                ("One changed chapter of 1,000 in `trustbook serve`, with every check", changed),
            ]
        )
    );
    let mut above = judge(&columns);
    for (what, time, most) in [("the reference book", reference, REFERENCE), ("a changed chapter", changed, CHANGED)] {
        above += say(what, time.as_secs_f64(), most.as_secs_f64());
    }
    Ok(above)
}

/// Prints whether a figure is within its limit. Returns 1 if it is not, else 0.
fn say(what: &str, figure: f64, most: f64) -> usize {
    let is_above = figure > most;
    println!("{} {what}: {figure:.3}, at most {most}", if is_above { "ABOVE " } else { "holds " });
    usize::from(is_above)
}

fn judge(columns: &[Column]) -> usize {
    let mut above = 0;
    for column in columns {
        let size = column.size;
        if let (Some(ours), Some(hugo), 1000..) = (column.row(FACTS), column.row(HUGO), size) {
            let cpu = ours.cpu.as_secs_f64() / hugo.cpu.as_secs_f64();
            above += say(&format!("processor time beside Hugo, {size} chapters"), cpu, 1.0);
        }
        let (Some(ours), limit) = (column.row(FACTS), SIZES.iter().find(|known| known.0 == size)) else { continue };
        if let (Some(peer), Some((_, _, most))) = (column.row(MDBOOK), limit) {
            above += say(&format!("time beside mdBook, {size} chapters"), ours.beside(peer), *most);
            let memory = ours.memory as f64 / peer.memory as f64;
            above += say(&format!("memory beside mdBook, {size} chapters"), memory, MEMORY);
        }
        if let (Some(followed), Some(peer), 5000) = (column.row(FOLLOWED), column.row(LYCHEE), size) {
            above += say(&format!("links beside lychee, {size} chapters"), followed.beside(peer), LINKS);
        }
    }
    for pair in columns.windows(2) {
        if let [small, large] = pair
            && large.size == 5 * small.size
            && let (Some(before), Some(after)) = (small.row(FACTS), large.row(FACTS))
        {
            above += say(&format!("growth from {} to {}", small.size, large.size), after.beside(before), GROWTH);
        }
    }
    above
}

/// Runs all contestants on books of one size, in turn.
fn column(bed: &Bed, size: usize, rounds: usize) -> Result<Column> {
    let folder = bed.folder.join(size.to_string());
    let plain = book::write(&folder.join("plain"), size, Kind::Plain)?;
    let facts = with_facts(bed, &folder.join("facts"), size)?;
    let html = folder.join("mdbook-site");
    let mut all: Runs = Vec::new();
    for round in 0..rounds {
        let contestants = [
            (MDBOOK, peers::find(peers::MDBOOK).map(|mdbook| mdbook_build(&mdbook, &plain, &html))),
            (LINKCHECK, with_linkcheck(&folder, size)?),
            // mdBook has built its site by the time this runs.
            (
                LYCHEE,
                peers::find(peers::MDBOOK).and(peers::find(peers::LYCHEE)).map(|lychee| check_links(&lychee, &html)),
            ),
            (
                HYPERLINK,
                peers::find(peers::MDBOOK).and(peers::find(peers::HYPERLINK)).map(|hyperlink| {
                    let mut command = Command::new(hyperlink);
                    command.arg("--check-anchors").arg(&html);
                    command
                }),
            ),
            (HUGO, peers::find(peers::HUGO).map(|hugo| hugo_build(&hugo, &folder.join("hugo"), &plain)).transpose()?),
            (PLAIN, Some(trustbook_build(bed, &plain))),
            (FACTS, Some(trustbook_build(bed, &facts))),
        ];
        for (name, command) in contestants {
            let known = all.iter().position(|(known, _)| *known == name);
            let Some(command) = command else {
                if round == 0 {
                    println!("skipped, since it is not installed: {name}");
                }
                continue;
            };
            let is_long = |runs: &Vec<Measured>| runs.iter().any(|run| run.time > LONG);
            if known.and_then(|at| all.get(at)).is_some_and(|(_, runs)| is_long(runs)) {
                continue;
            }
            if name == LYCHEE {
                // `print.html` repeats the whole book, and would take most of lychee's time.
                let _ = fs::remove_file(html.join("print.html"));
            }
            // lychee exits with 2 for broken links, which exist once print.html is gone.
            let ends: &[i32] = match name {
                LYCHEE => &[0, 2],
                HYPERLINK => &[0, 1, 2],
                _ => &[0],
            };
            let run = once(command, ends).with_context(|| name.to_owned())?;
            println!("  {size:>5} chapters, run {}: {run}  {name}", round + 1);
            match known.and_then(|at| all.get_mut(at)) {
                Some((_, runs)) => runs.push(run),
                None => all.push((name, vec![run])),
            }
        }
    }
    let rows = all.iter().filter_map(|(name, runs)| row(name, runs)).chain(followed(&all)).collect();
    // The largest site takes gigabytes.
    fs::remove_dir_all(&folder)?;
    Ok(Column { size, rows })
}

fn row(name: &'static str, runs: &[Measured]) -> Option<Row> {
    let time = median(runs.iter().map(|run| run.time))?;
    let cpu = median(runs.iter().map(|run| run.cpu))?;
    let memory = median(runs.iter().map(|run| run.memory))?;
    Some(Row { name, time, cpu, memory, runs: runs.len() })
}

/// Returns the time that a build spends on following links, from the output of `--verbose`.
fn followed(all: &Runs) -> Option<Row> {
    let (_, runs) = all.iter().find(|(name, _)| *name == FACTS)?;
    let times = runs.iter().filter_map(|run| {
        let line = run.said.lines().find(|line| line.trim_end().ends_with(" ms  links"))?;
        let milliseconds: f64 = line.trim().split(' ').next()?.parse().ok()?;
        Some(Duration::from_secs_f64(milliseconds / 1000.0))
    });
    Some(Row { name: FOLLOWED, time: median(times)?, cpu: Duration::ZERO, memory: 0, runs: runs.len() })
}

/// Returns the command that builds the chapters with Hugo and a bare layout, in one process, without a cache.
fn hugo_build(hugo: &Path, site: &Path, book: &Path) -> Result<Command> {
    let layouts = site.join("layouts/_default");
    fs::create_dir_all(&layouts)?;
    fs::write(site.join("hugo.toml"), "baseURL = \"https://example.com/\"\ndisableKinds = [\"taxonomy\", \"term\"]\n")?;
    for name in ["single.html", "list.html"] {
        fs::write(layouts.join(name), "<!doctype html><title>{{ .Title }}</title><main>{{ .Content }}</main>\n")?;
    }
    let content = site.join("content");
    if !content.is_dir() {
        for entry in WalkDir::new(book.join("src")).into_iter().filter_map(Result::ok) {
            let below = entry.path().strip_prefix(book.join("src"))?;
            // For Hugo, a folder with `index.md` is a single page, while `_index.md` makes it a section.
            let to = content.join(below.to_string_lossy().replace("index.md", "_index.md"));
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(&to)?,
                false => drop(fs::copy(entry.path(), &to)?),
            }
        }
        fs::remove_file(content.join("SUMMARY.md"))?;
    }
    let mut command = Command::new(hugo);
    command.args(["build", "--quiet", "--ignoreCache", "--cleanDestinationDir"]);
    command.arg("--destination").arg(site.join("public")).arg("--source").arg(site);
    Ok(command)
}

fn mdbook_build(mdbook: &Path, book: &Path, out: &Path) -> Command {
    let mut command = Command::new(mdbook);
    command.args(["build", "--dest-dir"]).arg(out).arg(book);
    command
}

/// Returns the command that builds the book with mdbook-linkcheck2 as a second output, if both are installed.
fn with_linkcheck(folder: &Path, size: usize) -> Result<Option<Command>> {
    let (Some(mdbook), Some(linkcheck)) = (peers::find(peers::MDBOOK), peers::find(peers::LINKCHECK)) else {
        return Ok(None);
    };
    let book = folder.join("linkcheck");
    if !book.is_dir() {
        book::write(&book, size, Kind::Plain)?;
        let program = linkcheck.to_str().context("the path of the project is not UTF-8")?;
        let settings =
            format!("[book]\ntitle = \"Example\"\n\n[output.html]\n\n[output.linkcheck2]\ncommand = '{program}'\n");
        fs::write(book.join("book.toml"), settings)?;
    }
    Ok(Some(mdbook_build(&mdbook, &book, &folder.join("linkcheck-site"))))
}

fn check_links(lychee: &Path, site: &Path) -> Command {
    let mut command = Command::new(lychee);
    command.args(["--offline", "--include-fragments", "--no-progress", "--quiet", "."]).current_dir(site);
    command
}

fn trustbook_build(bed: &Bed, book: &Path) -> Command {
    let mut command = Command::new(&bed.command);
    command
        .args(["build", "--verbose", "--now", DAY, "--out"])
        .arg(book.with_extension("site"))
        .arg(book)
        .env(ROOM, "1");
    command
}

fn reference(bed: &Bed) -> Result<Duration> {
    let mut command = Command::new(&bed.command);
    command.arg("build").arg("--out").arg(bed.folder.join("reference")).arg(root());
    Ok(once(command, &[0])?.time)
}
