//! Values in the language of the book: days, numbers, spans of time, countries and words of choices.

use super::words::Words;
use crate::category;
use crate::register::common::State;
use crate::register::period::{Period, PeriodBound};
use crate::register::term::{Part, Term};
use crate::register::value::{Value, choice_words, separator};
use jiff::SpanFieldwise;
use jiff::civil::Date;

impl Words {
    /// Returns a day in words: `1 October 2024`, `1. Oktober 2024`, `1er octobre 2024`.
    pub fn date(&self, date: Date) -> String {
        let pattern = if date.day() == 1 { "date.first_of_month" } else { "date.pattern" };
        let month = self.get(&format!("date.{}", date.month()));
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.with(pattern, &[("day", &day), ("month", &month), ("year", &year)])
    }

    /// Returns a month, quarter, half-year or year in words: `May 2027`, `Q2 2027`.
    pub fn term(&self, term: Term) -> String {
        let year = term.year.to_string();
        let with = |key: &str, name: &str, value: &str| self.with(key, &[(name, value), ("year", &year)]);
        match term.part {
            Part::Month(month) => with("date.month", "month", &self.get(&format!("date.{month}"))),
            Part::Quarter(quarter) => with("date.quarter", "quarter", &quarter.to_string()),
            Part::Half(half) => with(&format!("date.half_{half}"), "half", &half.to_string()),
            Part::Third(third) => self.with(&format!("date.third_{third}"), &[("year", &year)]),
            Part::Year => year,
        }
    }

