//! Addresses of lines whose commit changes with the next push.
//!
//! They are recognised by their shape. The host only decides if the shape is not enough, because most forges run on
//! hosts of their own. A commit, the tag of a release and an address without lines do not move. An address that is not
//! certain to move does not count.

use super::Lines;
use super::host::{self, Forge};
use super::line;
use percent_encoding::percent_decode_str;
use url::Url;

/// An address of lines whose commit changes with the next push.
///
/// The name of a branch can contain slashes, and most addresses do not show where it ends. `reference` is then its
/// first part, and `path` is everything after it; [`Moving::splits`] returns the alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// The address of the repository, without a trailing slash.
    pub repository: String,
    /// The branch, or `HEAD` if the address names none.
    pub reference: String,
    /// The path of the file within the repository, decoded.
    pub path: String,
    /// The lines.
    pub lines: Lines,
}

impl Moving {
    /// Returns every reference that the address can mean, with its path; the shortest reference comes first.
    pub fn splits(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let after = self.path.match_indices('/').map(|(at, _)| at);
        let first = (self.reference.clone(), self.path.clone());
        std::iter::once(first).chain(after.filter_map(|at| {
            let (more, path) = (self.path.get(..at)?, self.path.get(at + 1..)?);
            Some((format!("{}/{more}", self.reference), path.to_owned()))
        }))
    }
}

/// The longest address that is read, in bytes.
const LONGEST: usize = 4000;

/// Reads an address of lines on a branch; `None` for a commit, a release, an address without lines, and anything else.
///
/// A commit is a hash of 40 or 64 hexadecimal digits, or at least 7 of them. A reference that is named as a tag, or
/// looks like a release (`v1.2.3`, `1.2`, `name-1.2.3`), does not move in practice. Any other word is taken as a
/// branch.
pub fn moving(url: &str) -> Option<Moving> {
    let url = url.trim();
    if url.len() > LONGEST {
        return None;
    }
    let url = match url.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(url),
    };
    let url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let fragment = url.fragment().unwrap_or_default();
    // The text that a browser searches for follows the lines.
    let fragment = fragment.split(":~:").next().unwrap_or_default();
    let address = Address {
        host: url.host_str()?.strip_prefix("www.").unwrap_or(url.host_str()?),
        parts: url.path_segments()?.filter(|part| !part.is_empty()).map(decoded).collect(),
        fragment: decoded(fragment),
        url: &url,
    };
    if address.is_pinned() {
        return None;
    }
    [of_azure, of_server, of_sourcehut, of_cgit, of_gitiles, of_raw_host, of_branch_word, of_blob]
        .into_iter()
        .find_map(|read| read(&address))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns true for a part of a path that is followed by the reference.
fn is_page(part: &str) -> bool {
    matches!(part, "+" | "annotate" | "blame" | "blob" | "commit" | "edit" | "raw" | "src" | "tag" | "tree")
}

struct Address<'u> {
    host: &'u str,
    /// The parts of the path, percent-decoded.
    parts: Vec<String>,
    fragment: String,
    url: &'u Url,
}

