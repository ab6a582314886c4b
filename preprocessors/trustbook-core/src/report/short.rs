//! The short report: `src/privacy.md:12:8: error[fact-unknown]: no fact ...`, one line for each finding.

use super::{harmless, located};
use crate::diagnostic::Diagnostic;
use crate::span::SourceMap;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic]) -> String {
    findings
        .iter()
        .map(|finding| {
            let (path, positions) = located(map, &finding.place);
            let at = positions.map_or_else(String::new, |(start, _)| format!(":{}:{}", start.line, start.column));
            let (path, message) = (harmless(&path), harmless(&finding.message));
            format!("{path}{at}: {}[{}]: {message}\n", finding.level.word(), finding.check)
        })
        .collect()
}
