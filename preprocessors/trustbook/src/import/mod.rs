//! `trustbook import`: turns pages and lists from elsewhere into chapters and records of a book.

mod chapter;
mod clean;
mod columns;
mod dates;
mod draft;
mod ids;
mod links;
mod page;
mod read;
mod records;
mod sentences;
mod toml;
mod trial;
mod values;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::observe::{self, ObserveArgs};
use crate::rewrite::{self, Rewrite};
use crate::{output, place};
use draft::Draft;
use jiff::civil::Date;
use read::Origin;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trial::Additions;
use trustbook_core::facts::Facts;
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;
use trustbook_core::{Book, World};

/// The folder of the register for what is imported.
const FOLDER: &str = "facts/imported";
/// The most records of an import.
const MOST_RECORDS: usize = 2_000;
/// The outline, in the folder of the chapters.
const SUMMARY: &str = "SUMMARY.md";

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Pages in Markdown or HTML, lists in CSV, JSON, YAML or TOML, recordings (HAR), or folders of pages.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The date to build for, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
}

pub(crate) fn run(args: &ImportArgs) -> Result<ExitCode, Failure> {
    let is_har = |file: &&PathBuf| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("har"));
    let (recordings, files): (Vec<&PathBuf>, Vec<&PathBuf>) = args.files.iter().partition(is_har);
    for recording in &recordings {
        let mut of_har = ObserveArgs::of_har(args.into.clone(), (*recording).clone());
        of_har.dry_run = args.dry_run;
        observe::run(&of_har)?;
    }
    if files.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let files: Vec<PathBuf> = files.into_iter().cloned().collect();
    let plan = plan(&args.into, &files, args.now)?;
    match args.dry_run {
        true => output::print(&crate::difference::text(&plan.files)),
        false => write(&args.into, &plan)?,
    }
    plan.print_summary();
    Ok(ExitCode::SUCCESS)
}

/// Imports files into a book.
pub(crate) fn into(dir: &Path, files: &[PathBuf], now: Option<Date>) -> Result<(), Failure> {
    let plan = plan(dir, files, now)?;
    write(dir, &plan)?;
    plan.print_summary();
    Ok(())
}

/// The changes of an import.
struct Plan {
    /// The text of each file before, if it exists, and after.
    files: BTreeMap<String, (Option<String>, String)>,
    /// Sentences about each page.
    summaries: Vec<String>,
    /// The errors that remain.
    errors: Vec<String>,
}

impl Plan {
    fn print_summary(&self) {
        self.summaries.iter().for_each(|line| output::say(&harmless(line)));
        if self.files.is_empty() {
            output::say("the book already has everything in these files: nothing was written");
        }
        for error in &self.errors {
            output::say(&harmless(&format!("to do: {error}")));
        }
    }
}

/// A page with its records and facts.
struct ImportedPage {
    origin: Origin,
    text: String,
    /// The records that stand together, and the bytes of the text in whose place their block goes.
    groups: Vec<(&'static str, Vec<Draft>, Range<usize>)>,
    single: sentences::Single,
    /// The bytes that say when the text was last changed.
    updated: Option<Range<usize>>,
    left: Vec<String>,
}

impl ImportedPage {
    /// Leaves groups of records that there is no room for as they are on the page.
    fn keep_to(&mut self, room: &mut usize) {
        let left = &mut self.left;
        self.groups.retain(|(_, drafts, _)| {
            let rest = room.checked_sub(drafts.len());
            if rest.is_none() {
                let count = output::counted(drafts.len(), "record");
                left.push(format!("{count} beyond the {MOST_RECORDS} of an import, which stay text: split the list"));
            }
            *room = rest.unwrap_or(*room);
            rest.is_some()
        });
    }
}

fn plan(dir: &Path, files: &[PathBuf], now: Option<Date>) -> Result<Plan, Failure> {
    let mut origins = read::read(files)?;
    let world = build::open(&BookArgs::of(dir.to_owned(), now))?;
    // A book that is built for an earlier day knows no later one.
    origins.iter_mut().for_each(|origin| origin.date = origin.date.min(world.today()));
    let book = mdbook_trustbook::read(&world);
    let language = book.config.language.clone().unwrap_or_else(|| "en".to_owned());
    let mut targets: Vec<PageTarget> = Vec::new();
    for origin in &origins {
        let target = PageTarget::of(&world, &book, origin, &targets);
        targets.push(target);
    }
    let pages: Vec<(String, String)> =
        origins.iter().zip(&targets).map(|(origin, target)| (origin.path.clone(), target.slug.clone())).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, slug)| (path.as_str(), slug.as_str())).collect();
    let mut imported: Vec<ImportedPage> = origins.into_iter().map(|origin| take(origin, &language, &pages)).collect();
    let mut room = MOST_RECORDS;
    imported.iter_mut().for_each(|page| page.keep_to(&mut room));
    let blocks = ids::name(&book.facts, &mut imported);
    let mut additions: Vec<Additions> =
        imported.iter_mut().zip(&targets).map(|(page, target)| bring(&book.facts, page, target)).collect();
    drop_disagreeing(&mut additions, &mut imported);
    trial::check(&mut additions, world.today());
    let mut after: BTreeMap<String, String> = BTreeMap::new();
    for ((page, target), blocks) in imported.iter().zip(&targets).zip(blocks) {
        if !target.is_known {
            after.insert(target.page.clone(), chapter::text(page, &blocks));
        }
    }
    let summary = book.config.in_src(SUMMARY);
    let outline = world.read(&summary).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some(outline) = outline {
        let is_new = |target: &PageTarget| !target.is_known && !outline.contains(&format!("({}.md)", target.slug));
        let new = imported.iter().zip(&targets).filter(|(_, target)| is_new(target));
        let lines: String =
            new.map(|(page, target)| format!("- [{}]({}.md)\n", chapter::title(page), target.slug)).collect();
        let apart = if outline.ends_with('\n') { "" } else { "\n" };
        if !lines.is_empty() {
            after.insert(summary, format!("{outline}{apart}{lines}"));
        }
    }
    let errors = trial::run(&world, &mut after, &mut additions);
    let summaries = imported
        .iter()
        .zip(&targets)
        .zip(&additions)
        .map(|((page, target), additions)| sentence(page, target, additions))
        .collect();
    let before = |path: &str| world.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let changed = after.into_iter().map(|(path, text)| (before(&path), path, text));
    let changed = changed.filter(|(before, _, text)| before.as_ref() != Some(text));
    let files = changed.map(|(before, path, text)| (path, (before, text))).collect();
    Ok(Plan { files, summaries, errors })
}

