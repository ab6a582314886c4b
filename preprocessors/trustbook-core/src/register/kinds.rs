//! The kinds of records: their fields, and the article or standard that each kind comes from.

mod claim;
mod cookie;
mod data_model;
mod source;

pub use claim::{CLAIMS, MUST_HAVE};
pub use source::{DNS_TYPES, FORMATS, SOURCES};

use super::types::{FieldType, ValueType};
use ValueType::{
    Choice, Country, Date, DateOrTerm, Email, Id, List, Map, Markdown, OneOrMore, Phone, Place, Table, Text, Url,
};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordKind {
    /// The name of its `[[...]]` table.
    pub name: &'static str,
    /// The word of the block that renders its records.
    pub block: &'static str,
    /// The meaning of its records and the origin of the kind, in one or two sentences.
    pub doc: &'static str,
    /// The fields of its records, without `id` and the common part.
    pub fields: &'static [FieldType],
}

impl RecordKind {
    /// Returns the field with this name.
    pub fn field(&self, name: &str) -> Option<&'static FieldType> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that form the id, joined by dots; empty for a kind whose records have an `id`.
    pub fn id_fields(&self) -> &'static [&'static str] {
        if self.name == data_model::TABLE.name { &["schema", "name"] } else { &[] }
    }
}

/// Every kind of record, sorted by name.
pub const KINDS: &[RecordKind] = &[
    AI_USE,
    ANSWER,
    AVAILABILITY,
    CERTIFICATION,
    claim::CLAIM,
    CONTACT,
    cookie::COOKIE,
    DEPLOYMENT,
    DOCUMENT,
    INCIDENT,
    MEASURE,
    NOTICE,
    PROCESSING,
    PROCUREMENT,
    REGION,
    RETENTION,
    RIGHT,
    data_model::SCHEMA,
    source::SOURCE,
    SUBPROCESSOR,
    data_model::TABLE,
    VULNERABILITY_POLICY,
];

/// Texts that may be the id of a record, which pages then show as its name: the kind and the field, and the kind of the
/// record.
pub const REFERENCES: &[(&str, &str, &str)] = &[
    ("ai_use", "provider", "subprocessor"),
    ("cookie", "provider", "subprocessor"),
    ("notice", "about", "subprocessor"),
    ("processing", "recipients", "subprocessor"),
    ("processing", "retention", "retention"),
];

/// Returns the kind with this name.
pub fn find(name: &str) -> Option<&'static RecordKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const fn need(name: &'static str, ty: ValueType, doc: &'static str) -> FieldType {
    FieldType { name, ty, required: true, doc }
}

const fn may(name: &'static str, ty: ValueType, doc: &'static str) -> FieldType {
    FieldType { name, ty, required: false, doc }
}

const TEXTS: ValueType = List(&Text);
/// The time for which data is kept.
const KEPT: ValueType = ValueType::Period(&["indefinitely"]);
const CONTACT_ROLES: &[&str] = &[
    "security",
    "vulnerability",
    "support",
    "privacy",
    "dpo",
    "legal",
    "abuse",
    "incident",
    "sales",
    "signer",
    "eu-representative",
    "uk-representative",
    "swiss-representative",
];
const LEGAL_BASES: &[&str] =
    &["consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"];
const DOCUMENT_KINDS: &[&str] = &[
    "dpa",
    "report",
    "letter",
    "policy",
    "questionnaire",
    "agreement",
    "baa",
    "certificate",
    "diagram",
    "sla",
    "terms",
    "whitepaper",
];
const ACCESS: &[&str] = &["public", "on-request", "nda"];

const AI_USE: RecordKind = RecordKind {
    name: "ai_use",
    block: "ai_use",
    doc: "A feature that uses a model, and what becomes of customers' data there.",
    fields: &[
        need("feature", Text, "The feature."),
        may("provider", Text, "Who runs the model."),
        need("training", Choice(&["yes", "no"]), "Whether customers' data trains a model."),
        may("opt_out", Text, "How to refuse."),
        may("regions", List(&Id("region")), "Where it runs."),
    ],
};

const ANSWER: RecordKind = RecordKind {
    name: "answer",
    block: "answers",
    doc: "A question of a security review with its answer (CAIQ, HECVAT, VSAQ, MVSP).",
    fields: &[
        need("question", Text, "The question, as a reviewer asks it."),
        may("group", Text, "The heading that it is listed under, such as `Access`."),
        may(
            "answer",
            Choice(&["yes", "no", "partial", "not-applicable", "planned"]),
            "The short answer; an open question has a statement instead.",
        ),
        may("statement", Markdown, "What the vendor says about it."),
        may("sets", Map, "Identifiers of the question in published questionnaires."),
    ],
};

