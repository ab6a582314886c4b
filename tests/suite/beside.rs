//! Files of others in the folder of a site: they are kept, or the build refuses and names them.

use crate::command::{book, stderr, stdout, tree, trustbook, write};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "# About\n\nNew words. {{ vendor.name }} ![Logo](logo.svg)\n";

/// Creates a small book with its site.
fn built() -> tempfile::TempDir {
    let book = book();
    passes(&["build"], book.path());
    book
}

fn passes(args: &[&str], dir: &Path) -> String {
    let output = trustbook(args, dir);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stderr(&output)
}

/// Asserts that a build refuses with these reasons, changes nothing, and suggests `--replace`.
fn refuses(args: &[&str], dir: &Path, why: &[&str]) {
    let before = tree(dir);
    let output = trustbook(args, dir);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    for why in why.iter().chain(&["help: ", "--replace"]) {
        assert!(stderr(&output).contains(why), "{why}: {}", stderr(&output));
    }
    assert!(before == tree(dir), "something has changed");
    passes(&[args, &["--replace"]].concat(), dir);
}

fn text(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn files_of_others_stay_in_a_site_of_ours() {
    let book = built();
    let site = book.path().join("book");
    let others = ["CNAME", "blog/post.html", ".well-known/acme-challenge/t", "assets/own.css", "blog/a/b/c.bin"];
    others.iter().for_each(|file| write(&site, file, file));
    fs::create_dir(site.join("uploads")).unwrap();
    write(book.path(), "src/about.md", PAGE);
    let said = passes(&["build"], book.path());
    let names = "`.well-known/acme-challenge/t`, `CNAME`, `assets/own.css`, `blog/a/b/c.bin`, `blog/post.html`";
    assert!(said.contains(&format!("kept 5 files that trustbook did not publish: {names}")), "{said}");
    assert!(text(site.join("about.html")).contains("New words."));
    others.iter().for_each(|file| assert_eq!(text(site.join(file)), *file));
    assert!(site.join("uploads").is_dir());
    assert!(!text(site.join("manifest.json")).contains("CNAME"));
    // `verify` reports them, because no build has them.
    let output = trustbook(&["verify", "book"], book.path());
    let told = stdout(&output);
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 5), "{told}");
    assert!(told.contains("CNAME: no build has this file"), "{told}");
    // Files of a removed chapter are deleted; a folder with files of others stays.
    write(book.path(), "src/SUMMARY.md", "- [More](more.md)\n");
    write(book.path(), "src/more.md", PAGE);
    passes(&["build"], book.path());
    assert!(!site.join("about.html").exists() && site.join("more.html").exists());
    others.iter().for_each(|file| assert_eq!(text(site.join(file)), *file));
    assert_eq!(fs::read_dir(book.path()).unwrap().count(), 4, "nothing is left beside it");
    assert!(!passes(&["build", "--replace"], book.path()).contains("kept"));
    assert!(!site.join("CNAME").exists() && !site.join("uploads").exists());
    passes(&["verify", "book"], book.path());
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_the_thing_itself() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let (book, outside) = (built(), tempfile::tempdir().unwrap());
    let site = book.path().join("book");
    write(outside.path(), "secret", "secret");
    symlink(outside.path(), site.join("link")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(site.join("pipe")).status().unwrap().success());
    write(&site, "data/app.db", "data");
    fs::set_permissions(site.join("data"), fs::Permissions::from_mode(0o1770)).unwrap();
    fs::set_permissions(site.join("data/app.db"), fs::Permissions::from_mode(0o600)).unwrap();
    let found = |path: &str| {
        let found = fs::symlink_metadata(site.join(path)).unwrap();
        (found.ino(), found.mode(), found.mtime_nsec())
    };
    let before = ["link", "pipe", "data/app.db"].map(found);
    passes(&["build"], book.path());
    assert_eq!(["link", "pipe", "data/app.db"].map(found), before);
    assert_eq!(found("data").1 & 0o7777, 0o1770);
    assert_eq!(fs::metadata(site.join("data/app.db")).unwrap().nlink(), 1, "it has no other name any more");
    assert_eq!(text(outside.path().join("secret")), "secret");
}

