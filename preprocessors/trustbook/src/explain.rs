//! `trustbook explain`: the page of a check, or of a kind of record.

use crate::failure::Failure;
use crate::output;
use std::process::ExitCode;
use trustbook_core::check::{self, CHECKS, Check};
use trustbook_core::register::common;
use trustbook_core::register::kinds::{self, KINDS, Kind};
use trustbook_core::register::types::{Field, Type};
use trustbook_core::suggest::{listed, nearest};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A check or a kind of record; without it, all are listed.
    name: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let Some(name) = &args.name else {
        let kinds: String =
            KINDS.iter().map(|kind| format!("{:<22} {:<8} {}\n", kind.name, "kind", kind.doc)).collect();
        output::print(&format!("{}{kinds}", CHECKS.iter().map(line).collect::<String>()));
        return Ok(ExitCode::SUCCESS);
    };
    let (kebab, snake) = (name.replace('_', "-"), name.replace('-', "_"));
    if let Some(check) = check::find(&kebab) {
        output::print(check.page);
    } else if let Some(kind) = kinds::find(&snake) {
        output::print(&page(kind));
    } else {
        let failure = Failure::usage(format!("there is no check and no kind of record `{name}`"));
        let check = nearest(&kebab, CHECKS.iter().map(|check| check.name));
        let near = check.or_else(|| nearest(&snake, KINDS.iter().map(|kind| kind.name)));
        return Err(match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`trustbook explain` lists the checks and the kinds"),
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// A check's name and its first sentence.
fn line(check: &Check) -> String {
    let sentence = check.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    format!("{:<22} {:<8} {sentence}\n", check.name, check.level.word())
}

/// What a kind is for and what its records take, in Markdown as the pages of checks are.
fn page(kind: &Kind) -> String {
    let Kind { name, doc, block, .. } = kind;
    let first = kind.fields.first().map_or("name", |field| field.name);
    let written = match kind.id_fields() {
        [] => format!(
            "A record is written as `[[{name}]]` with an `id`, and its fields are named on pages as \
             `{{{{ {name}.ID.{first} }}}}`."
        ),
        parts => format!("A record is written as `[[{name}]]`, and is known by its {}.", listed(parts.iter().copied())),
    };
    format!(
        "# {name}\n\n{doc}\n\n\
         {written}\n\
         `{{{{#{block}}}}}` draws all of them.\n\n\
         ## Fields\n\n{}\n\
         A field that is needed can be left open by the vendor: `not_stated = [\"{first}\"]`.\n\n\
         ## Beside them\n\n{}",
        fields(kind.fields, ""),
        fields(common::FIELDS, ""),
    )
}

fn fields(fields: &[Field], indent: &str) -> String {
    let field = |field: &Field| {
        let needed = if field.required { ", needed" } else { "" };
        let own = match field.ty {
            Type::Table(own) | Type::Named(_, own) => self::fields(own, &format!("{indent}  ")),
            _ => String::new(),
        };
        format!("{indent}- `{}` ({}{needed}): {}\n{own}", field.name, field.ty.words(), field.doc)
    };
    fields.iter().map(field).collect()
}
