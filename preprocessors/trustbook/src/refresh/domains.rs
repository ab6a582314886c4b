//! Check that the domains of published e-mail addresses accept mail.

use crate::net::{Net, Refusal};
use crate::output::counted;
use futures_util::StreamExt;
use futures_util::stream;
use jiff::civil::Date;
use std::time::Instant;
use tokio::time::timeout_at;
use trustbook_core::lock::{DomainEntry, Lock, Mail};
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;
use trustbook_core::span::Span;

/// The number of concurrent look-ups.
const AT_ONCE: usize = 8;
/// The MX record by which a domain declares that it accepts no mail (RFC 7505).
const NULL_MX: &str = "0 .";

/// The result of looking up domains.
pub(super) struct DomainResult {
    /// The entries for the lock, sorted by name.
    pub(super) entries: Vec<DomainEntry>,
    /// The messages for the terminal, one line each.
    pub(super) told: Vec<String>,
}

/// Looks up domains. If a look-up fails, the lock keeps its previous entry.
pub(super) async fn look(
    net: &Net,
    domains: &[(String, Span)],
    old: &Lock,
    today: Date,
    until: Instant,
) -> DomainResult {
    let answers = stream::iter(domains).map(|(name, span)| async move {
        let late = |_| Err(Refusal::NoAnswer(name.clone(), "no name server answered in time".to_owned()));
        (name, *span, timeout_at(until.into(), mail(net, name)).await.unwrap_or_else(late))
    });
    let answers: Vec<_> = answers.buffered(AT_ONCE).collect().await;
    let (mut entries, mut told, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (name, span, answer) in answers {
        let before = old.domain(name);
        match answer {
            Ok(mail) => {
                let since = before.filter(|before| before.mail == mail).map_or(today, |before| before.since);
                told.extend(sentence(name, before, mail).map(|line| harmless(&line)));
                entries.push(DomainEntry { name: name.clone(), mail, checked: today, since, span });
            }
            Err(refusal) => {
                entries.extend(before.cloned());
                unknown.push((refusal, before.map(|before| before.checked)));
            }
        }
    }
    if let [(first, _), ..] = unknown.as_slice() {
        let since = unknown.iter().filter_map(|(_, checked)| *checked).min();
        let kept =
            since.map_or_else(String::new, |since| format!("; the lock still has them as of {}", date_words(since)));
        let count = counted(unknown.len(), "domain");
        told.push(harmless(&format!("could not look up {count} of e-mail addresses: {first}{kept}")));
    }
    entries.sort_by(|a: &DomainEntry, b| a.name.cmp(&b.name));
    DomainResult { entries, told }
}

/// Looks up where mail to a domain is delivered: to its mail servers, or else to its own address.
async fn mail(net: &Net, name: &str) -> Result<Mail, Refusal> {
    let exchanges = match net.records(name, "MX").await {
        Ok(exchanges) => exchanges,
        Err(Refusal::NoSuchName(_)) => return Ok(Mail::None),
        Err(other) => return Err(other),
    };
    if exchanges.iter().any(|exchange| exchange == NULL_MX) {
        return Ok(Mail::Refused);
    }
    if !exchanges.is_empty() {
        return Ok(Mail::Mx);
    }
    for record in ["A", "AAAA"] {
        match net.records(name, record).await {
            Ok(addresses) if addresses.is_empty() => {}
            Ok(_) => return Ok(Mail::Address),
            Err(Refusal::NoSuchName(_)) => return Ok(Mail::None),
            Err(other) => return Err(other),
        }
    }
    Ok(Mail::None)
}

fn sentence(name: &str, before: Option<&DomainEntry>, mail: Mail) -> Option<String> {
    let is_new = before.is_none_or(|before| before.mail != mail);
    match mail {
        Mail::None => Some(format!("{name}: it accepts no mail, having neither a mail server nor an address")),
        Mail::Refused => Some(format!("{name}: it says that it accepts no mail")),
        Mail::Mx | Mail::Address if is_new && before.is_some() => Some(format!("{name}: it accepts mail again")),
        Mail::Mx | Mail::Address => None,
    }
}
