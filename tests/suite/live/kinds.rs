//! Sources that are files and commands, every format, and live fields of records.

use super::Book;
use crate::command::programs;

fn facts(lines: &str, source: &str) -> String {
    format!("[product]\n{lines}\n\n[[source]]\nid = \"it\"\n{source}\n")
}

#[test]
fn files_of_every_format_are_read() {
    let cases = [
        ("a.json", "{\"a\": {\"b\": \"x\"}}", "select = \".a.b\"", "\"x\""),
        ("a.toml", "[a]\nb = 2026-01-02\n", "select = \".a.b\", type = \"date\"", "2026-01-02"),
        ("a.yaml", "a:\n  b: true\n", "select = \".a.b\"", "true"),
        (
            "a.csv",
            "name,seats\nx,3\ny,4\n",
            "select = '[.[] | select(.name == \"y\") | .seats][0]', type = \"integer\"",
            "4",
        ),
        ("a.txt", "  v1.2\n", "", "\"v1.2\""),
        ("VERSION", "v1.2\n", "", "\"v1.2\""),
        ("a.html", "<p>a</p><h1 id=v>v1 &amp; v2</h1>", "select = \"#v\"", "\"v1 & v2\""),
        ("b.html", "<li>a</li><li>b</li>", "select = \"li\"", "[\"a\", \"b\"]"),
        ("b.json", "{\"n\": 1.50}", "select = \".n\", type = \"decimal\"", "1.5"),
        ("c.json", "{\"n\": \"no\"}", "select = \".n\", type = \"choice\", choices = [\"yes\", \"no\"]", "\"no\""),
    ];
    for (path, content, select, value) in cases {
        let select = if select.is_empty() { String::new() } else { format!(", {select}") };
        let register =
            facts(&format!("v = {{ live = \"it\"{select} }}"), &format!("kind = \"file\"\npath = \"{path}\""));
        let book = Book::with("", &register);
        book.write(path, content);
        book.on(10, &["refresh"]).ok();
        let same = |text: &str| format!("x = {text}").parse::<toml::Table>().unwrap();
        assert_eq!(same(&book.value("product.v").unwrap()), same(value), "{path}");
        book.on(10, &["check"]).ok();
        // A change to the content is detected without a refresh.
        book.write(path, &format!("{content} "));
        let said = book.on(10, &["check", "--format", "short"]).ok();
        assert!(
            said.out().contains("warning[source-stale]: the file of the source `it` has changed"),
            "{}",
            said.all()
        );
    }
}

#[test]
fn a_value_stays_of_the_type_that_it_had() {
    let register = facts("seats = { live = \"it\", select = \".seats\" }", "kind = \"file\"\npath = \"a.json\"");
    let book = Book::with("", &register);
    book.write("a.json", "{\"seats\": 7}");
    book.on(10, &["refresh"]).ok();
    book.write("a.json", "{\"seats\": \"seven\"}");
    book.on(11, &["refresh"]).failed_with(&["`product.seats` with `.seats` finds text, and before it was an integer"]);
    assert_eq!(book.value("product.seats").as_deref(), Some("7"));
    // The register can declare another type.
    book.write("facts/product.toml", &register.replace("\".seats\" }", "\".seats\", type = \"text\" }"));
    book.on(12, &["refresh"]).ok();
    assert_eq!(book.value("product.seats").as_deref(), Some("\"seven\""));
}

#[test]
fn files_that_are_no_source_are_told() {
    for (path, part) in [
        ("nowhere.json", "nowhere.json cannot be read: there is no such file"),
        ("../outside.json", "../outside.json is outside of the book"),
        ("/etc/passwd", "/etc/passwd is outside of the book"),
        (".env", "its name, or that of its folder, begins with a dot"),
        ("key.pem", "it looks like a key"),
        ("src", "it is not a plain file"),
    ] {
        let book = Book::with("", &facts("v = { live = \"it\" }", &format!("kind = \"file\"\npath = \"{path}\"")));
        book.write(".env", "TOKEN=x");
        book.write("key.pem", "x");
        book.on(10, &["refresh"]).failed_with(&["the source `it`", part, "help: "]);
    }
    #[cfg(unix)]
    {
        let book = Book::with("", &facts("v = { live = \"it\" }", "kind = \"file\"\npath = \"link.txt\""));
        std::os::unix::fs::symlink("/etc/hostname", book.path().join("link.txt")).unwrap();
        book.on(10, &["refresh"]).failed_with(&["it is not a plain file"]);
    }
}

#[test]
fn a_command_runs_only_as_it_is_allowed() {
    let own = programs().join("trustbook").to_str().unwrap().to_owned();
    let register = |argv: &str| {
        facts("v = { live = \"it\", select = 'split(\" \")[0]' }", &format!("kind = \"command\"\nargv = {argv}"))
    };
    let argv = format!("[{own:?}, \"--version\"]");
    let allowed = |argv: &str| format!("[preprocessor.trustbook.security.exec]\nallow = [{argv}]\n");
    let book = Book::with(&allowed(&argv), &register(&argv));
    book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.v").as_deref(), Some("\"trustbook\""));
    // One more or one fewer argument makes another command.
    for other in
        [format!("[{own:?}]"), format!("[{own:?}, \"--version\", \"-x\"]"), "[\"trustbook\", \"--version\"]".to_owned()]
    {
        let book = Book::with(&allowed(&argv), &register(&other));
        book.on(10, &["refresh"]).failed_with(&[
            "its command is not run: the book does not allow it",
            "[preprocessor.trustbook.security.exec]",
        ]);
    }
    let book = Book::with("", &register(&argv));
    book.on(10, &["refresh"]).failed_with(&["the book does not allow it"]);
}

