//! Sources that are files of the book: which of them are not what the lock has.

use super::Facts;
use crate::lock::Lock;
use crate::register::source;
use crate::register::value::Value;
use crate::schema::index::hex;
use crate::world::World;
use sha2::{Digest, Sha256};

/// The ids of the sources whose file has changed since somebody looked, sorted.
pub fn changed(world: &dyn World, facts: &Facts, lock: &Lock) -> Vec<String> {
    let of_files = facts.register.of_kind(source::KIND).filter(|record| record.word("kind") == Some("file"));
    let is_changed = |path: &str, sha256: &str| match world.read(path) {
        Ok(bytes) => hex(&Sha256::digest(&bytes)) != sha256,
        Err(_) => true,
    };
    let mut changed: Vec<String> = of_files
        .filter_map(|record| {
            let path = record.value("path").map(Value::text)?;
            let entry = lock.source(&record.id).filter(|entry| entry.from == path)?;
            is_changed(&path, &entry.sha256).then(|| record.id.clone())
        })
        .collect();
    changed.sort();
    changed
}
