//! The reader of sentences by the frames of their language.

use super::clause::{Clause, ClauseContext, Subject, conditions_fit, main};
use super::quantity::{BoundWord, Quantity, count, lengths, shares};
use super::table::{Frame, Language, Limit, QuantityType};
use crate::prose::begins_with;
use std::ops::Range;

/// A statement found by a frame.
#[derive(Debug)]
pub(super) struct FrameStatement<'l> {
    /// The frame.
    pub frame: &'l Frame,
    /// The position of the frame in its language.
    pub at: usize,
    /// The quantity; for a choice, 1 is yes and 0 is no.
    pub quantity: Quantity,
    /// The range of its subject, if that is neither the vendor nor missing.
    pub subject: Option<Range<usize>>,
}

/// Returns the statements of a sentence by the frames whose facts are stated. Uncertain ones are left out.
pub(super) fn read<'l>(
    language: &'l Language,
    place: &ClauseContext<'_>,
    is_stated: impl Fn(usize) -> bool,
) -> Vec<FrameStatement<'l>> {
    let words = language.stems.hits(&[place.text, place.heading, place.head]);
    let frames = language.frames.iter().enumerate();
    let mut frames = frames.filter(|(at, _)| is_stated(*at) && language.stems.has(*at, words)).peekable();
    // A row may answer the question in its first cell.
    let answer = if place.is_row { place.text.split_once(" | ").map_or("", |(_, rest)| rest) } else { place.text };
    if frames.peek().is_none() || answer.contains('?') || language.silence.is_match(place.text) {
        return Vec::new();
    }
    let clause = main(language, place);
    if clause.subject == Subject::Other {
        return Vec::new();
    }
    let lengths = lengths(language, place.text);
    let subject = match clause.subject {
        Subject::Matter(end) => Some(clause.range.start..clause.range.start + end),
        _ => None,
    };
    let said = |(at, frame)| {
        let quantity = by_frame(language, frame, place, &clause, &lengths)?;
        Some(FrameStatement { frame, at, quantity, subject: subject.clone() })
    };
    frames.filter_map(said).collect()
}

fn by_frame(
    language: &Language,
    frame: &Frame,
    place: &ClauseContext<'_>,
    clause: &Clause,
    lengths: &[Quantity],
) -> Option<Quantity> {
    let text = place.text;
    let quantity = match frame.quantity {
        QuantityType::Length => one_length(language, frame, place, lengths)?,
        QuantityType::Count => count(language, text, frame).or_else(|| below(language, place, frame))?,
        QuantityType::Choice => choice(language, frame, place, clause)?,
        QuantityType::Share => match shares(language, text).as_slice() {
            [only] => only.clone(),
            _ => return None,
        },
    };
    // "The page stays for 30 days" gives no deadline.
    if frame.limit == Limit::Most
        && language.lasting.is_match(&text[..quantity.range.start])
        && !is_then(language, frame, &text[quantity.range.end..])
    {
        return None;
    }
    // Without a verb, a number of people has a label, or begins the text: "Banks with 10 security people" are any banks.
    if frame.quantity == QuantityType::Count && frame.param.is_none() && clause.subject == Subject::Label {
        let before = text.get(clause.range.start..quantity.range.start).unwrap_or_default();
        // "It applies to companies of more than 250 employees" is about any company.
        let is_limit = || {
            let mut limits = [&language.least, &language.most, &language.about].into_iter();
            before.split(' ').count() <= 4 && limits.any(|limit| limit.is_match(before))
        };
        let is_ours =
            ["our ", "unser", "notre ", "nos ", "nuestr"].iter().any(|our| begins_with(before, our).is_some());
        if !before.trim().is_empty() && !is_ours && !before.contains([':', '|', '–']) && !is_limit() {
            return None;
        }
    }
    let scope = scope(text, &quantity.range, lengths.len());
    // "If you delete your account by mistake" mentions deletion before the clause that matters.
    let acts = |key: &regex::Regex| !clause.has_condition || key.is_match(&text[clause.range.clone()]);
    if frame.quantity == QuantityType::Length && !frame.words.first().is_some_and(acts) {
        return None;
    }
    let is_silenced = |part: &str| frame.silence.as_ref().is_some_and(|silence| silence.is_match(part));
    if is_silenced(&text[scope]) || is_silenced(place.heading) || !conditions_fit(language, frame, text) {
        return None;
    }
    if let Subject::Matter(end) = clause.subject
        && frame.named.is_none()
    {
        let zone = &text[clause.range.start..clause.range.start + end];
        // A count of people needs them as the subject: "a company of 1000 people" can be any company.
        let is_named = match frame.quantity {
            QuantityType::Count if frame.param.is_none() => {
                frame.subject.as_ref().is_some_and(|subject| subject.is_match(&text[clause.range.clone()]))
            }
            _ => frame.words.iter().chain(&frame.subject).any(|words| words.is_match(zone)),
        };
        let label = text[..clause.range.start].trim_end();
        let above = |words: &regex::Regex| words.is_match(label) || words.is_match(place.heading);
        let is_below = zone.trim().is_empty() && frame.words.iter().any(above);
        if !is_named && !is_below {
            return None;
        }
    }
    let all = has_all(language, frame, place, clause, &quantity.range)
        && (quantity.range.end <= clause.range.start
            || !is_of_another_part(frame, text, &quantity)
            || is_then(language, frame, &text[quantity.range.end..]));
    all.then_some(quantity)
}

