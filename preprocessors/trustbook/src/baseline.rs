//! Baselines, whose findings fail no build: those of another branch (`--baseline FILE`), and those of the book itself.

use crate::failure::{Failure, io};
use crate::output::counted;
use crate::plain;
use crate::rewrite::{self, Rewrite};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use trustbook_core::diagnostic::{Diagnostic, Level, Place};
use trustbook_core::exceptions;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::span::SourceMap;
use trustbook_core::world::MAX_FILE;

/// The baseline of a book, relative to it.
pub(crate) const PATH: &str = ".trustbook/baseline.json";
/// The version of the format of that file. Its first line names it, with the version of the command that wrote it; files
/// of version 0 have no such line.
const VERSION: u64 = 1;
/// The checks that a baseline of a book never covers, besides those without exceptions: anyone can change the file in a
/// pull request.
const NEVER: &[&str] = &["active-content", "path-clash", "secret-exposed"];

/// The number of times that the baseline has each finding, by check, file and message. Lines move, so the key
/// omits them.
pub(crate) type Baseline = BTreeMap<(String, String, String), usize>;

/// Reads the report of another branch, in the format `json`.
///
/// # Errors
/// Returns an error if the file cannot be read, or if one of its lines is not a finding.
pub(crate) fn read(path: &Path) -> Result<Baseline, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| io("reading", path, &error))?;
    let (_, text) = of_version(&text)?;
    parsed(path, text)
}

fn parsed(path: &Path, text: &str) -> Result<Baseline, Failure> {
    let mut baseline = Baseline::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Some(key) = serde_json::from_str(line).ok().as_ref().and_then(key) else {
            let why = format!("{}, line {}: this is not a finding", path.display(), number + 1);
            return Err(
                Failure::usage(why).help("create it with `trustbook check --format json > FILE` on the other branch")
            );
        };
        *baseline.entry(key).or_default() += 1;
    }
    Ok(baseline)
}

fn key(finding: &Json) -> Option<(String, String, String)> {
    let text = |name: &str| finding.get(name).and_then(Json::as_str).map(str::to_owned);
    Some((text("check")?, text("file")?, text("message")?))
}

/// Downgrades the errors that the baseline has to warnings. An invalid book.toml stays an error.
pub(crate) fn apply(map: &SourceMap, findings: &mut [Diagnostic], mut baseline: Baseline) {
    for finding in findings.iter_mut().filter(|finding| finding.check != "config-invalid") {
        let Some(left) = baseline.get_mut(&key_of(map, finding)) else { continue };
        if *left > 0 && finding.level == Level::Deny {
            finding.level = Level::Warn;
            finding.level_reason = Some("the baseline already has it".to_owned());
        }
        *left = left.saturating_sub(1);
    }
}

fn key_of(map: &SourceMap, finding: &Diagnostic) -> (String, String, String) {
    let file = match &finding.place {
        Place::At(span) => map.file(span.file).path().to_owned(),
        Place::File(path) | Place::InFile { path, .. } => path.clone(),
    };
    // A report that is read as a baseline has stars in place of secrets.
    let shown = |text: &str| map.masked(text).into_owned();
    (finding.check.to_owned(), shown(&file), shown(&finding.message))
}

/// Removes the findings that the baseline of the book has, and returns a sentence with their number, or `None` without
/// a baseline.
///
/// # Errors
/// Returns an error if the baseline exists but cannot be read.
pub(crate) fn leave_out(
    book: &Path,
    map: &SourceMap,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<String>, Failure> {
    let Some(text) = text_of(book)? else { return Ok(None) };
    let (is_old, text) = of_version(&text)?;
    let mut baseline = parsed(Path::new(PATH), text)?;
    let before = findings.len();
    findings.retain(|finding| match baseline.get_mut(&key_of(map, finding)) {
        Some(left) if *left > 0 && can_hold(finding) => {
            *left -= 1;
            false
        }
        _ => true,
    });
    let (held, gone) = (before - findings.len(), baseline.values().sum::<usize>());
    let mut said = format!("{PATH} holds {}", counted(held, "finding"));
    if gone > 0 {
        said.push_str(&format!(", and {gone} more that are gone: `trustbook check --update-baseline` removes them"));
    }
    if is_old {
        said.push_str("; it is of an earlier version: `trustbook check --update-baseline` renews it");
    }
    Ok(Some(said))
}

/// Writes the findings that a baseline can hold to that of the book, removes them from `findings`, and returns a
/// sentence with their number.
///
/// # Errors
/// Returns an error if the old baseline cannot be read, or the new one cannot be written.
pub(crate) fn update(book: &Path, map: &SourceMap, findings: &mut Vec<Diagnostic>) -> Result<String, Failure> {
    let (held, rest): (Vec<Diagnostic>, Vec<Diagnostic>) = std::mem::take(findings).into_iter().partition(can_hold);
    *findings = rest;
    let head = json!({ "baseline": VERSION, "trustbook": env!("CARGO_PKG_VERSION") });
    let after = format!("{head}\n{}", report::report(map, &held, ReportFormat::Json, Colour::None));
    match text_of(book)? {
        Some(before) => {
            of_version(&before)?;
            let rewrite = Rewrite { path: PATH.to_owned(), before: before.into_bytes(), after: after.into_bytes() };
            rewrite::write(book, &[rewrite])?;
        }
        None => {
            let folder = book.join(".trustbook");
            std::fs::create_dir(&folder).or_else(|error| match error.kind() {
                ErrorKind::AlreadyExists => Ok(()),
                _ => Err(io("making", &folder, &error)),
            })?;
            rewrite::create(book, PATH, after.as_bytes())?;
        }
    }
    Ok(format!("{PATH} holds {} now: a build fails on new ones only", counted(held.len(), "finding")))
}

/// Returns true if the baseline of a book is of an earlier version, and its findings.
fn of_version(text: &str) -> Result<(bool, &str), Failure> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let head: Json = serde_json::from_str(first).unwrap_or_default();
    match head.get("baseline").and_then(Json::as_u64) {
        None => Ok((true, text)),
        Some(version) if version <= VERSION => Ok((version < VERSION, rest)),
        Some(_) => {
            // Anybody can write another text there.
            let is_version = |text: &&str| text.len() < 20 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
            let writer = head.get("trustbook").and_then(Json::as_str).filter(is_version);
            let help = match writer {
                Some(version) => format!("install trustbook {version} or later"),
                None => "install the newest version of trustbook".to_owned(),
            };
            Err(Failure::usage("the baseline was written by a later version of `trustbook`").help(help))
        }
    }
}

fn can_hold(finding: &Diagnostic) -> bool {
    !NEVER.contains(&finding.check) && !exceptions::NEVER.contains(&finding.check)
}

/// Returns the text of the baseline of a book, if it has one.
fn text_of(book: &Path) -> Result<Option<String>, Failure> {
    match plain::read(book, Path::new(PATH), MAX_FILE) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        // A file behind a link does not belong to the book.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidInput) => Ok(None),
        Err(error) => Err(io("reading", Path::new(PATH), &error)),
    }
}
