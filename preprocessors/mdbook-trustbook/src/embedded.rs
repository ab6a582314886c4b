//! The theme, embedded: a book without a theme folder is drawn with these files.

/// The files of `theme/`, by path within it, sorted.
pub const THEME: &[(&str, &str)] = &[
    ("404.hbs", include_str!("../../../theme/404.hbs")),
    ("blocks/answers.hbs", include_str!("../../../theme/blocks/answers.hbs")),
    ("blocks/certifications.hbs", include_str!("../../../theme/blocks/certifications.hbs")),
    ("blocks/contacts.hbs", include_str!("../../../theme/blocks/contacts.hbs")),
    ("blocks/cookies.hbs", include_str!("../../../theme/blocks/cookies.hbs")),
    ("blocks/deployments.hbs", include_str!("../../../theme/blocks/deployments.hbs")),
    ("blocks/documents.hbs", include_str!("../../../theme/blocks/documents.hbs")),
    ("blocks/facts.hbs", include_str!("../../../theme/blocks/facts.hbs")),
    ("blocks/procurement.hbs", include_str!("../../../theme/blocks/procurement.hbs")),
    ("blocks/regions.hbs", include_str!("../../../theme/blocks/regions.hbs")),
    ("blocks/subprocessors.hbs", include_str!("../../../theme/blocks/subprocessors.hbs")),
    ("blocks/vulnerability_policy.hbs", include_str!("../../../theme/blocks/vulnerability_policy.hbs")),
    ("contents.hbs", include_str!("../../../theme/contents.hbs")),
    ("css/site.css", include_str!("../../../theme/css/site.css")),
    ("favicon.svg", include_str!("../../../theme/favicon.svg")),
    ("js/site.js", include_str!("../../../theme/js/site.js")),
    ("moved.hbs", include_str!("../../../theme/moved.hbs")),
    ("page.hbs", include_str!("../../../theme/page.hbs")),
    ("parts/applies.hbs", include_str!("../../../theme/parts/applies.hbs")),
    ("parts/badge.hbs", include_str!("../../../theme/parts/badge.hbs")),
    ("parts/dates.hbs", include_str!("../../../theme/parts/dates.hbs")),
];
