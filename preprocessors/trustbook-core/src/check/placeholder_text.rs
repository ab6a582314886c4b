//! A page or a fact still holds the words of a template.

use super::{Check, Findings, Run, on_pages};
use crate::diagnostic::{Diagnostic, Level};
use crate::page::Page;
use crate::page::prose::Passage;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::trust::Trust;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

pub(super) const CHECK: Check = Check {
    name: "placeholder-text",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("placeholder_text.md"),
    run: Run::Trust(run),
};

/// Words that no finished page has. Capitals are part of them: a product may be called Todo.
static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:TODO|TBD|TBA|TBC|FIXME|XXX+)\b",
        r"|(?i:\blorem ipsum\b)",
        // `(adjust as needed)`, `[insert date]`, `[Your Company]`, `<company name>`
        r"|(?i:[\[(<](?:please\s+)?(?:adapt|adjust|add|change|complete|customi[sz]e|edit|enter|fill|fill in|fill out|insert|modify|replace|specify|update)\b[^\])>\n]{0,60}?(?:as (?:appropriate|applicable|necessary|needed|required)|here|below|date|name|address|e-?mail|number|period|link|url|days|details|value|text|company|country)[^\])>\n]{0,20}[\])>])",
        r"|(?i:[\[<{](?:the |your |our |my )?(?:company|organi[sz]ation|business|vendor|product|service|legal|contact|customer|client)(?:'s)?[ _-](?:name|address|e-?mail|entity|website|url|phone|number)[\]>}])",
        r"|(?i:[\[<](?:your|our|my)[ _-](?:company|organi[sz]ation|business|product|service|team|name|e-?mail|address|country)[\]>])",
        r"|(?i:[\[<](?:date|dd[./-]mm[./-]yyyy|mm[./-]dd[./-]yyyy|yyyy[./-]mm[./-]dd|month|name|address|number of days|x days|xx days)[\]>])",
        r"|(?i:\b(?:to be (?:added|completed|filled in|written|supplied)(?: later)?|coming soon)\s*[.)\]]?\s*$)",
    ))
    .ok()
});

fn run(trust: &Trust, findings: &mut Findings) {
    let look = |page: &Page| {
        let passages = page.prose(&trust.config.html).iter();
        passages
            .flat_map(|passage| find(&passage.text).into_iter().filter_map(|range| on_page(page, passage, range)))
            .collect()
    };
    findings.0.extend(on_pages(trust, look));
    let register = &trust.facts.register;
    let fields = register.records.iter().flat_map(|record| &record.fields);
    for fact in register.facts.iter().chain(fields).filter(|fact| fact.common.visibility != Visibility::Internal) {
        if let Some(Value::Text(text) | Value::Markdown(text)) = &fact.value
            && let Some(range) = find(text).into_iter().next()
        {
            findings.push(message(fact.span.into(), &text[range]));
        }
    }
}

fn on_page(page: &Page, passage: &Passage, range: Range<usize>) -> Option<Diagnostic> {
    let is_link = passage.link_at(&range).is_some();
    let text = &passage.text[range.clone()];
    (!is_link).then_some(())?;
    Some(message(passage.locate(page, range)?.into(), text))
}

fn message(place: crate::diagnostic::Place, text: &str) -> Diagnostic {
    Diagnostic::new(place, format!("`{}` is left over from a template", text.trim()))
        .help("write what holds for you; a fact that is not decided stays out, or is named in `not_stated`")
}

fn find(text: &str) -> Vec<Range<usize>> {
    PLACEHOLDER.as_ref().map(|regex| regex.find_iter(text).map(|found| found.range()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn templates_leave_words_and_prose_does_not() {
        for text in [
            "kept for 90 days (adjust as needed)",
            "TBD",
            "Contact [Company Name] at [insert e-mail address]",
            "Dear <your company>",
            "Last updated: [DATE]",
            "Lorem ipsum dolor",
            "Certificate: coming soon",
            "{COMPANY_NAME} is",
        ] {
            assert!(!find(text).is_empty(), "{text}");
        }
        for text in [
            "Our Todo app stores notes.",
            "The period is determined by the customer (adjust it in the settings).",
            "[1] See below.",
            "We insert your name here.",
            "You can change the date.",
            "Options [optional]",
            "the <div> element",
            "(add-on)",
            "The feature is coming soon to all regions.",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
