//! Statements about certifications: the status, the edition and the end of the validity.

use super::clause::{ClauseContext, Subject, main};
use super::date::dates;
use super::located::applies;
use super::table::{CertificationStatus, Language};
use crate::facts::Facts;
use crate::page::prose::Passage;
use crate::pattern::Pattern;
use crate::prose::names::{Meant, Named, RegisterNames};
use crate::prose::status;
use crate::prose::typed::{Agrees, Typed};
use crate::prose::{Sentence, of_passage};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// The placeholder for the name of a scheme.
const SCHEME: &str = "§";

/// Matches an edition after the name of a scheme.
static EDITION: Pattern = Pattern::new(r"^\s?[:(-]\s?((?:19|20)\d\d)\b");
/// Matches words about another edition or another time.
static CHANGE: Pattern = Pattern::new(
    r"(?i)re-?certif|renew|surveillance|transition|migrat|upgrad|replac|moved|next|\bagain\b|annual|umstell|rezertif|überwach|nächst|renouvel|renov|prochain|próxim",
);
/// Matches words about an edition of the past.
static PAST: Pattern = Pattern::new(
    r"(?i)\b(?:was|were|before|previously|formerly|used to|until|since|first|early|war|waren|früher|bis|était|étaient|avant|auparavant|era|estaba|antes)\b",
);
/// Matches words that mark a date as the end of a certificate, its issue, or the day on which it is expected.
static DATED: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let words = [
        (
            "expires",
            r"(?i)\b(?:expir\w*|valid (?:until|through|till|to)|runs (?:out|until)|gültig bis|bis [^.]{3,20} gültig|gültigkeit|läuft|ablauf\w*|valable jusqu|valide jusqu|válido hasta|válida hasta|caduca|vence)",
        ),
        (
            "issued",
            r"(?i)\b(?:issued?|granted|awarded|dated|obtained|ausgestellt|ausstellung\w*|erteilt|délivré|emitido|expedido)\b",
        ),
        (
            "eta",
            r"(?i)\b(?:expect\w*|anticipate\w*|due|scheduled|planned|estimated|eta|erwart\w*|geplant|voraussichtlich|attendu\w*|prévu\w*|previst\w*|esperam?o?s?)\b",
        ),
    ];
    words.into_iter().filter_map(|(field, words)| Some((field, Regex::new(words).ok()?))).collect()
});
/// Matches words of a limit before a date.
static LATEST: Pattern = Pattern::new(
    r"(?i)\b(?:by|before|until|no later than|latest|bis|vor|spätestens|avant|d[’']ici|antes de|a más tardar)(?: (?:the|the end of|end of|ende|zum ende|fin|la fin de|finales de|el))*\s*$",
);

