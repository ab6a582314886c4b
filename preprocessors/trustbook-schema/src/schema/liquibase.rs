//! Liquibase: changelogs in XML and YAML, replayed without a database.

mod xml;

use super::element::{Changelog, Element};
use super::sql::changelog;
use super::tree::{self, Notes};
use super::{Language, Schema, SchemaFile, SchemaProblem};
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const LANGUAGE: Language = Language {
    name: "liquibase",
    endings: &[".xml", ".yaml", ".yml"],
    in_folder: None,
    is_it: |text| text.contains("databaseChangeLog"),
    read,
    page: include_str!("liquibase.md"),
};

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let mut schema = Schema::default();
    let mut logs: Vec<Changelog<'_>> = Vec::new();
    for file in files.iter().filter(|file| files.len() == 1 || file.text.contains("databaseChangeLog")) {
        if file.text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).starts_with('<') {
            let (root, comments) = xml::read(*file, &mut schema.problems);
            logs.extend(root.map(|root| Changelog { file: *file, root, comments }));
        } else {
            let mut notes = Notes::new(*file);
            let tree = tree::read(file.text, &mut notes);
            let root = tree.root().and_then(|root| root.entry("databaseChangeLog"));
            let root = root.map(|entry| Element::of_yaml("databaseChangeLog", entry.node, entry.range()));
            notes.finish(&mut schema);
            logs.extend(root.map(|root| Changelog { file: *file, root, comments: Vec::new() }));
        }
    }
    let order = Order::of(&logs, &mut schema.skipped);
    let mut read = changelog::read(&logs, &order.changes);
    schema.problems.append(&mut read.problems);
    schema.skipped.append(&mut read.skipped);
    schema.tables = read.tables;
    schema
}

/// The changesets of all changelogs, in the order in which Liquibase runs them.
struct Order<'l, 't> {
    logs: &'l [Changelog<'t>],
    by_path: BTreeMap<&'l str, usize>,
    seen: BTreeSet<usize>,
    /// The index of the changelog, and the changeset or another element of it.
    changes: Vec<(usize, &'l Element)>,
}

impl<'l, 't> Order<'l, 't> {
    fn of(logs: &'l [Changelog<'t>], skipped: &mut Vec<SchemaProblem>) -> Self {
        let by_path = logs.iter().enumerate().map(|(at, log)| (log.file.path, at)).collect();
        let mut order = Order { logs, by_path, seen: BTreeSet::new(), changes: Vec::new() };
        let mut included = BTreeSet::new();
        for (at, log) in logs.iter().enumerate() {
            for element in &log.root.children {
                included.extend(order.included(at, element).unwrap_or_default());
            }
        }
        let roots: Vec<usize> = (0..logs.len()).filter(|at| !included.contains(at)).collect();
        // Files that include each other in a circle have no root.
        for at in roots.into_iter().chain(0..logs.len()) {
            order.visit(at, 0, skipped);
        }
        order
    }

    fn visit(&mut self, at: usize, depth: usize, skipped: &mut Vec<SchemaProblem>) {
        let Some(log) = self.logs.get(at).filter(|_| self.seen.insert(at)) else { return };
        for element in &log.root.children {
            match self.included(at, element) {
                None => self.changes.push((at, element)),
                Some(files) if !files.is_empty() && depth < 64 => {
                    files.into_iter().for_each(|file| self.visit(file, depth + 1, skipped));
                }
                Some(_) => skipped.push(SchemaProblem {
                    span: Span::new(log.file.file, element.range.clone()),
                    what: "the changelog that is included here is not read".to_owned(),
                    help:
                        "name the folder with all changelogs; those in SQL are read with the language of the database"
                            .to_owned(),
                }),
            }
        }
    }

    /// Returns the changelogs that an element includes, in order; `None` if it includes none.
    fn included(&self, at: usize, element: &Element) -> Option<Vec<usize>> {
        let all = element.name == "includeAll";
        let path = element.attribute(if all { "path" } else { "file" })?;
        if !all && element.name != "include" {
            return None;
        }
        let path = path.trim_start_matches("classpath:").trim_start_matches("./").trim_matches('/');
        let own = self.logs.get(at).map_or("", |log| log.file.path);
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
        if let Some(exact) = self.by_path.get(beside.as_str()).filter(|other| !all && **other != at) {
            return Some(vec![*exact]);
        }
        // A path can also begin at a folder of the class path.
        let end = format!("/{path}");
        let found = self.by_path.iter().filter(|(known, other)| {
            let known = if all { known.rsplit_once('/').map_or("", |(folder, _)| folder) } else { **known };
            **other != at && (known == beside || known == path || known.ends_with(&end))
        });
        Some(found.map(|(_, at)| *at).collect())
    }
}

#[cfg(test)]
mod tests;
