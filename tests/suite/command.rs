//! The command as a user runs it: exit codes, streams, formats, and the effect on the published site.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use tempfile::TempDir;
use trustbook_core::world;
use walkdir::WalkDir;

/// Returns the folder of the programs, which are built once.
pub(crate) fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--package", "trustbook", "--package", "mdbook-trustbook"])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).unwrap();
        let executable = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .unwrap();
        executable.parent().unwrap().to_owned()
    })
}

/// Returns the root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn trustbook(args: &[&str], dir: &Path) -> Output {
    Command::new(programs().join("trustbook"))
        .args(args)
        .current_dir(dir)
        .env("SOURCE_DATE_EPOCH", "1768435200")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Creates a small book on disk.
pub(crate) fn book() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    write(dir.path(), "facts/vendor.toml", "[vendor]\nname = { value = \"Example Ltd\", source = \"register\" }\n");
    write(dir.path(), "src/SUMMARY.md", "- [About](about.md)\n");
    write(dir.path(), "src/about.md", "# About\n\nWe are {{ vendor.name }}. ![Logo](logo.svg)\n");
    write(dir.path(), "src/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    dir
}

pub(crate) fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Returns every file below a folder with its bytes.
pub(crate) fn tree(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    WalkDir::new(dir)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().strip_prefix(dir).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn exit_codes_say_what_happened() {
    let book = book();
    let code = |args: &[&str]| trustbook(args, book.path()).status.code();
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["build"]), Some(0));
    assert_eq!(code(&["check", "nowhere"]), Some(2));
    assert_eq!(code(&["chekc"]), Some(2));
    assert_eq!(code(&["explain", "fact-unknwon"]), Some(2));
    assert_eq!(code(&["build", "--now", "yesterday"]), Some(2));
    write(book.path(), "src/about.md", "# About\n\n{{ vendor.nam }} ![Logo](logo.svg)\n");
    assert_eq!(code(&["check"]), Some(1));
    assert_eq!(code(&["build"]), Some(1));
    write(book.path(), "book.toml", "[book]\ntitel = \"Example\"\n");
    assert_eq!(code(&["check"]), Some(2));
    write(book.path(), "book.toml", "[book\n");
    assert_eq!(code(&["check"]), Some(2));
}

