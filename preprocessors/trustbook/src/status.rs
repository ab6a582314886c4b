//! `trustbook status`: the state of a book in ten lines.

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::output::{self, counted};
use crate::units;
use std::collections::BTreeMap;
use std::process::ExitCode;
use trustbook_core::claim::Outcome;
use trustbook_core::datamap::Holding;
use trustbook_core::diagnostic::{Diagnostic, Level};
use trustbook_core::register::common::State;
use trustbook_core::report::harmless;
use trustbook_core::{Book, report};

/// The number of checks and owners that a line names.
const MOST: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    book: BookArgs,
}

pub(crate) fn run(args: &StatusArgs) -> Result<ExitCode, Failure> {
    let world = build::open(&args.book)?;
    let built = build::build(&world, &args.book);
    let owned: String = lines(&built.book, &built.findings)
        .iter()
        .map(|(name, text)| format!("{name:<13}{}\n", harmless(text)))
        .collect();
    output::print(&owned);
    Ok(ExitCode::from(build::exit_code(&built.findings)))
}

/// The counts of one owner.
#[derive(Debug, Default)]
struct Owned {
    units: usize,
    due: usize,
    unchecked: usize,
}

fn lines(content: &Book, findings: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let (errors, warnings) = report::count(findings);
    let mut owners: BTreeMap<&str, Owned> = BTreeMap::new();
    let (mut all, mut expired, mut open) = (Owned::default(), 0, 0);
    for unit in units::of(&content.facts.register) {
        let common = unit.common();
        let is_due = common.due(content.facts.today).is_some_and(|due| due <= content.facts.today);
        let is_unchecked = common.verified.is_none() && common.seen.is_none();
        for owned in [owners.entry(common.owner.as_deref().unwrap_or("no owner")).or_default(), &mut all] {
            owned.units += 1;
            owned.due += usize::from(is_due);
            owned.unchecked += usize::from(is_unchecked);
        }
        expired += usize::from(matches!(content.facts.state(common), State::Expired(_)));
        open += common.not_stated.len();
    }
    let outcomes = |wanted: Outcome| content.claims.iter().filter(|claim| claim.outcome == wanted).count();
    let (fields, unclassified) = fields(content);
    let mut by_owner: Vec<(&str, Owned)> = owners.into_iter().collect();
    by_owner.sort_by_key(|(name, owned)| (std::cmp::Reverse(owned.due + owned.unchecked), *name));
    let owner = |(name, owned): &(&str, Owned)| format!("{name} ({} due, {} unchecked)", owned.due, owned.unchecked);
    vec![
        ("errors", listed(errors, &by_check(findings, Level::Deny))),
        ("warnings", listed(warnings, &by_check(findings, Level::Warn))),
        ("pages", content.pages.len().to_string()),
        ("statements", format!("{}, {} left open", all.units, counted(open, "field"))),
        ("due", format!("{}, of which {expired} expired", all.due)),
        ("unchecked", format!("{} never reviewed", all.unchecked)),
        ("unclassified", format!("{unclassified} of {}", counted(fields, "field"))),
        (
            "claims",
            format!(
                "{} hold, {} contradicted, {} unknown",
                outcomes(Outcome::Holds),
                outcomes(Outcome::Contradicted),
                outcomes(Outcome::Unknown)
            ),
        ),
        ("owners", named(&by_owner.iter().map(owner).collect::<Vec<_>>())),
        ("next", next(errors, &all, unclassified).to_owned()),
    ]
}

/// Returns the number of fields of data models, and of those without a category.
fn fields(content: &Book) -> (usize, usize) {
    let tables =
        content.datamap.schemas.iter().flat_map(|schema| schema.tables.iter().map(move |table| (schema, table)));
    let all = tables.flat_map(|(schema, table)| table.fields.iter().map(move |field| (schema, table, field)));
    let holding = all.map(|(schema, table, field)| content.datamap.holding(schema, table, field));
    holding.fold((0, 0), |(all, open), holding| {
        (all + 1, open + usize::from(matches!(holding, Holding::Open | Holding::Misfit)))
    })
}

/// Returns the checks with findings of a level, the most frequent first.
fn by_check(findings: &[Diagnostic], level: Level) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    findings.iter().filter(|finding| finding.level == level).for_each(|it| *counts.entry(it.check).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(check, count)| (std::cmp::Reverse(*count), *check));
    counts.into_iter().map(|(check, count)| format!("{count} {check}")).collect()
}

fn listed(count: usize, parts: &[String]) -> String {
    if count == 0 { "0".to_owned() } else { format!("{count}: {}", named(parts)) }
}

fn named(parts: &[String]) -> String {
    let more = parts.len().saturating_sub(MOST);
    let shown = parts[..parts.len() - more].join(", ");
    match (shown.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown,
        (false, more) => format!("{shown}, {more} more"),
    }
}

fn next(errors: usize, all: &Owned, unclassified: usize) -> &'static str {
    match () {
        () if errors > 0 => "`trustbook check` shows the errors",
        () if all.due > 0 => "`trustbook review --due` asks for what is due",
        () if all.unchecked > 0 => "`trustbook review --unchecked` asks for what was never reviewed",
        () if unclassified > 0 => "`trustbook schema coverage` lists the fields",
        () => "nothing is waiting",
    }
}