/// The place of a page in the book.
struct PageTarget {
    /// The name of the page.
    slug: String,
    /// The chapter.
    page: String,
    /// The file of the register.
    facts: String,
    /// The text of that file, if an earlier import wrote it.
    before: Option<String>,
    /// True if an earlier import wrote the chapter, which is left as it is.
    is_known: bool,
}

impl PageTarget {
    fn of(world: &dyn World, book: &Book, origin: &Origin, others: &[PageTarget]) -> PageTarget {
        let target = |slug: String| {
            let (page, facts) = (book.config.in_src(&format!("{slug}.md")), format!("{FOLDER}/{slug}.toml"));
            let before = world.read(&facts).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let is_known = before.as_ref().is_some_and(|text| text.contains(&toml::mark(&origin.path, &page)));
            PageTarget { slug, page, facts, before: before.filter(|_| is_known), is_known }
        };
        let is_free = |target: &PageTarget| {
            let text = world.read(&target.page).ok();
            let is_empty =
                text.is_none_or(|text| crate::new_book::empty_chapters().any(|empty| empty.as_bytes() == text));
            (target.is_known || is_empty && world.read(&target.facts).is_err())
                && others.iter().all(|other| other.slug != target.slug)
        };
        let numbered = (2..).map(|number| target(format!("{}-{number}", origin.slug)));
        let first = target(origin.slug.clone());
        std::iter::once(first).chain(numbered).find(is_free).unwrap_or_else(|| target(origin.slug.clone()))
    }
}

fn take(mut origin: Origin, language: &str, pages: &links::Pages<'_>) -> ImportedPage {
    let (text, unresolved) = links::resolve(&origin.page.text, &origin.path, origin.address.as_ref(), pages);
    // Links that became their words may join braces and tags.
    let text = clean::braces(&clean::inert(&text));
    let mut left = std::mem::take(&mut origin.page.left);
    left.extend(unresolved.into_iter().map(|target| format!("the link to {target}")));
    let mut parts = page::read(&text);
    // The title is the heading above all of a page that has none of its own.
    if let Some(title) = &origin.page.title
        && !parts.iter().any(|part| matches!(part.content, page::Content::Heading(1, ..)))
    {
        parts.iter_mut().for_each(|part| part.above.insert(0, title.clone()));
    }
    let updated = dates::updated(&parts);
    if let Some((day, _)) = updated {
        origin.page.date = Some(day);
        origin.date = day;
    }
    let groups: Vec<_> = records::find(&text, &parts)
        .into_iter()
        .filter_map(|group| Some((group.drafts.first()?.kind.block, group.drafts, group.range)))
        .collect();
    let ranges: Vec<Range<usize>> = groups.iter().map(|(_, _, range)| range.clone()).collect();
    let single = sentences::find(language, &parts, &ranges);
    ImportedPage { origin, text, groups, single, updated: updated.map(|(_, range)| range), left }
}

/// Collects what a page adds to the register.
fn bring(facts: &Facts, page: &mut ImportedPage, target: &PageTarget) -> Additions {
    let drafts =
        page.groups.iter_mut().flat_map(|(_, drafts, _)| drafts.drain(..)).chain(page.single.contacts.drain(..));
    let drafts: Vec<Draft> = drafts.filter(|draft| !draft.fields.is_empty()).collect();
    let is_new = |stated: &draft::Stated| facts.find(stated.id).is_none();
    let stated = page.single.stated.drain(..).filter(is_new).collect();
    let origin = &page.origin;
    let file = origin.path.rsplit(['/', '\\']).next().unwrap_or(&origin.path);
    let source = format!("{file}, {}", date_words(origin.date));
    let head = || toml::head(&toml::mark(&origin.path, &target.page), &source, origin.date);
    Additions {
        page: target.page.clone(),
        path: target.facts.clone(),
        before: target.before.clone().unwrap_or_else(head),
        drafts,
        stated,
    }
}