#[test]
fn a_build_publishes_what_pages_use_and_nothing_else() {
    let book = book();
    write(book.path(), "src/unused.pdf", "draft");
    let output = trustbook(&["build"], book.path());
    assert!(stderr(&output).contains("file-unlinked"), "{}", stderr(&output));
    let site = tree(&book.path().join("book"));
    let paths: Vec<&str> = site.keys().map(|path| path.to_str().unwrap()).collect();
    // The parts of the index are in a folder that is named after their content.
    let is_part = |path: &&str| path.starts_with("assets/search/") && path.matches('/').count() == 3;
    assert!(paths.iter().any(is_part), "{paths:?}");
    let paths: Vec<&str> = paths.into_iter().filter(|path| !is_part(path)).collect();
    assert_eq!(
        paths,
        [
            ".nojekyll",
            "404.html",
            "_headers",
            "a-z.html",
            "about.html",
            "about.md",
            "assets/favicon.svg",
            "assets/search/index.json",
            "assets/search.js",
            "assets/site.css",
            "assets/site.js",
            "facts.json",
            "facts.schema.json",
            "index.html",
            "llms.txt",
            "logo.svg",
            "manifest.json",
            "print.html",
            "robots.txt"
        ]
    );
    assert!(String::from_utf8_lossy(&site[Path::new("about.html")]).contains("Example Ltd"));
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_failed_build_leaves_the_last_site_untouched() {
    let book = book();
    assert!(trustbook(&["build"], book.path()).status.success());
    let before = tree(book.path());
    write(book.path(), "src/about.md", "# About\n\n{{ vendor.nam }} ![Logo](logo.svg)\n");
    let output = trustbook(&["build"], book.path());
    assert!(stderr(&output).contains("nothing was published: 1 error, 0 warnings"), "{}", stderr(&output));
    let mut after = tree(book.path());
    after.insert("src/about.md".into(), before[Path::new("src/about.md")].clone());
    assert!(before == after, "nothing but the chapter has changed, and nothing is left over");
}

#[test]
fn a_build_takes_the_place_of_nothing_but_a_site() {
    let book = book();
    let refused = |out: &str, why: &str| {
        for more in [&[][..], &["--replace"]] {
            let output = trustbook(&[&["build", "--out", out], more].concat(), book.path());
            assert_eq!(output.status.code(), Some(2), "{out}: {}", stderr(&output));
            assert!(stderr(&output).contains(why) && stderr(&output).contains("help: "), "{out}: {}", stderr(&output));
        }
    };
    let before = tree(book.path());
    refused(".", "holds the book itself, and cannot hold a site");
    refused("..", "holds the book itself, and cannot hold a site");
    let never = |out: &str, folder: &str| refused(out, &format!("lies in `{folder}`, where no site can be"));
    never("src", "src");
    never("src/site", "src");
    never("facts", "facts");
    never("none/../facts/site", "facts");
    never("theme", "theme");
    never(".git/hooks", ".git");
    never("elsewhere/.Git/hooks", ".Git");
    never("Facts", "facts");
    never("SRC/site", "src");
    never(".trustbook/site", ".trustbook");
    write(book.path(), "file", "");
    let output = trustbook(&["build", "--out", "file/site"], book.path());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    refused("file", "is a file, not a folder");
    fs::remove_file(book.path().join("file")).unwrap();
    assert!(before == tree(book.path()));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_book_does_not_carry_the_site_out_of_it() {
    let (book, outside) = (book(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), book.path().join("out")).unwrap();
    write(book.path(), "book.toml", "[build]\nbuild-dir = \"out/site\"\n");
    let output = trustbook(&["build"], book.path());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("is a symbolic link, and cannot hold a site"), "{}", stderr(&output));
    assert!(tree(outside.path()).is_empty());
}

#[test]
fn a_report_goes_where_programs_and_people_look_for_it() {
    let book = book();
    write(book.path(), "src/about.md", "# About\n\nÄ {{ vendor.nam }} ![Logo](logo.svg)\n");
    let short = trustbook(&["check", "--format", "short"], book.path());
    assert_eq!(stdout(&short), "src/about.md:3:3: error[fact-unknown]: no fact `vendor.nam` in the register\n");
    assert_eq!(stderr(&short), "1 error, 0 warnings\n");
    let human = stdout(&trustbook(&["check"], book.path()));
    for part in [
        "error[fact-unknown]",
        "src/about.md:3:3",
        "{{ vendor.nam }}",
        "did you mean `vendor.name`?",
        "{{ vendor.name }}",
    ] {
        assert!(human.contains(part), "{part}: {human}");
    }
    let json = stdout(&trustbook(&["check", "--format", "json"], book.path()));
    let object: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!(object["check"], "fact-unknown");
    assert_eq!(object["level"], "error");
    assert_eq!(object["file"], "src/about.md");
    assert_eq!((&object["line"], &object["column"]), (&3.into(), &3.into()));
    assert_eq!((&object["end_line"], &object["end_column"]), (&3.into(), &19.into()));
    assert_eq!(object["edits"][0]["replacement"], "{{ vendor.name }}");
    let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "check",
        "level",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "help",
        "labels",
        "edits",
        "url",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}

#[test]
fn dates_warn_and_can_be_denied() {
    let book = book();
    write(
        book.path(),
        "facts/vendor.toml",
        "[vendor]\nname = { value = \"Example Ltd\", source = \"register\", stated = 2024-10-01, review = \"30 days\" }\n",
    );
    let code = |args: &[&str]| trustbook(args, book.path()).status.code();
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["check", "--deny", "dates"]), Some(1));
    assert_eq!(code(&["check", "--deny", "dates", "--now", "2024-10-02"]), Some(0));
    write(book.path(), "book.toml", "[preprocessor.trustbook.checks]\nfact-due = \"deny\"\n");
    assert_eq!(code(&["check"]), Some(1));
}

#[test]
fn facts_are_listed_with_where_they_are_used() {
    let book = book();
    let table = stdout(&trustbook(&["facts", "example ltd"], book.path()));
    assert!(table.contains("vendor.name") && table.contains("Example Ltd") && table.contains("about"), "{table}");
    let json = stdout(&trustbook(&["facts", "--json"], book.path()));
    let object: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!(object["id"], "vendor.name");
    assert_eq!(object["source"], "register");
    assert_eq!(object["pages"], serde_json::json!(["src/about.md"]));
    assert_eq!(object["place"], "facts/vendor.toml:2");
}

