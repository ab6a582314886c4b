//! An exception accepts no finding or explains no value, or an exclusion matches no link.

use super::{Check, Findings, Report, Run};
use crate::book::Book;
use crate::config::Config;
use crate::config::exception::{Exception, ExceptionKind};
use crate::diagnostic::{Diagnostic, Place};
use crate::exceptions;
use crate::site::Site;
use crate::site::outside::{LinkAnswer, OutsideLink};
use crate::suggest::nearest;

pub(super) const CHECK: Check = Check::warn("exception-unused", include_str!("exception_unused.md"), Run::Report(run));

/// The number of digits of a hash in a suggestion.
const DIGITS: usize = 16;
/// The checks whose findings depend on the answers of servers.
const OF_ANSWERS: &[&str] = &["anchor-broken", "link-broken", "link-insecure", "link-moved", "link-unknown"];

fn run(book: &Book, site: &Site, report: &Report, findings: &mut Findings) {
    if !book.is_whole() {
        return;
    }
    exclusions(&book.config, site, findings);
    for (index, exception) in book.config.trustbook.exceptions.iter().enumerate() {
        // `config-invalid` reports a check that does not exist or allows no exceptions.
        let check = exception.check.value.as_str();
        if super::find(check).is_none() || exceptions::NEVER.contains(&check) {
            continue;
        }
        let mut matched = report.excepted.iter().filter(|excepted| excepted.exceptions.contains(&index)).peekable();
        if matched.peek().is_none() && is_open(book, site, exception) {
            continue;
        } else if matched.peek().is_none() {
            findings.push(unused(book, report, exception));
        } else if let Some(note) = &exception.reader_note
            && matched.all(|excepted| exceptions::ids(&book.facts, &excepted.finding.place).is_empty())
        {
            findings.push(
                Diagnostic::new(note.span, "this note for readers belongs to no value of the register")
                    .help("remove it, and write it on the page"),
            );
        }
    }
}

/// Returns true if the exception may be about an external link whose state is unknown.
fn is_open(book: &Book, site: &Site, exception: &Exception) -> bool {
    let Some(check) = OF_ANSWERS.iter().find(|check| **check == exception.check.value) else { return false };
    let may_be_about = |link: &OutsideLink| {
        let name = vec![link.url.to_string()];
        let is_at = |place: &Place| {
            let finding = Diagnostic { check, ..Diagnostic::new(place.clone(), "").named(name.clone()) };
            exceptions::is_at(book, exception, &finding)
        };
        matches!(link.answer, None | Some(LinkAnswer::Unknown { .. })) && link.places.iter().any(is_at)
    };
    site.outside.links.iter().any(may_be_about)
}

/// Reports exclusions that match no link of the site.
fn exclusions(config: &Config, site: &Site, findings: &mut Findings) {
    for pattern in &config.trustbook.links.exclude {
        let fits = |link: &OutsideLink| {
            pattern.value.fits(link.url.as_str()) || link.written.iter().any(|url| pattern.value.fits(url))
        };
        if !site.outside.links.iter().any(fits) {
            findings.push(
                Diagnostic::new(pattern.span, format!("`{}` excludes no link", pattern.value.text()))
                    .help("remove or correct it: it is the beginning of an address, and `*` matches any text"),
            );
        }
    }
}

fn unused(book: &Book, report: &Report, exception: &Exception) -> Diagnostic {
    let (name, at) = (&exception.check.value, &exception.at.value);
    let there = report.findings.iter().find(|finding| exceptions::is_at(book, exception, finding));
    match (&exception.kind, there) {
        (ExceptionKind::FalseAlarm { text }, Some(finding)) => {
            let hash: String = exceptions::hash(&book.map, finding).chars().take(DIGITS).collect();
            let why = match text {
                Some(_) => format!("the text at `{at}` has changed since `{name}` was marked as a false alarm there"),
                None => format!("this exception from `{name}` does not identify the text that it is about"),
            };
            let place = text.as_ref().map_or(exception.span, |text| text.span);
            Diagnostic::new(place, why)
                .help(format!("review the finding; if it is a false alarm, write `text_sha256 = \"{hash}\"`"))
        }
        _ => {
            let finding = Diagnostic::new(exception.span, format!("`{name}` has no finding at `{at}`"));
            match meant(book, at) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).edit(exception.at.span, format!("\"{near}\""))
                }
                None => finding.help(
                    "remove the exception, or correct its `at`: a file of the book, or the id of a fact or record",
                ),
            }
        }
    }
}

/// Returns the likely correction of a file or an id that does not exist.
fn meant(book: &Book, at: &str) -> Option<String> {
    let mut known: Vec<&str> = book.map.files().map(|(_, file)| file.path()).chain(book.facts.ids()).collect();
    for need in super::asked(&book.config) {
        known.extend(need.names());
    }
    if book.facts.find(at).is_some() || known.contains(&at) {
        return None;
    }
    nearest(at, known).map(str::to_owned)
}
