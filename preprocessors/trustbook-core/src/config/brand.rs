//! `[preprocessor.trustbook.brand]`: the logo, icon, style sheet and links of the vendor.

use super::ConfigProblem;
use crate::span::{FileId, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{TomlNode, kind_of, span_of, text_of};
use crate::world;
use toml::de::{DeTable, DeValue};

/// The brand of a book. Files are relative to `src`, like links of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// `logo`: the picture in the header.
    pub logo: Option<Spanned<String>>,
    /// `logo-dark`: the picture that replaces it on a dark ground.
    pub logo_dark: Option<Spanned<String>>,
    /// `favicon`: the icon of the site in a browser.
    pub favicon: Option<Spanned<String>>,
    /// `css`: a style sheet loaded after those of the theme.
    pub css: Option<Spanned<String>>,
    /// `social-image`: the picture that messengers show beside a link.
    pub social_image: Option<Spanned<String>>,
    /// `header`: links at the top of every page.
    pub header: Vec<BrandLink>,
    /// `footer`: links at the bottom of every page.
    pub footer: Vec<BrandLink>,
    /// `credit`: the line that names Trustbook.
    pub credit: bool,
}

/// A link of the header or the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandLink {
    /// The words.
    pub text: String,
    /// A page of the site, or an address elsewhere.
    pub url: Spanned<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Brand {
            logo: None,
            logo_dark: None,
            favicon: None,
            css: None,
            social_image: None,
            header: Vec::new(),
            footer: Vec::new(),
            credit: true,
        }
    }
}

impl Brand {
    /// Returns the files and addresses that it names, each with its place.
    pub fn named(&self) -> impl Iterator<Item = &Spanned<String>> {
        let files = [&self.logo, &self.logo_dark, &self.favicon, &self.css, &self.social_image];
        files.into_iter().flatten().chain(self.header.iter().chain(&self.footer).map(|link| &link.url))
    }
}

const PICTURES: &[&str] = &["svg", "png", "webp", "avif", "jpg", "jpeg"];
/// The settings that name a file, each with the allowed extensions.
const FILES: &[(&str, &[&str])] = &[
    ("css", &["css"]),
    ("favicon", &["svg", "png", "ico"]),
    ("logo", PICTURES),
    ("logo-dark", PICTURES),
    ("social-image", &["png", "jpg", "jpeg", "webp"]),
];
pub(super) const KEYS: &[&str] = &["credit", "css", "favicon", "footer", "header", "logo", "logo-dark", "social-image"];
/// The maximum number of links in one row; readers cannot take in more.
const MOST_LINKS: usize = 12;

/// Reads the table. Errors go to `problems`.
pub(super) fn read(file: FileId, table: &DeTable<'_>, problems: &mut Vec<ConfigProblem>) -> Brand {
    let mut brand = Brand::default();
    for (key, node) in table {
        let name = key.get_ref().as_ref();
        match (FILES.iter().find(|(known, _)| *known == name), node.get_ref()) {
            (Some((_, endings)), DeValue::String(text)) => match path(name, text, endings) {
                Ok(value) => {
                    let value = Some(Spanned { value, span: span_of(file, node) });
                    match name {
                        "css" => brand.css = value,
                        "favicon" => brand.favicon = value,
                        "logo" => brand.logo = value,
                        "logo-dark" => brand.logo_dark = value,
                        _ => brand.social_image = value,
                    }
                }
                Err((why, help)) => problems.push(bad(file, node, why, help)),
            },
            (Some(_), _) => problems.push(wrong(file, node, name, "text")),
            (None, DeValue::Boolean(on)) if name == "credit" => brand.credit = *on,
            (None, _) if name == "credit" => problems.push(wrong(file, node, name, "true or false")),
            (None, DeValue::Array(items)) if matches!(name, "header" | "footer") => {
                if items.len() > MOST_LINKS {
                    let why = format!("`{name}` has more than {MOST_LINKS} links");
                    problems.push(bad(file, node, why, "keep the ones that readers need on every page".to_owned()));
                }
                let links = items.iter().take(MOST_LINKS).filter_map(|item| link(file, item, name, problems)).collect();
                if name == "header" { brand.header = links } else { brand.footer = links }
            }
            (None, _) if matches!(name, "header" | "footer") => problems.push(wrong(file, node, name, "a list")),
            (None, _) => problems.push(ConfigProblem::UnknownKey {
                span: span_of(file, key),
                key: name.to_owned(),
                table: "preprocessor.trustbook.brand".to_owned(),
                nearest: nearest(name, KEYS.iter().copied()).map(str::to_owned),
            }),
        }
    }
    brand
}

fn wrong(file: FileId, node: &TomlNode<'_>, key: &str, expected: &'static str) -> ConfigProblem {
    ConfigProblem::WrongKind {
        span: span_of(file, node),
        key: key.to_owned(),
        expected,
        found: kind_of(node.get_ref()),
    }
}

fn bad(file: FileId, node: &TomlNode<'_>, why: String, help: String) -> ConfigProblem {
    ConfigProblem::BadValue { span: span_of(file, node), why, help }
}

/// Returns the path of a file below `src` with one of the extensions. The error is a message and its help.
fn path(key: &str, text: &str, endings: &[&str]) -> Result<String, (String, String)> {
    let example =
        format!("name a file below `src`, such as `{key} = \"brand/{key}.{}\"`", endings.first().unwrap_or(&""));
    let Some(path) = world::join("", text).filter(|path| !path.is_empty() && !text.contains(['?', '#', ':'])) else {
        return Err((format!("`{key}` is not the path of a file below `src`"), example));
    };
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if !endings.iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return Err((format!("`{key}` names `{path}`, which ends in none of {}", endings.join(", ")), example));
    }
    Ok(path)
}

