//! The step in which a new site replaces the old one, and the check of the old content.

use super::Over;
use super::carry::{Carried, carry};
use super::old::{self, Survey};
use super::stage::Stage;
use super::walk::{Files, Stamp, walk};
use crate::failure::{Failure, io};
use std::fs;
use std::io::{ErrorKind, Result as Done};
use std::path::{Path, PathBuf};

/// The number of attempts, if another build or a writer to the old site interferes.
const TRIES: usize = 20;

/// The result of publishing.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Files of the old site that are not ours; the new one has them too.
    pub(super) kept: Vec<PathBuf>,
    /// The folder with files of the old site that could not be deleted.
    pub(super) left: Option<PathBuf>,
}

/// Moves the new site to `out`. Where the system can exchange two folders in one step (Linux), readers see
/// either the whole old site or the whole new one. Elsewhere there is a moment without a site.
///
/// The content of `out` is checked before the swap and once more after it. If anything would be lost, the old
/// site is put back.
pub(super) fn into_place(stage: Stage, out: &Path, over: Over) -> Result<Placed, Failure> {
    let mut was_public = false;
    for _ in 0..TRIES {
        match attempt(&stage, out, over, &mut was_public) {
            Ok(Some(kept)) => return Ok(Placed { kept, left: left(stage) }),
            Ok(None) => {}
            Err(failure) => {
                give_up(stage, out, was_public);
                return Err(failure);
            }
        }
    }
    give_up(stage, out, was_public);
    Err(Failure::new(format!("publishing to {} failed: something else keeps changing that folder", out.display()))
        .help("let one build at a time publish there, and stop what changes its pages; nothing was changed"))
}

/// Publishes, and returns the files of others that are in the new site. Returns `None` if another build was faster.
fn attempt(stage: &Stage, out: &Path, over: Over, was_public: &mut bool) -> Result<Option<Vec<PathBuf>>, Failure> {
    let failed = |error: &std::io::Error| io("publishing to", out, error);
    match (fs::symlink_metadata(out), over) {
        (Err(error), _) if error.kind() == ErrorKind::NotFound => {
            stage.sync().map_err(|error| failed(&error))?;
            match first(stage.site(), out) {
                Ok(()) => {
                    sync(out);
                    Ok(Some(Vec::new()))
                }
                Err(error) if is_lost_race(&error) => Ok(None),
                Err(error) => Err(failed(&error)),
            }
        }
        (Err(error), _) => Err(failed(&error)),
        (Ok(found), _) if !found.is_dir() => Err(old::no_folder(out, &found)),
        (Ok(_), Over::All) => replace(stage, out, was_public),
        (Ok(_), Over::Ours) => exchange(stage, out, was_public),
    }
}

/// Replaces a site of ours or an empty folder, and keeps the files of others in it.
fn exchange(stage: &Stage, out: &Path, was_public: &mut bool) -> Result<Option<Vec<PathBuf>>, Failure> {
    let Some((before, carried)) = prepared(stage, out)? else { return Ok(None) };
    stage.sync().map_err(|error| io("writing beside", out, &error))?;
    exchanged(stage, out, &before, &carried, was_public)
}

fn exchanged(
    stage: &Stage,
    out: &Path,
    before: &Survey,
    carried: &Carried,
    was_public: &mut bool,
) -> Result<Option<Vec<PathBuf>>, Failure> {
    let new = Stamp::at(stage.site()).map_err(|error| io("publishing to", out, &error))?;
    if !swap(stage, out)? {
        carried.undo(stage.site());
        return Ok(None);
    }
    *was_public = true;
    let Ok(after) = caught_up(&stage.old(), out, before, carried) else {
        // The next attempt reports the reason if it persists.
        swap_back(stage, out, &new)?;
        carried.undo(stage.site());
        return Ok(None);
    };
    // Files that cannot be deleted are left in the stage.
    let _ = old::retire(&stage.old(), &after, out);
    Ok(Some(after.others.into_iter().filter(|(_, stamp)| !stamp.is_folder).map(|(path, _)| path).collect()))
}

