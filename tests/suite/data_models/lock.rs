//! The lock returns exactly what was written to it, whatever names a foreign file has.

use super::{A, PATH, REPOSITORY};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use trustbook_core::check::CHECKS;
use trustbook_core::forge::Lines;
use trustbook_core::lock::{self, FileEntry, Gone, Lock, Pin, SchemaEntry, Skipped};
use trustbook_core::schema::index::{Changed, Detail, FieldIndex, TableIndex};
use trustbook_core::schema::{FieldContent, Migration, Modifier, TableKind};
use trustbook_core::span::{SourceMap, Span};
use trustbook_core::world::MemoryWorld;
use trustbook_tests::{TODAY, book, fences};

/// Parses the text of a lock.
pub(crate) fn read(text: &str) -> Lock {
    let mut world = MemoryWorld::new(TODAY);
    world.insert(lock::PATH, text);
    lock::read(&world, &mut SourceMap::default())
}

/// Returns an entry without the spans from which it was read.
fn without_places(mut entry: SchemaEntry) -> SchemaEntry {
    let nowhere = nowhere();
    entry.span = nowhere;
    for table in Arc::make_mut(&mut entry.tables) {
        table.span = nowhere;
        table.fields.iter_mut().for_each(|field| field.span = nowhere);
    }
    entry
}

fn nowhere() -> Span {
    Span::new(SourceMap::default().add("nowhere", ""), 0..0)
}

/// Values generated from texts and bits, so that proptest can shrink a failing case.
struct Draw {
    texts: Vec<String>,
    bits: u64,
    drawn: usize,
}

impl Draw {
    fn text(&mut self) -> String {
        self.drawn += 1;
        self.texts.get(self.drawn % self.texts.len().max(1)).cloned().unwrap_or_default()
    }

    fn is(&mut self) -> bool {
        self.bits = self.bits.rotate_left(1);
        self.bits & 1 == 1
    }

    fn may(&mut self) -> Option<String> {
        if self.is() { Some(self.text()) } else { None }
    }

    fn some<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = usize::from(self.is()) + 2 * usize::from(self.is());
        (0..count).map(|_| make(self)).collect()
    }

    fn day(&mut self) -> Date {
        if self.is() { date(1999, 12, 31) } else { date(2026, 2, 28) }
    }

    fn lines(&mut self) -> Lines {
        let first = 1 + self.drawn;
        Lines { first, last: first + usize::from(self.is()) }
    }

    fn origin(&mut self) -> Option<Migration> {
        let migration = self.may()?;
        Some(Migration { migration, date: if self.is() { Some(self.day()) } else { None } })
    }

    fn field(&mut self) -> FieldIndex {
        let modifiers = Modifier::ALL.iter().filter(|_| self.is()).map(|(_, modifier)| *modifier).collect();
        let detail = Detail {
            stored_as: self.may(),
            ty: self.text(),
            modifiers,
            content: if self.is() { FieldContent::Opaque } else { FieldContent::Plain },
            category: self.may(),
            path: self.may(),
            lines: self.lines(),
            hash: self.text(),
            origin: self.origin(),
            changed: if self.is() { Some(Changed { at: self.text(), was: self.text() }) } else { None },
        };
        FieldIndex { name: self.text(), since: self.may(), detail: Some(detail), span: nowhere() }
    }

    fn table(&mut self) -> TableIndex {
        let mut fields = self.some(Self::field);
        // For a table that is left out, the names of fields are kept with the pin that added them.
        let since = self.text();
        let names = if since.is_empty() { Vec::new() } else { self.some(Self::text) };
        fields.extend(names.into_iter().map(|name| FieldIndex {
            name,
            since: Some(since.clone()),
            detail: None,
            span: nowhere(),
        }));
        TableIndex {
            name: self.text(),
            stored_as: self.may(),
            kind: if self.is() { TableKind::View } else { TableKind::Type },
            path: self.text(),
            lines: self.lines(),
            since: self.may(),
            fields,
            relations: self.some(Self::text),
            origin: self.origin(),
            span: nowhere(),
        }
    }

    fn entry(&mut self) -> SchemaEntry {
        let commit = self.text();
        let mut pins = self.some(|draw| Pin { commit: draw.text(), on: draw.day() });
        pins.push(Pin { commit: commit.clone(), on: self.day() });
        let mut tables = self.some(Self::table);
        let mut names = BTreeSet::new();
        tables.retain(|table| names.insert(table.name.clone()));
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        SchemaEntry {
            id: self.text(),
            language: self.text(),
            repository: self.text(),
            path: self.text(),
            track: self.may(),
            commit,
            checked: self.day(),
            files: self.some(|draw| FileEntry { path: draw.text(), blob: draw.text(), sha256: draw.text() }),
            pins,
            skipped: self.some(|draw| {
                let tables = draw.some(Self::text);
                Skipped { path: draw.text(), line: draw.drawn, what: draw.text(), tables }
            }),
            gone: self.some(|draw| Gone { table: draw.text(), field: draw.may(), at: draw.text(), was: draw.text() }),
            tables: Arc::new(tables),
            span: nowhere(),
        }
    }
}

