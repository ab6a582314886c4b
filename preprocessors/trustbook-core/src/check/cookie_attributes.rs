//! The observed attributes of a cookie differ from the declared ones.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::claim::declared::{self, Declared, lifetime};
use crate::claim::site_of;
use crate::diagnostic::Diagnostic;
use crate::expand::party_word;
use crate::observation::{CookieSeen, Observation};
use crate::register::Record;
use crate::register::period::PeriodBound;
use crate::register::value::{Value, date_words};
use crate::span::Span;
use jiff::SpanFieldwise;
use jiff::civil::Date;
use std::ops::RangeInclusive;

pub(super) const CHECK: Check = Check::deny("cookie-attributes", include_str!("cookie_attributes.md"), Run::Book(run));

/// The longest lifetime that browsers allow, in seconds (RFC 6265bis, section 5.5).
const LONGEST: i64 = 400 * 86_400;
/// The words for a cookie without a lifetime of its own.
const SESSION: &str = "until the browser is closed";
/// The default of browsers for a missing SameSite attribute (RFC 6265bis, section 4.1.2.7).
const DEFAULT_SAME_SITE: &str = "lax";
/// The attribute that relates a domain to the vendor's website: first or third party.
const PARTY: &str = "party";
/// The time by which an observed lifetime may be shorter than the one that was set, in seconds.
const LATE: i64 = 120;

fn run(book: &Book, findings: &mut Findings) {
    if !book.facts.register.is_whole() {
        return;
    }
    let records: Vec<&Record> = book.facts.register.of_kind("cookie").collect();
    for found in declared::newest(&book.observations) {
        for (kept, declared) in declared::declared(&records, found) {
            let (Some(cookie), Declared::By(named)) = (kept.cookie, declared) else { continue };
            // Several records can name it equally well, such as one for each hosting option; the closest one counts.
            let all = named.into_iter().map(|record| (record, differences(book, record, found, cookie)));
            if let Some((record, differences)) = all.min_by_key(|(_, differences)| differences.len())
                && !differences.is_empty()
            {
                findings.push(told(record, found, cookie, &differences));
            }
        }
    }
}

/// An attribute whose observed value differs from the declared one.
struct Difference {
    attribute: &'static str,
    /// The span of the declaration.
    at: Span,
    declared: String,
    seen: String,
}

fn differences(book: &Book, record: &Record, found: &Observation, cookie: &CookieSeen) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut compare = |attribute: &'static str, field: &str, seen: String, is_so: &dyn Fn(&Value) -> bool| {
        if let Some((fact, value)) = record.field(field).and_then(|fact| Some((fact, fact.value.as_ref()?)))
            && !is_so(value)
        {
            let declared = match value {
                Value::Boolean(yes) => yes_or_no(*yes).to_owned(),
                other => other.text(),
            };
            all.push(Difference { attribute, at: fact.span, declared, seen });
        }
    };
    let is = |seen: bool| move |value: &Value| *value == Value::Boolean(seen);
    compare("HttpOnly", "http_only", yes_or_no(cookie.http_only).to_owned(), &is(cookie.http_only));
    compare("Secure", "secure", yes_or_no(cookie.secure).to_owned(), &is(cookie.secure));
    let same_site = cookie.same_site.as_deref();
    compare(
        "SameSite",
        "same_site",
        same_site.unwrap_or("not set, which browsers treat as lax").to_owned(),
        &|value| matches!(value, Value::Choice(word) if word == same_site.unwrap_or(DEFAULT_SAME_SITE)),
    );
    compare("Partitioned", "partitioned", yes_or_no(cookie.partitioned).to_owned(), &is(cookie.partitioned));
    compare("Path", "path", cookie.path.clone(), &|value| value.text() == cookie.path);
    compare("Domain", "domain", cookie.domain.clone(), &|_| {
        // A declaration that is not a domain is not compared.
        declared::domain_of(record).is_none_or(|domain| Some(domain) == declared::domain_of_seen(cookie))
    });
    let lives = cookie.max_age.map_or_else(|| SESSION.to_owned(), lifetime);
    compare("lifetime", "max_age", lives, &|value| is_lifetime(value, cookie.max_age, found.on));
    let way = |word: &str| if word == "script" { "a script" } else { "a header" };
    compare(
        "set by",
        "set_by",
        way(&cookie.set_by).to_owned(),
        &|value| matches!(value, Value::Choice(word) if *word == cookie.set_by),
    );
    let is_domain = declared::domain_of(record) == declared::domain_of_seen(cookie);
    if let Some(fact) = record.field("domain")
        && is_domain
        && party_word(book, record) == Some("third")
        && is_first(found, cookie)
    {
        let (declared, seen) = ("third".to_owned(), "first".to_owned());
        all.push(Difference { attribute: PARTY, at: fact.span, declared, seen });
    }
    all
}

