//! A page repeats by hand what the register states.

use super::{Check, Findings, Look, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::page::Page;
use crate::page::prose::{Passage, PassageLink};
use crate::pattern::Pattern;
use crate::prose::codes::Codes;
use crate::prose::contacts::{self, Contacts};
use crate::prose::frames::Frames;
use crate::prose::names::RegisterNames;
use crate::prose::purpose;
use crate::prose::status;
use crate::prose::typed::{self, Agrees, Typed};
use crate::prose::{self, Sentence};
use crate::register::common::{State, Visibility};
use crate::register::value::{Value, choice_words, date_words};
use crate::register::{Fact, Record};
use crate::span::SourceMap;
use crate::span::Span;
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) const CHECK: Check =
    Check::deny("fact-hand-typed", include_str!("fact_hand_typed.md"), Run::Prose(prepare, run));

/// Matches elements whose text takes no expressions. A page that has any is not edited.
static RAW: Pattern = Pattern::new("(?i-u)<(?:xmp|noembed|noframes|iframe|plaintext)");

fn prepare(book: &Book) -> Look<'_> {
    let tags = book.translations.iter().map(|it| it.language.as_str()).chain([Known::own(book)]);
    let all: BTreeMap<&str, Known<'_>> = tags.map(|tag| (tag, Known::of(book, tag))).collect();
    Box::new(move |prose| {
        let page = prose.page;
        let Some(known) = all.get(book.language_of(page)) else { return Vec::new() };
        let mut found: Vec<Diagnostic> = Vec::new();
        let takes_edits = !RAW.is_match(page.body.text());
        for passage in &prose.passages {
            let sentences = known.may_say(passage).then(|| prose::of_passage(passage));
            for sentence in sentences.into_iter().flatten() {
                let all = in_sentence(known, &sentence);
                found.extend(all.iter().filter_map(|typed| {
                    let finding = message(book, page, &sentence, typed)?;
                    Some(if takes_edits { finding } else { Diagnostic { edits: Vec::new(), ..finding } })
                }));
            }
            found.extend(behind_links(page, passage, &known.contacts));
            found.extend(in_code(page, passage, &known.contacts, &known.codes));
        }
        found
    })
}

fn run(book: &Book, findings: &mut Findings) {
    let known = Known::of(book, Known::own(book));
    findings.extend(answers(&known));
    let register = &book.facts.register;
    let fields = register.records.iter().flat_map(|record| &record.fields);
    for fact in register.facts.iter().chain(fields) {
        findings.extend(in_value(&known, fact));
    }
}

/// Reports answers of "yes" to a question about a certification that is no longer held, or not yet.
fn answers(known: &Known<'_>) -> Vec<Diagnostic> {
    let answers = records(known.facts, "answer").filter(|answer| answer.word("answer") == Some("yes"));
    answers.filter_map(|answer| to_question(known, answer)).collect()
}

fn to_question(known: &Known<'_>, answer: &Record) -> Option<Diagnostic> {
    let question = answer.value("question")?.text();
    let certification = status::asked(known.facts, &known.names, &Passage::of_value(&question))?;
    let (said, stated) = (answer.field("answer")?, certification.field("status")?);
    let word = certification.word("status")?;
    let over = match known.facts.state(&certification.common) {
        State::Expired(on) => Some(on),
        _ => None,
    };
    let message = match (word, over) {
        ("held", Some(on)) => {
            format!("`yes` refers to `{}`, which expired on {}", certification.full_id(), date_words(on))
        }
        ("held", None) => return None,
        _ => format!("`yes` contradicts the register, which has `{}` as `{}`", stated.id, choice_words(word)),
    };
    let finding = Diagnostic::new(said.span, message)
        .also(stated.span, "stated here")
        .help("answer `no`, `partial` or `planned`, or state the certification as it is now");
    Some(if word == "held" { finding.by_calendar() } else { finding })
}

