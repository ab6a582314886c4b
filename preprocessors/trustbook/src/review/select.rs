//! Which statements a review is about.

use super::{Args, Asked};
use crate::failure::Failure;
use crate::units::{self, Shown, Unit};
use trustbook_core::Trust;
use trustbook_core::register::common::State;
use trustbook_core::suggest::nearest;

/// Every statement that can be reviewed, by file and line: what stands in a file that is not TOML can not be edited.
pub(super) fn all(trust: &Trust) -> Vec<Asked> {
    let shown = Shown::of(trust);
    let register = &trust.facts.register;
    let mut all: Vec<Unit<'_>> =
        units::of(register).filter(|unit| !register.broken.contains(&unit.span().file)).collect();
    all.sort_by_key(|unit| (unit.file(&trust.map).to_owned(), unit.span().start));
    let asked = |unit: &Unit<'_>| Asked {
        id: unit.id(),
        file: unit.file(&trust.map).to_owned(),
        record: match unit {
            Unit::Fact(_) => None,
            Unit::Record(record) => Some(record.kind),
        },
        owner: unit.common().owner.clone(),
        pages: shown.unit(*unit),
        due: unit.common().due(trust.facts.today),
        is_undated: unit.common().said().is_none(),
        expired: match trust.facts.state(unit.common()) {
            State::Expired(on) => Some(on),
            _ => None,
        },
    };
    all.iter().map(asked).collect()
}

/// The places in `all` of what the command line asks for.
///
/// # Errors
/// Where it names an id or an owner that the register does not have.
pub(super) fn chosen(trust: &Trust, all: &[Asked], args: &Args, ids: &[String]) -> Result<Vec<usize>, Failure> {
    for id in ids {
        if !all.iter().any(|asked| asked.id == *id) {
            return Err(unknown(id, "fact or record", all.iter().map(|asked| asked.id.as_str())));
        }
    }
    let owners = || all.iter().filter_map(|asked| asked.owner.as_deref());
    if let Some(owner) = &args.owner
        && !owners().any(|known| known == owner)
    {
        return Err(unknown(owner, "owner", owners()));
    }
    let by = units::horizon(trust.facts.today, args.due.flatten())?;
    let is_chosen = |asked: &Asked| {
        let is_due = asked.due.is_some_and(|due| due <= by);
        let by_day = match (&args.due, ids) {
            (Some(_), _) => is_due,
            (None, []) => is_due || asked.is_undated,
            (None, _) => true,
        };
        by_day
            && (ids.is_empty() || ids.contains(&asked.id))
            && args.owner.as_ref().is_none_or(|owner| asked.owner.as_ref() == Some(owner))
    };
    Ok(all.iter().enumerate().filter(|(_, asked)| is_chosen(asked)).map(|(at, _)| at).collect())
}

fn unknown<'n>(name: &str, what: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let failure = Failure::usage(format!("there is no {what} `{name}` in the register"));
    match nearest(name, known) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`trustbook facts` lists the register; what comes before the ids is the folder of a book"),
    }
}
