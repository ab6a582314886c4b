//! Secrets planted in every place of a book are found, look-alikes are not, and no report shows one.

use crate::command::{get, programs, root, serve, stdout, write};
use crate::tokens::{self, MIXED, random};
use std::fs;
use std::process::Command;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::secret::{Scanner, SecretKind};
use trustbook_core::world::MemoryWorld;
use trustbook_tests::Book;
use trustbook_tests::{book, build};

/// Returns a secret value that is only known from the environment.
fn value() -> String {
    random(77, MIXED, 20)
}

fn png(text: &[u8]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\x20tEXtComment\0".as_slice(), text, b"\0\xff\xfe\x80"].concat()
}

/// The places where a secret can appear: a name, the book around it, and the file that the finding must name.
/// `~` stands for the secret.
const PLACES: &[(&str, &str, &str)] = &[
    ("chapter", "=== src/a.md\n# A\n\nWrite ~ here.\n", "src/a.md"),
    ("inline code", "=== src/a.md\n# A\n\nWrite `~` here.\n", "src/a.md"),
    ("code block", "=== src/a.md\n# A\n\n```sh\nlogin '~'\n```\n", "src/a.md"),
    ("indented code", "=== src/a.md\n# A\n\n    login ~\n", "src/a.md"),
    ("heading", "=== src/a.md\n# A ~ {#a}\n", "src/a.md"),
    ("table", "=== src/a.md\n# A\n\n| a | b |\n|---|---|\n| 1 | `~` |\n", "src/a.md"),
    ("footnote", "=== src/a.md\n# A\n\nx[^1]\n\n[^1]: See `~`.\n", "src/a.md"),
    ("link text", "=== src/a.md\n# A\n\n[~](a.md)\n", "src/a.md"),
    ("link address", "=== src/a.md\n# A\n\n[x](https://example.com/?q=~)\n", "src/a.md"),
    ("title of a link", "=== src/a.md\n# A\n\n[x](a.md \"~\")\n", "src/a.md"),
    ("HTML comment", "=== src/a.md\n# A\n\n<!-- ~ -->\n", "src/a.md"),
    ("attribute", "=== src/a.md\n# A\n\n<p title=\"~\">x</p>\n", "src/a.md"),
    ("data attribute", "=== src/a.md\n# A\n\n<div data-x='~'></div>\n", "src/a.md"),
    ("included file", "=== src/a.md\n# A\n\n{{#include parts/b.txt}}\n=== src/parts/b.txt\n`~`\n", "src/parts/b.txt"),
    ("name of a chapter", "=== src/SUMMARY.md\n- [A ~](a.md)\n=== src/a.md\n# A\n", "src/SUMMARY.md"),
    (
        "value of a fact",
        "=== facts/v.toml\n[v]\nx = { value = '~', source = 's' }\n=== src/a.md\n# A\n\n{{ v.x }}\n",
        "facts/v.toml",
    ),
    (
        "list of a fact",
        "=== facts/v.toml\n[v]\nx = { value = ['a', '~'], source = 's' }\n=== src/a.md\n# A\n\n{{#facts v}}\n",
        "facts/v.toml",
    ),
    (
        "markdown of a fact",
        "=== facts/v.toml\n[v]\nx = { value = '`~`', type = 'markdown', source = 's' }\n=== src/a.md\n# A\n\n{{ v.x }}\n",
        "facts/v.toml",
    ),
    (
        "note of a fact",
        "=== facts/v.toml\n[v]\nx = { value = 1, source = 's', note = '~' }\n=== src/a.md\n# A\n\n{{#facts v}}\n",
        "facts/v.toml",
    ),
    (
        "source of a fact",
        "=== facts/v.toml\n[v]\nx = { value = 1, source = 'see ~' }\n=== src/a.md\n# A\n\n{{ v.x as source }}\n",
        "facts/v.toml",
    ),
    (
        "field of a record",
        "=== facts/v.toml\n[[procurement]]\nid = 'a'\nname = '~'\nsource = 's'\n=== src/a.md\n# A\n\n{{#procurement}}\n",
        "facts/v.toml",
    ),
    ("notice", "=== book.toml\n[preprocessor.trustbook]\nnotice = '~'\n=== src/a.md\n# A\n", "book.toml"),
    ("description", "=== book.toml\n[book]\ndescription = '~'\n=== src/a.md\n# A\n", "book.toml"),
    ("title of the book", "=== book.toml\n[book]\ntitle = '~'\n=== src/a.md\n# A\n", "book.toml"),
    (
        "redirect",
        "=== book.toml\n[output.html.redirect]\n'/old.html' = 'https://example.com/?t=~'\n=== src/a.md\n# A\n",
        "book.toml",
    ),
    ("style sheet", "=== theme/css/site.css\n/* ~ */\n=== src/a.md\n# A\n", "theme/css/site.css"),
    ("script", "=== theme/js/site.js\nlet x = \"~\";\n=== src/a.md\n# A\n", "theme/js/site.js"),
    ("icon", "=== theme/favicon.svg\n<svg><!-- ~ --></svg>\n=== src/a.md\n# A\n", "theme/favicon.svg"),
    (
        "template of a page",
        "=== theme/page.hbs\n<html lang=\"en\"><body><!-- ~ --><article>{{{content}}}</article></body></html>\n=== src/a.md\n# A\n",
        "theme/page.hbs",
    ),
    (
        "template of a block",
        "=== theme/blocks/own.hbs\n<p>~</p>\n=== src/a.md\n# A\n\n{{#own}}\n",
        "theme/blocks/own.hbs",
    ),
    ("picture as text", "=== src/a.md\n# A\n\n![x](b.svg)\n=== src/b.svg\n<svg><text>~</text></svg>\n", "src/b.svg"),
    ("text file", "=== src/a.md\n# A\n\n[x](b.txt)\n=== src/b.txt\nlogin ~\n", "src/b.txt"),
    ("JSON file", "=== src/a.md\n# A\n\n[x](b.json)\n=== src/b.json\n{\"a\":\"x\\n~\"}\n", "src/b.json"),
];

