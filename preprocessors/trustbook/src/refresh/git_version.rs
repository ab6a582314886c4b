//! The version of git: before 2.37 it looks up names itself, and may then connect to other addresses.

use crate::failure::Failure;
use crate::process;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// The first version that supports `http.curloptResolve`, which passes addresses to git.
/// <https://github.com/git/git/blob/v2.37.0/Documentation/RelNotes/2.37.0.txt>
const OLDEST: (u32, u32) = (2, 37);
/// The time limit of `git version`, and its maximum output in bytes.
const TIME: Duration = Duration::from_secs(30);
const MOST: u64 = 1024;

/// Refuses a git that would look up names itself. It runs git only once per process.
///
/// # Errors
/// Returns an error if git is too old, does not print its version, or is missing.
pub(super) fn check() -> Result<(), Failure> {
    static SAID: OnceLock<Result<String, String>> = OnceLock::new();
    let said = SAID.get_or_init(|| {
        let mut command = Command::new("git");
        command.arg("version").env("LC_ALL", "C").current_dir(std::env::temp_dir());
        let printed = process::run(&mut command, TIME, MOST).map_err(|failure| failure.what().to_owned())?;
        Ok(String::from_utf8_lossy(&printed.output).trim().to_owned())
    });
    let said = said.as_ref().map_err(|why| refused(why.clone()))?;
    match version(said) {
        Some(version) if version >= OLDEST => Ok(()),
        Some((major, minor)) => Err(refused(format!(
            "git {major}.{minor} looks up the address of a repository again, and could be led to another one than the \
             one that was checked"
        ))),
        None => Err(refused("git does not say which version it is".to_owned())),
    }
}

fn refused(what: String) -> Failure {
    Failure::new(what).help(format!(
        "install git {}.{} or later, or read the files of a data model from here: `--from PATH --commit COMMIT`",
        OLDEST.0, OLDEST.1
    ))
}

/// Parses the first two numbers of the output of `git version`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix("git version ")?.split_whitespace().next()?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_of_every_system_are_read() {
        for (said, is) in [
            ("git version 2.39.5 (Apple Git-154)", Some((2, 39))),
            ("git version 2.47.3.windows.1", Some((2, 47))),
            ("git version 2.36.6", Some((2, 36))),
            ("git version 2.37.0-rc1", Some((2, 37))),
            ("git version 2.50", Some((2, 50))),
            ("git version 3.0.1", Some((3, 0))),
            ("git version 10.1", Some((10, 1))),
            ("git version 2", None),
            ("git version 2.x", None),
            ("git version", None),
            ("hub version 2.47.3", None),
            ("", None),
        ] {
            assert_eq!(version(said), is, "{said}");
        }
    }
}
