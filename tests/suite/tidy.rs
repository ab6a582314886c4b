//! The source tree: first lines, registries, the architecture page, and the direction of dependencies.

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

/// Returns the Rust files of the project, with their text.
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
fn every_file_opens_with_a_sentence() {
    let sources = sources();
    assert!(sources.len() > 60, "the sources are found");
    for (path, text) in sources {
        let head = text.lines().next().unwrap_or_default();
        assert!(head.starts_with("//! ") && head.ends_with(['.', '?']), "{} opens with `{head}`", path.display());
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

/// Returns the modules of the core in the order of ARCHITECTURE.md.
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

/// The imports of each module within its folder; a folder with all its files counts as one module.
type Imports = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// Returns the imports of all modules. A re-exported name counts as the file that defines it; tests are ignored.
fn imports(sources: &[(PathBuf, String)]) -> Imports {
    let is_test = |path: &Path| path.iter().skip(1).any(|part| part == "tests" || part == "tests.rs");
    let mut modules: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (path, text) in sources.iter().filter(|(path, _)| !is_test(path)) {
        let mut module = path.with_extension("");
        if ["lib", "main", "mod"].iter().any(|name| module.ends_with(name)) {
            module.pop();
        }
        modules.entry(module).or_default().push_str(&without_tests(text));
    }
    let below = |above: &Path, path: &Path| path.strip_prefix(above).ok()?.iter().next().map(|part| above.join(part));
    let mut passed_on: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for (module, text) in &modules {
        for path in named(module, text).into_iter().filter(|path| path.parent() != Some(module)) {
            let (Some(file), Some(name)) = (below(module, &path), path.file_name()) else { continue };
            passed_on.insert(module.join(name), file);
        }
    }
    let mut imports = Imports::new();
    for (module, text) in &modules {
        for path in named(module, text) {
            let above = module.ancestors().find(|above| path.starts_with(above)).unwrap();
            let (Some(from), Some(to)) = (below(above, module), below(above, &path)) else { continue };
            let to = if modules.contains_key(&to) { Some(&to) } else { passed_on.get(&to) };
            if let Some(to) = to.filter(|to| **to != from && modules.contains_key(*to)) {
                imports.entry(from).or_default().insert(to.clone());
            }
        }
    }
    imports
}

/// Returns the paths that a module names, from the root of the project.
fn named(module: &Path, text: &str) -> Vec<PathBuf> {
    let is_root = |above: &&Path| above.ends_with("src") || above.ends_with("suite");
    let root = module.ancestors().find(is_root).unwrap_or(module);
    let whole = |parts: Vec<&str>| {
        parts.into_iter().fold(module.to_owned(), |at, part| match part {
            "crate" => root.to_owned(),
            "super" => at.parent().unwrap_or(&at).to_owned(),
            "self" => at,
            part => at.join(part),
        })
    };
    paths(text).into_iter().map(whole).collect()
}

/// Returns Rust code without its comments and its module of tests.
fn without_tests(text: &str) -> String {
    let (before, tests) = text.split_once("#[cfg(test)]\nmod tests {").unwrap_or((text, ""));
    let after = tests.split_once("\n}\n").map_or("", |(_, after)| after);
    let lines = before.lines().chain(after.lines());
    lines.map(|line| format!("{}\n", line.split("//").next().unwrap_or_default())).collect()
}

/// Returns the paths in Rust code, such as `super::a::b`, split into their parts.
fn paths(text: &str) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    for start in ["use ", "crate::", "self::", "super::"] {
        for (at, _) in text.match_indices(start) {
            if !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                read_path(text[at..].trim_start_matches("use "), &[], &mut found);
            }
        }
    }
    found
}

