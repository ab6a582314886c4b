//! What a comparison of hosting options shows of each kind of record: its name, and the fields that say what holds.

use super::kinds::Kind;

/// What a comparison shows of the records of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// What the table is called.
    pub caption: &'static str,
    /// What a row is called. Records of the same name for other hosting options stand in the same row.
    pub title: Title,
    /// The field that is drawn as a badge.
    pub badge: Option<&'static str>,
    /// The fields that say what holds, each with the words before it; the first has none.
    pub fields: &'static [(&'static str, &'static str)],
}

/// What the row of a record is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// The value of a field, or the id in words without the hosting option that it is for.
    Field(&'static str),
    /// These words: a record of the kind has no name of its own.
    Words(&'static str),
}

/// What a comparison shows of a kind; `None` for the hosting options themselves, for data models, and for
/// claims, whose sentences stand with what was checked.
pub fn of(kind: &Kind) -> Option<&'static Summary> {
    SUMMARIES.iter().find(|(name, _)| *name == kind.name).map(|(_, summary)| summary)
}

/// By the kind's name, sorted.
const SUMMARIES: &[(&str, Summary)] = &[
    (
        "ai_use",
        Summary {
            caption: "Features that use AI",
            title: Title::Field("feature"),
            badge: None,
            fields: &[("training", "Customers’ data used for training"), ("provider", "Who runs the model")],
        },
    ),
    (
        "answer",
        Summary {
            caption: "Answers",
            title: Title::Field("question"),
            badge: Some("answer"),
            fields: &[("statement", "")],
        },
    ),
    (
        "availability",
        Summary {
            caption: "Availability and recovery",
            title: Title::Words("Availability and recovery"),
            badge: None,
            fields: &[
                ("sla", "Promised availability"),
                ("rto", "Target for recovering the service (RTO)"),
                ("rpo", "Target for the longest stretch of data lost (RPO)"),
                ("restore_tested", "Backup last restored as a test"),
            ],
        },
    ),
    (
        "certification",
        Summary {
            caption: "Certifications and reports",
            title: Title::Field("scheme"),
            badge: Some("status"),
            fields: &[("report_type", ""), ("scope", "Scope"), ("expires", "Last day")],
        },
    ),
    (
        "contact",
        Summary {
            caption: "Contacts",
            title: Title::Field("roles"),
            badge: None,
            fields: &[("name", ""), ("email", "E-mail"), ("phone", "Phone"), ("url", "Web")],
        },
    ),
    (
        "cookie",
        Summary {
            caption: "Cookies and browser storage",
            title: Title::Field("name"),
            badge: None,
            fields: &[("purpose", ""), ("category", "Category"), ("max_age", "Longest"), ("ends", "Ends")],
        },
    ),
    (
        "document",
        Summary {
            caption: "Documents",
            title: Title::Field("name"),
            badge: None,
            fields: &[("access", ""), ("version", "Version"), ("date", "Dated"), ("url", "Web")],
        },
    ),
    (
        "incident",
        Summary {
            caption: "Incidents",
            title: Title::Field("date"),
            badge: None,
            fields: &[("summary", ""), ("resolved", "Resolved")],
        },
    ),
    (
        "measure",
        Summary {
            caption: "Technical and organisational measures",
            title: Title::Field("name"),
            badge: Some("status"),
            fields: &[("statement", ""), ("responsibility", "Responsible")],
        },
    ),
    (
        "notice",
        Summary {
            caption: "Notices of change",
            title: Title::Field("about"),
            badge: None,
            fields: &[("kind", ""), ("announced", "Announced"), ("effective", "In effect from")],
        },
    ),
    (
        "processing",
        Summary {
            caption: "Processing activities",
            title: Title::Field("purpose"),
            badge: None,
            fields: &[("data", ""), ("subjects", "People"), ("role", "Role"), ("retention", "Kept for")],
        },
    ),
    (
        "procurement",
        Summary { caption: "Ways to buy", title: Title::Field("name"), badge: None, fields: &[("url", "")] },
    ),
    (
        "region",
        Summary {
            caption: "Data regions",
            title: Title::Field("place"),
            badge: None,
            fields: &[("country", ""), ("codes", "Provider’s region code"), ("role", "Role")],
        },
    ),
    (
        "retention",
        Summary {
            caption: "How long data is kept",
            title: Title::Field("data"),
            badge: None,
            fields: &[("period", ""), ("trigger", "Counted from"), ("backups", "After that, in backups")],
        },
    ),
    (
        "right",
        Summary {
            caption: "Rights over personal data",
            title: Title::Field("name"),
            badge: None,
            fields: &[("channel", ""), ("response", "Time to answer"), ("law", "Law")],
        },
    ),
    (
        "subprocessor",
        Summary {
            caption: "Subprocessors",
            title: Title::Field("name"),
            badge: Some("status"),
            fields: &[("purpose", ""), ("data", "Data"), ("countries", "Countries")],
        },
    ),
    (
        "vulnerability_policy",
        Summary {
            caption: "Reports of vulnerabilities",
            title: Title::Words("Report a vulnerability"),
            badge: None,
            fields: &[("contact", "Report to"), ("first_response", "First answer within"), ("bounty", "Bug bounty")],
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::kinds::KINDS;

    #[test]
    fn every_other_kind_has_a_summary_of_fields_that_it_has() {
        assert!(SUMMARIES.is_sorted_by_key(|(name, _)| *name));
        for kind in KINDS {
            let Some(summary) = of(kind) else {
                assert!(["claim", "deployment", "schema", "source", "table"].contains(&kind.name), "{}", kind.name);
                continue;
            };
            let title = match summary.title {
                Title::Field(name) => Some(name),
                Title::Words(_) => None,
            };
            for name in summary.fields.iter().map(|(name, _)| *name).chain(summary.badge).chain(title) {
                assert!(kind.field(name).is_some(), "{}.{name}", kind.name);
            }
        }
    }
}
