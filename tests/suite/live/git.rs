//! Repositories as sources: a local one in place of its address, and over HTTP with git's own server.

use super::Book;
use crate::command::write;
use crate::server::{Request, Server, Stream};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const ADDRESS: &str = "https://git.example.com/example/app";

struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Repository(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository.git(&["config", "uploadpack.allowFilter", "true"]);
        repository.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        repository
    }

    fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "tag.gpgsign=false",
        ]);
        let output = command.args(args).current_dir(self.0.path()).env_remove("GIT_DIR").output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, version: &str) -> String {
        write(self.0.path(), "app/package.json", &format!("{{\"version\": \"{version}\"}}\n"));
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a version"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Creates a book whose source is this repository.
    fn book(&self, source: &str, select: &str) -> Book {
        let mut book = Book::with("", &register(ADDRESS, source, select));
        book.set("GIT_CONFIG_COUNT", "1");
        book.set("GIT_CONFIG_KEY_0", &format!("url.file://{}.insteadOf", self.0.path().display()));
        book.set("GIT_CONFIG_VALUE_0", ADDRESS);
        book.set("GIT_ALLOW_PROTOCOL", "file");
        book
    }
}

fn register(address: &str, source: &str, select: &str) -> String {
    format!(
        "[product]\nversion = {{ live = \"it\", select = \"{select}\" }}\n\n\
         [[source]]\nid = \"it\"\nkind = \"git\"\nrepository = \"{address}\"\n{source}\n"
    )
}

#[test]
fn a_file_is_read_at_a_branch_and_the_lock_has_its_commit() {
    let repository = Repository::new();
    let commit = repository.commit("1.0");
    let book = repository.book("path = \"app/package.json\"", ".version");
    book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.version").as_deref(), Some("\"1.0\""));
    assert!(book.lock().contains(&format!("commit = \"{commit}\"")), "{}", book.lock());
    repository.git(&["checkout", "--quiet", "-b", "next"]);
    repository.commit("2.0");
    book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.version").as_deref(), Some("\"2.0\""), "the default branch is what is checked out");
    book.write("facts/product.toml", &register(ADDRESS, "path = \"app/package.json\"\ntrack = \"main\"", ".version"));
    book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.version").as_deref(), Some("\"1.0\""));
    for (more, part) in [
        ("path = \"app/none.json\"", "has no file app/none.json at commit"),
        ("path = \"app\"", "has no file app at commit"),
        ("path = \"app/package.json\"\ntrack = \"gone\"", "reading https://git.example.com/example/app failed"),
        ("path = \"app/package.json\"\ntrack = \"--upload-pack=x\"", "is not a branch, tag or commit"),
    ] {
        book.write("facts/product.toml", &register(ADDRESS, more, ".version"));
        book.on(10, &["refresh"]).failed_with(&["the source `it`", part, "help: "]);
    }
}

#[test]
fn the_newest_tag_is_that_of_the_highest_version() {
    let repository = Repository::new();
    for version in ["1.9.0", "1.10.0", "1.2.0"] {
        repository.commit(version);
        repository.git(&["tag", "--annotate", &format!("v{version}"), "--message", "release"]);
    }
    repository.git(&["tag", "nightly"]);
    repository.git(&["tag", "v2.0.0-rc.1"]);
    let tag = |more: &str, select: &str| {
        let book = repository.book(more, select);
        book.on(10, &["refresh"]).ok();
        book.value("product.version").unwrap()
    };
    assert_eq!(tag("tags = \"v1.*\"", ".tag"), "\"v1.10.0\"");
    assert_eq!(tag("tags = \"v*\"", "[.tags[] | select(contains(\\\"-\\\") | not)] | first"), "\"v1.10.0\"");
    assert_eq!(tag("", ".tags | length"), "\"5\"");
    let of_tag = repository.git(&["rev-parse", "v1.9.0^{commit}"]);
    assert_eq!(tag("track = \"v1.9.0\"", ".commit"), format!("\"{of_tag}\""));
    let book = repository.book("tags = \"w*\"", ".tag");
    book.on(10, &["refresh"]).failed_with(&["`product.version` with `.tag` finds nothing"]);
}

