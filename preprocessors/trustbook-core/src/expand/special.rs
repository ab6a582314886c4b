//! Blocks drawn from more than the records of one kind.

use super::anchors::Anchors;
use super::arguments::BadArgument;
use crate::book::Book;
use crate::page::Page;
use crate::page::syntax::BlockCall;
use serde_json::Value as Json;

/// A block drawn from more than the records of one kind.
pub(super) struct Special {
    /// The word of the block.
    pub(super) word: &'static str,
    /// Returns the errors in its arguments.
    pub(super) check: fn(&Book, &BlockCall) -> Vec<BadArgument>,
    /// Returns the ids that it shows.
    pub(super) ids: fn(&Book, &BlockCall) -> Vec<String>,
    /// Returns the data for its template.
    pub(super) data: fn(&Book, &Page, &BlockCall, &mut Anchors) -> Json,
}
