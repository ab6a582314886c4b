//! The order of the migrations of an app: each after those that it depends on.

use super::super::code::Code;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The migrations of an app that a new database runs.
pub(super) struct Plan<'t> {
    /// The label of the app, if the migrations depend on each other by it.
    pub(super) label: Option<&'t str>,
    /// The indexes of the files, in order.
    pub(super) run: Vec<usize>,
}

/// Returns the name of a migration: that of its file.
pub(super) fn name<'t>(code: &Code<'t>) -> &'t str {
    let file = code.path().rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".py").unwrap_or(file)
}

/// Returns the files of an app in the order in which a new database runs them. A squashed migration takes the place of
/// those that it replaces.
pub(super) fn plan<'t>(files: &[Code<'t>]) -> Plan<'t> {
    let by_name: BTreeMap<&str, usize> = files.iter().enumerate().map(|(at, file)| (name(file), at)).collect();
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut after: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut replaced: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let needed = pairs(file, "dependencies");
        for (label, _) in needed.iter().filter(|(_, name)| by_name.contains_key(name)) {
            *labels.entry(label).or_default() += 1;
        }
        after.push(needed);
        replaced.extend(pairs(file, "replaces").into_iter().map(|(_, name)| (name, at)));
    }
    let label = labels.into_iter().max_by_key(|(_, count)| *count).map(|(label, _)| label);
    // A migration that is squashed again leads to the last one.
    let at_of = |name: &str| {
        let mut at = replaced.get(name).or_else(|| by_name.get(name)).copied();
        for _ in 0..files.len() {
            match at.and_then(|at| files.get(at)).and_then(|file| replaced.get(self::name(file))) {
                Some(next) if Some(*next) != at => at = Some(*next),
                _ => break,
            }
        }
        at
    };
    let is_run = |at: usize| files.get(at).is_some_and(|file| !replaced.contains_key(name(file)));
    let mut waiting: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut followers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, needed) in after.iter().enumerate().filter(|(at, _)| is_run(*at)) {
        let own = needed.iter().filter(|(of, _)| label.is_none_or(|label| *of == label));
        let needed: BTreeSet<usize> = own.filter_map(|(_, name)| at_of(name)).filter(|other| *other != at).collect();
        needed.iter().for_each(|other| followers.entry(*other).or_default().push(at));
        waiting.insert(at, needed);
    }
    let mut ready: BTreeSet<(&str, usize)> = BTreeSet::new();
    let key = |at: usize| (files.get(at).map_or("", name), at);
    ready.extend(waiting.iter().filter(|(_, needed)| needed.is_empty()).map(|(at, _)| key(*at)));
    let mut run = Vec::new();
    while let Some((_, at)) = ready.pop_first() {
        run.push(at);
        waiting.remove(&at);
        for other in followers.remove(&at).unwrap_or_default() {
            if let Some(needed) = waiting.get_mut(&other) {
                needed.remove(&at);
                if needed.is_empty() {
                    ready.insert(key(other));
                }
            }
        }
    }
    // Migrations that wait for each other are run by name.
    let mut rest: Vec<usize> = waiting.into_keys().collect();
    rest.sort_by_key(|at| key(*at));
    run.extend(rest);
    Plan { label, run }
}

/// Returns the pairs in a list such as `dependencies = [("app", "0001_initial")]`.
fn pairs<'t>(code: &Code<'t>, list: &str) -> Vec<(&'t str, &'t str)> {
    let Some(value) = assigned(code, list) else { return Vec::new() };
    let pair = |range: Range<usize>| {
        let parts = code.arguments(code.inside(range.start));
        let text = |at: usize| parts.get(at).map(|part| code.of(part.value.start).trim_matches(['"', '\'']));
        Some((text(0)?, text(1)?)).filter(|_| code.is(range.start, "("))
    };
    code.arguments(code.inside(value)).into_iter().filter_map(|entry| pair(entry.value)).collect()
}

/// Returns the bracket that opens the list with this name.
pub(super) fn assigned(code: &Code<'_>, list: &str) -> Option<usize> {
    let is_it = |at: &usize| code.word(*at) == Some(list) && code.is(at + 1, "=") && code.is(at + 2, "[");
    (0..code.tokens.len()).find(is_it).map(|at| at + 2)
}