/// Reads a link: `{ text, url }`.
fn link(file: FileId, item: &TomlNode<'_>, list: &str, problems: &mut Vec<ConfigProblem>) -> Option<BrandLink> {
    let help = || "write `{ text = \"Imprint\", url = \"imprint.html\" }`".to_owned();
    let DeValue::Table(table) = item.get_ref() else {
        problems.push(wrong(file, item, list, "tables of `text` and `url`"));
        return None;
    };
    let mut text = None;
    let mut url = None;
    for (key, node) in table {
        match (key.get_ref().as_ref(), text_of(node)) {
            ("text", Some(words)) if !words.trim().is_empty() => text = Some(words.to_owned()),
            ("text", Some(_)) => {
                problems.push(bad(file, node, format!("a link of `{list}` has no words"), help()));
                return None;
            }
            ("url", Some(to)) => match address(to) {
                Some(value) => url = Some(Spanned { value, span: span_of(file, node) }),
                None => {
                    let why = format!("`{to}` is not an address that a link of `{list}` can lead to");
                    let help = "write a page of the site, such as `imprint.html`, or an `https:` or `mailto:` address";
                    problems.push(bad(file, node, why, help.to_owned()));
                    return None;
                }
            },
            (name @ ("text" | "url"), None) => {
                problems.push(wrong(file, node, name, "text"));
                return None;
            }
            (name, _) => problems.push(ConfigProblem::UnknownKey {
                span: span_of(file, key),
                key: name.to_owned(),
                table: format!("preprocessor.trustbook.brand.{list}"),
                nearest: nearest(name, ["text", "url"]).map(str::to_owned),
            }),
        }
    }
    match (text, url) {
        (Some(text), Some(url)) => Some(BrandLink { text, url }),
        _ => {
            problems.push(bad(file, item, format!("a link of `{list}` needs `text` and `url`"), help()));
            None
        }
    }
}

/// Returns the address of a page of the site, by its path, or of another site, by its scheme.
fn address(to: &str) -> Option<String> {
    if let Ok(url) = url::Url::parse(to) {
        return matches!(url.scheme(), "https" | "http" | "mailto").then(|| url.to_string());
    }
    let (path, fragment) = to.split_once('#').map_or((to, None), |(path, fragment)| (path, Some(fragment)));
    let path = world::join("", path).filter(|path| !path.is_empty() && !path.contains([':', '?']))?;
    let page = path.strip_suffix(".md").map_or_else(|| path.clone(), |stem| format!("{stem}.html"));
    Some(fragment.map_or_else(|| page.clone(), |fragment| format!("{page}#{fragment}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parsed;

    fn brand(text: &str) -> (Brand, Vec<ConfigProblem>) {
        let (file, tree) = parsed(text);
        let mut problems = Vec::new();
        (read(file, &tree, &mut problems), problems)
    }

    #[test]
    fn settings_are_read() {
        let (read, problems) = brand(
            "logo = \"./brand/logo.svg\"\ncss = \"brand.css\"\ncredit = false\n\
             header = [{ text = \"Status\", url = \"https://status.example.com\" }]\n\
             footer = [{ text = \"Imprint\", url = \"legal/imprint.md#us\" }, { text = \"Mail\", url = \"mailto:a@b.example\" }]\n",
        );
        assert_eq!(problems, []);
        let named: Vec<&str> = read.named().map(|named| named.value.as_str()).collect();
        let all = [
            "brand/logo.svg",
            "brand.css",
            "https://status.example.com/",
            "legal/imprint.html#us",
            "mailto:a@b.example",
        ];
        assert_eq!(named, all);
        assert!(!read.credit);
    }

    #[test]
    fn what_leaves_the_book_or_makes_no_sense_is_told_and_changes_nothing() {
        for text in [
            "logo = \"../logo.svg\"",
            "logo = \"/logo.svg\"",
            "logo = \"https://example.com/logo.svg\"",
            "logo = \"C:/logo.svg\"",
            "logo = \"a\\\\logo.svg\"",
            "logo = \"\"",
            "logo = \"logo\"",
            "logo = \"logo.html\"",
            "logo = 1",
            "favicon = \"icon.jpg\"",
            "css = \"brand.js\"",
            "css = [\"brand.css\"]",
            "social-image = \"og.svg\"",
            "credit = \"no\"",
            "header = \"https://example.com/\"",
            "header = [\"https://example.com/\"]",
            "header = [{ text = \"Home\" }]",
            "header = [{ url = \"index.html\" }]",
            "header = [{ text = \" \", url = \"index.html\" }]",
            "header = [{ text = 1, url = \"index.html\" }]",
            "footer = [{ text = \"Home\", url = \"javascript:alert(1)\" }]",
            "footer = [{ text = \"Home\", url = \"data:text/html,x\" }]",
            "footer = [{ text = \"Home\", url = \"../x.html\" }]",
            "footer = [{ text = \"Home\", url = \"//example.com/\" }]",
            "footer = [{ text = \"Home\", url = \"\" }]",
            "logos = \"logo.svg\"",
        ] {
            let (read, problems) = brand(text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert_eq!(read, Brand::default(), "{text}");
        }
        let many = format!("footer = [{}]", "{ text = \"x\", url = \"x.html\" },".repeat(13));
        let (read, problems) = brand(&many);
        assert_eq!((read.footer.len(), problems.len()), (12, 1));
    }
}
