//! The theme of Trustbook: the files of `theme/`, for the crates that embed them.
//!
//! It is a crate at the root of the repository because a package has no file from outside the folder of its manifest.

/// The words that readers see, as pairs of a language tag and a text in TOML, sorted by tag.
pub const STRINGS: &[(&str, &str)] = &[
    ("de", include_str!("theme/strings/de.toml")),
    ("en", include_str!("theme/strings/en.toml")),
    ("es", include_str!("theme/strings/es.toml")),
    ("fr", include_str!("theme/strings/fr.toml")),
];

/// The other files of `theme/` as pairs of path and text, sorted by path. Paths are relative to `theme/`.
pub const THEME: &[(&str, &str)] = &[
    ("404.hbs", include_str!("theme/404.hbs")),
    ("a-z.hbs", include_str!("theme/a-z.hbs")),
    ("blocks/ai_use.hbs", include_str!("theme/blocks/ai_use.hbs")),
    ("blocks/answers.hbs", include_str!("theme/blocks/answers.hbs")),
    ("blocks/availability.hbs", include_str!("theme/blocks/availability.hbs")),
    ("blocks/certifications.hbs", include_str!("theme/blocks/certifications.hbs")),
    ("blocks/changes.hbs", include_str!("theme/blocks/changes.hbs")),
    ("blocks/claims.hbs", include_str!("theme/blocks/claims.hbs")),
    ("blocks/contacts.hbs", include_str!("theme/blocks/contacts.hbs")),
    ("blocks/cookies.hbs", include_str!("theme/blocks/cookies.hbs")),
    ("blocks/deployments.hbs", include_str!("theme/blocks/deployments.hbs")),
    ("blocks/documents.hbs", include_str!("theme/blocks/documents.hbs")),
    ("blocks/facts.hbs", include_str!("theme/blocks/facts.hbs")),
    ("blocks/fields.hbs", include_str!("theme/blocks/fields.hbs")),
    ("blocks/freshness.hbs", include_str!("theme/blocks/freshness.hbs")),
    ("blocks/incidents.hbs", include_str!("theme/blocks/incidents.hbs")),
    ("blocks/inventory.hbs", include_str!("theme/blocks/inventory.hbs")),
    ("blocks/measures.hbs", include_str!("theme/blocks/measures.hbs")),
    ("blocks/notices.hbs", include_str!("theme/blocks/notices.hbs")),
    ("blocks/overview.hbs", include_str!("theme/blocks/overview.hbs")),
    ("blocks/processing.hbs", include_str!("theme/blocks/processing.hbs")),
    ("blocks/procurement.hbs", include_str!("theme/blocks/procurement.hbs")),
    ("blocks/regions.hbs", include_str!("theme/blocks/regions.hbs")),
    ("blocks/retention.hbs", include_str!("theme/blocks/retention.hbs")),
    ("blocks/rights.hbs", include_str!("theme/blocks/rights.hbs")),
    ("blocks/schemas.hbs", include_str!("theme/blocks/schemas.hbs")),
    ("blocks/sources.hbs", include_str!("theme/blocks/sources.hbs")),
    ("blocks/subprocessors.hbs", include_str!("theme/blocks/subprocessors.hbs")),
    ("blocks/tables.hbs", include_str!("theme/blocks/tables.hbs")),
    ("blocks/vulnerability_policy.hbs", include_str!("theme/blocks/vulnerability_policy.hbs")),
    ("css/site.css", include_str!("theme/css/site.css")),
    ("favicon.svg", include_str!("theme/favicon.svg")),
    ("js/search.js", include_str!("theme/js/search.js")),
    ("js/site.js", include_str!("theme/js/site.js")),
    ("moved.hbs", include_str!("theme/moved.hbs")),
    ("page.hbs", include_str!("theme/page.hbs")),
    ("parts/applies.hbs", include_str!("theme/parts/applies.hbs")),
    ("parts/badge.hbs", include_str!("theme/parts/badge.hbs")),
    ("parts/compare.hbs", include_str!("theme/parts/compare.hbs")),
    ("parts/dates.hbs", include_str!("theme/parts/dates.hbs")),
    ("parts/late.hbs", include_str!("theme/parts/late.hbs")),
    ("parts/provenance.hbs", include_str!("theme/parts/provenance.hbs")),
    ("print.hbs", include_str!("theme/print.hbs")),
];
