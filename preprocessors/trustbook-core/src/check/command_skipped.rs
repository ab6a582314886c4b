//! A third-party preprocessor or output in book.toml is not run.

use super::{Check, Findings, Run};
use crate::book::{Book, Next};
use crate::config::foreign::BUILT_IN;
use crate::diagnostic::Diagnostic;

pub(super) const CHECK: Check = Check::warn("command-skipped", include_str!("command_skipped.md"), Run::Book(run));

/// Outputs whose work Trustbook does itself.
const REPLACED: &[&str] = &["output.linkcheck", "output.linkcheck2"];

fn run(book: &Book, findings: &mut Findings) {
    // Under mdBook, mdBook runs them.
    if book.next == Next::Links {
        return;
    }
    for foreign in &book.config.foreign {
        let is_done = foreign.preprocessor.as_deref().is_some_and(|name| BUILT_IN.contains(&name))
            || REPLACED.contains(&foreign.table.as_str());
        if is_done {
            continue;
        }
        let rest = "remove it, or set `command-skipped = \"allow\"` if only `mdbook build` is meant to run it";
        let help = match foreign.allowance() {
            Some(allowance) => {
                format!("if you trust it, run it with `--allow-preprocessor {}`; otherwise {rest}", quoted(&allowance))
            }
            None => rest.to_owned(),
        };
        findings.push(
            Diagnostic::new(foreign.span, format!("`[{}]` is not run: a book cannot start a program", foreign.table))
                .help(help),
        );
    }
}

/// Returns an argument as a shell reads it.
fn quoted(argument: &str) -> String {
    match argument.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./=".contains(&byte)) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}
