//! The fields that a comparison of hosting options shows, for each kind of record.

use super::kinds::RecordKind;

/// The parts of a record that a comparison shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The key in `theme/strings` of the caption of the table.
    pub caption: &'static str,
    /// The title of a row. Records of other hosting options with the same title share the row.
    pub title: Title,
    /// The field shown as a badge.
    pub badge: Option<&'static str>,
    /// The fields to show, each with the key of the words before it in `theme/strings`; the first has none.
    pub fields: &'static [(&'static str, &'static str)],
}

/// The title of the row of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// The value of a field, or the id in words without the hosting option that it is for.
    Field(&'static str),
    /// A key of `theme/strings`, for records without a name of their own.
    Words(&'static str),
}

/// Returns the summary of a kind. `None` for hosting options, for data models, and for claims, which have a table of
/// their own.
pub fn of(kind: &RecordKind) -> Option<&'static Summary> {
    SUMMARIES.iter().find(|(name, _)| *name == kind.name).map(|(_, summary)| summary)
}

/// The summaries by the name of the kind, sorted.
const SUMMARIES: &[(&str, Summary)] = &[
    (
        "ai_use",
        Summary {
            caption: "ai_use.title",
            title: Title::Field("feature"),
            badge: None,
            fields: &[("training", "ai_use.training"), ("provider", "ai_use.provider")],
        },
    ),
    (
        "answer",
        Summary {
            caption: "answer.title",
            title: Title::Field("question"),
            badge: Some("answer"),
            fields: &[("statement", "")],
        },
    ),
    (
        "availability",
        Summary {
            caption: "availability.title",
            title: Title::Words("availability.title"),
            badge: None,
            fields: &[
                ("sla", "availability.sla"),
                ("rto", "availability.rto"),
                ("rpo", "availability.rpo"),
                ("restore_tested", "availability.restore_tested"),
            ],
        },
    ),
    (
        "certification",
        Summary {
            caption: "certification.title",
            title: Title::Field("scheme"),
            badge: Some("status"),
            fields: &[("report_type", ""), ("scope", "certification.scope"), ("expires", "certification.last_day")],
        },
    ),
    (
        "contact",
        Summary {
            caption: "contact.title",
            title: Title::Field("roles"),
            badge: None,
            fields: &[("name", ""), ("email", "contact.email"), ("phone", "contact.phone"), ("url", "contact.web")],
        },
    ),
    (
        "cookie",
        Summary {
            caption: "cookie.title",
            title: Title::Field("name"),
            badge: None,
            fields: &[
                ("purpose", ""),
                ("category", "cookie.category"),
                ("max_age", "cookie.max_age"),
                ("ends", "cookie.ends"),
            ],
        },
    ),
    (
        "document",
        Summary {
            caption: "document.title",
            title: Title::Field("name"),
            badge: None,
            fields: &[
                ("access", ""),
                ("version", "document.version"),
                ("date", "document.date"),
                ("url", "contact.web"),
            ],
        },
    ),
    (
        "incident",
        Summary {
            caption: "incident.title",
            title: Title::Field("date"),
            badge: None,
            fields: &[("summary", ""), ("resolved", "incident.resolved")],
        },
    ),
    (
        "measure",
        Summary {
            caption: "measure.title",
            title: Title::Field("name"),
            badge: Some("status"),
            fields: &[("statement", ""), ("responsibility", "measure.responsible")],
        },
    ),
    (
        "notice",
        Summary {
            caption: "notice.title",
            title: Title::Field("about"),
            badge: None,
            fields: &[("kind", ""), ("announced", "notice.announced"), ("effective", "notice.effective")],
        },
    ),
    (
        "processing",
        Summary {
            caption: "processing.title",
            title: Title::Field("purpose"),
            badge: None,
            fields: &[
                ("data", ""),
                ("subjects", "processing.subjects"),
                ("role", "processing.role"),
                ("retention", "processing.retention"),
            ],
        },
    ),
    (
        "procurement",
        Summary { caption: "procurement.title", title: Title::Field("name"), badge: None, fields: &[("url", "")] },
    ),
    (
        "region",
        Summary {
            caption: "region.title",
            title: Title::Field("place"),
            badge: None,
            fields: &[("country", ""), ("codes", "region.codes"), ("role", "region.role")],
        },
    ),
    (
        "retention",
        Summary {
            caption: "retention.title",
            title: Title::Field("data"),
            badge: None,
            fields: &[("period", ""), ("trigger", "retention.trigger"), ("backups", "retention.backups")],
        },
    ),
    (
        "right",
        Summary {
            caption: "right.title",
            title: Title::Field("name"),
            badge: None,
            fields: &[("channel", ""), ("response", "right.response"), ("law", "right.law")],
        },
    ),
    (
        "subprocessor",
        Summary {
            caption: "subprocessor.title",
            title: Title::Field("name"),
            badge: Some("status"),
            fields: &[("purpose", ""), ("data", "subprocessor.data"), ("countries", "subprocessor.countries")],
        },
    ),
    (
        "vulnerability_policy",
        Summary {
            caption: "vulnerability_policy.title",
            title: Title::Words("vulnerability_policy.report"),
            badge: None,
            fields: &[
                ("contact", "vulnerability_policy.contact"),
                ("first_response", "vulnerability_policy.first_response"),
                ("bounty", "vulnerability_policy.bounty"),
            ],
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
