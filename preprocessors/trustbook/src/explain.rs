//! `trustbook explain`: the page of a check.

use crate::failure::Failure;
use crate::output;
use std::process::ExitCode;
use trustbook_core::check::{self, CHECKS, Check};
use trustbook_core::suggest::nearest;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The check; without it, all are listed.
    check: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let Some(name) = &args.check else {
        output::print(&CHECKS.iter().map(line).collect::<String>());
        return Ok(ExitCode::SUCCESS);
    };
    let kebab = name.replace('_', "-");
    match check::find(&kebab) {
        Some(check) => {
            output::print(check.page);
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let failure = Failure::usage(format!("there is no check `{name}`"));
            Err(match nearest(&kebab, CHECKS.iter().map(|check| check.name)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`trustbook explain` lists the checks"),
            })
        }
    }
}

/// A check's name and its first sentence.
fn line(check: &Check) -> String {
    let sentence = check.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    format!("{:<22} {:<8} {sentence}\n", check.name, check.level.word())
}
