//! Types of facts, and the validation of values against them.

use super::duration;
use super::period::{self, Period};
use super::term::Term;
use super::value::{self, Value};
use crate::category;
use crate::countries;
use crate::html;
use crate::toml_tree::{self, TomlNode, kind_of};
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

/// The type of a fact or of a record's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
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
    /// A span of time, a range such as `14 to 30 days`, a bound such as `up to 14 days`, business days, criteria such as
    /// `as long as the contract lasts` (GDPR Art. 13(2)(a)), or one of these words.
    Period(&'static [&'static str]),
    /// An e-mail address (RFC 5321).
    Email,
    /// A telephone number in E.164: `+`, country code, at most 15 digits, in groups if wanted (ITU-T E.123).
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
    OneOrMore(&'static ValueType),
    /// The id of a record of this kind.
    Id(&'static str),
    /// Any number of values of one type.
    List(&'static ValueType),
    /// A table with keys chosen by the writer, each with a text.
    Map,
    /// A data category, as a key of fideslang.
    Category,
    /// A text, a number or a boolean: the value of a setting.
    Scalar,
    /// A table with keys chosen by the writer. Each holds a table of these fields, or the value of the named field
    /// alone.
    Named(&'static str, &'static [FieldType]),
    /// A table with known fields.
    Table(&'static [FieldType]),
}

/// The places that are not one country.
pub const PLACES: &[&str] = &[
    "EU",
    "EEA",
    "Europe",
    "Middle East",
    "Africa",
    "North America",
    "Latin America",
    "Asia",
    "Asia-Pacific",
    "worldwide",
    "customer-choice",
];

/// One field of a record, or of a table inside a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldType {
    /// The key.
    pub name: &'static str,
    /// The type of the value.
    pub ty: ValueType,
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

const NAMED: &[(&str, ValueType)] = &[
    ("boolean", ValueType::Boolean),
    ("choice", ValueType::Choice(&[])),
    ("country", ValueType::Country),
    ("date", ValueType::Date),
    ("decimal", ValueType::Decimal),
    ("duration", ValueType::Duration),
    ("email", ValueType::Email),
    ("integer", ValueType::Integer),
    ("markdown", ValueType::Markdown),
    ("period", ValueType::Period(&[])),
    ("phone", ValueType::Phone),
    ("text", ValueType::Text),
    ("url", ValueType::Url),
];

/// The names that `type = "..."` accepts, without `list of ...`.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|(name, _)| *name)
}

impl ValueType {
    /// Reads the name of a type: `email`, `list of url`.
    pub fn parse(name: &str) -> Option<ValueType> {
        if let Some(of) = name.strip_prefix("list of ") {
            let (_, item) = NAMED.iter().find(|(known, _)| *known == of.trim_end_matches('s') || *known == of)?;
            return Some(ValueType::List(item));
        }
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty)
    }

    /// The name of the type, in the notation of `type = "..."` if that accepts it.
    pub fn name(self) -> String {
        match self {
            ValueType::List(item) => format!("list of {}", item.name()),
            ValueType::DurationOr(_) => "duration".to_owned(),
            ValueType::OneOrMore(item) => item.name(),
            ValueType::Place => "place".to_owned(),
            ValueType::DateOrTerm => "date".to_owned(),
            ValueType::Period(_) => "period".to_owned(),
            ValueType::Map | ValueType::Named(..) | ValueType::Table(_) => "table".to_owned(),
            ValueType::Category => "category".to_owned(),
            ValueType::Scalar => "scalar".to_owned(),
            ValueType::Id(kind) => kind.to_owned(),
            ValueType::Choice(_) => "choice".to_owned(),
            other => NAMED.iter().find(|(_, ty)| *ty == other).map_or("text", |(name, _)| name).to_owned(),
        }
    }

    /// Returns the words of a choice, also where several can be given.
    pub fn choices(self) -> Option<&'static [&'static str]> {
        match self {
            ValueType::Choice(words) => Some(words),
            ValueType::OneOrMore(item) => item.choices(),
            _ => None,
        }
    }

    /// Returns true if its values are tables.
    pub(super) fn is_table(self) -> bool {
        matches!(self, ValueType::Map | ValueType::Named(..) | ValueType::Table(_))
    }

    /// The type that follows from a short form alone; `None` for a table.
    pub(crate) fn obvious(node: &TomlNode<'_>) -> Option<ValueType> {
        Some(match node.get_ref() {
            DeValue::String(_) => ValueType::Text,
            DeValue::Integer(_) => ValueType::Integer,
            DeValue::Float(_) => ValueType::Decimal,
            DeValue::Boolean(_) => ValueType::Boolean,
            DeValue::Datetime(_) => ValueType::Date,
            DeValue::Array(items) => {
                let first = items.iter().next().and_then(ValueType::obvious).unwrap_or(ValueType::Text);
                ValueType::List(NAMED.iter().find(|(_, ty)| *ty == first).map_or(&ValueType::Text, |(_, ty)| ty))
            }
            DeValue::Table(_) => return None,
        })
    }

    /// Reads a value of this type.
    pub(crate) fn read(self, node: &TomlNode<'_>) -> Result<Value, Misfit> {
        let value = node.get_ref();
        match (self, value) {
            (ValueType::List(item), DeValue::Array(items)) => {
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
            (ValueType::OneOrMore(item), DeValue::Array(_)) => ValueType::List(item).read(node),
            (ValueType::OneOrMore(item), _) => item.read(node),
            (ValueType::DateOrTerm, DeValue::Datetime(_)) => ValueType::Date.read(node),
            (ValueType::DateOrTerm, DeValue::Integer(year)) => self.read_text(year.as_str()),
            (ValueType::Map, DeValue::Table(table)) => entries(table, None),
            // The reader of records handles a whole table and continues after a wrong entry; this handles one entry.
            (ValueType::Named(short, fields), value) => named(short, fields, value),
            (ValueType::Table(fields), DeValue::Table(table)) => entries(table, Some(fields)),
            (ValueType::Scalar, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
                ValueType::obvious(node).unwrap_or(ValueType::Text).read(node)
            }
            (_, DeValue::String(text)) => self.read_text(text),
            (ValueType::Integer, DeValue::Integer(number)) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Value::Integer)
                .map_err(|_| Misfit::new("is too large for an integer").help("write it as text")),
            (ValueType::Decimal, DeValue::Integer(number)) => Ok(Value::Decimal(number.as_str().to_owned())),
            (ValueType::Decimal, DeValue::Float(number)) if number.as_str().ends_with(['f', 'n']) => {
                Err(Misfit::new("is not a number that can be printed").help(self.example()))
            }
            (ValueType::Decimal, DeValue::Float(number)) => Ok(Value::Decimal(number.as_str().to_owned())),
            (ValueType::Boolean, DeValue::Boolean(value)) => Ok(Value::Boolean(*value)),
            (ValueType::Date, DeValue::Datetime(datetime)) => read_date(datetime).map(Value::Date),
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
        if let (ValueType::Markdown, Some(flaw)) = (self, html::flaw(text)) {
            return Err(
                Misfit::new(format!("is Markdown that pages cannot hold: {}", flaw.message())).help(flaw.help())
            );
        }
        let own = || text.to_owned();
        let fits = match self {
            ValueType::Text | ValueType::Scalar => Some(Value::Text(own())),
            ValueType::Markdown => Some(Value::Markdown(own())),
            ValueType::DurationOr(words) | ValueType::Period(words) if words.contains(&text) => {
                Some(Value::Choice(own()))
            }
            ValueType::Duration | ValueType::DurationOr(_) => read_span(text),
            ValueType::Period(_) => read_span(text)
                .or_else(|| Period::read(text).ok().map(Value::Period))
                // "3 days ago" is no criterion.
                .or_else(|| {
                    (duration::read(text) == Err(duration::NONE) && period::is_criteria(text))
                        .then(|| Value::Text(own()))
                }),
            ValueType::Email => is_email(text).then(|| Value::Email(own())),
            ValueType::Phone => is_e164(text).then(|| Value::Phone(own())),
            ValueType::Url => read_url(text).map(Value::Url),
            ValueType::Choice(words) if words.contains(&text) => Some(Value::Choice(own())),
            ValueType::Id(kind) => Some(Value::Id(kind, own())),
            ValueType::Place if PLACES.contains(&text) => Some(Value::Choice(own())),
            ValueType::Country | ValueType::Place => countries::is_code(text).then(|| Value::Country(own())),
            ValueType::DateOrTerm => Term::read(text).map(Value::Term),
            ValueType::Category => return read_category(text),
            _ => None,
        };
        fits.ok_or_else(|| match self {
            ValueType::Choice(words) => {
                let near = crate::suggest::nearest(text, words.iter().copied());
                let help = near.map_or_else(|| self.example(), |near| format!("did you mean `{near}`?"));
                Misfit::new(format!("cannot be `{text}`")).help(help)
            }
            ValueType::Country => Misfit::new(format!("is not {}", self.words()))
                .help(value::country_help(text).unwrap_or_else(|| self.example())),
            ValueType::Place => Misfit::new(format!("is not {}", self.words()))
                .help(value::place_help(text).unwrap_or_else(|| self.example())),
            ValueType::Duration => Misfit::new(duration::read(text).err().unwrap_or_default()).help(self.example()),
            ValueType::Period(_) => {
                let why = match duration::read(text) {
                    Err(duration::NONE) | Ok(_) => Period::read(text).err().unwrap_or_default(),
                    Err(why) => why,
                };
                Misfit::new(why).help(self.example())
            }
            _ => Misfit::new(format!("is not {}", self.words())).help(self.example()),
        })
    }
}

/// Reads one entry of a [`ValueType::Named`].
fn named(short: &str, fields: &[FieldType], value: &DeValue<'_>) -> Result<Value, Misfit> {
    match value {
        DeValue::Table(table) => entries(table, Some(fields)),
        DeValue::String(text) => {
            let ty = fields.iter().find(|field| field.name == short).map_or(ValueType::Text, |field| field.ty);
            ty.read_text(text).map(|value| Value::Table(vec![(short.to_owned(), value)]))
        }
        other => Err(Misfit::new(format!("is {}", kind_of(other))).help(format!("write its {short} in quotes"))),
    }
}

fn read_category(text: &str) -> Result<Value, Misfit> {
    category::check(text).map(|()| Value::Text(text.to_owned())).map_err(|unknown| {
        let help = match unknown.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => ValueType::Category.example(),
        };
        Misfit::new(format!("cannot be `{text}`, which is not a fideslang data category")).help(help)
    })
}

