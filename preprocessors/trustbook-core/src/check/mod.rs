//! Stage 6 and the checks of stage 8: one file and one page for each check, and the sink that sets levels.

mod anchor_broken;
mod block_unknown;
mod command_skipped;
mod config_invalid;
mod duplicate_id;
mod expression_misplaced;
mod expression_syntax;
mod fact_due;
mod fact_duplicate;
mod fact_expired;
mod fact_type;
mod fact_unknown;
mod fact_unused;
mod fact_without_source;
mod field_name;
mod file_forbidden;
mod file_unlinked;
mod heading_without_id;
mod image_missing;
mod include_missing;
mod link_broken;
mod register_syntax;
mod secret_exposed;
mod unexpanded;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::page::{Context, Page, Slot};
use crate::site::Site;
use crate::trust::Trust;

/// A rule with a name.
#[derive(Debug)]
pub struct Check {
    /// The name, in kebab-case; the file is called the same.
    pub name: &'static str,
    /// The level where the book sets none.
    pub level: Level,
    /// Whether the calendar alone can cause a finding.
    pub calendar: bool,
    /// The version that brought it.
    pub since: &'static str,
    /// Its page: what it checks, why, and an example that a test runs.
    pub page: &'static str,
    /// What it looks at.
    pub run: Run,
}

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// What was read.
    Trust(fn(&Trust, &mut Findings)),
    /// The rendered site.
    Site(fn(&Trust, &Site, &mut Findings)),
    /// What was read, and then the rendered site.
    Both(fn(&Trust, &mut Findings), fn(&Trust, &Site, &mut Findings)),
}

/// Every check, sorted by name.
pub const CHECKS: &[Check] = &[
    anchor_broken::CHECK,
    block_unknown::CHECK,
    command_skipped::CHECK,
    config_invalid::CHECK,
    duplicate_id::CHECK,
    expression_misplaced::CHECK,
    expression_syntax::CHECK,
    fact_due::CHECK,
    fact_duplicate::CHECK,
    fact_expired::CHECK,
    fact_type::CHECK,
    fact_unknown::CHECK,
    fact_unused::CHECK,
    fact_without_source::CHECK,
    field_name::CHECK,
    file_forbidden::CHECK,
    file_unlinked::CHECK,
    heading_without_id::CHECK,
    image_missing::CHECK,
    include_missing::CHECK,
    link_broken::CHECK,
    register_syntax::CHECK,
    secret_exposed::CHECK,
    unexpanded::CHECK,
];

/// The check of a name.
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

/// The check whose level no book can change: with a wrong book.toml nothing else can be trusted.
const FIXED: &str = "config-invalid";

/// What a check has found so far.
#[derive(Debug, Default)]
pub struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }
}

/// Runs the checks of what was read.
pub fn run_trust(trust: &Trust) -> Vec<Diagnostic> {
    run(trust, |check, findings| match check.run {
        Run::Trust(run) | Run::Both(run, _) => run(trust, findings),
        Run::Site(_) => {}
    })
}

/// Runs the checks of the rendered site.
pub fn run_site(trust: &Trust, site: &Site) -> Vec<Diagnostic> {
    run(trust, |check, findings| match check.run {
        Run::Site(run) | Run::Both(_, run) => run(trust, site, findings),
        Run::Trust(_) => {}
    })
}

/// Runs checks and sets the level of what they find: the one place where levels are decided.
fn run(trust: &Trust, each: impl Fn(&Check, &mut Findings)) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for check in CHECKS {
        let set = trust.config.trustbook.levels.get(check.name).filter(|_| check.name != FIXED);
        let level = set.map_or(check.level, |set| set.value);
        let reason = match (set, check.calendar) {
            (Some(_), _) => Some(format!("book.toml sets `{}` to this level", check.name)),
            (None, true) => Some("a date alone never blocks a publication".to_owned()),
            (None, false) => None,
        };
        if level == Level::Allow {
            continue;
        }
        let mut findings = Findings::default();
        each(check, &mut findings);
        all.extend(findings.0.into_iter().map(|finding| Diagnostic {
            check: check.name,
            level,
            level_reason: reason.clone(),
            ..finding
        }));
    }
    sort(trust, &mut all);
    // A definition that is used twice is one mistake.
    all.dedup();
    all
}

/// Puts findings in order: by file and line, whatever found them.
pub fn sort(trust: &Trust, findings: &mut [Diagnostic]) {
    findings.sort_by_cached_key(|finding| {
        let (path, at) = match &finding.place {
            Place::At(span) => (trust.map.file(span.file).path().to_owned(), span.start),
            Place::File(path) => (path.clone(), usize::MAX),
        };
        (path, at, finding.check, finding.message.clone())
    });
}

/// The slots of all pages that are not left alone as code.
fn slots(trust: &Trust) -> impl Iterator<Item = (&Page, &Slot)> {
    trust
        .pages
        .iter()
        .flat_map(|page| page.slots.iter().map(move |slot| (page, slot)))
        .filter(|(_, slot)| slot.context != Context::Code)
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
    }
}