#[cfg(unix)]
#[test]
fn a_command_has_limits_and_little_of_the_environment() {
    let run = |script: &str, select: &str| {
        let argv = format!("[\"sh\", \"-c\", {script:?}]");
        let variable = |name: &str| format!("{{ name = \"{name}\", commands = [{argv}] }}");
        let settings = format!(
            "[preprocessor.trustbook.security]\nexec.allow = [{argv}]\nenv.allow = [{}, {}]\n",
            variable("PASSED"),
            variable("UNSET")
        );
        let select = if select.is_empty() { String::new() } else { format!(", select = {select:?}") };
        let register =
            facts(&format!("v = {{ live = \"it\"{select} }}"), &format!("kind = \"command\"\nargv = {argv}"));
        let mut book = Book::with(&settings, &register);
        book.set("PASSED", "passed-value");
        book.set("NOT_PASSED", "other-value");
        let said = book.on(10, &["refresh"]);
        (book, said)
    };
    let (book, said) = run("echo ${#PASSED}-${#NOT_PASSED}", "");
    said.ok();
    assert_eq!(book.value("product.v").as_deref(), Some("\"12-0\""));
    run("echo oh dear >&2; exit 3", "").1.failed_with(&["its command failed: oh dear"]);
    run("yes | head -c 6000000", "").1.failed_with(&["printed more than 5 MiB"]);
    run("echo $PASSED", "").1.failed_with(&["holds a secret"]);
    run("./no-such", "").1.failed_with(&["its command failed"]);
    let (book, said) = run("pwd; cat > written-by-it < /dev/null", "split(\"\\n\")[0]");
    said.ok();
    assert!(book.path().join("written-by-it").exists(), "it runs in the folder of the book");
}

#[test]
fn fields_of_records_can_be_live() {
    let register = "\
[defaults]
source = \"handbook\"
stated = 2026-01-01

[[certification]]
id = \"iso\"
scheme = \"ISO 27001\"
kind = \"certificate\"
status = \"held\"
auditor = \"Example Audit Ltd\"
issued = 2024-02-01
expires = { live = \"it\", select = \".expires\" }

[[source]]
id = \"it\"
kind = \"file\"
path = \"iso.json\"
";
    let book = Book::with("", register);
    book.write("src/page.md", "# Page\n\n{{#certifications}}\n\nUntil {{ certification.iso.expires }}.\n");
    book.write("iso.json", "{\"expires\": \"2026-01-20\"}");
    let said = book.on(10, &["refresh"]).ok();
    assert!(said.out().contains("`certification.iso.expires` is `2026-01-20`, which is new (shown in src/page.md)"));
    book.on(10, &["check"]).ok();
    // The last day of the record comes from the live field.
    let said = book.on(21, &["check", "--format", "short"]).ok();
    assert!(said.out().contains("certification-expired"), "{}", said.all());
    let said = book.on(10, &["facts", "--json"]).ok();
    let line = said.out().lines().find(|line| line.contains("certification.iso.expires")).unwrap().to_owned();
    assert!(line.contains("20 January 2026"), "{line}");
    // A live field cannot be reviewed.
    book.write("answers.toml", "\"certification.iso\" = { change = { expires = 2027-01-01 } }\n");
    let said = book.on(10, &["review", "--answers", "answers.toml"]);
    assert_eq!(said.code(), Some(1), "{}", said.all());
    assert!(said.all().contains("comes from the source `it`"), "{}", said.all());
}

#[test]
fn a_fact_with_two_origins_or_none_is_told() {
    for (fact, part) in [
        ("v = { live = \"it\", value = \"x\" }", "has both a `value` and a source"),
        ("v = { value = \"x\", select = \".a\" }", "has a `select`, but no source to select from"),
        ("v = { live = \"\" }", "is not text, or is empty"),
        ("v = { live = 3 }", "is not text, or is empty"),
        ("v = { live = \"it\", type = \"choice\" }", "does not say which words it can take"),
        ("v = { live = \"it\", selct = \".a\" }", "did you mean `select`?"),
    ] {
        let book = Book::with("", &facts(fact, "kind = \"file\"\npath = \"a.txt\""));
        book.write("a.txt", "x");
        book.on(10, &["check"]).failed_with(&[part]);
    }
    let book = Book::with(
        "",
        &facts("v = { live = \"it\" }", "kind = \"file\"\npath = \"a.txt\"\nurl = \"https://example.com/\""),
    );
    book.write("a.txt", "x");
    book.on(10, &["check"]).failed_with(&["`url` does not apply to a source of the kind `file`"]);
    let book = Book::with("", &facts("v = { live = \"it\" }", "kind = \"http\""));
    book.on(10, &["check"]).failed_with(&["`source.it` lacks `url`"]);
}

#[test]
fn expressions_that_can_not_be_used_are_told() {
    for (select, part) in [
        (".a |", "it cannot be read"),
        ("nosuch(.a)", "there is no function `nosuch` here"),
        ("selct(.a)", "did you mean `select`?"),
        ("def f: f; f", "it defines a function"),
        ("$ENV.PATH", "is not a usable expression"),
        (".a, .b", "finds several values"),
    ] {
        let book = Book::with(
            "",
            &facts(&format!("v = {{ live = \"it\", select = {select:?} }}"), "kind = \"file\"\npath = \"a.json\""),
        );
        book.write("a.json", "{\"a\": 1, \"b\": 2}");
        book.on(10, &["refresh"]).failed_with(&["the source `it`", part, "help: "]);
    }
}
