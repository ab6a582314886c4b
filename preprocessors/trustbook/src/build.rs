//! `trustbook build`: runs all eight stages and publishes the site in one step.

use crate::failure::{Failure, io};
use crate::programs::{AllowArgs, Allowed};
use crate::publish::{self, Over, Published};
use crate::{baseline, output, repository};
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use mdbook_trustbook::Built;
use mdbook_trustbook::disk::DiskWorld;
use mdbook_trustbook::preprocess::today;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use trustbook_core::diagnostic::{Diagnostic, Level};
use trustbook_core::report::{self, ReportFormat, harmless};
use trustbook_core::site::sink::{Nowhere, Sink};
use trustbook_core::{Book, BuildCache, Options, World};

/// The book's folder, and the day for which it is read.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct BookArgs {
    /// The book's folder, with its book.toml.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// The date to build for, instead of today.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<Date>,
    #[command(flatten)]
    pub(crate) beyond: Beyond,
}

/// The permissions that only the person who builds a book can give.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Beyond {
    /// A folder around the book, such as its repository, whose files the book may also include and link to.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    #[command(flatten)]
    programs: AllowArgs,
}

impl BookArgs {
    /// Names a book without permissions beyond it.
    pub(crate) fn of(dir: PathBuf, now: Option<Date>) -> Self {
        BookArgs { dir, now, beyond: Beyond::default() }
    }
}

/// Parses a day such as `2026-01-15`.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day such as 2026-01-15".to_owned())
}

#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    book: BookArgs,
    /// The folder to publish to, instead of `build-dir` of book.toml.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the whole output folder, including files in it that trustbook did not publish.
    #[arg(long)]
    replace: bool,
    /// The commit to name in the footer.
    #[arg(long)]
    commit: Option<String>,
    /// The format of the report.
    #[arg(long, value_parser = format_parser(), default_value = "human")]
    format: ReportFormat,
    /// Treat findings of this kind as errors.
    #[arg(long, value_enum)]
    deny: Vec<Deny>,
}

/// Returns the parser of a report format's name.
pub(crate) fn format_parser() -> impl clap::builder::TypedValueParser<Value = ReportFormat> {
    let names = PossibleValuesParser::new(report::FORMATS.iter().map(|(name, _)| *name));
    names.map(|name| {
        report::FORMATS.iter().find(|(known, _)| *known == name).map_or(ReportFormat::Human, |(_, format)| *format)
    })
}

/// The warnings that `--deny` turns into errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Findings that the calendar alone causes.
    Dates,
    /// All findings.
    Warnings,
}

pub(crate) fn run(args: &BuildArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let world = open(&args.book)?;
    let content = read(&world, &args.book, &BuildCache::default());
    // Errors in the book are reported before errors with the output folder.
    let over = if args.replace { Over::All } else { Over::Ours };
    let draft = publish::begin(&args.book.dir, args.out.as_deref(), &content.config, over);
    let sink: &dyn Sink = draft.as_ref().map_or(&Nowhere, |draft| draft);
    let options = Options { commit: args.commit.clone(), live: false, ..Options::default() };
    let mut built = mdbook_trustbook::build(&world, content, &options, sink);
    world.begins("report");
    let held = baseline::leave_out(&args.book.dir, &built.book.map, &mut built.findings)?;
    deny(&mut built.findings, &args.deny);
    built.book.map.stands_in(&repository::folder(&args.book.dir));
    output::say_findings(&built.book.map, &built.findings, args.format);
    held.iter().for_each(|held| output::say(held));
    let code = exit_code(&built.findings);
    let counts = output::counts(&built);
    if code != 0 {
        output::warn(&format!("nothing was published: {counts}"));
        return Ok(ExitCode::from(code));
    }
    let pages = output::counted(built.book.pages.len(), "page");
    world.begins("publishing");
    let today = built.book.facts.today;
    let published = draft?.finish(publish::rest(&built.book.config, built.site)?, args.commit.as_deref(), today)?;
    let seconds = started.elapsed().as_secs_f32();
    let out = published.at.strip_prefix(".").unwrap_or(&published.at);
    output::say(&format!("published {pages} to {} in {seconds:.2} s: {counts}", harmless(&out.display().to_string())));
    say_kept(&published);
    output::say_times(&world);
    // The command ends here, and the system frees all memory at once. Dropping it piece by piece takes as long
    // as many pages.
    std::mem::forget(built.book);
    Ok(ExitCode::SUCCESS)
}

