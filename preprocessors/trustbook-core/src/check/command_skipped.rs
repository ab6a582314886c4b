//! A third-party preprocessor or output in book.toml is not run.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level};
use crate::trust::{Next, Trust};

pub(super) const CHECK: Check = Check {
    name: "command-skipped",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("command_skipped.md"),
    run: Run::Trust(run),
};

/// Commands whose work Trustbook does itself.
const REPLACED: &[&str] = &["output.linkcheck", "output.linkcheck2"];

fn run(trust: &Trust, findings: &mut Findings) {
    // Under mdBook, mdBook runs them.
    if trust.next == Next::Links {
        return;
    }
    let foreign = trust.config.foreign.iter().filter(|foreign| !REPLACED.contains(&foreign.value.as_str()));
    for foreign in foreign {
        findings.push(
            Diagnostic::new(foreign.span, format!("`[{}]` is not run: a build starts no process", foreign.value))
                .help("remove it, or set `command-skipped = \"allow\"` if only `mdbook build` is meant to run it"),
        );
    }
}
