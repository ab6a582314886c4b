//! Limits on the number of blocks, headings and values of pages.

use super::syntax::Malformed;
use super::{Context, Page, Slot, SlotKind};
use crate::facts::{FactRef, Facts};

/// The largest product of the number of blocks and the number of facts and records, since a block may visit all of
/// them.
const MOST: usize = 3_000_000;

/// The largest sum of the squared numbers of headings per page. mdBook counts up from 1 for each heading with the same
/// text.
const MOST_SQUARED: usize = 25_000_000;

/// Counts the headings of a page, and returns true if they can still be given anchors.
pub(super) fn has_room(squared: &mut usize, page: &Page, room: usize) -> bool {
    // Terms of definitions get anchors as well.
    let terms = page.body.text().lines().filter(|line| line.trim_start().starts_with(": ")).count();
    let headings = page.headings.len() + terms;
    *squared = squared.saturating_add(headings.saturating_mul(headings));
    *squared <= MOST_SQUARED * room
}

/// Replaces the blocks beyond the limit for a register of this size by errors at their places.
pub(crate) fn limit_blocks(pages: &mut [Page], stated: usize, room: usize) {
    let most = MOST * room / stated.max(1);
    let mut count = 0;
    for page in pages {
        let is_block = |slot: &&mut Slot| slot.context != Context::Code && matches!(slot.what, SlotKind::Block(_));
        for slot in page.slots.iter_mut().filter(is_block) {
            count += 1;
            if count <= most {
                continue;
            }
            slot.what = SlotKind::Malformed(Malformed::new(
                format!("the pages have more than {most} blocks, the limit for {stated} facts and records"),
                "show the same records on fewer pages",
            ));
            // The next build may have room for these blocks.
            page.composed = None;
        }
    }
}

/// The largest total length of the values on a page, in bytes.
const MOST_VALUES: usize = 4 * 1024 * 1024;

/// Removes the values beyond the limit of a page, and reports the first of them.
pub(crate) fn limit_values(pages: &mut [Page], facts: &Facts, room: usize) {
    for page in pages {
        let (mut bytes, mut is_told) = (0, false);
        for slot in &mut page.slots {
            let SlotKind::Value(expression) = &slot.what else { continue };
            let Some(FactRef::Fact(fact)) = facts.find(&expression.id) else { continue };
            bytes += fact.value.as_ref().map_or(0, |value| value.text().len());
            if bytes <= MOST_VALUES * room {
                continue;
            }
            slot.what = match std::mem::replace(&mut is_told, true) {
                true => SlotKind::Braces,
                false => SlotKind::Malformed(Malformed::new(
                    format!("the values of this page are more than {} MiB together", MOST_VALUES * room / 1024 / 1024),
                    "show a long value once, and link to it",
                )),
            };
            page.composed = None;
        }
    }
}
