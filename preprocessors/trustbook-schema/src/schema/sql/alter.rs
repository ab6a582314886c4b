//! `ALTER TABLE`: its steps.

use super::change::{Action, AlterStep, Altered, Exists, When};
use super::column::{Faults, Typed, column, data_type, short};
use super::constraint::{constraints, is_constraint};
use super::cursor::{Cursor, Ident};
use super::dialect::Dialect;

/// The first words of steps that do not change the shape of a table.
const SILENT: &[&str] = &[
    "OWNER",
    "ENABLE",
    "DISABLE",
    "SET",
    "RESET",
    "CLUSTER",
    "VALIDATE",
    "REPLICA",
    "FORCE",
    "NO",
    "OF",
    "NOT",
    "ENGINE",
    "AUTO_INCREMENT",
    "COMMENT",
    "CONVERT",
    "DEFAULT",
    "CHARACTER",
    "CHARSET",
    "COLLATE",
    "ORDER",
    "ROW_FORMAT",
    "ALGORITHM",
    "LOCK",
    "PARTITION",
    "REMOVE",
    "REORGANIZE",
    "TRUNCATE",
    "ANALYZE",
    "CHECK",
    "OPTIMIZE",
    "REBUILD",
    "REPAIR",
    "COALESCE",
    "EXCHANGE",
    "DISCARD",
    "IMPORT",
    "KEY_BLOCK_SIZE",
    "DEPENDS",
    "STATS_PERSISTENT",
    "STATS_AUTO_RECALC",
    "STATS_SAMPLE_PAGES",
    "MAX_ROWS",
    "MIN_ROWS",
    "AVG_ROW_LENGTH",
    "PAGE_COMPRESSED",
    "CHECKSUM",
    "DELAY_KEY_WRITE",
    "PACK_KEYS",
    "ENCRYPTION",
    "COMPRESSION",
    "TABLESPACE",
    "WITH",
    "WITHOUT",
    "UNION",
    "OPTIONS",
];

/// Reads the steps after the name of the table.
pub(super) fn steps(it: Cursor<'_>, what: Altered, faults: &mut Faults) -> Vec<AlterStep> {
    let mut steps = Vec::new();
    for part in it.parts() {
        let range = part.range();
        let text = part.text.get(range.clone()).unwrap_or_default();
        let mut actions = Vec::new();
        let before = faults.len();
        if read(part, what, &mut actions, faults).is_none() && faults.len() == before {
            actions.push(Action::Unknown(short(text)));
        }
        steps.extend(actions.into_iter().map(|action| AlterStep { range: range.clone(), action }));
    }
    steps
}

fn read(mut it: Cursor<'_>, what: Altered, into: &mut Vec<Action>, faults: &mut Faults) -> Option<()> {
    // `VALUE` and `ATTRIBUTE` are names of columns unless a type is altered.
    let word = if what == Altered::Type { "ATTRIBUTE" } else { "COLUMN" };
    if what == Altered::Type && it.has(0, &["ADD", "RENAME", "DROP"]) && it.has(1, &["VALUE"]) {
        Some(())
    } else if it.eat(&["ADD"]) {
        add(it, word, into, faults)
    } else if it.eat(&["DROP"]) {
        drop(it, word, into)
    } else if it.eat(&["RENAME"]) {
        into.push(self::rename(it, word)?);
        Some(())
    } else if it.eat(&["ALTER"]) {
        alter(it, word, into, faults)
    } else if it.eat(&["ATTACH", "PARTITION"]) {
        into.push(Action::Partition { name: it.name()?, is_set: true });
        Some(())
    } else if it.eat(&["DETACH", "PARTITION"]) {
        into.push(Action::Partition { name: it.name()?, is_set: false });
        Some(())
    } else if it.eat(&["INHERIT"]) {
        into.push(Action::Inherit { name: it.name()?, is_set: true });
        Some(())
    } else if it.eat(&["NO", "INHERIT"]) {
        into.push(Action::Inherit { name: it.name()?, is_set: false });
        Some(())
    } else if it.has(0, &["CHANGE", "MODIFY"]) {
        let change = it.has(0, &["CHANGE"]);
        it.skip(1);
        it.eat(&["COLUMN"]);
        let exists = exists(&mut it);
        let from = if change { it.ident() } else { None };
        let to = Box::new(column(it, Typed::Must, faults)?);
        into.push(Action::Redefine { column: from.unwrap_or_else(|| to.name.clone()), to, exists });
        Some(())
    } else if it.eat(&["SET", "SCHEMA"]) {
        into.push(Action::SetSchema(it.ident()?));
        Some(())
    } else {
        // MySQL's options of tables can also follow each other without commas; none of them changes the shape.
        it.has(0, SILENT).then_some(())
    }
}

/// Takes `IF EXISTS`.
pub(super) fn exists(it: &mut Cursor<'_>) -> Exists {
    if it.eat(&["IF", "EXISTS"]) { Exists::May } else { Exists::Must }
}

/// Takes `IF NOT EXISTS`.
pub(super) fn missing(it: &mut Cursor<'_>) -> When {
    if it.eat(&["IF", "NOT", "EXISTS"]) { When::Missing } else { When::Absent }
}

