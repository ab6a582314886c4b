//! A region has a code unknown to its provider, or a page names a code unknown to the register.

use super::{Check, Findings, Look, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::pattern::Pattern;
use crate::prose::codes::Codes;
use crate::prose::{Sentence, subject};
use crate::regions::{self, Provider};
use crate::register::value::{Value, date_words};
use crate::register::{Fact, Record};
use crate::suggest::nearest;

pub(super) const CHECK: Check =
    Check::deny("region-unknown", include_str!("region_unknown.md"), Run::Prose(prepare, run));

fn run(book: &Book, findings: &mut Findings) {
    for record in records(&book.facts, "region") {
        let prefix = format!("{}.codes.", record.full_id());
        let mut abroad: Option<Diagnostic> = None;
        for fact in &record.fields {
            let provider = fact.id.strip_prefix(&prefix).and_then(regions::provider);
            let (Some(provider), Some(Value::Text(code))) = (provider, &fact.value) else {
                continue;
            };
            let known = provider.code(code).or_else(|| provider.region_of(code));
            match (known, regions::find(code).first()) {
                (Some(known), _) => {
                    let lies =
                        known.country.as_deref().and_then(|country| lies_abroad(record, fact, provider, country));
                    // Several codes that disagree with the country of their record are one mistake.
                    abroad = match (abroad, lies) {
                        (Some(first), Some(_)) => Some(first.also(fact.span, "so does this one")),
                        (first, lies) => first.or(lies),
                    };
                }
                (None, _) if provider.is_zone(code) => {}
                (None, Some(owner)) => findings.push(of_another(record, fact, provider, owner)),
                (None, None) => findings.push(unknown(fact, code, provider)),
            }
        }
        findings.extend(abroad);
    }
}

/// Prepares the search for codes on pages that the register does not have: one section may name a region that all
/// others omit.
fn prepare(book: &Book) -> Look<'_> {
    // Without a region in the register, no code is missing from it.
    if records(&book.facts, "region").next().is_none() {
        return Box::new(|_| Vec::new());
    }
    let codes = Codes::of(&book.facts);
    Box::new(move |prose| {
        let said = prose.sentences().filter(|sentence| !is_elsewhere(sentence.text()));
        said.flat_map(|sentence| in_sentence(prose.page, &sentence, &codes)).collect()
    })
}

fn in_sentence(page: &Page, sentence: &Sentence<'_>, codes: &Codes<'_>) -> Vec<Diagnostic> {
    let passage = sentence.passage;
    let in_text = codes.find(sentence.text()).into_iter().filter(|typed| typed.fact.is_none());
    let in_text = in_text.filter_map(|typed| {
        let code = sentence.text()[typed.range.clone()].to_owned();
        Some((passage.locate(page, sentence.in_passage(&typed.range))?, code))
    });
    let inside = passage.code.iter().filter(|code| sentence.range.contains(&code.at));
    let in_code = inside.filter_map(|code| {
        let typed = codes.find(&code.text).into_iter().find(|typed| typed.fact.is_none())?;
        (typed.range.len() == code.text.len()).then_some((page.body.locate(code.body.clone())?, code.text.clone()))
    });
    in_text
        .chain(in_code)
        .map(|(span, code)| {
            let message = format!("the page names the region `{code}`, but the register does not have it");
            Diagnostic::new(span, message)
                .help("state it as a `[[region]]` and show it by its expression, or remove it if it is not used")
        })
        .collect()
}

/// Returns true if a sentence is about regions of others, another time, or a setting of the reader.
fn is_elsewhere(text: &str) -> bool {
    static ELSEWHERE: Pattern = Pattern::new(
        r"(?i)\b(?:before|bucket|certificates?|choose|configure|default|deploy|e\.g|example|export|formerly|incident|outage|previously|sdk|select|set|until|used to|you|your)\b",
    );
    // Names of providers are part of the name of a region.
    let without: String = text.split_whitespace().filter(|word| !is_provider(word)).collect::<Vec<_>>().join(" ");
    subject::is_of_others(&without) || ELSEWHERE.is_match(text)
}

fn is_provider(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    word.split('/')
        .all(|part| matches!(part, "amazon" | "aws" | "azure" | "gcp" | "google" | "hosted" | "hosting" | "microsoft"))
}

fn lies_abroad(record: &Record, fact: &Fact, provider: &Provider, country: &str) -> Option<Diagnostic> {
    let (stated, here) = country_of(record)?;
    // A check does not decide which territories are countries.
    if here == country || (here == "CN" && matches!(country, "HK" | "TW")) {
        return None;
    }
    let (code, there, here) = (text(fact), words(country), words(here));
    let message = format!("`{code}` of {} is in {there}, but this region is in {here}", provider.name);
    Some(
        Diagnostic::new(fact.span, message)
            .also(stated.span, "the country of the region")
            .help(format!("write the code of a region in {here}, or correct the `country`")),
    )
}

fn of_another(record: &Record, fact: &Fact, provider: &Provider, owner: &Provider) -> Diagnostic {
    let country = country_of(record).map_or("", |(_, country)| country);
    let place = record.value("place").map(Value::text).unwrap_or_default();
    let near: Vec<String> =
        provider.near(country, &place).iter().map(|(code, place)| format!("`{code}` in {place}")).collect();
    let help = match near.as_slice() {
        [] => format!("write the code that {} itself gives to the region, or remove the entry", provider.name),
        near => {
            format!("{} has {}; write the code that is meant, or remove the entry", provider.name, near.join(" and "))
        }
    };
    let message = format!("`{}` is a code of {}, not of {}", text(fact), owner.name, provider.name);
    Diagnostic::new(fact.span, message).help(help)
}

fn unknown(fact: &Fact, code: &str, provider: &Provider) -> Diagnostic {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let day = regions::checked().map(date_words).unwrap_or_default();
    let finding = Diagnostic::new(fact.span, format!("{} has no region `{code}`", provider.name));
    let Some(near) = nearest(code, provider.codes.keys().map(String::as_str)) else {
        let help = format!(
            "write the code that {} gives to the region; the codes known here are those of {day}",
            provider.name
        );
        return finding.help(help);
    };
    let finding = finding.help(format!("did you mean `{near}`? the codes known here are those of {day}"));
    // A letter is a misspelling. Another digit is another place, which only the writer knows.
    if digits(code) == digits(near) { finding.edit(fact.span, format!("\"{near}\"")) } else { finding }
}

fn country_of(record: &Record) -> Option<(&Fact, &str)> {
    let stated = record.field("country")?;
    match &stated.value {
        Some(Value::Country(code)) => Some((stated, code)),
        _ => None,
    }
}

fn text(fact: &Fact) -> String {
    fact.value.as_ref().map(Value::text).unwrap_or_default()
}

/// Returns the name of a country as it appears in a sentence.
fn words(code: &str) -> String {
    let name = Value::Country(code.to_owned()).text();
    if matches!(code, "AE" | "GB" | "NL" | "US") { format!("the {name}") } else { name }
}