impl Address<'_> {
    fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }

    fn position(&self, word: &str) -> Option<usize> {
        self.parts.iter().position(|part| part == word)
    }

    fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Returns true if the address names a commit or a tag in a place that only these have.
    ///
    /// This test comes first, because a folder can be named like a page of another forge.
    fn is_pinned(&self) -> bool {
        let pinned = |pair: &[String]| match pair {
            [page, reference] => is_page(page) && line::is_commit(reference),
            _ => false,
        };
        let asked = |name: &str, value: &str| match name {
            "at" | "h" | "hb" | "id" => line::is_commit(value),
            "ref_type" => value == "tags",
            _ => false,
        };
        self.parts.windows(2).any(pinned) || self.url.query_pairs().any(|(name, value)| asked(&name, &value))
    }

    /// Returns true if the part at `at` is inside the path of a file, because the word for a page comes before it.
    fn is_in_file(&self, at: usize) -> bool {
        self.parts.iter().take(at).skip(2).any(|part| is_page(part))
    }

    /// Returns the name of the file, for addresses that repeat it in the fragment.
    fn file(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// Returns the address of the repository whose path ends before the part at `end`.
    fn repository(&self, end: usize) -> Option<String> {
        let path: Vec<&str> = self.url.path_segments()?.filter(|part| !part.is_empty()).take(end).collect();
        let path = path.join("/");
        let of = |origin: String| format!("{origin}/{}", path.trim_end_matches(".git"));
        match self.host {
            "github.dev" => Some(of("https://github.com".to_owned())),
            _ => host::origin(self.url).map(of),
        }
    }

    /// Reads the reference and the path from the part at `at` on; `None` if the reference is not a branch.
    fn behind(&self, at: usize, end: usize, lines: Option<Lines>) -> Option<Moving> {
        let rest = self.parts.get(at..)?;
        let rest = match rest {
            [refs, heads, rest @ ..] if refs == "refs" && heads == "heads" => rest,
            [refs, ..] if refs == "refs" => return None,
            _ => rest,
        };
        let (reference, path) = rest.split_first()?;
        let stays = line::is_commit(reference) || line::is_release(rest);
        if stays || path.is_empty() {
            return None;
        }
        let repository = self.repository(end)?;
        Some(Moving { repository, reference: reference.clone(), path: path.join("/"), lines: lines? })
    }

    /// Reads the lines of a file on a separate reference, which is `HEAD` if it is missing.
    fn on(&self, reference: Option<String>, path: &[String], end: usize, lines: Option<Lines>) -> Option<Moving> {
        let reference = reference.filter(|reference| !reference.is_empty()).unwrap_or_else(|| "HEAD".to_owned());
        let reference = reference.strip_prefix("refs/heads/").unwrap_or(&reference);
        let parts: Vec<String> = reference.split('/').map(str::to_owned).collect();
        let stays = line::is_commit(reference) || line::is_release(&parts) || reference.starts_with("refs/");
        if stays || path.is_empty() {
            return None;
        }
        let repository = self.repository(end)?;
        Some(Moving { repository, reference: reference.to_owned(), path: path.join("/"), lines: lines? })
    }
}

/// Reads `/_git/r?path=/x&version=GBmain&line=3`; without a version it is the default branch.
fn of_azure(address: &Address<'_>) -> Option<Moving> {
    let end = address.position("_git")? + 2;
    let number = |name: &str| address.query(name)?.parse::<usize>().ok().filter(|number| *number > 0);
    let first = number("line")?;
    let last = number("lineEnd").unwrap_or(first);
    // A selection that ends before the first column of a line excludes that line.
    let last = if number("lineEndColumn") == Some(1) && last > first { last - 1 } else { last };
    let path = address.query("path")?;
    let path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let reference = match address.query("version") {
        Some(version) if version.starts_with("GB") => version.strip_prefix("GB").map(str::to_owned),
        Some(_) => return None,
        None => None,
    };
    address.on(reference, &path, end, Some(line::in_order(Lines { first, last })))
}

/// Reads `/projects/X/repos/Y/browse/x?at=refs/heads/main#3`.
fn of_server(address: &Address<'_>) -> Option<Moving> {
    let at = address.position("repos")?;
    let owner = address.part(at.checked_sub(2)?);
    let page = address.part(at + 2);
    if !matches!(owner, "projects" | "users") || !matches!(page, "browse" | "raw") {
        return None;
    }
    let lines = line::bare(&address.fragment);
    address.on(address.query("at").or_else(|| address.query("until")), address.parts.get(at + 3..)?, at + 2, lines)
}

/// Reads `/~u/r/blame/master/x#L3`, and `/~u/r/tree/master/item/x#L3` with the branch between `tree` and `item`.
fn of_sourcehut(address: &Address<'_>) -> Option<Moving> {
    let lines = line::after_letter(&address.fragment)?;
    if !address.part(0).starts_with('~') {
        return None;
    }
    match address.part(2) {
        "tree" => {
            let item = address.parts.iter().skip(4).position(|part| part == "item")? + 4;
            let reference = address.parts.get(3..item)?.join("/");
            address.on(Some(reference), address.parts.get(item + 1..)?, 2, Some(lines))
        }
        "blame" | "blob" => address.behind(3, 2, Some(lines)),
        _ => None,
    }
}

