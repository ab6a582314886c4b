//! The table of frames, `data/frames.toml`: sentence patterns about known facts, by language.

use crate::prose::stems::Stems;
use crate::prose::{self, Languages};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The text of the table.
pub(super) const DATA: &str = include_str!("../../../data/frames.toml");

/// The patterns of one language.
#[derive(Debug)]
pub(super) struct Language {
    /// Subjects that mean the vendor: `we`, `our team`.
    pub us: Regex,
    /// Subjects that the vendor informs, asks or promises something.
    pub passive: Regex,
    /// Subjects that mean other parties.
    pub others: Regex,
    /// Verbs that end a subject and form a clause.
    pub verb: Regex,
    /// Words that introduce the main clause: "at present,".
    pub lead: Regex,
    /// Words that begin a condition.
    pub condition: Regex,
    /// Conditions that start a period: "after becoming aware".
    pub aware: Regex,
    /// Words that make a sentence uncertain or about another time.
    pub silence: Regex,
    /// Words allowed between a verb and its quantity.
    pub plain: Regex,
    /// Words of a lower limit, before a quantity.
    pub least: Regex,
    /// Words of an upper limit, before a quantity.
    pub most: Regex,
    /// Words of approximation, before a quantity.
    pub about: Regex,
    /// Words of frequency, before a quantity.
    pub every: Regex,
    /// Negations.
    pub no: Regex,
    /// Words for business days.
    pub business: Regex,
    /// A single length of time, or a range.
    pub length: Regex,
    /// A number alone.
    pub number: Regex,
    /// Numbers in words.
    pub numbers: BTreeMap<String, i64>,
    /// Dates and months.
    pub date: Regex,
    /// The first letters of the months, as patterns.
    pub months: Vec<Regex>,
    /// Units of time by the first letters of their names.
    pub units: Vec<(String, Unit)>,
    /// Words between a time and what happens at its end: "and then".
    pub then: Regex,
    /// Words of duration, before a quantity: "for".
    pub lasting: Regex,
    /// The stems of the words of `frames`.
    pub stems: Stems,
    /// The frames of this language.
    pub frames: Vec<Frame>,
    /// Patterns about the status of a certification, in which `§` stands for the name.
    pub states: Vec<(CertificationStatus, Regex)>,
}

/// The status of a certification according to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificationStatus {
    /// The vendor holds it.
    Held,
    /// It is in progress or planned.
    Waits,
    /// The vendor does not hold it.
    None,
    /// The vendor held it.
    Ended,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// The smallest unit.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 28 to 31 days.
    Month,
    /// 12 months.
    Year,
}

/// The type of the quantity of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuantityType {
    /// A length of time.
    Length,
    /// A number of things.
    Count,
    /// Yes or no.
    Choice,
    /// A percentage.
    Share,
}

/// The side on which a promise is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Done within the time.
    Most,
    /// Done at least this long before.
    Least,
    /// An exact value.
    Exact,
}

/// A sentence pattern about one fact in one language.
#[derive(Debug)]
pub(super) struct Frame {
    /// The id of a known fact, or a kind with its field.
    pub of: String,
    /// The type of its quantity.
    pub quantity: QuantityType,
    /// The limited side.
    pub limit: Limit,
    /// Groups of words of which each must occur; the first is near the quantity.
    pub words: Vec<Regex>,
    /// Patterns around the number of a count, in which `#` stands for it.
    pub counted: Vec<Regex>,
    /// Conditions that belong to the matter.
    pub when: Option<Regex>,
    /// Subjects in addition to the vendor and the matter itself.
    pub subject: Option<Regex>,
    /// Words that make the sentence about something else.
    pub silence: Option<Regex>,
    /// Words before the name of the record, if the sentence must name it.
    pub named: Option<Regex>,
    /// The names of measures with the labels of their parameters, if the facts are parameters.
    pub param: Option<Regex>,
}

