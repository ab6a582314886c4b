//! `trustbook check`: everything that `build` checks, without publishing.

use crate::build::{self, BookArgs, Deny};
use crate::failure::Failure;
use crate::output;
use std::io::IsTerminal;
use std::process::ExitCode;
use trustbook_core::Options;
use trustbook_core::report::{self, Colour, Format};

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
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let world = build::open(&args.book)?;
    let mut built = build::build(&world, &Options::default())?;
    build::deny(&mut built.findings, &args.deny);
    let colour = match args.format {
        Format::Human if std::io::stdout().is_terminal() => Colour::Ansi,
        _ => Colour::None,
    };
    output::print(&report::report(&built.trust.map, &built.findings, args.format, colour));
    output::say(&output::counts(&built.findings));
    Ok(ExitCode::from(build::exit_code(&built.findings)))
}
