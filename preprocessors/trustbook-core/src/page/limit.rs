//! How many blocks and headings the pages can have together.

use super::syntax::Malformed;
use super::{Context, Page, Slot, What};

/// The most facts and records that all blocks of a book go through, if each goes through all of them.
const MOST: usize = 3_000_000;

/// The most that the squares of how many headings each page has come to: mdBook counts up from 1 for each heading that
/// reads like others.
const MOST_SQUARED: usize = 25_000_000;

/// Counts a page, and says whether its headings can still be given addresses.
pub(super) fn has_room(squared: &mut usize, page: &Page, room: usize) -> bool {
    // Terms of definitions are given addresses as well.
    let terms = page.body.text().lines().filter(|line| line.trim_start().starts_with(": ")).count();
    let headings = page.headings.len() + terms;
    *squared = squared.saturating_add(headings.saturating_mul(headings));
    *squared <= MOST_SQUARED * room
}

/// Takes away the blocks that are more than a book can have whose register states so much, and says so at their places.
pub(crate) fn limit_blocks(pages: &mut [Page], stated: usize, room: usize) {
    let most = MOST * room / stated.max(1);
    let mut count = 0;
    for page in pages {
        let is_block = |slot: &&mut Slot| slot.context != Context::Code && matches!(slot.what, What::Block(_));
        for slot in page.slots.iter_mut().filter(is_block) {
            count += 1;
            if count <= most {
                continue;
            }
            slot.what = What::Malformed(Malformed::new(
                format!(
                    "the pages have more than {most} blocks, which is all that can be drawn from {stated} facts and \
                     records"
                ),
                "show the same records on fewer pages",
            ));
            // In the next build it may have them again.
            page.composed = None;
        }
    }
}
