//! Which files under `src` may be published at all.

use crate::world::Entry;

/// Ends of names that are keys, databases or backups.
const ENDINGS: &[&str] = &[
    "~", ".bak", ".crt", ".gpg", ".jks", ".kdbx", ".key", ".old", ".orig", ".p12", ".pem", ".pfx", ".rej", ".sqlite",
    ".swo", ".swp", ".tmp",
];

/// Why a file must not be published. `path` is relative to `src`.
pub fn forbidden(entry: &Entry, path: &str) -> Option<&'static str> {
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
