//! Types of facts, and the validation of values against them.

use super::duration;
use super::period::{self, Period};
use super::term::Term;
use super::value::{self, Value};
use crate::category;
use crate::html;
use crate::toml_tree::{self, Node, kind_of};
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

/// The type of a fact or of a record's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Plain text of one or more lines.
    Text,
    /// Markdown, the only type whose value is markup.
    Markdown,
    /// A whole number.
    Integer,
    /// A number with a fraction, kept in its original notation.
    Decimal,
    /// A TOML date.
    Date,
    /// A span of time in words, such as `30 days`.
    Duration,
    /// A span of time or one of these words.
    DurationOr(&'static [&'static str]),
    /// A span of time, a range such as `14 to 30 days`, a bound such as `up to 14 days`, or business days.
    Period,
    /// A period, one of these words, or criteria such as `as long as the contract lasts` (GDPR Art. 13(2)(a)).
    PeriodOrCriteria(&'static [&'static str]),
    /// An e-mail address (RFC 5321).
    Email,
    /// A telephone number in E.164: `+`, country code, at most 15 digits.
    Phone,
    /// An `https` or `http` address.
    Url,
    /// True or false.
    Boolean,
    /// One of these words. A free fact of type choice lists its own words in `choices`.
    Choice(&'static [&'static str]),
    /// A country as ISO 3166-1 alpha-2.
    Country,
    /// A country or one of [`PLACES`].
    Place,
    /// A TOML date, or a month, quarter, half-year or year, such as `Q2 2027`.
    DateOrTerm,
    /// One value of a type, or a list of them.
    OneOrMore(&'static Type),
    /// The id of a record of this kind.
    Id(&'static str),
    /// Any number of values of one type.
    List(&'static Type),
    /// A table with keys chosen by the writer, each with a text.
    Map,
    /// A data category, as a key of fideslang.
    Category,
    /// A text, a number or a boolean: the value of a setting.
    Scalar,
    /// A table with keys chosen by the writer. Each holds a table of these fields, or the value of the named field
    /// alone.
    Named(&'static str, &'static [Field]),
    /// A table with known fields.
    Table(&'static [Field]),
}

/// The places that are not one country.
pub const PLACES: &[&str] = &["EU", "EEA", "worldwide", "customer-choice"];

/// One field of a record, or of a table inside a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// The type of the value.
    pub ty: Type,
    /// True if a record without it is incomplete.
    pub required: bool,
    /// The meaning, in one sentence.
    pub doc: &'static str,
}

/// The reason why a value does not have its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// A phrase: "is not an e-mail address".
    pub why: String,
    /// The suggested action, unless it is obvious.
    pub help: Option<String>,
    /// The byte range in the file of the part that is wrong; `None` for the whole value.
    pub at: Option<std::ops::Range<usize>>,
}

impl Misfit {
    fn new(why: impl Into<String>) -> Self {
        Misfit { why: why.into(), help: None, at: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The longest text of a value, in bytes: it may be on many pages, and many times on each.
const LONGEST_TEXT: usize = 64 * 1024;

const NAMED: &[(&str, Type)] = &[
    ("boolean", Type::Boolean),
    ("choice", Type::Choice(&[])),
    ("country", Type::Country),
    ("date", Type::Date),
    ("decimal", Type::Decimal),
    ("duration", Type::Duration),
    ("email", Type::Email),
    ("integer", Type::Integer),
    ("markdown", Type::Markdown),
    ("period", Type::Period),
    ("phone", Type::Phone),
    ("text", Type::Text),
    ("url", Type::Url),
];

/// The names that `type = "..."` accepts, without `list of ...`.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|(name, _)| *name)
}

impl Type {
    /// Reads the name of a type: `email`, `list of url`.
    pub fn parse(name: &str) -> Option<Type> {
        if let Some(of) = name.strip_prefix("list of ") {
            let (_, item) = NAMED.iter().find(|(known, _)| *known == of.trim_end_matches('s') || *known == of)?;
            return Some(Type::List(item));
        }
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty)
    }

    /// The name of the type, in the notation of `type = "..."` if that accepts it.
    pub fn name(self) -> String {
        match self {
            Type::List(item) => format!("list of {}", item.name()),
            Type::DurationOr(_) => "duration".to_owned(),
            Type::OneOrMore(item) => item.name(),
            Type::Place => "place".to_owned(),
            Type::DateOrTerm => "date".to_owned(),
            Type::PeriodOrCriteria(_) => "period".to_owned(),
            Type::Map | Type::Named(..) | Type::Table(_) => "table".to_owned(),
            Type::Category => "category".to_owned(),
            Type::Scalar => "scalar".to_owned(),
            Type::Id(kind) => kind.to_owned(),
            Type::Choice(_) => "choice".to_owned(),
            other => NAMED.iter().find(|(_, ty)| *ty == other).map_or("text", |(name, _)| name).to_owned(),
        }
    }

    /// Returns the words of a choice, also where several can be given.
    pub fn choices(self) -> Option<&'static [&'static str]> {
        match self {
            Type::Choice(words) => Some(words),
            Type::OneOrMore(item) => item.choices(),
            _ => None,
        }
    }

    /// Returns true if its values are tables.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Type::Map | Type::Named(..) | Type::Table(_))
    }

    /// The type that follows from a short form alone; `None` for a table.
    pub(crate) fn obvious(node: &Node<'_>) -> Option<Type> {
        Some(match node.get_ref() {
            DeValue::String(_) => Type::Text,
            DeValue::Integer(_) => Type::Integer,
            DeValue::Float(_) => Type::Decimal,
            DeValue::Boolean(_) => Type::Boolean,
            DeValue::Datetime(_) => Type::Date,
            DeValue::Array(items) => {
                let first = items.iter().next().and_then(Type::obvious).unwrap_or(Type::Text);
                Type::List(NAMED.iter().find(|(_, ty)| *ty == first).map_or(&Type::Text, |(_, ty)| ty))
            }
            DeValue::Table(_) => return None,
        })
    }

    /// Reads a value of this type.
    pub(crate) fn read(self, node: &Node<'_>) -> Result<Value, Misfit> {
        let value = node.get_ref();
        match (self, value) {
            (Type::List(item), DeValue::Array(items)) => {
                if items.is_empty() {
                    return Err(Misfit::new("is an empty list")
                        .help("remove the field, or name it in `not_stated` if the vendor leaves it open"));
                }
                items
                    .iter()
                    .map(|node| {
                        item.read(node).map_err(|misfit| Misfit { at: misfit.at.or(Some(node.span())), ..misfit })
                    })
                    .collect::<Result<_, _>>()
                    .map(Value::List)
            }
            (Type::OneOrMore(item), DeValue::Array(_)) => Type::List(item).read(node),
            (Type::OneOrMore(item), _) => item.read(node),
            (Type::DateOrTerm, DeValue::Datetime(_)) => Type::Date.read(node),
            (Type::DateOrTerm, DeValue::Integer(year)) => self.read_text(year.as_str()),
            (Type::Map, DeValue::Table(table)) => entries(table, None),
            // The reader of records handles a whole table and continues after a wrong entry; this handles one entry.
            (Type::Named(short, fields), value) => named(short, fields, value),
            (Type::Table(fields), DeValue::Table(table)) => entries(table, Some(fields)),
            (Type::Scalar, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
                Type::obvious(node).unwrap_or(Type::Text).read(node)
            }
            (_, DeValue::String(text)) => self.read_text(text),
            (Type::Integer, DeValue::Integer(number)) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Value::Integer)
                .map_err(|_| Misfit::new("is too large for an integer").help("write it as text")),
            (Type::Decimal, DeValue::Integer(number)) => Ok(Value::Decimal(number.as_str().to_owned())),
            (Type::Decimal, DeValue::Float(number)) if number.as_str().ends_with(['f', 'n']) => {
                Err(Misfit::new("is not a number that can be printed").help(self.example()))
            }
            (Type::Decimal, DeValue::Float(number)) => Ok(Value::Decimal(number.as_str().to_owned())),
            (Type::Boolean, DeValue::Boolean(value)) => Ok(Value::Boolean(*value)),
            (Type::Date, DeValue::Datetime(datetime)) => read_date(datetime).map(Value::Date),
            (ty, other) => Err(Misfit::new(format!("is {}, not {}", kind_of(other), ty.words())).help(ty.example())),
        }
    }

    fn read_text(self, text: &str) -> Result<Value, Misfit> {
        if text.len() > LONGEST_TEXT {
            return Err(Misfit::new(format!("is longer than {} KiB", LONGEST_TEXT / 1024))
                .help("state a short text here, and write the long one in a chapter"));
        }
        if text.trim().is_empty() {
            return Err(
                Misfit::new("is empty").help("remove it, or name it in `not_stated` if the vendor leaves it open")
            );
        }
        if let Some(control) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(with_control("holds", control));
        }
        if let (Type::Markdown, Some(flaw)) = (self, html::flaw(text)) {
            return Err(
                Misfit::new(format!("is Markdown that pages cannot hold: {}", flaw.message())).help(flaw.help())
            );
        }
        let own = || text.to_owned();
        let fits = match self {
            Type::Text | Type::Scalar => Some(Value::Text(own())),
            Type::Markdown => Some(Value::Markdown(own())),
            Type::DurationOr(words) | Type::PeriodOrCriteria(words) if words.contains(&text) => {
                Some(Value::Choice(own()))
            }
            Type::Duration | Type::DurationOr(_) => read_span(text),
            Type::Period => read_span(text).or_else(|| Period::read(text).ok().map(Value::Period)),
            Type::PeriodOrCriteria(_) => {
                let period = read_span(text).or_else(|| Period::read(text).ok().map(Value::Period));
                period.or_else(|| period::is_criteria(text).then(|| Value::Text(own())))
            }
            Type::Email => is_email(text).then(|| Value::Email(own())),
            Type::Phone => is_e164(text).then(|| Value::Phone(own())),
            Type::Url => read_url(text).map(Value::Url),
            Type::Choice(words) if words.contains(&text) => Some(Value::Choice(own())),
            Type::Id(kind) => Some(Value::Id(kind, own())),
            Type::Place if PLACES.contains(&text) => Some(Value::Choice(own())),
            Type::Country | Type::Place => rust_iso3166::from_alpha2(text).map(|_| Value::Country(own())),
            Type::DateOrTerm => Term::read(text).map(Value::Term),
            Type::Category => return read_category(text),
            _ => None,
        };
        fits.ok_or_else(|| match self {
            Type::Choice(words) => {
                let near = crate::suggest::nearest(text, words.iter().copied());
                let help = near.map_or_else(|| self.example(), |near| format!("did you mean `{near}`?"));
                Misfit::new(format!("cannot be `{text}`")).help(help)
            }
            Type::Country => Misfit::new(format!("is not {}", self.words()))
                .help(value::country_help(text).unwrap_or_else(|| self.example())),
            Type::Place => Misfit::new(format!("is not {}", self.words()))
                .help(value::place_help(text).unwrap_or_else(|| self.example())),
            Type::Duration => Misfit::new(duration::read(text).err().unwrap_or_default()).help(self.example()),
            Type::Period | Type::PeriodOrCriteria(_) => {
                let why = match duration::read(text) {
                    Err("is not a duration") | Ok(_) => Period::read(text).err().unwrap_or_default(),
                    Err(why) => why,
                };
                Misfit::new(why).help(self.example())
            }
            _ => Misfit::new(format!("is not {}", self.words())).help(self.example()),
        })
    }
}

