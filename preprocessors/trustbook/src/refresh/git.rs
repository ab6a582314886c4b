//! The files of a data model, from its repository through the git command, in a folder that is thrown away.

use super::files::MOST_FILES;
use super::pin::Fetched;
use crate::failure::Failure;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use trustbook_core::schema::is_schema_file;
use trustbook_core::world::MAX_FILE;

/// How long one call of git may take.
const MOST_TIME: Duration = Duration::from_secs(300);

/// Fetches the files at a commit, or at the newest commit of a branch or tag.
pub(super) fn fetch(
    repository: &str,
    track: Option<&str>,
    commit: Option<&str>,
    path: &str,
) -> Result<Fetched, Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::new(format!("no folder for the repository: {error}")))?;
    let git = Git { folder: folder.path(), repository };
    git.run(&["init", "--quiet", "--bare", "."])?;
    git.run(&["config", "remote.origin.url", repository])?;
    git.run(&["config", "remote.origin.promisor", "true"])?;
    git.run(&["config", "remote.origin.partialclonefilter", "blob:none"])?;
    let wanted = commit.or(track).unwrap_or("HEAD");
    if wanted.starts_with('-') || wanted.contains(char::is_whitespace) {
        return Err(
            Failure::new(format!("`{wanted}` is no branch, tag or commit")).help("mend `track` in the register")
        );
    }
    git.run(&["fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", wanted])?;
    let commit = git.text(&["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"])?.trim().to_owned();
    let listed = git.text(&["ls-tree", "-r", "-z", "--full-tree", &commit, "--", &format!(":(literal){path}")])?;
    let mut files = Vec::new();
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
        let Some((head, file)) = entry.split_once('\t') else { continue };
        let parts: Vec<&str> = head.split(' ').collect();
        // A link or a submodule is no file of the data model.
        let ["100644" | "100755", "blob", blob] = parts.as_slice() else { continue };
        if file != path && !is_schema_file(file) {
            continue;
        }
        files.push((file.to_owned(), git.bytes(&["cat-file", "blob", blob])?));
        if files.len() > MOST_FILES {
            return Err(Failure::new(format!("{path} has more than {MOST_FILES} files"))
                .help("name a folder that holds the data model only"));
        }
    }
    if files.is_empty() {
        return Err(Failure::new(format!("{repository} has no file {path} at commit {commit}"))
            .help("mend the `path` in the register, which starts at the root of the repository"));
    }
    files.sort();
    Ok(Fetched { commit, files })
}

struct Git<'g> {
    folder: &'g Path,
    repository: &'g str,
}

impl Git<'_> {
    fn run(&self, args: &[&str]) -> Result<(), Failure> {
        self.bytes(args).map(|_| ())
    }

    fn text(&self, args: &[&str]) -> Result<String, Failure> {
        String::from_utf8(self.bytes(args)?)
            .map_err(|_| Failure::new(format!("{} has names that are not UTF-8", self.repository)))
    }

    /// What a call of git prints.
    fn bytes(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new("git");
        // Nothing of the repository that this runs in, nobody to ask, and no other way than that of the address.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"] {
            command.env_remove(name);
        }
        if std::env::var_os("GIT_ALLOW_PROTOCOL").is_none() {
            command.env("GIT_ALLOW_PROTOCOL", "https");
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").current_dir(self.folder);
        command.args(["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"]).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            Failure::new(format!("git can not be started: {error}"))
                .help("install git, or read the files from here: `--from PATH --commit COMMIT`")
        })?;
        let output = child.stdout.take().map(|out| std::thread::spawn(move || all(out)));
        let errors = child.stderr.take().map(|err| std::thread::spawn(move || all(err)));
        let started = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if started.elapsed() < MOST_TIME => std::thread::sleep(Duration::from_millis(10)),
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    break None;
                }
            }
        };
        let read = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
            thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
        };
        let (output, errors) = (read(output), read(errors));
        match status {
            Some(status) if status.success() && output.len() as u64 <= MAX_FILE => Ok(output),
            Some(status) if status.success() => Err(Failure::new(format!(
                "a file of {} is larger than {} MiB",
                self.repository,
                MAX_FILE / 1024 / 1024
            ))),
            Some(_) => Err(failed(self.repository, &String::from_utf8_lossy(&errors))),
            None => Err(Failure::new(format!("{} did not answer within {} s", self.repository, MOST_TIME.as_secs()))
                .help("try again later; the lock is as it was")),
        }
    }
}

/// All that is printed, up to a byte more than is taken.
fn all(mut from: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = from.by_ref().take(MAX_FILE + 1).read_to_end(&mut bytes);
    bytes
}

fn failed(repository: &str, errors: &str) -> Failure {
    let line = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("git says nothing");
    let failure = Failure::new(format!("reading {repository} failed: {}", line.trim()));
    let is = |word: &str| errors.contains(word);
    if is("couldn't find remote ref") || is("not our ref") {
        failure.help("mend `track` in the register, or the commit: the repository does not have it")
    } else if is("could not read Username") || is("Authentication failed") || is("not found") {
        failure.help("the repository must be public, or git must have credentials for it that need no question")
    } else if is("not allowed") {
        failure.help("write the address of the repository with https")
    } else {
        failure.help("try again, or read the files from here: `--from PATH --commit COMMIT`; the lock is as it was")
    }
}
