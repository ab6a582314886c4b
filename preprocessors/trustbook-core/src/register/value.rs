//! Values of facts, and their text for readers.

use super::period::Period;
use super::term::{MONTHS, Term};
use crate::countries;
use jiff::civil::Date;

/// A value of a [`ValueType`](super::types::ValueType).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// See [`ValueType::Text`](super::types::ValueType::Text).
    Text(String),
    /// See [`ValueType::Markdown`](super::types::ValueType::Markdown).
    Markdown(String),
    /// See [`ValueType::Integer`](super::types::ValueType::Integer).
    Integer(i64),
    /// See [`ValueType::Decimal`](super::types::ValueType::Decimal).
    Decimal(String),
    /// See [`ValueType::Date`](super::types::ValueType::Date).
    Date(Date),
    /// See [`ValueType::Duration`](super::types::ValueType::Duration): the words and the parsed span.
    Duration(String, jiff::SpanFieldwise),
    /// See [`ValueType::Period`](super::types::ValueType::Period).
    Period(Period),
    /// See [`ValueType::DateOrTerm`](super::types::ValueType::DateOrTerm).
    Term(Term),
    /// See [`ValueType::Email`](super::types::ValueType::Email).
    Email(String),
    /// See [`ValueType::Phone`](super::types::ValueType::Phone).
    Phone(String),
    /// See [`ValueType::Url`](super::types::ValueType::Url).
    Url(url::Url),
    /// See [`ValueType::Boolean`](super::types::ValueType::Boolean).
    Boolean(bool),
    /// See [`ValueType::Choice`](super::types::ValueType::Choice).
    Choice(String),
    /// See [`ValueType::Country`](super::types::ValueType::Country): the ISO 3166-1 alpha-2 code.
    Country(String),
    /// See [`ValueType::Id`](super::types::ValueType::Id): the kind and the id.
    Id(&'static str, String),
    /// See [`ValueType::List`](super::types::ValueType::List).
    List(Vec<Value>),
    /// See [`ValueType::Map`](super::types::ValueType::Map) and [`ValueType::Table`](super::types::ValueType::Table).
    Table(Vec<(String, Value)>),
}

/// Returns a telephone number without the spaces and hyphens between its groups.
pub fn dialled(number: &str) -> String {
    number.replace([' ', '-'], "")
}

impl Value {
    /// The value as plain text, as an English page shows it.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) | Value::Markdown(text) | Value::Decimal(text) => text.clone(),
            Value::Duration(text, _) | Value::Email(text) | Value::Phone(text) | Value::Id(_, text) => text.clone(),
            Value::Period(period) => period.text.clone(),
            Value::Term(term) => term.words(),
            Value::Integer(number) => number.to_string(),
            Value::Date(date) => date_words(*date),
            Value::Url(url) => url.to_string(),
            Value::Boolean(true) => "yes".to_owned(),
            Value::Boolean(false) => "no".to_owned(),
            Value::Choice(word) => choice_words(word),
            Value::Country(code) => countries::name(code).to_owned(),
            Value::List(items) => {
                let texts: Vec<String> = items.iter().map(Value::text).collect();
                texts.join(separator(&texts))
            }
            Value::Table(entries) => {
                entries.iter().map(|(name, value)| format!("{name}: {}", value.text())).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// The target of a link to this value; `None` unless the value is an address or a telephone number.
    pub fn link(&self) -> Option<String> {
        match self {
            Value::Url(url) => Some(url.to_string()),
            Value::Email(address) => Some(format!("mailto:{address}")),
            Value::Phone(number) => Some(format!("tel:{}", dialled(number))),
            _ => None,
        }
    }
}

/// The separator between the items of a list: a semicolon if an item contains a comma.
pub fn separator(items: &[String]) -> &'static str {
    if items.iter().any(|item| item.contains(", ")) { "; " } else { ", " }
}

