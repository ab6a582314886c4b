//! The files that `trustbook init` writes: templates with placeholders for values.

use super::vendor::Vendor;
use super::{Ci, Database};
use crate::new_book::Language;
use crate::place::{self, File, OfRepository};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::path::Path;
use toml_edit::Value;
use trustbook_core::register::schema;
use trustbook_core::schema::index::hex;

macro_rules! templates {
    ($($path:literal from $file:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $file)))),*]
    };
}

type Templates = &'static [(&'static str, &'static str)];

/// The files for GitHub Actions; scripts hold everything longer than a line.
const GITHUB: Templates = templates![
    ".github/dependabot.yml" from "github/dependabot.yml",
    ".github/workflows/check.yml" from "github/workflows/check.yml",
    ".github/workflows/links.yml" from "github/workflows/links.yml",
    ".github/workflows/pages.yml" from "github/workflows/pages.yml",
    ".github/workflows/refresh.yml" from "github/workflows/refresh.yml",
    "ci/check.sh" from "ci/check.sh",
    "ci/due.sh" from "ci/due.sh",
    "ci/install.sh" from "ci/install.sh",
    "ci/issue.sh" from "ci/issue.sh",
    "ci/links.sh" from "ci/links.sh",
    "ci/propose.sh" from "ci/propose.sh",
];

/// The files that run the migrations of a product; the workflow is for GitHub Actions.
const SCHEMA: Templates = templates![
    ".github/workflows/schema.yml" from "github/workflows/schema.yml",
    "ci/propose.sh" from "ci/propose.sh",
    "ci/schema.sh" from "ci/schema.sh",
];

const GITLAB: Templates = templates![
    ".gitlab-ci.yml" from "gitlab-ci.yml",
    "ci/check.sh" from "ci/check.sh",
    "ci/install.sh" from "ci/install.sh",
];

const SHELL: Templates = templates![
    "ci/install.sh" from "ci/install.sh",
    "ci/publish.sh" from "ci/publish.sh",
];

/// Returns the JSON schema that the files of the register refer to.
pub(super) fn register_schema() -> File {
    (".trustbook/register.schema.json".to_owned(), schema::text())
}

/// Returns the files of a whole book.
pub(super) fn book(vendor: &Vendor, language: Language, today: Date) -> Vec<File> {
    let mut files: Vec<File> =
        language.book().iter().map(|(path, text)| ((*path).to_owned(), fill(text, vendor, language, today))).collect();
    files.push(register_schema());
    files
}

/// Returns the first files of a register: the vendor and its contacts.
pub(super) fn starter(vendor: &Vendor, language: Language, today: Date) -> Vec<File> {
    let is_starter = |path: &String| path == "facts/vendor.toml" || path == "facts/contacts.toml";
    book(vendor, language, today).into_iter().filter(|(path, _)| is_starter(path)).collect()
}

/// The beginning of the last line of a workflow or script; the SHA-256 of the text above follows, shortened.
const MARK: &str = "# `trustbook init --update` renews this file unless it was edited: ";

/// Returns the files that run the migrations of a product: those of the root of a repository, and those of the book.
pub(super) fn schema(dir: &Path, ci: Ci) -> (OfRepository, Vec<File>) {
    let is_wanted = |path: &str| ci == Ci::Github || path == "ci/schema.sh";
    marked(dir, SCHEMA.iter().filter(|(path, _)| is_wanted(path)))
}

/// Returns the script with the commands that run the migrations; it belongs to the writer at once.
pub(super) fn migrate(database: Database) -> File {
    let text = include_str!("../../templates/ci/migrate.sh").replace("@DATABASE@", database.word());
    ("ci/migrate.sh".to_owned(), text)
}

/// Returns the files that check and publish the book in a folder: those for the root of its repository, and its own.
pub(super) fn ci(dir: &Path, ci: Ci) -> (OfRepository, Vec<File>) {
    let templates = match ci {
        Ci::Github => GITHUB,
        Ci::Gitlab => GITLAB,
        Ci::Shell => SHELL,
        Ci::None => &[],
    };
    marked(dir, templates.iter())
}

/// Returns workflows and scripts, each with the line by which `init --update` knows it.
fn marked<'t>(
    dir: &Path,
    templates: impl Iterator<Item = &'t (&'static str, &'static str)>,
) -> (OfRepository, Vec<File>) {
    let version = |text: &str| text.replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    let files = templates.map(|(path, text)| ((*path).to_owned(), version(text))).collect();
    let marked = |files: Vec<File>| -> Vec<File> {
        files.into_iter().map(|(path, text)| (path, format!("{text}{MARK}{}\n", sum(&text)))).collect()
    };
    let (of_repository, of_book) = place::split(dir, files);
    (of_repository.map(|(root, files)| (root, marked(files))), marked(of_book))
}

/// Returns the text of a workflow or script without its last line, if `init` has written it and nobody has edited it.
pub(super) fn as_written(text: &str) -> Option<&str> {
    text.rsplit_once(MARK).filter(|(above, mark)| mark.trim_end() == sum(above)).map(|(above, _)| above)
}

fn sum(text: &str) -> String {
    // Git may check files out with other line ends.
    hex(&Sha256::digest(text.replace("\r\n", "\n")))[..16].to_owned()
}

/// Returns a string as TOML writes it.
pub(super) fn toml_text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Fills in a template in one pass, so that placeholders in values are not replaced.
fn fill(template: &str, vendor: &Vendor, language: Language, today: Date) -> String {
    let email = match &vendor.email {
        Some(email) => format!("email = {}", toml_text(email)),
        None => "not_stated = [\"email\"]".to_owned(),
    };
    let site_url = match &vendor.url {
        Some(url) => format!("site-url = {}", toml_text(url.as_str())),
        None => "# site-url = \"https://trust.example.com/\"    # where the site will be published".to_owned(),
    };
    let values = [
        ("@NAME@", toml_text(&vendor.name)),
        ("@TITLE@", toml_text(&language.title(&vendor.name))),
        ("@TODAY@", today.to_string()),
        ("@EMAIL@", email),
        ("@SITE_URL@", site_url),
    ];
    let mut text = String::new();
    let mut rest = template;
    while let Some((at, place, value)) =
        values.iter().filter_map(|(place, value)| Some((rest.find(place)?, place, value))).min()
    {
        text.push_str(&rest[..at]);
        text.push_str(value);
        rest = &rest[at + place.len()..];
    }
    text + rest
}
