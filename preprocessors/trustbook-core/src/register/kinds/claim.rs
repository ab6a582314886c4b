//! The kind of record that publishes one sentence and defines its verification.

use super::{RecordKind, TEXTS, may, need};
use crate::register::types::{FieldType, ValueType};
use ValueType::{Category, Choice, Date, Duration, Id, List, Scalar, Table, Text};

/// The kinds of verification, sorted.
pub const CLAIMS: &[&str] = &[
    "attested",
    "every_field",
    "expr",
    "no_field",
    "no_recipient",
    "no_request",
    "no_storage",
    "observed_subset",
    "setting_default",
    "text_present",
];

/// The properties that `every_field` can require, sorted.
pub const MUST_HAVE: &[&str] = &["note", "opaque", "retention", "when"];

pub(super) const CLAIM: RecordKind = RecordKind {
    name: "claim",
    block: "claims",
    doc: "A published sentence that a build verifies, or that a named role attests until a day (GDPR Art. 5(2)).",
    fields: FIELDS,
};

const FIELDS: &[FieldType] = &[
    need("says", Text, "The sentence, as pages print it."),
    need("kind", Choice(CLAIMS), "How it is checked."),
    may("schema", Id("schema"), "Of `no_field` and `every_field`: the id of the data model."),
    may("table", Text, "Of `no_field` and `every_field`: one table of it; left out, all of them."),
    may("category", Category, "Of `no_field`, `every_field` and `no_recipient`: the data, with all below it."),
    may("must_have", List(&Choice(MUST_HAVE)), "Of `every_field`: what must be said of each field."),
    may(
        "observed",
        Text,
        "Of `observed_subset` and `no_storage`: the name of a file in `facts/observed/`, without `.json`.",
    ),
    may(
        "consent",
        Choice(&["before", "after"]),
        "Of `no_storage`: only what was first there before, or after, consent; left out, all.",
    ),
    may("of", Choice(&["cookies", "hosts"]), "Of `observed_subset`: what has to be declared of what was observed."),
    may("scope", Text, "Of `no_request`: `site`, or the name of a file in `facts/observed/`, without `.json`."),
    may(
        "allow",
        TEXTS,
        "Of `no_request`: hosts that may be asked, each with all below it. Of `no_storage`: names that may be kept; `*` \
         stands for any characters.",
    ),
    may("max_age", Duration, "Of an observation: after what time it counts as old; left out, 180 days."),
    may("found", Scalar, "Of `text_present` and `setting_default`: what the source says, as a live value."),
    may("text", Text, "Of `text_present`: the words that must be found there."),
    may("setting", Text, "Of `setting_default`: the name of the setting."),
    may("default", Scalar, "Of `setting_default`: the default that must be found there."),
    may("by", Text, "Of `attested`: the role that attests it, or the vendor."),
    may("on", Date, "Of `attested`: the day on which it was attested."),
    may("until", Date, "Of `attested`: the last day of the attestation."),
    may("method", Text, "Of `attested`: how it is known."),
    may("expr", Text, "Of `expr`: a condition over the register, in CEL."),
    may(
        "unless",
        Table(&[
            need("setting", Text, "The setting on which the sentence depends."),
            may("default", Text, "What it is set to where nobody changes it."),
            may("value", Text, "What it is set to in the service that is offered, where the vendor says so."),
            may("evidence", Text, "What says so: an address or a path."),
        ]),
        "The condition under which the sentence does not hold; pages print it with the sentence.",
    ),
];