/// Returns a handler that runs git's own HTTP server.
fn backend(root: &Path) -> impl Fn(&Request, &mut dyn Stream) + Send + Sync + 'static {
    let root = root.to_owned();
    move |request, stream| {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let body = &request.body;
        let mut command = Command::new("git");
        command.arg("http-backend").env("GIT_PROJECT_ROOT", &root).env("GIT_HTTP_EXPORT_ALL", "1");
        command.env("PATH_INFO", path).env("QUERY_STRING", query).env("REQUEST_METHOD", &request.method);
        command.env("REMOTE_ADDR", "127.0.0.1").env("CONTENT_LENGTH", body.len().to_string());
        for (name, variable) in [
            ("content-type", "CONTENT_TYPE"),
            ("git-protocol", "GIT_PROTOCOL"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ] {
            command.env(variable, request.headers.get(name).map_or("", String::as_str));
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(body).unwrap();
        let output = child.wait_with_output().unwrap().stdout;
        let end = output.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0);
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
        let _ = write!(stream, "HTTP/1.1 {status}\r\n{head}\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(&output[(end + 4).min(output.len())..]);
    }
}

#[test]
fn a_repository_is_read_over_http_from_the_address_that_was_looked_at() {
    let repository = Repository::new();
    repository.commit("1.0");
    repository.git(&["tag", "v1.0"]);
    let server = Server::at("127.0.0.1", backend(repository.0.path()));
    let victim = Server::at("127.0.0.2", |_, _| {});
    // Only our own name server knows this name: git itself could not resolve it.
    let names = super::dns::Names::new(|_, of, _| match of {
        hickory_proto::rr::RecordType::A => super::dns::Zone::Records(vec![super::dns::a([127, 0, 0, 1])]),
        _ => super::dns::Zone::Nothing(hickory_proto::op::ResponseCode::NoError),
    });
    let address = format!("http://git.test:{}/.git", server.port());
    for (source, select, value) in
        [("path = \"app/package.json\"", ".version", "\"1.0\""), ("tags = \"v*\"", ".tag", "\"v1.0\"")]
    {
        let mut book = Book::with(&names.settings(&["git.test"]), &register(&address, source, select));
        for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
            book.set(name, &victim.url("/"));
        }
        book.on(10, &["refresh"]).ok();
        assert_eq!(book.value("product.version").as_deref(), Some(value));
        // Unless the book allows it, the address is private and no request is made.
        let before = server.connections();
        let book = Book::with(&names.settings(&[]), &register(&address.replace("http:", "https:"), source, select));
        book.on(10, &["refresh"]).failed_with(&["`git.test` is not a public server"]);
        let book = Book::with(&names.settings(&[]), &register(&address, source, select));
        book.on(10, &["refresh"]).failed_with(&["would be asked without TLS"]);
        assert_eq!(server.connections(), before);
    }
    assert_eq!(victim.connections(), 0);
}

#[test]
fn a_repository_that_has_moved_is_not_followed() {
    let victim = Server::at("127.0.0.2", |_, _| {});
    let to = format!("Location: {}", victim.url("/app/info/refs?service=git-upload-pack"));
    let server = Server::at("127.0.0.1", move |_, stream| {
        let text = crate::server::response("301 Moved Permanently", &[&to], "");
        let _ = stream.write_all(text.as_bytes());
    });
    let book = Book::new(&["127.0.0.1"], &register(&server.url("/app"), "tags = \"v*\"", ".tag"));
    book.on(10, &["refresh"]).failed_with(&["the source `it`", "help: "]);
    assert_eq!((server.connections(), victim.connections()), (1, 0));
}

#[cfg(unix)]
#[test]
fn a_git_that_looks_names_up_anew_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    repository.commit("1.0");
    for (said, part) in [
        ("git version 2.36.6", "git 2.36 looks up the address of a repository again"),
        ("git version 1.8.3.1", "git 1.8 looks up"),
        ("git version unknown", "git does not say which version it is"),
        ("", "git does not say which version it is"),
        ("git version 2.39.5 (Apple Git-154)", ""),
        ("git version 2.47.3.windows.1", ""),
    ] {
        let mut book = repository.book("path = \"app/package.json\"", ".version");
        // The wrapper prints another version, and otherwise runs the real git, which it logs.
        let git = format!(
            "#!/bin/sh\nif [ \"$1\" = version ]; then echo '{said}'; exit; fi\necho \"$@\" >> '{}/ran'\nPATH=\"$OLD_PATH\" exec git \"$@\"\n",
            book.path().display()
        );
        book.write("bin/git", &git);
        let program = book.path().join("bin/git");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap();
        book.set("PATH", &format!("{}:{path}", program.parent().unwrap().display()));
        book.set("OLD_PATH", &path);
        let result = book.on(10, &["refresh"]);
        match part {
            "" => drop(result.ok()),
            part => drop(result.failed_with(&["the source `it`", part, "help: install git 2.37 or later"])),
        }
        assert_eq!(book.path().join("ran").exists(), part.is_empty(), "{said}");
    }
}
