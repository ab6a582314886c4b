//! `trustbook import`: pages and lists that somebody wrote elsewhere, as chapters and records of a book.

mod clean;
mod columns;
mod dates;
mod difference;
mod draft;
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
use crate::rewrite::{self, Rewrite};
use crate::{output, place};
use draft::Draft;
use jiff::civil::Date;
use read::Origin;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trial::Brought;
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;
use trustbook_core::{Trust, World};

/// The folder of the register for what is imported.
const FOLDER: &str = "facts/imported";
/// The chapters of a new book without anybody's words: an imported page of that name takes their place.
const EMPTY: &[&str] = &[
    include_str!("../../templates/book/src/cookies.md"),
    include_str!("../../templates/book/src/faq.md"),
    include_str!("../../templates/book/src/privacy.md"),
    include_str!("../../templates/book/src/security.md"),
    include_str!("../../templates/book/src/subprocessors.md"),
    include_str!("../../templates/book/src/vulnerability-reporting.md"),
];
/// The outline, in the folder of the chapters.
const SUMMARY: &str = "SUMMARY.md";

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Pages in Markdown or HTML, lists in CSV, JSON, YAML or TOML, or folders of pages.
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
    let plan = plan(&args.into, &args.files, args.now)?;
    match args.dry_run {
        true => output::print(&difference::text(&plan.files)),
        false => write(&args.into, &plan)?,
    }
    plan.tell();
    Ok(ExitCode::SUCCESS)
}

/// Imports files into a book.
pub(crate) fn into(dir: &Path, files: &[PathBuf], now: Option<Date>) -> Result<(), Failure> {
    let plan = plan(dir, files, now)?;
    write(dir, &plan)?;
    plan.tell();
    Ok(())
}

/// The changes of an import.
struct Plan {
    /// The text of each file before, if it exists, and after.
    files: BTreeMap<String, (Option<String>, String)>,
    /// Sentences about each page.
    told: Vec<String>,
    /// The errors that remain.
    errors: Vec<String>,
}

impl Plan {
    fn tell(&self) {
        self.told.iter().for_each(|line| output::say(&harmless(line)));
        if self.files.is_empty() {
            output::say("the book has all of it: nothing was written");
        }
        for error in &self.errors {
            output::say(&harmless(&format!("left to do: {error}")));
        }
    }
}

/// A page with its records and facts.
struct Taken {
    origin: Origin,
    text: String,
    /// The records that stand together, and the bytes of the text in whose place their block goes.
    groups: Vec<(&'static str, Vec<Draft>, Range<usize>)>,
    single: sentences::Single,
    /// The bytes that say when the text was last changed.
    updated: Option<Range<usize>>,
    left: Vec<String>,
}

fn plan(dir: &Path, files: &[PathBuf], now: Option<Date>) -> Result<Plan, Failure> {
    let mut origins = read::read(files)?;
    let world = build::open(&BookArgs::of(dir.to_owned(), now))?;
    // A book that is built for an earlier day knows no later one.
    origins.iter_mut().for_each(|origin| origin.date = origin.date.min(world.today()));
    let trust = mdbook_trustbook::read(&world);
    let language = trust.config.language.clone().unwrap_or_else(|| "en".to_owned());
    let mut homes: Vec<Home> = Vec::new();
    for origin in &origins {
        let home = Home::of(&world, &trust, origin, &homes);
        homes.push(home);
    }
    let pages: Vec<(String, String)> =
        origins.iter().zip(&homes).map(|(origin, home)| (origin.path.clone(), home.slug.clone())).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, slug)| (path.as_str(), slug.as_str())).collect();
    let mut taken: Vec<Taken> = origins.into_iter().map(|origin| take(origin, &language, &pages)).collect();
    let blocks = name(&trust, &mut taken);
    let mut brought: Vec<Brought> =
        taken.iter_mut().zip(&homes).map(|(page, home)| bring(&trust, page, home)).collect();
    drop_disagreeing(&mut brought, &mut taken);
    trial::check(&mut brought, world.today());
    let mut after: BTreeMap<String, String> = BTreeMap::new();
    for ((page, home), blocks) in taken.iter().zip(&homes).zip(blocks) {
        if !home.is_known {
            after.insert(home.page.clone(), chapter(page, &blocks));
        }
    }
    let summary = format!("{}/{SUMMARY}", trust.config.src);
    let outline = world.read(&summary).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some(outline) = outline {
        let is_new = |home: &Home| !home.is_known && !outline.contains(&format!("({}.md)", home.slug));
        let new = taken.iter().zip(&homes).filter(|(_, home)| is_new(home));
        let lines: String = new.map(|(page, home)| format!("- [{}]({}.md)\n", title(page), home.slug)).collect();
        let apart = if outline.ends_with('\n') { "" } else { "\n" };
        if !lines.is_empty() {
            after.insert(summary, format!("{outline}{apart}{lines}"));
        }
    }
    let errors = trial::run(&world, &mut after, &mut brought);
    let told =
        taken.iter().zip(&homes).zip(&brought).map(|((page, home), brought)| sentence(page, home, brought)).collect();
    let before = |path: &str| world.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let changed = after.into_iter().map(|(path, text)| (before(&path), path, text));
    let changed = changed.filter(|(before, _, text)| before.as_ref() != Some(text));
    let files = changed.map(|(before, path, text)| (path, (before, text))).collect();
    Ok(Plan { files, told, errors })
}

