//! Questions at a terminal: each fact with its value and source, and a key for the answer.

use super::draft::RegisterDraft;
use super::{FieldChange, Refusal, ReviewAnswer, ReviewItem, VALUE};
use crate::failure::Failure;
use crate::units::{self, Unit};
use std::io::BufRead;
use trustbook_core::register::Fact;
use trustbook_core::register::types::ValueType;
use trustbook_core::register::value::{Value, date_words};
use trustbook_core::report::harmless;
use trustbook_core::suggest::nearest;

/// The input and output of the conversation, and the function that saves answers.
pub(super) struct Desk<'d> {
    pub(super) input: &'d mut dyn BufRead,
    /// Shows text, without adding a line break.
    pub(super) show: &'d mut dyn FnMut(&str),
    /// Saves the draft after an answer.
    pub(super) save: &'d mut Save<'d>,
}

/// A function that saves the draft after each answer that changes it.
pub(super) type Save<'d> = dyn FnMut(&mut RegisterDraft<'_>, &ReviewItem, &ReviewAnswer) -> Result<(), Failure> + 'd;

/// Asks about each fact or record, until the last one or until the person stops. Returns the answers so far, in order.
///
/// # Errors
/// Returns an error if an answer cannot be saved; those before it are saved.
pub(super) fn ask(
    draft: &mut RegisterDraft<'_>,
    all: &[&ReviewItem],
    desk: &mut Desk<'_>,
) -> Result<Vec<ReviewAnswer>, Failure> {
    let mut answers: Vec<ReviewAnswer> = Vec::new();
    let mut file = String::new();
    for (at, asked) in all.iter().enumerate() {
        if asked.file != file {
            file.clone_from(&asked.file);
            let count = all.iter().filter(|other| other.file == file).count();
            (desk.show)(&format!("\n== {}: {count} to review\n", harmless(&file)));
        }
        let Some(answer) = one(draft, asked, &format!("{} of {}", at + 1, all.len()), desk) else { break };
        if answer != ReviewAnswer::Unsure {
            draft
                .put(&[(asked, &answer)])
                .map_err(|refusal| Failure::new(format!("`{}` {}", asked.id, refusal.why)))?;
            (desk.save)(draft, asked, &answer)?;
        }
        answers.push(answer);
    }
    Ok(answers)
}

/// Returns the answer for one fact or record, or `None` to stop.
fn one(draft: &RegisterDraft<'_>, asked: &ReviewItem, count: &str, desk: &mut Desk<'_>) -> Option<ReviewAnswer> {
    (desk.show)(&card(draft, asked, count));
    loop {
        let word = line(desk, "[k]eep, [c]hange, [u]nsure, [s]kip or [q]uit? ")?;
        let answer = match word.to_lowercase().as_str() {
            "" => {
                (desk.show)(&card(draft, asked, count));
                continue;
            }
            "q" | "quit" => return None,
            "k" | "keep" => Some(ReviewAnswer::Keep),
            "u" | "unsure" | "s" | "skip" => Some(ReviewAnswer::Unsure),
            "c" | "change" => match asked.record {
                Some(_) => change_record(draft, asked, desk)?,
                None => change_fact(draft, asked, desk)?,
            },
            _ => {
                (desk.show)("write one of the letters k, c, u, s and q\n");
                None
            }
        };
        match answer.map(|answer| draft.try_answer(asked, &answer).map(|()| answer)) {
            Some(Ok(answer)) => return Some(answer),
            Some(Err(refusal)) => refuse(desk, &refusal),
            None => {}
        }
    }
}

/// Asks for a new value until it is valid; an empty line leaves the fact unchanged. The outer `None` is the end
/// of input.
fn change_fact(draft: &RegisterDraft<'_>, asked: &ReviewItem, desk: &mut Desk<'_>) -> Option<Option<ReviewAnswer>> {
    let ty = with_unit(draft, asked, |unit| unit.facts().first().map(|fact| fact.ty)).unwrap_or(ValueType::Text);
    let value = new_value(draft, asked, desk, &[], (VALUE, ty))?;
    Some(value.map(|change| ReviewAnswer::Change(vec![change])))
}

fn change_record(draft: &RegisterDraft<'_>, asked: &ReviewItem, desk: &mut Desk<'_>) -> Option<Option<ReviewAnswer>> {
    let fields = asked.record.map_or(&[][..], |kind| kind.fields);
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let mut changes: Vec<FieldChange> = Vec::new();
    (desk.show)(&format!("fields: {}\n", names.join(", ")));
    loop {
        let question = if changes.is_empty() { "which field? " } else { "another field, or enter? " };
        let name = line(desk, question)?;
        if name.is_empty() {
            return Some((!changes.is_empty()).then_some(ReviewAnswer::Change(changes)));
        }
        match fields.iter().find(|field| field.name == name) {
            Some(field) => {
                changes.retain(|change| change.field != name);
                changes.extend(new_value(draft, asked, desk, &changes, (field.name, field.ty))?);
            }
            None => {
                let near = nearest(&name, names.iter().copied());
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                (desk.show)(&format!("there is no field {}{near}\n", harmless(&name)));
            }
        }
    }
}

