//! `trustbook check`: everything that `build` checks, without publishing.

use crate::build::{self, BookArgs, Deny};
use crate::failure::Failure;
use crate::{baseline, fix, output, repository};
use std::path::PathBuf;
use std::process::ExitCode;
use trustbook_core::Options;
use trustbook_core::report::Format;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// The format of the report.
    #[arg(long, value_parser = build::format_parser(), default_value = "human")]
    format: Format,
    /// Treat findings of this kind as errors.
    #[arg(long, value_enum)]
    deny: Vec<Deny>,
    /// Report what this file has as warnings: the findings of another branch, in the format `json`.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Make the edits after which a page reads the same, and report the rest.
    #[arg(long)]
    fix: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let baseline = args.baseline.as_deref().map(baseline::read).transpose()?;
    let mut built = build::build(&build::open(&args.book)?, &Options::default())?;
    if args.fix {
        let made = fix::apply(&args.book.dir, &built.trust.map, &built.findings)?;
        if !made.is_empty() {
            output::say(&fix::told(&made));
            built = build::build(&build::open(&args.book)?, &Options::default())?;
        }
    }
    build::deny(&mut built.findings, &args.deny);
    if let Some(baseline) = baseline {
        baseline::apply(&built.trust.map, &mut built.findings, baseline);
    }
    built.trust.map.stands_in(&repository::folder(&args.book.dir));
    output::print_findings(&built.trust.map, &built.findings, args.format);
    output::say(&output::counts(&built));
    Ok(ExitCode::from(build::exit_code(&built.findings)))
}