/// Returns the findings of the check, each as its message and file.
fn found(built: &Book) -> Vec<(String, String)> {
    let short = report::report(&built.book.map, &built.findings, ReportFormat::Short, Colour::None);
    let lines = short.lines().filter_map(|line| line.split_once("[secret-exposed]: "));
    lines.map(|(at, message)| (message.to_owned(), at.split(':').next().unwrap_or_default().to_owned())).collect()
}

/// Returns every report of a build, in every format.
fn reports(built: &Book) -> String {
    let all = report::FORMATS.iter().map(|(_, format)| (*format, Colour::None));
    let all = all.chain([(ReportFormat::Human, Colour::Ansi)]);
    let reports: String =
        all.map(|(format, colour)| report::report(&built.book.map, &built.findings, format, colour)).collect();
    reports + &report::summary(&built.book.map, &built.findings, usize::MAX)
}

fn assert_silent(built: &Book, secret: &str, name: &str) {
    let reports = reports(built);
    for line in secret.lines().filter(|line| !line.starts_with("-----")) {
        // The words before a key are not secret.
        let secret = line.rsplit(' ').next().unwrap_or(line);
        assert!(!reports.contains(secret), "{name}: a report shows it\n{reports}");
    }
}

#[test]
fn a_secret_of_the_environment_is_found_in_every_place() {
    let secret = value();
    for (name, text, file) in PLACES {
        let mut world = book(&text.replace('~', &secret));
        world.set_secret("DEPLOY_TOKEN", &secret);
        let built = build(&world);
        let message = "the value of the environment variable `DEPLOY_TOKEN` is published".to_owned();
        assert_eq!(found(&built), [(message, (*file).to_owned())], "{name}");
        assert_silent(&built, &secret, name);
    }
}

#[test]
fn a_token_of_every_shape_is_found_and_each_place_has_one() {
    let tokens = tokens::all();
    let one_line: Vec<_> = tokens.iter().filter(|(_, token)| !token.contains(['\n', ' ', '/'])).collect();
    for (at, (name, text, file)) in PLACES.iter().enumerate() {
        let (kind, token) = one_line[at % one_line.len()];
        let built = build(&book(&text.replace('~', token)));
        assert_eq!(found(&built), [(format!("{kind} is published"), (*file).to_owned())], "{name}");
        assert_silent(&built, token, name);
    }
    for (kind, token) in &tokens {
        let built = build(&book(&format!("=== src/a.md\n# A\n\n```\n{token}\n```\n")));
        assert_eq!(found(&built), [(format!("{kind} is published"), "src/a.md".to_owned())], "{kind}");
        assert_silent(&built, token, kind);
    }
}

