//! The kind of record that describes a cookie or a key of browser storage.

use super::{RecordKind, may, need};
use crate::register::types::ValueType;
use ValueType::{Choice, DurationOr, List, OneOrMore, Period, Text};

pub(super) const COOKIE: RecordKind = RecordKind {
    name: "cookie",
    block: "cookies",
    doc: "A cookie or another piece of storage in the browser (RFC 6265bis, IAB device storage 1.1, ePrivacy Art. 5(3)).",
    fields: &[
        need("name", OneOrMore(&Text), "The name, or several; `*` stands for any characters."),
        need(
            "kind",
            Choice(&["cookie", "local-storage", "session-storage", "indexed-db", "pixel"]),
            "Where it is stored, or that it is a pixel.",
        ),
        may("provider", Text, "Who sets it."),
        need("purpose", Text, "What it is for."),
        may("category", Choice(&["necessary", "functional", "analytics", "marketing"]), "The consent category."),
        may("max_age", Period(&["session", "persistent"]), "How long it lives, or what ends it."),
        may("ends", List(&DurationOr(&["browser-close", "logout"])), "What ends it, whichever comes first."),
        may("domain", Text, "The Domain attribute; compared with `vendor.website`, it shows the party."),
        may("path", Text, "The Path attribute."),
        may("http_only", ValueType::Boolean, "Whether scripts are kept from reading it."),
        may("secure", ValueType::Boolean, "Whether it is only sent over TLS."),
        may("same_site", Choice(&["strict", "lax", "none"]), "The SameSite attribute."),
        may("partitioned", ValueType::Boolean, "The Partitioned attribute."),
        may("set_by", Choice(&["header", "script"]), "How it is set."),
        may("when", Text, "When it is set."),
        may("exemption", Text, "Why no consent is needed."),
    ],
};
