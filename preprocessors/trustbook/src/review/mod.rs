//! `trustbook review`: asks for each fact or record if it is still true, and records the date.

mod answers;
mod ask;
mod draft;
mod edit;
mod select;
mod verify;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::units::{Within, within};
use crate::words::dir_and_ids;
use crate::{output, rewrite};
use answers::{AnswerMistake, Given, Scope};
use draft::RegisterDraft;
use jiff::civil::Date;
use mdbook_trustbook::disk::DiskWorld;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::World;
use trustbook_core::register;
use trustbook_core::register::kinds::RecordKind;
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;
use trustbook_core::span::SourceMap;
use verify::Snapshot;

#[derive(Debug, clap::Args)]
pub(crate) struct ReviewArgs {
    /// The book's folder, and the ids of facts, records or groups of them (`vendor`), or the beginning of ids
    /// (`subprocessor.a`); without ids, all that are due, expired or were never checked.
    #[arg(value_names = ["DIR", "ID"])]
    words: Vec<String>,
    /// Only what `facts --due` lists: whose review or validity ends within this time; without a time, by today.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, value_parser = within)]
    due: Option<Option<Within>>,
    /// Only what was never checked.
    #[arg(long, conflicts_with = "due")]
    unchecked: bool,
    /// Only the facts and records of this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Take the answers from a TOML file instead of asking: `"vendor.legal_name" = "keep"`.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// The date of the review, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
    /// Write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// An item of a review: a free fact, or a record as a whole.
#[derive(Debug, Clone)]
struct ReviewItem {
    id: String,
    file: String,
    /// The kind, if the item is a record.
    record: Option<&'static RecordKind>,
    owner: Option<String>,
    /// The chapters that show the item.
    pages: Vec<String>,
    /// The day by which the item has to be reviewed.
    due: Option<Date>,
    is_unchecked: bool,
    /// The last day of validity, if that has passed.
    expired: Option<Date>,
    /// The fields whose values come from a source, each with the id of that source.
    live: BTreeMap<String, String>,
}

/// The answer for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ReviewAnswer {
    /// The item is still true.
    Keep,
    /// The item has changed.
    Change(Vec<FieldChange>),
    /// It is unclear, and somebody has to follow it up.
    Unsure,
}

/// A new value for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldChange {
    /// The field of a record, or [`VALUE`].
    field: String,
    /// The value in TOML notation.
    toml: String,
}

/// The field of a free fact.
const VALUE: &str = "value";

/// The reason why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    /// A phrase that follows the name of the subject.
    why: String,
    help: Option<String>,
}

impl Refusal {
    fn new(why: impl Into<String>) -> Self {
        Refusal { why: why.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Refusal { help: Some(help.into()), ..self }
    }

    /// Returns a refusal for an edit with an unexpected result, which no other answer can avoid.
    fn unexpected(what: impl Into<String>) -> Self {
        Refusal::new(format!("cannot be edited safely: {}", what.into())).help("change the file by hand")
    }
}

pub(crate) fn run(args: &ReviewArgs) -> Result<ExitCode, Failure> {
    if args.answers.is_none() && !std::io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to ask on")
            .help("give the answers in a file with --answers, with lines such as `\"vendor.legal_name\" = \"keep\"`"));
    }
    let (dir, ids) = dir_and_ids(&args.words);
    let world = build::open(&BookArgs::of(dir, args.now))?;
    let book = mdbook_trustbook::read(&world);
    if !book.facts.register.broken.is_empty() {
        output::warn("files that are not TOML are not reviewed: see `trustbook check`");
    }
    let all = select::all(&book);
    let chosen = select::chosen(&book.facts, &all, args, ids)?;
    rewrite::sweep(world.root(), all.iter().map(|asked| asked.file.as_str()));
    let mut draft = RegisterDraft::new(&world, &book.map, all.iter().map(|asked| asked.file.as_str()))?;
    let mode = if args.dry_run { Mode::Dry } else { Mode::Write };
    let mut saver = Saver { world: &world, mode, before: draft.snapshot() };
    let given = match &args.answers {
        Some(file) => {
            let narrowed = args.due.is_some() || args.unchecked || args.owner.is_some() || !ids.is_empty();
            let scope = Scope { all: &all, limit: narrowed.then_some(&chosen) };
            match from_file(&mut draft, scope, file)? {
                Some(given) => given,
                None => return Ok(ExitCode::FAILURE),
            }
        }
        None => Vec::new(),
    };
    let given: Vec<(&ReviewItem, ReviewAnswer)> = match args.answers {
        Some(_) => {
            let given: Vec<_> = given.into_iter().map(|given| (&all[given.asked], given.answer)).collect();
            saver.save(&mut draft, &given)?;
            given
        }
        None => at_terminal(&mut saver, &mut draft, chosen.iter().map(|at| &all[*at]).collect())?,
    };
    let left = chosen.iter().filter(|at| given.iter().all(|(asked, _)| asked.id != all[**at].id)).count();
    output::say(&summary(&given, left, mode));
    Ok(ExitCode::SUCCESS)
}

