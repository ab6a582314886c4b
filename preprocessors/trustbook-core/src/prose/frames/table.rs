//! The table of frames, `data/frames.toml`: how facts of known meaning are spoken of, by language.

use crate::prose::{self, Languages};
use regex::{Regex, RegexSet};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table as it is written.
pub(super) const DATA: &str = include_str!("../../../data/frames.toml");

/// What every sentence of a language is read with.
#[derive(Debug)]
pub(super) struct Language {
    /// The subjects that are the vendor: `we`, `our team`.
    pub us: Regex,
    /// Those who are told, asked or promised something by the vendor.
    pub passive: Regex,
    /// The subjects that are somebody else.
    pub others: Regex,
    /// Verbs that end a subject and make a clause.
    pub verb: Regex,
    /// Words that lead to the main clause: "at present,".
    pub lead: Regex,
    /// Words that begin a condition.
    pub condition: Regex,
    /// Conditions that a time runs from: "after becoming aware".
    pub aware: Regex,
    /// Words after which a sentence says nothing certain of today.
    pub silence: Regex,
    /// Words that may stand between a verb and its quantity.
    pub plain: Regex,
    /// Words before a quantity that is a lower limit.
    pub least: Regex,
    /// Words before a quantity that is an upper limit.
    pub most: Regex,
    /// Words before a quantity that is not exact.
    pub about: Regex,
    /// Words before a quantity that says how often.
    pub every: Regex,
    /// Negations.
    pub no: Regex,
    /// Days on which offices work.
    pub business: Regex,
    /// A range or a single length of time; a number between the others.
    pub length: Regex,
    /// A number by itself.
    pub number: Regex,
    /// Numbers in words.
    pub numbers: BTreeMap<String, i64>,
    /// Units of time by their first letters, with the unit that is meant.
    pub units: Vec<(String, Unit)>,
    /// The keys of `frames`, in their order.
    pub keys: RegexSet,
    /// The frames that speak this language.
    pub frames: Vec<Frame>,
    /// How it says where a certification stands: `§` is the name.
    pub states: Vec<(State, Regex)>,
}

/// Where a sentence says that a certification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The vendor has it.
    Held,
    /// It is on the way or planned.
    Waits,
    /// The vendor does not have it.
    None,
    /// The vendor had it.
    Ended,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// 1/60 of a minute is not told apart.
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

/// The type of what a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// A length of time.
    Length,
    /// How many.
    Count,
    /// Yes or no.
    Choice,
}

/// Which side a promise is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// It is done within the time.
    Most,
    /// It is done no later than this long before.
    Least,
    /// Neither.
    Exact,
}

/// One way in which a fact is spoken of in one language.
#[derive(Debug)]
pub(super) struct Frame {
    /// A known fact, or a kind with its field.
    pub of: String,
    /// The type of its quantity.
    pub quantity: Type,
    /// The side that it is held to.
    pub limit: Limit,
    /// Groups of words of which each must occur; the first stands beside the quantity.
    pub words: Vec<Regex>,
    /// What must surround the number, `#`, of a count.
    pub counted: Vec<Regex>,
    /// Conditions that belong to the matter.
    pub when: Option<Regex>,
    /// Subjects besides the vendor and the matter itself.
    pub subject: Option<Regex>,
    /// What makes it a sentence about something else.
    pub silence: Option<Regex>,
}

/// Every language of the table.
pub(super) static LANGUAGES: Languages<Language> = [
    ("de", LazyLock::new(|| read("de"))),
    ("en", LazyLock::new(|| read("en"))),
    ("es", LazyLock::new(|| read("es"))),
    ("fr", LazyLock::new(|| read("fr"))),
];

/// The language of a tag such as `de-AT`.
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
        r"(?i)\b({number})(?:\s?\((\d+)\))?(?:(?:\s?(?:{all_units}){ends})?\s?(?:{to})\s?({number}))?[\s\x{{a0}}-]+(?:(?:{days})\s+)?({all_units}){ends}(?:\s+(?:{days})\b)?"
    );
    let frames: Vec<Frame> = frames.iter().filter_map(|frame| read_frame(tag, &number, frame.as_table()?)).collect();
    let keys = frames.iter().map(|frame| frame.words.first().map_or("", |key| key.as_str()));
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
        keys: RegexSet::new(keys).ok()?,
        numbers,
        units,
        frames,
        states: states.iter().filter_map(|state| read_states(tag, state)).flatten().collect(),
    })
}

fn read_states(tag: &str, state: &toml::Value) -> Option<Vec<(State, Regex)>> {
    // A scheme has a type, a level or an edition behind it.
    const SCHEME: &str = r"§[§_]*(?:[\s:(-]*(?:type|level|v?\d(?:\.\d)+|ii?|[1-4]|(?:19|20)\d\d)\b\)?)*";
    let says = match state.get("says")?.as_str()? {
        "held" => State::Held,
        "waits" => State::Waits,
        "none" => State::None,
        _ => State::Ended,
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
            "length" => Type::Length,
            "count" => Type::Count,
            _ => Type::Choice,
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
    })
}

/// Whole words: a `*` at the end of one stands for more letters.
fn words(text: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)\b(?:{})", text.split('|').map(whole).collect::<Vec<_>>().join("|"))).ok()
}

/// Words around a number, which stands for `#`.
fn counted(shape: &str, number: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)(?:\b|^)(?:{})", shape.replace('#', &format!("({number})")))).ok()
}

fn whole(word: &str) -> String {
    let word = word.replace("* ", r"\w* ");
    // A stem is found without its ending, and much faster.
    match word.strip_suffix('*') {
        Some(stem) => stem.to_owned(),
        None if word.ends_with(|c: char| c.is_alphanumeric()) => format!(r"{word}\b"),
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