/// Surveys the old site after the swap, when it is out of sight, and carries late changes to the new one.
fn caught_up(old: &Path, out: &Path, before: &Survey, carried: &Carried) -> Result<Survey, Failure> {
    for _ in 0..TRIES {
        let after = old::survey(old, &before.own)?;
        after.check(out)?;
        if carried.catch_up(old, out, &after.others)? {
            return Ok(after);
        }
    }
    Err(Failure::new("the old site keeps changing"))
}

/// Surveys `out`, and carries the files of others into the new site. Returns `None` if the folder is replaced
/// meanwhile.
fn prepared(stage: &Stage, out: &Path) -> Result<Option<(Survey, Carried)>, Failure> {
    let Ok(top) = Stamp::at(out) else { return Ok(None) };
    let judged = old::survey(out, &Files::new()).and_then(|found| found.check(out).map(|()| found));
    // A survey that covers parts of two successive sites is valid for neither.
    if Stamp::at(out).ok() != Some(top) {
        return Ok(None);
    }
    let found = judged?;
    Ok(carry(out, stage.site(), &found.others)?.map(|carried| (found, carried)))
}

/// Replaces a folder and deletes its whole content.
fn replace(stage: &Stage, out: &Path, was_public: &mut bool) -> Result<Option<Vec<PathBuf>>, Failure> {
    // The walk refuses a mount point in the folder, whose content would be deleted as well.
    walk(out, usize::MAX)?;
    stage.sync().map_err(|error| io("writing beside", out, &error))?;
    let new = Stamp::at(stage.site()).map_err(|error| io("publishing to", out, &error))?;
    if !swap(stage, out)? {
        return Ok(None);
    }
    *was_public = true;
    let found = fs::symlink_metadata(stage.old()).map_err(|error| io("reading", &stage.old(), &error))?;
    if !found.is_dir() {
        swap_back(stage, out, &new)?;
        return Ok(None);
    }
    // Under this name the next build may delete it, if this one is killed.
    let _ = fs::rename(stage.old(), stage.site());
    Ok(Some(Vec::new()))
}

/// Exchanges the new site and the old one, which moves into the stage. Returns false if another build was faster.
fn swap(stage: &Stage, out: &Path) -> Result<bool, Failure> {
    let failed = |error: std::io::Error| io("publishing to", out, &error);
    // From now on, the content of the stage's `old` folder is never deleted without a survey.
    fs::rename(stage.site(), stage.old()).map_err(failed)?;
    let Err(error) = in_one_step(&stage.old(), out) else {
        sync(out);
        return Ok(true);
    };
    fs::rename(stage.old(), stage.site()).map_err(failed)?;
    if is_lost_race(&error) {
        return Ok(false);
    }
    if !is_unable(&error) {
        return Err(failed(error));
    }
    fs::rename(out, stage.old()).map_err(|error| io("moving the old site from", out, &error))?;
    let Err(error) = fs::rename(stage.site(), out) else {
        sync(out);
        return Ok(true);
    };
    fs::rename(stage.old(), out).map_err(|_| stranded(stage, out))?;
    Err(failed(error))
}

/// Puts the old site back, and the new one, whose state is `new`, into the stage.
fn swap_back(stage: &Stage, out: &Path, new: &Stamp) -> Result<(), Failure> {
    let moved = match in_one_step(&stage.old(), out) {
        Ok(()) => fs::rename(stage.old(), stage.site()),
        Err(_) => fs::rename(out, stage.site()).and_then(|()| fs::rename(stage.old(), out)),
    };
    let is_ours = || Stamp::at(stage.site()).is_ok_and(|found| found.is_same_file(new));
    match moved {
        Ok(()) if is_ours() => Ok(()),
        _ => Err(stranded(stage, out)),
    }
}