#[test]
fn every_check_and_every_kind_is_explained() {
    let book = book();
    let list = stdout(&trustbook(&["explain"], book.path()));
    for check in trustbook_core::check::CHECKS {
        assert!(list.contains(check.name));
        assert_eq!(stdout(&trustbook(&["explain", check.name], book.path())), check.page);
    }
    for kind in trustbook_core::register::kinds::KINDS {
        assert!(list.contains(kind.name));
        let page = stdout(&trustbook(&["explain", kind.name], book.path()));
        assert!(page.starts_with(&format!("# {}\n\n{}\n", kind.name, kind.doc)));
        for field in kind.fields {
            assert!(page.contains(&format!("- `{}` (", field.name)) && page.contains(field.doc), "{}", field.name);
        }
    }
    let wrong = trustbook(&["explain", "fact_unknwon"], book.path());
    assert!(stderr(&wrong).contains("did you mean `fact-unknown`?"), "{}", stderr(&wrong));
    let wrong = trustbook(&["explain", "reigon"], book.path());
    assert!(stderr(&wrong).contains("did you mean `region`?"), "{}", stderr(&wrong));
}

#[test]
fn serve_rebuilds_on_save_and_shows_what_is_wrong() {
    let book = book();
    let (_server, address, _) = serve(book.path(), &[]);
    let page = get(&address, "/about.html", "localhost");
    assert!(page.contains("Example Ltd") && page.contains("__trustbook/reload.js"), "{page}");
    assert!(get(&address, "/nowhere", "localhost").starts_with("HTTP/1.1 404"));
    assert!(get(&address, "/about.html", "evil.example").starts_with("HTTP/1.1 403"));
    assert!(get(&address, "/../book.toml", "localhost").starts_with("HTTP/1.1 404"));
    write(book.path(), "facts/vendor.toml", "[vendor]\nname = { value = \"Other Ltd\", source = \"register\" }\n");
    wait_for(&address, |state| {
        state.contains("\"errors\":0") && get(&address, "/about.html", "localhost").contains("Other Ltd")
    });
    write(book.path(), "src/about.md", "# About\n\n{{ vendor.nam }} ![Logo](logo.svg)\n");
    wait_for(&address, |state| state.contains("\"errors\":1") && state.contains("no fact `vendor.nam`"));
    assert!(get(&address, "/__trustbook/state", "evil.example").starts_with("HTTP/1.1 403"));
    assert!(!book.path().join("book").exists(), "serving publishes nothing");
}

#[test]
fn serve_follows_a_folder_that_goes_away_and_comes_back() {
    let book = book();
    let (_server, address, _) = serve(book.path(), &[]);
    let (facts, away) = (book.path().join("facts"), book.path().join("away"));
    fs::rename(&facts, &away).unwrap();
    wait_for(&address, |state| state.contains("no fact `vendor.name`"));
    // As git does for another branch, the folder is made anew.
    let other = "[vendor]\nname = { value = \"Other Ltd\", source = \"register\" }\n";
    write(book.path(), "facts/vendor.toml", other);
    wait_for(&address, |state| state.contains("\"errors\":0"));
    write(book.path(), "facts/vendor.toml", &other.replace("Other", "Third"));
    wait_for(&address, |_| get(&address, "/about.html", "localhost").contains("Third Ltd"));
}

#[test]
fn serve_reports_a_burst_of_saves_once_and_with_the_time() {
    let book = book();
    let (server, address, _) = serve(book.path(), &[]);
    for at in 0..6 {
        write(
            book.path(),
            "src/about.md",
            &format!("# About\n\n{{{{ vendor.nam }}}} ![Logo](logo.svg)\n\nSave {at}.\n"),
        );
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    wait_for(&address, |_| get(&address, "/about.html", "localhost").contains("Save 5."));
    let said = server.said.lock().unwrap().clone();
    assert_eq!(said.iter().filter(|line| line.contains("no fact `vendor.nam`")).count(), 1, "{said:?}");
    let built: Vec<&String> = said.iter().filter(|line| line.contains("built 1 page")).collect();
    assert!(built.iter().all(|line| line.as_bytes()[2] == b':' && line.as_bytes()[5] == b':'), "{said:?}");
    assert!(built.iter().skip(1).all(|line| line.ends_with("the same findings as before")), "{said:?}");
}

#[test]
fn a_temporary_folder_that_is_not_there_is_named_where_it_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(programs().join("trustbook"));
    command.args(["init", "new", "--ci", "none"]).current_dir(dir.path()).env("TMPDIR", "/no/such/folder");
    let said = stderr(&command.output().unwrap());
    assert!(said.contains("/no/such/folder"), "{said}");
}