/// Reads one entry of a [`Type::Named`].
fn named(short: &str, fields: &[Field], value: &DeValue<'_>) -> Result<Value, Misfit> {
    match value {
        DeValue::Table(table) => entries(table, Some(fields)),
        DeValue::String(text) => {
            let ty = fields.iter().find(|field| field.name == short).map_or(Type::Text, |field| field.ty);
            ty.read_text(text).map(|value| Value::Table(vec![(short.to_owned(), value)]))
        }
        other => Err(Misfit::new(format!("is {}", kind_of(other))).help(format!("write its {short} in quotes"))),
    }
}

fn read_category(text: &str) -> Result<Value, Misfit> {
    category::check(text).map(|()| Value::Text(text.to_owned())).map_err(|unknown| {
        let help = match unknown.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => Type::Category.example(),
        };
        Misfit::new(format!("cannot be `{text}`, which is not a fideslang data category")).help(help)
    })
}

/// Reads the entries of a table: those of the known fields, or any text if `known` is `None`.
fn entries(table: &DeTable<'_>, known: Option<&[Field]>) -> Result<Value, Misfit> {
    let ty = |name: &str| match known {
        Some(fields) => fields.iter().find(|field| field.name == name).map(|field| field.ty),
        None => Some(Type::Text),
    };
    let mut read = Vec::new();
    for (key, node) in table {
        let name = key.get_ref().to_string();
        let at = |misfit: Misfit| Misfit { at: Some(key.span()), ..misfit };
        if name.trim().is_empty() {
            return Err(at(Misfit::new("has an empty name").help("name what the value belongs to")));
        }
        if let Some(control) = name.chars().find(|c| c.is_control()) {
            return Err(at(with_control("has a name with", control)));
        }
        let Some(ty) = ty(&name) else {
            let fields = known.into_iter().flatten().map(|field| field.name);
            let help = format!("it takes {}", crate::suggest::listed(fields));
            return Err(at(Misfit::new(format!("has a field `{name}` that it does not take")).help(help)));
        };
        let value = ty.read(node).map_err(|misfit| Misfit {
            why: format!("has a `{name}` that {}", misfit.why),
            at: misfit.at.or(Some(node.span())),
            help: misfit.help,
        })?;
        read.push((name, value));
    }
    let help = "remove the field, or name it in `not_stated` if the vendor leaves it open";
    if read.is_empty() { Err(Misfit::new("is an empty table").help(help)) } else { Ok(Value::Table(read)) }
}