/// Returns the statements about certifications in a sentence that contradict the register.
pub(super) fn find<'t>(
    facts: &'t Facts,
    names: &RegisterNames<'t>,
    language: &Language,
    named: &[Named<'t>],
    place: &ClauseContext<'_>,
) -> Vec<Typed<'t>> {
    // A subprocessor or a region in the sentence may be the certified party.
    let is_other = |named: &Named<'_>| matches!(named.meant, Meant::Record(record) if matches!(record.kind.name, "subprocessor" | "region"));
    let own = if named.iter().any(is_other) { Vec::new() } else { called(facts, named, place.text, place) };
    let above = if own.is_empty() && !named.iter().any(is_other) { below(facts, names, place) } else { Vec::new() };
    if let Some(typed) = answer(facts, names, place) {
        return vec![typed];
    }
    if own.is_empty() && above.is_empty() || place.text.contains('?') {
        return Vec::new();
    }
    let clause = main(language, place);
    // Below a heading, the name of the scheme is left out: "We are working towards certification."
    static NAMELESS: Pattern = Pattern::new(r"(?i)\b(?:attest|certif|zertifi)\w+\W*$");
    let nameless = NAMELESS.find(place.text).filter(|_| own.is_empty()).map(|found| found.start());
    let masked = match nameless {
        Some(at) => format!("{}{SCHEME} {}", &place.text[..at], &place.text[at..]),
        None => masked(place.text, &own),
    };
    static OURS: Pattern = Pattern::made(|| {
        let lead = "our|the|current|unsere?|das|die|zertifikat|zertifizierung|bericht|nach|gemäß|über|notre|le|la|nuestr[oa]|el|certifica\\w+|certification|certificat|report|informe|rapport|de|en|for|für|pour|para";
        format!("(?i)^(?:(?:{lead}) )*{SCHEME}")
    });
    let starts = masked.get(clause.range.start..).unwrap_or_default();
    // "ISO 27001:2013 certificates expired" is about those of all companies, and "the certificate of" one about another.
    static ANOTHER: Pattern = Pattern::new(
        r"^§[§_]*(?:\S*\d{4})? certificates |(?:[Cc]ertificat\w*|[Zz]ertifikat|[Rr]eport|[Cc]ertificado) (?:of|von|de|des|del) (?:the |our )?(?:[A-Z]|old|former|previous|parent|office|subsidiar)",
    );
    let is_another = ANOTHER.is_match(starts);
    let is_ours = !is_another && OURS.is_match(starts);
    if is_another {
        return Vec::new();
    }
    let is_label = clause.subject == Subject::Label || !above.is_empty() && clause.subject != Subject::Other;
    if clause.subject != Subject::Us && !is_ours && !is_label {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !CHANGE.is_match(place.text) {
        match (nameless, above.as_slice()) {
            (Some(_), _) if !matches!(clause.subject, Subject::Us | Subject::Label) => {}
            (Some(at), [(_, all)]) => {
                let at = (at..at + SCHEME.len(), all.clone());
                let all = standing(language, &masked, clause.range.start, &[at]);
                let last = place.text.trim_end().len();
                found.extend(all.into_iter().map(|typed| Typed { range: typed.range.start..last, ..typed }));
            }
            _ => found.extend(standing(language, &masked, clause.range.start, &own)),
        }
        if !PAST.is_match(place.text) {
            found.extend(own.iter().filter_map(|(range, all)| edition(place.text, range, all)));
        }
        found.extend(in_columns(language, place, &own));
        if !place.is_row {
            let about = if own.is_empty() { &above } else { &own };
            found.extend(dated(language, place.text, 0..place.text.len(), "", about));
        }
    }
    if found.is_empty() && !above.is_empty() {
        found.extend(labelled(place.text, &above));
    }
    found
}

/// Returns "yes" or "no" after a question whether the vendor has a certification, if the register says otherwise.
fn answer<'t>(facts: &'t Facts, names: &RegisterNames<'t>, place: &ClauseContext<'_>) -> Option<Typed<'t>> {
    static ASKED: Pattern =
        Pattern::new(r"(?i)\b(?:you|we|sie|vous|usted|ustedes|están|tienen|cuentan|disponen)\b.*\?\s*$");
    static YES: Pattern = Pattern::new(r"(?i)^(?:yes|ja|oui|sí)$");
    static NO: Pattern = Pattern::new(r"(?i)^(?:no|nein|non)$");
    let said = place.text.trim_matches(|c: char| !c.is_alphanumeric());
    let yes = YES.is_match(said);
    let names_us = || place.us.iter().any(|name| place.heading.to_lowercase().contains(name));
    if said.len() > 4 || !(yes || NO.is_match(said)) || !(ASKED.is_match(place.heading) || names_us()) {
        return None;
    }
    let record = status::asked(facts, names, &Passage::of_value(place.heading))?;
    let fact = record
        .field("status")
        .filter(|fact| is_other(if yes { CertificationStatus::Held } else { CertificationStatus::None }, fact))?;
    let start = place.text.find(said)?;
    Some(Typed { range: start..start + said.len(), fact: Some(fact), agrees: Agrees::No })
}

/// The range of a name, and the certifications that it may refer to.
type Called<'t> = (Range<usize>, Vec<&'t Record>);

/// Returns the certifications among the names of a text.
fn called<'t>(facts: &Facts, named: &[Named<'t>], text: &str, place: &ClauseContext<'_>) -> Vec<Called<'t>> {
    let mut found: Vec<Called<'t>> = Vec::new();
    for named in named {
        let Meant::Record(record) = named.meant else { continue };
        if record.kind.name != "certification" || !applies(facts, place, &record.common) {
            continue;
        }
        match found.iter_mut().find(|(range, _)| *range == named.range) {
            Some((_, all)) => all.push(record),
            None => found.push((named.range.clone(), vec![record])),
        }
    }
    // Both types of a report share one scheme: the text decides which one is meant.
    for (range, all) in &mut found {
        if all.iter().any(|record| record.value("report_type").is_some()) && all.len() > 1 {
            all.retain(|record| status::says_type(text, range, record));
        }
    }
    found.retain(|(_, all)| !all.is_empty());
    found
}

