//! A file under `src` is of a kind that must never be published.

use super::{Check, Findings, Run};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::trust::Trust;
use crate::world::Entry;

pub(super) const CHECK: Check = Check {
    name: "file-forbidden",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("file_forbidden.md"),
    run: Run::Trust(run),
};

const ENDINGS: &[&str] = &[
    "~", ".bak", ".crt", ".gpg", ".jks", ".kdbx", ".key", ".old", ".orig", ".p12", ".pem", ".pfx", ".rej", ".sqlite",
    ".swo", ".swp", ".tmp",
];

fn run(trust: &Trust, findings: &mut Findings) {
    let src = format!("{}/", trust.config.src);
    for entry in &trust.files {
        let path = entry.path.strip_prefix(src.as_str()).unwrap_or(&entry.path);
        if let Some(why) = why(entry, path) {
            findings.push(
                Diagnostic::new(Place::File(entry.path.clone()), format!("`{path}` must not be published: {why}"))
                    .help(format!("move it out of `{src}`: mdBook publishes every file there")),
            );
        }
    }
}

/// Why a file must not be published.
pub(crate) fn why(entry: &Entry, path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if !entry.plain {
        Some("it is a link, a pipe or a device")
    } else if path.split('/').any(|part| part.starts_with('.')) && !path.starts_with(".well-known/") {
        Some("its name, or that of its folder, begins with a dot")
    } else if name.starts_with("id_rsa") || name.starts_with("id_ed25519") {
        Some("it looks like a private key")
    } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        Some("it looks like a key, a database or a backup")
    } else {
        None
    }
}
