//! Due reviews: facts, records and texts of chapters whose review or validity ends by a day, by owner and file.

use super::table::FactsRow;
use crate::columns::align;
use crate::output;
use crate::units::{self, ChaptersById, Unit};
use jiff::civil::Date;
use serde_json::json;
use trustbook_core::register::common::Common;
use trustbook_core::report::harmless;
use trustbook_core::span::Span;
use trustbook_core::{Book, Page};

pub(super) struct Due<'r> {
    owner: Option<&'r str>,
    file: &'r str,
    pub(super) on: Date,
    pub(super) row: FactsRow,
}

/// Returns what is due, sorted by owner, file, day and id. What has no owner comes first.
pub(super) fn all<'r>(book: &'r Book, by: Date, query: &str) -> Vec<Due<'r>> {
    let shown = ChaptersById::of(book);
    let due = |common: &'r Common, span: Span, row: &dyn Fn(String) -> FactsRow| {
        let on = common.due(book.facts.today).filter(|on| *on <= by)?;
        let file = book.map.file(span.file);
        let place = format!("{}:{}", file.path(), file.position(span.start).line);
        Some(Due { owner: common.owner.as_deref(), file: file.path(), on, row: row(place) })
    };
    let of_unit = |unit: Unit<'r>| {
        let row = |place| FactsRow::new(book, unit.id(), unit.text(), unit.common(), place);
        due(unit.common(), unit.span(), &|place| FactsRow { pages: shown.unit(unit), ..row(place) })
    };
    let of_text = |page: &'r Page| {
        let dates = page.dates.as_ref()?;
        let row = |place| FactsRow::new(book, page.source.clone(), page.chapter.name.clone(), &dates.common, place);
        due(&dates.common, dates.span, &|place| FactsRow { pages: vec![page.source.clone()], ..row(place) })
    };
    let all = units::of(&book.facts.register).filter_map(of_unit).chain(book.pages.iter().filter_map(of_text));
    let mut all: Vec<Due<'r>> = all.filter(|due| due.row.has(query)).collect();
    all.sort_by(|a, b| {
        let key = |due: &Due<'r>| (due.owner, due.file, due.on);
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
pub(super) fn table(due: &[Due<'_>]) -> String {
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
        let group = format!("{}, {}", owner(due.owner), due.file);
        if group != last {
            text.push_str(&format!("\n{}:\n", harmless(&group)));
            last = group;
        }
        text.push_str(&line);
    }
    text
}

fn owner(owner: Option<&str>) -> String {
    owner.map_or_else(|| "no owner".to_owned(), |owner| format!("owner {owner}"))
}