/// Returns the failure if the old site could not be put back, or if another build interfered with that.
fn stranded(stage: &Stage, out: &Path) -> Failure {
    let folder = stage.old();
    let folder = folder.parent().unwrap_or(out);
    Failure::new(format!("publishing to {} failed, and the old site could not be put back", out.display()))
        .help(format!("look for it in {}, and move it back by hand", folder.display()))
}

/// Cleans up. The stage stays if it holds an old site that could not be put back. It also stays if others put
/// files into the new site while that was briefly public.
fn give_up(stage: Stage, out: &Path, was_public: bool) {
    if !was_public {
        return;
    }
    let is_gone = |folder: &Path| match old::survey(folder, &Files::new()) {
        Ok(found) => old::retire(folder, &found, out).is_ok(),
        Err(_) => !folder.exists(),
    };
    let is_whole_gone = fs::symlink_metadata(stage.old()).is_err();
    if !is_whole_gone || !is_gone(stage.site()) {
        stage.keep();
    }
}

/// Returns the folder with files of the old site that could not be deleted.
fn left(stage: Stage) -> Option<PathBuf> {
    fs::symlink_metadata(stage.old()).is_ok().then(|| stage.keep())
}

fn is_lost_race(error: &std::io::Error) -> bool {
    use ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotFound)
}

/// Returns true if the system or the file system does not support the operation at all.
fn is_unable(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

#[cfg(target_os = "linux")]
fn in_one_step(site: &Path, out: &Path) -> Done<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, site, CWD, out, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn in_one_step(_: &Path, _: &Path) -> Done<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Publishes a site if there is no old one. A folder that appears in the meantime is not replaced, except for
/// an empty one on systems without this check.
fn first(site: &Path, out: &Path) -> Done<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let done = renameat_with(CWD, site, CWD, out, RenameFlags::NOREPLACE).map_err(std::io::Error::from);
        if !done.as_ref().is_err_and(is_unable) {
            return done;
        }
    }
    fs::rename(site, out)
}

