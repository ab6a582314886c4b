//! The temporary root: the command with its libraries, secrets to steal, no network, and limits.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::{NamedTempFile, TempDir};
use wait4::Wait4;
use walkdir::WalkDir;

/// System calls that a build does not need, and `clone`, which also creates threads.
const CALLS: &str = "execve,execveat,fork,vfork,clone,clone3,socket,socketpair,connect,bind,sendto,sendmsg";
/// The seconds after which a command is killed. One that ends after [`super::TIME`] is too slow.
const KILLED_AFTER: &str = "25";
/// The limit on address space in bytes, above all valid use. It protects the machine from memory exhaustion.
const SPACE: &str = "--as=3000000000";
/// The limit on the size of a file in bytes, which protects the disk.
const FILE: &str = "--fsize=400000000";

/// Programs that a book could start, and `cat`, which is used to test the room.
const PROGRAMS: &[&str] = &["cat", "git", "sh", "touch"];
/// Files with secrets.
const SECRETS: &[&str] =
    &["etc/passwd", "etc/shadow", "outside/secret.md", "outside/secret.txt", "root/.netrc", "root/.ssh/id_rsa"];
/// Devices that a link could lead to.
const DEVICES: &[&str] = &["null", "random", "urandom", "zero"];

/// The script that sets up the room in its own namespaces, and then replaces itself with the command.
const ENTER: &str = r#"set -e
cd "$1"; shift
mount -t proc proc proc
for device in null random urandom zero; do mount --bind /dev/$device dev/$device; done
space=$1; file=$2; shift 2
exec prlimit "$space" "$file" --core=0 chroot . /bin/sh -c 'cd /book && exec "$@"' room "$@""#;

/// A temporary root with a book in it.
pub(super) struct Room {
    programs: PathBuf,
    dir: TempDir,
    /// The text in every secret file, which occurs nowhere else.
    token: String,
}

/// The metadata of the files in the room, by path.
pub(super) type Tree = BTreeMap<PathBuf, String>;

/// The result of a command.
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) time: Duration,
    pub(super) cpu: Duration,
    pub(super) memory: u64,
    /// The system calls of the command, as strace prints them.
    pub(super) calls: String,
}

/// Returns the reason why this machine cannot create such a room, if any.
pub(super) fn refused() -> Option<String> {
    for program in ["unshare", "prlimit", "timeout", "mkfifo"] {
        if !crate::run::exists(program) {
            return Some(format!("install `{program}` (on Debian: `apt-get install util-linux coreutils`)"));
        }
    }
    let tried = Command::new("unshare").args(NAMESPACES).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
    match tried {
        Ok(tried) if tried.status.success() => None,
        Ok(tried) => Some(format!(
            "this machine allows no namespaces: {}",
            String::from_utf8_lossy(&tried.stderr).lines().next().unwrap_or_default()
        )),
        Err(error) => Some(format!("`unshare` cannot be started: {error}")),
    }
}

