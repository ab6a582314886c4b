//! `cargo xtask servers`: starts real web servers with the settings of `trustbook headers`, and compares what they answer.

use crate::run::{cargo, exists, root, run};
use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server. In its settings and arguments, `@DIR@` is a folder with the settings, the headers and the site, and `@PORT@`
/// the port.
struct Server {
    /// Its name for `trustbook headers`.
    name: &'static str,
    program: &'static str,
    /// Its package of Debian.
    package: &'static str,
    /// The path of the site on the host.
    path: &'static str,
    settings: &'static str,
    args: &'static [&'static str],
}

const SERVERS: &[Server] = &[
    Server {
        name: "nginx",
        program: "nginx",
        package: "nginx-light",
        path: "/",
        settings: "daemon off;\nmaster_process off;\npid @DIR@/pid;\nerror_log stderr;\nevents {}\nhttp {\n\
            include /etc/nginx/mime.types;\naccess_log off;\nclient_body_temp_path @DIR@/body;\n\
            server {\nlisten 127.0.0.1:@PORT@;\nroot @DIR@/site;\ninclude @DIR@/headers;\n}\n}\n",
        args: &["-p", "@DIR@", "-c", "@DIR@/settings"],
    },
    Server {
        name: "nginx",
        program: "nginx",
        package: "nginx-light",
        path: "/site/",
        settings: "daemon off;\nmaster_process off;\npid @DIR@/pid;\nerror_log stderr;\nevents {}\nhttp {\n\
            include /etc/nginx/mime.types;\naccess_log off;\nclient_body_temp_path @DIR@/body;\n\
            server {\nlisten 127.0.0.1:@PORT@;\nroot @DIR@;\nlocation /site/ {\ninclude @DIR@/headers;\n}\n}\n}\n",
        args: &["-p", "@DIR@", "-c", "@DIR@/settings"],
    },
    Server {
        name: "apache",
        program: "apache2",
        package: "apache2-bin",
        path: "/",
        settings: "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n\
            LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n\
            LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so\n\
            LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so\n\
            LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so\n\
            TypesConfig /etc/mime.types\nServerName localhost\nListen 127.0.0.1:@PORT@\nUser nobody\nGroup nogroup\n\
            PidFile @DIR@/pid\nErrorLog /dev/stderr\nDirectoryIndex index.html\n\
            <VirtualHost 127.0.0.1:@PORT@>\nDocumentRoot @DIR@/site\n\
            <Directory @DIR@/site>\nRequire all granted\n</Directory>\nInclude @DIR@/headers\n</VirtualHost>\n",
        args: &["-f", "@DIR@/settings", "-D", "FOREGROUND"],
    },
    Server {
        name: "caddy",
        program: "caddy",
        package: "caddy",
        path: "/",
        settings: "{\nadmin off\nauto_https off\n}\nhttp://127.0.0.1:@PORT@ {\nroot * @DIR@/site\nimport @DIR@/headers\n\
            file_server\n}\n",
        args: &["run", "--adapter", "caddyfile", "--config", "@DIR@/settings"],
    },
];

/// Paths of the site, each with the status and texts that the answer must have.
const ANSWERS: &[(&str, &str, &[&str])] = &[
    ("/", "200", &["text/html", "frame-ancestors 'none'", "nosniff", "<h1"]),
    ("/about.html", "200", &["text/html", "frame-ancestors 'none'", "nosniff"]),
    ("/about.md", "200", &["text/markdown", "nosniff"]),
    ("/logo.svg", "200", &["image/svg+xml", "sandbox", "nosniff"]),
    ("/assets/search.js", "200", &["javascript", "nosniff"]),
    ("/nowhere", "404", &["text/html", "frame-ancestors 'none'", "nosniff", "assets/site.css"]),
];

/// Tries every server, and prints what was tried.
pub(crate) fn all() -> Result<()> {
    let missing: Vec<&str> =
        SERVERS.iter().filter(|server| !exists_with(server.program)).map(|server| server.package).collect();
    if !missing.is_empty()
        && let Err(why) = tools::debian(&missing)?
    {
        bail!(why);
    }
    let folder = tempfile::tempdir()?;
    open_to_others(folder.path())?;
    let dir = folder.path().to_str().context("the temporary folder is not UTF-8")?;
    for (path, text) in [
        ("src/SUMMARY.md", "- [About](about.md)\n"),
        ("src/about.md", "# About\n\n![Logo](logo.svg)\n"),
        ("src/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        fs::write(path, text)?;
    }
    let trustbook = |args: &[&str]| {
        let mut command = cargo(&["run", "--quiet", "--locked", "--package", "trustbook", "--"]);
        command.args(args);
        command
    };
    for Server { name, program, path, settings, args, .. } in SERVERS {
        let table = format!("[preprocessor.trustbook]\nsite-url = \"https://trust.example.com{path}\"\n");
        fs::write(folder.path().join("book.toml"), format!("[book]\ntitle = \"Example\"\n\n{table}"))?;
        run(&mut trustbook(&["build", dir, "--quiet", "--out", &format!("{dir}/site")]))?;
        let headers = trustbook(&["headers", name, "--path", path]).output()?;
        ensure!(headers.status.success(), "`trustbook headers {name}` failed");
        fs::write(folder.path().join("headers"), headers.stdout)?;
        // The port is free once the listener is dropped.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let filled = |text: &str| text.replace("@DIR@", dir).replace("@PORT@", &port.to_string());
        fs::write(folder.path().join("settings"), filled(settings))?;
        let mut command = Command::new(program);
        command.args(args.iter().map(|arg| filled(arg))).current_dir(root()).stdin(Stdio::null());
        let server = Running(command.env("HOME", dir).spawn().with_context(|| format!("{program} cannot be started"))?);
        for (page, status, parts) in ANSWERS {
            let path = &format!("{}{page}", path.trim_end_matches('/'));
            let answer = get(port, path).with_context(|| format!("{name} does not answer {path}"))?;
            let first = answer.lines().next().unwrap_or_default();
            ensure!(first.contains(status), "{name} answers {path} with {first}");
            for part in *parts {
                ensure!(answer.contains(part), "{name} answers {path} without `{part}`:\n{answer}");
            }
        }
        drop(server);
        println!("{name} at {path}: {} addresses answered as they should be", ANSWERS.len());
    }
    Ok(())
}

/// Returns true if a program can be started; some of them know no `--version`.
fn exists_with(program: &str) -> bool {
    exists(program) || ["-v", "version"].iter().any(|arg| Command::new(program).arg(arg).output().is_ok())
}

/// Lets the users that servers run as read a folder.
fn open_to_others(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    }
    let _ = folder;
    Ok(())
}

/// A server that ends with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Apache has children, which end with it if it is asked to.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Returns the whole answer to a request, once the server accepts connections.
fn get(port: u16, path: &str) -> Result<String> {
    let mut tries = 0;
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) if tries > 100 => return Err(error.into()),
            Err(_) => tries += 1,
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