const AVAILABILITY: RecordKind = RecordKind {
    name: "availability",
    block: "availability",
    doc: "What is promised of availability and recovery (ISO/IEC 27031).",
    fields: &[
        may("status_page", Url, "Where the state of the service is shown."),
        may("sla", Text, "The promised availability."),
        may("rto", ValueType::Period(&[]), "Recovery time objective."),
        may("rpo", ValueType::Period(&[]), "Recovery point objective."),
        may("restore_tested", DateOrTerm, "The day a backup was last restored as a test."),
    ],
};

const CERTIFICATION: RecordKind = RecordKind {
    name: "certification",
    block: "certifications",
    doc: "A certificate, an attestation report or a self-assessment (ISO/IEC 17021, SSAE 18).",
    fields: &[
        need("scheme", Text, "The standard or scheme, such as `SOC 2`."),
        may("kind", Choice(&["certificate", "attestation-report", "self-assessment"]), "What the vendor gets."),
        may("report_type", Text, "The type of the report, such as `Type II`."),
        may("edition", Text, "The edition of the standard."),
        need("status", Choice(&["planned", "in-progress", "held", "expired", "withdrawn"]), "Its status."),
        may("auditor", Text, "Who audits or certifies; not a compliance platform."),
        may("platform", Text, "The compliance platform that is used."),
        may("scope", Text, "What it covers."),
        may("criteria", TEXTS, "The trust services criteria or controls."),
        may("period_from", DateOrTerm, "First day of the audited period."),
        may("period_to", DateOrTerm, "Last day of the audited period."),
        may("bridge_letter_to", Date, "Until when a bridge letter covers."),
        may("opinion", Text, "The auditor's opinion."),
        may("issued", DateOrTerm, "The day it was issued."),
        may("expires", DateOrTerm, "The last day on which it holds."),
        may("eta", DateOrTerm, "When a planned one is expected: a day, month, quarter, half-year or year."),
        may("certificate_no", Text, "The number of the certificate."),
        may("verify_url", Url, "Where the certificate can be verified."),
        may("report", Choice(ACCESS), "Who can get the report."),
    ],
};

const CONTACT: RecordKind = RecordKind {
    name: "contact",
    block: "contacts",
    doc: "Whom to write to, and for what (GDPR Art. 13(1)(a) and (b), 27, 37).",
    fields: &[
        may("roles", List(&Choice(CONTACT_ROLES)), "What the contact is for."),
        may("name", Text, "A person or a team."),
        may("email", Email, "E-mail address."),
        may("phone", Phone, "Telephone number, E.164."),
        may("address", Text, "Postal address, which a representative needs (Art. 27)."),
        may("url", Url, "A page or a form."),
        may("pgp", Url, "Where the OpenPGP key is."),
        may("forge_handle", Text, "The account on the code forge that due facts are assigned to."),
        may("deputy", Id("contact"), "The id of the contact who stands in."),
    ],
};

const DEPLOYMENT: RecordKind = RecordKind {
    name: "deployment",
    block: "deployments",
    doc: "A hosting option that records can be limited to.",
    fields: &[need("name", Text, "What readers call it."), may("summary", Text, "What it is, in a sentence.")],
};

const DOCUMENT: RecordKind = RecordKind {
    name: "document",
    block: "documents",
    doc: "A document that a buyer asks for.",
    fields: &[
        need("name", Text, "Its title."),
        may("kind", Choice(DOCUMENT_KINDS), "What it is."),
        may("description", Text, "What it is about, in a sentence."),
        may("version", Text, "Its version."),
        may("date", DateOrTerm, "Its date."),
        need("access", Choice(ACCESS), "Who can get it."),
        may("url", Url, "Where it is."),
        may("file", Text, "The file in the book that is published, relative to the chapters."),
        may("request_contact", Id("contact"), "The id of the contact to ask."),
    ],
};

const INCIDENT: RecordKind = RecordKind {
    name: "incident",
    block: "incidents",
    doc: "A security incident that was made public (GDPR Art. 33, 34).",
    fields: &[
        need("date", Date, "The day it happened or was found."),
        need("summary", Text, "What happened."),
        may("affected", Text, "Who or what was affected."),
        may("resolved", Date, "The day it was over."),
        may("report_url", Url, "The report on it."),
    ],
};