/// Returns the certifications that a heading names, if it names one scheme and nothing else.
fn below<'t>(facts: &'t Facts, names: &RegisterNames<'t>, place: &ClauseContext<'_>) -> Vec<Called<'t>> {
    if !names.may_name(place.heading) {
        return Vec::new();
    }
    let heading = Passage::of_value(place.heading);
    let of = |sentence: Sentence<'_>| called(facts, &names.find(facts, &sentence), sentence.text(), place);
    let found: Vec<Called<'t>> = of_passage(&heading).flat_map(of).collect();
    let [(range, _)] = found.as_slice() else { return Vec::new() };
    let rest = [&place.heading[..range.start], &place.heading[range.end..]].join(" ").to_lowercase();
    let plain = |word: &str| matches!(word, "our" | "type" | "i" | "ii" | "certification" | "certificate" | "report");
    let is_alone = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(plain);
    if is_alone { found } else { Vec::new() }
}

/// Masks the names of schemes in a text without moving other bytes. A list of names becomes one name.
fn masked(text: &str, own: &[Called<'_>]) -> String {
    let mut output = text.to_owned();
    for (range, _) in own {
        let rest = range.len().saturating_sub(SCHEME.len());
        output.replace_range(range.clone(), &format!("{SCHEME}{}", "_".repeat(rest)));
    }
    static LIST: Pattern =
        Pattern::new(r"(?:[\s:-]*(?:[Tt]ype\s)?(?:II?|[12]))?(?:, and |, | and | & |/| und | et | y )§");
    LIST.replace_all(&output, |found: &regex::Captures<'_>| "_".repeat(found[0].len())).into_owned()
}

/// Returns the statements about the status of the names.
fn standing<'t>(language: &Language, masked: &str, start: usize, own: &[Called<'t>]) -> Vec<Typed<'t>> {
    let shapes = language.states.iter();
    let hits = shapes.filter_map(|(state, shape)| Some((*state, shape.find(masked.get(start..)?)?.range())));
    let mut found: Vec<Typed<'t>> = Vec::new();
    for (state, range) in hits {
        let range = start + range.start..start + range.end;
        // `No estamos certificados`.
        if state == CertificationStatus::Held && language.no.is_match(&masked[start..range.start]) {
            continue;
        }
        let about = own.iter().filter(|(name, _)| range.start <= name.start && name.start < range.end);
        let differs = about.filter_map(|(_, all)| {
            let stated = all.iter().map(|record| record.field("status"));
            let stated: Option<Vec<&Fact>> = stated.collect();
            stated?
                .into_iter()
                .find(|fact| is_other(state, fact))
                .filter(|_| all.iter().all(|record| record.field("status").is_some_and(|fact| is_other(state, fact))))
        });
        if let Some(fact) = differs.into_iter().next()
            && found.iter().all(|known| known.fact.map(|known| &known.id) != Some(&fact.id))
        {
            found.push(Typed { range, fact: Some(fact), agrees: Agrees::No });
        }
    }
    found
}

/// Returns true if the stated status contradicts the register.
fn is_other(said: CertificationStatus, status: &Fact) -> bool {
    let Some(Value::Choice(word)) = &status.value else { return false };
    match said {
        CertificationStatus::Held => matches!(word.as_str(), "planned" | "in-progress"),
        CertificationStatus::Waits | CertificationStatus::None | CertificationStatus::Ended => word == "held",
    }
}

/// Returns an edition after the name that differs from the one of the record.
fn edition<'t>(text: &str, range: &Range<usize>, all: &[&'t Record]) -> Option<Typed<'t>> {
    static SAID: Pattern = Pattern::new(r"(?i)certifi|zertifi|holds?\b|maintain|compliant|accredited|conforme");
    let [record] = all else { return None };
    let fact = record.field("edition")?;
    if fact.value.as_ref().is_some_and(|stated| text.contains(&stated.text())) {
        return None;
    }
    let found = EDITION.captures(&text[range.end..])?.get(1)?;
    let stated = fact.value.as_ref()?.text();
    let differs = stated.len() == 4 && stated != found.as_str() && SAID.is_match(text);
    let at = range.end + found.start()..range.end + found.end();
    differs.then_some(Typed { range: at, fact: Some(fact), agrees: Agrees::No })
}

