//! Repositories, through the git command: files at a commit, in a temporary folder, and the names of tags.
//!
//! The guarded network looks up and checks the host of a repository on the network, and passes the addresses to
//! git. Git follows no redirect and uses no proxy.

use super::files::MOST_FILES;
use super::git_version;
use crate::failure::Failure;
use crate::net::{Net, Plain, Trouble};
use crate::process;
use mdbook_trustbook::scratch::Scratch;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};
use trustbook_core::datamap::Selection;
use trustbook_core::pattern::matches;
use trustbook_core::schema::is_schema_file;
use trustbook_core::world::{MAX_BOOK, MAX_FILE};
use url::{Host, Url};

/// The subfolder that holds the repository.
const REPOSITORY: &str = "repository";
/// The time that one call of git may take.
const MOST_TIME: Duration = Duration::from_secs(300);
/// Variables of the repository in which the command runs, and those that would redirect a connection.
const REMOVED: &[&str] = &[
    "ALL_PROXY",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PROXY_COMMAND",
    "GIT_WORK_TREE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
];

/// A repository that passed the rules.
#[derive(Debug, Clone)]
pub(super) struct GitRepository {
    /// The address, as written in the register.
    repository: String,
    /// The addresses of the host, in the format that git passes to curl: `host:port:address,...`.
    resolved: Option<String>,
    /// The protocols that git may use.
    protocols: String,
    /// The time at which the run ends.
    until: Instant,
}

/// Checks the address of a repository before it is requested. The settings of git may replace the address, for
/// example with a mirror; then the replacement is checked.
///
/// # Errors
/// Returns an error if the rules forbid the address, or if its name cannot be looked up.
pub(super) async fn place(net: &Net, repository: &Url, until: Instant) -> Result<GitRepository, Failure> {
    let written = repository.to_string();
    let own = std::env::var("GIT_ALLOW_PROTOCOL").ok();
    let bare = GitRepository {
        repository: written.clone(),
        resolved: None,
        protocols: own.clone().unwrap_or_else(|| "https".to_owned()),
        until,
    };
    let asked = bare.clone();
    let meant = tokio::task::spawn_blocking(move || {
        git_version::check()?;
        Git::new(&asked)?.text(&["ls-remote", "--get-url", &asked.repository])
    });
    let meant = meant.await.map_err(|error| Failure::new(format!("git was lost: {error}")))??;
    let Ok(url) = meant.trim().parse::<Url>() else { return Ok(bare) };
    // Other protocols are available only if the user of the command has enabled them.
    if !matches!(url.scheme(), "http" | "https") {
        return Ok(bare);
    }
    let refused = |trouble: Trouble| Failure::new(trouble.to_string()).help(trouble.help());
    let guard = net.guard();
    guard.check_url(&url, Plain::Allowed).map_err(|refusal| refused(refusal.into()))?;
    let resolved = match url.host() {
        Some(Host::Domain(name)) => {
            let (_, addresses) = guard.resolve(name).await.map_err(|refusal| refused(refusal.into()))?;
            let addresses: Vec<String> = addresses
                .into_iter()
                .map(|address| if address.is_ipv6() { format!("[{address}]") } else { address.to_string() })
                .collect();
            let port = url.port_or_known_default().unwrap_or(443);
            Some(format!("{name}:{port}:{}", addresses.join(",")))
        }
        _ => None,
    };
    let protocols = own.unwrap_or_else(|| url.scheme().to_owned());
    Ok(GitRepository { repository: written, resolved, protocols, until })
}

