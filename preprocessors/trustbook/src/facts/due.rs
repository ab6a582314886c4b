//! Due reviews: facts and records whose review or validity ends by a day, by owner and file.

use super::table::Row;
use crate::columns::align;
use crate::output;
use crate::units::{self, Shown, Unit};
use jiff::civil::Date;
use serde_json::json;
use trustbook_core::Trust;
use trustbook_core::report::harmless;

pub(super) struct Due<'r> {
    unit: Unit<'r>,
    pub(super) on: Date,
    pub(super) row: Row,
}

/// Returns the due facts and records, sorted by owner, file, day and id. Those without an owner come first.
pub(super) fn all<'r>(trust: &'r Trust, by: Date, query: &str) -> Vec<Due<'r>> {
    let shown = Shown::of(trust);
    let due = |unit: Unit<'r>| {
        let on = unit.common().due(trust.facts.today).filter(|on| *on <= by)?;
        let row = Row::new(trust, unit.id(), unit.text(), unit.common(), unit.place(&trust.map));
        Some(Due { unit, on, row: Row { pages: shown.unit(unit), ..row } })
    };
    let mut all: Vec<Due<'r>> =
        units::of(&trust.facts.register).filter_map(due).filter(|due| due.row.has(query)).collect();
    all.sort_by(|a, b| {
        let key = |due: &Due<'r>| (due.unit.common().owner.clone(), due.unit.file(&trust.map).to_owned(), due.on);
        key(a).cmp(&key(b)).then_with(|| a.row.id.cmp(&b.row.id))
    });
    all
}

/// Returns one JSON object per line for each.
pub(super) fn lines(due: &[Due<'_>]) -> String {
    let line = |due: &Due<'_>| {
        let mut object = due.row.object();
        object["due"] = json!(due.on.to_string());
        output::json_line(&object)
    };
    due.iter().map(line).collect()
}

/// Returns one table, in which each pair of owner and file has a heading line of its own.
pub(super) fn table(trust: &Trust, due: &[Due<'_>]) -> String {
    if due.is_empty() {
        return String::new();
    }
    let head = ["due", "id", "value", "state", "source", "pages"].map(str::to_owned);
    let cells = due.iter().map(|due| {
        let row = &due.row;
        [&due.on.to_string(), &row.id, &row.value, &row.state, &row.source, &row.chapters()].map(|text| text.to_owned())
    });
    let mut lines = align(std::iter::once(head).chain(cells).collect(), [10, 44, 40, 44, 32, 60]).into_iter();
    let mut text = lines.next().unwrap_or_default();
    let mut last = String::new();
    for (due, line) in due.iter().zip(lines) {
        let group = format!("{}, {}", owner(due.unit), due.unit.file(&trust.map));
        if group != last {
            text.push_str(&format!("\n{}:\n", harmless(&group)));
            last = group;
        }
        text.push_str(&line);
    }
    text
}

fn owner(unit: Unit<'_>) -> String {
    unit.common().owner.as_ref().map_or_else(|| "no owner".to_owned(), |owner| format!("owner {owner}"))
}