const NAMESPACES: &[&str] =
    &["--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];

impl Room {
    /// Creates a room with the programs of a folder.
    pub(super) fn new(programs: &Path) -> Result<Self> {
        let token = format!("canary{}", unguessable()?);
        let room = Room { programs: programs.to_owned(), dir: tempfile::tempdir()?, token };
        room.fill()?;
        Ok(room)
    }

    /// Recreates the room after an attack has changed it.
    pub(super) fn renew(&mut self) -> Result<()> {
        self.dir = tempfile::tempdir()?;
        self.fill()
    }

    /// Returns the folder of the book.
    pub(super) fn book(&self) -> PathBuf {
        self.dir.path().join("book")
    }

    fn fill(&self) -> Result<()> {
        let root = self.dir.path();
        for folder in ["bin", "book", "dev", "proc", "tmp"] {
            fs::create_dir_all(root.join(folder))?;
        }
        for device in DEVICES {
            fs::write(root.join("dev").join(device), "")?;
        }
        for secret in SECRETS {
            let path = root.join(secret);
            fs::create_dir_all(path.parent().context("a file without a folder")?)?;
            fs::write(&path, format!("# {0}\n\nmachine example.com login a password {0}\n", self.token))?;
        }
        // The names in a folder are secrets as well.
        fs::write(root.join("outside").join(&self.token), "")?;
        for name in ["trustbook", "mdbook-trustbook"] {
            self.bring(&self.programs.join(name), name)?;
        }
        for name in PROGRAMS {
            let path = found(name).with_context(|| format!("`{name}` is not on this machine"))?;
            self.bring(&path, name)?;
        }
        Ok(())
    }

    /// Copies a program and the libraries that it is linked with.
    fn bring(&self, program: &Path, name: &str) -> Result<()> {
        let target = self.dir.path().join("bin").join(name);
        fs::copy(program, &target).with_context(|| format!("copying {}", program.display()))?;
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
        let linked = Command::new("ldd").arg(program).output().context("`ldd` cannot be started")?;
        for word in String::from_utf8_lossy(&linked.stdout).split_whitespace().filter(|word| word.starts_with('/')) {
            let library = Path::new(word.trim_end_matches(':'));
            let target = self.dir.path().join(library.strip_prefix("/")?);
            if library.is_file() && !target.exists() {
                fs::create_dir_all(target.parent().context("a library without a folder")?)?;
                fs::copy(library, &target)?;
            }
        }
        Ok(())
    }

    /// Returns true if a program in the room can do what books must not. Otherwise the tests would prove nothing.
    pub(super) fn can_break(&mut self) -> Result<bool> {
        let before = self.tree()?;
        let ran = self.run(&["sh", "-c", "cat /outside/secret.txt; touch /touched"], &[], None)?;
        let after = self.tree()?;
        let is_seen = self.holds_token(&ran.stdout) && after.contains_key(Path::new("touched"));
        ensure!(before != after || ran.code == Some(0), "the room cannot be entered: {}", text(&ran.stderr));
        self.renew()?;
        Ok(is_seen && ran.calls.contains("execve(\"/bin/touch\""))
    }

    /// Returns true if these bytes contain the secret.
    pub(super) fn holds_token(&self, bytes: &[u8]) -> bool {
        let token = self.token.as_bytes();
        bytes.windows(token.len()).any(|window| window == token)
    }

    /// Returns the bytes of a file in the room.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>> {
        Ok(fs::read(self.dir.path().join(path))?)
    }

    /// Returns all files and folders: the mode, and for all but folders also size, inode, timestamps and link target.
    pub(super) fn tree(&self) -> Result<Tree> {
        let mut tree = Tree::new();
        for entry in WalkDir::new(self.dir.path()).min_depth(1) {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let mode = metadata.mode();
            let told = match metadata.is_dir() {
                true => format!("{mode:o}"),
                false => format!(
                    "{mode:o} {} {} {}.{} {:?}",
                    metadata.len(),
                    metadata.ino(),
                    metadata.mtime(),
                    metadata.mtime_nsec(),
                    fs::read_link(entry.path()).ok()
                ),
            };
            tree.insert(entry.path().strip_prefix(self.dir.path())?.to_owned(), told);
        }
        Ok(tree)
    }

    /// Returns the pages that a command has written.
    pub(super) fn pages(&self, before: &Tree, after: &Tree) -> Result<Vec<(String, String)>> {
        let new = after.keys().filter(|path| !before.contains_key(*path));
        let pages = new.filter(|path| path.extension().is_some_and(|ending| ending == "html"));
        pages.map(|path| Ok((path.display().to_string(), String::from_utf8(self.read(path)?)?))).collect()
    }

    /// Runs a command in the folder of the book.
    pub(super) fn run(&self, command: &[&str], env: &[(String, String)], stdin: Option<&Path>) -> Result<Ran> {
        let log = NamedTempFile::new()?;
        let (stdout, stderr) = (NamedTempFile::new()?, NamedTempFile::new()?);
        let program = format!("/bin/{}", command[0]);
        let mut strace = Command::new(found("strace").context("`strace` is not on this machine")?);
        strace.args(["--follow-forks", "--quiet=all", "--seccomp-bpf", "--output"]).arg(log.path());
        strace.arg(format!("--trace={CALLS}")).args(["timeout", "--signal=KILL", KILLED_AFTER, "unshare"]);
        strace.args(NAMESPACES).args(["sh", "-c", ENTER, "room"]).arg(self.dir.path()).args([SPACE, FILE]);
        strace.arg(&program).args(&command[1..]);
        strace.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/root");
        strace.env("SOURCE_DATE_EPOCH", "1768435200").env("NOTE", &self.token).env("GITHUB_ACTIONS", "true");
        strace.envs(env.iter().map(|(name, value)| (name, value)));
        strace
            .stdin(fs::File::open(stdin.unwrap_or(Path::new("/dev/null")))?)
            .stdout(stdout.reopen()?)
            .stderr(stderr.reopen()?);
        let started = Instant::now();
        let ended = strace.spawn().context("`strace` cannot be started")?.wait4()?;
        let time = started.elapsed();
        let calls = fs::read_to_string(log.path()).unwrap_or_default();
        // The calls that set up the room are not the command's.
        let Some((_, calls)) = calls.split_once(&format!("execve(\"{program}\"")) else {
            bail!("`{program}` was not started: {}", text(&fs::read(stderr.path())?));
        };
        Ok(Ran {
            code: ended.status.code(),
            stdout: fs::read(stdout.path())?,
            stderr: fs::read(stderr.path())?,
            time,
            cpu: ended.rusage.utime + ended.rusage.stime,
            memory: ended.rusage.maxrss,
            calls: calls.to_owned(),
        })
    }
}

/// Returns the start of some bytes as text for people.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(2000).collect()
}

/// Returns the path of a system program.
fn found(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/local/bin", "/usr/bin", "/bin"];
    folders.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

/// Returns random letters that no book can contain.
fn unguessable() -> Result<String> {
    let mut bytes = [0; 12];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