/// Asks for a value that is valid together with the other changes. The inner `None` is an empty line, the outer
/// one the end of input.
fn new_value(
    draft: &RegisterDraft<'_>,
    asked: &ReviewItem,
    desk: &mut Desk<'_>,
    others: &[FieldChange],
    (field, ty): (&str, ValueType),
) -> Option<Option<FieldChange>> {
    loop {
        let text = line(desk, &format!("new {field}, {}: ", ty.words()))?;
        if text.is_empty() {
            return Some(None);
        }
        let tried = typed(ty, &text).and_then(|toml| {
            let change = FieldChange { field: field.to_owned(), toml };
            let changes = others.iter().cloned().chain([change.clone()]).collect();
            draft.try_answer(asked, &ReviewAnswer::Change(changes)).map(|()| change)
        });
        match tried {
            Ok(change) => return Some(Some(change)),
            Err(refusal) => refuse(desk, &refusal),
        }
    }
}

/// Converts typed text to TOML; strings need no quotes.
fn typed(ty: ValueType, text: &str) -> Result<String, Refusal> {
    let parsed = text.parse::<toml_edit::Value>().map(|value| value.decorated("", ""));
    match (ty, parsed) {
        (ValueType::Integer | ValueType::Decimal | ValueType::Boolean | ValueType::Date, Ok(value)) => {
            Ok(value.to_string())
        }
        (ValueType::List(_) | ValueType::Map | ValueType::Table(_), Ok(value)) => Ok(value.to_string()),
        (
            ValueType::Integer
            | ValueType::Decimal
            | ValueType::Boolean
            | ValueType::Date
            | ValueType::List(_)
            | ValueType::Map
            | ValueType::Table(_),
            _,
        ) => Err(Refusal::new(format!("is not {}", ty.words())).help(ty.example())),
        (_, Ok(value)) if value.is_str() => Ok(value.to_string()),
        _ => Ok(toml_edit::Value::from(text).to_string()),
    }
}

/// Reads a line without surrounding white space. Returns `None` at the end of input.
fn line(desk: &mut Desk<'_>, question: &str) -> Option<String> {
    (desk.show)(question);
    let mut line = String::new();
    match desk.input.read_line(&mut line) {
        Ok(0) | Err(_) => {
            (desk.show)("\n");
            None
        }
        Ok(_) => Some(line.trim().to_owned()),
    }
}

fn refuse(desk: &mut Desk<'_>, refusal: &Refusal) {
    let help = refusal.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    (desk.show)(&format!("it {}\n", harmless(&format!("{}{help}", refusal.why))));
}

/// Returns the description of a fact or record.
fn card(draft: &RegisterDraft<'_>, asked: &ReviewItem, count: &str) -> String {
    with_unit(draft, asked, |unit| Some(describe(unit, asked, count, draft))).unwrap_or_default()
}

fn describe(unit: Unit<'_>, asked: &ReviewItem, count: &str, draft: &RegisterDraft<'_>) -> String {
    let common = unit.common();
    let mut text = format!("\n{count}  {}  {}\n", harmless(&asked.id), harmless(&place(draft, asked)));
    let mut row = |name: &str, value: &str| {
        let value: Vec<String> = value.lines().map(harmless).collect();
        text.push_str(&format!("  {name:<12} {}\n", value.join(&format!("\n{:15}", ""))));
    };
    let value = |fact: &Fact| fact.value.as_ref().map_or_else(|| "does not fit its type".to_owned(), Value::text);
    match unit {
        Unit::Fact(fact) => row("value", &value(fact)),
        Unit::Record(_) => {
            for fact in unit.facts() {
                row(fact.id.rsplit('.').next().unwrap_or_default(), &value(fact));
            }
            let open: Vec<&str> = common.not_stated.iter().map(|name| name.value.as_str()).collect();
            if !open.is_empty() {
                row("left open", &open.join(", "));
            }
        }
    }
    row("owner", common.owner.as_deref().unwrap_or("nobody"));
    row("source", common.source.as_deref().unwrap_or("none"));
    for (name, day) in [("stated", common.stated), ("verified", common.verified)] {
        row(name, &day.map_or_else(|| "never".to_owned(), date_words));
    }
    row("state", &common.state(trustbook_core::World::today(draft)).words());
    common.note.iter().for_each(|note| row("note", note));
    row("pages", &if asked.pages.is_empty() { "none".to_owned() } else { asked.pages.join(", ") });
    text
}

/// Returns its current place: earlier answers may have moved it.
fn place(draft: &RegisterDraft<'_>, asked: &ReviewItem) -> String {
    let (map, register) = draft.read(&asked.file);
    units::of(&register).find(|unit| unit.id() == asked.id).map_or_else(String::new, |unit| unit.place(&map))
}