/// Creates a finding for a value that contradicts another one. A value takes no expression, so agreement is fine.
fn in_value(known: &Known<'_>, stating: &Fact) -> Option<Diagnostic> {
    let (Some(Value::Text(text) | Value::Markdown(text)), Visibility::Public | Visibility::OnRequest) =
        (&stating.value, stating.common.visibility)
    else {
        return None;
    };
    let passage = Passage::of_value(text);
    let (sentence, typed) = prose::of_passage(&passage).find_map(|sentence| {
        let other = said(known, &sentence).into_iter().find(|typed| {
            typed.agrees == Agrees::No && typed.fact.is_some_and(|fact| record_of(fact) != record_of(stating))
        });
        other.map(|typed| (sentence, typed))
    })?;
    let fact = typed.fact?;
    let help = vec![format!("write here what `{}` states, or remove it", fact.id)];
    Some(Diagnostic { help, ..finding(stating.span, &sentence.text()[typed.range.clone()], &typed) })
}

/// Returns the id of the record that a fact belongs to, or of the fact itself if it is free.
fn record_of(fact: &Fact) -> &str {
    let end = fact.id.match_indices('.').nth(1).map_or(fact.id.len(), |(at, _)| at);
    &fact.id[..end]
}

/// The data that sentences are compared with.
struct Known<'t> {
    facts: &'t Facts,
    names: RegisterNames<'t>,
    contacts: Contacts<'t>,
    codes: Codes<'t>,
    frames: Frames<'t>,
    /// The language of the sentences.
    tag: &'t str,
}

impl<'t> Known<'t> {
    /// Returns the language of the book.
    fn own(book: &Book) -> &str {
        book.config.language.as_deref().unwrap_or("en")
    }

    fn of(book: &'t Book, tag: &'t str) -> Self {
        Known {
            facts: &book.facts,
            names: RegisterNames::of(&book.facts),
            contacts: Contacts::of(book),
            codes: Codes::of(&book.facts),
            frames: Frames::of(&book.facts, tag),
            tag,
        }
    }
}

impl Known<'_> {
    /// Returns true if a passage may state something that the register has. Most do not, and are not split into
    /// sentences.
    fn may_say(&self, passage: &Passage) -> bool {
        let text = passage.text.as_str();
        !passage.ids.is_empty()
            || self.names.may_name(text)
            || self.names.may_name(&passage.heading)
            || self.frames.may_say(passage)
            || status::may_name_scheme(text)
            || self.contacts.may_find(text)
            || !self.codes.find(text).is_empty()
    }
}

fn in_sentence<'t>(known: &Known<'t>, sentence: &Sentence<'_>) -> Vec<Typed<'t>> {
    let mut all = contacts::find(&known.contacts, sentence.text());
    purpose::check(known.facts, known.tag, sentence, &mut all);
    all.extend(registered(&known.codes, sentence.text()));
    add(&mut all, said(known, sentence));
    all
}

/// Returns everything that a sentence states in words and that the register has.
fn said<'t>(known: &Known<'t>, sentence: &Sentence<'_>) -> Vec<Typed<'t>> {
    /// The largest number of names in a sentence whose parts can be told apart.
    const MOST_NAMES: usize = 40;
    if !sentence.can_be_read() {
        return Vec::new();
    }
    let named = known.names.find(known.facts, sentence);
    if named.len() > MOST_NAMES {
        return Vec::new();
    }
    let mut all = status::find(known.facts, &known.names, sentence, &named);
    add(&mut all, typed::quantities(known.facts, &known.names, sentence, &named));
    add(&mut all, known.frames.find(&known.names, sentence, &named));
    // If a sentence is wrong about a record, its correct parts are not reported as well.
    let wrong: Vec<String> = all.iter().filter(|typed| typed.agrees == Agrees::No).filter_map(record_id).collect();
    all.retain(|typed| typed.agrees == Agrees::No || record_id(typed).is_none_or(|id| !wrong.contains(&id)));
    all
}

