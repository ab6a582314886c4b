//! The results collected while a claim is verified: reasons against it, examined evidence, and its basis.

use crate::register::phrase::Phrase;
use crate::span::Span;
use jiff::civil::Date;

/// The reason why a sentence does not hold, or is not known to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The weight of the reason.
    pub why: Why,
    /// A phrase: "`messages` of `Request` (model.prisma:5) holds private content".
    pub what: String,
    /// The places that show it, each with a label.
    pub places: Vec<(Span, String)>,
    /// The suggested action.
    pub help: Option<String>,
    /// True if readers may see it: it names nothing internal.
    pub is_public: bool,
}

/// The weight of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Evidence contradicts the sentence.
    Against,
    /// Evidence contradicts the sentence, and the named check reports it.
    AgainstReported(&'static str),
    /// The sentence depends on a setting that the claim does not name.
    Unconditional,
    /// Evidence is missing.
    Lacking,
    /// Evidence is too old, or has a date in the future.
    Old,
    /// A review is overdue or a validity has ended, which `fact-due` and `fact-expired` report.
    Due,
    /// The attestation has ended.
    Ended,
    /// Evidence is missing, and the named check reports it.
    Reported(&'static str),
}

impl Why {
    /// Returns true if it contradicts the sentence.
    pub fn is_against(self) -> bool {
        matches!(self, Why::Against | Why::AgainstReported(_) | Why::Unconditional)
    }
}

/// A piece of evidence that was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// A description of the evidence.
    pub what: Phrase,
    /// The day of the examination; `None` if this build did it.
    pub on: Option<Date>,
    /// The address of the evidence, if it has one.
    pub link: Option<String>,
    /// True if readers may see it.
    pub is_public: bool,
}

/// The basis of a sentence, for the mark beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A data model: its pinned version and the day of its last comparison, or its path in the book.
    Schema {
        /// The short hash of the commit.
        commit: Option<String>,
        /// The day of the comparison.
        on: Option<Date>,
        /// The file or folder; `None` if readers may not see it.
        path: Option<String>,
    },
    /// The text of a source.
    Source {
        /// The source.
        place: Phrase,
        /// The day of the last read.
        on: Option<Date>,
    },
    /// An observation of a running page, with its day.
    Observed(Date),
    /// The register, with the day of its oldest statement involved.
    Register(Option<Date>),
    /// The pages of the book itself.
    Site,
    /// An attestation.
    Stated {
        /// The person or team that gives it.
        by: String,
        /// The first day.
        on: Date,
        /// The last day, if given.
        until: Option<Date>,
    },
}

impl Reason {
    /// Creates a reason that readers may see.
    pub fn new(why: Why, what: impl Into<String>) -> Self {
        Reason { why, what: what.into(), places: Vec::new(), help: None, is_public: true }
    }

    /// Adds a place that shows it.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.places.push((span, text.into()));
        self
    }

    /// Sets the suggested action.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Hides it from readers unless everybody may see what it names.
    #[must_use]
    pub(super) fn shown(mut self, shown: Audience) -> Self {
        self.is_public = shown == Audience::ToAll;
        self
    }
}

/// The audience of a reason or of a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    ToAll,
    ToNobody,
}

impl Audience {
    pub(super) fn to_all_if(is_public: bool) -> Self {
        if is_public { Audience::ToAll } else { Audience::ToNobody }
    }
}

/// The largest number of reasons, and of pieces of evidence, that a claim lists.
pub const MOST: usize = 200;

/// The results collected so far.
#[derive(Debug, Default)]
pub(super) struct ClaimResult {
    pub(super) reasons: Vec<Reason>,
    pub(super) looked: Vec<Evidence>,
    pub(super) basis: Option<Basis>,
    /// The last day on which all evidence is recent enough.
    pub(super) expires: Option<Date>,
    /// The settings on which fields in scope depend: the words of the register, and the reason to add if the claim
    /// names no such setting.
    pub(super) depends: Vec<(String, Reason)>,
    /// The weights of reasons beyond those listed, each with their number.
    more: Vec<(Why, usize)>,
    /// The number of pieces of evidence beyond those listed.
    more_looked: usize,
}

impl ClaimResult {
    pub(super) fn push(&mut self, reason: Reason) {
        // Fields that lack the same thing share one reason.
        if self.reasons.contains(&reason) {
            return;
        }
        if self.reasons.len() < MOST {
            return self.reasons.push(reason);
        }
        match self.more.iter_mut().find(|(why, _)| *why == reason.why) {
            Some((_, count)) => *count += 1,
            None => self.more.push((reason.why, 1)),
        }
    }

    /// Adds a reason for those of each weight that are not listed, so that each of them counts.
    pub(super) fn close(&mut self) {
        let more = |(why, count)| Reason::new(why, format!("{count} more reasons of this kind omitted"));
        self.reasons.extend(self.more.drain(..).map(more));
        if self.more_looked > 0 {
            let what = Phrase::counted("claim.evidence_more", std::mem::take(&mut self.more_looked), Vec::new());
            self.looked.push(Evidence { what, on: None, link: None, is_public: true });
        }
    }

    /// Adds a piece of evidence.
    pub(super) fn evidence(&mut self, evidence: Evidence) {
        match self.looked.len() < MOST {
            true => self.looked.push(evidence),
            false => self.more_looked += usize::from(evidence.is_public),
        }
    }

    /// Lowers the last day to that of another piece of evidence.
    pub(super) fn until(&mut self, day: Option<Date>) {
        self.expires = self.expires.into_iter().chain(day).min();
    }

    /// Hides the reasons from an index on, unless everybody may see what they name.
    pub(super) fn hide_from(&mut self, first: usize, shown: Audience) {
        if shown == Audience::ToNobody {
            self.reasons.iter_mut().skip(first).for_each(|reason| reason.is_public = false);
        }
    }

    pub(super) fn lacking(&mut self, what: String) {
        self.push(Reason::new(Why::Lacking, what));
    }

    pub(super) fn reported(&mut self, check: &'static str, what: impl Into<String>) {
        self.push(Reason::new(Why::Reported(check), what));
    }

    pub(super) fn looked(&mut self, what: Phrase, on: Option<Date>, link: Option<String>) {
        self.evidence(Evidence { what, on, link, is_public: true });
    }

    pub(super) fn looked_unseen(&mut self, what: Phrase) {
        self.evidence(Evidence { what, on: None, link: None, is_public: false });
    }
}
