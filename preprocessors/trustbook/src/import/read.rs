//! Files from elsewhere, as Markdown: pages, and lists in CSV, JSON, YAML or TOML as tables.

use super::clean::{self, Cleaned, Variables};
use crate::failure::{Failure, io};
use crate::plain;
use crate::refresh::format::{self, Document};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use mdbook_trustbook::preprocess;
use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{Html, Selector};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use trustbook_core::html::block_markdown;
use url::Url;
use walkdir::WalkDir;

/// The largest file, in bytes.
const MAX: u64 = 4 * 1024 * 1024;
/// The largest number of cells in the tables of a file.
const MOST_CELLS: usize = 100_000;
/// The settings of generators that give variables to pages, with their formats.
const SETTINGS: &[(&str, &str)] = &[
    ("_config.yml", "yaml"),
    ("mkdocs.yml", "yaml"),
    ("hugo.toml", "toml"),
    ("hugo.yaml", "yaml"),
    ("config.toml", "toml"),
    ("config.yaml", "yaml"),
];
/// The largest number of files.
const MOST: usize = 500;

/// A file as Markdown.
#[derive(Debug)]
pub(super) struct Origin {
    /// The path as given on the command line.
    pub(super) path: String,
    /// The name of its page: `subprocessors`.
    pub(super) slug: String,
    /// The day of the text, or else of the file.
    pub(super) date: Date,
    /// The address at which it is published, if it says so.
    pub(super) address: Option<Url>,
    /// The title and the text, with what was left out.
    pub(super) page: Cleaned,
}

/// Reads files, and the pages of folders.
///
/// # Errors
/// Returns an error for a file that cannot be read.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Origin>, Failure> {
    let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let all = WalkDir::new(path).sort_by_file_name().into_iter().filter_map(Result::ok);
            let pages = all.filter(|entry| entry.file_type().is_file() && is_page(entry.path()));
            files.extend(pages.map(|entry| (path.clone(), entry.into_path())));
        } else {
            files.push((path.parent().unwrap_or(Path::new("")).to_owned(), path.clone()));
        }
    }
    if files.is_empty() || files.len() > MOST {
        let why = format!("{} files to import, of 1 to {MOST}", files.len());
        return Err(Failure::usage(why).help("name the pages, or a folder of Markdown or HTML"));
    }
    let mut origins: Vec<Origin> = Vec::new();
    let mut sites: BTreeMap<PathBuf, Variables> = BTreeMap::new();
    for (root, path) in files {
        let site = sites.entry(root.clone()).or_insert_with(|| site(&root));
        let mut origin = origin(&root, &path, site)?;
        let taken = |slug: &str| origins.iter().any(|other| other.slug == slug);
        if let Some(slug) = (2..).map(|number| format!("{}-{number}", origin.slug)).find(|slug| !taken(slug))
            && taken(&origin.slug)
        {
            origin.slug = slug;
        }
        origins.push(origin);
    }
    Ok(origins)
}

