//! The register as a table: every free fact, and every field of a record.

use crate::columns::align;
use crate::output;
use crate::units::{ChaptersById, Unit};
use serde_json::{Value as Json, json};
use trustbook_core::Book;
use trustbook_core::register::Fact;
use trustbook_core::register::common::Common;
use trustbook_core::register::value::Value;

/// One line of the table.
pub(super) struct FactsRow {
    pub(super) id: String,
    pub(super) value: String,
    pub(super) state: String,
    pub(super) owner: String,
    pub(super) source: String,
    pub(super) pages: Vec<String>,
    pub(super) place: String,
}

impl FactsRow {
    pub(super) fn new(book: &Book, id: String, value: String, common: &Common, place: String) -> Self {
        // Many people can read the output of a build on a server, so secrets are masked.
        let shown = |text: &str| book.map.masked(text).into_owned();
        let text = |text: &Option<String>| shown(text.as_deref().unwrap_or_default());
        FactsRow {
            id: shown(&id),
            value: shown(&value),
            state: book.facts.state(common).words(),
            owner: text(&common.owner),
            source: text(&common.source),
            pages: Vec::new(),
            place: shown(&place),
        }
    }

    /// Returns true if the id, value, owner or state contains `query`, which is in lower case.
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

    /// Returns the paths of the chapters without `src/` and `.md`.
    pub(super) fn chapters(&self) -> String {
        let short = |path: &String| path.trim_start_matches("src/").trim_end_matches(".md").to_owned();
        self.pages.iter().map(short).collect::<Vec<_>>().join(" ")
    }
}

/// Prints the rows that match `query`.
pub(super) fn print(book: &Book, query: &str, as_json: bool) {
    let rows: Vec<FactsRow> = rows(book).into_iter().filter(|row| row.has(query)).collect();
    if as_json {
        output::print(&rows.iter().map(|row| output::json_line(&row.object())).collect::<String>());
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

fn rows(book: &Book) -> Vec<FactsRow> {
    let shown = ChaptersById::of(book);
    let register = &book.facts.register;
    let row = |fact: &Fact, common: &Common, ids: &[&str]| {
        let value = fact.value.as_ref().map(Value::text).unwrap_or_default();
        let place = Unit::Fact(fact).place(&book.map);
        FactsRow { pages: shown.any(ids.iter().copied()), ..FactsRow::new(book, fact.id.clone(), value, common, place) }
    };
    let free = register.facts.iter().map(|fact| row(fact, &fact.common, &[&fact.id]));
    let fields = register.records.iter().flat_map(|record| {
        // A block shows all fields of a record, so its usages count for each of them.
        let (whole, row) = (record.full_id(), &row);
        record.fields.iter().map(move |fact| row(fact, &record.common, &[&whole, &fact.id]))
    });
    free.chain(fields).collect()
}