fn with_control(how: &str, control: char) -> Misfit {
    Misfit::new(format!("{how} the control character U+{:04X}", u32::from(control)))
        .help("remove it: readers cannot see it")
}

/// Returns the day of a TOML date without a time.
pub(crate) fn read_date(datetime: &toml::value::Datetime) -> Result<Date, Misfit> {
    if datetime.date.is_none() || datetime.time.is_some() || datetime.offset.is_some() {
        return Err(Misfit::new("has a time of day").help("write only the date, such as `2024-10-01`"));
    }
    toml_tree::day_of(datetime)
        .ok_or_else(|| Misfit::new("is a date that does not exist").help("correct the month or the day"))
}

/// Reads a positive span of time with its unit: `30 days`, `30d` or `P30D`.
pub fn read_duration(text: &str) -> Option<jiff::SpanFieldwise> {
    duration::read(text).ok()
}

fn read_span(text: &str) -> Option<Value> {
    read_duration(text).map(|span| Value::Duration(duration::words(text, &span), span))
}

fn read_url(text: &str) -> Option<url::Url> {
    let url = url::Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "https" | "http")
        && url.host_str().is_some_and(|host| host.contains('.') || host == "localhost");
    (web && !text.contains(char::is_whitespace) && url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_email(text: &str) -> bool {
    let plain = text.is_ascii() && !text.contains(['"', '<', '>', ' ', '(', ')', '?', '&', '%']);
    plain
        && email_address::EmailAddress::is_valid(text)
        && text.rsplit('@').next().is_some_and(|host| host.contains('.'))
}

fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else {
        return false;
    };
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(ty: Type, toml: &str) -> Result<Value, Misfit> {
        let text = format!("x = {toml}");
        let (table, errors) = DeTable::parse_recoverable(&text);
        assert!(errors.is_empty(), "{toml}: {errors:?}");
        ty.read(table.get_ref().values().next().unwrap())
    }

    #[test]
    fn values_that_fit_and_values_that_do_not() {
        let good = [
            (Type::Email, r#""krrish@berri.ai""#),
            (Type::Phone, r#""+17708783106""#),
            (Type::Url, r#""https://codeql.github.com/""#),
            (Type::Date, "2024-02-29"),
            (Type::Duration, r#""180 days""#),
            (Type::DurationOr(&["session"]), r#""session""#),
            (Type::Country, r#""DE""#),
            (Type::List(&Type::Email), r#"["a@b.example"]"#),
            (Type::Integer, "0x10"),
        ];
        for (ty, toml) in good {
            assert!(reads(ty, toml).is_ok(), "{ty:?} {toml}");
        }
        let bad = [
            (Type::Email, r#""krrish at berri.ai""#),
            (Type::Email, r#""a@b.example?cc=x@y.example""#),
            (Type::Phone, r#""7708783106""#),
            (Type::Phone, r#""+1 770 878 3106""#),
            (Type::Url, r#""javascript:alert(1)""#),
            (Type::Url, r#""codeql.github.com""#),
            (Type::Date, r#""2024-10-01""#),
            (Type::Date, "2024-10-01T10:00:00Z"),
            (Type::Duration, r#""soon""#),
            (Type::Duration, r#""-3 days""#),
            (Type::Country, r#""UK""#),
            (Type::Text, r#""  ""#),
            (Type::Decimal, "nan"),
            (Type::Decimal, "-inf"),
            (Type::Integer, r#""2""#),
            (Type::List(&Type::Text), "[]"),
        ];
        for (ty, toml) in bad {
            assert!(reads(ty, toml).is_err(), "{ty:?} {toml}");
        }
    }

    #[test]
    fn types_are_named_and_parsed() {
        for name in type_names() {
            assert_eq!(Type::parse(name).map(Type::name).as_deref(), Some(name));
        }
        assert_eq!(Type::parse("list of email"), Some(Type::List(&Type::Email)));
        assert_eq!(Type::parse("mail"), None);
    }
}