/// Returns text that breaks naive quoting.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("'''".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\\".to_owned()),
        Just("\0\u{7f}\u{1b}".to_owned()),
        Just("\u{feff}\u{202e}\u{2028}".to_owned()),
        Just(" # = ] }, { name = \"x\" }\n[[schema]]".to_owned()),
        Just("Zähler_表_𝕏".to_owned()),
        any::<String>(),
        "[a-z]{1,8}",
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_written_is_read(texts in proptest::collection::vec(hostile(), 1..60), bits: u64) {
        let entry = Draw { texts, bits, drawn: 0 }.entry();
        let lock = Lock { exists: true, schemas: vec![entry.clone()], ..Lock::default() };
        let text = lock::text(&lock);
        let found = read(&text);
        prop_assert_eq!(&found.problems, &[], "{}", text);
        let found: Vec<SchemaEntry> = found.schemas.into_iter().map(without_places).collect();
        prop_assert_eq!(found, vec![entry], "{}", text);
    }
}

#[test]
fn entries_are_sorted_and_each_is_sealed_on_its_own() {
    let entry = |id: &str| SchemaEntry {
        id: id.to_owned(),
        language: "prisma".to_owned(),
        repository: REPOSITORY.to_owned(),
        path: PATH.to_owned(),
        track: None,
        commit: A.to_owned(),
        checked: TODAY,
        files: Vec::new(),
        pins: vec![Pin { commit: A.to_owned(), on: TODAY }],
        skipped: Vec::new(),
        gone: Vec::new(),
        tables: Arc::default(),
        span: nowhere(),
    };
    let text = lock::text(&Lock { exists: true, schemas: vec![entry("b"), entry("a")], ..Lock::default() });
    assert!(text.find("id = \"a\"") < text.find("id = \"b\""));
    let broken = read(&text.replacen("language = \"prisma\"", "language = \"fides\"", 1));
    let ids: Vec<&str> = broken.schemas.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!((ids, broken.problems.len()), (vec!["b"], 1), "the other entry is as good as before");
}

#[test]
fn the_locks_on_pages_of_checks_are_as_the_command_writes_them() {
    let mut locks = 0;
    for check in CHECKS {
        for (_, text) in fences(check.page, "book") {
            let world = book(text);
            let found = lock::read(&world, &mut SourceMap::default());
            // One of the pages shows a lock that was edited by hand.
            if found.exists && found.problems.is_empty() {
                assert!(text.contains(lock::text(&found).trim_end()), "{}: {text}", check.name);
                locks += 1;
            }
        }
    }
    assert!(locks >= 5, "{locks}");
}
