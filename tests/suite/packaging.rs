//! The ways in which the command is installed: each has the systems of `packaging/targets.toml` and one version.

use crate::command::{root, stderr, stdout, write};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the systems with their runners.
pub(crate) fn targets() -> Vec<(String, String)> {
    let table: toml::Table = read("packaging/targets.toml").parse().unwrap();
    let text = |target: &toml::Value, key: &str| target[key].as_str().unwrap().to_owned();
    let targets = table["target"].as_array().unwrap();
    targets.iter().map(|target| (text(target, "name"), text(target, "runner"))).collect()
}

#[test]
fn every_way_in_has_the_same_systems() {
    let all: BTreeSet<String> = targets().into_iter().map(|(name, _)| name).collect();
    let install = read("preprocessors/trustbook/templates/ci/install.sh");
    let (_, cases) = install.split_once("case \"$(uname").unwrap();
    let (cases, _) = cases.split_once("esac").unwrap();
    let named = cases.lines().filter_map(|line| line.split_once("target=")?.1.strip_suffix(" ;;"));
    let named = named.map(|target| target.trim_matches('"')).flat_map(|target| match target.strip_suffix("$libc") {
        Some(system) => vec![format!("{system}gnu"), format!("{system}musl")],
        None => vec![target.to_owned()],
    });
    assert_eq!(named.collect::<BTreeSet<_>>(), all, "install.sh");
    let formula = read("packaging/homebrew.rb");
    for (archive, sum) in formula.split("/trustbook-@VERSION@-").skip(1).map(|rest| {
        let (archive, rest) = rest.split_once(".tar.gz").unwrap();
        (archive, rest.split('@').nth(1).unwrap())
    }) {
        assert!(archive == sum && all.contains(archive), "the formula gives {archive} the checksum of {sum}");
    }
    let flake = read("flake.nix");
    for target in all.iter().filter(|target| target.ends_with("gnu") || target.ends_with("darwin")) {
        let processor = target.split('-').next().unwrap();
        let system = if target.ends_with("gnu") { "linux" } else { "darwin" };
        assert!(flake.contains(&format!("\"{processor}-{system}\"")), "flake.nix leaves out {target}");
    }
    assert!(flake.contains("manifest.workspace.package.version"), "the flake has a version of its own");
    // The address that cargo-binstall asks for is that of an archive.
    let manifest: toml::Table = read("preprocessors/trustbook/Cargo.toml").parse().unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let address = binstall["pkg-url"].as_str().unwrap();
    let address = [("{ repo }", "R"), ("{ name }", "trustbook"), ("{ version }", VERSION), ("{ target }", "T")]
        .iter()
        .fold(address.to_owned(), |address, (mark, value)| address.replace(mark, value))
        .replace("{ archive-suffix }", ".tar.gz");
    assert_eq!(address, format!("R/releases/download/v{VERSION}/trustbook-{VERSION}-T.tar.gz"));
    assert_eq!(binstall["pkg-fmt"].as_str(), Some("tgz"));
    let component = read("templates/check.yml");
    assert!(component.contains("trustbook-$TRUSTBOOK_VERSION-x86_64-unknown-linux-gnu.tar.gz"));
    // Values reach the scripts of the component through the environment.
    let (_, scripts) = component.split_once("before_script:").unwrap();
    assert!(!scripts.contains("$[["), "{scripts}");
}

#[test]
fn examples_of_the_handbook_name_this_version() {
    assert!(read("guide/src/install.md").contains(&format!("rev: v{VERSION}\n")));
    let page = read("guide/src/ci.md");
    assert!(page.contains(&format!("/check@{VERSION}\n")) && page.contains(&format!("version: {VERSION}\n")));
}

/// A forge that verifies what the test says, and records its requests.
#[cfg(unix)]
const GH: &str =
    "#!/bin/sh\necho \"$*\" >> \"$STATE/asked\"\ntest \"$1\" != attestation || test -f \"$STATE/is-verified\"\n";
/// A client that takes each file from the mirror of the test.
#[cfg(unix)]
const CURL: &str = "#!/bin/sh\necho \"$*\" >> \"$STATE/asked\"\nfor at; do last=$at; done\n\
    while [ \"$1\" != --output ]; do shift; done\ncp \"$STATE/mirror/${last##*/}\" \"$2\"\n";

