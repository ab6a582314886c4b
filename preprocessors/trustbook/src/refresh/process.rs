//! Programs that we start: with nothing to ask, an end in time, and a limit to what they print.

use crate::failure::Failure;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a program printed.
#[derive(Debug)]
pub(crate) struct Printed {
    /// Whether it ended with success; `None` where it was ended because its time was up.
    pub(crate) ended: Option<bool>,
    /// Its output, at most a byte more than the limit.
    pub(crate) output: Vec<u8>,
    /// What it says on standard error.
    pub(crate) errors: String,
}

/// The most that is read of what a program says on standard error, in bytes.
const MOST_ERRORS: u64 = 64 * 1024;

/// Runs a program to its end, or until its time is up.
///
/// # Errors
/// Where it can not be started.
pub(crate) fn run(command: &mut Command, time: Duration, most: u64) -> Result<Printed, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What it starts ends with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|error| Failure::new(format!("`{name}` can not be started: {error}")))?;
    let read = |from: Option<Box<dyn Read + Send>>, most: u64| from.map(|from| thread::spawn(move || all(from, most)));
    let output = read(child.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>), most);
    let errors = read(child.stderr.take().map(|out| Box::new(out) as Box<dyn Read + Send>), MOST_ERRORS);
    let started = Instant::now();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status.success()),
            Ok(None) if started.elapsed() < time => thread::sleep(Duration::from_millis(5)),
            _ => {
                end_group(child.id());
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let all =
        |thread: Option<thread::JoinHandle<Vec<u8>>>| thread.and_then(|thread| thread.join().ok()).unwrap_or_default();
    // What it left running holds its output open.
    end_group(child.id());
    Ok(Printed { ended, output: all(output), errors: String::from_utf8_lossy(&all(errors)).into_owned() })
}

/// Ends what a program started and left.
fn end_group(id: u32) {
    #[cfg(target_os = "linux")]
    if let Some(group) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = id;
}

/// All that is printed, up to a byte more than is taken; the rest is read and dropped, so that nobody waits for us.
fn all(mut from: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = from.by_ref().take(most + 1).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut from, &mut std::io::sink());
    bytes
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, time: u64) -> Result<Printed, Failure> {
        run(Command::new("sh").args(["-c", script]), Duration::from_millis(time), 10)
    }

    #[test]
    fn output_is_limited_and_time_ends() {
        let printed = sh("echo hi; echo no >&2; exit 3", 5000).unwrap();
        assert_eq!((printed.ended, printed.output.as_slice()), (Some(false), "hi\n".as_bytes()));
        assert_eq!(printed.errors, "no\n");
        assert_eq!(sh("yes | head -c 100000", 5000).unwrap().output.len(), 11);
        assert_eq!(sh("sleep 60", 50).unwrap().ended, None);
        // What is left behind does not hold the output open.
        assert_eq!(sh("sleep 60 & echo hi", 5000).unwrap().output, b"hi\n");
        assert!(run(&mut Command::new("./no-such-program"), Duration::ZERO, 1).is_err());
    }
}
