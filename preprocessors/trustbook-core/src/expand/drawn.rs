//! The data that a block is drawn from, by its word.

use super::arguments::FACTS;
use super::special::Special;
use super::{changes, fields, freshness, inventory, overview};
use crate::register::kinds::{KINDS, RecordKind};

/// All special blocks.
const SPECIALS: &[Special] = &[changes::BLOCK, fields::BLOCK, freshness::BLOCK, inventory::BLOCK, overview::BLOCK];

/// The blocks that do not show the records of one kind, each with a description, sorted by name.
pub const OTHER_BLOCKS: &[(&str, &str)] = &[
    (changes::BLOCK.word, "Changes for customers, newest first."),
    (FACTS, "Facts that belong to no record."),
    (fields::BLOCK.word, "The contents of the fields of a data model's tables."),
    (freshness::BLOCK.word, "The number of facts and records of the whole book, by age."),
    (inventory::BLOCK.word, "All personal data by category, with the fields that hold it."),
    (overview::BLOCK.word, "What a buyer wants first, or tiles with certifications and facts."),
];

/// The data that a block is drawn from.
pub(super) enum Drawn {
    /// The records of a kind.
    Kind(&'static RecordKind),
    /// Free facts.
    Facts,
    /// Data that the block collects itself.
    Special(&'static Special),
    /// The whole register: the block is the theme's own.
    Own,
}

impl Drawn {
    /// Returns the data for the block of a word.
    pub(super) fn of(word: &str) -> Self {
        if let Some(kind) = KINDS.iter().find(|kind| kind.block == word) {
            return Drawn::Kind(kind);
        }
        if word == FACTS {
            return Drawn::Facts;
        }
        SPECIALS.iter().find(|special| special.word == word).map_or(Drawn::Own, Drawn::Special)
    }
}

#[cfg(test)]
mod tests {
    use super::{FACTS, OTHER_BLOCKS, SPECIALS};

    #[test]
    fn every_block_without_a_kind_is_described() {
        let mut words: Vec<&str> = SPECIALS.iter().map(|special| special.word).chain([FACTS]).collect();
        words.sort_unstable();
        assert_eq!(OTHER_BLOCKS.iter().map(|(word, _)| *word).collect::<Vec<_>>(), words);
    }
}
