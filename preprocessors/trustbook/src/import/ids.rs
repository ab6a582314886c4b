//! The ids of imported records, and the blocks that show them.

use super::ImportedPage;
use super::draft::Draft;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use trustbook_core::facts::Facts;

/// Gives every record an id, and returns the block of each group of each page. Records that the book has keep theirs.
pub(super) fn name(facts: &Facts, imported: &mut [ImportedPage]) -> Vec<Vec<String>> {
    let plain = |text: &str| text.trim().to_lowercase();
    let mut ids: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut known: BTreeMap<(&str, String), String> = BTreeMap::new();
    for record in &facts.register.records {
        ids.insert((record.kind.name, record.id.clone()));
        known.insert((record.kind.name, plain(&record.title())), record.id.clone());
        // A contact is known by its address, whatever its name.
        if let Some(email) = record.value("email") {
            known.insert((record.kind.name, plain(&email.text())), record.id.clone());
        }
    }
    let mut seen: BTreeMap<(&str, String), String> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for draft in imported.iter_mut().flat_map(|page| page.groups.iter_mut()).flat_map(|(_, drafts, _)| drafts) {
        let key = (draft.kind.name, plain(&draft.title()));
        // A page may name a company twice, for two purposes: that is one record more.
        let same = (key.0, draft.content());
        if let Some(id) = known.get(&key).or_else(|| seen.get(&same)) {
            // Without fields it is not written again, and its block still shows it.
            draft.id = id.clone();
            draft.fields.clear();
            continue;
        }
        draft.name(|id| ids.contains(&(key.0, id.to_owned())));
        ids.insert((key.0, draft.id.clone()));
        seen.insert(same, draft.id.clone());
        if draft.kind.name == "contact" {
            known.insert(key, draft.id.clone());
        }
    }
    for page in imported.iter() {
        page.groups.iter().for_each(|(block, ..)| *count.entry(block).or_default() += 1);
    }
    for contact in imported.iter_mut().flat_map(|page| &mut page.single.contacts) {
        let key = (contact.kind.name, plain(&contact.title()));
        if known.contains_key(&key) {
            contact.fields.clear();
            continue;
        }
        if ids.contains(&(key.0, contact.id.clone())) {
            contact.name(|id| ids.contains(&("contact", id.to_owned())));
        }
        ids.insert((key.0, contact.id.clone()));
        known.insert(key, contact.id.clone());
    }
    let is_whole = |block: &str, drafts: &[Draft]| {
        let others = facts.register.records.iter().filter(|record| record.kind.block == block);
        count.get(block) == Some(&1)
            && others.into_iter().all(|record| drafts.iter().any(|draft| draft.id == record.id))
    };
    let block = |(block, drafts, _): &(&'static str, Vec<Draft>, Range<usize>)| match is_whole(block, drafts) {
        true => format!("{{{{#{block}}}}}"),
        false => {
            let ids: String = drafts.iter().map(|draft| format!(" id={}", draft.id)).collect();
            format!("{{{{#{block}{ids}}}}}")
        }
    };
    imported.iter().map(|page| page.groups.iter().map(block).collect()).collect()
}
