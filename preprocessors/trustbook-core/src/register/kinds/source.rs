//! The kind of record that defines a source of live facts.

use super::{RecordKind, TEXTS, may, need};
use crate::register::types::{FieldType, ValueType};
use ValueType::{Choice, Duration, Map, Text, Url};

/// The kinds of sources, sorted.
pub const SOURCES: &[&str] = &["command", "dns", "file", "git", "http"];
/// The formats of sources, sorted.
pub const FORMATS: &[&str] = &["csv", "html", "json", "text", "toml", "yaml"];
/// The types of DNS records that a source can query, sorted (RFC 1035, 3596, 8659 and others).
pub const DNS_TYPES: &[&str] = &["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"];

pub(super) const SOURCE: RecordKind = RecordKind {
    name: "source",
    block: "sources",
    doc: "Where live facts come from; only `trustbook refresh` reads it.",
    fields: FIELDS,
};

const FIELDS: &[FieldType] = &[
    need("kind", Choice(SOURCES), "How it is read."),
    may("url", Url, "Of `http`: its address."),
    may("path", Text, "Of `file`: the file in the book. Of `git`: the file in the repository; left out, its tags."),
    may("repository", Url, "Of `git`: the address of the repository."),
    may("track", Text, "Of `git`: the branch or tag that is read; left out, the default branch."),
    may("tags", Text, "Of `git` without a path: which tags count, such as `v*`."),
    may("name", Text, "Of `dns`: the domain name."),
    may("record", Choice(DNS_TYPES), "Of `dns`: the type of its records."),
    may("argv", TEXTS, "Of `command`: the program and its arguments, which `[security.exec]` must allow."),
    may("format", Choice(FORMATS), "How its content is written, where its kind leaves a choice."),
    may(
        "headers",
        Map,
        "Of `http`: what is sent with the request. `${NAME}` is a variable that `[security.env]` allows.",
    ),
    may("max_age", Duration, "After what time without a check it counts as old; left out, 30 days."),
];
