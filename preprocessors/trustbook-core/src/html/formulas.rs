//! Formulas in TeX, where MathJax finds them in the text of a chapter.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// The delimiters of MathJax in the text that Markdown makes: `\\(` in a chapter is `\(` there.
pub(super) const DELIMITERS: &[(&str, &str)] = &[("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$")];

type Located<'t> = (Event<'t>, Range<usize>);

/// Returns events with formulas as events of their own. As in MathJax, a formula is in text without markup. One that
/// does not end there is text after an empty formula.
pub(super) fn with_formulas<'t>(events: impl Iterator<Item = Located<'t>>) -> Vec<Located<'t>> {
    let (mut found, mut run) = (Vec::new(), Vec::new());
    let mut literal = 0_usize;
    for (event, range) in events {
        match event {
            Event::Text(_) | Event::SoftBreak if literal == 0 => {
                run.push((event, range));
                continue;
            }
            Event::Start(Tag::CodeBlock(_) | Tag::Image { .. }) => literal += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Image) => literal -= 1,
            _ => {}
        }
        take(&mut run, &mut found);
        found.push((event, range));
    }
    take(&mut run, &mut found);
    found
}

/// Moves a run of text, with the formulas in it as events.
fn take<'t>(run: &mut Vec<Located<'t>>, found: &mut Vec<Located<'t>>) {
    let (mut text, mut starts) = (String::new(), Vec::with_capacity(run.len()));
    for (event, _) in &*run {
        starts.push(text.len());
        text.push_str(if let Event::Text(part) = event { part } else { "\n" });
    }
    let source = |range: Range<usize>| {
        let place = |at: usize| &run[starts.partition_point(|start| *start <= at).saturating_sub(1)].1;
        place(range.start).start..place(range.end.saturating_sub(1)).end
    };
    let mut made = Vec::new();
    let mut push = |event: fn(CowStr<'t>) -> Event<'t>, inner: &str, range: Range<usize>| {
        made.push((event(inner.to_owned().into()), source(range)));
    };
    let mut done = 0;
    while let Some((at, (open, close))) = opening(&text, done) {
        let inner = at + open.len();
        if at > done {
            push(Event::Text, &text[done..at], done..at);
        }
        let Some(end) = text[inner..].find(close).map(|end| inner + end) else {
            push(Event::InlineMath, "", at..inner);
            push(Event::Text, &text[at..], at..text.len());
            done = text.len();
            break;
        };
        done = end + close.len();
        let event = if open == "\\(" { Event::InlineMath } else { Event::DisplayMath };
        push(event, &text[inner..end], at..done);
    }
    match done {
        0 => found.append(run),
        _ => {
            if done < text.len() {
                push(Event::Text, &text[done..], done..text.len());
            }
            found.append(&mut made);
            run.clear();
        }
    }
}

/// Returns the first opening delimiter at or after a byte, in one pass: a delimiter that does not occur costs no search.
fn opening(text: &str, from: usize) -> Option<(usize, (&'static str, &'static str))> {
    let signs = text[from..].match_indices(['\\', '$']).map(|(at, _)| from + at);
    signs.into_iter().find_map(|at| Some((at, *DELIMITERS.iter().find(|(open, _)| text[at..].starts_with(open))?)))
}