/// Returns the number below a term that says what it counts: `Employees`, and `120` as its definition.
fn below(language: &Language, place: &ClauseContext<'_>, frame: &Frame) -> Option<Quantity> {
    let lead = format!("{}: ", place.heading);
    let found = (!place.text.contains(char::is_alphabetic)).then(|| format!("{lead}{}", place.text))?;
    let quantity = count(language, &found, frame)?;
    let range = quantity.range.start.checked_sub(lead.len())?..quantity.range.end - lead.len();
    Some(Quantity { range, ..quantity })
}

/// Returns true if the key follows the end of a time: "kept for 30 days and then deleted".
fn is_then(language: &Language, frame: &Frame, rest: &str) -> bool {
    language.then.is_match(rest) && frame.words.first().is_some_and(|key| key.is_match(rest))
}

/// Returns true if a length precedes the part with the key, and so belongs to something else. An example is
/// `We keep records for 5 years and notify customers`.
fn is_of_another_part(frame: &Frame, text: &str, quantity: &Quantity) -> bool {
    let Some(key) = frame.words.first().filter(|_| frame.quantity == QuantityType::Length) else { return false };
    let part = scope(text, &quantity.range, 2);
    !key.is_match(&text[..part.end]) && key.is_match(&text[part.end..])
}

/// Returns true if each group of words occurs. Groups missing in the sentence may be in its heading or table header, if
/// the sentence has no other words for them.
fn has_all(language: &Language, frame: &Frame, place: &ClauseContext<'_>, clause: &Clause, at: &Range<usize>) -> bool {
    let text = place.text;
    let first = if place.is_row { text.split(" | ").next().unwrap_or_default() } else { text };
    // "We promise 48 hours?" in the first cell of a row is asked, and not stated.
    if place.is_row && first.contains('?') && at.start < first.len() {
        return false;
    }
    let own = &text[at.clone()];
    let mut missing = frame.words.iter().filter(|words| !words.is_match(first) && !words.is_match(own)).peekable();
    if missing.peek().is_none() {
        return true;
    }
    // The head of a column says what is in it.
    if place.is_row {
        let column = place.head.split(" | ").nth(text[..at.start].matches(" | ").count()).unwrap_or_default();
        let above = [place.heading, place.head].join("\n");
        let (before, behind) = (text[..at.start].rsplit(" | ").next(), text[at.end..].split(" | ").next());
        let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
        let is = |part: &str| frame.words.first().is_some_and(|key| key.is_match(part));
        // It may also say so itself: "All data is deleted within 90 days."
        let is_key = is(before) || is(column) && !behind.contains(char::is_alphanumeric);
        if is_key && missing.clone().all(|words| words.is_match(&above) || words.is_match(before)) {
            return true;
        }
    }
    let above = [place.heading, place.head].join("\n");
    if !missing.all(|words| words.is_match(&above)) {
        return false;
    }
    let (before, behind) = (&text[..at.start], &text[at.end..]);
    match frame.words.first().and_then(|key| key.find_iter(before).last()) {
        // "We give you 60 days' notice", and the verb at the end of a sentence in German.
        None if !place.is_row && frame.words.first().is_some_and(|key| key.is_match(behind)) => {
            let Some(key) = frame.words.first().and_then(|key| key.find(behind)) else { return false };
            let rest = behind[key.end()..].trim_start_matches(char::is_alphanumeric);
            let between = behind[..key.start()].trim_start_matches(['\'', '’']);
            [before, between, rest].iter().all(|part| language.plain.is_match(part.trim_end_matches(['.', '!'])))
        }
        Some(key) => {
            // A stem matches without its ending.
            let rest = before[key.end()..].trim_start_matches(char::is_alphanumeric);
            clause.subject == Subject::Label || language.plain.is_match(rest)
        }
        // "Audit logs: 90 days", below a heading that speaks of retention.
        None if frame.named.is_some() && !place.is_row && before.trim_end().ends_with(':') => {
            clause.subject == Subject::Label
        }
        None => {
            let rest =
                frame.words.iter().fold(before.to_owned(), |text, words| words.replace_all(&text, " ").into_owned());
            !place.is_row && matches!(clause.subject, Subject::Label | Subject::Us) && language.plain.is_match(&rest)
        }
    }
}