/// Reads the entries of a table: those of the known fields, or any text if `known` is `None`.
fn entries(table: &DeTable<'_>, known: Option<&[FieldType]>) -> Result<Value, Misfit> {
    let ty = |name: &str| match known {
        Some(fields) => fields.iter().find(|field| field.name == name).map(|field| field.ty),
        None => Some(ValueType::Text),
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
    let mut groups = digits.split([' ', '-']);
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&count)
        && groups.all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
        && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(ty: ValueType, toml: &str) -> Result<Value, Misfit> {
        let text = format!("x = {toml}");
        let (table, errors) = DeTable::parse_recoverable(&text);
        assert!(errors.is_empty(), "{toml}: {errors:?}");
        ty.read(table.get_ref().values().next().unwrap())
    }

    #[test]
    fn values_that_fit_and_values_that_do_not() {
        let good = [
            (ValueType::Email, r#""krrish@berri.ai""#),
            (ValueType::Phone, r#""+17708783106""#),
            (ValueType::Phone, r#""+1 770-878 3106""#),
            (ValueType::Url, r#""https://codeql.github.com/""#),
            (ValueType::Date, "2024-02-29"),
            (ValueType::Duration, r#""180 days""#),
            (ValueType::DurationOr(&["session"]), r#""session""#),
            (ValueType::Country, r#""DE""#),
            (ValueType::List(&ValueType::Email), r#"["a@b.example"]"#),
            (ValueType::Integer, "0x10"),
        ];
        for (ty, toml) in good {
            assert!(reads(ty, toml).is_ok(), "{ty:?} {toml}");
        }
        let bad = [
            (ValueType::Email, r#""krrish at berri.ai""#),
            (ValueType::Email, r#""a@b.example?cc=x@y.example""#),
            (ValueType::Phone, r#""7708783106""#),
            (ValueType::Phone, r#""+1 770  878 3106""#),
            (ValueType::Phone, r#""+44 (0)20 7946 0123""#),
            (ValueType::Url, r#""javascript:alert(1)""#),
            (ValueType::Url, r#""codeql.github.com""#),
            (ValueType::Date, r#""2024-10-01""#),
            (ValueType::Date, "2024-10-01T10:00:00Z"),
            (ValueType::Duration, r#""soon""#),
            (ValueType::Duration, r#""-3 days""#),
            (ValueType::Country, r#""UK""#),
            (ValueType::Text, r#""  ""#),
            (ValueType::Decimal, "nan"),
            (ValueType::Decimal, "-inf"),
            (ValueType::Integer, r#""2""#),
            (ValueType::List(&ValueType::Text), "[]"),
        ];
        for (ty, toml) in bad {
            assert!(reads(ty, toml).is_err(), "{ty:?} {toml}");
        }
    }

    #[test]
    fn types_are_named_and_parsed() {
        for name in type_names() {
            assert_eq!(ValueType::parse(name).map(ValueType::name).as_deref(), Some(name));
        }
        assert_eq!(ValueType::parse("list of email"), Some(ValueType::List(&ValueType::Email)));
        assert_eq!(ValueType::parse("mail"), None);
    }
}