fn add(mut it: Cursor<'_>, word: &str, into: &mut Vec<Action>, faults: &mut Faults) -> Option<()> {
    let is_column = it.eat(&[word]);
    if it.dialect == Dialect::Mysql && it.has(0, &["PARTITION"]) && !is_column {
        return Some(());
    }
    if !is_column && (is_constraint(&it) || it.has(0, &["INDEX", "KEY"]) && it.dialect == Dialect::Mysql) {
        let mut found = Vec::new();
        constraints(it, &mut found);
        into.extend(found.into_iter().map(Action::Constrain));
        return Some(());
    }
    let missing = missing(&mut it);
    let typed = if it.dialect == Dialect::Sqlite { Typed::May } else { Typed::Must };
    let parts = match it.group() {
        Some((inner, _)) => inner.parts(),
        None => vec![it],
    };
    let mut found = false;
    for part in parts {
        if is_constraint(&part) && !is_column {
            let mut keys = Vec::new();
            constraints(part, &mut keys);
            into.extend(keys.into_iter().map(Action::Constrain));
            found = true;
        } else if let Some(column) = column(part, typed, faults) {
            into.push(Action::Add { column: Box::new(column), missing });
            found = true;
        }
    }
    found.then_some(())
}

fn drop(mut it: Cursor<'_>, word: &str, into: &mut Vec<Action>) -> Option<()> {
    if it.eat(&["CONSTRAINT"]) || it.has(0, &["FOREIGN"]) && it.has(1, &["KEY"]) {
        it.eat(&["FOREIGN", "KEY"]);
        exists(&mut it);
        into.push(Action::DropConstraint(it.ident()?));
    } else if it.eat(&["PRIMARY", "KEY"]) {
        into.push(Action::DropKey);
    } else if it.dialect == Dialect::Mysql && it.eat_one(&["INDEX", "KEY", "CHECK"]) {
        exists(&mut it);
        into.push(Action::DropConstraint(it.ident()?));
    } else if it.dialect != Dialect::Mysql || !it.has(0, &["PARTITION"]) {
        it.eat(&[word]);
        let exists = exists(&mut it);
        into.push(Action::Drop { column: it.ident()?, exists });
    }
    Some(())
}

fn rename(mut it: Cursor<'_>, word: &str) -> Option<Action> {
    if it.has(0, &["TO", "AS"]) && it.peek(1).is_some() {
        it.skip(1);
        return Some(Action::Rename(it.name()?));
    }
    if it.eat_one(&["CONSTRAINT"]) || it.dialect == Dialect::Mysql && it.has(0, &["INDEX", "KEY"]) {
        it.eat_one(&["INDEX", "KEY"]);
        let from = it.ident()?;
        it.eat(&["TO"]).then_some(())?;
        return Some(Action::RenameConstraint { from, to: it.ident()? });
    }
    let is_column = it.eat(&[word]);
    exists(&mut it);
    if !is_column && it.dialect == Dialect::Mysql {
        return Some(Action::Rename(it.name()?));
    }
    let from = it.ident()?;
    it.eat(&["TO"]).then_some(())?;
    Some(Action::RenameColumn { from, to: it.ident()? })
}

fn alter(mut it: Cursor<'_>, word: &str, into: &mut Vec<Action>, faults: &mut Faults) -> Option<()> {
    // `INDEX` is the name of a column in PostgreSQL.
    let is_other = it.has(0, &["CONSTRAINT", "CHECK"]) || it.has(0, &["INDEX"]) && it.dialect == Dialect::Mysql;
    if !it.eat(&[word]) && is_other {
        return Some(());
    }
    exists(&mut it);
    let column: Ident = it.ident()?;
    if it.eat(&["SET", "DATA", "TYPE"]) || it.eat(&["TYPE"]) {
        let (range, before) = (it.range(), faults.len());
        let ty = data_type(&mut it, &column.text, Typed::Must, range, faults);
        if faults.len() == before {
            into.push(Action::Retype { column, ty });
        }
    } else if it.eat(&["SET", "DEFAULT"]) {
        into.push(Action::Default { column, is_set: !it.has(0, &["NULL"]) });
    } else if it.eat(&["DROP", "DEFAULT"]) {
        into.push(Action::Default { column, is_set: false });
    } else if it.eat(&["SET", "NOT", "NULL"]) {
        into.push(Action::NotNull { column, is_set: true });
    } else if it.eat(&["DROP", "NOT", "NULL"]) {
        into.push(Action::NotNull { column, is_set: false });
    } else if it.eat(&["ADD", "GENERATED"]) {
        let always = it.has(0, &["ALWAYS"]);
        into.push(match always {
            true => Action::Generated { column, is_set: true },
            false => Action::Default { column, is_set: true },
        });
    } else if it.eat(&["DROP", "IDENTITY"]) || it.eat(&["DROP", "EXPRESSION"]) {
        into.push(Action::Generated { column: column.clone(), is_set: false });
        into.push(Action::Default { column, is_set: false });
    } else if !it.has(0, &["SET", "RESET", "RESTART", "OPTIONS"]) {
        return None;
    }
    Some(())
}
