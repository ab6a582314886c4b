//! Child processes, with a time limit and a limit on their output.

use crate::failure::Failure;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// The output of a program.
#[derive(Debug)]
pub(crate) struct Printed {
    /// True if the program exited successfully; `None` if it was killed because its time was up.
    pub(crate) ended: Option<bool>,
    /// Its standard output, at most one byte longer than the limit.
    pub(crate) output: Vec<u8>,
    /// Its standard error. If that is too long, it is cut after a whole line.
    pub(crate) errors: String,
}

/// The maximum number of bytes that are read from standard error.
const MOST_ERRORS: u64 = 64 * 1024;
/// The time to wait for the rest of the output after the program has ended.
const REST: Duration = Duration::from_secs(1);
/// The environment variable that identifies child processes that have left the process group of the program.
const MARK: &str = "TRUSTBOOK_STARTED";

/// The environment variables that every program gets, because few work without them.
const GIVEN: &[&str] = &["HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TMPDIR", "TZ"];

/// Returns a command that gets none of our environment but what most programs need.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(GIVEN.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// Runs a program without input until it ends or its time is up.
///
/// # Errors
/// See [`run_with`].
pub(crate) fn run(command: &mut Command, time: Duration, most: u64) -> Result<Printed, Failure> {
    run_with(command.stdin(Stdio::null()), Vec::new(), time, most)
}

/// Runs a program until it ends or its time is up. Its child processes end with it. `most` is the limit on the
/// output, in bytes.
///
/// # Errors
/// Returns an error if the program cannot be started.
pub(crate) fn run_with(command: &mut Command, input: Vec<u8>, time: Duration, most: u64) -> Result<Printed, Failure> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let mark = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    command.env(MARK, &mark).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|error| Failure::new(format!("`{name}` cannot be started: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program may end without reading its input.
        thread::spawn(move || stdin.write_all(&input));
    }
    let output = child.stdout.take().map(|out| Stream::read(out, most));
    let errors = child.stderr.take().map(|out| Stream::read(out, MOST_ERRORS));
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
    // Child processes that are still running keep the output open.
    end_group(child.id());
    let until = Instant::now() + REST;
    let is_open = |stream: &Option<Stream>| stream.as_ref().is_some_and(|stream| !stream.ends(until));
    if ended.is_none() || is_open(&output) || is_open(&errors) {
        end_marked(&format!("{MARK}={mark}"));
    }
    let until = Instant::now() + REST;
    let taken = |stream: Option<Stream>| stream.map(|stream| stream.take(until)).unwrap_or_default();
    let mut errors = taken(errors);
    if errors.len() as u64 > MOST_ERRORS {
        // Half a line could hold half a secret, which would not be recognised.
        let end = errors.iter().rposition(|byte| *byte == b'\n').unwrap_or(errors.len());
        errors.truncate(end);
    }
    Ok(Printed { ended, output: taken(output), errors: String::from_utf8_lossy(&errors).into_owned() })
}

/// The output of a program, as far as it has been read.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: mpsc::Receiver<()>,
}

impl Stream {
    /// Reads up to one byte more than the limit. The rest is read and dropped, so that the program does not block.
    fn read(mut from: impl Read + Send + 'static, most: u64) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (into, (sender, end)) = (Arc::clone(&bytes), mpsc::channel());
        thread::spawn(move || {
            // Dropping the sender signals the end to the receiver.
            let _sender: mpsc::Sender<()> = sender;
            let most = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
                let room = read.min(most - into.len());
                into.extend_from_slice(&buffer[..room]);
            }
        });
        Stream { bytes, end }
    }

    /// Returns true if the stream ends before `until`.
    fn ends(&self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        !matches!(self.end.recv_timeout(left), Err(mpsc::RecvTimeoutError::Timeout))
    }

    /// Returns everything read until the end or `until`. A process that keeps the stream open cannot delay this.
    fn take(self, until: Instant) -> Vec<u8> {
        self.ends(until);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Kills the process group of a program.
fn end_group(id: u32) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = id;
}

/// Kills the processes that have left the group of their program. They are identified by their environment
/// (Linux only).
fn end_marked(mark: &str) {
    #[cfg(target_os = "linux")]
    for entry in std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok) {
        let id = entry.file_name().to_string_lossy().parse().ok().and_then(rustix::process::Pid::from_raw);
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        if let Some(id) = id.filter(|_| environment.split(|byte| *byte == 0).any(|one| one == mark.as_bytes())) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = mark;
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
        let long = sh("yes no | head -c 100000 >&2", 5000).unwrap().errors;
        assert!(long.len() > 60_000 && long.ends_with("no"), "{}", long.len());
        assert_eq!(sh("yes | head -c 100000", 5000).unwrap().output.len(), 11);
        assert_eq!(sh("sleep 60", 50).unwrap().ended, None);
        // A child process in the background does not keep the output open.
        assert_eq!(sh("sleep 60 & echo hi", 5000).unwrap().output, b"hi\n");
        // Nor does a child process that has left the process group.
        let started = Instant::now();
        assert_eq!(sh("setsid sleep 61 & echo hi", 5000).unwrap().output, b"hi\n");
        assert_eq!(sh("setsid sleep 61 & echo hi; sleep 62", 500).unwrap().output, b"hi\n");
        assert!(started.elapsed() < Duration::from_secs(10));
        assert!(run(&mut Command::new("./no-such-program"), Duration::ZERO, 1).is_err());
    }
}
