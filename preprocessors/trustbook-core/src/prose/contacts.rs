//! Addresses and numbers by which a vendor is reached or recognised, typed in prose.

use super::taken::Taken;
use super::token::{self, TokenKind};
use super::typed::{Agrees, Typed};
use crate::register::Fact;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::trust::Trust;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Domains of which anybody can have a mailbox.
const EVERYBODYS: &[&str] =
    &["gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "proton.me", "protonmail.com"];
/// Mailboxes that stand for an office of the vendor.
const OFFICES: &[&str] = &["abuse", "compliance", "dpo", "gdpr", "legal", "privacy", "psirt", "security", "support"];

/// E-mail addresses, telephone numbers and numbers of certificates that the register has, or that are the vendor's own.
pub fn find<'t>(known: &Contacts<'t>, text: &str) -> Vec<Typed<'t>> {
    let mut found: Vec<Typed<'t>> = Vec::new();
    let mut taken = Taken::default();
    let mut add = |typed: Typed<'t>| {
        if taken.take(&typed.range) {
            found.push(typed);
        }
    };
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        registered(known, text).into_iter().for_each(&mut add);
    }
    let tokens = if text.contains(['@', '+']) { token::find(text) } else { Vec::new() };
    for token in tokens {
        let typed = &text[token.range.clone()];
        let fact = known.emails.get(&typed.to_ascii_lowercase()).copied();
        let agrees = if fact.is_some() { Agrees::Same } else { Agrees::No };
        match token.kind {
            TokenKind::Email if fact.is_some() || known.is_ours(typed) => add(Typed { range: token.range, fact, agrees }),
            TokenKind::Phone if !known.phones.is_empty() => {
                add(Typed { range: token.range, fact: None, agrees: Agrees::No });
            }
            _ => {}
        }
    }
    found.sort_by_key(|typed| typed.range.start);
    found
}

/// Numbers of certificates and of telephones that the register has.
fn registered<'t>(known: &Contacts<'t>, text: &str) -> Vec<Typed<'t>> {
    let certificates = known.certificates.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
    let certificates = certificates
        .filter(|hit| is_whole(text, &hit.range()))
        .map(|hit| (hit.range(), known.certified[hit.pattern().as_usize()]));
    let phones = if known.phones.is_empty() { Vec::new() } else { token::phones(text) };
    let phones = phones.into_iter().filter_map(|(range, digits)| Some((range, *known.phones.get(&digits)?)));
    let typed = certificates.chain(phones).map(|(range, fact)| {
        let same = fact.value.as_ref().is_some_and(|value| value.text() == text[range.clone()]);
        Typed { range, fact: Some(fact), agrees: if same { Agrees::Same } else { Agrees::InOtherWords } }
    });
    typed.collect()
}

/// Whether a part of a text stands as a word of its own.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '/');
    !joins(text[..range.start].chars().next_back()) && !joins(text[range.end..].chars().next())
}

/// The facts by which the vendor is reached or recognised.
#[derive(Debug)]
pub struct Contacts<'t> {
    /// In lower case.
    emails: BTreeMap<String, &'t Fact>,
    /// By the digits in which each is typed.
    phones: BTreeMap<String, &'t Fact>,
    certificates: Option<AhoCorasick>,
    /// The facts that state the numbers of certificates, in the order of the automaton.
    certified: Vec<&'t Fact>,
    domains: BTreeSet<String>,
}

impl<'t> Contacts<'t> {
    /// Collects addresses, telephone numbers and numbers of certificates, and the vendor's domains.
    pub fn of(trust: &'t Trust) -> Self {
        let register = &trust.facts.register;
        let fields = register.records.iter().flat_map(|record| &record.fields);
        let all = register.facts.iter().chain(fields).filter(|fact| fact.common.visibility != Visibility::Internal);
        let (mut emails, mut phones) = (BTreeMap::new(), BTreeMap::new());
        let (mut numbers, mut certified, mut domains) = (Vec::new(), Vec::new(), BTreeSet::new());
        for fact in all {
            match &fact.value {
                Some(Value::Email(address)) => {
                    emails.entry(address.to_ascii_lowercase()).or_insert(fact);
                    domains.extend(address.rsplit('@').next().map(str::to_lowercase));
                }
                Some(Value::Phone(number)) => phones.extend(token::typed_digits(number).map(|digits| (digits, fact))),
                Some(Value::Text(number)) if is_certificate(fact, number) => {
                    numbers.push(number.as_str());
                    certified.push(fact);
                }
                _ => {}
            }
        }
        domains.extend(trust.facts.public_text("vendor.website").and_then(|url| {
            let url = url::Url::parse(&url).ok()?;
            url.host_str().map(|host| host.trim_start_matches("www.").to_lowercase())
        }));
        // Mailboxes of everybody say nothing of whose they are.
        domains.retain(|domain| !EVERYBODYS.contains(&domain.as_str()));
        let certificates = if numbers.is_empty() { None } else { AhoCorasick::new(&numbers).ok() };
        Contacts { emails, phones, certificates, certified, domains }
    }

    /// Whether an address is the vendor's: at its domain, or a mailbox that stands for an office.
    fn is_ours(&self, address: &str) -> bool {
        let Some((mailbox, domain)) = address.rsplit_once('@') else { return false };
        let domain = domain.to_lowercase();
        if self.domains.is_empty() {
            let is_example = domain.split('.').any(|part| part == "example");
            return OFFICES.contains(&mailbox.to_lowercase().as_str()) && !is_example;
        }
        let within = domain.match_indices('.').map(|(at, _)| &domain[at + 1..]);
        std::iter::once(domain.as_str()).chain(within).any(|domain| self.domains.contains(domain))
    }
}

fn is_certificate(fact: &Fact, number: &str) -> bool {
    fact.id.ends_with(".certificate_no") && number.len() >= 4 && number.bytes().any(|byte| byte.is_ascii_digit())
}
