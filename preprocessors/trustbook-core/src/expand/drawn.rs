//! From what a block is drawn, by its word.

use super::arguments::FACTS;
use super::special::Special;
use super::{changes, fields, freshness, inventory, overview};
use crate::register::kinds::{KINDS, Kind};

/// All special blocks.
const SPECIALS: &[Special] = &[changes::BLOCK, fields::BLOCK, freshness::BLOCK, inventory::BLOCK, overview::BLOCK];

/// From what a block is drawn.
pub(super) enum Drawn {
    /// The records of a kind.
    Kind(&'static Kind),
    /// Free facts.
    Facts,
    /// What it finds by itself.
    Special(&'static Special),
    /// All of the register: the block is the theme's own.
    Own,
}

impl Drawn {
    /// The block of a word.
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