/// The files of a data model at a commit.
pub(super) struct Fetched {
    /// The full hash of the commit.
    pub(super) commit: String,
    /// Pairs of path in the repository and bytes, sorted by path.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Fetches the files of a data model at a commit, or at the latest commit of a branch or tag.
pub(super) fn fetch(
    place: &GitRepository,
    track: Option<&str>,
    commit: Option<&str>,
    selection: &Selection,
) -> Result<Fetched, Failure> {
    let git = Git::new(place)?;
    let commit = git.head(commit.or(track))?;
    let mut found = BTreeMap::new();
    for path in &selection.paths {
        let files = git.files(&commit, path)?;
        let wanted =
            files.into_iter().filter(|(file, _)| (file == path || is_schema_file(file)) && selection.takes(file));
        let before = found.len();
        found.extend(wanted);
        if found.len() == before {
            return Err(no_file(place, path, &commit));
        }
    }
    let (mut files, mut size) = (Vec::new(), 0);
    let path = selection.words();
    for (file, blob) in found {
        let bytes = git.bytes(&["cat-file", "blob", &blob])?;
        size += bytes.len() as u64;
        files.push((file, bytes));
        if size > MAX_BOOK {
            return Err(Failure::new(format!("{path} has more than {} MiB", MAX_BOOK / 1024 / 1024))
                .help("name a folder that holds the data model only"));
        }
        if files.len() > MOST_FILES {
            return Err(Failure::new(format!("{path} has more than {MOST_FILES} files"))
                .help("name a folder that holds the data model only"));
        }
    }
    Ok(Fetched { commit, files })
}

/// A file at a commit.
#[derive(Debug)]
pub(super) struct OneFile {
    pub(super) commit: String,
    pub(super) bytes: Vec<u8>,
}

/// Fetches one file at the latest commit of a branch or tag.
pub(super) fn file(place: &GitRepository, track: Option<&str>, path: &str) -> Result<OneFile, Failure> {
    let git = Git::new(place)?;
    let commit = git.head(track)?;
    let files = git.files(&commit, path)?;
    match files.iter().find(|(file, _)| file == path) {
        Some((_, blob)) => Ok(OneFile { bytes: git.bytes(&["cat-file", "blob", blob])?, commit }),
        None => Err(no_file(place, path, &commit)),
    }
}

/// The tags of a repository, and the commit of its branch or tag.
#[derive(Debug)]
pub(super) struct Tags {
    /// The commit of the branch or tag that is tracked.
    pub(super) commit: Option<String>,
    /// The names of tags in version order, newest first.
    pub(super) tags: Vec<String>,
}

/// Fetches the tags that match a pattern such as `v*`, and the commit of the tracked branch or tag.
pub(super) fn tags(place: &GitRepository, track: Option<&str>, pattern: Option<&str>) -> Result<Tags, Failure> {
    let git = Git::new(place)?;
    let track = track.unwrap_or("HEAD");
    check_name(track)?;
    let listed = git.text(&["ls-remote", "--quiet", &place.repository])?;
    let mut refs: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.split_once('\t')).collect();
    refs.sort();
    let of = |name: &str| refs.iter().find(|(_, known)| *known == name).map(|(commit, _)| (*commit).to_owned());
    // An annotated tag is an object of its own; the listing has its commit under a second name.
    let names = [format!("refs/tags/{track}^{{}}"), format!("refs/tags/{track}"), format!("refs/heads/{track}")];
    let commit = names.iter().find_map(|name| of(name)).or_else(|| of(track));
    let Some(commit) = commit else {
        return Err(Failure::new(format!("{} has no branch or tag `{track}`", place.repository))
            .help("correct `track` in the register"));
    };
    let mut tags: Vec<String> = refs
        .iter()
        .filter_map(|(_, name)| name.strip_prefix("refs/tags/"))
        .filter(|name| !name.ends_with("^{}") && pattern.is_none_or(|pattern| matches(pattern, name)))
        .map(str::to_owned)
        .collect();
    tags.sort_by(|a, b| version(b).cmp(&version(a)).then_with(|| b.cmp(a)));
    Ok(Tags { commit: Some(commit), tags })
}

/// Splits a name into numbers and words for comparison. A pre-release (`-rc.1`) sorts below its version, as in
/// Semantic Versioning 2.0 section 11.
fn version(name: &str) -> Vec<(u8, u64, String)> {
    let (core, before) = match name.find('-') {
        Some(at) if name[..at].contains(|c: char| c.is_ascii_digit()) => name.split_at(at),
        _ => (name, ""),
    };
    let mut parts = words(core);
    parts.push((if before.is_empty() { 1 } else { 0 }, 0, String::new()));
    parts.extend(words(before));
    parts
}

/// Splits text into numbers and words. Runs of digits count as numbers, and sort above words.
fn words(text: &str) -> Vec<(u8, u64, String)> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        match word.parse::<u64>() {
            Ok(number) => words.push((3, number, String::new())),
            Err(_) => words.push((2, 0, word.trim_matches(['.', '-', '_', '+']).to_owned())),
        }
    }
    words.retain(|(kind, _, word)| *kind == 3 || !word.is_empty());
    words
}

fn no_file(place: &GitRepository, path: &str, commit: &str) -> Failure {
    Failure::new(format!("{} has no file {path} at commit {commit}", place.repository))
        .help("correct the `path` in the register, which is relative to the root of the repository")
}

fn check_name(name: &str) -> Result<(), Failure> {
    match name.starts_with('-') || name.contains(char::is_whitespace) {
        true => {
            Err(Failure::new(format!("`{name}` is not a branch, tag or commit"))
                .help("correct `track` in the register"))
        }
        false => Ok(()),
    }
}

struct Git<'g> {
    folder: Scratch,
    place: &'g GitRepository,
}

impl<'g> Git<'g> {
    fn new(place: &'g GitRepository) -> Result<Self, Failure> {
        let folder = Scratch::temporary("trustbook-git-", &[REPOSITORY])
            .map_err(|error| Failure::new(format!("the folder for the repository cannot be created: {error}")))?;
        Ok(Git { folder, place })
    }