/// Takes out facts that pages state differently, and all but the first of those that they state alike.
fn drop_disagreeing(additions: &mut [Additions], imported: &mut [ImportedPage]) {
    let mut all: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for stated in additions.iter().flat_map(|one| &one.stated) {
        all.entry(stated.id).or_default().insert(draft::words(&stated.value));
    }
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    for (one, page) in additions.iter_mut().zip(imported) {
        one.stated.retain(|stated| {
            let values = &all[stated.id];
            if values.len() > 1 {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                let summaries = format!("`{}`, which the text states as {}", stated.id, values.join(" and "));
                if !page.left.contains(&summaries) {
                    page.left.push(summaries);
                }
            }
            values.len() == 1 && seen.insert(stated.id)
        });
    }
}

fn write(dir: &Path, plan: &Plan) -> Result<(), Failure> {
    let (new, old): (Vec<_>, Vec<_>) = plan.files.iter().partition(|(_, (before, _))| before.is_none());
    let new: Vec<(String, String)> = new.into_iter().map(|(path, (_, text))| (path.clone(), text.clone())).collect();
    let placed = place::place(dir, &new)?;
    let rewrites: Vec<Rewrite> = old
        .into_iter()
        .filter_map(|(path, (before, after))| {
            Some(Rewrite { path: path.clone(), before: before.clone()?.into(), after: after.clone().into() })
        })
        .collect();
    if let Err(failure) = rewrite::write(dir, &rewrites) {
        placed.undo();
        return Err(failure);
    }
    for path in plan.files.keys() {
        output::print(&format!("  + {}\n", harmless(path)));
    }
    Ok(())
}

/// Returns a summary of what was imported from a page.
fn sentence(page: &ImportedPage, target: &PageTarget, additions: &Additions) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    additions.drafts.iter().for_each(|draft| *counts.entry(draft.kind.name).or_default() += 1);
    let mut parts: Vec<String> = counts.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    if !additions.stated.is_empty() {
        parts.push(output::counted(additions.stated.len(), "fact"));
    }
    let found = if parts.is_empty() { "nothing new for the register".to_owned() } else { parts.join(", ") };
    let checks: usize = additions.drafts.iter().map(|draft| draft.checks.len()).sum();
    let checks = if checks == 0 { String::new() } else { format!("; {} to check", checks) };
    let state = if target.is_known { " (left as it is)" } else { "" };
    let left = if page.left.is_empty() { String::new() } else { format!("; left out: {}", page.left.join("; ")) };
    format!("{} -> {}{state}: {found}{checks}{left}", page.origin.path, target.page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> ImportedPage {
        let date = jiff::civil::date(2026, 1, 2);
        let page = clean::clean(text, &clean::Variables::new());
        let origin = Origin { path: "a.md".to_owned(), slug: "a".to_owned(), date, address: None, page };
        take(origin, "en", &[])
    }

    #[test]
    fn links_that_become_words_join_no_expression_and_no_script() {
        let text = "{![](nowhere.png){ vendor.name }} [{](x.md){ v.x }} {[](gone.md){#include ../README.md}}\n\n\
                    <scr[](gone.md)ipt>alert(1)</script>\n\n## Subprocessors\n\n| Subprocessor | Purpose |\n| --- | --- |\n\
                    | A | {![](x){#include ../README.md}} |\n";
        let mut page = taken(text);
        assert_eq!(page.text.replace(r"\{{", "").matches("{{").count(), 0, "{}", page.text);
        assert_eq!(page.text.matches(r"\{{").count(), 4, "{}", page.text);
        assert!(!page.text.contains("<script"), "{}", page.text);
        let drafts: Vec<Draft> = page.groups.drain(..).flat_map(|(_, drafts, _)| drafts).collect();
        assert_eq!(draft::words(drafts[0].get("purpose").unwrap()), "{ {#include ../README.md}}");
    }

    #[test]
    fn records_beyond_the_limit_stay_text_and_are_told() {
        let rows: String = (0..3).map(|at| format!("| A{at} | x |\n")).collect();
        let mut page = taken(&format!("## Subprocessors\n\n| Subprocessor | Purpose |\n| --- | --- |\n{rows}"));
        let mut room = 5;
        page.keep_to(&mut room);
        assert_eq!((room, page.groups.len(), page.left.len()), (2, 1, 0));
        page.keep_to(&mut room);
        assert_eq!((room, page.groups.len(), page.left.len()), (2, 0, 1));
        assert!(page.left[0].contains("3 records"), "{:?}", page.left);
    }
}
