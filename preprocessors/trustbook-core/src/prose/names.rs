//! Names of things in the register, and the search for them in sentences.

use super::Sentence;
use crate::facts::FactRef;
use crate::facts::Facts;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::register::{Fact, Record, read_label};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// A name found in a sentence.
#[derive(Debug, Clone)]
pub struct Named<'t> {
    /// The range in the sentence.
    pub range: Range<usize>,
    /// The meaning.
    pub meant: Meant<'t>,
}

/// The meaning of a name.
#[derive(Debug, Clone, Copy)]
pub enum Meant<'t> {
    /// A free fact, or a field of a kind that usually has one record.
    Fact(&'t Fact),
    /// A record.
    Record(&'t Record),
}

impl<'t> Meant<'t> {
    /// Returns the common part of the fact or record.
    pub fn common(self) -> &'t Common {
        match self {
            Meant::Fact(fact) => &fact.common,
            Meant::Record(record) => &record.common,
        }
    }

    /// Returns the facts: the fact itself, or the fields of the record.
    pub fn facts(self) -> &'t [Fact] {
        match self {
            Meant::Fact(fact) => std::slice::from_ref(fact),
            Meant::Record(record) => &record.fields,
        }
    }
}

/// All names of the register.
#[derive(Debug)]
pub struct RegisterNames<'t> {
    automaton: Option<AhoCorasick>,
    meant: Vec<Vec<Meant<'t>>>,
    /// The names of the vendor and its product, in lower case.
    pub us: Vec<String>,
}

/// The longest name, in bytes.
const LONGEST: usize = 200;
/// The largest number of facts and records of one name. More than that would be looked at wherever the name appears.
const MOST_MEANT: usize = 100;
/// Fields whose text names their record.
const NAMING: &[&str] = &["data", "feature", "name", "scheme"];
/// Kinds with one record in most books, whose fields are named by their own labels.
const SINGLE: &[&str] = &["availability", "vulnerability_policy"];
/// The facts that name the vendor and its product.
pub const US: &[&str] = &["product.name", "vendor.legal_name", "vendor.name", "vendor.trade_names"];

impl<'t> RegisterNames<'t> {
    /// Collects the names of everything that readers may see.
    pub fn of(facts: &'t Facts) -> Self {
        let mut names: BTreeMap<String, Vec<Meant<'t>>> = BTreeMap::new();
        let register = &facts.register;
        // A chapter calls a thing by its name in the chapter's language, or by that of another.
        let translated = register.translated();
        for fact in register.facts.iter().filter(|fact| fact.common.visibility != Visibility::Internal) {
            add_specific(&mut names, &fact.label, Meant::Fact(fact));
            fact.common.aliases.iter().for_each(|alias| add(&mut names, alias, Meant::Fact(fact)));
        }
        for record in register.records.iter().filter(|record| record.common.visibility != Visibility::Internal) {
            for field in NAMING {
                let id = format!("{}.{field}", record.full_id());
                let others = translated.get(id.as_str()).into_iter().flatten().copied();
                let all = record.value(field).into_iter().chain(others).flat_map(|value| match value {
                    Value::List(items) => items.as_slice(),
                    value => std::slice::from_ref(value),
                });
                for name in all.filter_map(|value| if let Value::Text(name) = value { Some(name) } else { None }) {
                    add_specific(&mut names, name, Meant::Record(record));
                    // "Audit log entries" are "Audit logs".
                    if let ("retention", Some(one)) =
                        (record.kind.name, name.strip_suffix('s').filter(|_| name.contains(' ')))
                    {
                        add_specific(&mut names, one, Meant::Record(record));
                    }
                }
            }
            record.common.aliases.iter().for_each(|alias| add(&mut names, alias, Meant::Record(record)));
            if SINGLE.contains(&record.kind.name) {
                for fact in &record.fields {
                    let name = fact.id.rsplit('.').next().unwrap_or_default();
                    add_specific(&mut names, &read_label(name), Meant::Fact(fact));
                }
            }
        }
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(names.keys())
            .ok();
        RegisterNames { automaton, meant: names.into_values().collect(), us: us(facts) }
    }

    /// Returns true if a text without expressions may contain a name.
    pub fn may_name(&self, text: &str) -> bool {
        self.automaton.as_ref().is_some_and(|automaton| automaton.is_match(text))
    }

    /// Returns everything that a sentence names, by its words or by an expression.
    pub fn find(&self, facts: &'t Facts, sentence: &Sentence<'_>) -> Vec<Named<'t>> {
        let text = sentence.text();
        let mut found = Vec::new();
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_iter(text)) {
            let range = hit.range();
            if is_whole(text, &range) {
                let meant = self.meant.get(hit.pattern().as_usize()).into_iter().flatten();
                found.extend(meant.map(|meant| Named { range: range.clone(), meant: *meant }));
            }
        }
        // The name of a cookie is often written as code.
        let code = &sentence.passage.code;
        let first = code.partition_point(|code| code.at < sentence.range.start);
        for code in code[first..].iter().take_while(|code| code.at < sentence.range.end) {
            let hits = self.automaton.iter().filter_map(|automaton| automaton.find(&code.text));
            let whole = hits.filter(|hit| hit.range() == (0..code.text.len()));
            let meant = whole.filter_map(|hit| self.meant.get(hit.pattern().as_usize())).flatten();
            let is_cookie = |meant: &&Meant<'t>| matches!(meant, Meant::Record(record) if record.kind.name == "cookie");
            let at = code.at - sentence.range.start;
            found.extend(meant.filter(is_cookie).map(|meant| Named { range: at..at + 1, meant: *meant }));
        }
        for (at, id) in sentence.expressions() {
            let record = id.rsplit_once('.').filter(|(_, field)| NAMING.contains(field)).map(|(record, _)| record);
            if let Some(FactRef::Record(record)) = record.and_then(|id| facts.find(id)) {
                found.push(Named { range: at..at + 1, meant: Meant::Record(record) });
            }
        }
        found
    }
}

