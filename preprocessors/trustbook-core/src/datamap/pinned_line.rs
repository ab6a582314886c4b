//! Maps lines on a branch to the commit that the book is pinned to.

use super::{Datamap, PinnedSchema};
use crate::forge::{self, Moving};
use url::Url;

/// A line on a branch, at the commit that the lock has for its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedLine {
    /// The permanent address.
    pub permalink: String,
    /// The id of the table or field on these lines: `litellm.LiteLLM_SpendLogs.end_user`.
    pub id: Option<String>,
}

impl Datamap {
    /// Returns the lines of a moving address at the commit that a schema of its repository is pinned to.
    pub fn pinned_line(&self, moving: &Moving) -> Option<PinnedLine> {
        let repository = Url::parse(&moving.repository).ok()?;
        let pins = self.schemas.iter().filter_map(|schema| Some((schema, schema.pinned()?)));
        let mut same = pins.filter(|(_, pinned)| is_same(&pinned.repository, &repository));
        let (schema, pinned) = same.next()?;
        // The name of a branch can contain slashes: a path of a file of the schema shows where the name ends.
        let is_file = |path: &str| schema.tables.iter().any(|table| table.path == path);
        let path =
            moving.splits().map(|(_, path)| path).find(|path| is_file(path)).unwrap_or_else(|| moving.path.clone());
        let template = pinned.template.as_deref();
        let permalink = forge::permalink(&pinned.repository, template, &pinned.commit, &path, Some(moving.lines))?;
        Some(PinnedLine { permalink, id: standing_at(schema, &path, moving) })
    }
}

/// Returns the id of the field that contains all of the lines, or else of the table.
fn standing_at(schema: &PinnedSchema, path: &str, moving: &Moving) -> Option<String> {
    let holds = |lines: forge::Lines| lines.first <= moving.lines.first && moving.lines.last <= lines.last;
    let table = schema.tables.iter().find(|table| table.path == path && holds(table.lines))?;
    let field = table.fields.iter().find(|field| {
        let detail = field.detail.as_ref().filter(|detail| table.path_of(detail) == path);
        detail.is_some_and(|detail| holds(detail.lines))
    });
    let field = field.map_or_else(String::new, |field| format!(".{}", field.name));
    Some(format!("{}.{}{field}", schema.id, table.name))
}

/// Returns true if two addresses are of the same repository.
fn is_same(a: &Url, b: &Url) -> bool {
    let path = |url: &Url| {
        let path = url.path().trim_matches('/').to_lowercase();
        path.strip_suffix(".git").unwrap_or(&path).to_owned()
    };
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_lowercase());
    host(a) == host(b) && path(a) == path(b)
}
