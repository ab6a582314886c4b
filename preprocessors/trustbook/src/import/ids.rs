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
    // A company or a cookie that several pages name is one record, where one of them says all that the others do.
    let mut fullest: BTreeMap<(&str, String), Vec<Draft>> = BTreeMap::new();
    for draft in imported.iter().flat_map(|page| &page.groups).flat_map(|(_, drafts, _)| drafts) {
        let same = fullest.entry((draft.kind.name, plain(&draft.title()))).or_default();
        if !same.iter().any(|other| draft.is_within(other)) {
            same.retain(|other| !other.is_within(draft));
            same.push(draft.clone());
        }
    }
    let mut named: BTreeSet<(&str, String)> = ids.clone();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for draft in imported.iter_mut().flat_map(|page| page.groups.iter_mut()).flat_map(|(_, drafts, _)| drafts) {
        let key = (draft.kind.name, plain(&draft.title()));
        if let Some(id) = known.get(&key) {
            // Without fields it is not written again, and its block still shows it.
            draft.id = id.clone();
            draft.fields.clear();
            continue;
        }
        // A page may name a company twice, for two purposes: that is one record more.
        let same = fullest.get_mut(&key).map(Vec::as_mut_slice).unwrap_or_default();
        let Some(full) = same.iter_mut().find(|full| draft.is_within(full)) else { continue };
        if full.id.is_empty() {
            full.name(|id| named.contains(&(key.0, id.to_owned())));
            named.insert((key.0, full.id.clone()));
        }
        draft.id = full.id.clone();
        // It is written once, from the page that says the most.
        if draft.content() != full.content() || !ids.insert((key.0, draft.id.clone())) {
            draft.fields.clear();
        }
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
