//! The position of each chapter in the outline: the chapters before, after and above it.

use crate::page::outline::{self, Chapter, OutlineItem};
use std::collections::HashMap;

/// The chapters of a book, in the order of the outline.
#[derive(Debug)]
pub(super) struct Order<'t> {
    /// All chapters, each with its depth.
    all: Vec<(&'t Chapter, usize)>,
    /// The indices into `all` of the chapters that have a page.
    linked: Vec<usize>,
    /// The first chapter of each source path: its index into `all`, and its index into `linked`.
    at: HashMap<&'t str, (usize, usize)>,
}

impl<'t> Order<'t> {
    pub(super) fn of(outline: &'t [OutlineItem]) -> Self {
        let all = outline::chapters(outline);
        let (mut linked, mut at) = (Vec::new(), HashMap::new());
        for (index, (chapter, _)) in all.iter().enumerate() {
            if let Some(path) = chapter.path.as_deref() {
                at.entry(path).or_insert((index, linked.len()));
                linked.push(index);
            }
        }
        Order { all, linked, at }
    }

    /// Returns the number of chapters.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the chapters with a page directly before and after a chapter.
    pub(super) fn neighbours(&self, chapter: &Chapter) -> (Option<&'t Chapter>, Option<&'t Chapter>) {
        let Some((_, here)) = self.find(chapter) else { return (None, None) };
        let linked = |at: Option<usize>| self.all.get(*self.linked.get(at?)?).map(|(chapter, _)| *chapter);
        (linked(here.checked_sub(1)), linked(here.checked_add(1)))
    }

    /// Returns the ancestors of a chapter, the outermost first: walking back, each chapter that is less deep than the
    /// last.
    pub(super) fn above(&self, chapter: &Chapter) -> Vec<&'t Chapter> {
        let Some((here, _)) = self.find(chapter) else { return Vec::new() };
        let mut depth = self.all.get(here).map_or(0, |(_, depth)| *depth);
        let mut above = Vec::new();
        for (chapter, own) in self.all.iter().take(here).rev() {
            if depth == 0 {
                break;
            }
            if *own < depth {
                depth = *own;
                above.push(*chapter);
            }
        }
        above.reverse();
        above
    }

    fn find(&self, chapter: &Chapter) -> Option<(usize, usize)> {
        self.at.get(chapter.path.as_deref()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(name: &str, below: Vec<OutlineItem>) -> OutlineItem {
        let path = (!name.starts_with('-')).then(|| format!("{name}.md"));
        let chapter = Chapter { name: name.to_owned(), path, ..Chapter::default() };
        OutlineItem::Chapter(chapter, below)
    }

    #[test]
    fn a_chapter_has_neighbours_with_pages_and_chapters_above() {
        let below = vec![chapter("b", vec![chapter("c", Vec::new())]), chapter("-draft", Vec::new())];
        let outline = [chapter("a", below), OutlineItem::Separator, chapter("d", Vec::new())];
        let order = Order::of(&outline);
        let OutlineItem::Chapter(d, _) = &outline[2] else { unreachable!() };
        let names = |chapters: Vec<&Chapter>| chapters.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        assert_eq!(order.len(), 5);
        assert_eq!(order.neighbours(d).0.map(|it| it.name.as_str()), Some("c"), "a draft has no page");
        assert!(order.neighbours(d).1.is_none() && order.above(d).is_empty());
        let c = order.all[2].0;
        assert_eq!(names(order.above(c)), ["a", "b"]);
        assert_eq!(order.neighbours(c).1.map(|it| it.name.as_str()), Some("d"));
    }
}
