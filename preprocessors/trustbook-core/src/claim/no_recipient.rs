//! `no_recipient`: no subprocessor receives data of a category.

use super::fields::category_words;
use super::seen::{Audience, Basis, ClaimResult, Reason, Why};
use super::{ClaimKind, ClaimSources};
use crate::category;
use crate::register::Record;
use crate::register::common::{State, Visibility};
use crate::register::phrase::Phrase;
use crate::register::value::{Value, date_words};

pub(super) const KIND: ClaimKind = ClaimKind { name: "no_recipient", run };

fn run(sources: &ClaimSources<'_>, record: &Record, seen: &mut ClaimResult) {
    let category = record.value("category").map(Value::text).unwrap_or_default();
    let mut said = Vec::new();
    sources.shared.take(sources.facts.register.of_kind("subprocessor").count());
    for company in sources.facts.register.of_kind("subprocessor").filter(|company| meets(record, company)) {
        let status = company.word("status").unwrap_or("not-stated");
        let is_over =
            |field: &str| matches!(company.value(field), Some(Value::Date(day)) if *day < sources.facts.today);
        let is_ahead = matches!(company.value("effective"), Some(Value::Date(day)) if *day > sources.facts.today);
        if status == "ended" && (company.field("ended").is_none() || is_over("ended"))
            || status == "announced" && is_ahead
        {
            continue;
        }
        let shown = Audience::to_all_if(company.common.visibility == Visibility::Public);
        let reason = |why: Why, what: String| Reason::new(why, what).at(company.span, "its record").shown(shown);
        said.push(company.common.said());
        seen.until(company.common.due(sources.facts.today));
        seen.evidence(super::Evidence {
            what: Phrase::of("claim.evidence_received", vec![("name", company.title())]),
            on: company.common.said(),
            link: None,
            is_public: shown == Audience::ToAll,
        });
        match sources.facts.state(&company.common) {
            State::Due(since) => {
                let what =
                    format!("the review of `{}` has been overdue since {}", company.full_id(), date_words(since));
                seen.push(reason(Why::Due, what));
            }
            State::Expired(on) => {
                seen.push(reason(Why::Old, format!("`{}` ended on {}", company.full_id(), date_words(on))));
            }
            _ => {}
        }
        let Some(Value::List(data)) = company.value("data") else {
            let what = format!("which data `{}` receives is not stated", company.full_id());
            seen.push(reason(Why::Lacking, what).help("state its `data` as categories, such as `user.contact.email`"));
            continue;
        };
        sources.shared.take(data.len());
        for item in data.iter().map(Value::text) {
            if let Some((why, what, help)) = of_item(&category, &item, company, status) {
                let at = company.field("data").map_or(company.span, |fact| fact.span);
                seen.push(reason(why, what).at(at, "what it receives").help(help));
            }
        }
    }
    if said.is_empty() {
        seen.lacking("no subprocessor is listed, so nothing was checked".to_owned());
    }
    seen.basis = Some(Basis::Register(said.into_iter().flatten().min()));
}

/// Returns the reason against the sentence that one entry of a subprocessor's data gives, with its help.
fn of_item(category: &str, item: &str, company: &Record, status: &str) -> Option<(Why, String, &'static str)> {
    let id = company.full_id();
    let Some(key) = key_of(item) else {
        let what =
            format!("`{id}` receives `{item}`, which is not a category, and may include {}", category_words(category));
        return Some((Why::Lacking, what, "write the category, such as `user.contact.email`"));
    };
    if category::within(&key, category) {
        let what = format!("`{id}` receives {}", category_words(&key));
        return Some(match status {
            "not-stated" => {
                (Why::Lacking, format!("{what}, if it is in use, which is not stated"), "state its `status`")
            }
            _ => (Why::Against, what, "change the sentence, or correct the record"),
        });
    }
    let may = category::within(category, &key);
    let what = format!("`{id}` receives {}, which {} may be part of", category_words(&key), category_words(category));
    may.then_some((Why::Lacking, what, "say more exactly what it receives"))
}

/// Returns the category that a text names, by its key or by its words.
fn key_of(item: &str) -> Option<String> {
    if category::check(item).is_ok() {
        return Some(item.to_owned());
    }
    let is_it = |key: &&str| category::words(key).is_some_and(|words| words.eq_ignore_ascii_case(item.trim()));
    category::known().find(is_it).map(str::to_owned)
}

/// Returns true if a record applies to a hosting option of the claim.
pub(super) fn meets(claim: &Record, other: &Record) -> bool {
    let options = &claim.common.deployments;
    options.is_empty() || options.iter().any(|option| other.common.applies_to(&option.value))
}