#[cfg(unix)]
fn put_program(dir: &Path, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    write(dir, name, text);
    fs::set_permissions(dir.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the script with these variables, and returns what it did and whether anything was installed.
#[cfg(unix)]
fn install(dir: &Path, variables: &[(&str, &str)]) -> (Output, bool) {
    let bin = dir.join("bin");
    let _ = fs::remove_dir_all(&bin);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(dir.join("programs")).chain(std::env::split_paths(&path));
    let output = Command::new("bash")
        .arg(root().join("preprocessors/trustbook/templates/ci/install.sh"))
        .arg(&bin)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::join_paths(paths).unwrap())
        .env("STATE", dir)
        .env("TRUSTBOOK_VERSION", VERSION)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (output, bin.join("trustbook").exists())
}

#[cfg(target_os = "linux")]
#[test]
fn the_script_installs_what_a_checksum_or_an_attestation_vouches_for_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    put_program(dir, "packed/trustbook", "#!/bin/sh\necho installed\n");
    put_program(dir, "programs/curl", CURL);
    put_program(dir, "programs/gh", GH);
    fs::create_dir(dir.join("mirror")).unwrap();
    for libc in ["gnu", "musl"] {
        let archive = format!("mirror/trustbook-{VERSION}-{}-unknown-linux-{libc}.tar.gz", std::env::consts::ARCH);
        let tar = ["-czf", archive.as_str(), "--mtime=@0", "-C", "packed", "trustbook"];
        assert!(Command::new("tar").args(tar).current_dir(dir).status().unwrap().success());
    }
    let sum = |path: &Path| stdout(&Command::new("sha256sum").arg(path).output().unwrap())[..64].to_owned();
    let one = fs::read_dir(dir.join("mirror")).unwrap().next().unwrap().unwrap().path();
    let (good, bad) = (sum(&one), "0".repeat(64));
    let folder = dir.join("mirror");
    let folder = folder.to_str().unwrap();
    let asked = || fs::read_to_string(dir.join("asked")).unwrap_or_default();
    let works = |variables: &[(&str, &str)]| {
        let (output, is_there) = install(dir, variables);
        assert!(output.status.success() && is_there, "{variables:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "installed\n");
    };
    let refuses = |variables: &[(&str, &str)], why: &str| {
        let (output, is_there) = install(dir, variables);
        assert!(!output.status.success() && !is_there, "{variables:?}");
        assert!(stderr(&output).contains(why), "{variables:?}: {}", stderr(&output));
    };
    // A folder, without a network.
    works(&[("TRUSTBOOK_FROM", folder), ("TRUSTBOOK_SHA256", &good)]);
    refuses(&[("TRUSTBOOK_FROM", folder), ("TRUSTBOOK_SHA256", &bad)], "is not what TRUSTBOOK_SHA256 says");
    refuses(&[("TRUSTBOOK_FROM", folder)], "set TRUSTBOOK_SHA256");
    assert_eq!(asked(), "");
    // A mirror, and the release itself.
    works(&[("TRUSTBOOK_FROM", "https://mirror.example/x/"), ("TRUSTBOOK_SHA256", &good)]);
    assert!(
        asked().contains("--proto =https") && asked().contains(" https://mirror.example/x/trustbook-"),
        "{}",
        asked()
    );
    refuses(&[("TRUSTBOOK_FROM", "https://mirror.example/x")], "set TRUSTBOOK_SHA256");
    works(&[("TRUSTBOOK_SHA256", &good)]);
    assert!(asked().contains(&format!("/releases/download/v{VERSION}/trustbook-{VERSION}-")), "{}", asked());
    // An attestation is verified of an archive from anywhere, and one that was downloaded is kept.
    refuses(&[("TRUSTBOOK_FROM", folder), ("GH_TOKEN", "x")], "");
    write(dir, "is-verified", "");
    works(&[("TRUSTBOOK_FROM", folder), ("GH_TOKEN", "x")]);
    assert!(asked().contains("attestation verify ") && asked().contains("release.yml"), "{}", asked());
    works(&[("TRUSTBOOK_FROM", "kept"), ("TRUSTBOOK_SHA256", &good)]);
    works(&[("TRUSTBOOK_FROM", "kept"), ("GH_TOKEN", "x")]);
    assert!(!asked().contains("release download"), "{}", asked());
    refuses(&[("TRUSTBOOK_VERSION", "1.0/../.."), ("TRUSTBOOK_SHA256", &good)], "is no version");
}

#[cfg(target_os = "linux")]
#[test]
fn the_component_of_gitlab_runs_what_its_checksum_vouches_for() {
    let component = read("templates/check.yml");
    let (_, jobs) = component.split_once("    - |\n").unwrap();
    let (before, script) = jobs.split_once("  script:\n    - ").unwrap();
    let before: String = before.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    let (script, _) = script.split_once("  artifacts:").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    put_program(dir, "packed/trustbook", "#!/bin/sh\necho \"$@\"\n");
    put_program(dir, "packed/check.sh", &read("preprocessors/trustbook/templates/ci/check.sh"));
    put_program(dir, "programs/curl", CURL);
    fs::create_dir_all(dir.join("mirror")).unwrap();
    let archive = format!("mirror/trustbook-{VERSION}-x86_64-unknown-linux-gnu.tar.gz");
    let tar = ["-czf", archive.as_str(), "-C", "packed", "trustbook", "check.sh"];
    assert!(Command::new("tar").args(tar).current_dir(dir).status().unwrap().success());
    let sum = stdout(&Command::new("sha256sum").arg(dir.join(&archive)).output().unwrap())[..64].to_owned();
    for (sum, is_good) in [(sum, true), ("0".repeat(64), false)] {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(dir.join("programs")).chain(std::env::split_paths(&path));
        let output = Command::new("bash")
            .args(["-eo", "pipefail", "-c", &format!("{before}{script}")])
            .current_dir(dir)
            .env("PATH", std::env::join_paths(paths).unwrap())
            .envs([("STATE", dir), ("CI_PROJECT_DIR", dir), ("TMPDIR", dir)])
            .envs([("TRUSTBOOK_VERSION", VERSION), ("TRUSTBOOK_SHA256", &sum), ("TRUSTBOOK_FROM", "")])
            .envs([("TRUSTBOOK_BOOK", "a book"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")])
            .output()
            .unwrap();
        assert_eq!(output.status.success(), is_good, "{}", stderr(&output));
        let report = fs::read_to_string(dir.join("trustbook.xml")).unwrap_or_default();
        assert_eq!(report, if is_good { "check a book --root a book --format junit\n" } else { "" });
        let _ = fs::remove_file(dir.join("trustbook.xml"));
    }
    let asked = fs::read_to_string(dir.join("asked")).unwrap();
    assert!(asked.contains(&format!("/releases/download/v{VERSION}/trustbook-{VERSION}-")), "{asked}");
}