fn with_unit<T>(draft: &RegisterDraft<'_>, asked: &ReviewItem, with: impl FnOnce(Unit<'_>) -> Option<T>) -> Option<T> {
    let (_, register) = draft.read(&asked.file);
    units::of(&register).find(|unit| unit.id() == asked.id).and_then(with)
}

#[cfg(test)]
mod tests {
    use super::super::select;
    use super::*;
    use trustbook_core::world::MemoryWorld;

    const FACTS: &str = "[defaults]\nowner = \"ann\"\nsource = \"handbook\"\nstated = 2024-01-01\nreview = \"30 days\"\n\n\
        [vendor]\nlegal_name = \"Example Ltd\" # c\nemployees = 12\nphone = \"+4712345678\"\n\n\
        [[region]]\nid = \"oslo\"\nplace = \"Olso\"\ncountry = \"NO\"\nnot_stated = [\"codes\"]\n";

    /// Runs a review with `typed` as input. Returns the shown text, the answers, and the saved file.
    fn talk(facts: &str, typed: &str) -> (String, Vec<ReviewAnswer>, String) {
        let mut world = MemoryWorld::new(jiff::civil::date(2026, 1, 15));
        world.insert("book.toml", "[book]\n");
        world.insert("src/SUMMARY.md", "- [About](about.md)\n");
        world.insert("src/about.md", "# About\n\n{{ vendor.legal_name }}\n");
        world.insert("facts/a.toml", facts);
        let book = mdbook_trustbook::read(&world);
        let all = select::all(&book);
        let all: Vec<&ReviewItem> = all.iter().collect();
        let mut draft = RegisterDraft::new(&world, &book.map, ["facts/a.toml"]).unwrap();
        let (mut shown, mut saved) = (String::new(), String::new());
        let mut desk = Desk {
            input: &mut typed.as_bytes(),
            show: &mut |text| shown.push_str(text),
            save: &mut |draft, _, _| {
                saved = String::from_utf8(draft.rewrites().remove(0).after).unwrap();
                Ok(())
            },
        };
        let answers = ask(&mut draft, &all, &mut desk).unwrap();
        (shown, answers, saved)
    }

    #[test]
    fn each_key_does_what_it_says() {
        let typed = "\nx\nk\nc\ntwelve\n13\nu\nc\npalce\nplace\nOslo\ncodes\nx\n{ aws = \"eu-north-1\" }\n\n";
        let (shown, answers, saved) = talk(FACTS, typed);
        for part in [
            "== facts/a.toml: 4 to review",
            "1 of 4  vendor.legal_name  facts/a.toml:8",
            "  value        Example Ltd\n  owner        ann\n  source       handbook\n  stated       1 January 2024\n  verified     never\n",
            "  state        review was due 31 January 2024\n  pages        src/about.md\n",
            "write one of the letters",
            "new value, an integer: it is not an integer; write a whole number",
            "4 of 4  region.oslo",
            "  place        Olso\n  country      Norway\n  left open    codes\n",
            "there is no field palce; did you mean place?",
            "another field, or enter? ",
            "it is not a table",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert_eq!(shown.matches("1 of 4").count(), 2, "enter shows it again");
        assert_eq!(answers.len(), 4);
        let expected = FACTS
            .replace("\"Example Ltd\"", "{ value = \"Example Ltd\", verified = 2026-01-15 }")
            .replace("12\n", "{ value = 13, stated = 2026-01-15, verified = 2026-01-15 }\n")
            .replace("Olso", "Oslo")
            .replace(
                "not_stated = [\"codes\"]",
                "codes = { aws = \"eu-north-1\" }\nstated = 2026-01-15\nverified = 2026-01-15",
            );
        assert_eq!(saved, expected);
    }

    #[test]
    fn an_end_keeps_what_was_answered() {
        for end in ["q\n", "quit\n", "", "c\n", "c\n\nq\n"] {
            let (_, answers, saved) = talk(FACTS, &format!("keep\nS\n{end}"));
            assert_eq!(answers, [ReviewAnswer::Keep, ReviewAnswer::Unsure], "{end}");
            assert!(saved.contains("verified") && saved.contains("employees = 12\n"));
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_not_kept_and_nothing_steers_the_terminal() {
        let facts = "[vendor]\nphone = \"12\"\nlegal_name = \"a\\u202Eb\"\n";
        let (shown, answers, saved) = talk(facts, "k\nc\n12\n+4712345678\nc\n\"it's \\\"x\\\"\"\n");
        assert!(shown.contains("it has a value that does not fit its type; change it"), "{shown}");
        assert!(shown.contains("it is not a telephone number"), "{shown}");
        assert!(shown.contains("a\\u{202e}b"), "{shown}");
        assert_eq!(answers.len(), 2);
        let days = "stated = 2026-01-15, verified = 2026-01-15 }";
        let expected = format!(
            "[vendor]\nphone = {{ value = \"+4712345678\", {days}\nlegal_name = {{ value = \"it's \\\"x\\\"\", {days}\n"
        );
        assert_eq!(saved, expected);
    }
}