#[test]
fn a_folder_of_somebody_else_is_not_replaced() {
    let book = book();
    for (file, bytes) in [("index.html", "by hand"), ("toc.html", "by hand"), ("app/data.db", "precious")] {
        write(book.path(), &format!("www/{file}"), bytes);
    }
    let why = "holds a site built by mdBook, not by trustbook";
    refuses(&["build", "--out", "www"], book.path(), &[why]);
    write(book.path(), "docs/notes.txt", "mine");
    refuses(&["build", "--out", "docs"], book.path(), &["it has no `manifest.json`", "`notes.txt`"]);
    write(book.path(), "app/manifest.json", "{ \"name\": \"App\", \"icons\": [] }");
    refuses(
        &["build", "--out", "app"],
        book.path(),
        &["its `manifest.json` is not a manifest of trustbook", "`manifest.json`"],
    );
    fs::create_dir_all(book.path().join("empty")).unwrap();
    passes(&["build", "--out", "empty"], book.path());
}

#[test]
fn a_file_in_the_way_is_named() {
    let book = built();
    let site = book.path().join("book");
    for file in ["more.html", "other.txt"] {
        write(&site, file, "mine");
    }
    write(book.path(), "src/SUMMARY.md", "- [About](about.md)\n- [More](more.md)\n");
    write(book.path(), "src/more.md", "# More\n\nMore words.\n");
    refuses(&["build"], book.path(), &["at paths that the new site needs: `more.html`\n"]);
    assert!(!site.join("other.txt").exists());
}

#[test]
fn a_page_that_somebody_has_changed_is_named() {
    let book = built();
    write(book.path(), "book/about.html", "by hand");
    fs::remove_file(book.path().join("book/logo.svg")).unwrap();
    refuses(&["build"], book.path(), &["has files that were changed after they were published: `about.html`\n"]);
}

/// A pull request can include a manifest of its own.
#[test]
fn a_manifest_is_not_trusted() {
    let (book, outside) = (book(), tempfile::tempdir().unwrap());
    write(outside.path(), "secret", "x");
    write(book.path(), "x", "x");
    write(book.path(), "book/evil.html", "x");
    let up = format!("../{}/secret", outside.path().file_name().unwrap().to_str().unwrap());
    let secret = outside.path().join("secret");
    let sha = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    let files: BTreeMap<&str, serde_json::Value> = ["../x", "/x", "evil.html", &up, secret.to_str().unwrap()]
        .map(|path| (path, serde_json::json!({ "bytes": 1, "sha256": sha })))
        .into();
    let manifest = serde_json::json!(
        { "version": 1, "generator": "trustbook", "commit": null, "built": "2026-01-15", "files": files }
    );
    write(book.path(), "book/manifest.json", &manifest.to_string());
    passes(&["build"], book.path());
    assert!(secret.exists() && book.path().join("x").exists());
    assert!(!book.path().join("book/evil.html").exists(), "it is what a build would have written");
}

#[cfg(unix)]
#[test]
fn the_rights_and_the_group_of_the_folder_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let book = built();
    let site = book.path().join("book");
    // The user who runs the tests may have no second group.
    let groups = String::from_utf8(std::process::Command::new("id").arg("-G").output().unwrap().stdout).unwrap();
    let own = fs::metadata(&site).unwrap().gid();
    let other = groups.split_whitespace().map(|group| group.parse::<u32>().unwrap()).find(|group| *group != own);
    // Root can assign any group.
    let is_root =
        String::from_utf8(std::process::Command::new("id").arg("-u").output().unwrap().stdout).unwrap() == "0\n";
    let group = other.or(is_root.then_some(12345)).unwrap_or(own);
    std::os::unix::fs::chown(&site, None, Some(group)).unwrap();
    fs::set_permissions(&site, fs::Permissions::from_mode(0o2775)).unwrap();
    write(book.path(), "src/about.md", PAGE);
    passes(&["build"], book.path());
    let found = fs::metadata(&site).unwrap();
    assert_eq!((found.gid(), found.mode() & 0o7777), (group, 0o2775));
    for file in ["about.html", "assets", "assets/site.css", "manifest.json"] {
        assert_eq!(fs::metadata(site.join(file)).unwrap().gid(), group, "{file}");
    }
    passes(&["build", "--replace"], book.path());
    assert_eq!(fs::metadata(&site).unwrap().mode() & 0o7777, 0o2775);
}

