//! Findings that GitHub does not show as annotations: all of them go into the summary of the step.

use crate::output::{counted, say};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::report::{self, Colour, Format};
use trustbook_core::span::SourceMap;

/// The file that a runner shows as the summary of a step; each step has its own.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary>
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// What a summary holds at most; of a larger one nothing is shown.
const LARGEST: usize = 1024 * 1024;

/// Writes the summary of the step, and gives what is printed behind the annotations: that there are more findings, or,
/// where there is no summary, these findings in the short form.
pub(crate) fn beside_annotations(map: &SourceMap, findings: &[Diagnostic]) -> String {
    let rest = report::unannotated(findings);
    let file = std::env::var_os(SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from);
    let written = file.map(|file| append(&file, map, findings));
    if let Some(Err(error)) = &written {
        say(&format!("warning: the summary of the step can not be written: {error}"));
    }
    match (rest.is_empty(), written) {
        (true, _) => String::new(),
        (false, Some(Ok(()))) => {
            let count = counted(rest.len(), "finding");
            format!("{count} without an annotation: the summary of this step lists them\n")
        }
        (false, _) => report::report(map, &rest, Format::Short, Colour::None),
    }
}

fn append(path: &Path, map: &SourceMap, findings: &[Diagnostic]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(LARGEST);
    // What stands there already may end within a line or a table.
    let apart = if taken == 0 { "" } else { "\n\n" };
    let summary = report::summary(map, findings, LARGEST.saturating_sub(taken + apart.len()));
    if summary.is_empty() {
        return Err(std::io::Error::other("it has no room left"));
    }
    file.write_all(format!("{apart}{summary}").as_bytes())
}
