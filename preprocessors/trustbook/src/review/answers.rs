//! Answers from a file: reads them and reports all their mistakes.

use super::draft::RegisterDraft;
use super::{FieldChange, Refusal, ReviewAnswer, ReviewItem, VALUE};
use std::collections::BTreeMap;
use std::ops::Range;
use toml_edit::{Document, Item, Key, TableLike, Value};
use trustbook_core::register::kinds::RecordKind;
use trustbook_core::suggest::{listed, nearest};

/// The facts and records of the register, and those to which the command line limits the review.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) all: &'a [ReviewItem],
    pub(super) limit: Option<&'a [usize]>,
}

/// An answer, with its range in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    /// The index in [`Scope::all`].
    pub(super) asked: usize,
    pub(super) answer: ReviewAnswer,
    at: Range<usize>,
    /// The ranges of the values of its changes.
    changes: Vec<Range<usize>>,
}

/// A mistake in the answers, with its range in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AnswerMistake {
    pub(super) at: Range<usize>,
    pub(super) what: String,
    pub(super) help: Option<String>,
}

/// Reads answers such as `"vendor.legal_name" = "keep"`, in the order of the file.
pub(super) fn read(text: &str, scope: Scope<'_>) -> (Vec<Given>, Vec<AnswerMistake>) {
    let ids = scope.all.iter().enumerate().map(|(at, asked)| (asked.id.as_str(), at)).collect();
    let mut reader = AnswersReader { text, scope, ids, given: Vec::new(), wrong: Vec::new() };
    match Document::parse(text) {
        Ok(document) => reader.table("", document.as_table()),
        Err(error) => {
            reader.wrong(error.span().unwrap_or(0..0), format!("the answers are not TOML: {}", error.message()), None)
        }
    }
    let AnswersReader { mut given, mut wrong, .. } = reader;
    given.sort_by_key(|given| given.at.start);
    wrong.sort_by_key(|wrong| wrong.at.start);
    (given, wrong)
}

/// Puts answers into a draft, and returns every part that could not be put in.
pub(super) fn put(draft: &mut RegisterDraft<'_>, scope: Scope<'_>, given: &[Given]) -> Vec<AnswerMistake> {
    let mut wrong = Vec::new();
    let all: Vec<_> = given.iter().map(|given| (&scope.all[given.asked], &given.answer)).collect();
    if draft.put(&all).is_ok() {
        return wrong;
    }
    // One of them cannot be put in, and its mistake is reported at its place.
    for given in given {
        let asked = &scope.all[given.asked];
        let before = wrong.len();
        let mut refuse = |at: &Range<usize>, what: String, refusal: Refusal| {
            wrong.push(AnswerMistake { at: at.clone(), what: format!("{what} {}", refusal.why), help: refusal.help });
        };
        if let ReviewAnswer::Change(changes) = &given.answer {
            for (change, at) in changes.iter().zip(&given.changes) {
                if let Err(refusal) = draft.try_answer(asked, &ReviewAnswer::Change(vec![change.clone()])) {
                    let field = asked.record.map_or_else(String::new, |_| format!(".{}", change.field));
                    refuse(at, format!("`{}{field}`", asked.id), refusal);
                }
            }
        }
        if wrong.len() == before
            && let Err(refusal) = draft.put(&[(asked, &given.answer)])
        {
            wrong.push(AnswerMistake {
                at: given.at.clone(),
                what: format!("`{}` {}", asked.id, refusal.why),
                help: refusal.help,
            });
        }
    }
    wrong
}

struct AnswersReader<'a> {
    text: &'a str,
    scope: Scope<'a>,
    ids: BTreeMap<&'a str, usize>,
    given: Vec<Given>,
    wrong: Vec<AnswerMistake>,
}

