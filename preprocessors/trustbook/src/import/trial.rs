//! A trial build of the book after an import, in memory, and its repair until nothing of the import is wrong.

use super::draft::{Draft, Stated};
use crate::build;
use crate::fix;
use jiff::civil::Date;
use mdbook_trustbook::Built;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::diagnostic::{Diagnostic, Fix, Level, Place};
use trustbook_core::register::{self, RegisterProblem, needs};
use trustbook_core::secret::Secret;
use trustbook_core::site::sink::Nowhere;
use trustbook_core::span::{SourceMap, Span};
use trustbook_core::world::{FolderEntry, MemoryWorld, ReadError};
use trustbook_core::{Options, World};

/// The maximum number of builds, each with changes to what it reports.
const ROUNDS: usize = 6;

/// A book with other files laid over it.
struct Overlay<'w> {
    below: &'w dyn World,
    files: &'w BTreeMap<String, String>,
}

impl World for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.files.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.below.read(path),
        }
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let mut all: BTreeSet<FolderEntry> = self.below.list(dir)?.into_iter().collect();
        let below = format!("{dir}/");
        for (path, text) in self.files.iter().filter(|(path, _)| dir.is_empty() || path.starts_with(&below)) {
            all.retain(|entry| entry.path != *path);
            all.insert(FolderEntry { path: path.clone(), plain: true, len: text.len() as u64 });
        }
        Ok(all.into_iter().collect())
    }

    fn today(&self) -> Date {
        self.below.today()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.below.secrets()
    }

    fn room(&self) -> usize {
        self.below.room()
    }
}

/// The records and facts of one page, and the file of the register for them.
pub(super) struct Additions {
    /// The chapter.
    pub(super) page: String,
    /// The file of the register.
    pub(super) path: String,
    /// The text that it continues.
    pub(super) before: String,
    /// The records.
    pub(super) drafts: Vec<Draft>,
    /// The facts.
    pub(super) stated: Vec<Stated>,
}

impl Additions {
    /// Returns the text of the file with these records and facts.
    pub(super) fn text(&self) -> String {
        super::toml::text(&self.before, &self.stated, &self.drafts).unwrap_or_else(|| self.before.clone())
    }

    fn demote(&mut self, id: &str, why: &str) -> bool {
        let before = self.stated.len();
        self.stated.retain(|stated| stated.id != id);
        let field = |draft: &&mut Draft| id.strip_prefix(&format!("{}.{}.", draft.kind.name, draft.id)).is_some();
        // A contact without an address cannot be used.
        let count = self.drafts.len();
        self.drafts.retain(|draft| draft.kind.name != "contact" || id != format!("contact.{}.email", draft.id));
        let demoted = self.drafts.len() < count
            || self.drafts.iter_mut().find(field).is_some_and(|draft| {
                let field = id.rsplit('.').next().unwrap_or_default().to_owned();
                let above = id.split('.').nth(2).unwrap_or_default().to_owned();
                draft.demote(&field, why) || draft.demote(&above, why)
            });
        demoted || self.stated.len() < before
    }
}

/// Moves values that are not of their type into notes, and names the fields that each record leaves open.
pub(super) fn check(additions: &mut [Additions], today: Date) {
    for _ in 0..ROUNDS {
        let mut world = MemoryWorld::new(today);
        additions.iter().for_each(|one| world.insert(&one.path, one.text()));
        let register = register::read(&world, &mut SourceMap::default());
        let mut has_changed = false;
        for problem in &register.problems {
            if let RegisterProblem::WrongType { id, misfit, .. } = problem {
                has_changed |= additions.iter_mut().any(|one| one.demote(id, &misfit.why));
            }
        }
        for record in &register.records {
            let lacks: Vec<&str> =
                needs::lacks(&register, record).into_iter().filter_map(|group| group.first().copied()).collect();
            let mut drafts = additions.iter_mut().flat_map(|one| &mut one.drafts);
            if let Some(draft) = drafts.find(|draft| draft.kind.name == record.kind.name && draft.id == record.id) {
                has_changed |= !lacks.is_empty();
                draft.open.extend(lacks);
            }
        }
        if !has_changed {
            return;
        }
    }
}

/// Builds the book with what is additions. Puts expressions in place of typed facts, and takes back what contradicts the
/// book. Returns the errors that remain in the imported files.
pub(super) fn run(world: &dyn World, files: &mut BTreeMap<String, String>, additions: &mut [Additions]) -> Vec<String> {
    let original = files.clone();
    for round in 1.. {
        additions.iter().for_each(|one| {
            files.insert(one.path.clone(), one.text());
        });
        let overlay = Overlay { below: world, files };
        let built = mdbook_trustbook::build(&overlay, mdbook_trustbook::read(&overlay), &Options::default(), &Nowhere);
        let is_own = |path: &str| files.contains_key(path);
        let edited: Vec<(String, String)> =
            fix::texts(&built.book.map, &built.findings).into_iter().filter(|(path, _)| is_own(path)).collect();
        let errors = errors(&built, &is_own);
        if round < ROUNDS {
            if link(&built, &errors, files) {
                continue;
            }
            // Taking back a fact also takes back the expressions that it would get.
            if errors.iter().any(|error| take_back(&built, error, additions)) {
                check(additions, world.today());
                files.clone_from(&original);
                continue;
            }
            let added = errors.iter().filter(|error| add(&built, error, additions) | leave_open(error, additions));
            if added.count() > 0 {
                check(additions, world.today());
                continue;
            }
            let chapters: Vec<_> = edited.into_iter().filter(|(path, _)| path.ends_with(".md")).collect();
            if !chapters.is_empty() {
                files.extend(chapters);
                continue;
            }
        }
        let line = |error: &&Diagnostic| {
            let at = span(error).map(|span| {
                let file = built.book.map.file(span.file);
                format!("{}:{}: ", file.path(), file.text()[..span.start].matches('\n').count() + 1)
            });
            format!("{}{} [{}]", at.unwrap_or_default(), error.message, error.check)
        };
        return errors.iter().map(line).collect();
    }
    Vec::new()
}

