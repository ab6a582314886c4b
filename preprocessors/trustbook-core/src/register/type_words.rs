//! Types in words, for messages: the name of a type, and an example of its notation.

use super::types::{PLACES, Type};
use crate::suggest::listed;

impl Type {
    /// The type in words, with its article.
    pub fn words(self) -> String {
        match self {
            Type::Text => "text".to_owned(),
            Type::Markdown => "Markdown text".to_owned(),
            Type::Integer => "an integer".to_owned(),
            Type::Decimal => "a decimal number".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Duration => "a duration".to_owned(),
            Type::DurationOr(words) => {
                format!("a duration or one of {}", listed(words.iter().copied()))
            }
            Type::Period | Type::PeriodOrCriteria([]) => "a period".to_owned(),
            Type::PeriodOrCriteria(words) => format!("a period or one of {}", listed(words.iter().copied())),
            Type::Email => "an e-mail address".to_owned(),
            Type::Phone => "a telephone number in international form (E.164)".to_owned(),
            Type::Url => "a web address".to_owned(),
            Type::Boolean => "true or false".to_owned(),
            Type::Choice(words) => {
                format!("one of {}", listed(words.iter().copied()))
            }
            Type::Country => "a country code of ISO 3166-1".to_owned(),
            Type::Place => format!("a country code of ISO 3166-1 or one of {}", listed(PLACES.iter().copied())),
            Type::DateOrTerm => "a date, month, quarter, half-year or year".to_owned(),
            Type::OneOrMore(item) => format!("{}, or a list of them", item.words()),
            Type::Id(kind) => format!("the id of a {kind}"),
            Type::List(item) => format!("a list (each {})", item.words()),
            Type::Category => "a data category of fideslang".to_owned(),
            Type::Scalar => "text, a number, or true or false".to_owned(),
            Type::Map | Type::Named(..) | Type::Table(_) => "a table".to_owned(),
        }
    }

    /// An instruction with an example, such as "write a whole number without quotes, such as `2`".
    pub fn example(self) -> String {
        match self {
            Type::Text | Type::Markdown => "write it in quotes".to_owned(),
            Type::Integer => "write a whole number without quotes, such as `2`".to_owned(),
            Type::Decimal => "write a number without quotes, such as `99.95`".to_owned(),
            Type::Date => "write a day without quotes, such as `2024-10-01`".to_owned(),
            Type::Duration | Type::DurationOr(_) => "write it with its unit, such as `\"30 days\"`".to_owned(),
            Type::Period => "write it with its unit, such as `\"30 days\"`, `\"14 to 30 days\"`, `\"up to 14 days\"` or `\"2 business days\"`".to_owned(),
            Type::PeriodOrCriteria(_) => "write it with its unit, such as `\"30 days\"` or `\"14 to 30 days\"`, or what decides it, such as `\"as long as the contract lasts\"`".to_owned(),
            Type::Email => "write only the address, such as `\"security@example.com\"`".to_owned(),
            Type::Phone => {
                "write `+`, the country code and the number without spaces, such as `\"+17708783106\"`".to_owned()
            }
            Type::Url => "write the whole address, such as `\"https://example.com/security\"`".to_owned(),
            Type::Boolean => "write `true` or `false` without quotes".to_owned(),
            Type::Choice(words) => {
                format!("write {}", listed(words.iter().copied()).replace(" and ", " or "))
            }
            Type::Id(kind) => format!("write the `id` of a `[[{kind}]]`"),
            Type::Country => "write two capital letters, such as `\"US\"`".to_owned(),
            Type::Place => format!(
                "write two capital letters, such as `\"US\"`, or {}",
                listed(PLACES.iter().copied()).replace(" and ", " or ")
            ),
            Type::DateOrTerm => "write a day without quotes, such as `2027-05-31`, or `\"2027-05\"`, `\"Q2 2027\"`, `\"H1 2027\"` or `\"2027\"`".to_owned(),
            Type::OneOrMore(item) => item.example(),
            Type::List(item) => format!("write a list in brackets; for each: {}", item.example()),
            Type::Category => "write a key such as `\"user.contact.email\"` or `\"system.operations\"`".to_owned(),
            Type::Scalar => "write text in quotes; a number and `true` or `false` without".to_owned(),
            Type::Map | Type::Named(..) | Type::Table(_) => "write `{ name = \"value\" }`".to_owned(),
        }
    }
}