/// Every language of the table.
pub(super) static LANGUAGES: Languages<Language> = [
    ("de", LazyLock::new(|| read("de"))),
    ("en", LazyLock::new(|| read("en"))),
    ("es", LazyLock::new(|| read("es"))),
    ("fr", LazyLock::new(|| read("fr"))),
];

impl Language {
    /// Returns true if the last word of a text has no meaning of its own.
    pub(super) fn ends_plain(&self, text: &str) -> bool {
        text.rsplit(' ').next().is_some_and(|word| self.plain.is_match(word))
    }
}

/// Returns the language of a tag such as `de-AT`.
pub(super) fn language(tag: &str) -> Option<&'static Language> {
    prose::language(&LANGUAGES, tag)
}

fn read(tag: &str) -> Option<Language> {
    let data: toml::Table = DATA.parse().ok()?;
    let list = |key: &str| data.get(key)?.as_array();
    of(tag, data.get("language")?.get(tag)?.as_table()?, list("frame")?, list("state")?)
}

fn of(tag: &str, own: &toml::Table, frames: &[toml::Value], states: &[toml::Value]) -> Option<Language> {
    let text = |key: &str| own.get(key)?.as_str();
    let anywhere = |key: &str| words(text(key)?);
    let before = |key: &str| Regex::new(&format!(r"(?i)\b(?:{})[\s(]*$", text(key)?)).ok();
    let begins = |key: &str| Regex::new(&format!(r"(?i)^(?:{})", text(key)?)).ok();
    let numbers: BTreeMap<String, i64> =
        own.get("numbers")?.as_table()?.iter().filter_map(|(word, n)| Some((word.clone(), n.as_integer()?))).collect();
    let units = own.get("units")?.as_table()?.iter();
    let mut units: Vec<(String, Unit)> =
        units.filter_map(|(word, unit)| Some((word.clone(), read_unit(unit.as_str()?)?))).collect();
    units.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    let mut known: Vec<&str> = numbers.keys().map(String::as_str).collect();
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let number = format!(r"(?:\d+(?:[.,  ]\d{{3}})*|{})", known.join("|"));
    let all_units = units.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join("|");
    let to = text("to")?;
    let days = text("days")?;
    let ends = r"(?:s|es|e|en|n|ern)?\b";
    let length = format!(
        r"(?i)\b({number})(?:\s?\((\d+)\))?(?:(?:\s?(?:{all_units}){ends})?\s?(?:{to})\s?({number}))?[\s\x{{a0}}-]*(?:(?:{days})\s+)?({all_units}){ends}(?:\s+(?:{days})\b)?"
    );
    let months = text("months")?;
    // A day, a month, a quarter, a half or a year.
    let date = format!(
        r"(?i)\b(?:(?<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?(?<month>(?:{months})[[:alpha:]\u{{e9}}\u{{fb}}]*)\.?,?\s+(?:de\s+|del\s+)?|(?<month2>(?:{months})[[:alpha:]\u{{e9}}\u{{fb}}]*)\.?\s+(?:(?<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?:of\s+|de\s+|del\s+)?|Q(?<quarter>[1-4])[\s/-]*|H(?<half>[12])[\s/-]*|(?<iso>\d{{1,2}}\.\d{{1,2}}\.)\s?)?(?<year>20\d\d)\b(?:-(?<isomonth>\d\d)-(?<isoday>\d\d)\b)?"
    );
    let frames: Vec<Frame> = frames.iter().filter_map(|frame| read_frame(tag, &number, frame.as_table()?)).collect();
    Some(Language {
        us: begins("us")?,
        passive: begins("passive")?,
        others: anywhere("others")?,
        verb: anywhere("verb")?,
        lead: begins("lead")?,
        condition: anywhere("condition")?,
        aware: anywhere("aware")?,
        silence: anywhere("silence")?,
        plain: Regex::new(&format!(r"(?i)^(?:[\s,(:–—-]|(?:{})\b)*$", text("plain")?)).ok()?,
        least: before("least")?,
        most: before("most")?,
        about: before("about")?,
        every: before("every")?,
        no: anywhere("no")?,
        business: anywhere("business")?,
        length: Regex::new(&length).ok()?,
        number: Regex::new(&format!(r"(?i)\b({number})\b")).ok()?,
        then: begins(r"then")?,
        lasting: before("lasting")?,
        stems: Stems::of(frames.iter().map(|frame| frame.words.as_slice())),
        date: Regex::new(&date).ok()?,
        months: months.split('|').map(|month| Regex::new(&format!("(?i)^{month}")).ok()).collect::<Option<_>>()?,
        numbers,
        units,
        frames,
        states: states.iter().filter_map(|state| read_states(tag, state)).flatten().collect(),
    })
}