const MEASURE: RecordKind = RecordKind {
    name: "measure",
    block: "measures",
    doc: "A technical or organisational measure (GDPR Art. 32, SCC annex II, MVSP, OSCAL).",
    fields: &[
        may("name", Text, "A short name, for comparisons and links."),
        may("group", Text, "The heading that it is listed under, such as `Access`."),
        need("statement", Markdown, "What is done."),
        may("status", Choice(&["implemented", "partial", "planned", "not-applicable"]), "How far it is."),
        may("responsibility", Choice(&["vendor", "customer", "shared"]), "Who has to do it."),
        may("maps_to", TEXTS, "Controls of catalogues, such as `mvsp:2.7` or `annex-ii:encryption`."),
        may("parameters", Map, "Values that the measure is set to."),
    ],
};

const NOTICE: RecordKind = RecordKind {
    name: "notice",
    block: "notices",
    doc: "An announced change of subprocessors (GDPR Art. 28(2)).",
    fields: &[
        need("kind", Choice(&["add", "replace", "remove", "change"]), "What changes."),
        need("about", Text, "Whom or what it concerns."),
        need("announced", Date, "The day customers were told."),
        need("effective", Date, "The day from which it holds."),
        may("object_until", Date, "The last day to object."),
        may("how", Text, "How to object."),
    ],
};

const PROCESSING: RecordKind = RecordKind {
    name: "processing",
    block: "processing",
    doc: "A processing activity (GDPR Art. 13, 14 and 30).",
    fields: &[
        need("role", Choice(&["controller", "processor"]), "The vendor's role (Art. 4(7) and (8))."),
        may("controller", Text, "Who the controller is, where the vendor is the processor."),
        may("joint_controllers", TEXTS, "Who decides together with the vendor (Art. 26)."),
        need("purpose", Text, "What for (Art. 30(1)(b))."),
        may("legal_basis", OneOrMore(&Choice(LEGAL_BASES)), "The legal basis (Art. 6(1)), or several."),
        may("interests", Text, "The legitimate interests, where these are the basis (Art. 13(1)(d))."),
        may("subjects", TEXTS, "Whose data (Art. 30(1)(c))."),
        may("data", TEXTS, "Which data (Art. 30(1)(c))."),
        may("data_source", Text, "Where the data comes from (Art. 14(2)(f))."),
        may("recipients", TEXTS, "Who receives it (Art. 30(1)(d))."),
        may("transfers", TEXTS, "Transfers to third countries (Art. 30(1)(e))."),
        may("retention", Text, "How long it is kept (Art. 30(1)(f))."),
        may("automated_decisions", Text, "Automated decisions and their logic (Art. 22)."),
        may("measures", List(&Id("measure")), "Ids of the measures that protect it (Art. 30(1)(g))."),
    ],
};

const PROCUREMENT: RecordKind = RecordKind {
    name: "procurement",
    block: "procurement",
    doc: "A way to buy.",
    fields: &[need("name", Text, "What it is."), may("url", Url, "Where it is.")],
};

const REGION: RecordKind = RecordKind {
    name: "region",
    block: "regions",
    doc: "A place where data is kept or processed (GDPR Art. 30(1)(e), 44).",
    fields: &[
        may("codes", Map, "The providers' codes for it, by provider."),
        need("place", Text, "The place in words."),
        may("country", Place, "The country, or a place such as `EU`, `worldwide` or `customer-choice`."),
        may("group", Text, "A group of regions, such as `EU`."),
        may("role", Choice(&["primary", "backup", "failover", "support"]), "What it serves for."),
        may("selectable", Choice(&["yes", "no", "not-stated"]), "Whether a customer can choose it."),
        may("data", TEXTS, "The data kept there."),
        may("isolated_from", List(&Id("region")), "Ids of the regions that it shares nothing with."),
    ],
};

const RETENTION: RecordKind = RecordKind {
    name: "retention",
    block: "retention",
    doc: "How long data is kept (GDPR Art. 5(1)(e), 30(1)(f)).",
    fields: &[
        need("data", Text, "Which data."),
        may("trigger", Text, "From when the period runs."),
        need("period", KEPT, "How long, or the criteria that decide it (GDPR Art. 13(2)(a))."),
        may("backups", KEPT, "How long backups keep it beyond that."),
        may("deletion", Text, "How it is deleted."),
        may("basis", Text, "Why that long."),
    ],
};

