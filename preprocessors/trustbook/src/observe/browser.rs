//! A browser of this machine, started with a temporary profile.

use super::interrupt;
use crate::browser::{self, Browser as Found};
use crate::failure::{Failure, io};
use mdbook_trustbook::scratch::Scratch;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The time that a browser may take to start.
const START: Duration = Duration::from_secs(30);
/// The file in the profile to which the browser writes its port.
const PORT: &str = "DevToolsActivePort";
/// The name of the profile's folder.
const PROFILE: &str = "profile";

/// A running browser. Dropping it kills the browser and deletes its profile.
pub(super) struct Browser {
    child: Child,
    folder: Scratch,
}

impl Browser {
    /// Starts a browser, and returns its WebSocket address for commands.
    ///
    /// # Errors
    /// Returns an error if the browser cannot be started, or exits at once.
    pub(super) fn start(found: &Found) -> Result<(Self, String), Failure> {
        let folder = Scratch::temporary("trustbook-browser-", &[PROFILE])
            .map_err(|error| io("writing to", &std::env::temp_dir(), &error))?;
        let mut command = browser::command(found, &folder.path().join(PROFILE));
        command
            .args(["--remote-debugging-port=0", "about:blank"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Puts the browser into a process group, so that its child processes end with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|error| {
            Failure::new(format!("{} cannot be started: {error}", found.program.display()))
                .help("name another browser with --browser")
        })?;
        let mut browser = Browser { child, folder };
        let address = browser.address(&found.program)?;
        Ok((browser, address))
    }

    fn address(&mut self, program: &Path) -> Result<String, Failure> {
        let started = Instant::now();
        let file = self.folder.path().join(PROFILE).join(PORT);
        loop {
            interrupt::check()?;
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = text.trim_end().split_once('\n') {
                return Ok(format!("ws://127.0.0.1:{port}{path}"));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Failure::new(format!("{} ended before it could be used: {status}", program.display()))
                    .help("start it by hand with --headless=new, and read its output"));
            }
            if started.elapsed() > START {
                return Err(Failure::new(format!("{} was not ready in {} s", program.display(), START.as_secs()))
                    .help("try again when the machine is less busy, or name another browser with --browser"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_that_is_no_browser_ends_in_words() {
        let Err(failure) = Browser::start(&Found::at("/bin/true")) else { panic!("it is no browser") };
        assert!(failure.what().contains("ended before it could be used"), "{}", failure.what());
    }
}
