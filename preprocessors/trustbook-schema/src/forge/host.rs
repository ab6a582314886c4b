//! Recognises the forge of an address, and finds the address of a repository on it.

use url::Url;

/// A kind of forge, by the form of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forge {
    GitHub,
    GitLab,
    /// bitbucket.org.
    BitbucketCloud,
    /// Bitbucket Server and Data Center.
    BitbucketServer,
    /// Gitea, Forgejo and Codeberg.
    Gitea,
    Sourcehut,
    /// Azure DevOps, in the cloud or self-hosted.
    Azure,
    Cgit,
    Gitiles,
}

/// A repository on a known forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repository {
    pub(super) forge: Forge,
    /// The address, without `.git` and without a trailing slash.
    pub(super) address: String,
}

const WELL_KNOWN: &[(&str, Forge)] = &[
    ("bitbucket.org", Forge::BitbucketCloud),
    ("codeberg.org", Forge::Gitea),
    ("dev.azure.com", Forge::Azure),
    ("framagit.org", Forge::GitLab),
    ("git.kernel.org", Forge::Cgit),
    ("git.sr.ht", Forge::Sourcehut),
    ("gitea.com", Forge::Gitea),
    ("github.com", Forge::GitHub),
    ("github.dev", Forge::GitHub),
    ("gitlab.com", Forge::GitLab),
    ("invent.kde.org", Forge::GitLab),
    ("salsa.debian.org", Forge::GitLab),
];

/// The forges that a word in the first part of a host name reveals: `gitlab.example.com`, `gitlab-eu.example.com`.
const TELLING: &[(&str, Forge)] = &[
    ("bitbucket", Forge::BitbucketServer),
    ("cgit", Forge::Cgit),
    ("forgejo", Forge::Gitea),
    ("gitea", Forge::Gitea),
    ("github", Forge::GitHub),
    ("gitlab", Forge::GitLab),
    ("stash", Forge::BitbucketServer),
];

/// Returns the forge that a host name reveals.
pub(super) fn by_host(host: &str) -> Option<Forge> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    if let Some((_, forge)) = WELL_KNOWN.iter().find(|(known, _)| *known == host) {
        return Some(*forge);
    }
    if host.ends_with(".visualstudio.com") {
        return Some(Forge::Azure);
    }
    if host.ends_with(".googlesource.com") {
        return Some(Forge::Gitiles);
    }
    let (first, _) = host.split_once('.')?;
    first.split('-').find_map(|word| TELLING.iter().find(|(known, _)| *known == word)).map(|(_, forge)| *forge)
}

/// Returns the repository at an address, also for one for `git clone`; `None` if the forge cannot be recognised.
pub(super) fn repository(url: &Url) -> Option<Repository> {
    let origin = origin(url)?;
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let (forge, parts) = match by_host(url.host_str()?) {
        None | Some(Forge::BitbucketServer | Forge::Azure) => by_shape(&parts)?,
        Some(forge) => {
            // On some forges a repository is exactly two parts deep, and the parts after them name a page of it.
            let (least, most) = match forge {
                Forge::GitHub | Forge::BitbucketCloud | Forge::Sourcehut => (2, 2),
                Forge::Cgit | Forge::Gitiles => (1, parts.len()),
                _ => (2, parts.len()),
            };
            let parts = parts.get(..most).filter(|parts| parts.len() >= least)?;
            (forge, parts.iter().map(|part| (*part).to_owned()).collect())
        }
    };
    let address = format!("{origin}/{}", parts.join("/"));
    let bare = address.strip_suffix(".git").filter(|_| forge != Forge::Cgit).map(str::to_owned);
    Some(Repository { forge, address: bare.unwrap_or(address) })
}

/// Recognises forges by their paths, and returns the parts of the repository's address.
fn by_shape(parts: &[&str]) -> Option<(Forge, Vec<String>)> {
    let to_end = |end: usize| Some(parts.get(..end)?.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
    if let Some(at) = parts.iter().position(|part| *part == "_git") {
        return Some((Forge::Azure, to_end(at + 2)?));
    }
    if let Some(at) = parts.iter().position(|part| *part == "repos")
        && at >= 2
        && matches!(parts.get(at - 2), Some(&("projects" | "users")))
    {
        return Some((Forge::BitbucketServer, to_end(at + 2)?));
    }
    let at = parts.iter().position(|part| *part == "scm")?;
    let [project, repository] = parts.get(at + 1..)? else { return None };
    let (folder, owner) = match project.strip_prefix('~') {
        Some(user) => ("users", user),
        None => ("projects", *project),
    };
    let mut found = to_end(at)?;
    found.extend([folder, owner, "repos", repository].map(str::to_owned));
    Some((Forge::BitbucketServer, found))
}

/// Returns the scheme and host of the web pages; an address for `git` alone leads to the same host.
pub(super) fn origin(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    match url.scheme() {
        scheme @ ("http" | "https") => Some(format!("{scheme}://{host}{port}")),
        "git" | "ssh" => Some(format!("https://{host}")),
        _ => None,
    }
}