/// Returns the id of the certification that typed text belongs to.
fn record_id(typed: &Typed<'_>) -> Option<String> {
    typed.fact.map(record_of).filter(|id| id.starts_with("certification.")).map(str::to_owned)
}

/// Adds typed text whose place is still free, so that each piece of a sentence gives one finding.
fn add<'t>(all: &mut Vec<Typed<'t>>, more: Vec<Typed<'t>>) {
    for typed in more {
        let is_free = |other: &Typed<'_>| other.range.end <= typed.range.start || typed.range.end <= other.range.start;
        let id = |typed: &Typed<'t>| typed.fact.map(|fact| &fact.id);
        let is_new =
            |other: &Typed<'t>| typed.agrees != Agrees::No || other.agrees != Agrees::No || id(other) != id(&typed);
        if all.iter().all(|other| is_free(other) && is_new(other)) {
            all.push(typed);
        }
    }
}

/// Finds codes that the register has. `region-unknown` reports the others.
fn registered<'t>(codes: &Codes<'t>, text: &str) -> impl Iterator<Item = Typed<'t>> {
    codes.find(text).into_iter().filter(|typed| typed.fact.is_some())
}

/// Reports addresses and numbers that are link targets without being visible.
fn behind_links(page: &Page, passage: &Passage, known: &Contacts<'_>) -> Vec<Diagnostic> {
    let shows = |link: &&PassageLink| {
        let text = &passage.text[link.text.clone()];
        text.contains(address(link)) || !contacts::find(known, text).is_empty()
    };
    let hidden = passage.links.iter().filter(|link| !shows(link));
    hidden
        .filter_map(|link| {
            let typed = contacts::find(known, address(link)).into_iter().next()?;
            Some(target(page.body.locate(link.body.clone())?, link, &typed))
        })
        .collect()
}

/// Reports values typed in code, which takes no expressions: the edit replaces the backticks as well.
fn in_code(page: &Page, passage: &Passage, known: &Contacts<'_>, codes: &Codes<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for code in &passage.code {
        let all = contacts::find(known, &code.text).into_iter().chain(registered(codes, &code.text));
        for typed in all.filter(|typed| typed.range == (0..code.text.len())) {
            if let (Some(span), Some(fact)) = (page.body.locate(code.body.clone()), typed.fact) {
                found.push(finding(span, &code.text, &typed).edit(span, expression(fact)));
            }
        }
    }
    found
}

/// Returns the e-mail address or number of a link target; empty for other links.
fn address(link: &PassageLink) -> &str {
    let rest = link.dest.strip_prefix("mailto:").or_else(|| link.dest.strip_prefix("tel:"));
    // The autolink `<a@b.example>` has no scheme.
    let bare = || (link.dest.contains('@') && !link.dest.contains([':', '/'])).then_some(link.dest.as_str());
    rest.or_else(bare).map_or("", |rest| rest.split('?').next().unwrap_or_default())
}

fn message(book: &Book, page: &Page, sentence: &Sentence<'_>, typed: &Typed<'_>) -> Option<Diagnostic> {
    let range = sentence.in_passage(&typed.range);
    let text = &sentence.text()[typed.range.clone()];
    let finding = finding(sentence.passage.locate(page, range.clone())?, text, typed);
    let Some(fact) = typed.fact else { return Some(finding) };
    let link = sentence.passage.link_at(&range);
    let body = |link: &PassageLink| page.body.text().get(link.body.clone()).unwrap_or_default().to_owned();
    let plain = |link: &PassageLink| [format!("[{text}](mailto:{text})"), format!("<{text}>")].contains(&body(link));
    let span = match link {
        // If the link text is just the address, the expression replaces the whole link.
        Some(link) if plain(link) => page.body.locate(link.body.clone()),
        // The text of a reference link is also its label, and must not change.
        Some(link) if !address(link).is_empty() || !body(link).contains("](") => None,
        _ => sentence.passage.locate_exactly(page, range),
    };
    if !reads_right(sentence, fact, &typed.range) {
        let help = vec![format!("correct the sentence, or word it around `{}`", expression(fact))];
        return Some(Diagnostic { help, ..finding });
    }
    Some(match span.filter(|span| sentence.takes_expressions() && stands_free(&book.map, *span)) {
        Some(span) if typed.agrees == Agrees::Same && reads_alike(book, page, fact, text) => {
            finding.fix(span, expression(fact))
        }
        Some(span) => finding.edit(span, expression(fact)),
        None => finding,
    })
}