#[test]
fn bytes_names_and_other_forms_are_looked_at_as_well() {
    let secret = value();
    let odd = format!("{}--\"{}'_{}", random(1, MIXED, 5), random(2, MIXED, 5), random(3, MIXED, 5));
    let with = |world: &mut MemoryWorld, secret: &str| world.set_secret("DB_PASSWORD", secret);
    let chapter = |text: &str| book(&format!("=== src/a.md\n# A\n\n{text}\n"));
    let mut worlds: Vec<(&str, &str, MemoryWorld)> = vec![
        ("entities", &secret, chapter(&format!("<p>&#{};{}</p>", u32::from(secret.as_bytes()[0]), &secret[1..]))),
        ("tags", &secret, chapter(&format!("{}<b>{}</b>{}", &secret[..4], &secret[4..9], &secret[9..]))),
        ("typography", &odd, chapter(&format!("Log in with {odd}."))),
        ("escapes", &odd, chapter(&format!("Log in with {}.", odd.replace('_', "\\_").replace('"', "\\\"")))),
        ("percent", &odd, chapter("[x](https://example.com/?q=~)")),
        ("Base64", &secret, chapter(&format!("`{}`", base64_of(&format!("Value: {secret}"))))),
        ("file name", &secret, book(&format!("=== src/a.md\n# A\n\n[x]({secret}.txt)\n=== src/{secret}.txt\nx\n"))),
        ("name of a redirect", &secret, {
            let toml = format!("[output.html.redirect]\n'/{secret}.html' = 'a.html'\n");
            book(&format!("=== book.toml\n{toml}=== src/a.md\n# A\n"))
        }),
    ];
    for (name, bytes) in [
        ("metadata", secret.as_bytes().to_vec()),
        ("UTF-16", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        let mut world = book("=== src/a.md\n# A\n\n![x](b.png)\n");
        world.insert("src/b.png", png(&bytes));
        worlds.push((name, &secret, world));
    }
    for (name, secret, mut world) in worlds {
        if name == "percent" {
            let encoded: String = secret
                .bytes()
                .map(|byte| match byte {
                    byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') => char::from(byte).to_string(),
                    byte => format!("%{byte:02X}"),
                })
                .collect();
            world = chapter(&format!("[x](https://example.com/?q={encoded})"));
        }
        with(&mut world, secret);
        let built = build(&world);
        let messages: Vec<String> = found(&built).into_iter().map(|(message, _)| message).collect();
        assert_eq!(messages, ["the value of the environment variable `DB_PASSWORD` is published"], "{name}");
        assert_silent(&built, secret, name);
    }
}

/// Encodes text in base64 without padding.
fn base64_of(text: &str) -> String {
    let digits: Vec<char> = format!("{}{}0123456789+/", &MIXED[..26], &MIXED[26..52]).chars().collect();
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let six = bits.as_bytes().chunks(6).map(|six| format!("{:0<6}", String::from_utf8_lossy(six)));
    six.map(|six| digits[usize::from_str_radix(&six, 2).unwrap()]).collect()
}

#[test]
fn a_secret_that_other_checks_quote_is_hidden_as_well() {
    let secret = format!("{}.{}", random(5, MIXED, 12), random(6, MIXED, 12));
    let token = tokens::all()[0].1.clone();
    let text = format!(
        "=== facts/v.toml\n[v]\nx = {{ value = \"{secret}\", type = \"choice\", choices = [\"a\"], source = \"s\" }}\n{} = 1\n\
         === src/a.md\n# A\n\nÄ {{{{ {secret} }}}} [x]({secret}.md) {{{{#own {token}}}}}\n\n{{{{#{token}}}}}\n\n`{secret}`\n",
        secret.split('.').next().unwrap()
    );
    let mut world = book(&text);
    world.set_secret("API_KEY", &secret);
    let built = build(&world);
    let checks: Vec<&str> = built.findings.iter().map(|finding| finding.check).collect();
    for check in ["fact-unknown", "link-broken", "fact-type", "block-unknown", "secret-exposed"] {
        assert!(checks.contains(&check), "{check}: {checks:?}");
    }
    assert!(built.findings.iter().any(|finding| finding.message.contains(&secret)), "another check quotes it");
    let reports = reports(&built);
    assert!(!reports.contains(&secret) && !reports.contains(&token), "{reports}");
    assert!(reports.contains(&format!("no fact `{}`", "*".repeat(secret.len()))), "{reports}");
    let line = reports.lines().find(|line| line.contains("Ä {{ ***")).unwrap();
    assert!(line.contains(&format!("[x]({}.md)", "*".repeat(secret.len()))), "{line}");
}

#[test]
fn what_is_not_published_is_not_reported() {
    let secret = value();
    let mut world = book(&format!(
        "=== facts/v.toml\n[v]\nx = {{ value = '{secret}', source = 's', visibility = 'internal' }}\n=== src/a.md\n# A\n"
    ));
    world.set_secret("DEPLOY_TOKEN", &secret);
    assert_eq!(found(&build(&world)), []);
}

#[test]
fn look_alikes_are_no_secrets() {
    let path = root().join("tests/suite/look-alikes.txt");
    let text = fs::read_to_string(path).unwrap();
    let mut alike: Vec<String> = text.split("\n\n").map(|part| part.trim().to_owned()).collect();
    alike.extend(tokens::look_alikes());
    alike.retain(|text| !text.is_empty() && !text.starts_with("# "));
    assert!(alike.len() >= 100, "{}", alike.len());
    let kinds = |text: &str| -> Vec<SecretKind> {
        Scanner::default().find(text.as_bytes()).into_iter().map(|hit| hit.what).collect()
    };
    for text in &alike {
        assert_eq!(kinds(text), [], "{text}");
    }
    let all = alike.join("\n\n");
    let mut world = book("=== src/a.md\n# A\n\n{{#include b.txt}}\n\n[b](b.txt)\n");
    world.insert("src/b.txt", all.replace("{{", "{ {"));
    for (name, value) in [("DB_PASSWORD", "changeme"), ("API_TOKEN", "localhost"), ("APP_SECRET", "true")] {
        world.set_secret(name, value);
    }
    assert_eq!(found(&build(&world)), []);
}

#[test]
fn the_command_publishes_nothing_and_shows_nothing() {
    let (dir, secret) = (tempfile::tempdir().unwrap(), value());
    for (path, text) in [
        ("book.toml", "[preprocessor.trustbook]\n".to_owned()),
        ("facts/v.toml", format!("[v]\nx = {{ value = \"{secret}\", source = \"s\" }}\n")),
        ("src/SUMMARY.md", "- [A](a.md)\n".to_owned()),
        ("src/a.md", "# A\n\n{{ v.x }}\n".to_owned()),
    ] {
        fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
        fs::write(dir.path().join(path), text).unwrap();
    }
    let run = |args: &[&str], name: &str| {
        let mut command = Command::new(programs().join("trustbook"));
        let command = command.args(args).current_dir(dir.path()).env(name, &secret).env_remove("GITHUB_STEP_SUMMARY");
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code(), text)
    };
    let formats = report::FORMATS.iter().map(|(name, _)| ["check", "--format", name]);
    for args in formats.chain([["build", "--format", "json"], ["build", "--format", "github"]]) {
        let (code, text) = run(&args, "TEST_DEPLOY_TOKEN");
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("the value of the environment variable `TEST_DEPLOY_TOKEN` is published"), "{text}");
        assert!(!text.contains(&secret), "{text}");
    }
    let (code, text) = run(&["facts"], "TEST_DEPLOY_TOKEN");
    assert_eq!((code, text.contains(&secret), text.contains("****")), (Some(0), false, true), "{text}");
    // The page itself is served, to this machine only; no message shows the secret.
    let (_server, address, said) = serve(dir.path(), &[("TEST_DEPLOY_TOKEN", &secret)]);
    let state = get(&address, "/__trustbook/state", "localhost");
    for text in [&state, &said] {
        assert!(text.contains("`TEST_DEPLOY_TOKEN` is published") && !text.contains(&secret), "{text}");
    }
    assert!(get(&address, "/a.html", "localhost").contains(&secret));
    assert!(!dir.path().join("book").exists());
    // The same value is not a secret under a name that does not suggest one.
    assert_eq!(run(&["build"], "TEST_DEPLOY_NAME").0, Some(0));
}