fn span(finding: &Diagnostic) -> Option<Span> {
    match finding.place {
        Place::At(span) => Some(span),
        _ => None,
    }
}

/// Returns the errors in the imported files.
fn errors<'b>(built: &'b Built, is_own: &dyn Fn(&str) -> bool) -> Vec<&'b Diagnostic> {
    let is_error = |finding: &&Diagnostic| {
        finding.level == Level::Deny
            && span(finding).is_some_and(|span| is_own(built.book.map.file(span.file).path()))
            && finding.fix != Fix::Safe
            && build::exit_code(std::slice::from_ref(finding)) != 0
    };
    built.findings.iter().filter(is_error).collect()
}

/// Lets links with words of their own lead to the facts that they repeat. Returns true if there were any.
fn link(built: &Built, errors: &[&Diagnostic], files: &mut BTreeMap<String, String>) -> bool {
    let mut edits: Vec<(&str, Span, &str)> = Vec::new();
    for error in errors {
        let fact = error.help.iter().find_map(|help| help.strip_prefix("link to `")?.strip_suffix('`'));
        edits.extend(fact.zip(span(error)).map(|(fact, span)| (built.book.map.file(span.file).path(), span, fact)));
    }
    // From the last to the first, so that each place stays true.
    edits.sort_by_key(|(_, span, _)| std::cmp::Reverse(span.start));
    let mut is_changed = false;
    for (path, span, fact) in edits {
        let Some(text) = files.get_mut(path).filter(|_| path.ends_with(".md")) else { continue };
        let Some((words, _)) = text.get(span.start..span.end).and_then(|link| link.rsplit_once("](")) else { continue };
        let link = format!("{words}]({fact})");
        text.replace_range(span.start..span.end, &link);
        is_changed = true;
    }
    is_changed
}

/// Adds a contact for an address of the vendor that the register lacks, with the question what it is for.
fn add(built: &Built, error: &Diagnostic, additions: &mut [Additions]) -> bool {
    let (Some(span), Some(email)) = (span(error), error.message.split('`').nth(1)) else { return false };
    let page = built.book.map.file(span.file).path();
    let is_lacking = error.message.ends_with("typed by hand, but the register does not have it");
    let is_known = |draft: &Draft| draft.get("email").is_some_and(|known| super::draft::words(known) == email);
    if !is_lacking || !email.contains('@') || additions.iter().any(|one| one.drafts.iter().any(is_known)) {
        return false;
    }
    let imported: Vec<String> = additions.iter().flat_map(|one| &one.drafts).map(|draft| draft.id.clone()).collect();
    let (Some(one), Some(mut draft)) = (additions.iter_mut().find(|one| one.page == page), Draft::new("contact"))
    else {
        return false;
    };
    draft.set("email", email.into());
    draft.checks.push("`roles`: what is it for".to_owned());
    draft.name(|id| imported.iter().any(|known| known == id) || built.book.facts.record("contact", id).is_some());
    one.drafts.push(draft);
    true
}

/// Names the dates in `not_stated` that a page with a promise of notice leaves open.
fn leave_open(error: &Diagnostic, additions: &mut [Additions]) -> bool {
    let id = error.message.split('`').nth(1).unwrap_or_default();
    let mut drafts = additions.iter_mut().flat_map(|one| &mut one.drafts);
    let is_meant = |draft: &&mut Draft| id == format!("{}.{}", draft.kind.name, draft.id);
    error.message.ends_with(" of notice were given")
        && drafts.find(is_meant).is_some_and(|draft| draft.open.insert("announced"))
}

/// Takes back the value that an error is about, if this import additions it.
fn take_back(built: &Built, error: &Diagnostic, additions: &mut [Additions]) -> bool {
    let Some(span) = span(error) else { return false };
    let register = &built.book.facts.register;
    let why = error.message.as_str();
    let fields = register.records.iter().flat_map(|record| &record.fields).chain(&register.facts);
    let at = fields
        .filter(|fact| fact.span.file == span.file && fact.key_span.start <= span.start && span.end <= fact.span.end);
    let of_message = why.split('`').skip(1).step_by(2).map(str::to_owned);
    let ids: Vec<String> = at.map(|fact| fact.id.clone()).chain(of_message).collect();
    let why = format!("was not imported: {why}");
    ids.iter().any(|id| id.contains('.') && additions.iter_mut().any(|one| one.demote(id, &why)))
}
