//! The Prisma schema language: models, views and composite types, in one file or in several.

mod attributes;
mod declarations;
mod fields;
mod implicit;
mod lexer;
mod problems;
mod tables;
#[cfg(test)]
mod tests;

use super::{Language, Schema, SchemaFile};
use problems::Problems;

pub(super) const LANGUAGE: Language = Language {
    name: "prisma",
    endings: &[".prisma"],
    in_folder: None,
    is_it: |_| true,
    read,
    page: include_str!("prisma.md"),
};

/// Reads each file on its own, and then resolves the references between their declarations.
fn read(files: &[SchemaFile<'_>]) -> Schema {
    let mut problems: Vec<Problems<'_>> = files.iter().map(Problems::new).collect();
    let mut declared = Vec::new();
    for (index, (file, problems)) in files.iter().zip(&mut problems).enumerate() {
        let tokens = lexer::lex(file.text, problems);
        let declarations = declarations::read(&tokens, problems).into_iter();
        declared.extend(declarations.map(|declaration| (index, declaration)));
    }
    let tables = tables::resolve(files, declared, &mut problems);
    Schema { tables, problems: problems.into_iter().flat_map(Problems::sorted).collect(), skipped: Vec::new() }
}
