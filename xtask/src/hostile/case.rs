//! `cargo xtask case`: the hostile books about places, on a disk that ignores case.

use crate::run::{cargo, run};
use crate::tools;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The prefix of the names of these books.
const BOOKS: &str = "place-";
/// The size of the disk in bytes; it is a sparse file at first.
const SIZE: u64 = 2_000_000_000;

/// Tries the books, or prints the reason why it cannot.
pub(crate) fn all() -> Result<()> {
    if let Some(why) = super::missing()?.or(missing()?) {
        println!("SKIPPED: {why}");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let disk = Disk::mount(folder.path())?;
    fs::write(disk.at.join("spelling"), "")?;
    ensure!(disk.at.join("SPELLING").exists(), "the disk tells names apart, so that nothing is tried");
    let mut names = Vec::new();
    for entry in fs::read_dir(crate::run::root().join("tests/hostile"))? {
        let name = entry?.file_name().into_string().ok().context("a book whose name is not UTF-8")?;
        names.extend(name.strip_suffix(".md").filter(|name| name.starts_with(BOOKS)).map(str::to_owned));
    }
    names.sort();
    // The room is created in the directory for temporary files.
    let mut hostile = cargo(&["run", "--quiet", "--locked", "--package", "xtask", "--", "hostile"]);
    run(hostile.args(names).env("TMPDIR", &disk.at))
}

/// Returns what this machine lacks for such a disk, in words.
fn missing() -> Result<Option<String>> {
    if !Path::new("/dev/fuse").exists() {
        return Ok(Some("a disk that ignores case is mounted with FUSE, which this machine does not have".to_owned()));
    }
    let has =
        |name: &str| ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].iter().any(|at| Path::new(at).join(name).exists());
    if has("lowntfs-3g") && has("mkntfs") {
        return Ok(None);
    }
    Ok(tools::debian(&["ntfs-3g"])?.err())
}

/// An NTFS image, unmounted when dropped.
struct Disk {
    at: PathBuf,
}

impl Disk {
    fn mount(folder: &Path) -> Result<Self> {
        let (image, at) = (folder.join("disk"), folder.join("mounted"));
        fs::File::create(&image)?.set_len(SIZE)?;
        fs::create_dir(&at)?;
        run(Command::new("mkntfs").args(["--force", "--fast", "--quiet"]).arg(&image))?;
        run(Command::new("lowntfs-3g").args(["-o", "ignore_case"]).arg(&image).arg(&at))
            .context("mounting needs root, or FUSE for everybody")?;
        Ok(Disk { at })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let ended = Command::new("umount").arg(&self.at).status();
        if !ended.is_ok_and(|ended| ended.success()) {
            println!("{} is still mounted", self.at.display());
        }
    }
}