#[test]
fn a_baseline_knows_findings_again_that_quote_a_secret() {
    let (dir, secret) = (tempfile::tempdir().unwrap(), value());
    write(dir.path(), "book.toml", "[preprocessor.trustbook]\n");
    write(dir.path(), "src/SUMMARY.md", "- [A](a.md)\n");
    write(dir.path(), "src/a.md", &format!("# A\n\n{{{{ v.{secret} }}}}\n"));
    let run = |args: &[&str]| {
        let mut command = Command::new(programs().join("trustbook"));
        command.args(args).current_dir(dir.path()).env("TEST_DEPLOY_TOKEN", &secret).output().unwrap()
    };
    let base = run(&["check", "--format", "json"]);
    write(dir.path(), "base.json", &stdout(&base));
    let short = stdout(&run(&["check", "--baseline", "base.json", "--format", "short"]));
    assert!(short.contains("warning[fact-unknown]") && !short.contains("error["), "{short}");
    // A fingerprint of its line would help an attacker to guess it.
    let log = stdout(&run(&["check", "--format", "sarif"]));
    assert!(log.contains("trustbookFinding/v1") && !log.contains("primaryLocationLineHash"), "{log}");
}

#[test]
fn a_secret_that_is_cut_short_in_a_message_is_hidden_as_well() {
    let secret = value();
    // The text of a finding is cut after a thousand bytes, which is within the secret for each of these positions.
    for before in (930..1000).step_by(3) {
        let mut world = book(&format!("=== src/a.md\n# A\n\n{{{{ v.{}{secret} }}}}\n", "a".repeat(before)));
        world.set_secret("DEPLOY_TOKEN", &secret);
        let built = build(&world);
        let reports = reports(&built);
        for length in 4..=secret.len() {
            assert!(!reports.contains(&format!("a{}", &secret[..length])), "{before}: {length}");
        }
    }
}
