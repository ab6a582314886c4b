//! Output of commands: reports of `check` and data to standard output, all else to standard error or the step summary.

use crate::failure::Failure;
use clap::ColorChoice;
use mdbook_trustbook::Built;
use mdbook_trustbook::disk::DiskWorld;
use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::report::{self, Colour, ReportFormat, harmless, harmless_json};
use trustbook_core::span::SourceMap;

/// The environment variable for the file that a runner shows as the summary of a step; each step has its own.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary>
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The maximum size of a summary in bytes; the runner discards larger ones.
const LARGEST: usize = 1024 * 1024;

/// The amount and the colour of the output, for the whole process.
#[derive(Debug, clap::Args)]
pub(crate) struct OutputArgs {
    /// Print findings, warnings and failures, and no progress or summary.
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Also print the version, the book with its day, and how many milliseconds each part of a build took.
    #[arg(long, short, global = true, help_heading = "Output")]
    verbose: bool,
    /// The use of colour: on a terminal only, always or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: ColorChoice,
}

static ASKED: OnceLock<OutputArgs> = OnceLock::new();

/// Applies the options to everything that is printed from now on.
pub(crate) fn begin(args: OutputArgs) {
    let _ = ASKED.set(args);
}

/// Returns true if progress is neither seen by a person nor wanted.
pub(crate) fn is_quiet() -> bool {
    ASKED.get().is_some_and(|asked| asked.quiet)
}

/// Prints data for people or programs. A closed pipe is not an error.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Returns a JSON object on one line.
pub(crate) fn json_line(object: &serde_json::Value) -> String {
    format!("{}\n", harmless_json(object))
}

/// Prints a line to standard error for the person at the terminal, unless `--quiet` is set.
pub(crate) fn say(text: &str) {
    if !is_quiet() {
        warn(text);
    }
}

/// Prints a line to standard error that `--verbose` asks for.
pub(crate) fn detail(text: &str) {
    if ASKED.get().is_some_and(|asked| asked.verbose) {
        warn(text);
    }
}

/// Prints a line to standard error, with `--quiet` as well.
pub(crate) fn warn(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
    }
}

/// Prints the milliseconds that each part of a build took, if `--verbose` is set.
pub(crate) fn say_times(world: &DiskWorld) {
    for (part, time) in world.times() {
        detail(&format!("{:>8.1} ms  {part}", time.as_secs_f64() * 1000.0));
    }
}

/// Prints text without a line break to standard error, such as a question.
pub(crate) fn show(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a failure with its report and help.
pub(crate) fn failure(failure: &Failure) {
    warn(&format!("error: {}", harmless(failure.what())));
    warn(failure.report().unwrap_or_default());
    if let Some(help) = failure.remedy() {
        warn(&format!("help: {}", harmless(help)));
    }
}

/// Prints a report in the format for people to standard error.
pub(crate) fn say_report(map: &SourceMap, findings: &[Diagnostic]) {
    say_findings(map, findings, ReportFormat::Human);
}

/// Prints a report in any format to standard output.
pub(crate) fn print_findings(map: &SourceMap, findings: &[Diagnostic], format: ReportFormat) {
    print(&report_for(&std::io::stdout(), map, findings, format));
}

/// Prints a report in any format to standard error.
pub(crate) fn say_findings(map: &SourceMap, findings: &[Diagnostic], format: ReportFormat) {
    warn(&report_for(&std::io::stderr(), map, findings, format));
}

fn report_for(stream: &impl IsTerminal, map: &SourceMap, findings: &[Diagnostic], format: ReportFormat) -> String {
    let is_coloured = format == ReportFormat::Human && is_coloured(stream);
    let colour = if is_coloured { Colour::Ansi } else { Colour::None };
    let report = report::report(map, findings, format, colour);
    match format {
        ReportFormat::Github => report + &beside_annotations(map, findings),
        _ => report,
    }
}

/// Returns true if colour is wanted on a stream: as `--color` says, or else on a terminal that can show it, unless the
/// environment says otherwise (<https://no-color.org>, <https://bixense.com/clicolors>).
fn is_coloured(stream: &impl IsTerminal) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|given| given == value);
    match ASKED.get().map_or(ColorChoice::Auto, |asked| asked.color) {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if is_set("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => stream.is_terminal() && !is("TERM", "dumb") && !is("CLICOLOR", "0"),
    }
}

/// Writes the summary of the step, and returns the text that follows the annotations. It says that there are
/// more findings; without a summary, it lists them in short form.
fn beside_annotations(map: &SourceMap, findings: &[Diagnostic]) -> String {
    let rest = report::unannotated(findings);
    let file = std::env::var_os(SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from);
    let written = file.map(|file| append(&file, map, findings));
    if let Some(Err(error)) = &written {
        warn(&format!("warning: the summary of the step cannot be written: {error}"));
    }
    match (rest.is_empty(), written) {
        (true, _) => String::new(),
        (false, Some(Ok(()))) => {
            let count = counted(rest.len(), "finding");
            format!("{count} without an annotation: the summary of this step lists them\n")
        }
        (false, _) => report::report(map, &rest, ReportFormat::Short, Colour::None),
    }
}

fn append(path: &Path, map: &SourceMap, findings: &[Diagnostic]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(LARGEST);
    // Existing content may end within a line or a table.
    let apart = if taken == 0 { "" } else { "\n\n" };
    let summary = report::summary(map, findings, LARGEST.saturating_sub(taken + apart.len()));
    if summary.is_empty() {
        return Err(std::io::Error::other("it is full"));
    }
    file.write_all(format!("{apart}{summary}").as_bytes())
}

/// Returns text such as `2 errors, 1 warning`, and the number of accepted findings, if any.
pub(crate) fn counts(built: &Built) -> String {
    let (errors, warnings) = report::count(&built.findings);
    let excepted = match built.excepted {
        0 => String::new(),
        count => format!(", {count} excepted"),
    };
    format!("{}, {}{excepted}", counted(errors, "error"), counted(warnings, "warning"))
}

/// Returns the start of a text that may be very long, on one line. Secrets must be masked before: a part of one
/// would not be recognised.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Returns text such as `1 page` or `2 pages`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
