//! `trustbook explain`: prints the page of a check, kind, schema language, kind of source or output.

use crate::failure::Failure;
use crate::output;
use crate::refresh::source::{self, SOURCES};
use std::process::ExitCode;
use trustbook_core::check::{self, CHECKS, Check};
use trustbook_core::output::{self as outputs, OUTPUTS, Output};
use trustbook_core::register::common;
use trustbook_core::register::kinds::{self, KINDS, Kind};
use trustbook_core::register::types::{Field, Type};
use trustbook_core::schema::{self, LANGUAGES, Language};
use trustbook_core::suggest::{listed, nearest};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A check, kind of record or its block, schema language, kind of source or output; left out, all are listed.
    name: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let Some(name) = &args.name else {
        let kinds: String =
            KINDS.iter().map(|kind| format!("{:<22} {:<8} {}\n", kind.name, "kind", kind.doc)).collect();
        let checks: String = CHECKS.iter().map(check_line).collect();
        let languages: String = LANGUAGES.iter().map(language_line).collect();
        let sources: String = SOURCES.iter().map(source_line).collect();
        let outputs: String = OUTPUTS.iter().map(output_line).collect();
        output::print(&format!("{checks}{kinds}{languages}{sources}{outputs}"));
        return Ok(ExitCode::SUCCESS);
    };
    let (kebab, snake) = (name.replace('_', "-"), name.replace('-', "_"));
    if let Some(check) = check::find(&kebab) {
        output::print(check.page);
    } else if let Some(kind) = kinds::find(&snake).or_else(|| KINDS.iter().find(|kind| kind.block == snake)) {
        output::print(&page(kind));
    } else if let Some(language) = schema::find(&kebab) {
        output::print(language.page);
    } else if let Some(source) = source::find(&kebab) {
        output::print(source.page);
    } else if let Some(file) = outputs::find(name) {
        output::print(file.page);
    } else {
        let what = format!("no check, kind of record, schema language, kind of source or output is called `{name}`");
        let failure = Failure::usage(what);
        let hyphened = CHECKS.iter().map(|check| check.name).chain(LANGUAGES.iter().map(|language| language.name));
        let kinds = KINDS.iter().flat_map(|kind| [kind.name, kind.block]);
        let others = SOURCES.iter().map(|of| of.name).chain(OUTPUTS.iter().map(|output| output.name));
        let near = nearest(&kebab, hyphened).or_else(|| nearest(&snake, kinds)).or_else(|| nearest(name, others));
        return Err(match near {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`trustbook explain` lists everything that has a page"),
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a check, its level and the first sentence of its page, as one line.
fn check_line(check: &Check) -> String {
    format!("{:<22} {:<8} {}\n", check.name, check.level.word(), sentence(check.page))
}

fn language_line(language: &Language) -> String {
    format!("{:<22} {:<8} {}\n", language.name, "language", sentence(language.page))
}

fn source_line(source: &source::Kind) -> String {
    format!("{:<22} {:<8} {}\n", source.name, "source", sentence(source.page))
}

fn output_line(file: &Output) -> String {
    format!("{:<22} {:<8} {}\n", file.name, "output", file.summary())
}

/// Returns the first line of text of a page.
fn sentence(page: &str) -> &str {
    page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
}

/// Returns the page of a kind in Markdown: its purpose and its fields. The pages of checks have the same form.
fn page(kind: &Kind) -> String {
    let Kind { name, doc, block, .. } = kind;
    let first = kind.fields.first().map_or("name", |field| field.name);
    let written = match kind.id_fields() {
        [] => format!(
            "A record is written as `[[{name}]]` with an `id`, and pages name its fields as \
             `{{{{ {name}.ID.{first} }}}}`."
        ),
        parts => {
            format!("A record is written as `[[{name}]]`, and identified by its {}.", listed(parts.iter().copied()))
        }
    };
    format!(
        "# {name}\n\n{doc}\n\n\
         {written}\n\
         `{{{{#{block}}}}}` draws all of them.\n\n\
         ## Fields\n\n{}\n\
         The vendor can leave a required field open: `not_stated = [\"{first}\"]`.\n\n\
         ## Fields of every record\n\n{}",
        fields(kind.fields, ""),
        fields(common::FIELDS, ""),
    )
}

fn fields(fields: &[Field], indent: &str) -> String {
    let field = |field: &Field| {
        let needed = if field.required { ", required" } else { "" };
        let own = match field.ty {
            Type::Table(own) | Type::Named(_, own) => self::fields(own, &format!("{indent}  ")),
            _ => String::new(),
        };
        format!("{indent}- `{}` ({}{needed}): {}\n{own}", field.name, field.ty.words(), field.doc)
    };
    fields.iter().map(field).collect()
}
