//! The command-line interface of `trustbook`.

mod baseline;
mod browser;
mod build;
mod check;
mod columns;
mod difference;
mod examples;
mod explain;
mod external;
mod facts;
mod failure;
mod fix;
mod headers;
mod import;
mod init;
mod manifest;
mod net;
mod new_book;
mod observe;
mod output;
mod pdf;
mod place;
mod plain;
mod process;
mod programs;
mod progress;
mod publish;
mod refresh;
mod repository;
mod review;
mod rewrite;
mod schema;
mod serve;
#[cfg(test)]
mod shell;
mod status;
mod units;
mod variables;
mod verify;
mod words;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// The version with the commit and its day, which the workflow of a release sets: a build on its own has neither, so
/// that the same source gives the same bytes.
const LONG_VERSION: &str = match option_env!("TRUSTBOOK_LONG_VERSION") {
    Some(version) => version,
    None => env!("CARGO_PKG_VERSION"),
};

/// Builds a vendor's security and privacy pages from facts, and refuses to publish what contradicts them.
#[derive(Debug, Parser)]
#[command(name = "trustbook", version, long_version = LONG_VERSION, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    output: output::OutputArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the site.
    Build(build::BuildArgs),
    /// Check everything that `build` checks, without publishing.
    Check(check::CheckArgs),
    /// Print the page of a check, kind of record, schema language, kind of source or output, or list them all.
    Explain(explain::ExplainArgs),
    /// Print the register: value, state, owner, source, and the pages that show it.
    Facts(facts::FactsArgs),
    /// Print the HTTP headers of the site, as settings for Apache, Caddy, nginx or Vercel.
    Headers(headers::HeadersArgs),
    /// Turn pages and lists that exist into chapters and records of a book.
    Import(import::ImportArgs),
    /// Write a small book that builds at once, or add what an mdBook lacks.
    Init(init::InitArgs),
    /// Visit a running page with a browser, and record what it stores and which hosts it requests.
    Observe(observe::ObserveArgs),
    /// Write the whole book as a PDF with tags and bookmarks; it needs Chromium, Chrome or Edge.
    Pdf(pdf::PdfArgs),
    /// Check live sources, data models and mail domains, print what changed, and write the lock.
    Refresh(refresh::RefreshArgs),
    /// Ask whether each due fact still holds, and write the date beside it.
    Review(review::ReviewArgs),
    /// List the categories of fields of data models, suggest missing ones, or export them for other programs.
    Schema(schema::SchemaArgs),
    /// Serve the site while you write it: rebuilds and reloads on save.
    Serve(serve::ServeArgs),
    /// Print the state of the book in ten lines: errors, what is due, unchecked, unclassified or unknown, and owners.
    Status(status::StatusArgs),
    /// Verify that a published site matches this book, and list the files that differ.
    Verify(verify::VerifyArgs),
}

/// Returns the command line, with examples in the help.
fn command() -> clap::Command {
    examples::with_examples(Cli::command())
}

fn main() -> ExitCode {
    let cli = Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    output::begin(cli.output);
    output::detail(&format!("trustbook {LONG_VERSION}"));
    let result = match &cli.command {
        Command::Build(args) => build::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Facts(args) => facts::run(args),
        Command::Headers(args) => headers::run(args),
        Command::Import(args) => import::run(args),
        Command::Init(args) => init::run(args),
        Command::Observe(args) => observe::run(args),
        Command::Pdf(args) => pdf::run(args),
        Command::Refresh(args) => refresh::run(args),
        Command::Review(args) => review::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Status(args) => status::run(args),
        Command::Verify(args) => verify::run(args),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure);
            failure.exit_code()
        }
    }
}
