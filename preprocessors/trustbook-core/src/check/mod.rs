//! Stage 6 and the checks of stage 8: one file and one page per check, and the place that applies levels.

mod absolute_wording;
mod active_content;
mod anchor_broken;
mod block_unknown;
mod category_conflict;
mod certification_expired;
mod certification_issuer;
mod certification_law;
mod certification_overdue;
mod chapter_missing;
mod chapter_too_deep;
mod claim_attestation_expired;
mod claim_contradicted;
mod claim_stale;
mod claim_unconditional;
mod claim_unknown;
mod claim_untyped;
mod command_skipped;
mod config_ignored;
mod config_invalid;
mod contact_unreachable;
mod cookie_attributes;
mod cookie_undeclared;
mod cookie_unobserved;
mod duplicate_id;
mod evidence_missing;
mod exception_ended;
mod exception_unused;
mod expression_misplaced;
mod expression_syntax;
mod fact_due;
mod fact_duplicate;
mod fact_expired;
mod fact_hand_typed;
mod fact_type;
mod fact_unknown;
mod fact_unused;
mod fact_without_source;
mod field_changed;
mod field_name;
mod field_opaque;
mod field_unclassified;
mod field_unknown;
mod field_vanished;
mod file_forbidden;
mod file_unlinked;
mod footnote_hidden;
mod formula_invalid;
mod heading_order;
mod heading_without_id;
mod host_undeclared;
mod html_unbalanced;
mod icon_missing;
mod image_alt;
mod image_missing;
mod include_missing;
mod inline_code;
mod link_broken;
mod link_data;
mod link_insecure;
mod link_moved;
mod link_moving_line;
mod link_unknown;
mod lock_mismatch;
mod lock_missing;
mod name_misspelt;
mod observation_syntax;
mod page_gone;
mod page_orphan;
mod path_clash;
mod placeholder_text;
mod prose_unread;
mod record_incomplete;
mod redirect_loop;
mod reference_undefined;
mod region_unknown;
mod register_syntax;
mod schema_skipped;
mod schema_stale;
mod schema_syntax;
mod schema_unpinned;
mod secret_exposed;
mod security_txt_invalid;
mod security_txt_withheld;
mod source_changed;
mod source_stale;
mod subprocessor_notice;
mod syntax_foreign;
mod tag_unknown;
mod third_party_request;
mod translation_outdated;
mod typed_date;
mod unexpanded;

use crate::book::Book;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::exceptions::{self, Excepted};
use crate::facts::records;
use crate::findings::Findings;
use crate::page::{Context, Page, Slot};
use crate::profile::{self, Need};
use crate::prose::Prose;
use crate::site::Site;
use crate::span::{SourceMap, Spanned};
use rayon::prelude::*;
use std::cell::OnceCell;
use std::sync::Arc;

/// A named rule, with its level and its documentation page.
#[derive(Debug)]
pub struct Check {
    /// The name in kebab-case, also the name of its files.
    pub name: &'static str,
    /// The level, unless the book sets another one.
    pub level: Level,
    /// True if the passing of time alone can cause a finding.
    pub calendar: bool,
    /// The page of the check: its subject, its reason, and an example that a test runs.
    pub page: &'static str,
    /// The input of the check.
    pub run: Run,
}

impl Check {
    /// A check whose findings are errors.
    const fn deny(name: &'static str, page: &'static str, run: Run) -> Self {
        Check { name, level: Level::Deny, calendar: false, page, run }
    }

    /// A check whose findings are warnings.
    const fn warn(name: &'static str, page: &'static str, run: Run) -> Self {
        Check { name, level: Level::Warn, calendar: false, page, run }
    }

    /// The same check, whose findings the passing of time alone can cause.
    const fn by_calendar(self) -> Self {
        Check { calendar: true, ..self }
    }
}

/// The input of a check, with the function that runs on it.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// The book and its register.
    Book(fn(&Book, &mut Findings)),
    /// The rendered site.
    Site(fn(&Book, &Site, &mut Findings)),
    /// The prose of each page by itself, then the book and its register.
    Prose(fn(&Book) -> Look<'_>, fn(&Book, &mut Findings)),
    /// The book and its register, then the rendered site.
    Both(fn(&Book, &mut Findings), fn(&Book, &Site, &mut Findings)),
    /// The findings of all other checks.
    Report(fn(&Book, &Site, &Report, &mut Findings)),
}

/// A function that returns the findings in the prose of one page.
pub type Look<'t> = Box<dyn Fn(&Prose<'_>) -> Vec<Diagnostic> + Send + Sync + 't>;

/// The results of the checks.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings to report, in order.
    pub findings: Vec<Diagnostic>,
    /// The findings that exceptions accept.
    pub excepted: Vec<Excepted>,
}

