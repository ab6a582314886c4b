//! Data models in SQL: statements that make and change tables, in one file or in a folder of migrations.

mod alter;
mod change;
pub(super) mod changelog;
mod column;
mod comments;
mod constraint;
mod create;
mod cursor;
mod dialect;
mod finish;
mod marks;
mod migration;
mod model;
mod replay;
mod scan;
mod signs;
mod split;
mod state;
mod statement;
mod steps;
mod table;
#[cfg(test)]
mod tests;
mod types;
mod view;

pub(super) use comments::category;
pub(super) use dialect::Dialect;
pub(super) use signs::is_it;

use super::{Migration, Schema, SchemaFile, SchemaProblem};
use crate::span::Span;
use change::Effect;
use column::Faults;
use migration::Plan;
use model::{ChangeFile, Model};
use rayon::prelude::*;
use split::{Split, split};

/// The number of statements that are parsed before their changes are applied; a whole large file would need much
/// memory.
const AT_ONCE: usize = 1000;

/// Returns true for the files of a folder that matter: SQL, and what decides the order or the effect of migrations.
pub(super) fn in_folder(path: &str) -> bool {
    path.to_lowercase().ends_with(".sql") || migration::is_beside(path)
}

/// Reads files, in the order of their paths. It terminates on any input.
pub(super) fn read(files: &[SchemaFile<'_>], dialect: Dialect) -> Schema {
    let named: Vec<(&str, &str)> = files.iter().map(|file| (file.path, file.text)).collect();
    let plan = match named.as_slice() {
        [_] => Plan { run: vec![0], passed: Vec::new() },
        many => migration::plan(many),
    };
    let mut model = Model::new(dialect);
    for (at, what) in plan.passed {
        if let Some(file) = files.get(at) {
            model.skip(Span::new(file.file, 0..file.text.len()), what);
        }
    }
    let files: Vec<&SchemaFile<'_>> = plan.run.iter().filter_map(|at| files.get(*at)).collect();
    let splits: Vec<Split> = files.par_iter().map(|file| split(file.text, file.file, dialect)).collect();
    for (file, split) in files.iter().zip(splits) {
        let origin: Option<Migration> = (files.len() > 1).then(|| migration::origin(file.path));
        let Split { statements, comments, problems, skipped } = split;
        let source = ChangeFile { file: file.file, text: file.text, comments: &comments, origin: origin.as_ref() };
        model.problems.extend(problems);
        model.skipped.extend(skipped);
        let mut statements = statements.into_iter();
        loop {
            let some: Vec<_> = statements.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            // Each statement is parsed on its own, and on several cores if there are many.
            let effects = some
                .par_iter()
                .with_min_len(64)
                .map_init(Faults::default, |types, it| statement::effect(types, it, file.text, dialect));
            let effects: Vec<Effect> = effects.collect();
            for (statement, effect) in some.iter().zip(effects) {
                let start = statement.tokens.first().map_or(0, |token| token.start);
                let range = start..statement.tokens.last().map_or(start, |token| token.end);
                model.problems.extend(effect.faults.list.into_iter().map(|fault| SchemaProblem {
                    span: Span::new(file.file, fault.range),
                    what: fault.what,
                    help: fault.help.to_owned(),
                }));
                for change in effect.changes {
                    replay::apply(&mut model, change, range.clone(), source);
                }
            }
        }
        // Each file sets the schema of its names itself.
        model.schema = None;
    }
    finish::schema(model)
}
