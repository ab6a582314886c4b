//! `trustbook explain`: prints the page of a check, kind, block, language, source, output, format, profile or setting.

use crate::failure::Failure;
use crate::output;
use crate::refresh::source::SOURCES;
use std::borrow::Cow;
use std::process::ExitCode;
use trustbook_core::check::CHECKS;
use trustbook_core::config::settings::{SETTINGS, Setting};
use trustbook_core::expand::OTHER_BLOCKS;
use trustbook_core::output::OUTPUTS;
use trustbook_core::profile;
use trustbook_core::register::common;
use trustbook_core::register::kinds::{KINDS, RecordKind};
use trustbook_core::register::types::{FieldType, ValueType};
use trustbook_core::report::FORMATS;
use trustbook_core::schema::LANGUAGES;
use trustbook_core::suggest::{listed, nearest};

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// A check, kind of record, block, data model language, source, output, format, profile or setting; left out, all
    /// are listed.
    name: Option<String>,
}

/// A name that has a page.
struct Topic {
    name: &'static str,
    /// The level of a check, or the group of any other topic.
    group: &'static str,
    /// The first sentence of the page.
    summary: String,
    page: Cow<'static, str>,
}

impl Topic {
    fn new(name: &'static str, group: &'static str, page: impl Into<Cow<'static, str>>) -> Self {
        let page = page.into();
        let first = page.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
        Topic { name, group, summary: first.unwrap_or_default().to_owned(), page }
    }

    fn short(name: &'static str, group: &'static str, text: &str) -> Self {
        Topic::new(name, group, format!("# {name}\n\n{text}\n"))
    }
}

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let topics = topics();
    let Some(name) = &args.name else {
        let line = |topic: &Topic| format!("{:<28} {:<8} {}\n", topic.name, topic.group, topic.summary);
        output::print(&topics.iter().map(line).collect::<String>());
        return Ok(ExitCode::SUCCESS);
    };
    let even = |name: &str| name.replace('_', "-").to_lowercase();
    let wanted = even(name.trim_matches(['{', '}', '#', '[', ']', ' ']));
    let block = |topic: &&Topic| KINDS.iter().any(|kind| kind.name == topic.name && even(kind.block) == wanted);
    if let Some(topic) = topics.iter().find(|topic| even(topic.name) == wanted).or_else(|| topics.iter().find(block)) {
        output::print(&topic.page);
        return Ok(ExitCode::SUCCESS);
    }
    let failure = Failure::usage(format!("nothing with a page is called `{name}`"));
    let names = topics.iter().map(|topic| topic.name).chain(KINDS.iter().map(|kind| kind.block));
    let names: Vec<(String, &str)> = names.map(|name| (even(name), name)).collect();
    let near = nearest(&wanted, names.iter().map(|(even, _)| even.as_str()));
    let near = near.and_then(|near| names.iter().find(|(even, _)| even == near));
    Err(match near {
        Some((_, near)) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`trustbook explain` lists everything that has a page"),
    })
}

fn topics() -> Vec<Topic> {
    let checks = CHECKS.iter().map(|check| Topic::new(check.name, check.level.word(), check.page));
    let kinds = KINDS.iter().map(|kind| Topic::new(kind.name, "kind", page(kind)));
    let blocks = OTHER_BLOCKS.iter().map(|(name, doc)| Topic::short(name, "block", doc));
    let languages = LANGUAGES.iter().map(|language| Topic::new(language.name, "language", language.page));
    let sources = SOURCES.iter().map(|source| Topic::new(source.name, "source", source.page));
    let outputs = OUTPUTS.iter().map(|output| Topic::new(output.name, "output", output.page));
    let formats = FORMATS.iter().map(|(name, format)| Topic::short(name, "format", format.doc()));
    let profiles =
        profile::names().map(|name| Topic::short(name, "profile", profile::source(name).unwrap_or_default()));
    let settings = SETTINGS.iter().map(|setting| Topic::short(setting.name, "setting", &described(setting)));
    checks
        .chain(kinds)
        .chain(blocks)
        .chain(languages)
        .chain(sources)
        .chain(outputs)
        .chain(formats)
        .chain(profiles)
        .chain(settings)
        .collect()
}

fn described(setting: &Setting) -> String {
    let Setting { name, takes, default, doc, .. } = setting;
    format!("{doc}\n\nIt is `{name}` under `[preprocessor.trustbook]`: {takes}.\nDefault: {default}.")
}

/// Returns the page of a kind in Markdown: its purpose and its fields. The pages of checks have the same form.
fn page(kind: &RecordKind) -> String {
    let RecordKind { name, doc, block, .. } = kind;
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

fn fields(fields: &[FieldType], indent: &str) -> String {
    let field = |field: &FieldType| {
        let needed = if field.required { ", required" } else { "" };
        let own = match field.ty {
            ValueType::Table(own) | ValueType::Named(_, own) => self::fields(own, &format!("{indent}  ")),
            _ => String::new(),
        };
        format!("{indent}- `{}` ({}{needed}): {}\n{own}", field.name, field.ty.words(), field.doc)
    };
    fields.iter().map(field).collect()
}