fn read_states(tag: &str, state: &toml::Value) -> Option<Vec<(CertificationStatus, Regex)>> {
    // A scheme can be followed by a type, a level or an edition.
    const SCHEME: &str = r"§[§_]*(?:[\s:(-]*(?:typ[eo]?|level|v?\d(?:\.\d)+|ii?|[1-4]|(?:19|20)\d\d)\b\)?)*";
    let says = match state.get("says")?.as_str()? {
        "held" => CertificationStatus::Held,
        "waits" => CertificationStatus::Waits,
        "none" => CertificationStatus::None,
        _ => CertificationStatus::Ended,
    };
    let shapes = state.get(tag)?.as_array()?.iter().filter_map(toml::Value::as_str);
    let regex = |shape: &str| Regex::new(&format!("(?i){}", shape.replace("|§us", "").replace('§', SCHEME))).ok();
    shapes.map(|shape| Some((says, regex(shape)?))).collect()
}

fn read_frame(tag: &str, number: &str, frame: &toml::Table) -> Option<Frame> {
    let own = frame.get(tag)?.as_table()?;
    let list = |key: &str| -> Vec<String> {
        let items = own.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let text = |key: &str| frame.get(key).and_then(toml::Value::as_str);
    let optional = |key: &str| own.get(key).and_then(toml::Value::as_str).and_then(words);
    Some(Frame {
        of: text("of")?.to_owned(),
        quantity: match text("quantity")? {
            "length" => QuantityType::Length,
            "count" => QuantityType::Count,
            "share" => QuantityType::Share,
            _ => QuantityType::Choice,
        },
        limit: match text("limit") {
            Some("most") => Limit::Most,
            Some("least") => Limit::Least,
            _ => Limit::Exact,
        },
        words: list("words").iter().map(|group| words(group)).collect::<Option<_>>()?,
        counted: list("counted").iter().map(|shape| counted(shape, number)).collect::<Option<_>>()?,
        when: optional("when"),
        subject: optional("subject"),
        silence: optional("silence"),
        named: own
            .get("named")
            .and_then(toml::Value::as_str)
            .and_then(|text| Regex::new(&format!(r"(?i)\b(?:{text})$")).ok()),
        param: text("param").and_then(|text| Regex::new(&format!("(?i){text}")).ok()),
    })
}

/// Compiles alternatives of whole words. A `*` at the end of a word stands for more letters.
fn words(text: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)\b(?:{})", text.split('|').map(whole).collect::<Vec<_>>().join("|"))).ok()
}

/// Compiles a pattern around a number, in which `#` stands for the number.
fn counted(shape: &str, number: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)(?:\b|^)(?:{})", shape.replace('#', &format!("({number})")))).ok()
}

fn whole(word: &str) -> String {
    let word = word.replace("* ", r"\w* ");
    // A stem matches without its ending, which is much faster.
    match word.strip_suffix('*') {
        Some(stem) => stem.to_owned(),
        None if word.ends_with(|c: char| c.is_alphanumeric() || c == '?') => format!(r"{word}\b"),
        None => word,
    }
}

fn read_unit(text: &str) -> Option<Unit> {
    Some(match text {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}
