//! Single facts in sentences and labels: who the vendor is, whom to write to, and what it promises.

use super::draft::{self, Draft, Stated};
use super::page::{Cell, Content, Part};
use super::values::{country, one_line};
use std::ops::Range;
use trustbook_core::pattern::Pattern;
use trustbook_core::prose::frames;
use trustbook_core::prose::token::{self, TokenKind};

static NAMED: Pattern = Pattern::new(
    r#"((?:\p{Lu}|\p{Ll}+\p{Lu})[\w&.'’-]*(?: [\p{Lu}&][\w&.'’-]*){0,5},? (?:Inc\.?|LLC|L\.L\.C\.|Ltd\.?|Limited|GmbH|AG|UG|B\.V\.|BV|N\.V\.|SAS|S\.A\.|SA|AB|ApS|A/S|AS|Oy|PLC|plc|Pty Ltd|Corp\.|Corporation|S\.L\.|S\.r\.l\.|s\.r\.o\.|SE)) ?\([^()]*["“„«](?i:we|us|our|wir|uns|nous|nosotros)[,.]?["”“»]"#,
);

/// The labels of known facts.
const LABELS: &[(&str, &[&str])] = &[
    ("vendor.legal_name", &["legal name", "legal entity", "company name"]),
    (
        "vendor.address",
        &["address", "postal address", "registered address", "registered office", "mailing address", "anschrift"],
    ),
    ("vendor.phone", &["phone", "telephone", "phone number", "tel", "telefon"]),
    (
        "vendor.registration_number",
        &["company number", "registration number", "company registration number", "handelsregisternummer"],
    ),
    ("vendor.country", &["country of incorporation"]),
];

/// The facts and contacts of a page.
#[derive(Debug, Default)]
pub(super) struct Single {
    /// The facts.
    pub(super) stated: Vec<Stated>,
    /// The contacts.
    pub(super) contacts: Vec<Draft>,
}

/// Finds the facts of a page outside the bytes of its records.
pub(super) fn find(language: &str, parts: &[Part], taken: &[Range<usize>]) -> Single {
    let mut single = Single::default();
    let is_free =
        |part: &&Part| !taken.iter().any(|range| range.start < part.range.end && part.range.start < range.end);
    for part in parts.iter().filter(is_free) {
        let cells: Vec<&Cell> = match &part.content {
            Content::Paragraph(cell) | Content::Quote(cell) => vec![cell],
            Content::List(items) => items.iter().collect(),
            _ => continue,
        };
        for cell in cells {
            for line in cell.text.split('\n') {
                labelled(&mut single, line);
                // A legal name ends in a dot more often than a sentence ends after one.
                if let Some(captures) = NAMED.captures(line) {
                    single.stated.push(Stated { id: "vendor.legal_name", value: captures[1].into() });
                }
                sentences(line).for_each(|sentence| read(&mut single, language, sentence, part.heading()));
            }
        }
    }
    single
}

fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = line.match_indices(". ").map(|(at, _)| at + 1).chain([line.len()]).collect();
    let mut start = 0;
    ends.into_iter().filter_map(move |end| {
        let sentence = line.get(start..end)?.trim();
        start = end;
        (!sentence.is_empty()).then_some(sentence)
    })
}

fn labelled(single: &mut Single, line: &str) {
    let Some((label, value)) = line.split_once(':') else { return };
    let (label, value) = (one_line(label).to_lowercase(), one_line(value));
    let Some((id, _)) = LABELS.iter().find(|(_, labels)| labels.contains(&label.as_str())) else { return };
    let value = match *id {
        "vendor.phone" => phone(&value),
        "vendor.country" => country(&value).map(str::to_owned),
        // A line to fill in is no value.
        _ => Some(value).filter(|value| (4..200).contains(&value.len()) && !value.contains("__")),
    };
    single.stated.extend(value.map(|value| Stated { id, value: value.into() }));
}

/// Returns a telephone number in international form, if it is written in one.
fn phone(text: &str) -> Option<String> {
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    (text.starts_with('+') && is_number && (7..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

fn read(single: &mut Single, language: &str, sentence: &str, heading: &str) {
    for (id, range) in frames::stated_by(language, sentence, heading) {
        let words = &sentence[range];
        let value = words.parse::<i64>().map_or_else(|_| words.into(), toml_edit::Value::from);
        single.stated.push(Stated { id, value });
    }
    for token in token::find(sentence).into_iter().filter(|token| token.kind == TokenKind::Email) {
        let email = sentence[token.range].trim_start_matches("mailto:");
        let role = email.split_once('@').and_then(|(name, _)| draft::role(name));
        if let (Some(role), Some(mut contact)) = (role, Draft::new("contact")) {
            contact.id = role.to_owned();
            contact.set("roles", toml_edit::Value::Array([role].into_iter().collect()));
            contact.set("email", email.into());
            if !single.contacts.iter().any(|other| other.title() == contact.title()) {
                single.contacts.push(contact);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::page;
    use super::*;

    #[test]
    fn facts_are_taken_where_the_sentence_states_them() {
        let text = "This is run by Example Labs, Inc. (“Example”, “we”).\n\nAddress: 1 Example Street, London\n\nPhone: +44 20 7946 0000\n\n\
                    We notify customers of a personal data breach within 72 hours. We will inform you of new subprocessors at least thirty (30) days in advance.\n\n\
                    Write to security@example.com or hello@example.com.\n\nOur competitor Other GmbH is large. About 30 days may pass.\n";
        let single = find("en", &page::read(text), &[]);
        let stated: Vec<String> =
            single.stated.iter().map(|stated| format!("{}={}", stated.id, draft::words(&stated.value))).collect();
        assert_eq!(
            stated,
            [
                "vendor.legal_name=Example Labs, Inc.",
                "vendor.address=1 Example Street, London",
                "vendor.phone=+442079460000",
                "vendor.breach_notification=72 hours",
                "vendor.subprocessor_notice=thirty (30) days",
            ]
        );
        assert_eq!(single.contacts.iter().map(Draft::title).collect::<Vec<_>>(), ["security@example.com"]);
    }
}