/// Returns true if a cookie belongs to the observed site (RFC 6265bis, section 5.2).
fn is_first(found: &Observation, cookie: &CookieSeen) -> bool {
    found.url.host_str().is_some_and(|host| site_of(host) == site_of(&cookie.domain))
}

/// Returns true if the observed lifetime matches the declared one, up to the limit of browsers.
fn is_lifetime(declared: &Value, seen: Option<i64>, on: Date) -> bool {
    // Criteria cannot be compared with a lifetime.
    let (shortest, longest, bound) = match declared {
        Value::Duration(_, span) => (span, span, PeriodBound::Exact),
        Value::Period(period) if !period.is_business && period.bound != PeriodBound::About => {
            (&period.shortest, &period.longest, period.bound)
        }
        Value::Choice(word) => return seen.is_none() == (word == "session"),
        _ => return true,
    };
    let is_most = matches!(bound, PeriodBound::Most | PeriodBound::Less);
    let is_least = matches!(bound, PeriodBound::Least | PeriodBound::More);
    let Some(seen) = seen else { return is_most };
    let (Some(low), Some(high)) = (limits(shortest, on), limits(longest, on)) else { return false };
    (is_most || *low.start() <= seen) && (is_least || seen <= *high.end())
}

/// Returns the lifetimes, in seconds, that a browser may keep for a declared span.
fn limits(span: &SpanFieldwise, on: Date) -> Option<RangeInclusive<i64>> {
    let days = on.checked_add(span.0).ok().and_then(|until| on.until(until).ok()).map(|days| days.get_days());
    // The span is shorter than a day, or beyond the calendar.
    let exact = || span.0.total((jiff::Unit::Second, on)).ok().map(|seconds| seconds as i64);
    let wanted = days.filter(|days| *days > 0).map(|days| i64::from(days) * 86_400).or_else(exact)?;
    // Months and years vary in length.
    let months = i64::from(span.0.get_months());
    let slack = if months != 0 || span.0.get_years() != 0 { months.max(3) * 86_400 } else { 0 };
    let wanted = wanted.min(LONGEST);
    Some(wanted - LATE - slack..=wanted + LATE + slack)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn told(record: &Record, found: &Observation, cookie: &CookieSeen, differences: &[Difference]) -> Diagnostic {
    let words: Vec<String> = differences
        .iter()
        .map(|difference| format!("{} was {}, not {}", difference.attribute, difference.seen, difference.declared))
        .collect();
    let message = format!(
        "the cookie `{}` differs from its declaration `{}`: {}",
        cookie.name,
        record.full_id(),
        words.join("; ")
    );
    let declares = |difference: &Difference| format!("declared here: {} {}", difference.attribute, difference.declared);
    let mut finding = Diagnostic::new(differences[0].at, message).label(declares(&differences[0]));
    for difference in &differences[1..] {
        finding = finding.also(difference.at, declares(difference));
    }
    let seen: Vec<String> =
        differences.iter().map(|difference| format!("{} {}", difference.attribute, difference.seen)).collect();
    let seen = format!("seen at {} on {}: {}", found.url, date_words(found.on), seen.join("; "));
    let finding = finding
        .also(cookie.span, seen)
        .help("if the product is meant to do this, declare what was seen")
        .help("otherwise correct the product, and observe it again");
    match differences.iter().any(|difference| difference.attribute == PARTY) {
        true => finding.help("if the domain is the vendor's own, name it in the fact `vendor.domains`"),
        false => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::types::read_duration;
    use jiff::civil::date;

    #[test]
    fn lifetimes_are_compared_as_browsers_keep_them() {
        let of = |text: &str| Value::Duration(text.to_owned(), read_duration(text).unwrap());
        let day = 86_400;
        let on = date(2026, 1, 12);
        for (declared, seen) in [
            ("30 days", 30 * day),
            ("30 days", 30 * day - 5),
            ("1 year", 365 * day),
            ("1 year", 366 * day),
            ("1 month", 30 * day),
            ("6 months", 180 * day),
            ("12 months", 360 * day),
            ("2 years", 400 * day),
            ("2 hours", 7_199),
            ("10 minutes", 600),
        ] {
            assert!(is_lifetime(&of(declared), Some(seen), on), "{declared} {seen}");
        }
        for (declared, seen) in [
            ("30 days", Some(31 * day)),
            ("30 days", Some(29 * day)),
            ("30 days", None),
            ("1 year", Some(400 * day)),
            ("2 hours", Some(3_600)),
            ("24 hours", Some(2 * day)),
        ] {
            assert!(!is_lifetime(&of(declared), seen, on), "{declared} {seen:?}");
        }
        let session = Value::Choice("session".to_owned());
        assert!(is_lifetime(&session, None, on) && !is_lifetime(&session, Some(60), on));
    }
}
