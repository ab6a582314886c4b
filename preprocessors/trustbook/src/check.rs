//! `trustbook check`: everything that `build` checks, without publishing.

use crate::build::{self, BookArgs, Deny, ReportFormat};
use crate::failure::Failure;
use crate::output;
use std::io::IsTerminal;
use std::process::ExitCode;
use trustbook_core::Options;
use trustbook_core::report::{self, Colour};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// The format of the report.
    #[arg(long, value_enum, default_value = "human")]
    format: ReportFormat,
    /// Treat findings of this kind as errors.
    #[arg(long, value_enum)]
    deny: Vec<Deny>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let world = build::open(&args.book)?;
    let mut built = build::build(&world, &Options::default())?;
    build::deny(&mut built.findings, &args.deny);
    let colour = match args.format {
        ReportFormat::Human if std::io::stdout().is_terminal() => Colour::Ansi,
        _ => Colour::None,
    };
    output::print(&report::report(&built.trust.map, &built.findings, args.format.format(), colour));
    output::say(&output::counts(&built.findings));
    Ok(ExitCode::from(build::exit_code(&built.trust, &built.findings)))
}
