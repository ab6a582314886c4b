//! Text that another program has changed, mapped line by line to the text that it was made from.

use super::stitch::Stitched;
use crate::span::Span;
use std::collections::HashMap;
use std::ops::Range;

/// Returns the new text. A line that the old text has as well keeps its origin; other lines stand for the old lines in
/// their place. Also returns the places of these lines. `start` is the place of a text that was empty.
///
/// Lines are matched in linear time: at the ends, around lines that occur once in both texts, and nowhere else.
pub(super) fn rebase(old: &Stitched, new: &str, start: Span) -> (Stitched, Vec<Span>) {
    let (from, to) = (lines(old.text()), lines(new));
    let matched = matches(&of(old.text(), &from), &of(new, &to));
    let (mut output, mut changed) = (Stitched::default(), Vec::new());
    let (mut at, mut done) = (0, 0);
    while at < to.len() || done < from.len() {
        let end = (at..to.len()).find(|at| matched[*at].is_some()).unwrap_or(to.len());
        let next = matched.get(end).copied().flatten().unwrap_or(from.len());
        if end > at || next > done {
            let place = |line: usize| from.get(line).map_or(old.text().len(), |range| range.start);
            // Lines that are only added stand before the next one, or after the last one.
            let range = match place(done)..place(next) {
                range if range.is_empty() && range.end == old.text().len() => range.end.saturating_sub(1)..range.end,
                range => range,
            };
            let span = old.locate(range).unwrap_or(start);
            changed.push(span);
            let text = |line: usize| to.get(line).map_or(new.len(), |range| range.start);
            output.push_instead(&new[text(at)..text(end)], span);
        }
        (at, done) = (end, next);
        while at < to.len() && matched[at] == Some(done) {
            output.push_part(old, from[done].clone());
            (at, done) = (at + 1, done + 1);
        }
    }
    output.shrink();
    (output, changed)
}

/// Returns the byte ranges of lines, with their line ends.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |line: &str| {
        let range = start..start + line.len();
        start = range.end;
        range
    };
    text.split_inclusive('\n').map(range).collect()
}

fn of<'t>(text: &'t str, lines: &[Range<usize>]) -> Vec<&'t str> {
    lines.iter().map(|range| &text[range.clone()]).collect()
}

/// Returns for each new line the old line that it is, in rising order.
fn matches(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
    let mut matched = vec![None; new.len()];
    let anchors = unique(old, new).into_iter().chain([(old.len(), new.len())]);
    let mut before = (0, 0);
    for (from, to) in anchors {
        // The lines after the anchor before this one, and those before this one.
        let mut low = before;
        while low.0 < from && low.1 < to && old[low.0] == new[low.1] {
            matched[low.1] = Some(low.0);
            low = (low.0 + 1, low.1 + 1);
        }
        let mut high = (from, to);
        while high.0 > low.0 && high.1 > low.1 && old[high.0 - 1] == new[high.1 - 1] {
            high = (high.0 - 1, high.1 - 1);
            matched[high.1] = Some(high.0);
        }
        before = (from, to);
    }
    matched
}

/// Returns the pairs of lines that occur once in both texts, in the longest run that rises in both.
fn unique(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let (from, to) = (once(old), once(new));
    let mut pairs: Vec<(usize, usize)> =
        to.into_iter().filter_map(|(line, at)| Some(((*from.get(&line)?)?, at?))).collect();
    pairs.sort_unstable_by_key(|(_, to)| *to);
    // The ends of the best runs by their length, and the pair before each.
    let (mut ends, mut previous): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, (from, _)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|end: &usize| pairs[*end].0 < *from);
        previous.push(len.checked_sub(1).map(|len| ends[len]));
        match ends.get_mut(len) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut run: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |at| previous[*at]).map(|at| pairs[at]).collect();
    run.reverse();
    run
}

/// Returns the place of each line that occurs once, by its text.
fn once<'t>(lines: &[&'t str]) -> HashMap<&'t str, Option<usize>> {
    let mut places = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        places.entry(*line).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceMap;

    /// Returns the lines of the new text, each with its line in the old one, and a star where it was changed.
    fn rebased(old: &str, new: &str) -> Vec<(String, String)> {
        let mut map = SourceMap::default();
        let file = map.add("a.md", old);
        let mut source = Stitched::default();
        source.push_source(old, Span::new(file, 0..old.len()));
        let (text, changed) = rebase(&source, new, Span::new(file, 0..0));
        assert_eq!(text.text(), new);
        let place = |range: Range<usize>| {
            let span = text.locate(range).unwrap();
            let star = if changed.contains(&span) { "*" } else { "" };
            format!("{}{star}", map.file(file).position(span.start).line)
        };
        lines(new).into_iter().map(|range| (new[range.clone()].trim_end().to_owned(), place(range))).collect()
    }

    #[test]
    fn unchanged_lines_keep_their_places() {
        let places =
            |old: &str, new: &str| -> Vec<String> { rebased(old, new).into_iter().map(|(_, at)| at).collect() };
        assert_eq!(places("a\nb\nc\n", "a\nb\nc\n"), ["1", "2", "3"]);
        assert_eq!(places("a\nb\nc\n", "a\nX\nY\nc\n"), ["1", "2*", "2*", "3"]);
        assert_eq!(places("a\nb\nc\n", "new\na\nb\nc\n"), ["1*", "1", "2", "3"]);
        assert_eq!(places("a\nb\n", "a\nb\nmore\n"), ["1", "2", "2*"]);
        assert_eq!(places("a\nb\nc\nd\n", "a\nd\n"), ["1", "4"]);
        assert_eq!(places("", "x\n"), ["1*"]);
        // Blank lines repeat; those beside a line that occurs once are known.
        assert_eq!(places("a\n\nb\n\nc\n", "T\n\na\n\nX\n\nc\n"), ["1*", "1*", "1", "2", "3*", "4", "5"]);
        // A moved line has one place only.
        assert_eq!(places("a\nb\nc\nd\n", "d\na\nb\nc\n"), ["1*", "1", "2", "3"]);
    }

    #[test]
    fn texts_without_a_common_line_are_compared_at_once() {
        let old: String = (0..200_000).map(|at| format!("{}\n", at % 3)).collect();
        let new: String = (0..200_000).map(|at| format!("{}\n", at % 2 + 7)).collect();
        assert!(rebased(&old, &new).iter().all(|(_, at)| at.ends_with('*')));
    }
}
