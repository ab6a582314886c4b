//! Types in words, for messages: the name of a type, and an example of its notation.

use super::types::{PLACES, ValueType};
use crate::suggest::listed;

impl ValueType {
    /// The type in words, with its article.
    pub fn words(self) -> String {
        match self {
            ValueType::Text => "text".to_owned(),
            ValueType::Markdown => "Markdown text".to_owned(),
            ValueType::Integer => "an integer".to_owned(),
            ValueType::Decimal => "a decimal number".to_owned(),
            ValueType::Date => "a date".to_owned(),
            ValueType::Duration => "a duration".to_owned(),
            ValueType::DurationOr(words) => {
                format!("a duration or one of {}", listed(words.iter().copied()))
            }
            ValueType::Period([]) => "a period".to_owned(),
            ValueType::Period(words) => format!("a period or one of {}", listed(words.iter().copied())),
            ValueType::Email => "an e-mail address".to_owned(),
            ValueType::Phone => "a telephone number in international form (E.164)".to_owned(),
            ValueType::Url => "a web address".to_owned(),
            ValueType::Boolean => "true or false".to_owned(),
            ValueType::Choice(words) => {
                format!("one of {}", listed(words.iter().copied()))
            }
            ValueType::Country => "a country code of ISO 3166-1".to_owned(),
            ValueType::Place => format!("a country code of ISO 3166-1 or one of {}", listed(PLACES.iter().copied())),
            ValueType::DateOrTerm => "a date, month, quarter, half-year or year".to_owned(),
            ValueType::OneOrMore(item) => format!("{}, or a list of them", item.words()),
            ValueType::Id(kind) => format!("the id of a {kind}"),
            ValueType::List(item) => format!("a list (each {})", item.words()),
            ValueType::Category => "a data category of fideslang".to_owned(),
            ValueType::Scalar => "text, a number, or true or false".to_owned(),
            ValueType::Map | ValueType::Named(..) | ValueType::Table(_) => "a table".to_owned(),
        }
    }

    /// An instruction with an example, such as "write a whole number without quotes, such as `2`".
    pub fn example(self) -> String {
        match self {
            ValueType::Text | ValueType::Markdown => "write it in quotes".to_owned(),
            ValueType::Integer => "write a whole number without quotes, such as `2`".to_owned(),
            ValueType::Decimal => "write a number without quotes, such as `99.95`".to_owned(),
            ValueType::Date => "write a day without quotes, such as `2024-10-01`".to_owned(),
            ValueType::Duration | ValueType::DurationOr(_) => "write it with its unit, such as `\"30 days\"`".to_owned(),
            ValueType::Period(_) => "write it with its unit in digits, such as `\"30 days\"`, `\"14 to 30 days\"`, `\"up to 14 days\"` or `\"2 business days\"`, or what decides it, such as `\"as long as the contract lasts\"`".to_owned(),
            ValueType::Email => "write only the address, such as `\"security@example.com\"`".to_owned(),
            ValueType::Phone => {
                "write `+`, the country code and the number without spaces, such as `\"+17708783106\"`".to_owned()
            }
            ValueType::Url => "write the whole address, such as `\"https://example.com/security\"`".to_owned(),
            ValueType::Boolean => "write `true` or `false` without quotes".to_owned(),
            ValueType::Choice(words) => {
                format!("write {}", listed(words.iter().copied()).replace(" and ", " or "))
            }
            ValueType::Id(kind) => format!("write the `id` of a `[[{kind}]]`"),
            ValueType::Country => "write two capital letters, such as `\"US\"`".to_owned(),
            ValueType::Place => format!(
                "write two capital letters, such as `\"US\"`, or {}",
                listed(PLACES.iter().copied()).replace(" and ", " or ")
            ),
            ValueType::DateOrTerm => "write a day without quotes, such as `2027-05-31`, or `\"2027-05\"`, `\"Q2 2027\"`, `\"H1 2027\"` or `\"2027\"`".to_owned(),
            ValueType::OneOrMore(item) => item.example(),
            ValueType::List(item) => format!("write a list in brackets; for each: {}", item.example()),
            ValueType::Category => "write a key such as `\"user.contact.email\"` or `\"system.operations\"`".to_owned(),
            ValueType::Scalar => "write text in quotes; a number and `true` or `false` without".to_owned(),
            ValueType::Map | ValueType::Named(..) | ValueType::Table(_) => "write `{ name = \"value\" }`".to_owned(),
        }
    }
}