/// The suggestion for a text that is not a country code but means one: `UK`, `DEU`, `de` or `Germany`.
pub(super) fn country_help(text: &str) -> Option<String> {
    let plain = |text: &str| text.to_lowercase().replace(['.', ' '], "");
    let given = plain(text);
    if ["eu", "europe", "europeanunion", "theeu", "eea", "emea"].contains(&given.as_str()) {
        return Some(format!(
            "`{text}` is not a country: write the code of each country that is meant, such as `\"DE\"`"
        ));
    }
    let code = countries::find(text)?;
    Some(format!("write `\"{code}\"` for {}", countries::name(code)))
}

/// The suggestion for a text that is not a place but means one or several, such as `European Union` or `EU or US`.
pub(super) fn place_help(text: &str) -> Option<String> {
    let parts = text.split(['/', ',']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" and "));
    let meant: Option<Vec<_>> =
        parts.map(|part| place_words(part).or_else(|| Some(vec![countries::find(part.trim())?]))).collect();
    match meant.map(|meant| meant.concat()).as_deref() {
        Some([_]) if place_words(text).is_none() => country_help(text),
        Some(words) => {
            Some(format!("write {}", words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")))
        }
        None => None,
    }
}

/// Returns the words of the register for a place that is not one country.
pub fn place_words(text: &str) -> Option<Vec<&'static str>> {
    let plain = text.trim().to_lowercase().replace(['.', ' ', '-', '\'', '\u{2019}'], "");
    Some(match plain.strip_prefix("the").unwrap_or(&plain) {
        "eu" | "europeanunion" => vec!["EU"],
        "eea" | "eu/eea" | "eea/eu" | "europeaneconomicarea" => vec!["EEA"],
        "europe" => vec!["Europe"],
        "emea" => vec!["Europe", "Middle East", "Africa"],
        "middleeast" => vec!["Middle East"],
        "africa" => vec!["Africa"],
        "northamerica" => vec!["North America"],
        "latinamerica" | "latam" => vec!["Latin America"],
        "asia" => vec!["Asia"],
        "apac" | "asiapacific" | "asia/pacific" => vec!["Asia-Pacific"],
        "global" | "globally" | "world" | "worldwide" | "anywhere" => vec!["worldwide"],
        "customerchoice" | "customerschoice" | "customerselected" | "selectedbycustomer" => vec!["customer-choice"],
        _ => return None,
    })
}

/// The words that readers see for a choice.
pub fn choice_words(word: &str) -> String {
    match word {
        "customer-choice" => "customer's choice".to_owned(),
        "indexed-db" => "IndexedDB".to_owned(),
        "dpa" => "data processing agreement".to_owned(),
        "dpo" => "data protection officer".to_owned(),
        "baa" => "business associate agreement (BAA)".to_owned(),
        "eu-representative" => "representative in the EU".to_owned(),
        "sla" => "service level agreement (SLA)".to_owned(),
        "swiss-representative" => "representative in Switzerland".to_owned(),
        "terms" => "terms of service".to_owned(),
        "uk-representative" => "representative in the UK".to_owned(),
        "whitepaper" => "white paper".to_owned(),
        "self-assessment" => "self-assessment".to_owned(),
        "session" => "until the browser is closed".to_owned(),
        "nda" => "under a non-disclosure agreement".to_owned(),
        "browser-close" => "when the browser is closed".to_owned(),
        "logout" => "at logout".to_owned(),
        "Asia-Pacific" => word.to_owned(),
        other => other.replace('-', " "),
    }
}

/// Formats a day in words: `1 October 2024`.
pub fn date_words(date: Date) -> String {
    let month = MONTHS.get(usize::from(date.month().unsigned_abs()) - 1).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::country_help;

    #[test]
    fn countries_are_known_by_other_names() {
        for (given, code) in [("UK", "GB"), ("Germany", "DE"), ("deu", "DE"), ("de", "DE"), ("the Netherlands", "NL")] {
            let help = country_help(given).unwrap();
            assert!(help.starts_with(&format!("write `\"{code}\"` for ")), "{given}: {help}");
        }
        assert!(country_help("EU").unwrap().starts_with("`EU` is not a country"));
        assert_eq!(country_help("Atlantis"), None);
    }
}
