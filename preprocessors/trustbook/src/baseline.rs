//! `--baseline FILE`: findings that another branch already has do not fail this one.

use crate::failure::{Failure, io};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use trustbook_core::diagnostic::{Diagnostic, Level, Place};
use trustbook_core::span::SourceMap;

/// The number of times that the baseline has each finding, by check, file and message. Lines move, so the key
/// omits them.
pub(crate) type Baseline = BTreeMap<(String, String, String), usize>;

/// Reads the report of another branch, in the format `json`.
///
/// # Errors
/// Returns an error if the file cannot be read, or if one of its lines is not a finding.
pub(crate) fn read(path: &Path) -> Result<Baseline, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| io("reading", path, &error))?;
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
        let file = match &finding.place {
            Place::At(span) => map.file(span.file).path().to_owned(),
            Place::File(path) | Place::InFile { path, .. } => path.clone(),
        };
        // The report that serves as the baseline has stars instead of secrets.
        let shown = |text: &str| map.masked(text).into_owned();
        let key = (finding.check.to_owned(), shown(&file), shown(&finding.message));
        let Some(left) = baseline.get_mut(&key) else { continue };
        if *left > 0 && finding.level == Level::Deny {
            finding.level = Level::Warn;
            finding.level_reason = Some("the baseline already has it".to_owned());
        }
        *left = left.saturating_sub(1);
    }
}
