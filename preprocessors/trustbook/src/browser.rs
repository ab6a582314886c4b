//! Chromium on this machine: finds it, and starts it so that it makes no requests of its own.

use crate::failure::Failure;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The names of the programs, in order of preference.
const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "msedge",
];
/// Paths of browsers that are installed outside of `PATH`.
const PLACES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];
/// The environment variable that names the program.
const VARIABLE: &str = "CHROMIUM";

/// Flags for a browser without a window, a first run, updates, accounts, extensions or background requests.
const FLAGS: &[&str] = &[
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-default-browser-check",
    "--no-first-run",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--metrics-recording-only",
    "--mute-audio",
    "--password-store=basic",
    "--use-mock-keychain",
    "--window-size=1280,900",
];

/// The options that choose the browser and its sandbox.
#[derive(Default, Debug, clap::Args)]
pub(crate) struct BrowserArgs {
    /// The program of Chromium, Chrome or Edge, instead of the one that is found.
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Run the browser without its sandbox, which root and containers require; only for pages that you trust.
    #[arg(long)]
    no_browser_sandbox: bool,
}

/// A browser that was found, and its sandbox.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    sandbox: Sandbox,
}

/// The sandbox that protects the machine from a page that takes over the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sandbox {
    Own,
    None,
}

#[cfg(test)]
impl Browser {
    pub(crate) fn at(program: &str) -> Self {
        Browser { program: PathBuf::from(program), sandbox: Sandbox::Own }
    }
}

impl BrowserArgs {
    /// Finds the requested browser.
    ///
    /// # Errors
    /// Returns an error if there is no browser, or if root runs the command without `--no-browser-sandbox`.
    pub(crate) fn find(&self) -> Result<Browser, Failure> {
        let sandbox = if self.no_browser_sandbox { Sandbox::None } else { Sandbox::Own };
        check_sandbox(sandbox, if is_root() { User::Root } else { User::Other })?;
        Ok(Browser { program: find(self.browser.as_deref())?, sandbox })
    }
}

/// The user that runs the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum User {
    Root,
    Other,
}

/// Refuses to run the browser as root unless the caller has switched the sandbox off.
fn check_sandbox(sandbox: Sandbox, user: User) -> Result<(), Failure> {
    match (sandbox, user) {
        (Sandbox::Own, User::Root) => Err(Failure::usage("root cannot run Chromium in its sandbox")
            .help("run the command as another user, or add --no-browser-sandbox if you trust the pages")),
        _ => Ok(()),
    }
}

/// Finds a browser: the named one, the one in `CHROMIUM`, or an installed one, in this order.
///
/// # Errors
/// Returns an error if the named browser does not exist, or if none is installed.
fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let (asked, by) = match (named, &variable) {
        (Some(path), _) => (Some(path), "--browser"),
        (None, Some(path)) => (Some(path.as_path()), VARIABLE),
        (None, None) => (None, ""),
    };
    if let Some(path) = asked {
        return located(path.as_os_str()).ok_or_else(|| {
            Failure::usage(format!("there is no browser at {}, which {by} names", path.display()))
                .help("name the program of Chromium, Chrome or Edge")
        });
    }
    let installed = NAMES.iter().chain(PLACES).find_map(|name| located(OsStr::new(name)));
    installed.ok_or_else(|| {
        Failure::new("there is no usable browser on this machine").help(
            "install Chromium (`apt-get install chromium`, `dnf install chromium`, `brew install --cask chromium`), \
             Chrome or Edge, or name one with --browser or the variable CHROMIUM",
        )
    })
}

/// Finds a program by its path, or by its name in `PATH`.
fn located(name: &OsStr) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.components().count() > 1 {
        return path.is_file().then(|| path.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    let file = |folder: PathBuf| [folder.join(path), folder.join(path).with_extension("exe")];
    std::env::split_paths(&folders).flat_map(file).find(|file| file.is_file())
}

/// Returns the command that starts a browser with a profile of its own. The caller can add more flags.
pub(crate) fn command(browser: &Browser, profile: &Path) -> Command {
    let mut command = Command::new(&browser.program);
    command.args(FLAGS).arg(flag("--user-data-dir=", profile));
    // Files that the browser creates then go away with the profile, even if it is killed before its cleanup.
    command.env("TMPDIR", profile);
    if browser.sandbox == Sandbox::None {
        command.arg("--no-sandbox");
    }
    command
}

/// Returns the flags that let the browser reach one server only. It reaches no other service of this machine,
/// by any name or address, and uses no proxy.
pub(crate) fn only(server: SocketAddr) -> [String; 2] {
    [format!("--host-resolver-rules=MAP {server} {server}, MAP * ~NOTFOUND"), "--no-proxy-server".to_owned()]
}

/// Returns a flag whose value is a path.
pub(crate) fn flag(name: &str, path: &Path) -> std::ffi::OsString {
    let mut flag = std::ffi::OsString::from(name);
    flag.push(path);
    flag
}

/// Returns true if root runs the command. Chromium has no sandbox for root.
fn is_root() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::process::geteuid().is_root();
    #[cfg(not(target_os = "linux"))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_named_has_to_be_there() {
        let failure = find(Some(Path::new("./no/such/browser"))).unwrap_err();
        assert!(failure.what().contains("./no/such/browser") && failure.remedy().is_some());
        assert!(located(OsStr::new("trustbook-has-no-such-program")).is_none());
    }

    #[test]
    fn it_asks_nobody_and_keeps_nothing() {
        let flags = |sandbox| {
            let browser = Browser { program: PathBuf::from("chromium"), sandbox };
            let command = command(&browser, Path::new("/tmp/profile"));
            command.get_args().map(|flag| flag.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        let own = flags(Sandbox::Own);
        assert!(own.contains(&"--disable-background-networking".to_owned()));
        assert!(own.contains(&"--user-data-dir=/tmp/profile".to_owned()));
        assert!(!own.contains(&"--no-sandbox".to_owned()));
        assert!(flags(Sandbox::None).contains(&"--no-sandbox".to_owned()));
    }

    #[test]
    fn root_has_to_say_that_no_sandbox_is_needed() {
        let failure = check_sandbox(Sandbox::Own, User::Root).unwrap_err();
        assert!(failure.remedy().is_some_and(|help| help.contains("--no-browser-sandbox")));
        for (sandbox, user) in [(Sandbox::None, User::Root), (Sandbox::Own, User::Other), (Sandbox::None, User::Other)]
        {
            assert!(check_sandbox(sandbox, user).is_ok(), "{sandbox:?} for {user:?}");
        }
    }
}