/// Reads `/r/tree/x?h=main#n3`; a commit is given as `id=`.
fn of_cgit(address: &Address<'_>) -> Option<Moving> {
    let lines = line::numbered(&address.fragment)?;
    let at = address.parts.iter().skip(1).position(|part| matches!(part.as_str(), "tree" | "blame" | "plain"))? + 1;
    let reference = address.query("id").or_else(|| address.query("h"));
    address.on(reference, address.parts.get(at + 1..)?, at, Some(lines))
}

/// Reads `/r/+/refs/heads/main/x#3`.
fn of_gitiles(address: &Address<'_>) -> Option<Moving> {
    let lines = line::bare(&address.fragment)?;
    let at = address.parts.iter().position(|part| matches!(part.as_str(), "+" | "+blame"))?;
    if at == 0 || address.is_in_file(at) { None } else { address.behind(at + 1, at, Some(lines)) }
}

/// Reads `raw.githubusercontent.com/o/r/main/x#L3`: a browser shows no lines there, but the writer meant some.
fn of_raw_host(address: &Address<'_>) -> Option<Moving> {
    if address.host != "raw.githubusercontent.com" {
        return None;
    }
    let found = address.behind(2, 2, line::after_letter(&address.fragment))?;
    let repository = format!("https://github.com/{}/{}", address.part(0), address.part(1));
    Some(Moving { repository, ..found })
}

/// Reads `/o/r/src/branch/main/x#L3` of Gitea and Forgejo, which have other words for tags and commits.
fn of_branch_word(address: &Address<'_>) -> Option<Moving> {
    let lines = line::after_letter(&address.fragment)?;
    let pages = |part: &String| matches!(part.as_str(), "src" | "raw" | "blame" | "media" | "rendered");
    let at = address.parts.iter().skip(2).position(pages)? + 2;
    let is_branch = address.part(at + 1) == "branch" && !address.is_in_file(at);
    if is_branch { address.behind(at + 2, at, Some(lines)) } else { None }
}

/// Reads `/o/r/blob/main/x#L3` of GitHub, `/g/r/-/blob/main/x#L3` of GitLab, and `/o/r/src/main/x#lines-3` of
/// Bitbucket.
fn of_blob(address: &Address<'_>) -> Option<Moving> {
    let known = host::by_host(address.host);
    // Sourcegraph also writes `/-/blob/`, after a repository whose name can contain a commit.
    if address.host.starts_with("sourcegraph.") {
        return None;
    }
    let letter = || line::after_letter(&address.fragment);
    let page = |at: usize| match address.part(at) {
        "blob" | "blame" => true,
        "edit" | "raw" | "tree" => matches!(known, Some(Forge::GitHub | Forge::GitLab)),
        _ => false,
    };
    if let Some(dash) = address.position("-").filter(|dash| *dash >= 2 && !address.is_in_file(*dash)) {
        return match address.part(dash + 1) {
            "blob" | "blame" | "edit" | "raw" | "tree" => address.behind(dash + 2, dash, letter()),
            _ => None,
        };
    }
    match (known, address.part(2)) {
        (Some(Forge::BitbucketCloud), "src" | "annotate" | "raw") => {
            let lines = line::after_word(&address.fragment, address.file());
            address.behind(3, 2, lines)
        }
        // Gitea wrote `/o/r/src/main/x` before it had words for branches; such addresses still work.
        (Some(Forge::Gitea), "src") if !matches!(address.part(3), "branch" | "commit" | "tag") => {
            address.behind(3, 2, letter())
        }
        (Some(Forge::Gitea), "_edit") => address.behind(3, 2, letter()),
        // Groups can be nested, and the addresses without a dash still work.
        (Some(Forge::GitLab), _) => {
            let at = (2..address.parts.len()).find(|at| page(*at))?;
            address.behind(at + 1, at, letter())
        }
        _ if page(2) => address.behind(3, 2, letter()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
