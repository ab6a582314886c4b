//! `build` and `check` open no socket and start no process, whatever a book names; verified with `strace`.

use super::Book;
use std::fs;
use std::process::Command;

/// Creates a book that names everything that a command might run or request.
fn hostile() -> Book {
    let book = Book::with("", "");
    book.write(
        "book.toml",
        "[book]\ntitle = \"Example\"\n\n[build]\nextra-watch-dirs = [\"src\"]\n\n\
         [preprocessor.trustbook]\ncommand = \"touch ran-1\"\nsite-url = \"https://trust.example.com/\"\n\n\
         [preprocessor.trustbook.security]\nnetwork.allow = [\"127.0.0.1\", \"localhost\"]\n\
         network.nameservers = [\"127.0.0.1:53\"]\nexec.allow = [[\"touch\", \"ran-2\"]]\nenv.allow = [{ name = \"PATH\", hosts = [\"localhost\"] }]\n\n\
         [preprocessor.other]\ncommand = \"touch ran-3\"\n\n[preprocessor.index]\ncommand = \"touch ran-4\"\n\n\
         [output.html]\n\n[output.other]\ncommand = \"touch ran-5\"\n\n[output.linkcheck2]\nfollow-web-links = true\n",
    );
    book.write(
        "facts/product.toml",
        "[defaults]\nsource = \"x\"\n\n[product]\na = { live = \"command\" }\nb = { live = \"web\" }\nc = { live = \"git\" }\n\
         d = { live = \"dns\" }\n\n[[source]]\nid = \"command\"\nkind = \"command\"\nargv = [\"touch\", \"ran-2\"]\n\n\
         [[source]]\nid = \"web\"\nkind = \"http\"\nurl = \"http://localhost:9/\"\n\n[[source]]\nid = \"git\"\nkind = \"git\"\n\
         repository = \"https://localhost/x\"\n\n[[source]]\nid = \"dns\"\nkind = \"dns\"\nname = \"localhost\"\nrecord = \"A\"\n\n\
         [[schema]]\nid = \"app\"\npath = \"a.prisma\"\nrepository = \"https://localhost/x\"\n\n\
         [[contact]]\nid = \"a\"\nroles = [\"security\"]\nemail = \"a@localhost.example\"\n",
    );
    let page = "# Page\n\n{{#facts product}}\n\n{{#contacts}}\n\n[a](http://localhost:9/) ![b](http://localhost:9/b.png)\n\n\
                ```rust\nfn main() {}\n```\n\n{{#include http://localhost:9/x}}\n\n`{{#shell touch ran-6}}`\n";
    book.write("src/page.md", page);
    book
}

#[test]
fn nothing_is_asked_and_nothing_is_run() {
    let strace = Command::new("strace").arg("--version").output();
    assert!(strace.is_ok_and(|output| output.status.success()), "install strace (on Debian: `apt-get install strace`)");
    let book = hostile();
    for args in [&["check"][..], &["build"], &["check", "--format", "json"], &["facts"], &["explain", "http"]] {
        let log = book.path().join("trace.log");
        let own = book.command(args);
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-qq",
            "-e",
            "trace=socket,socketpair,connect,bind,sendto,sendmsg,execve,execveat,fork,vfork,clone,clone3",
        ]);
        command.arg("-o").arg(&log).arg(own.get_program()).args(own.get_args()).current_dir(book.path());
        let output = command.env("RUST_BACKTRACE", "0").output().unwrap();
        let text = fs::read_to_string(&log).unwrap();
        // The first line starts the command itself, and a clone with shared memory is a thread.
        let strange: Vec<&str> = text
            .lines()
            .skip(1)
            .filter(|line| !line.contains("CLONE_THREAD") && !line.contains("+++") && !line.contains("resumed>"))
            .filter(|line| !line.contains("---"))
            // A thread that had not started when the command ended.
            .filter(|line| !line.ends_with("???( <detached ...>"))
            .collect();
        assert_eq!(strange, Vec::<&str>::new(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("execve("), "strace saw nothing: {text}");
        fs::remove_file(&log).unwrap();
    }
    let ran = fs::read_dir(book.path()).unwrap().filter_map(Result::ok);
    assert!(ran.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("ran-")));
    let said = book.on(10, &["check", "--format", "short"]);
    for part in ["[preprocessor.other]` is not run", "[output.other]` is not run", "lock-missing"] {
        assert!(said.all().contains(part), "{part}: {}", said.all());
    }
}