/// Returns what a row says in columns about the certification in its first cell.
fn in_columns<'t>(language: &Language, place: &ClauseContext<'_>, own: &[Called<'t>]) -> Vec<Typed<'t>> {
    static COLUMN: Pattern = Pattern::new(r"(?i)^(?:edition|version|revision|year|ausgabe|édition|edición|versión)$");
    let [(name, all)] = own else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    for (cell, head) in place.text.split(" | ").zip(place.head.split(" | ")) {
        let range = at..at + cell.len();
        at = range.end + " | ".len();
        if !place.is_row || range.start == 0 || name.end > place.text.find(" | ").unwrap_or(0) {
            continue;
        }
        found.extend(dated(language, place.text, range.clone(), head, own));
        if let ([record], true) = (all.as_slice(), COLUMN.is_match(head.trim()))
            && let Some(fact) = record.field("edition")
            && let Some(stated) = fact.value.as_ref().map(Value::text)
            && [cell.trim(), &stated].iter().all(|year| year.len() == 4 && year.parse::<u16>().is_ok())
            && stated != cell.trim()
        {
            found.push(Typed { range, fact: Some(fact), agrees: Agrees::No });
        }
    }
    found
}

/// Returns a date of a certification in a part of a text if it differs from the register. The words in the same part, or
/// in the head of its column, say which date it is.
fn dated<'t>(language: &Language, text: &str, part: Range<usize>, head: &str, own: &[Called<'t>]) -> Option<Typed<'t>> {
    let [(_, all)] = own else { return None };
    let [record] = all.as_slice() else { return None };
    let said = text.get(part.clone())?;
    // "We first obtained" it on another day than the present certificate.
    static FIRST: Pattern =
        Pattern::new(r"(?i)\b(?:first|originally|initially|erstmals|zuerst|initialement|inicialmente)\b");
    if FIRST.is_match(said) {
        return None;
    }
    let mut fields = DATED.iter().filter(|(_, words)| words.is_match(said) || words.is_match(head));
    let (field, _) = fields.next().filter(|_| fields.next().is_none())?;
    let waits = matches!(record.word("status"), Some("planned" | "in-progress"));
    let fact = record.field(field).filter(|_| *field != "eta" || waits)?;
    let Some(Value::Date(stated)) = fact.value else { return None };
    // The year of an edition is not a date.
    let name = |range: &Range<usize>| {
        own.iter().any(|(name, _)| {
            EDITION.captures(&text[name.end..]).is_some_and(|found| {
                found.get(1).is_some_and(|year| name.end + year.start() == part.start + range.start)
            })
        })
    };
    let mut dates = dates(language, said).into_iter().filter(|(range, _)| !name(range));
    let (range, (first, last)) = dates.next().filter(|_| dates.next().is_none())?;
    let is_latest = LATEST.is_match(&said[..range.start]);
    let differs = last < stated || stated < first && !(is_latest && *field == "eta");
    let range = part.start + range.start..part.start + range.end;
    differs.then_some(Typed { range, fact: Some(fact), agrees: Agrees::No })
}

/// Returns the status after a label below the name of a scheme: `Status: Compliant`.
fn labelled<'t>(text: &str, above: &[Called<'t>]) -> Option<Typed<'t>> {
    static LABEL: Pattern = Pattern::new(
        r"(?i)^\W*(?:(?:certification |current )?(?:status|state|stand|statut|estado))?[\s:|*–-]*(?:fully |currently )?",
    );
    let [(_, all)] = above else { return None };
    let [record] = all.as_slice() else { return None };
    let fact = record.field("status")?;
    let start = LABEL.find(text)?.end();
    let (range, said) = status::words_in(text).into_iter().next().filter(|(range, _)| range.start == start)?;
    static SINCE: Pattern = Pattern::new(r"(?i)^\s*(?:since|seit|depuis|desde)\b");
    let rest = &text[range.end..];
    let ends = !rest.contains(char::is_alphanumeric) || SINCE.is_match(rest);
    let waits = |word: &str| matches!(word, "planned" | "in-progress");
    let Some(Value::Choice(stated)) = &fact.value else { return None };
    let differs = said != stated && !(waits(said) && waits(stated));
    (ends && differs).then_some(Typed { range, fact: Some(fact), agrees: Agrees::No })
}