    /// Returns a whole number. Only numbers from a million up are grouped: smaller ones may be years, ports or numbers
    /// of standards, and are easy to read anyway.
    pub fn integer(&self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let sign = if number < 0 { "-" } else { "" };
        if digits.len() < 7 {
            return format!("{sign}{digits}");
        }
        let group = self.get("number.group");
        let mut output = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                output.push_str(&group);
            }
            output.push(digit);
        }
        format!("{sign}{output}")
    }

    /// Returns a decimal number as written in TOML, with the decimal sign of the language.
    pub fn decimal(&self, number: &str) -> String {
        number.replace('.', &self.get("number.decimal"))
    }

    /// Returns a span of time; in English as it is written.
    pub fn duration(&self, text: &str, span: &SpanFieldwise) -> String {
        if self.is_english() {
            return text.to_owned();
        }
        let told = units(span).into_iter().filter(|(_, count)| *count != 0).map(|(unit, count)| self.unit(unit, count));
        let told: Vec<String> = told.collect();
        if told.is_empty() { text.to_owned() } else { told.join(" ") }
    }

    /// Returns a period with its bound; in English as it is written.
    pub fn period(&self, period: &Period) -> String {
        if self.is_english() {
            return period.text.clone();
        }
        let length = |span: &SpanFieldwise| match (period.is_business, span.0.get_hours()) {
            (false, _) => self.duration(&period.text, span),
            (true, 0) => self.unit("business_day", i64::from(span.0.get_days())),
            (true, hours) => self.unit("business_hour", i64::from(hours)),
        };
        let to = length(&period.longest);
        let text = match (period.shortest == period.longest, whole(&period.shortest), whole(&period.longest)) {
            (true, ..) => to,
            (false, Some((number, unit)), Some((_, other))) if unit == other => {
                self.with("period.range", &[("from", &self.integer(number)), ("to", &to)])
            }
            _ => self.with("period.range", &[("from", &length(&period.shortest)), ("to", &to)]),
        };
        let bound = match period.bound {
            PeriodBound::Exact => return text,
            PeriodBound::Most => "most",
            PeriodBound::Least => "least",
            PeriodBound::Less => "less",
            PeriodBound::More => "more",
            PeriodBound::About => "about",
        };
        self.with(&format!("period.{bound}"), &[("length", &text)])
    }

    fn unit(&self, unit: &str, count: i64) -> String {
        let sentence = self.counted(&format!("unit.{unit}"), Some(count)).unwrap_or_default();
        sentence.replace("{count}", &self.integer(count))
    }

    /// Returns the words that readers see for the word of a choice.
    pub fn choice(&self, word: &str) -> String {
        self.find(&format!("choice.{word}")).map_or_else(|| choice_words(word), str::to_owned)
    }

    /// Returns the name of a country by its ISO 3166-1 code.
    pub fn country(&self, code: &str) -> String {
        let name = self.find(&format!("country.{code}"));
        name.map_or_else(|| Value::Country(code.to_owned()).text(), str::to_owned)
    }

    /// Returns the words of a category of data, followed by the vendor's own part of the key. `None` for an unknown
    /// category.
    pub fn category(&self, key: &str) -> Option<String> {
        let english = category::words(key)?;
        let mut known = key;
        while self.find(&format!("category.{known}")).is_none() {
            match known.rsplit_once('.') {
                Some((above, _)) => known = above,
                None => return Some(english),
            }
        }
        let words = self.get(&format!("category.{known}"));
        Some(match key.get(known.len()..).and_then(|rest| rest.rsplit('.').next()).unwrap_or_default() {
            "" => words,
            own => format!("{words} ({})", own.replace('_', " ")),
        })
    }

    /// Returns the words of Article 9(1) of the GDPR for a category, if it is a special one.
    pub fn special(&self, key: &str) -> Option<String> {
        let english = category::special(key)?;
        Some(self.find(&format!("special.{english}")).unwrap_or(english).to_owned())
    }

    /// Returns the state of a fact in words, with its day.
    pub fn state(&self, state: State) -> String {
        let on = match state {
            State::Expired(on)
            | State::NotYet(on)
            | State::Due(on)
            | State::Stated(on)
            | State::Checked(on)
            | State::Stale(on)
            | State::Seen(on) => self.date(on),
            State::Undated => String::new(),
        };
        self.with(&format!("state.{}", state.name().replace('-', "_")), &[("date", &on)])
    }

    /// Returns a value as plain text, as pages show it.
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Integer(number) => self.integer(*number),
            Value::Decimal(text) => self.decimal(text),
            Value::Date(date) => self.date(*date),
            Value::Term(term) => self.term(*term),
            Value::Duration(text, span) => self.duration(text, span),
            Value::Period(period) => self.period(period),
            Value::Boolean(yes) => self.get(if *yes { "common.yes" } else { "common.no" }),
            Value::Choice(word) => self.choice(word),
            Value::Country(code) => self.country(code),
            Value::List(items) => {
                let texts: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                texts.join(separator(&texts))
            }
            Value::Table(entries) => {
                let told = entries.iter().map(|(name, value)| self.pair(name, &self.value(value)));
                told.collect::<Vec<_>>().join(", ")
            }
            Value::Text(_) | Value::Markdown(_) | Value::Email(_) | Value::Phone(_) | Value::Url(_) | Value::Id(..) => {
                value.text()
            }
        }
    }

    /// Joins a label and a value: `Runs in: Ireland`.
    pub fn pair(&self, label: &str, value: &str) -> String {
        self.with("common.pair", &[("label", label), ("value", value)])
    }

    /// Joins texts: `a, b and c`.
    pub fn and_list(&self, texts: &[String]) -> String {
        match texts {
            [most @ .., last] if !most.is_empty() => {
                self.with("common.and", &[("first", &most.join(separator(texts))), ("last", last)])
            }
            _ => texts.concat(),
        }
    }
}