/// Prints the files that were kept although `trustbook` did not publish them; no check covers them.
fn say_kept(published: &Published) {
    if !published.kept.is_empty() {
        let (files, names) = (output::counted(published.kept.len(), "file"), publish::named(&published.kept));
        output::warn(&format!("kept {files} that trustbook did not publish: {}", harmless(&names)));
    }
    if let Some(left) = &published.left {
        let left = harmless(&left.display().to_string());
        output::warn(&format!(
            "help: {left} holds files of the old site that could not be deleted: check them and delete the folder"
        ));
    }
}

/// Opens a book for the requested day.
pub(crate) fn open(args: &BookArgs) -> Result<DiskWorld, Failure> {
    let today = match args.now {
        Some(now) => now,
        None => today().map_err(|error| Failure::usage(error.to_string()))?,
    };
    check_is_book(&args.dir)?;
    output::detail(&format!("reading {} for {today}", harmless(&args.dir.display().to_string())));
    let Some(root) = &args.beyond.root else {
        return DiskWorld::open(&args.dir, today).map_err(|error| io("opening", &args.dir, &error));
    };
    let world = DiskWorld::open_in(root, &args.dir, today).map_err(|error| io("opening", root, &error))?;
    world.ok_or_else(|| {
        Failure::usage(format!("{} is not in {}", args.dir.display(), root.display()))
            .help("name a folder that holds the book with --root, such as its repository")
    })
}

/// Reads a book, with the preprocessors that are allowed, and prints which of them ran.
pub(crate) fn read(world: &DiskWorld, args: &BookArgs, kept: &BuildCache) -> Book {
    let programs = Allowed::new(&args.dir, &args.beyond.programs);
    let content = mdbook_trustbook::read_again(world, &programs, kept);
    programs.tell(&content);
    content
}

fn check_is_book(dir: &Path) -> Result<(), Failure> {
    if dir.join("book.toml").is_file() {
        return Ok(());
    }
    let what = if dir.is_dir() { "has no book.toml" } else { "is not a folder" };
    let help = match near(dir) {
        Some(book) => format!("the nearest book is {}: name that folder, or change to it", book.display()),
        None => "name the folder of a book, or change to it; `trustbook init` makes one".to_owned(),
    };
    Err(Failure::usage(format!("{} {what}", dir.display())).help(help))
}

/// Returns the nearest book above a folder, or the only one right below it.
fn near(dir: &Path) -> Option<PathBuf> {
    let is_book = |dir: &PathBuf| dir.join("book.toml").is_file();
    let whole = std::path::absolute(dir).ok()?;
    if let Some(above) = whole.ancestors().map(Path::to_owned).find(is_book) {
        return Some(above);
    }
    let mut below = std::fs::read_dir(dir).ok()?.flatten().map(|entry| entry.path()).filter(is_book);
    below.next().filter(|_| below.next().is_none())
}

/// Builds a book without writing its pages, for the findings.
pub(crate) fn build(world: &DiskWorld, args: &BookArgs) -> Built {
    build_into(world, args, &Options::default(), &Nowhere)
}

/// Builds a book and writes its pages to a sink.
pub(crate) fn build_into(world: &DiskWorld, args: &BookArgs, options: &Options, sink: &dyn Sink) -> Built {
    mdbook_trustbook::build(world, read(world, args, &BuildCache::default()), options, sink)
}

/// Turns warnings of the given kinds into errors.
pub(crate) fn deny(findings: &mut [Diagnostic], kinds: &[Deny]) {
    for finding in findings {
        let calendar = finding.by_calendar;
        let reason = match (kinds.contains(&Deny::Warnings), kinds.contains(&Deny::Dates) && calendar) {
            (true, _) => "--deny warnings",
            (_, true) => "--deny dates",
            _ => continue,
        };
        if finding.level == Level::Warn {
            finding.level = Level::Deny;
            finding.level_reason = Some(format!("{reason} makes it an error"));
        }
    }
}

/// Returns the exit code: 0 without errors, 2 if book.toml or the outline is invalid, else 1.
pub(crate) fn exit_code(findings: &[Diagnostic]) -> u8 {
    let errors = || findings.iter().filter(|finding| finding.level == Level::Deny);
    match errors().count() {
        0 => 0,
        _ if errors().any(|finding| finding.check == "config-invalid") => 2,
        _ => 1,
    }
}