fn is_page(path: &Path) -> bool {
    matches!(ending(path).as_str(), "md" | "mdx" | "markdown" | "html" | "htm")
        && path.file_name().is_none_or(|name| !name.eq_ignore_ascii_case("SUMMARY.md"))
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// Returns the variables that the settings of Jekyll, Hugo or MkDocs in a folder give to its pages.
fn site(root: &Path) -> Variables {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut variables = Variables::new();
    for (file, kind) in SETTINGS {
        let read = format::find(kind).zip(plain::read(root, Path::new(file), MAX).ok());
        let Some(Ok(Document::Values(values))) = read.map(|(format, bytes)| format::read(format, &bytes)) else {
            continue;
        };
        match *file {
            "_config.yml" => clean::variables("site", &values, &mut variables),
            "mkdocs.yml" => {
                ["", "extra", "config.extra"]
                    .iter()
                    .for_each(|name| clean::variables(name, &values["extra"], &mut variables));
            }
            _ => {
                let mut own = Variables::new();
                clean::variables("", &values["params"], &mut own);
                for (name, value) in own {
                    variables.insert(format!("Site.Params.{name}"), value.clone());
                    variables.insert(format!("param {name}"), value);
                }
            }
        }
    }
    variables
}

fn origin(root: &Path, path: &Path, site: &Variables) -> Result<Origin, Failure> {
    let shown = path.display().to_string();
    let inside = path.strip_prefix(root).unwrap_or(path);
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let bytes = plain::read(root, inside, MAX).map_err(|error| io("reading", path, &error))?;
    let wrong = |why: String| {
        Failure::usage(format!("{shown} {why}"))
            .help("save it as UTF-8, and name one of Markdown, HTML, CSV, JSON, YAML or TOML")
    };
    let too_many = || {
        Failure::usage(format!("the tables of {shown} have more than {MOST_CELLS} cells"))
            .help("import a part of the file, with the rows and columns that readers need")
    };
    let of_file = || -> Option<Date> {
        let modified = std::fs::metadata(path).ok()?.modified().ok()?;
        Some(Timestamp::try_from(modified).ok()?.to_zoned(TimeZone::UTC).date())
    };
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // Generators call the first page of a folder by these names.
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = match name.trim_start_matches('_').to_lowercase().as_str() {
        "index" | "readme" | "page" => folder.unwrap_or(name),
        _ => name,
    };
    let mut address = None;
    let (title, text) = match ending(path).as_str() {
        "md" | "mdx" | "markdown" | "txt" | "" => {
            let text = trustbook_core::toml_tree::text(bytes).map_err(|_| wrong("is not UTF-8 text".to_owned()))?;
            (None, text)
        }
        kind => {
            let kind = match kind {
                "htm" => "html",
                "yml" => "yaml",
                kind => kind,
            };
            let format = format::find(kind).ok_or_else(|| wrong("is of a kind that is not read".to_owned()))?;
            match format::read(format, &bytes).map_err(wrong)? {
                Document::Page(html) => {
                    address = published_at(&html);
                    page(*html)
                }
                Document::Values(values) => (None, tables(&values).ok_or_else(too_many)?),
            }
        }
    };
    let mut page = clean::clean(&text, site);
    let is_cell = |event: &Event<'_>| matches!(event, Event::Start(Tag::TableCell));
    if Parser::new_ext(&page.text, Options::ENABLE_TABLES).filter(is_cell).count() > MOST_CELLS {
        return Err(too_many());
    }
    page.title = page.title.or(title).or_else(|| Some(name.replace(['-', '_'], " ")));
    let today = || preprocess::today().map_err(|error| Failure::usage(error.to_string()));
    let date = match page.date.or_else(of_file) {
        Some(date) => date,
        None => today()?,
    };
    Ok(Origin { path: shown, slug: slug(&name), date, address, page })
}

/// Returns a name with letters, digits and hyphens only; `page` if none is left.
pub(super) fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = name.chars().map(plain).collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    let slug = words.join("-");
    let slug = slug.get(..slug.len().min(60)).unwrap_or(&slug).trim_matches('-').to_owned();
    if slug.is_empty() { "page".to_owned() } else { slug }
}

fn select<'h>(html: &'h Html, selector: &str) -> Vec<scraper::ElementRef<'h>> {
    Selector::parse(selector).map(|selector| html.select(&selector).collect()).unwrap_or_default()
}

fn published_at(html: &Html) -> Option<Url> {
    let canonical = select(html, "link[rel=canonical]").first().and_then(|link| link.attr("href"));
    let shared = || select(html, "meta[property='og:url']").first().and_then(|meta| meta.attr("content"));
    canonical.or_else(shared).and_then(|address| Url::parse(address).ok()).filter(|url| url.scheme() == "https")
}

