//! The register as a table: every free fact and every field of a record.

use crate::output;
use crate::units::{Shown, Unit};
use serde_json::{Value as Json, json};
use trustbook_core::Trust;
use trustbook_core::register::Fact;
use trustbook_core::register::common::Common;
use trustbook_core::register::value::Value;
use trustbook_core::report::{harmless, harmless_json};

/// One line of a table.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) value: String,
    pub(super) state: String,
    pub(super) owner: String,
    pub(super) source: String,
    pub(super) pages: Vec<String>,
    pub(super) place: String,
}

impl Row {
    pub(super) fn new(trust: &Trust, id: String, value: String, common: &Common, place: String) -> Self {
        // The table of a build on a server is read by many.
        let shown = |text: &str| trust.map.masked(text).into_owned();
        let text = |text: &Option<String>| shown(text.as_deref().unwrap_or_default());
        Row {
            id: shown(&id),
            value: shown(&value),
            state: trust.facts.state(common).words(),
            owner: text(&common.owner),
            source: text(&common.source),
            pages: Vec::new(),
            place: shown(&place),
        }
    }

    /// Whether it has what is looked for, in lower case.
    pub(super) fn has(&self, query: &str) -> bool {
        [&self.id, &self.value, &self.owner, &self.state].iter().any(|text| text.to_lowercase().contains(query))
    }

    pub(super) fn object(&self) -> Json {
        json!({
            "id": self.id,
            "value": self.value,
            "state": self.state,
            "owner": self.owner,
            "source": self.source,
            "pages": self.pages,
            "place": self.place,
        })
    }

    /// The chapters by their short names.
    pub(super) fn chapters(&self) -> String {
        let short = |path: &String| path.trim_start_matches("src/").trim_end_matches(".md").to_owned();
        self.pages.iter().map(short).collect::<Vec<_>>().join(" ")
    }
}

/// Prints all that has what is looked for.
pub(super) fn print(trust: &Trust, query: &str, as_json: bool) {
    let rows: Vec<Row> = rows(trust).into_iter().filter(|row| row.has(query)).collect();
    if as_json {
        output::print(&rows.iter().map(|row| json_line(&row.object())).collect::<String>());
        return;
    }
    let cells = rows.iter().map(|row| {
        [&row.id, &row.value, &row.state, &row.owner, &row.source, &row.chapters()].map(|text| text.to_owned())
    });
    let head = ["id", "value", "state", "owner", "source", "pages"].map(str::to_owned);
    let lines = align(std::iter::once(head).chain(cells).collect(), [44, 40, 44, 12, 32, 60]);
    output::print(&lines.concat());
    output::say(&output::counted(rows.len(), "fact"));
}

/// One JSON object on a line.
pub(super) fn json_line(object: &Json) -> String {
    format!("{}\n", harmless_json(object))
}

/// Lines of cells, each column as wide as its widest cell and not wider than `most`.
pub(super) fn align<const N: usize>(rows: Vec<[String; N]>, most: [usize; N]) -> Vec<String> {
    let rows: Vec<[String; N]> =
        rows.into_iter().map(|row| row.map(|text| harmless(&text.replace('\n', " ")))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(most[column]);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(text, width)| fit(text, *width)).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn rows(trust: &Trust) -> Vec<Row> {
    let shown = Shown::of(trust);
    let register = &trust.facts.register;
    let row = |fact: &Fact, common: &Common, ids: &[&str]| {
        let value = fact.value.as_ref().map(Value::text).unwrap_or_default();
        let place = Unit::Fact(fact).place(&trust.map);
        Row { pages: shown.any(ids.iter().copied()), ..Row::new(trust, fact.id.clone(), value, common, place) }
    };
    let free = register.facts.iter().map(|fact| row(fact, &fact.common, &[&fact.id]));
    let fields = register.records.iter().flat_map(|record| {
        // A block shows a record as a whole.
        let (whole, row) = (record.full_id(), &row);
        record.fields.iter().map(move |fact| row(fact, &record.common, &[&whole, &fact.id]))
    });
    free.chain(fields).collect()
}

fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return format!("{text:<width$}");
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
