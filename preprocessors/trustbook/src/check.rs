//! `trustbook check`: runs every check of `build`, without publishing.

use crate::build::{self, BookArgs, Deny};
use crate::failure::Failure;
use crate::{baseline, external, fix, output, repository};
use mdbook_trustbook::Built;
use std::path::PathBuf;
use std::process::ExitCode;
use trustbook_core::report::{ReportFormat, harmless};
use trustbook_core::site::sink::Nowhere;
use trustbook_core::{BuildCache, Options};

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    book: BookArgs,
    /// The format of the report.
    #[arg(long, value_parser = build::format_parser(), default_value = "human")]
    format: ReportFormat,
    /// Treat findings of this kind as errors.
    #[arg(long, value_enum)]
    deny: Vec<Deny>,
    /// Report as warnings the findings that this file has: the report of another branch, in the format `json`.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings to `.trustbook/baseline.json`, so that only new findings fail a build.
    #[arg(long)]
    update_baseline: bool,
    /// Apply the edits that do not change how a page reads, and report the rest.
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    outside: external::ExternalArgs,
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let baseline = args.baseline.as_deref().map(baseline::read).transpose()?;
    let mended = if args.fix { fixed(args)? } else { None };
    let (mut built, told) = match mended {
        Some(built) if !args.outside.is_external() => (built, None),
        _ => ask(args)?,
    };
    if args.outside.is_share() {
        output::say(&told.unwrap_or_default());
        return Ok(ExitCode::SUCCESS);
    }
    let held = match args.update_baseline {
        true => Some(baseline::update(&args.book.dir, &built.book.map, &mut built.findings)?),
        false => baseline::leave_out(&args.book.dir, &built.book.map, &mut built.findings)?,
    };
    build::deny(&mut built.findings, &args.deny);
    if let Some(baseline) = baseline {
        baseline::apply(&built.book.map, &mut built.findings, baseline);
    }
    built.book.map.stands_in(&repository::folder(&args.book.dir));
    output::print_findings(&built.book.map, &built.findings, args.format);
    if let Some(told) = told {
        output::say(&harmless(&told));
    }
    held.iter().for_each(|held| output::say(held));
    output::say(&output::counts(&built));
    Ok(ExitCode::from(build::exit_code(&built.findings)))
}

/// Applies the safe edits. Returns the build if there were none to apply, and `None` if the book has changed since.
fn fixed(args: &CheckArgs) -> Result<Option<Built>, Failure> {
    let built = build::build(&build::open(&args.book)?, &args.book);
    let made = fix::apply(&args.book.dir, &built.book.map, &built.findings)?;
    if made.is_empty() {
        return Ok(Some(built));
    }
    output::say(&fix::told(&made));
    Ok(None)
}

/// Builds, and requests the links that leave the site if `--external` is set. Also returns a line about the requests.
fn ask(args: &CheckArgs) -> Result<(Built, Option<String>), Failure> {
    let world = build::open(&args.book)?;
    if !args.outside.is_external() {
        return Ok((build::build(&world, &args.book), None));
    }
    let mut told = Ok(String::new());
    let content = build::read(&world, &args.book, &BuildCache::default());
    let built = mdbook_trustbook::build_and_ask(&world, content, &Options::default(), &Nowhere, |content, outside| {
        told = external::look(&args.outside, &args.book.dir, content, outside);
    });
    Ok((built, Some(told?)))
}