/// The mode of a review: writing, or a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Dry,
}

/// Writes a draft, and verifies the resulting register.
struct Saver<'w> {
    world: &'w DiskWorld,
    mode: Mode,
    /// The register as it is on disk.
    before: Snapshot,
}

impl Saver<'_> {
    fn save(&mut self, draft: &mut RegisterDraft<'_>, given: &[(&ReviewItem, ReviewAnswer)]) -> Result<(), Failure> {
        let expected = draft.snapshot();
        let answers: BTreeMap<&str, &ReviewAnswer> =
            given.iter().map(|(asked, answer)| (asked.id.as_str(), answer)).collect();
        self.before.leads_to(&expected, &answers, self.world.today()).map_err(|refusal| {
            Failure::new(format!("the register {}", refusal.why)).help("nothing was written; answer with fewer ids")
        })?;
        if self.mode == Mode::Write {
            let rewrites = draft.rewrites();
            rewrite::write(self.world.root(), &rewrites)?;
            let mut map = SourceMap::default();
            let register = register::read(self.world, &mut map);
            if Snapshot::of(&map, &register) != expected {
                rewrite::restore(self.world.root(), &rewrites)?;
                return Err(Failure::new("the register was not as expected after the answers were written")
                    .help("the files are unchanged; change the facts by hand"));
            }
        }
        draft.written();
        self.before = expected;
        Ok(())
    }
}

/// Applies the answers of a file to the draft. Returns `None` if any is wrong, after a report.
fn from_file(draft: &mut RegisterDraft<'_>, scope: Scope<'_>, path: &Path) -> Result<Option<Vec<Given>>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("reading {} failed: {error}", path.display())))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (given, mut wrong) = answers::read(text, scope);
    wrong.extend(answers::put(draft, scope, &given));
    if wrong.is_empty() {
        return Ok(Some(given));
    }
    wrong.sort_by_key(|wrong| wrong.at.start);
    let mut map = SourceMap::default();
    let file = map.add(&path.display().to_string(), text);
    for AnswerMistake { at, what, help } in &wrong {
        let position = map.file(file).position(at.start);
        let place = format!("{}:{}:{}", path.display(), position.line, position.column);
        output::warn(&format!("{}: error: {}", harmless(&place), harmless(what)));
        help.iter().for_each(|help| output::warn(&format!("  help: {}", harmless(help))));
    }
    output::warn(&format!("nothing was written: {}", output::counted(wrong.len(), "error")));
    Ok(None)
}

/// Asks questions, and saves after each answer.
fn at_terminal<'a>(
    saver: &mut Saver<'_>,
    draft: &mut RegisterDraft<'_>,
    all: Vec<&'a ReviewItem>,
) -> Result<Vec<(&'a ReviewItem, ReviewAnswer)>, Failure> {
    match all.is_empty() {
        true => output::say("there is nothing to review"),
        // SOURCE_DATE_EPOCH may have set another day than the person expects.
        false => output::say(&format!("what is kept or changed is dated {}", date_words(saver.world.today()))),
    }
    let mut desk = ask::Desk {
        input: &mut std::io::stdin().lock(),
        show: &mut output::show,
        save: &mut |draft, asked, answer| saver.save(draft, &[(asked, answer.clone())]),
    };
    let answers = ask::ask(draft, &all, &mut desk)?;
    Ok(all.into_iter().zip(answers).collect())
}

/// Returns the number of answers of each type, and the items to follow up.
fn summary(given: &[(&ReviewItem, ReviewAnswer)], left: usize, mode: Mode) -> String {
    let count = |is: fn(&ReviewAnswer) -> bool| given.iter().filter(|(_, answer)| is(answer)).count();
    let mut text = format!(
        "{}{} kept, {} changed, {} unsure, {left} left",
        if mode == Mode::Dry { "dry run, nothing was written: " } else { "" },
        count(|answer| *answer == ReviewAnswer::Keep),
        count(|answer| matches!(answer, ReviewAnswer::Change(_))),
        count(|answer| *answer == ReviewAnswer::Unsure),
    );
    for (asked, answer) in given {
        let owner = asked.owner.as_ref().map_or_else(|| "no owner".to_owned(), |owner| format!("owner {owner}"));
        let line = match (answer, asked.expired) {
            (ReviewAnswer::Unsure, _) => format!("unsure: {}, {owner}, in {}", asked.id, asked.file),
            (ReviewAnswer::Keep, Some(on)) => {
                format!("still expired since {on}: {}, {owner}, in {}; see its `valid_until`", asked.id, asked.file)
            }
            _ => continue,
        };
        text.push_str(&format!("\n{}", harmless(&line)));
    }
    text
}