/// Returns the length that a frame is about: the only one, or the only one in a part of the sentence with the frame's
/// key.
fn one_length(language: &Language, frame: &Frame, place: &ClauseContext<'_>, lengths: &[Quantity]) -> Option<Quantity> {
    let text = place.text;
    match lengths {
        [only] => Some(only.clone()),
        [] => None,
        several => {
            let key = frame.words.first()?;
            let own = several.iter().filter(|one| key.is_match(&text[scope(text, &one.range, several.len())]));
            let own: Vec<&Quantity> = own.collect();
            let [only] = own.as_slice() else { return None };
            // Two lengths in one part of a sentence belong to two things.
            let part = scope(text, &only.range, several.len());
            let alone = several.iter().filter(|one| part.contains(&one.range.start)).count() == 1;
            (alone && !place.is_row && !language.no.is_match(&text[part])).then(|| (*only).clone())
        }
    }
}

/// Returns the part of a sentence around a quantity; all of it if there is only one quantity.
fn scope(text: &str, at: &Range<usize>, count: usize) -> Range<usize> {
    const ENDS: [&str; 9] = [", ", "; ", " and ", " or ", " then ", " und ", " et ", " y ", " | "];
    if count < 2 {
        return 0..text.len();
    }
    let start = ENDS.iter().filter_map(|end| text[..at.start].rfind(end).map(|found| found + end.len())).max();
    let end = ENDS.iter().filter_map(|end| text[at.end..].find(end).map(|found| at.end + found)).min();
    start.unwrap_or(0)..end.unwrap_or(text.len())
}

/// Reads a yes or no: from a negation, a verb of offering, or the value after a label.
fn choice(language: &Language, frame: &Frame, place: &ClauseContext<'_>, clause: &Clause) -> Option<Quantity> {
    let text = place.text;
    let only = |range: Range<usize>, yes: bool| {
        let number = i64::from(yes);
        Quantity { range, span: (number, number), bound: BoundWord::Exact, is_business: false }
    };
    let Some(key) = frame.words.first()?.find(text) else {
        // "No" below `Bug bounty`, or after a question about it.
        let said = text.trim_matches(|c: char| !c.is_alphanumeric());
        let start = text.find(said)?;
        let at = start..start + said.len();
        let is = |regex: &regex::Regex| regex.find(said).is_some_and(|found| found.range() == (0..said.len()));
        return match () {
            () if said.is_empty() || !frame.words.first()?.is_match(place.heading) => None,
            () if is(&language.no) => Some(only(at, false)),
            () if frame.counted.first().is_some_and(is) => Some(only(at, true)),
            () => None,
        };
    };
    let of = |yes: bool| only(key.range(), yes);
    if clause.subject == Subject::Label {
        let value = text[key.end()..].trim_start_matches(char::is_alphanumeric);
        let value = value.trim_start_matches(|c: char| !c.is_alphanumeric());
        // The key may precede the clause: "Today bug bounty, none."
        let before = text.get(clause.range.start..key.start()).unwrap_or_default().trim();
        let is_yes = frame.counted.first().is_some_and(|yes| yes.find(value).is_some_and(|yes| yes.start() == 0));
        let starts = |regex: &regex::Regex| regex.find(value).is_some_and(|found| found.start() == 0);
        return match () {
            () if starts(&language.no) || before.split(' ').any(|word| starts_no(language, word)) => Some(of(false)),
            () if is_yes && text[key.end()..].contains([':', '|']) => Some(of(true)),
            () => None,
        };
    }
    let part = scope(text, &key.range(), 2);
    let said = &text[part.start.max(clause.range.start)..part.end.max(clause.range.start)];
    let verb = frame.counted.get(1)?;
    let behind = language.no.find(&text[key.end()..part.end.max(key.end())]);
    let before = language.no.is_match(&text[part.start..key.start()]);
    match language.no.is_match(said) {
        // "A bug bounty does not replace a test" does not deny a bug bounty.
        true if clause.subject != Subject::Us && !before => {
            let denied = frame.counted.get(2)?;
            behind.filter(|behind| denied.is_match(&text[key.end() + behind.end()..])).map(|_| of(false))
        }
        true => Some(of(false)),
        false if clause.subject == Subject::Us && verb.is_match(said) => Some(of(true)),
        false => None,
    }
}

fn starts_no(language: &Language, word: &str) -> bool {
    language.no.find(word).is_some_and(|found| found.range() == (0..word.len()))
}
