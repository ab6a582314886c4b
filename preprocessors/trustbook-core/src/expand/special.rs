//! Blocks drawn from more than the records of one kind.

use super::anchors::Anchors;
use super::arguments::BadArgument;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use crate::trust::Trust;
use serde_json::Value as Json;

/// A block drawn from more than the records of one kind.
pub(super) struct Special {
    /// The word of the block.
    pub(super) word: &'static str,
    /// Returns the errors in its arguments.
    pub(super) check: fn(&Trust, &BlockCall) -> Vec<BadArgument>,
    /// Returns the ids that it shows.
    pub(super) ids: fn(&Trust, &BlockCall) -> Vec<String>,
    /// Returns the data for its template.
    pub(super) data: fn(&Trust, &Page, &BlockCall, &mut Anchors) -> Json,
}