    /// Fetches a branch, tag or commit without the contents of files, and returns its commit.
    fn head(&self, wanted: Option<&str>) -> Result<String, Failure> {
        let wanted = wanted.unwrap_or("HEAD");
        check_name(wanted)?;
        self.run(&["init", "--quiet", "--bare", "."])?;
        self.run(&["config", "remote.origin.url", &self.place.repository])?;
        self.run(&["config", "remote.origin.promisor", "true"])?;
        self.run(&["config", "remote.origin.partialclonefilter", "blob:none"])?;
        self.run(&["fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", wanted])?;
        let commit = self.text(&["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"])?;
        Ok(commit.trim().to_owned())
    }

    /// Returns the plain files at or below a path, each with the hash of its blob.
    fn files(&self, commit: &str, path: &str) -> Result<Vec<(String, String)>, Failure> {
        let pathspec = format!(":(literal){path}");
        let listed = self.text(&["ls-tree", "-r", "-z", "--full-tree", commit, "--", &pathspec])?;
        let file = |entry: &str| {
            let (head, file) = entry.split_once('\t')?;
            let parts: Vec<&str> = head.split(' ').collect();
            // A symbolic link or a submodule is not a file.
            let ["100644" | "100755", "blob", blob] = parts.as_slice() else { return None };
            Some((file.to_owned(), (*blob).to_owned()))
        };
        Ok(listed.split('\0').filter_map(file).collect())
    }

    fn run(&self, args: &[&str]) -> Result<(), Failure> {
        self.bytes(args).map(drop)
    }

    fn text(&self, args: &[&str]) -> Result<String, Failure> {
        String::from_utf8(self.bytes(args)?)
            .map_err(|_| Failure::new(format!("{} has names that are not UTF-8", self.place.repository)))
    }

    /// Runs git and returns its standard output.
    fn bytes(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let GitRepository { repository, resolved, protocols, until } = self.place;
        let time = MOST_TIME.min(until.saturating_duration_since(Instant::now()));
        let mut command = Command::new("git");
        for name in REMOVED {
            command.env_remove(name);
        }
        // Git must not prompt, and must use no other protocol than that of the address.
        command.env("GIT_ALLOW_PROTOCOL", protocols).env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        command.current_dir(self.folder.path().join(REPOSITORY));
        for setting in ["core.hooksPath=/dev/null", "gc.auto=0", "http.proxy=", "http.followRedirects=false"] {
            command.args(["-c", setting]);
        }
        if let Some(resolved) = resolved {
            command.args(["-c", &format!("http.curloptResolve={resolved}")]);
        }
        command.args(args);
        let printed = process::run(&mut command, time, MAX_FILE).map_err(|failure| {
            Failure::new(failure.what())
                .help("install git, or read the files of a data model from here: `--from PATH --commit COMMIT`")
        })?;
        match printed.ended {
            Some(true) if printed.output.len() as u64 <= MAX_FILE => Ok(printed.output),
            Some(true) => {
                Err(Failure::new(format!("a file of {repository} is larger than {} MiB", MAX_FILE / 1024 / 1024)))
            }
            Some(false) => Err(failed(repository, &printed.errors)),
            None => Err(Failure::new(format!("{repository} did not answer within {} s", time.as_secs()))
                .help("try again later; the lock is as it was")),
        }
    }
}

fn failed(repository: &str, errors: &str) -> Failure {
    let line = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("git gives no reason");
    let failure = Failure::new(format!("reading {repository} failed: {}", line.trim()));
    let is = |word: &str| errors.contains(word);
    if is("couldn't find remote ref") || is("not our ref") {
        failure.help("correct `track` in the register, or the commit: the repository does not have it")
    } else if is("redirect") || is("The requested URL returned error: 30") {
        failure.help("the repository has moved: name the address that it leads to")
    } else if is("could not read Username") || is("Authentication failed") || is("not found") {
        failure.help("the repository must be public, or git must have credentials for it that need no prompt")
    } else if is("not allowed") {
        failure.help("write the address of the repository with https")
    } else {
        failure.help("try again, or read the files from here: `--from PATH --commit COMMIT`; the lock is as it was")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_ordered_as_versions() {
        let mut tags = vec!["v1.9.0", "v1.10.0", "v1.10.0-rc.2", "v1.10.0-rc.10", "v2", "v1.10.0.1", "v1.10.0-alpha"];
        tags.sort_by_key(|tag| std::cmp::Reverse(version(tag)));
        assert_eq!(tags, ["v2", "v1.10.0.1", "v1.10.0", "v1.10.0-rc.10", "v1.10.0-rc.2", "v1.10.0-alpha", "v1.9.0"]);
    }

    #[test]
    fn patterns_have_stars() {
        for (name, pattern, is) in [
            ("v1.2", "v*", true),
            ("v1.2", "v1.2", true),
            ("v1.2", "v1", false),
            ("app-1.2-x", "app-*-x", true),
            ("app-1.2", "*1*2", true),
            ("nightly", "v*", false),
            ("", "*", true),
        ] {
            assert_eq!(matches(pattern, name), is, "{name} {pattern}");
        }
    }
}
