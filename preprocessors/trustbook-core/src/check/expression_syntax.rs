//! The inside of a pair of braces can not be read.

use super::{Check, Findings, Run, slots};
use crate::diagnostic::{Diagnostic, Level};
use crate::expand::arguments::BadArgument;
use crate::expand::block::check_arguments;
use crate::page::What;
use crate::trust::Trust;

pub(super) const CHECK: Check = Check {
    name: "expression-syntax",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("expression_syntax.md"),
    run: Run::Trust(run),
};

fn run(trust: &Trust, findings: &mut Findings) {
    for slot in slots(&trust.pages) {
        match &slot.what {
            What::Malformed(malformed) => {
                findings.push(Diagnostic::new(slot.span, &malformed.why).help(&malformed.help));
            }
            What::Block(call) => {
                for bad in check_arguments(trust, call) {
                    if let BadArgument::Unreadable(malformed) = bad {
                        findings.push(Diagnostic::new(slot.span, malformed.why).help(malformed.help));
                    }
                }
            }
            What::Value(_) | What::Braces => {}
        }
    }
}