/// Reads the rest of a path, which may branch in braces, and returns the text after it.
fn read_path<'t>(text: &'t str, before: &[&'t str], found: &mut Vec<Vec<&'t str>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.is_empty() && !rest.starts_with('}') {
            rest = read_path(rest, before, found);
            rest = &rest[rest.find([',', '}']).unwrap_or(rest.len())..];
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let path = [before, &[word]].concat();
    match rest.strip_prefix("::") {
        Some(rest) => read_path(rest, &path, found),
        None => {
            found.push(path);
            rest
        }
    }
}

/// Returns the cycles of imports, each as the modules in it.
fn circles(imports: &Imports) -> BTreeSet<Vec<&PathBuf>> {
    let is_back = |from: &PathBuf, to: &&PathBuf| reached(imports, to).contains(from);
    let circle = |from| reached(imports, from).into_iter().filter(|to| is_back(from, to)).collect();
    imports.keys().map(circle).filter(|circle: &Vec<_>| !circle.is_empty()).collect()
}

/// Returns everything that a module imports, directly or indirectly.
fn reached<'i>(imports: &'i Imports, from: &'i PathBuf) -> BTreeSet<&'i PathBuf> {
    let (mut reached, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(at) = left.pop() {
        left.extend(imports.get(at).into_iter().flatten().filter(|to| reached.insert(*to)));
    }
    reached
}

#[test]
fn files_of_a_folder_import_each_other_in_one_direction() {
    let imports = imports(&sources());
    assert!(imports.len() > 300, "the imports are found");
    let circles = circles(&imports);
    assert!(circles.is_empty(), "these import each other in a circle: {circles:#?}");
}

#[test]
fn a_circle_of_files_is_found() {
    let files = [
        ("lib.rs", "mod a;\nmod b;\nmod c;\npub use c::Named as Other;\nuse c::{Named, b::Not};\n"),
        ("a.rs", "use crate::{\n    b::Type,\n};\n// super::d::comment\n"),
        ("b/mod.rs", "mod inner;\n\n#[cfg(test)]\nmod tests {\n    use super::super::d::Type;\n}\n"),
        ("b/inner.rs", "pub(super) fn call() -> super::super::Named { inner_super::d::call() }\n"),
        ("b/tests.rs", "use crate::d;\n"),
        ("c.rs", "fn call() { super::a::call(); }\n"),
        ("d.rs", "use super::a::{self, Type as Other};\nuse super::{b, c};\n"),
    ];
    let files = files.map(|(path, text)| (Path::new("crate/src").join(path), text.to_owned()));
    let imports = imports(&files);
    let module = |name: &str| Path::new("crate/src").join(name);
    assert_eq!(imports[&module("d")], ["a", "b", "c"].map(module).into());
    assert_eq!(
        circles(&imports),
        [["a", "b", "c"].map(|name| imports.get_key_value(&module(name)).unwrap().0).into()].into()
    );
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

/// Returns true for a file of a crate that knows nothing of the world around it.
fn is_pure(path: &Path) -> bool {
    path.starts_with("preprocessors/trustbook-core") || path.starts_with("preprocessors/trustbook-schema")
}

#[test]
fn the_core_knows_the_world_through_its_door_only() {
    let mut files = 0;
    for (path, text) in sources().iter().filter(|(path, _)| is_pure(path)) {
        // clippy.toml gives the reasons. This test also covers what its entries leave out.
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
    // Dependencies for other systems are not on this machine unless somebody has built for them.
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

/// The crates that are published, each after those that it needs.
const PUBLISHED: [&str; 5] = ["trustbook-theme", "trustbook-schema", "trustbook-core", "mdbook-trustbook", "trustbook"];

#[test]
fn every_crate_is_a_package_with_all_that_its_code_includes() {
    let cargo = |args: &[&str]| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let output = Command::new(cargo).args(args).arg("--offline").current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let metadata = cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let published = packages.iter().filter(|package| package["publish"].is_null());
    let crates: BTreeSet<&str> = published.clone().map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(crates, PUBLISHED.into());
    for package in published {
        let name = package["name"].as_str().unwrap();
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
        for key in ["description", "license", "readme", "repository"] {
            assert!(package[key].is_string(), "{name} has no {key}");
        }
        assert!(!package["keywords"].as_array().unwrap().is_empty(), "{name}");
        for needed in package["dependencies"].as_array().unwrap() {
            let place = |name: &str| PUBLISHED.iter().position(|known| *known == name);
            let needs = needed["name"].as_str().unwrap();
            assert!(place(needs).is_none_or(|needed| needed < place(name).unwrap()), "{name} is before {needs}");
        }
        let list = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        let packaged: BTreeSet<PathBuf> = list.lines().map(|line| folder.join(line)).collect();
        assert!(packaged.contains(&folder.join("README.md")), "{name}");
        for file in packaged.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
            let text = fs::read_to_string(file).unwrap();
            let includes = ["include_str!(\"", "include_bytes!(\""].map(|call| text.split(call).skip(1));
            for included in
                includes.into_iter().flatten().filter_map(|rest| rest.split_once("\")")).map(|(path, _)| path)
            {
                let path = file.parent().unwrap().join(included).components().fold(PathBuf::new(), |at, part| {
                    if part.as_os_str() == ".." { at.parent().unwrap().to_owned() } else { at.join(part) }
                });
                assert!(packaged.contains(&path), "{} includes `{included}`, which is not in {name}", file.display());
            }
        }
        // The names of templates are put together by a macro.
        let templates = WalkDir::new(folder.join("templates")).into_iter().filter(|_| name == "trustbook").flatten();
        for template in templates.filter(|template| template.file_type().is_file()) {
            assert!(packaged.contains(template.path()), "{:?}", template.path());
        }
    }
    let target = tempfile::tempdir().unwrap();
    let mut package = vec!["package", "--no-verify", "--allow-dirty", "--target-dir", target.path().to_str().unwrap()];
    package.extend(PUBLISHED.iter().flat_map(|name| ["--package", name]));
    cargo(&package);
    let made = names(&target.path().join("package"), "crate");
    assert_eq!(made.len(), PUBLISHED.len(), "{made:?}");
}

#[test]
fn the_documents_speak_of_what_exists() {
    for file in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        // The content of a fence is an example.
        let text: String = text.split("\n```").step_by(2).collect();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let is_local = !path.is_empty() && !path.contains("://") && !path.contains(':');
            assert!(!is_local || root().join(path).exists(), "{file} links to `{link}`, which does not exist");
        }
    }
}

#[test]
fn every_schema_language_has_its_fuzz_target_and_each_is_run() {
    let targets = names(&root().join("fuzz/fuzz_targets"), "rs");
    for language in LANGUAGES {
        assert!(targets.contains(&language.name.replace('-', "_")), "{}", language.name);
    }
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let workflow = fs::read_to_string(root().join(".github/workflows/fuzz.yml")).unwrap();
    for name in targets {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml leaves out `{name}`");
        assert!(workflow.contains(&format!("          - {name}\n")), "fuzz.yml leaves out `{name}`");
    }
}

#[test]
fn comments_name_the_thing_first() {
    const OPENINGS: [&str; 6] = ["How ", "What ", "Where ", "Whether ", "Which ", "Who "];
    const ODD: [&str; 5] = ["can not ", "for want of", "in the place of", "nobody reads", "nobody says"];
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.ends_with("prose/negated.rs")) {
        let mut before = "";
        for (at, line) in text.lines().map(str::trim).enumerate() {
            let doc = line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! "));
            let opens = !before.starts_with("///") && !before.starts_with("//!");
            let is_odd = doc.is_some_and(|doc| opens && OPENINGS.iter().any(|word| doc.starts_with(word)))
                || line.starts_with("//") && ODD.iter().any(|words| line.contains(words));
            if is_odd {
                wrong.push(format!("{}:{}: {line}", path.display(), at + 1));
            }
            before = line;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