/// Returns the title of an HTML page, and its main part as Markdown.
fn page(mut html: Html) -> (Option<String>, String) {
    let words = |element: &scraper::ElementRef<'_>| {
        let text: String = element.text().collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    };
    let aside: Vec<_> = select(&html, "nav, footer, aside, form, dialog, body > header, [role=navigation], [hidden]")
        .iter()
        .map(|element| element.id())
        .collect();
    for id in aside {
        if let Some(mut node) = html.tree.get_mut(id) {
            node.detach();
        }
    }
    let title = select(&html, "h1").first().and_then(words).or_else(|| select(&html, "title").first().and_then(words));
    let main = ["main", "[role=main]", "article", "body"].iter().find_map(|name| select(&html, name).first().copied());
    (title, main.map(|main| block_markdown(&main.html())).unwrap_or_default())
}

/// Returns every list of objects in a document as a table under the name of its key; `None` if they have too many cells.
fn tables(values: &Json) -> Option<String> {
    let (mut text, mut room) = (String::new(), MOST_CELLS);
    let mut open: Vec<(String, &Json)> = vec![(String::new(), values)];
    while let Some((name, value)) = open.pop() {
        match value {
            Json::Array(rows) if rows.iter().any(Json::is_object) => {
                let heading = if name.is_empty() { String::new() } else { format!("## {}\n\n", cell(&name.into())) };
                text.push_str(&format!("{heading}{}\n", table(rows, &mut room)?));
            }
            Json::Object(entries) => {
                open.extend(entries.iter().rev().map(|(name, value)| (name.replace(['_', '-'], " "), value)));
            }
            value if !name.is_empty() => text.push_str(&format!("{}: {}\n\n", cell(&name.into()), cell(value))),
            _ => {}
        }
    }
    Some(text)
}

fn table(rows: &[Json], room: &mut usize) -> Option<String> {
    let mut known: HashSet<&str> = HashSet::new();
    let names = rows.iter().filter_map(Json::as_object).flat_map(|row| row.keys());
    let columns: Vec<&str> = names.map(String::as_str).filter(|name| known.insert(name)).collect();
    *room = room.checked_sub(columns.len().saturating_mul(rows.len() + 1))?;
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(columns.iter().map(|name| cell(&name.replace(['_', '-'], " ").into())).collect());
    let rows = rows.iter().map(|row| line(columns.iter().map(|name| cell(&row[*name])).collect()));
    Some(format!("{head}|{}\n{}", " --- |".repeat(columns.len()), rows.collect::<String>()))
}

fn cell(value: &Json) -> String {
    let text = match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '[' | ']' | '<' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_objects_become_tables() {
        let values =
            serde_json::json!({ "subprocessors": [{ "name": "A|B", "where": ["DE", "IE"] }, { "name": "C_d" }] });
        assert_eq!(
            tables(&values).unwrap(),
            "## subprocessors\n\n| name | where |\n| --- | --- |\n| A\\|B | DE, IE |\n| C\\_d |  |\n\n"
        );
        let wide = |count: usize| (0..count).map(|at| serde_json::json!({ at.to_string(): 1 })).collect::<Json>();
        assert!(tables(&wide(300)).is_some());
        assert!(tables(&wide(400)).is_none());
        assert!(tables(&serde_json::json!({ "a": wide(250), "b": wide(250) })).is_none());
        assert_eq!(slug("Our Sub-processors (EU)!"), "our-sub-processors-eu");
        assert_eq!(slug("\u{4e2d}"), "page");
    }

    #[test]
    fn the_main_part_of_a_page_is_taken_without_what_is_around_it() {
        let html = Html::parse_document(
            "<title>T</title><body><header>Menu</header><nav>N</nav><main><h1>Sub</h1><p>a <b>b</b></p>\
             <table><tr><th>Name</th></tr><tr><td>X<br>Y</td></tr></table><form>F</form></main><footer>F</footer>",
        );
        let (title, text) = page(html);
        assert_eq!(title.as_deref(), Some("Sub"));
        assert_eq!(text, "# Sub\n\na **b**\n\n| Name |\n| --- |\n| X Y |");
    }
}
