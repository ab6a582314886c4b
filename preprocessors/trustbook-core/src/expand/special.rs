//! A block that is drawn from more than the records of one kind.

use super::anchors::Anchors;
use super::arguments::BadArgument;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::trust::Trust;
use serde_json::Value as Json;

/// Such a block.
pub(super) struct Special {
    /// Its word.
    pub(super) word: &'static str,
    /// What is wrong with its arguments.
    pub(super) check: fn(&Trust, &BlockCall) -> Vec<BadArgument>,
    /// The ids of what it shows.
    pub(super) ids: fn(&Trust, &BlockCall) -> Vec<String>,
    /// What its template is given.
    pub(super) data: fn(&Trust, &Page, &BlockCall, &mut Anchors) -> Json,
}
