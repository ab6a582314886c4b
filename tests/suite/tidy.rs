//! The tree itself: heads, sizes, registries, the architecture page, and what may depend on what.

use crate::command::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use trustbook_core::check::CHECKS;
use trustbook_core::output::OUTPUTS;
use trustbook_core::register::kinds::KINDS;
use trustbook_core::schema::LANGUAGES;
use trustbook_core::theme::words;
use walkdir::WalkDir;

/// Rust files of the project, with their text.
fn sources() -> Vec<(PathBuf, String)> {
    let folders = ["fuzz", "preprocessors", "tests", "xtask"].map(|folder| root().join(folder));
    let walk = folders.into_iter().flat_map(|folder| {
        WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != "target")
    });
    walk.map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| (path.strip_prefix(root()).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_file_opens_with_a_sentence_and_stays_short() {
    let sources = sources();
    assert!(sources.len() > 60, "the sources are found");
    for (path, text) in sources {
        let head = text.lines().next().unwrap_or_default();
        assert!(head.starts_with("//! ") && head.ends_with(['.', '?']), "{} opens with `{head}`", path.display());
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines: what is its one purpose?", path.display());
    }
}

#[test]
fn every_check_has_its_file_and_its_page_and_nothing_else_is_there() {
    let folder = root().join("preprocessors/trustbook-core/src/check");
    let registered: BTreeSet<String> = CHECKS.iter().map(|check| check.name.replace('-', "_")).collect();
    assert_eq!(names(&folder, "md"), registered);
    let mut files = names(&folder, "rs");
    assert!(files.remove("mod"));
    assert_eq!(files, registered);
}

#[test]
fn every_output_has_its_file_and_its_page_and_nothing_else_is_there() {
    let folder = root().join("preprocessors/trustbook-core/src/output");
    let mut files = names(&folder, "rs");
    files.remove("mod");
    assert_eq!(files, names(&folder, "md"));
    assert_eq!(files.len(), OUTPUTS.len());
    let page = fs::read_to_string(root().join("guide/src/outputs.md")).unwrap();
    for output in OUTPUTS {
        assert!(page.contains(&format!("`{}`", output.name)), "guide/src/outputs.md leaves out `{}`", output.name);
    }
}

#[test]
fn every_file_of_the_theme_is_embedded_and_every_kind_has_its_block() {
    let folder = root().join("theme");
    let on_disk: BTreeMap<String, String> = WalkDir::new(&folder)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    let embedded = mdbook_trustbook::embedded::THEME;
    assert!(embedded.is_sorted());
    let embedded: BTreeMap<String, String> =
        embedded.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let strings = words::LANGUAGES.iter().map(|(name, text)| (format!("strings/{name}.toml"), (*text).to_owned()));
    let all: BTreeMap<String, String> = embedded.clone().into_iter().chain(strings).collect();
    assert!(all == on_disk, "{:?} and {:?}", all.keys(), on_disk.keys());
    for kind in KINDS {
        assert!(embedded.contains_key(&format!("blocks/{}.hbs", kind.block)), "{}", kind.name);
    }
}

/// The modules of the core as ARCHITECTURE.md orders them.
fn modules(architecture: &str) -> Vec<String> {
    let (_, section) = architecture.split_once("## Modules of the core").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn the_architecture_page_names_what_is_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for path in text.split('`').skip(1).step_by(2).filter(|word| word.contains('/') && !word.contains(['*', ' '])) {
        assert!(root().join(path).exists() || path == "/", "ARCHITECTURE.md names `{path}`, which does not exist");
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']')).unwrap().0;
    for member in members.split('"').skip(1).step_by(2) {
        assert!(text.contains(&format!("| `{member}` |")), "ARCHITECTURE.md leaves out the crate `{member}`");
    }
    let source = root().join("preprocessors/trustbook-core/src");
    let folders = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut found: BTreeSet<String> =
        folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    found.extend(names(&source, "rs"));
    found.remove("lib");
    assert_eq!(modules(&text).into_iter().collect::<BTreeSet<_>>(), found);
}