/// The place of a page in the book.
struct Home {
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

impl Home {
    fn of(world: &dyn World, trust: &Trust, origin: &Origin, others: &[Home]) -> Home {
        let src = &trust.config.src;
        let home = |slug: String| {
            let (page, facts) = (format!("{src}/{slug}.md"), format!("{FOLDER}/{slug}.toml"));
            let before = world.read(&facts).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let is_known = before.as_ref().is_some_and(|text| text.contains(&toml::mark(&origin.path, &page)));
            Home { slug, page, facts, before: before.filter(|_| is_known), is_known }
        };
        let is_free = |home: &Home| {
            let text = world.read(&home.page).ok();
            let is_empty = text.is_none_or(|text| EMPTY.iter().any(|empty| empty.as_bytes() == text));
            (home.is_known || is_empty && world.read(&home.facts).is_err())
                && others.iter().all(|other| other.slug != home.slug)
        };
        let numbered = (2..).map(|number| home(format!("{}-{number}", origin.slug)));
        let first = home(origin.slug.clone());
        std::iter::once(first).chain(numbered).find(is_free).unwrap_or_else(|| home(origin.slug.clone()))
    }
}

fn take(mut origin: Origin, language: &str, pages: &links::Pages<'_>) -> Taken {
    let (text, unresolved) = links::resolve(&origin.page.text, &origin.path, origin.address.as_ref(), pages);
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
    Taken { origin, text, groups, single, updated: updated.map(|(_, range)| range), left }
}

/// Gives every record an id, and returns the block of each group of each page. Records that the book has keep theirs.
fn name(trust: &Trust, taken: &mut [Taken]) -> Vec<Vec<String>> {
    let plain = |text: &str| text.trim().to_lowercase();
    let mut ids: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut known: BTreeMap<(&str, String), String> = BTreeMap::new();
    for record in &trust.facts.register.records {
        ids.insert((record.kind.name, record.id.clone()));
        known.insert((record.kind.name, plain(&record.title())), record.id.clone());
        // A contact is known by its address, whatever its name.
        if let Some(email) = record.value("email") {
            known.insert((record.kind.name, plain(&email.text())), record.id.clone());
        }
    }
    let mut seen: BTreeMap<(&str, String), String> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for draft in taken.iter_mut().flat_map(|page| page.groups.iter_mut()).flat_map(|(_, drafts, _)| drafts) {
        let key = (draft.kind.name, plain(&draft.title()));
        // A page may name a company twice, for two purposes: that is one record more.
        let same = (key.0, draft.content());
        if let Some(id) = known.get(&key).or_else(|| seen.get(&same)) {
            // Without fields it is not written again, and its block still shows it.
            draft.id = id.clone();
            draft.fields.clear();
            continue;
        }
        draft.name(|id| ids.contains(&(key.0, id.to_owned())));
        ids.insert((key.0, draft.id.clone()));
        seen.insert(same, draft.id.clone());
        if draft.kind.name == "contact" {
            known.insert(key, draft.id.clone());
        }
    }
    for page in taken.iter() {
        page.groups.iter().for_each(|(block, ..)| *count.entry(block).or_default() += 1);
    }
    for contact in taken.iter_mut().flat_map(|page| &mut page.single.contacts) {
        let key = (contact.kind.name, plain(&contact.title()));
        if known.contains_key(&key) {
            contact.fields.clear();
            continue;
        }
        if ids.contains(&(key.0, contact.id.clone())) {
            contact.name(|id| ids.contains(&("contact", id.to_owned())));
        }
        ids.insert((key.0, contact.id.clone()));
        known.insert(key, contact.id.clone());
    }
    let is_whole = |block: &str, drafts: &[Draft]| {
        let others = trust.facts.register.records.iter().filter(|record| record.kind.block == block);
        count.get(block) == Some(&1)
            && others.into_iter().all(|record| drafts.iter().any(|draft| draft.id == record.id))
    };
    let block = |(block, drafts, _): &(&'static str, Vec<Draft>, Range<usize>)| match is_whole(block, drafts) {
        true => format!("{{{{#{block}}}}}"),
        false => {
            let ids: String = drafts.iter().map(|draft| format!(" id={}", draft.id)).collect();
            format!("{{{{#{block}{ids}}}}}")
        }
    };
    taken.iter().map(|page| page.groups.iter().map(block).collect()).collect()
}

/// Collects what a page adds to the register.
fn bring(trust: &Trust, page: &mut Taken, home: &Home) -> Brought {
    let drafts =
        page.groups.iter_mut().flat_map(|(_, drafts, _)| drafts.drain(..)).chain(page.single.contacts.drain(..));
    let drafts: Vec<Draft> = drafts.filter(|draft| !draft.fields.is_empty()).collect();
    let is_new = |stated: &draft::Stated| trust.facts.find(stated.id).is_none();
    let stated = page.single.stated.drain(..).filter(is_new).collect();
    let origin = &page.origin;
    let file = origin.path.rsplit(['/', '\\']).next().unwrap_or(&origin.path);
    let source = format!("{file}, {}", date_words(origin.date));
    let head = || toml::head(&toml::mark(&origin.path, &home.page), &source, origin.date);
    Brought {
        page: home.page.clone(),
        path: home.facts.clone(),
        before: home.before.clone().unwrap_or_else(head),
        drafts,
        stated,
    }
}

/// Takes out facts that pages state differently, and all but the first of those that they state alike.
fn drop_disagreeing(brought: &mut [Brought], taken: &mut [Taken]) {
    let mut all: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for stated in brought.iter().flat_map(|one| &one.stated) {
        all.entry(stated.id).or_default().insert(draft::words(&stated.value));
    }
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    for (one, page) in brought.iter_mut().zip(taken) {
        one.stated.retain(|stated| {
            let values = &all[stated.id];
            if values.len() > 1 {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                let told = format!("`{}`, which the text states as {}", stated.id, values.join(" and "));
                if !page.left.contains(&told) {
                    page.left.push(told);
                }
            }
            values.len() == 1 && seen.insert(stated.id)
        });
    }
}

fn title(page: &Taken) -> String {
    let first = page::read(&page.text).into_iter().find_map(|part| match part.content {
        page::Content::Heading(1, text, _) => Some(text),
        _ => None,
    });
    let title = page.origin.page.title.clone().or(first).unwrap_or_else(|| page.origin.slug.clone());
    values::one_line(&title).replace(['[', ']', '{', '}', '<', '>'], "")
}

/// Returns the chapter of a page, with blocks in the place of its records.
fn chapter(page: &Taken, blocks: &[String]) -> String {
    let mut text = page.text.clone();
    let groups = page.groups.iter().map(|(_, _, range)| range.clone()).zip(blocks.iter().map(String::as_str));
    let mut edits: Vec<(Range<usize>, &str)> = groups.collect();
    edits.extend(page.updated.clone().map(|range| (range, "")));
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, block) in edits {
        text.replace_range(range, &format!("{block}\n"));
    }
    let has_title = page::read(&text).iter().any(|part| matches!(part.content, page::Content::Heading(1, ..)));
    let mut front = String::new();
    let quoted = |text: &str| serde_json::Value::from(values::one_line(text)).to_string();
    if let Some(description) = &page.origin.page.description {
        front.push_str(&format!("description: {}\n", quoted(description)));
    }
    if let Some(date) = page.origin.page.date {
        front.push_str(&format!("stated: {date}\n"));
    }
    let front = if front.is_empty() { String::new() } else { format!("---\n{front}---\n\n") };
    let heading = if has_title { String::new() } else { format!("# {}\n\n", title(page)) };
    format!("{front}{heading}{}\n", text.trim())
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

/// Returns a sentence about what became of a page.
fn sentence(page: &Taken, home: &Home, brought: &Brought) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    brought.drafts.iter().for_each(|draft| *counts.entry(draft.kind.name).or_default() += 1);
    let mut parts: Vec<String> = counts.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    if !brought.stated.is_empty() {
        parts.push(output::counted(brought.stated.len(), "fact"));
    }
    let found = if parts.is_empty() { "nothing new for the register".to_owned() } else { parts.join(", ") };
    let checks: usize = brought.drafts.iter().map(|draft| draft.checks.len()).sum();
    let checks = if checks == 0 { String::new() } else { format!("; {} to check", checks) };
    let state = if home.is_known { " (left as it is)" } else { "" };
    let left = if page.left.is_empty() { String::new() } else { format!("; left out: {}", page.left.join("; ")) };
    format!("{} -> {}{state}: {found}{checks}{left}", page.origin.path, home.page)
}
