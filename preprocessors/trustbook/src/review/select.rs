//! Selection of the facts and records that a review covers.

use super::{ReviewArgs, ReviewItem};
use crate::failure::Failure;
use crate::units::{self, ChaptersById, Unit};
use trustbook_core::Book;
use trustbook_core::facts::Facts;
use trustbook_core::register::common::State;
use trustbook_core::register::{Fact, Register, source};
use trustbook_core::suggest::nearest;

/// Returns all facts and records that can be reviewed, by file and line. Those in files that are not valid TOML
/// are omitted, because they cannot be edited.
pub(super) fn all(book: &Book) -> Vec<ReviewItem> {
    let shown = ChaptersById::of(book);
    let register = &book.facts.register;
    let is_stated =
        |unit: &Unit<'_>| source_of(register, unit).is_none() && !register.broken.contains(&unit.span().file);
    let mut all: Vec<Unit<'_>> = units::of(register).filter(is_stated).collect();
    all.sort_by_key(|unit| (unit.file(&book.map).to_owned(), unit.span().start));
    let asked = |unit: &Unit<'_>| ReviewItem {
        id: unit.id(),
        file: unit.file(&book.map).to_owned(),
        record: match unit {
            Unit::Fact(_) => None,
            Unit::Record(record) => Some(record.kind),
        },
        owner: unit.common().owner.clone(),
        pages: shown.unit(*unit),
        due: unit.common().due(book.facts.today),
        is_unchecked: unit.common().verified.is_none(),
        expired: match book.facts.state(unit.common()) {
            State::Expired(on) => Some(on),
            _ => None,
        },
        live: unit.facts().into_iter().filter_map(live_field).collect(),
    };
    all.iter().map(asked).collect()
}

/// Returns the source of a live fact. It is refreshed instead of reviewed.
fn source_of(register: &Register, unit: &Unit<'_>) -> Option<String> {
    let of = |fact: &Fact| fact.live.as_ref().map(|live| live.source.value.clone());
    match unit {
        Unit::Fact(fact) => of(fact),
        Unit::Record(record) if record.kind.name == source::KIND => Some(record.id.clone()),
        Unit::Record(record) => register.list_of(record).and_then(|list| of(&list.fact)),
    }
}

fn live_field(fact: &Fact) -> Option<(String, String)> {
    let live = fact.live.as_ref()?;
    Some((fact.id.rsplit('.').next()?.to_owned(), live.source.value.clone()))
}

/// Returns the indices in `all` of the items that the command line asks for.
///
/// # Errors
/// Returns an error if the register lacks one of the ids or the owner.
pub(super) fn chosen(
    facts: &Facts,
    all: &[ReviewItem],
    args: &ReviewArgs,
    ids: &[String],
) -> Result<Vec<usize>, Failure> {
    for id in ids {
        let of = units::of(&facts.register)
            .filter(|unit| unit.id() == *id)
            .find_map(|unit| source_of(&facts.register, &unit));
        if let Some(of) = of {
            return Err(Failure::usage(format!("`{id}` comes from the source `{of}`, and is not reviewed by hand"))
                .help(format!("run `trustbook refresh {of}`")));
        }
        if !all.iter().any(|asked| is_named(asked, id) || asked.id.starts_with(id.as_str())) {
            return Err(unknown(id, "fact or record", all.iter().map(|asked| asked.id.as_str())));
        }
    }
    let owners = || all.iter().filter_map(|asked| asked.owner.as_deref());
    if let Some(owner) = &args.owner
        && !owners().any(|known| known == owner)
    {
        return Err(unknown(owner, "owner", owners()));
    }
    let by = units::horizon(facts.today, args.due.flatten())?;
    // What names nothing as a whole is the beginning of ids.
    let begins = |asked: &ReviewItem, id: &String| {
        is_named(asked, id) || asked.id.starts_with(id.as_str()) && !all.iter().any(|asked| is_named(asked, id))
    };
    let is_chosen = |asked: &ReviewItem| {
        let is_due = asked.due.is_some_and(|due| due <= by);
        let by_day = match (&args.due, ids) {
            (Some(_), _) => is_due,
            (None, _) if args.unchecked => asked.is_unchecked,
            (None, []) => is_due || asked.is_unchecked,
            (None, _) => true,
        };
        by_day
            && (ids.is_empty() || ids.iter().any(|id| begins(asked, id)))
            && args.owner.as_ref().is_none_or(|owner| asked.owner.as_ref() == Some(owner))
    };
    Ok(all.iter().enumerate().filter(|(_, asked)| is_chosen(asked)).map(|(at, _)| at).collect())
}

/// Returns true for the item with an id, and for those below it: `vendor` names all of `vendor.*`.
fn is_named(asked: &ReviewItem, id: &str) -> bool {
    asked.id.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn unknown<'n>(name: &str, what: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let failure = Failure::usage(format!("there is no {what} `{name}` in the register"));
    match nearest(name, known) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`trustbook facts` lists the register; what comes before the ids is the folder of a book"),
    }
}