impl AnswersReader<'_> {
    /// Reads a table of answers. Ids are keys, quoted or not: `"vendor.phone"`, `vendor.phone`, and `phone`
    /// under `[vendor]`.
    fn table(&mut self, within: &str, table: &dyn TableLike) {
        for (name, item) in table.iter() {
            let id = if within.is_empty() { name.to_owned() } else { format!("{within}.{name}") };
            let at = table.key(name).and_then(Key::span).unwrap_or(0..0);
            match (self.ids.get(id.as_str()), item.as_table_like()) {
                (Some(asked), _) => self.answer(*asked, at, item),
                (None, Some(inner)) if !inner.contains_key("change") && !inner.is_empty() => self.table(&id, inner),
                (None, _) => self.unknown(at, &id),
            }
        }
    }

    fn unknown(&mut self, at: Range<usize>, id: &str) {
        let record = id.rsplit_once('.').and_then(|(record, _)| self.ids.get(record)).map(|at| &self.scope.all[*at]);
        let help = match (record, nearest(id, self.ids.keys().copied())) {
            (Some(record), _) if record.record.is_some() => {
                format!("a record is reviewed as a whole: answer for `{}`", record.id)
            }
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => "`trustbook facts` lists the ids".to_owned(),
        };
        self.wrong(at, format!("no fact or record `{id}` in the register"), Some(help));
    }

    fn answer(&mut self, asked: usize, at: Range<usize>, item: &Item) {
        let id = &self.scope.all[asked].id;
        if self.given.iter().any(|given| given.asked == asked) {
            return self.wrong(at, format!("`{id}` is answered twice"), Some("keep one of the answers".to_owned()));
        }
        if self.scope.limit.is_some_and(|limit| !limit.contains(&asked)) {
            let help = "remove the answer, or ask for more: see the ids, `--owner` and `--due`";
            return self.wrong(
                at,
                format!("`{id}` is not among the facts and records to review"),
                Some(help.to_owned()),
            );
        }
        let (answer, changes) = match (item.as_str(), item.as_table_like()) {
            (Some("keep"), _) => (ReviewAnswer::Keep, Vec::new()),
            (Some("unsure"), _) => (ReviewAnswer::Unsure, Vec::new()),
            (_, Some(table)) if table.contains_key("change") => match self.changes(asked, table) {
                Some((changes, places)) => (ReviewAnswer::Change(changes), places),
                None => return,
            },
            (word, _) => {
                let near = word.and_then(|word| nearest(word, ["keep", "unsure"]));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write `\"keep\"`, `\"unsure\"` or `{ change = ... }` with the new value".to_owned(),
                };
                let at = item.span().filter(|_| item.is_value()).unwrap_or(at);
                return self.wrong(at, format!("this is not an answer for `{id}`"), Some(help));
            }
        };
        self.given.push(Given { asked, answer, at, changes });
    }

    fn changes(&mut self, asked: usize, table: &dyn TableLike) -> Option<(Vec<FieldChange>, Vec<Range<usize>>)> {
        for (name, _) in table.iter().filter(|(name, _)| *name != "change") {
            let at = table.key(name).and_then(Key::span).unwrap_or(0..0);
            self.wrong(at, format!("an answer has no `{name}`"), Some("`change` is all that it takes".to_owned()));
        }
        let (key, item) = table.get_key_value("change")?;
        let asked = &self.scope.all[asked];
        let key = key.span().unwrap_or(0..0);
        let mut changes = Vec::new();
        match (asked.record, item.as_table_like()) {
            (None, _) => changes.extend(self.change(VALUE, &key, item)),
            (Some(kind), Some(fields)) if !fields.is_empty() => {
                for (name, item) in fields.iter() {
                    let at = fields.key(name).and_then(Key::span).unwrap_or_else(|| key.clone());
                    match kind.field(name) {
                        Some(_) => changes.extend(self.change(name, &at, item)),
                        None => self.unknown_field(at, kind, name),
                    }
                }
            }
            (Some(kind), _) => {
                let field = kind.fields.first().map_or("name", |field| field.name);
                let help = format!("name the fields that change: `{{ change = {{ {field} = ... }} }}`");
                self.wrong(key, format!("`{}` is a record", asked.id), Some(help));
            }
        }
        // Valid changes beside a mistake are still checked against their types, so that all mistakes are
        // reported at once.
        (!changes.is_empty()).then(|| changes.into_iter().unzip())
    }

    fn change(&mut self, field: &str, key: &Range<usize>, item: &Item) -> Option<(FieldChange, Range<usize>)> {
        match toml(self.text, item) {
            Some(toml) => {
                let at = item.span().filter(|_| item.is_value()).unwrap_or_else(|| key.clone());
                Some((FieldChange { field: field.to_owned(), toml }, at))
            }
            None => {
                let help = "write the value after the `=`".to_owned();
                self.wrong(key.clone(), format!("`{field}` cannot be a list of tables"), Some(help));
                None
            }
        }
    }

    fn unknown_field(&mut self, at: Range<usize>, kind: &RecordKind, name: &str) {
        let names = || kind.fields.iter().map(|field| field.name);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a {} has {}", kind.name, listed(names())),
        };
        self.wrong(at, format!("a {} has no field `{name}`", kind.name), Some(help));
    }

    fn wrong(&mut self, at: Range<usize>, what: String, help: Option<String>) {
        self.wrong.push(AnswerMistake { at, what, help });
    }
}

/// Returns a value as written; a table of several lines becomes an inline table.
fn toml(text: &str, item: &Item) -> Option<String> {
    if let Some(value) = item.as_value().filter(|value| value.as_inline_table().is_none_or(|table| !table.is_dotted()))
    {
        return text.get(Value::span(value)?).map(str::to_owned);
    }
    let entries = item.as_table_like()?.iter().map(|(name, item)| {
        let value = toml(text, item)?;
        Some(format!("{} = {value}", Key::new(name).display_repr()))
    });
    Some(format!("{{ {} }}", entries.collect::<Option<Vec<_>>>()?.join(", ")))
}