/// Every check, sorted by name.
pub const CHECKS: &[Check] = &[
    absolute_wording::CHECK,
    active_content::CHECK,
    anchor_broken::CHECK,
    block_unknown::CHECK,
    category_conflict::CHECK,
    certification_expired::CHECK,
    certification_issuer::CHECK,
    certification_law::CHECK,
    certification_overdue::CHECK,
    chapter_missing::CHECK,
    chapter_too_deep::CHECK,
    claim_attestation_expired::CHECK,
    claim_contradicted::CHECK,
    claim_stale::CHECK,
    claim_unconditional::CHECK,
    claim_unknown::CHECK,
    claim_untyped::CHECK,
    command_skipped::CHECK,
    config_ignored::CHECK,
    config_invalid::CHECK,
    contact_unreachable::CHECK,
    cookie_attributes::CHECK,
    cookie_undeclared::CHECK,
    cookie_unobserved::CHECK,
    duplicate_id::CHECK,
    evidence_missing::CHECK,
    exception_ended::CHECK,
    exception_unused::CHECK,
    expression_misplaced::CHECK,
    expression_syntax::CHECK,
    fact_due::CHECK,
    fact_duplicate::CHECK,
    fact_expired::CHECK,
    fact_hand_typed::CHECK,
    fact_type::CHECK,
    fact_unknown::CHECK,
    fact_unused::CHECK,
    fact_without_source::CHECK,
    field_changed::CHECK,
    field_name::CHECK,
    field_opaque::CHECK,
    field_unclassified::CHECK,
    field_unknown::CHECK,
    field_vanished::CHECK,
    file_forbidden::CHECK,
    file_unlinked::CHECK,
    footnote_hidden::CHECK,
    formula_invalid::CHECK,
    heading_order::CHECK,
    heading_without_id::CHECK,
    host_undeclared::CHECK,
    html_unbalanced::CHECK,
    icon_missing::CHECK,
    image_alt::CHECK,
    image_missing::CHECK,
    include_missing::CHECK,
    inline_code::CHECK,
    link_broken::CHECK,
    link_data::CHECK,
    link_insecure::CHECK,
    link_moved::CHECK,
    link_moving_line::CHECK,
    link_unknown::CHECK,
    lock_mismatch::CHECK,
    lock_missing::CHECK,
    name_misspelt::CHECK,
    observation_syntax::CHECK,
    page_gone::CHECK,
    page_orphan::CHECK,
    path_clash::CHECK,
    placeholder_text::CHECK,
    prose_unread::CHECK,
    record_incomplete::CHECK,
    redirect_loop::CHECK,
    reference_undefined::CHECK,
    region_unknown::CHECK,
    register_syntax::CHECK,
    schema_skipped::CHECK,
    schema_stale::CHECK,
    schema_syntax::CHECK,
    schema_unpinned::CHECK,
    secret_exposed::CHECK,
    security_txt_invalid::CHECK,
    security_txt_withheld::CHECK,
    source_changed::CHECK,
    source_stale::CHECK,
    subprocessor_notice::CHECK,
    syntax_foreign::CHECK,
    tag_unknown::CHECK,
    third_party_request::CHECK,
    translation_outdated::CHECK,
    typed_date::CHECK,
    unexpanded::CHECK,
];

/// Returns the check with this name.
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

/// The checks whose levels books cannot change: with a wrong book.toml, no other result is reliable.
const FIXED: &[&str] = &["config-invalid"];

/// Runs the checks on the book and its register.
pub fn run_book(book: &Book) -> Report {
    let mut report = Report::default();
    let of_prose = on_prose(book);
    run(book, &mut report, |check, _, findings| match check.run {
        Run::Book(run) | Run::Both(run, _) => run(book, findings),
        Run::Prose(_, run) => {
            findings
                .extend(of_prose.iter().filter(|(name, _)| *name == check.name).flat_map(|(_, found)| found.clone()));
            run(book, findings);
        }
        Run::Site(_) | Run::Report(_) => {}
    });
    report
}

/// Returns the findings in the prose of pages, by the names of the checks. All checks read a page before the next page,
/// so its prose is parsed once.
fn on_prose(book: &Book) -> Vec<(&'static str, Vec<Diagnostic>)> {
    let looks = CHECKS.par_iter().filter_map(|check| match check.run {
        Run::Prose(prepare, _) if level(&book.config, check).1 != Level::Allow => Some((check.name, prepare(book))),
        _ => None,
    });
    let looks: Vec<(&str, Look<'_>)> = looks.collect();
    let on_page = |page| {
        let prose = OnceCell::new();
        let read = || Prose::of(&book.config, page);
        let found = looks.iter().map(|(name, look)| {
            (*name, Arc::unwrap_or_clone(page.cache.of(name, (), || look(prose.get_or_init(read)))))
        });
        found.filter(|(_, found)| !found.is_empty()).collect::<Vec<_>>()
    };
    book.pages.par_iter().flat_map_iter(on_page).collect()
}

/// Returns the level that book.toml sets, if any, and the level that applies.
fn level<'t>(config: &'t Config, check: &Check) -> (Option<&'t Spanned<Level>>, Level) {
    let set = config.trustbook.levels.get(check.name).filter(|_| !FIXED.contains(&check.name));
    (set, set.map_or(check.level, |set| set.value))
}