#[test]
fn quiet_verbose_and_color_apply_to_every_command() {
    let book = book();
    let said = |args: &[&str]| {
        let output = trustbook(args, book.path());
        (output.status.code(), stdout(&output), stderr(&output))
    };
    assert_eq!(said(&["build", "--quiet"]), (Some(0), String::new(), String::new()));
    let (_, _, more) = said(&["--verbose", "build"]);
    let version = format!("trustbook {}\n", env!("CARGO_PKG_VERSION"));
    assert!(
        more.starts_with(&version) && more.contains("reading . for 2026-01-15") && more.contains(" ms  "),
        "{more}"
    );
    assert_eq!(said(&["build", "-q", "-v"]).0, Some(2));
    write(book.path(), "src/about.md", "# About\n\n{{ vendor.nam }} ![Logo](logo.svg)\n");
    let (code, _, error) = said(&["build", "-q"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("error[fact-unknown]") && error.contains("nothing was published"), "{error}");
    let (_, plain, _) = said(&["check", "-q"]);
    let (_, coloured, counts) = said(&["check", "--quiet", "--color", "always"]);
    assert!(coloured.contains("\x1b[") && !plain.contains('\x1b') && counts.is_empty(), "{counts}");
    assert!(!said(&["check", "--format", "short", "--color", "always"]).1.contains('\x1b'));
}

#[test]
fn a_command_in_the_wrong_folder_names_the_nearest_book() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "docs/book.toml", "[book]\n");
    write(dir.path(), "docs/src/SUMMARY.md", "# Summary\n");
    for wrong in [dir.path().to_owned(), dir.path().join("docs/src")] {
        let output = trustbook(&["check"], &wrong);
        assert_eq!(output.status.code(), Some(2));
        let told = stderr(&output);
        assert!(told.contains("has no book.toml") && told.contains("docs: name that folder"), "{told}");
    }
    write(dir.path(), "manual/book.toml", "[book]\n");
    assert!(stderr(&trustbook(&["check"], dir.path())).contains("`trustbook init` makes one"));
}

/// Serves a book. Returns the server, its address, and its output so far.
pub(crate) fn serve(dir: &Path, variables: &[(&str, &str)]) -> (Server, String, String) {
    let child = Command::new(programs().join("trustbook"))
        .args(["serve", "--port", "0"])
        .current_dir(dir)
        .envs(variables.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Server { child, said: Arc::default() };
    let mut lines = BufReader::new(server.child.stderr.take().unwrap()).lines();
    let (mut said, mut address) = (String::new(), None);
    while address.is_none() {
        let line = lines.next().unwrap().unwrap();
        address = line.split("http://").nth(1).map(|rest| rest.split('/').next().unwrap().to_owned());
        said.push_str(&line);
    }
    // The output of the server must be read, or the server would block on a full pipe.
    let more = Arc::clone(&server.said);
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| more.lock().unwrap().push(line)));
    (server, address.unwrap(), said)
}

/// A server that ends with its test.
pub(crate) struct Server {
    child: std::process::Child,
    /// The lines that it has printed since it was ready.
    said: Arc<Mutex<Vec<String>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for builds until the state is as expected. After ten builds it fails and shows the last state.
fn wait_for(address: &str, expected: impl Fn(&str) -> bool) {
    let mut version = "1".to_owned();
    let mut state = String::new();
    for _ in 0..10 {
        state = get(address, &format!("/__trustbook/state?{version}"), "localhost");
        if expected(&state) {
            return;
        }
        let digits = state.split("\"version\":").nth(1).unwrap_or("0");
        version = digits.chars().take_while(char::is_ascii_digit).collect();
    }
    panic!("{state}");
}

pub(crate) fn get(address: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_book_gets_more_room_from_whoever_builds_it_and_not_from_itself() {
    let book = book();
    let headings: String = (0..5_100).map(|at| format!("## Part {at}\n")).collect();
    write(book.path(), "src/about.md", &format!("# About\n\n{headings}\n{{{{ vendor.name }}}} ![Logo](logo.svg)\n"));
    let refused = trustbook(&["check"], book.path());
    assert_eq!(refused.status.code(), Some(1), "{}", stdout(&refused));
    let said = stdout(&refused);
    assert!(said.contains("more headings than a site can hold") && said.contains(world::ROOM), "{said}");
    let mut large = Command::new(programs().join("trustbook"));
    let large = large.arg("check").current_dir(book.path()).env(world::ROOM, "1").output().unwrap();
    assert!(large.status.success(), "{}", stdout(&large));
}