/// Syncs the parent folder, so that the site's directory entry is on disk. Where the system cannot sync a
/// folder, the site is still complete.
fn sync(out: &Path) {
    if let Some(parent) = out.parent().and_then(|parent| fs::File::open(parent).ok()) {
        let _ = parent.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, PublishedFile};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    struct Bed {
        dir: tempfile::TempDir,
        out: PathBuf,
    }

    /// Creates a folder with a site of one page.
    fn bed() -> Bed {
        let dir = tempfile::tempdir().unwrap();
        let out = fs::canonicalize(dir.path()).unwrap().join("book");
        fs::create_dir(&out).unwrap();
        fill(&out, "old");
        Bed { dir, out }
    }

    fn fill(site: &Path, text: &str) {
        fs::write(site.join("a.html"), text).unwrap();
        let files = BTreeMap::from([("a.html".to_owned(), PublishedFile::of(text.as_bytes()))]);
        fs::write(site.join(manifest::PATH), manifest::text(files, None, date(2026, 1, 15)).unwrap()).unwrap();
    }

    fn stage(bed: &Bed) -> Stage {
        let stage = Stage::new(bed.out.parent().unwrap(), &bed.out).unwrap();
        fill(stage.site(), "new");
        stage
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    /// Publishes, and runs `happens` between the survey of the old site and the swap.
    fn meanwhile(bed: &Bed, stage: &Stage, happens: impl Fn(&Path)) -> Result<Option<Vec<PathBuf>>, Failure> {
        let (before, carried) = prepared(stage, &bed.out).unwrap().unwrap();
        happens(&bed.out);
        exchanged(stage, &bed.out, &before, &carried, &mut false)
    }

    fn count(bed: &Bed) -> usize {
        fs::read_dir(bed.dir.path()).unwrap().count()
    }

    #[test]
    fn a_file_that_comes_at_the_last_moment_is_in_the_new_site() {
        let bed = bed();
        let at = stage(&bed);
        let kept = meanwhile(&bed, &at, |out| fs::write(out.join("late"), "late").unwrap()).unwrap();
        assert_eq!(kept, Some(vec![PathBuf::from("late")]));
        assert_eq!(left(at), None);
        assert_eq!((text(&bed.out.join("a.html")), text(&bed.out.join("late"))), ("new".into(), "late".into()));
        assert_eq!(count(&bed), 1);
    }

    #[test]
    fn what_would_be_lost_comes_back() {
        type Happens = fn(&Path);
        let cases: [(Happens, &str); 4] = [
            (|out| fs::write(out.join("a.html"), "edited").unwrap(), "`a.html`"),
            (|out| fs::write(out.join(manifest::PATH), "{}").unwrap(), "not a manifest of trustbook"),
            (|out| fs::create_dir(out.join("new.html")).unwrap(), "`new.html`"),
            (
                |out| {
                    fs::remove_dir_all(out).unwrap();
                    fs::write(out, "a file").unwrap();
                },
                "is a file, not a folder",
            ),
        ];
        for (happens, why) in cases {
            let bed = bed();
            let at = stage(&bed);
            fs::write(at.site().join("new.html"), "new").unwrap();
            assert_eq!(meanwhile(&bed, &at, happens).unwrap(), None, "{why}");
            let is_whole = text(&bed.out) == "a file" || text(&bed.out.join("a.html")) != "new";
            assert!(is_whole && at.site().join("new.html").exists(), "{why}");
            let failure = into_place(at, &bed.out, Over::Ours).unwrap_err();
            assert!(failure.what().contains(why), "{}", failure.what());
            assert_eq!(count(&bed), 1);
        }
    }

    #[test]
    fn a_folder_or_link_that_comes_meanwhile_is_not_replaced() {
        let bed = bed();
        let at = stage(&bed);
        fs::remove_dir_all(&bed.out).unwrap();
        fs::create_dir(&bed.out).unwrap();
        fs::write(bed.out.join("mine"), "mine").unwrap();
        let failure = into_place(at, &bed.out, Over::Ours).unwrap_err();
        assert!(failure.what().contains("not published by trustbook"), "{}", failure.what());
        assert_eq!(text(&bed.out.join("mine")), "mine");
        #[cfg(unix)]
        for over in [Over::Ours, Over::All] {
            let at = stage(&bed);
            let elsewhere = bed.out.with_file_name("elsewhere");
            let _ = fs::rename(&bed.out, &elsewhere);
            let _ = fs::remove_file(&bed.out);
            std::os::unix::fs::symlink(&elsewhere, &bed.out).unwrap();
            let failure = into_place(at, &bed.out, over).unwrap_err();
            assert!(failure.what().ends_with("is a symbolic link, not a folder"), "{}", failure.what());
            assert_eq!(text(&elsewhere.join("mine")), "mine");
            fs::remove_file(&bed.out).unwrap();
            fs::rename(&elsewhere, &bed.out).unwrap();
        }
    }

    #[test]
    fn who_means_it_replaces_all() {
        let bed = bed();
        let at = stage(&bed);
        fs::write(bed.out.join("mine"), "mine").unwrap();
        assert_eq!(into_place(at, &bed.out, Over::All).unwrap().left, None);
        assert_eq!(text(&bed.out.join("a.html")), "new");
        assert!(!bed.out.join("mine").exists());
        assert_eq!(count(&bed), 1);
    }

    /// A program that has the folder open can write to it even after the swap.
    #[test]
    fn what_others_put_into_the_stage_is_left() {
        let bed = bed();
        let at = stage(&bed);
        assert!(into_place(at, &bed.out, Over::Ours).unwrap().left.is_none());
        let at = stage(&bed);
        let folder = at.old();
        assert!(swap(&at, &bed.out).unwrap());
        fs::write(folder.join("late"), "late").unwrap();
        assert_eq!(left(at).as_deref(), folder.parent());
        assert_eq!(text(&folder.join("late")), "late");
    }
}