#[test]
fn modules_import_in_one_direction() {
    let order = modules(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap());
    let rank = |module: &str| order.iter().position(|known| known == module);
    let mut imports = 0;
    for (path, text) in sources() {
        let Ok(inner) = path.strip_prefix("preprocessors/trustbook-core/src") else { continue };
        let module =
            inner.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        let Some(own) = rank(&module) else { continue };
        for (_, rest) in text.match_indices("crate::").map(|(at, _)| text.split_at(at + "crate::".len())) {
            let imported: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if let Some(other) = rank(&imported) {
                assert!(other <= own, "{} imports `{imported}`, which comes after `{module}`", path.display());
                imports += 1;
            }
        }
        if matches!(module.as_str(), "check" | "output" | "report") && !inner.ends_with("mod.rs") {
            for sibling in names(root().join(&path).parent().unwrap(), "rs") {
                let imports_it =
                    text.contains(&format!("super::{sibling}::")) || text.contains(&format!("{module}::{sibling}::"));
                assert!(!imports_it, "{} imports its sibling `{sibling}`", path.display());
            }
        }
    }
    assert!(imports > 100, "the imports are found");
}

#[test]
fn what_every_build_runs_has_no_network_client() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", "mdbook-trustbook"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains("trustbook-core") && !crates.contains("mdbook-html"), "{crates:?}");
    const CLIENTS: &[&str] = &[
        "async-std",
        "attohttpc",
        "axum",
        "curl",
        "h2",
        "hickory-resolver",
        "hyper",
        "isahc",
        "mio",
        "native-tls",
        "openssl",
        "quinn",
        "reqwest",
        "rustls",
        "smol",
        "socket2",
        "surf",
        "tokio",
        "tungstenite",
        "ureq",
    ];
    for client in CLIENTS {
        assert!(!crates.contains(client), "`{client}` is in the tree of mdbook-trustbook");
    }
}

#[test]
fn the_core_knows_the_world_through_its_door_only() {
    let mut files = 0;
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("preprocessors/trustbook-core")) {
        // clippy.toml gives the reasons; this leaves no gap between its lines.
        for module in ["fs", "env", "process", "net", "time", "thread"] {
            assert!(!text.contains(&format!("std::{module}")), "{} uses std::{module}", path.display());
        }
        assert!(!text.contains("crate::{"), "{}: name each module, so that imports can be followed", path.display());
        files += 1;
    }
    assert!(files > 40);
}

#[test]
fn no_dependency_asks_for_a_newer_compiler_than_we_do() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = String::from_utf8(Command::new(rustc).arg("-vV").output().unwrap().stdout).unwrap();
    // What other systems need is not on this machine before somebody builds for them.
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(root())
        .output();
    let metadata: serde_json::Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let version = |text: &str| text.split('.').map(|part| part.parse().unwrap()).collect::<Vec<u32>>();
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages.iter().find(|package| package["name"] == "trustbook-core").unwrap();
    let ours = version(own["rust_version"].as_str().unwrap());
    assert_eq!(ours, [1, 89]);
    for package in packages {
        let Some(needs) = package["rust_version"].as_str() else { continue };
        assert!(version(needs)[..2] <= ours[..2], "{} needs Rust {needs}", package["name"]);
    }
}

#[test]
fn the_documents_speak_of_what_exists() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for check in CHECKS {
        assert!(readme.contains(&format!("`{}`", check.name)), "README.md leaves out `{}`", check.name);
    }
    for command in [
        "build", "check", "explain", "facts", "init", "observe", "pdf", "refresh", "review", "schema", "serve",
        "verify",
    ] {
        assert!(readme.contains(&format!("`trustbook {command}")), "README.md leaves out `{command}`");
    }
    for file in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        // What stands in a fence is an example.
        let text: String = text.split("\n```").step_by(2).collect();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let is_local = !path.is_empty() && !path.contains("://") && !path.contains(':');
            assert!(!is_local || root().join(path).exists(), "{file} links to `{link}`, which does not exist");
        }
    }
}

#[test]
fn every_schema_language_has_its_fuzz_target() {
    let languages: BTreeSet<String> = LANGUAGES.iter().map(|language| language.name.replace('-', "_")).collect();
    assert_eq!(names(&root().join("fuzz/fuzz_targets"), "rs"), languages);
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for name in languages {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml leaves out `{name}`");
    }
}
