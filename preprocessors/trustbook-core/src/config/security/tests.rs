//! Tests of the permissions that a book may and may not grant.

use super::*;
use crate::config::parsed;

fn security(text: &str) -> (Security, Vec<ConfigProblem>) {
    let (file, tree) = parsed(text);
    let mut problems = Vec::new();
    (read(file, &tree, &mut problems), problems)
}

#[test]
fn what_is_allowed_is_read() {
    let (read, problems) = security(
        "network.allow = [\"Status.Example.com.\", \"10.1.2.3/24\", \"::1\"]\n\
         network.nameservers = [\"10.0.0.53\", \"[::1]:5353\"]\n\
         exec.allow = [[\"./a.sh\", \"-v\"]]\n\
         env.allow = [{ name = \"TOKEN\", hosts = [\"A.Example.com.\"], commands = [[\"./a.sh\", \"-v\"]] }]\n\
         scripts = [{ path = \"./src/a.js\", sha256 = \"AB\" }]\n",
    );
    assert_eq!(problems, []);
    assert_eq!(read.names.into_iter().collect::<Vec<_>>(), ["status.example.com"]);
    assert_eq!(read.ranges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.1.2.0/24", "::1/128"]);
    let servers: Vec<String> = read.nameservers.iter().map(ToString::to_string).collect();
    assert_eq!(servers, ["10.0.0.53:53", "[::1]:5353"]);
    assert_eq!(read.commands.into_iter().collect::<Vec<_>>(), [["./a.sh", "-v"]]);
    let bound = &read.variables["TOKEN"];
    assert_eq!(bound.commands.iter().collect::<Vec<_>>(), [&["./a.sh", "-v"]]);
    assert!(bound.has(&Url::parse("https://a.example.com./x").unwrap()));
    let scripts = read.scripts.iter().map(|script| (script.path.value.as_str(), script.sha256.value.as_str()));
    assert_eq!(scripts.collect::<Vec<_>>(), [("src/a.js", "ab")]);
}

#[test]
fn a_variable_is_for_its_hosts_and_their_ports_only() {
    let (read, problems) = security(
        "env.allow = [{ name = \"T\", hosts = [\"a.example.com\", \"b.example.com:8443\", \"127.0.0.1\", \"[::1]:443\"] }]",
    );
    assert_eq!(problems, []);
    let bound = &read.variables["T"];
    for (url, has) in [
        ("https://a.example.com/", true),
        ("https://A.EXAMPLE.com.:443/x?y", true),
        ("https://a.example.com:8443/", false),
        ("https://x.a.example.com/", false),
        ("https://example.com/", false),
        ("https://a.example.com.evil.example/", false),
        ("https://a.example.com@evil.example/", false),
        ("https://b.example.com/", false),
        ("https://b.example.com:8443/", true),
        ("http://127.0.0.1:8080/", true),
        ("https://127.0.0.1:8080/", false),
        ("https://127.0.0.2/", false),
        ("https://[::1]/", true),
        ("https://[::1]:8443/", false),
    ] {
        assert_eq!(bound.has(&Url::parse(url).unwrap()), has, "{url}");
    }
}

#[test]
fn what_can_not_be_allowed_is_told() {
    let bad = [
        "network.allow = [\"*.example.com\"]",
        "network.allow = [\"https://example.com\"]",
        "network.allow = [\"example.com:443\"]",
        "network.allow = [\"0x7f.1\"]",
        "network.allow = [\"10.0.0.0/33\"]",
        "network.allow = [\"\"]",
        "network.allow = [1]",
        "network.allow = \"example.com\"",
        "network.nameservers = [\"dns.example.com\"]",
        "network = true",
        "exec.allow = [\"./a.sh\"]",
        "exec.allow = [[]]",
        "exec.allow = [[1]]",
        "env.allow = [\"TOKEN\"]",
        "env.allow = [\"TOKEN=1\"]",
        "env.allow = [{ name = \"TOKEN\" }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [] }]",
        "env.allow = [{ name = \"TOKEN=1\", hosts = [\"a.example.com\"] }]",
        "env.allow = [{ hosts = [\"a.example.com\"] }]",
        "env.allow = [{ name = \"TOKEN\", host = [\"a.example.com\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = \"a.example.com\" }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"*.example.com\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"10.0.0.0/8\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"https://a.example.com\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"a.example.com/x\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"x@a.example.com\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"0x7f.1\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [\"\"] }]",
        "env.allow = [{ name = \"TOKEN\", hosts = [1] }]",
        "env.allow = [{ name = \"TOKEN\", commands = [\"./a.sh\"] }]",
        "env.alow = []",
        "netwrok.allow = []",
        "scripts = \"src/a.js\"",
        "scripts = [\"src/a.js\"]",
        "scripts = [{ path = \"src/a.js\" }]",
        "scripts = [{ path = \"/a.js\", sha256 = \"ab\" }]",
        "scripts = [{ path = 1, sha256 = \"ab\" }]",
        "scripts = [{ path = \"src/a.js\", sha256 = \"ab\", hash = \"ab\" }]",
    ];
    for text in bad {
        let (read, problems) = security(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        assert_eq!(read, Security::default(), "{text}");
    }
}
