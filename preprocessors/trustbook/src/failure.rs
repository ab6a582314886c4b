//! Failures of a command, with their help.

use std::process::ExitCode;

/// A failure of a command. An error in a book is a finding, not a failure.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    report: Option<String>,
    help: Option<String>,
    code: u8,
}

impl Failure {
    /// Returns a failure of the command's work, with exit code 3.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Failure { what: what.into(), report: None, help: None, code: 3 }
    }

    /// Returns a failure of usage, with exit code 2.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Failure { code: 2, ..Failure::new(what) }
    }

    /// Adds a report of findings, whose text must not contain control characters other than line ends.
    pub(crate) fn with_report(self, report: String) -> Self {
        Failure { report: Some(report), ..self }
    }

    /// Sets the help.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Failure { help: Some(help.into()), ..self }
    }

    /// Returns the failure with `change` applied to all its texts, for example to mask secrets.
    pub(crate) fn with(&self, change: &impl Fn(&str) -> String) -> Self {
        let changed = |text: &Option<String>| text.as_deref().map(change);
        Failure { what: change(&self.what), report: changed(&self.report), help: changed(&self.help), code: self.code }
    }

    /// Copies the help of another failure.
    pub(crate) fn helped_by(self, other: &Failure) -> Self {
        Failure { help: other.help.clone(), ..self }
    }

    /// Returns all texts of the failure, joined.
    pub(crate) fn text(&self) -> String {
        [Some(&self.what), self.report.as_ref(), self.help.as_ref()].into_iter().flatten().cloned().collect()
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn report(&self) -> Option<&str> {
        self.report.as_deref()
    }

    pub(crate) fn remedy(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Returns the failure of an operation on a file. `doing` is a participle such as "reading".
pub(crate) fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("{doing} {} failed: {error}", path.display()));
    match error.kind() {
        std::io::ErrorKind::StorageFull => failure.help("make room on the disk and run it again; nothing was changed"),
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => failure
            .help("give yourself permission to write there, or name another folder with --out; nothing was changed"),
        _ => failure,
    }
}
