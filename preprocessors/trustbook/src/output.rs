//! What commands print: reports of `check` and data on standard output, all else on standard error.

use crate::failure::Failure;
use crate::github;
use mdbook_trustbook::Built;
use mdbook_trustbook::disk::DiskWorld;
use std::io::{IsTerminal, Write};
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::report::{self, Colour, Format, harmless, harmless_json};
use trustbook_core::span::SourceMap;

/// Prints data for people or programs; a reader who went away is no failure.
pub(crate) fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// One JSON object on a line.
pub(crate) fn json_line(object: &serde_json::Value) -> String {
    format!("{}\n", harmless_json(object))
}

/// Says something to the person at the terminal.
pub(crate) fn say(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(anstream::stderr().lock(), "{}", text.trim_end());
    }
}

/// Says how many milliseconds each part of a build took.
pub(crate) fn say_times(world: &DiskWorld) {
    for (part, time) in world.times() {
        say(&format!("{:>8.1} ms  {part}", time.as_secs_f64() * 1000.0));
    }
}

/// Shows the person at the terminal text without a line end of its own, such as a question.
pub(crate) fn show(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Says why a command failed.
pub(crate) fn failure(failure: &Failure) {
    say(&format!("error: {}", harmless(failure.what())));
    say(failure.report().unwrap_or_default());
    if let Some(help) = failure.remedy() {
        say(&format!("help: {}", harmless(help)));
    }
}

/// A report for the person at the terminal.
pub(crate) fn say_report(map: &SourceMap, findings: &[Diagnostic]) {
    say_findings(map, findings, Format::Human);
}

/// A report in any format, for standard output.
pub(crate) fn print_findings(map: &SourceMap, findings: &[Diagnostic], format: Format) {
    print(&report_for(&std::io::stdout(), map, findings, format));
}

/// A report in any format, for standard error.
pub(crate) fn say_findings(map: &SourceMap, findings: &[Diagnostic], format: Format) {
    say(&report_for(&std::io::stderr(), map, findings, format));
}

fn report_for(stream: &impl IsTerminal, map: &SourceMap, findings: &[Diagnostic], format: Format) -> String {
    let colour = if format == Format::Human && stream.is_terminal() { Colour::Ansi } else { Colour::None };
    let report = report::report(map, findings, format, colour);
    match format {
        Format::Github => report + &github::beside_annotations(map, findings),
        _ => report,
    }
}

/// `2 errors, 1 warning`, and how many findings the book stands by.
pub(crate) fn counts(built: &Built) -> String {
    let (errors, warnings) = report::count(&built.findings);
    let excepted = match built.excepted {
        0 => String::new(),
        count => format!(", {count} excepted"),
    };
    format!("{}, {}{excepted}", counted(errors, "error"), counted(warnings, "warning"))
}

/// The beginning of a text that may be very long, on one line. What must not be shown is hidden before: a part of it
/// looks like nothing.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// `1 page`, `2 pages`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