/// Returns true if no neighbouring sign would break an expression: `\a@b.example`, `{a@b.example}`, `[a@b.example]`,
/// and text that looks like a tag, which a value would turn into one: `<kept for 30 days>`.
fn stands_free(map: &SourceMap, span: Span) -> bool {
    let text = map.file(span.file).text();
    let (before, after) = (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
    let block = before.rfind("\n\n").map_or(before, |at| &before[at..]);
    let is_in_tag = block.rsplit('<').next().is_some_and(|tag| {
        tag.len() < block.len()
            && tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c))
            && !tag.contains('>')
    });
    !is_in_tag && !before.ends_with(['\\', '{', '[']) && !after.starts_with(['}', ']'])
}

/// Returns true if a sentence still reads well with the value in place of the typed text. A choice or a list can only
/// replace a whole cell or the text after a label. "We are ISO 27001 held" is not a sentence.
fn reads_right(sentence: &Sentence<'_>, fact: &Fact, range: &Range<usize>) -> bool {
    if !matches!(fact.value, Some(Value::Choice(_) | Value::List(_) | Value::Country(_))) {
        return true;
    }
    let text = sentence.text();
    let before = text[..range.start].trim_end().trim_end_matches(['*', '_']);
    let ends = !text[range.end..].split(['|', '.', '\n']).next().unwrap_or_default().contains(char::is_alphanumeric);
    ends && (before.is_empty() || before.ends_with([':', '|', '.', '–', '—', '(']))
}

/// Returns true if the expression would show exactly the typed text.
fn reads_alike(book: &Book, page: &Page, fact: &Fact, text: &str) -> bool {
    let holds = !matches!(book.facts.state(&fact.common), State::Expired(_) | State::NotYet(_));
    holds
        && fact.common.visibility == Visibility::Public
        && book.facts.passed(fact).is_none()
        && fact.value.as_ref().is_some_and(|value| book.words_of(page).value(value) == text)
}

/// Creates a finding for a link whose text differs from its target.
fn target(span: Span, link: &PassageLink, typed: &Typed<'_>) -> Diagnostic {
    let finding = finding(span, address(link), typed);
    match typed.fact {
        Some(fact) => Diagnostic { help: vec![format!("link to `fact:{}`", fact.id)], ..finding },
        None => finding,
    }
}

fn finding(span: Span, text: &str, typed: &Typed<'_>) -> Diagnostic {
    let text = text.trim();
    let Some(fact) = typed.fact else {
        let kind = match () {
            () if text.contains('@') => "contact",
            () if status::is_scheme(text) => "certification",
            () => "subprocessor",
        };
        return Diagnostic::new(span, format!("`{text}` is typed by hand, but the register does not have it"))
            .help(format!("state it in the register, in a `[[{kind}]]`, and write its expression here"));
    };
    let stated = fact.value.as_ref().map(Value::text).unwrap_or_default();
    let message = match typed.agrees {
        Agrees::Same => format!("`{text}` is typed by hand, and the register has it as `{}`", fact.id),
        Agrees::InOtherWords => format!("`{text}` is typed by hand; the register has `{}` as `{stated}`", fact.id),
        Agrees::No => format!("`{text}` contradicts the register, which has `{}` as `{stated}`", fact.id),
    };
    Diagnostic::new(span, message)
        .also(fact.span, "stated here")
        .help(format!("write `{}`, so that there is one place to maintain", expression(fact)))
}

fn expression(fact: &Fact) -> String {
    format!("{{{{ {} }}}}", fact.id)
}
