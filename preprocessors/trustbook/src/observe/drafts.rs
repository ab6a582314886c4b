//! Drafts of records for what an observation has seen and the register does not declare.

use crate::failure::{Failure, io};
use crate::rewrite::{self, Rewrite};
use crate::{place, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use trustbook_core::Book;
use trustbook_core::claim::declared::{self, Declared};
use trustbook_core::claim::hosts::{Hosts, site_of};
use trustbook_core::observation::Observation;
use trustbook_core::register::Record;
use trustbook_core::toml_tree::quoted;
use trustbook_core::world::MAX_FILE;

/// Returns the drafts, each a table of TOML; empty if everything is declared.
pub(super) fn text(content: &Book, found: &Observation) -> String {
    let mut out = String::new();
    let records: Vec<&Record> = content.facts.register.of_kind("cookie").collect();
    let mut taken: BTreeSet<String> = records.iter().map(|record| record.id.clone()).collect();
    let own = found.url.host_str().map(site_of);
    let mut seen: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (kept, _) in declared::declared(&records, found).into_iter().filter(|(_, known)| *known == Declared::No) {
        if !seen.insert((kept.kind.to_owned(), kept.name.to_owned(), kept.domain.clone())) {
            continue;
        }
        let party = if Some(site_of(&kept.domain)) == own { "first" } else { "third" };
        let (lines, id) = declared::draft(&kept, &|id| !taken.contains(id));
        taken.insert(id);
        out.push_str(&format!(
            "\n# check: its `purpose` and `category`; seen {} consent, {party} party\n{}\n",
            kept.when.word(),
            lines.join("\n")
        ));
    }
    let known = Hosts::of(&content.facts, content.config.trustbook.site_url.as_ref(), found, |_| true);
    let mut sites: BTreeMap<String, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for host in found.hosts.iter().filter(|host| !known.has(&host.host)) {
        let (hosts, purposes) = sites.entry(site_of(&host.host)).or_default();
        hosts.insert(host.host.trim_end_matches('.'));
        purposes.insert(&host.purpose);
    }
    let companies: BTreeSet<&str> =
        content.facts.register.of_kind("subprocessor").map(|record| record.id.as_str()).collect();
    for (site, (hosts, purposes)) in sites {
        let id: String = site.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let id = if companies.contains(id.as_str()) { format!("{id}-hosts") } else { id };
        let hosts: Vec<String> = hosts.into_iter().map(quoted).collect();
        let purposes: Vec<&str> = purposes.into_iter().collect();
        out.push_str(&format!(
            "\n# check: whose it is and what for; it was contacted for: {}\n[[subprocessor]]\nid = {}\nhosts = [{}]\n",
            purposes.join(", "),
            quoted(&id),
            hosts.join(", ")
        ));
    }
    out
}

/// Adds drafts to a file of the register, and returns its path in the book.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub(super) fn write(book: &Path, name: &str, found: &Observation, drafts: &str) -> Result<String, Failure> {
    let path = format!("facts/observed-{name}.toml");
    let before = match plain::read(book, Path::new(&path), MAX_FILE) {
        Ok(before) => before,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let source = format!("observation `{name}`");
            let head = format!(
                "#:schema ../.trustbook/register.schema.json\n# Drafts from an observation: each needs what its comment names.\n\n\
                 [defaults]\nsource = {}\nstated = {}\n",
                quoted(&source),
                found.on
            );
            place::place(book, &[(path.clone(), format!("{head}{drafts}"))])?;
            return Ok(path);
        }
        Err(error) => return Err(io("reading", &book.join(&path), &error)),
    };
    let after = [before.as_slice(), drafts.as_bytes()].concat();
    rewrite::write(book, &[Rewrite { path: path.clone(), before, after }])?;
    Ok(path)
}
