//! The settings of `[preprocessor.trustbook]` as `trustbook explain` and the handbook describe them.

/// A setting of `[preprocessor.trustbook]`.
#[derive(Debug)]
pub struct Setting {
    /// The key, with the names of its tables.
    pub name: &'static str,
    /// The type in words.
    pub takes: &'static str,
    /// The default value, in Markdown.
    pub default: &'static str,
    /// The meaning, in Markdown.
    pub doc: &'static str,
    /// The page of the handbook with the details.
    pub page: Option<&'static str>,
}

const fn setting(
    name: &'static str,
    takes: &'static str,
    default: &'static str,
    doc: &'static str,
    page: Option<&'static str>,
) -> Setting {
    Setting { name, takes, default, doc, page }
}

/// All settings, sorted by name.
pub const SETTINGS: &[Setting] = &[
    setting(
        "accent",
        "text",
        "the theme's colour",
        "The colour of links, focus and the current chapter, such as `\"#1d4f91\"`; its contrast must be at least 4.5 to 1.",
        Some("theme.md#the-accent"),
    ),
    setting("allow", "list of tables", "none", "Exceptions: findings that the book accepts.", Some("exceptions.md")),
    setting(
        "brand.credit",
        "true or false",
        "`true`",
        "`false` removes the line that names Trustbook.",
        Some("theme.md#the-brand"),
    ),
    setting("brand.css", "text", "none", "A style sheet of the book that follows that of the theme.", None),
    setting("brand.favicon", "text", "the theme's icon", "The icon of the site: an SVG, PNG or ICO file.", None),
    setting("brand.footer", "list of tables", "none", "Links in the footer: `text` and `url` of each.", None),
    setting("brand.header", "list of tables", "none", "Links in the header: `text` and `url` of each.", None),
    setting("brand.logo", "text", "none", "The picture in the header.", None),
    setting("brand.logo-dark", "text", "none", "The picture in the header in dark mode.", None),
    setting(
        "brand.social-image",
        "text",
        "none",
        "The picture that messengers show beside a link; it needs `site-url`.",
        None,
    ),
    setting(
        "checks",
        "table",
        "none",
        "The level of a check: `\"allow\"`, `\"warn\"` or `\"deny\"`.",
        Some("checks.md#levels"),
    ),
    setting(
        "identity",
        "true or false",
        "`true`",
        "`false` for a site that does not speak for the vendor, such as a demonstration.",
        Some("outputs.md#for-whom-the-site-speaks"),
    ),
    setting(
        "links.cache-age",
        "duration",
        "`\"1 day\"`",
        "How long a good answer is kept before a link outside the site is opened again; at most 30 days.",
        None,
    ),
    setting(
        "links.exclude",
        "list of text",
        "none",
        "Beginnings of addresses that are not opened; `*` matches any text.",
        None,
    ),
    setting(
        "links.timeout",
        "duration",
        "`\"20 seconds\"`",
        "The limit for one link, with all redirects and waiting; 1 to 300 seconds.",
        None,
    ),
    setting(
        "links.tolerate",
        "duration",
        "`\"14 days\"`",
        "How long a link without a good answer is tolerated after it was last reachable; at most 365 days.",
        None,
    ),
    setting(
        "links.without-extension",
        "true or false",
        "`false`",
        "`true` where the host also serves `a.html` at `a`.",
        Some("mdbook.md#links-without-an-extension"),
    ),
    setting("notice", "text", "none", "A line on every page.", None),
    setting(
        "outside",
        "list of text",
        "none",
        "Folders beside the site, to which links are not followed.",
        Some("links.md#folders-beside-the-site"),
    ),
    setting("profiles", "list of text", "none", "The profiles that the book must meet.", Some("profiles.md")),
    setting(
        "security.env.allow",
        "list of tables",
        "none",
        "Environment variables as secrets: each has a `name`, and `hosts` or `commands` that may receive it.",
        Some("live-facts.md#secrets"),
    ),
    setting(
        "security.exec.allow",
        "list of lists of text",
        "none",
        "Commands that a source may run, each with all its arguments.",
        None,
    ),
    setting(
        "security.network.allow",
        "list of text",
        "none",
        "Hosts, addresses or ranges that may be contacted at any address and without TLS.",
        Some("live-facts.md#who-may-be-asked"),
    ),
    setting(
        "security.network.nameservers",
        "list of text",
        "the system's",
        "Addresses of name servers; port 53 unless another one is given.",
        None,
    ),
    setting(
        "security.scripts",
        "list of tables",
        "none",
        "Scripts that the site may have: `path` and `sha256` of each.",
        Some("writing.md#scripts"),
    ),
    setting("site-url", "text", "none", "The web address at which the site is published.", None),
];

#[cfg(test)]
mod tests {
    use super::super::keys::OURS;
    use super::super::{brand, links};
    use super::SETTINGS;
    use std::collections::BTreeSet;

    /// The keys of the table that belong to mdBook.
    const OF_MDBOOK: [&str; 6] = ["after", "before", "command", "optional", "renderer", "renderers"];

    #[test]
    fn every_key_is_described() {
        let described: BTreeSet<&str> = SETTINGS.iter().filter_map(|setting| setting.name.split('.').next()).collect();
        let keys = OURS.iter().map(|(key, _)| *key).filter(|key| !OF_MDBOOK.contains(key));
        assert_eq!(described, keys.collect());
        assert!(SETTINGS.is_sorted_by_key(|setting| setting.name));
        let of = |table: &str| -> Vec<&str> { SETTINGS.iter().filter_map(|it| it.name.strip_prefix(table)).collect() };
        assert_eq!(of("brand."), brand::KEYS);
        assert_eq!(of("links."), links::KEYS);
    }
}
