//! What is gathered while a claim is checked: reasons against it, what was looked at, and what it stands on.

use crate::span::Span;
use jiff::civil::Date;

/// Why a sentence does not hold, or is not known to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// How it weighs.
    pub why: Why,
    /// A phrase: "`messages` of `Request` (model.prisma:5) holds private content".
    pub what: String,
    /// Places that show it, each with what stands there.
    pub places: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
    /// Whether readers may be told: it names nothing that is internal.
    pub is_public: bool,
}

/// How a reason weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Something says the opposite.
    Against,
    /// Something says the opposite, and a check of this name tells it.
    AgainstReported(&'static str),
    /// It is so only under a condition that the claim does not name.
    Unconditional,
    /// Something is missing.
    Lacking,
    /// What it stands on was looked at too long ago, or has another day that does not fit.
    Old,
    /// The review of a statement is overdue, or its validity over, which `fact-due` and `fact-expired` tell.
    Due,
    /// Nobody stands for it any more.
    Ended,
    /// Something is missing, and a check of this name tells it.
    Reported(&'static str),
}

impl Why {
    /// Whether it speaks against the sentence.
    pub fn is_against(self) -> bool {
        matches!(self, Why::Against | Why::AgainstReported(_) | Why::Unconditional)
    }
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What, in words.
    pub what: String,
    /// On which day, where it was not looked at by this build.
    pub on: Option<Date>,
    /// Where it is.
    pub link: Option<String>,
    /// Whether readers may be told.
    pub is_public: bool,
}

/// What a sentence stands on, for the mark beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A data model: its version and the day on which it was compared, or its path in the book.
    Schema {
        /// The commit.
        commit: Option<String>,
        /// The day.
        on: Option<Date>,
        /// The file or folder.
        path: String,
    },
    /// What a source says.
    Source {
        /// Which, in words.
        place: String,
        /// The day on which it was last seen.
        on: Option<Date>,
    },
    /// What was seen of a running page.
    Observed(Date),
    /// What the register says, and the day of its oldest part.
    Register(Option<Date>),
    /// The pages of the book itself.
    Site,
    /// Somebody's word.
    Stated {
        /// Whose.
        by: String,
        /// The day.
        on: Date,
        /// The last day on which they stand for it.
        until: Option<Date>,
    },
}

impl Reason {
    /// A reason that readers may be told.
    pub fn new(why: Why, what: impl Into<String>) -> Self {
        Reason { why, what: what.into(), places: Vec::new(), help: None, is_public: true }
    }

    /// A place that shows it.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.places.push((span, text.into()));
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Keeps it from readers unless everybody may see what it names.
    #[must_use]
    pub(super) fn shown(mut self, shown: Shown) -> Self {
        self.is_public = shown == Shown::ToAll;
        self
    }
}

/// Who may see what a reason or a look names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    ToAll,
    ToNobody,
}

impl Shown {
    pub(super) fn to_all_if(is_public: bool) -> Self {
        if is_public { Shown::ToAll } else { Shown::ToNobody }
    }
}

/// What has been gathered so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) reasons: Vec<Reason>,
    pub(super) looked: Vec<Looked>,
    pub(super) basis: Option<Basis>,
    /// The last day on which all that it stands on is recent enough.
    pub(super) expires: Option<Date>,
    /// The settings on which fields in the scope depend: the words of the register, and the reason if none is named.
    pub(super) depends: Vec<(String, Reason)>,
}

impl Seen {
    pub(super) fn push(&mut self, reason: Reason) {
        // What many fields lack is one reason.
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// Notes the last day of something that it stands on.
    pub(super) fn until(&mut self, day: Option<Date>) {
        self.expires = self.expires.into_iter().chain(day).min();
    }

    /// Keeps the reasons from one on from readers, unless everybody may see what they name.
    pub(super) fn hide_from(&mut self, first: usize, shown: Shown) {
        if shown == Shown::ToNobody {
            self.reasons.iter_mut().skip(first).for_each(|reason| reason.is_public = false);
        }
    }

    pub(super) fn lacking(&mut self, what: String) {
        self.push(Reason::new(Why::Lacking, what));
    }

    pub(super) fn reported(&mut self, check: &'static str, what: impl Into<String>) {
        self.push(Reason::new(Why::Reported(check), what));
    }

    pub(super) fn looked(&mut self, what: String, on: Option<Date>, link: Option<String>) {
        self.looked.push(Looked { what, on, link, is_public: true });
    }

    pub(super) fn looked_unseen(&mut self, what: String) {
        self.looked.push(Looked { what, on: None, link: None, is_public: false });
    }
}
