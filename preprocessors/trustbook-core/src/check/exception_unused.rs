//! An exception stands for no finding, or tells readers something beside no value.

use super::{Check, Findings, Report, Run};
use crate::config::exception::{Exception, Kind};
use crate::diagnostic::{Diagnostic, Level};
use crate::exceptions::{self, Excepted, Exceptions, Places};
use crate::trust::Trust;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    name: "exception-unused",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("exception_unused.md"),
    run: Run::Report(run),
};

/// How many digits of a hash are suggested.
const DIGITS: usize = 16;

fn run(trust: &Trust, report: &Report, findings: &mut Findings) {
    if !trust.is_whole() {
        return;
    }
    let mut stands_for: BTreeMap<usize, Vec<&Excepted>> = BTreeMap::new();
    for excepted in &report.excepted {
        stands_for.entry(excepted.exception).or_default().push(excepted);
    }
    let (exceptions, places) = (Exceptions::of(trust), Places::of(&trust.facts));
    // The first finding that is still reported where an exception names its check and place.
    let mut left: BTreeMap<(&str, &str), &Diagnostic> = BTreeMap::new();
    for finding in &report.findings {
        for at in exceptions.at(finding) {
            left.entry((finding.check, at)).or_insert(finding);
        }
    }
    for (index, exception) in trust.config.trustbook.exceptions.iter().enumerate() {
        // A check that does not exist is reported there.
        if super::find(&exception.check.value).is_none() {
            continue;
        }
        let Some(matched) = stands_for.get(&index) else {
            let there = left.get(&(exception.check.value.as_str(), exception.at.value.as_str()));
            findings.push(unused(trust, there.copied(), exception));
            continue;
        };
        if let Some(note) = &exception.reader_note
            && matched.iter().all(|excepted| places.ids(&excepted.finding.place).is_empty())
        {
            findings.push(
                Diagnostic::new(note.span, "this note for readers stands beside no value of the register")
                    .help("take it out, and write it on the page"),
            );
        }
    }
}

fn unused(trust: &Trust, there: Option<&Diagnostic>, exception: &Exception) -> Diagnostic {
    let (name, at) = (&exception.check.value, &exception.at.value);
    match (&exception.kind, there) {
        (Kind::FalseAlarm { text }, Some(finding)) => {
            let hash: String = exceptions::hash(&trust.map, finding).chars().take(DIGITS).collect();
            let why = match text {
                Some(_) => format!("the text at `{at}` has changed since `{name}` was called a false alarm there"),
                None => format!("this exception from `{name}` does not say which text it is about"),
            };
            let place = text.as_ref().map_or(exception.span, |text| text.span);
            Diagnostic::new(place, why)
                .help(format!("look at the finding again; where it is wrong, write `text_sha256 = \"{hash}\"`"))
        }
        _ => Diagnostic::new(exception.span, format!("`{name}` finds nothing at `{at}`"))
            .help("take the exception out, or mend its `at`: a file of the book, or the id of a fact or record"),
    }
}