/// Returns the parts of a span with their units, the largest first.
fn units(span: &SpanFieldwise) -> [(&'static str, i64); 7] {
    [
        ("year", i64::from(span.0.get_years())),
        ("month", i64::from(span.0.get_months())),
        ("week", i64::from(span.0.get_weeks())),
        ("day", i64::from(span.0.get_days())),
        ("hour", i64::from(span.0.get_hours())),
        ("minute", span.0.get_minutes()),
        ("second", span.0.get_seconds()),
    ]
}

/// Returns the number and the unit of a span that has one unit.
fn whole(span: &SpanFieldwise) -> Option<(i64, &'static str)> {
    let mut parts = units(span).into_iter().filter(|(_, count)| *count != 0);
    let (unit, number) = parts.next()?;
    parts.next().is_none().then_some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::countries;
    use crate::register::kinds::KINDS;
    use crate::register::types::{PLACES, ValueType};
    use jiff::civil::date;

    fn words(tag: &str) -> Words {
        Words::read(Some(tag), &[])
    }

    #[test]
    fn days_are_written_as_the_language_writes_them() {
        let first = date(2024, 10, 1);
        for (tag, expected) in [
            ("en", "1 October 2024"),
            ("de", "1. Oktober 2024"),
            ("fr", "1er octobre 2024"),
            ("es", "1 de octubre de 2024"),
        ] {
            assert_eq!(words(tag).date(first), expected);
        }
        assert_eq!(words("fr").date(date(2024, 8, 12)), "12 août 2024");
    }

    #[test]
    fn numbers_and_spans_of_time_follow_the_language() {
        assert_eq!(words("de").decimal("99.95"), "99,95");
        assert_eq!(words("en").decimal("99.95"), "99.95");
        assert_eq!(words("de").integer(1_234_567), "1.234.567");
        assert_eq!(words("en").integer(-12_345_678), "-12,345,678");
        assert_eq!(words("fr").integer(2024), "2024");
        let span = |text: &str| text.parse::<jiff::Span>().unwrap().fieldwise();
        for (tag, text, expected) in [
            ("en", "30d", "30d"),
            ("de", "30 days", "30 Tage"),
            ("de", "1 year", "1 Jahr"),
            ("fr", "1 month 2 weeks", "1 mois 2 semaines"),
            ("es", "P30D", "30 días"),
        ] {
            assert_eq!(words(tag).duration(text, &span(text)), expected);
        }
    }

    #[test]
    fn english_says_what_messages_say() {
        let (english, on) = (words("en"), date(2025, 2, 28));
        for state in [State::Expired(on), State::NotYet(on), State::Due(on), State::Stated(on), State::Checked(on)] {
            assert_eq!(english.state(state), state.words());
        }
        for state in [State::Stale(on), State::Seen(on), State::Undated] {
            assert_eq!(english.state(state), state.words());
        }
        for key in category::known() {
            assert_eq!(english.category(key), category::words(key), "{key}");
            assert_eq!(english.special(key).as_deref(), category::special(key), "{key}");
        }
        assert_eq!(words("de").category("user.contact.email.work").as_deref(), Some("E-Mail-Adresse (work)"));
        for code in countries::codes() {
            assert_eq!(english.country(code), Value::Country(code.to_owned()).text());
        }
    }

    #[test]
    fn every_word_to_choose_has_a_sentence() {
        fn choices(ty: ValueType, found: &mut Vec<&'static str>) {
            match ty {
                ValueType::Choice(words) | ValueType::DurationOr(words) | ValueType::Period(words) => {
                    found.extend(words)
                }
                ValueType::Place => found.extend(PLACES),
                ValueType::List(item) | ValueType::OneOrMore(item) => choices(*item, found),
                _ => {}
            }
        }
        // The choices of `schema` and `source` are names of formats, which are the same in all languages.
        let fields =
            KINDS.iter().filter(|kind| !["schema", "source"].contains(&kind.name)).flat_map(|kind| kind.fields);
        let mut found = Vec::new();
        fields.filter(|field| field.name != "must_have").for_each(|field| choices(field.ty, &mut found));
        assert!(found.len() > 50);
        // Messages use the words that writers write; pages have these instead.
        let on_pages = [
            ("held", "current"),
            ("implemented", "in place"),
            ("every_field", "every field"),
            ("expr", "facts of the register"),
            ("no_field", "no field"),
            ("no_recipient", "no recipient"),
            ("no_request", "no request"),
            ("no_storage", "no storage"),
            ("observed_subset", "observed in a browser"),
            ("setting_default", "default of a setting"),
            ("text_present", "words of a text"),
        ];
        for word in found {
            let own = on_pages.iter().find(|(known, _)| *known == word);
            let wanted = own.map_or_else(|| choice_words(word), |(_, words)| (*words).to_owned());
            assert_eq!(words("en").find(&format!("choice.{word}")), Some(wanted.as_str()), "{word}");
        }
    }

    #[test]
    fn lists_end_with_and() {
        let list = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(words("en").and_list(&list), "a, b and c");
        assert_eq!(words("de").and_list(&list), "a, b und c");
        assert_eq!(words("en").and_list(&list[..1]), "a");
    }
}