const RIGHT: RecordKind = RecordKind {
    name: "right",
    block: "rights",
    doc: "A right of the people whose data it is (GDPR Art. 12 to 22 and 77).",
    fields: &[
        need("name", Text, "The right."),
        may("description", Text, "What it gives, in a sentence."),
        may("law", Text, "The law that gives it, such as `GDPR Art. 15`."),
        may("channel", Text, "How to use it."),
        may("response", ValueType::Period(&[]), "Time to the answer (GDPR Art. 12(3))."),
        may("authority", Text, "Where to complain (GDPR Art. 77)."),
    ],
};

const SUBPROCESSOR: RecordKind = RecordKind {
    name: "subprocessor",
    block: "subprocessors",
    doc: "Another company that processes personal data for the vendor (GDPR Art. 28(2) and (4), EDPB Opinion 22/2024, SCC annex III).",
    fields: &[
        need("name", Text, "What it is called."),
        may("legal_name", Text, "The legal entity."),
        may("url", Url, "Its site."),
        may("address", Text, "Its address."),
        may("seat", Country, "The country of its seat, which may differ from where it processes."),
        may("affiliate", Choice(&["yes", "no"]), "Whether it belongs to the vendor's group of companies."),
        may("contact", Text, "Whom to ask there."),
        need("purpose", Text, "What it does."),
        may("data", TEXTS, "The categories of data that it receives."),
        may("subjects", TEXTS, "Whose data."),
        may("countries", List(&Place), "Where it processes: countries, or places such as `EU` or `worldwide`."),
        may("retention", KEPT, "How long it keeps the data."),
        may(
            "transfer",
            Table(&[
                need("mechanism", Text, "The transfer mechanism of GDPR chapter V."),
                may("scc_module", Text, "The module of the standard contractual clauses."),
                may("assessed", DateOrTerm, "The day of the transfer impact assessment."),
            ]),
            "How data may leave the EEA.",
        ),
        may("dpa_url", Url, "Its data processing agreement."),
        may("list_url", Url, "Its own list of subprocessors."),
        may("hosts", TEXTS, "Host names that belong to it."),
        may("optional_when", Text, "When it is used, where a customer can do without it."),
        may("announced", Date, "The day customers were told."),
        may("effective", Date, "The first day of use."),
        may("ended", Date, "The last day of use."),
        may("status", Choice(&["announced", "active", "ending", "ended", "not-stated"]), "Its status."),
    ],
};

const VULNERABILITY_POLICY: RecordKind = RecordKind {
    name: "vulnerability_policy",
    block: "vulnerability_policy",
    doc: "How to report a vulnerability (RFC 9116, CISA BOD 20-01).",
    fields: &[
        need("contact", List(&Id("contact")), "Ids of the contacts to write to, best first."),
        may("policy_url", Url, "The policy (RFC 9116 section 2.5.7)."),
        may("in_scope", TEXTS, "What may be tested."),
        may("out_of_scope", TEXTS, "What may not."),
        may("safe_harbour", Text, "What reporters are promised."),
        may("first_response", ValueType::Period(&[]), "Time to the first answer."),
        may("triage", ValueType::Period(&[]), "Time to an assessment."),
        may("bounty", Choice(&["yes", "no"]), "Whether there is a bug bounty."),
        may("acknowledgments_url", Url, "Where reporters are thanked (RFC 9116 section 2.5.1)."),
        may("encryption_url", Url, "The key to encrypt to (RFC 9116 section 2.5.4)."),
        may("preferred_languages", TEXTS, "Languages of reports (RFC 9116 section 2.5.8)."),
        may("canonical", List(&Url), "Where security.txt is found (RFC 9116 section 2.5.2)."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::common;

    #[test]
    fn kinds_are_sorted_and_fields_never_shadow_the_common_part() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.name));
        for kind in KINDS {
            for field in kind.fields {
                assert!(!common::KEYS.contains(&field.name), "{}.{}", kind.name, field.name);
                assert_ne!(field.name, "id");
            }
        }
        for (kind, field, to) in REFERENCES {
            assert!(find(to).is_some() && find(kind).is_some_and(|kind| kind.field(field).is_some()), "{kind}.{field}");
        }
    }
}
