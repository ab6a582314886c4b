//! The one step in which a new site takes the place of the old one.

use super::stage::Stage;
use crate::failure::{Failure, io};
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::Path;

/// How often a step is tried again because another build was faster.
const TRIES: usize = 20;

/// Puts the new site where `out` is. Whoever looks sees the whole old site or the whole new one, wherever the system
/// can exchange two folders in one step (Linux); elsewhere there is a moment with none.
pub(super) fn into_place(stage: Stage, out: &Path) -> std::result::Result<(), Failure> {
    for _ in 0..TRIES {
        let done = match out.exists() {
            true => exchange(stage.site(), out),
            false => first(stage.site(), out),
        };
        match done {
            Ok(()) => {
                sync(out);
                return Ok(());
            }
            // Another build published, or took away what was there, in the meantime.
            Err(error) if is_lost_race(&error) => {}
            Err(error) if is_unable(&error) => return one_after_the_other(stage, out),
            Err(error) => return Err(io("publishing to", out, &error)),
        }
    }
    Err(Failure::new(format!("publishing to {} failed: other builds publish there all the time", out.display()))
        .help("let one build publish to a folder at a time; nothing was changed"))
}

fn is_lost_race(error: &std::io::Error) -> bool {
    use ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotFound)
}

/// Whether it is the system or the file system that can not do it at all.
fn is_unable(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

#[cfg(target_os = "linux")]
fn exchange(site: &Path, out: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, site, CWD, out, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Where there is no old site. A folder that has something in it is never replaced this way.
fn first(site: &Path, out: &Path) -> Result<()> {
    fs::rename(site, out)
}

/// The old site is moved away, and moved back where the new one can not follow.
fn one_after_the_other(stage: Stage, out: &Path) -> std::result::Result<(), Failure> {
    let old = stage.old();
    fs::rename(out, &old).map_err(|error| io("moving the old site from", out, &error))?;
    let Err(error) = fs::rename(stage.site(), out) else {
        sync(out);
        return Ok(());
    };
    if fs::rename(&old, out).is_ok() {
        return Err(io("publishing to", out, &error));
    }
    // Not even the way back works: the old site is kept where it is.
    let kept = stage.keep().join("old");
    Err(Failure::new(format!("publishing to {} failed: {error}", out.display()))
        .help(format!("the last good site is in {}: move it back by hand", kept.display())))
}

/// The site is there when its folder says so on the disk; where the system can not sync a folder, it is still whole.
fn sync(out: &Path) {
    if let Some(parent) = out.parent().and_then(|parent| fs::File::open(parent).ok()) {
        let _ = parent.sync_all();
    }
}
