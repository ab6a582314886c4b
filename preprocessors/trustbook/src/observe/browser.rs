//! A browser of this machine, started with a profile of its own that goes away with it.

use crate::failure::{Failure, io};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The variable that names a browser.
const VARIABLE: &str = "CHROMIUM";
/// Programs that are Chromium or made of it, in the order in which they are looked for.
const NAMES: &[&str] =
    &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge", "msedge"];
/// Where it is on systems that do not put it into the path.
const PLACES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
/// What keeps a browser from asking anybody by itself, and from waiting for somebody.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
    "--window-size=1280,900",
];
/// How long a browser may take to start.
const START: Duration = Duration::from_secs(30);
/// Where a browser writes down how it is reached.
const PORT: &str = "DevToolsActivePort";

/// The browser that a user names, that the environment names, or that this machine has.
///
/// # Errors
/// Where there is none.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return match named.is_file() {
            true => Ok(named.to_owned()),
            false => Err(Failure::usage(format!("there is no browser at {}", named.display()))
                .help("name the program itself with --browser")),
        };
    }
    if let Some(named) = std::env::var_os(VARIABLE).map(PathBuf::from).filter(|path| path.is_file()) {
        return Ok(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let named = NAMES.iter().flat_map(|name| {
        folders.iter().map(move |folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    });
    named.chain(PLACES.iter().map(PathBuf::from)).find(|path| path.is_file()).ok_or_else(|| {
        Failure::new("this machine has no Chromium that could be found").help(format!(
            "install it (on Debian: `apt-get install chromium`), or name a browser made of it with --browser or in \
             `{VARIABLE}`"
        ))
    })
}

/// A browser that runs. It is ended when this goes away, whatever happened.
pub(super) struct Browser {
    child: Child,
    profile: TempDir,
}

impl Browser {
    /// Starts a browser, and gives the address at which it takes commands.
    ///
    /// # Errors
    /// Where it can not be started, or ends at once.
    pub(super) fn start(program: &Path) -> Result<(Self, String), Failure> {
        let profile = tempfile::Builder::new().prefix("trustbook-browser-").tempdir();
        let profile = profile.map_err(|error| io("making", &std::env::temp_dir(), &error))?;
        let mut command = Command::new(program);
        command.args(FLAGS).arg("--remote-debugging-port=0");
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        if is_root() {
            command.arg("--no-sandbox");
        }
        command.arg("about:blank").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // What it starts ends with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|error| {
            Failure::new(format!("{} can not be started: {error}", program.display()))
                .help("name another browser with --browser")
        })?;
        let mut browser = Browser { child, profile };
        let address = browser.address(program)?;
        Ok((browser, address))
    }

    fn address(&mut self, program: &Path) -> Result<String, Failure> {
        let started = Instant::now();
        let file = self.profile.path().join(PORT);
        loop {
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = text.trim_end().split_once('\n') {
                return Ok(format!("ws://127.0.0.1:{port}{path}"));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Failure::new(format!("{} ended before it could be used: {status}", program.display()))
                    .help("start it by hand with --headless=new, and read what it says"));
            }
            if started.elapsed() > START {
                return Err(Failure::new(format!("{} was not ready in {} s", program.display(), START.as_secs()))
                    .help("try again when the machine has less to do, or name another browser with --browser"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether root runs this, for whom Chromium has no sandbox.
pub(super) fn is_root() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::process::geteuid().is_root();
    #[cfg(not(target_os = "linux"))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_not_there_is_told() {
        let failure = find(Some(Path::new("/nowhere/chromium"))).unwrap_err();
        assert!(failure.what().contains("no browser at /nowhere/chromium"), "{}", failure.what());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_no_browser_ends_in_words() {
        let Err(failure) = Browser::start(Path::new("/bin/true")) else { panic!("it is no browser") };
        assert!(failure.what().contains("ended before it could be used"), "{}", failure.what());
    }
}