#[test]
fn somebody_may_write_to_the_site_all_the_time() {
    let book = built();
    let site = book.path().join("book");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = Vec::new();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let file = site.join(format!("up/{}", written.len()));
                // The folder can be replaced between two accesses.
                let is_there = fs::create_dir_all(site.join("up")).and_then(|()| fs::write(&file, "x")).is_ok();
                if is_there {
                    written.push(file);
                }
                std::thread::sleep(std::time::Duration::from_micros(300));
            }
            written
        });
        for round in 0..4 {
            write(book.path(), "src/about.md", &format!("{PAGE}\n{round}\n"));
            passes(&["build"], book.path());
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        let written = writer.join().unwrap();
        let lost: Vec<_> = written.iter().filter(|file| !file.exists()).collect();
        assert!(!written.is_empty() && lost.is_empty(), "{lost:?} of {}", written.len());
    });
}

/// In a verified site, a link could reveal files elsewhere, and a pipe could block the command.
#[cfg(unix)]
#[test]
fn a_site_is_verified_by_plain_files_alone() {
    use std::os::unix::fs::symlink;
    let (book, outside) = (built(), tempfile::tempdir().unwrap());
    let site = book.path().join("book");
    let pipe = |path: PathBuf| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    fs::rename(site.join("assets"), outside.path().join("assets")).unwrap();
    symlink(outside.path().join("assets"), site.join("assets")).unwrap();
    fs::rename(site.join("about.html"), outside.path().join("about.html")).unwrap();
    symlink(outside.path().join("about.html"), site.join("about.html")).unwrap();
    fs::remove_file(site.join("logo.svg")).unwrap();
    pipe(site.join("logo.svg"));
    symlink("/dev/zero", site.join("zero")).unwrap();
    for args in [&["verify", "book"][..], &["verify", "book", "--manifest-only"]] {
        let output = trustbook(args, book.path());
        let told = stdout(&output);
        assert_eq!(output.status.code(), Some(1), "{told}{}", stderr(&output));
        for line in [
            "about.html: it could not be read: `about.html` is a symbolic link",
            "assets/site.css: it could not be read: `assets` is a symbolic link",
            "logo.svg: it could not be read: `logo.svg` is a pipe",
            "zero: no build has this file",
        ] {
            assert!(told.lines().any(|told| told == line), "{line}: {told}");
        }
    }
    let manifest = site.join("manifest.json");
    for (make, what) in [("pipe", "is a pipe"), ("link", "is a symbolic link")] {
        fs::rename(&manifest, outside.path().join("manifest.json")).unwrap();
        match make {
            "pipe" => pipe(manifest.clone()),
            _ => symlink(outside.path().join("manifest.json"), &manifest).unwrap(),
        }
        let output = trustbook(&["verify", "book"], book.path());
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains(&format!("`manifest.json` {what}")), "{}", stderr(&output));
        fs::rename(outside.path().join("manifest.json"), &manifest).unwrap();
    }
}

/// Deleting a folder would delete a file system mounted in it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_mounted_in_a_site_is_not_deleted() {
    let (book, other) = (built(), tempfile::tempdir().unwrap());
    write(other.path(), "data", "precious");
    let line =
        "mkdir book/m && mount --bind \"$1\" book/m || exit 99; \"$0\" build; \"$0\" build --replace; umount book/m";
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", line])
        .arg(crate::command::programs().join("trustbook"))
        .arg(other.path())
        .current_dir(book.path())
        .output();
    // Some machines allow no mounts.
    let Some(output) = output.ok().filter(|output| output.status.success()) else { return };
    assert_eq!(stderr(&output).matches("book/m is mounted from elsewhere").count(), 2, "{}", stderr(&output));
    assert_eq!(text(other.path().join("data")), "precious");
}