/// Runs the checks on the rendered site, then those on all findings, and adds the results to the report.
pub fn run_site(book: &Book, site: &Site, mut report: Report) -> Report {
    run(book, &mut report, |check, _, findings| match check.run {
        Run::Site(run) | Run::Both(_, run) => run(book, site, findings),
        Run::Book(_) | Run::Prose(..) | Run::Report(_) => {}
    });
    run(book, &mut report, |check, report, findings| {
        if let Run::Report(run) = check.run {
            run(book, site, report, findings);
        }
    });
    report
}

/// Runs checks, sets the levels of their findings, and moves accepted findings aside. No other place does either.
fn run(book: &Book, report: &mut Report, each: impl Fn(&Check, &Report, &mut Findings) + Sync) {
    let before = &*report;
    let found = CHECKS.par_iter().flat_map_iter(|check| {
        let (set, level) = level(&book.config, check);
        let as_set = set.map(|_| format!("book.toml sets `{}` to this level", check.name));
        let mut findings = Findings::default();
        if level != Level::Allow {
            each(check, before, &mut findings);
        }
        findings.all().map(move |finding| {
            let by_calendar = check.calendar || finding.by_calendar;
            let (level, level_reason) = match (set, by_calendar) {
                (None, true) => (Level::Warn, Some("a date alone never blocks a publication".to_owned())),
                _ => (level, as_set.clone()),
            };
            let mut finding = Diagnostic { check: check.name, level, level_reason, by_calendar, ..finding };
            // Text that a preprocessor has written is not in the file.
            if !finding.edits.iter().all(|edit| book.map.file(edit.span.file).is_editable(&edit.span.range())) {
                finding.edits.clear();
            }
            finding
        })
    });
    let found: Vec<Diagnostic> = found.collect();
    for finding in found {
        let exceptions = exceptions::find(book, &finding);
        match exceptions.is_empty() {
            true => report.findings.push(finding),
            false => report.excepted.push(Excepted { exceptions, finding }),
        }
    }
    sort(&book.map, &mut report.findings);
    // A definition that is used twice is one mistake.
    report.findings.dedup();
}

/// Sorts findings by file and line, then by check and message.
pub fn sort(map: &SourceMap, findings: &mut [Diagnostic]) {
    findings.sort_by_cached_key(|finding| {
        let (path, at) = match &finding.place {
            Place::At(span) => (map.file(span.file).path().to_owned(), span.start),
            Place::File(path) => (path.clone(), usize::MAX),
            Place::InFile { path, position } => (path.clone(), position.line),
        };
        (path, at, finding.check, finding.message.clone())
    });
}

/// Returns true if findings of a check always fail the build. A second check need not repeat them then.
fn fails(config: &Config, check: &str) -> bool {
    let settings = &config.trustbook;
    let level = settings.levels.get(check).map(|set| set.value).or(find(check).map(|check| check.level));
    // An exception may accept its findings.
    level == Some(Level::Deny) && settings.exceptions.iter().all(|exception| exception.check.value != check)
}

/// Returns the needs of the profiles of the book.
fn asked(config: &Config) -> impl Iterator<Item = &'static Need> {
    let profiles = config.trustbook.profiles.iter();
    profiles.filter_map(|entry| profile::find(&entry.value)).flatten()
}

/// Runs a function on all pages in parallel, and returns its results in page order. A result may depend only on the
/// page, the register and the anchors of blocks on other pages. It is kept for the next build under the name of the
/// check.
fn on_pages<'t, T: Clone + Send + Sync + 'static>(
    pages: &'t [Page],
    check: &Check,
    look: impl Fn(&'t Page) -> Vec<T> + Sync + Send,
) -> impl Iterator<Item = T> {
    let one = |page: &'t Page| page.cache.of(check.name, (), || look(page));
    pages.par_iter().map(one).collect::<Vec<_>>().into_iter().flat_map(Arc::unwrap_or_clone)
}

/// Returns the slots of all pages, except those in code.
fn slots(pages: &[Page]) -> impl Iterator<Item = &Slot> {
    pages.iter().flat_map(slots_of)
}

/// Returns the slots of one page, except those in code.
fn slots_of(page: &Page) -> impl Iterator<Item = &Slot> {
    page.slots.iter().filter(|slot| slot.context != Context::Code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_sorted_and_each_has_its_page() {
        assert!(CHECKS.is_sorted_by_key(|check| check.name));
        for check in CHECKS {
            assert!(check.page.starts_with(&format!("# {}\n", check.name)), "{}", check.name);
        }
        assert!(exceptions::NEVER.iter().all(|name| find(name).is_some()));
        assert!(FIXED.iter().all(|name| exceptions::NEVER.contains(name)));
    }
}