/// Adds a name that is not an alias, if it is specific enough.
fn add_specific<'t>(names: &mut BTreeMap<String, Vec<Meant<'t>>>, name: &str, meant: Meant<'t>) {
    if !is_generic(&name.trim().to_lowercase()) {
        add(names, name, meant);
    }
}

/// Adds a name in its usual spellings.
fn add<'t>(names: &mut BTreeMap<String, Vec<Meant<'t>>>, name: &str, meant: Meant<'t>) {
    let written = name.trim();
    let name = written.to_lowercase();
    // `C5` is a name, and `IT` a word.
    if name.len() < 3 && !name.bytes().any(|byte| byte.is_ascii_digit()) || name.len() > LONGEST {
        return;
    }
    let mut forms = vec![name.clone()];
    // An edition after a colon, as in `ISO/IEC 27001:2022`, is optional.
    let bare = name.split_once(':').map_or(name.as_str(), |(bare, _)| bare).to_owned();
    for iso in [&name, &bare] {
        forms.extend([iso.clone(), iso.replace("iso/iec ", "iso "), iso.replace("iso 2", "iso/iec 2")]);
    }
    // `SOC2` and `ISO27001`, but not words that run together.
    if name.bytes().any(|byte| byte.is_ascii_digit()) {
        forms.push(name.replace(' ', ""));
        forms.push(bare.replace("iso/iec ", "iso"));
    }
    // The search ignores the case of ASCII letters only.
    forms.push(written.to_owned());
    forms.extend(forms.clone().iter().flat_map(|form| [form.replace(' ', "-"), form.replace(' ', "\u{a0}")]));
    forms.sort();
    forms.dedup();
    for form in forms {
        let known = names.entry(form).or_default();
        if known.len() < MOST_MEANT && !known.iter().any(|known| is_same(known, &meant)) {
            known.push(meant);
        }
    }
}

fn is_same(a: &Meant<'_>, b: &Meant<'_>) -> bool {
    match (a, b) {
        (Meant::Fact(a), Meant::Fact(b)) => a.id == b.id,
        (Meant::Record(a), Meant::Record(b)) => a.id == b.id && a.kind.name == b.kind.name,
        _ => false,
    }
}

/// Returns true for a word too general to name one fact.
fn is_generic(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "access",
        "address",
        "age",
        "answer",
        "basis",
        "category",
        "code",
        "contact",
        "content",
        "cookies",
        "country",
        "customers",
        "data",
        "date",
        "deletion",
        "description",
        "duration",
        "end",
        "extent",
        "file",
        "frequency",
        "hours",
        "info",
        "information",
        "level",
        "limit",
        "link",
        "location",
        "logs",
        "name",
        "next",
        "note",
        "notice",
        "number",
        "page",
        "path",
        "period",
        "place",
        "policy",
        "provider",
        "purpose",
        "question",
        "region",
        "report",
        "response",
        "result",
        "retention",
        "scope",
        "security",
        "service",
        "source",
        "start",
        "statement",
        "status",
        "storage",
        "support",
        "time",
        "title",
        "total",
        "type",
        "update",
        "url",
        "user",
        "users",
        "value",
        "version",
        "when",
    ];
    WORDS.contains(&name)
}

/// Returns true if a range is not part of a longer word.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// Returns the names of the vendor, its product and its hosting options, in lower case, longest first.
fn us(facts: &Facts) -> Vec<String> {
    let (mut found, translated) = (Vec::new(), facts.register.translated());
    for fact in US.iter().filter_map(|id| match facts.find(id) {
        Some(FactRef::Fact(fact)) => Some(fact),
        _ => None,
    }) {
        let others = translated.get(fact.id.as_str()).into_iter().flatten().copied();
        let values = fact.value.iter().chain(others).flat_map(|value| match value {
            Value::List(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        });
        let values: Vec<String> = values.map(Value::text).collect();
        found.extend(values.iter().map(|name| without_form(name)));
        found.extend(values);
        found.extend(fact.common.aliases.iter().cloned());
    }
    found.extend(facts.register.of_kind("deployment").map(Record::title));
    let mut found: Vec<String> = found.into_iter().map(|name| name.to_lowercase()).collect();
    found.retain(|name| name.len() > 1);
    found.sort_by_key(|name| std::cmp::Reverse(name.len()));
    found.dedup();
    found
}

/// Returns a company name without its legal form: `Example` for `Example, Inc.`
fn without_form(name: &str) -> String {
    const FORMS: &[&str] = &[
        "ab",
        "ag",
        "aps",
        "as",
        "b.v",
        "bv",
        "co",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "limited",
        "llc",
        "ltd",
        "n.v",
        "oy",
        "oü",
        "pbc",
        "plc",
        "pty",
        "s.a",
        "s.r.l",
        "sa",
        "sarl",
        "sas",
        "se",
        "srl",
    ];
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let is_form = |word: &&str| FORMS.contains(&word.trim_matches(['.', ',']).to_lowercase().as_str());
    while words.len() > 1 && words.last().is_some_and(is_form) {
        words.pop();
    }
    words.join(" ").trim_end_matches(',').to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_form;

    #[test]
    fn a_company_is_called_without_its_form() {
        assert_eq!(without_form("Example, Inc."), "Example");
        assert_eq!(without_form("Aldernote Ltd"), "Aldernote");
        assert_eq!(without_form("Berrie AI Incorporated"), "Berrie AI");
    }
}
