//! Content that a browser would run or a host would obey: code in pages and files, and files by their names.

use super::address::{scheme, stripped};
use super::decode;
use super::piece::{SiteReference, Use, is_animated, is_animation, is_handler};
use lol_html::errors::RewritingError;
use std::borrow::Cow;

/// Element name for a file whose bytes a browser could decode to another text than this module does.
pub(super) const UNREADABLE: &str = "unreadable file";
/// Element name for HTML that could not be read to its end.
pub(super) const ENDLESS: &str = "unreadable markup";
/// Element name for an instruction to the server.
pub(super) const INSTRUCTION: &str = "server instruction";
/// Element name for declarations of XML, whose entities and default values become markup.
pub(super) const DOCTYPE: &str = "doctype";
/// Element name for XSLT, which generates markup.
pub(super) const TRANSFORMATION: &str = "transformation";

/// Element name for a style sheet in a file that is not read as one.
pub(super) const SHEET: &str = "other style sheet";
/// Element name for a manifest of an application in a file that is not read as one.
pub(super) const MANIFEST: &str = "other manifest";
/// Element name for a playlist with variables, whose addresses only the browser puts together.
pub(super) const VARIABLES: &str = "playlist variables";

/// Returns true if the path of an address has an ending such as `.css`, or the address is absolute and is reported as a
/// request.
pub(super) fn address_ends_in(url: &str, ending: &str) -> bool {
    let url = stripped(url);
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.to_ascii_lowercase().ends_with(ending) || scheme(&url).is_some() || path.starts_with("//")
}

/// Returns the active content of a reference or piece of code, as a phrase.
pub(super) fn code(piece: &SiteReference) -> Option<&'static str> {
    if piece.is_of_style() {
        return None;
    }
    let (element, attribute) = (piece.element.as_ref(), piece.attribute.as_ref());
    let what = match (piece.kind, element, attribute) {
        (Use::Code, UNREADABLE, _) => "bytes in an encoding that cannot be checked",
        (Use::Code, ENDLESS, _) => "markup that cannot be read to its end",
        (Use::Code, INSTRUCTION, _) => "an instruction to the server",
        (Use::Code, DOCTYPE, _) => "a DOCTYPE with declarations of its own",
        (Use::Code, TRANSFORMATION, _) => "a transformation (XSLT)",
        (Use::Code, SHEET, _) => "a style sheet that is not a `.css` file",
        (Use::Code, MANIFEST, _) => "a manifest that is not a `.webmanifest` file",
        (Use::Code, VARIABLES, _) => "a playlist with variables",
        (Use::Code, "script", "") => "a script",
        (Use::Code, "base", _) => "a `<base>`, which changes where addresses lead",
        (Use::Code, _, "srcdoc") => "a page within an attribute",
        (Use::Code, name, attribute) if is_animation(name) && !is_handler(attribute) => {
            "an animation that sets a script"
        }
        (Use::Code, ..) => "an event handler",
        (Use::Id | Use::Map | Use::NoAlt, ..) => return None,
        _ if is_script(&piece.value) => "a script instead of an address",
        (Use::Follow, ..) if holds_markup(&piece.value) => "a page within an address",
        (Use::Load, "embed" | "fencedframe" | "frame" | "iframe" | "object" | "portal" | "script" | "use", _)
            if is_data(&piece.value) =>
        {
            "a page within an address"
        }
        (Use::Load, "link", _) if is_data(&piece.value) && !is_picture_data(&piece.value) => {
            "a style sheet within an address"
        }
        _ => return None,
    };
    Some(what)
}

/// Returns true if an attribute of an animation sets a script.
pub(super) fn animates(attribute: &str, value: &str) -> bool {
    match attribute {
        "attributename" => is_handler(&value.trim().to_ascii_lowercase()),
        name if is_animated(name) => value.split(';').any(|value| is_script(value) || holds_markup(value)),
        _ => false,
    }
}

fn is_script(address: &str) -> bool {
    let address = stripped(address);
    let scheme = scheme(&address).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| ["javascript", "vbscript"].iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

fn is_data(address: &str) -> bool {
    scheme(&stripped(address)).is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("data"))
}

/// Returns true if an address is a `data:` address of a picture.
fn is_picture_data(address: &str) -> bool {
    let address = stripped(address);
    scheme(&address).is_some_and(|(_, rest)| rest.trim_start().to_ascii_lowercase().starts_with("image/"))
}

/// Returns true if an address is a `data:` address of a type that can run.
pub(super) fn holds_markup(address: &str) -> bool {
    let address = stripped(address);
    let kind = address.split(',').next().unwrap_or_default().to_ascii_lowercase();
    is_data(&address) && ["html", "script", "svg", "xml", "xsl"].iter().any(|word| kind.contains(word))
}

/// Returns true for XML by its name or its text: a server may serve it as such, whatever its name says.
pub(super) fn is_meant_as_xml(path: &str, text: &str) -> bool {
    let is_named = |ending: &String| MARKUP.contains(&ending.as_str()) && !["htm", "html"].contains(&ending.as_str());
    endings(path).iter().any(is_named) || text.contains("<?xml") || text.contains("xmlns")
}

/// The beginnings of instructions to a server: PHP, server pages, and the includes of caches. A server looks for them in
/// the bytes of every file that it is configured to read, and ignores their case.
const INSTRUCTIONS: &[&str] = &["<!--esi", "<?php", "<?=", "<esi:", "<%"];

/// The commands of server-side includes, each behind `<!--#`.
#[rustfmt::skip]
const COMMANDS: &[&str] = &[
    "block", "comment", "config", "echo", "elif", "else", "endblock", "endif", "exec", "flastmod", "fsize", "if", "include",
    "printenv", "set",
];

/// Returns a piece for active content that is not an element.
pub(super) fn code_piece(element: &'static str, value: &str) -> SiteReference {
    SiteReference {
        element: Cow::Borrowed(element),
        attribute: Cow::Borrowed(""),
        value: value.to_owned(),
        kind: Use::Code,
    }
}

/// The maximum number of attributes of an element: parsers compare each with all others.
pub(super) const MOST_ATTRIBUTES: usize = 1000;
/// The bytes of tags that are read for each byte of markup, and for any markup. A tag may be a part of an earlier one,
/// and both are read.
const READ: (usize, usize) = (16, 65_536);

/// Returns the byte of the first tag with more attributes than parsers can compare, or with which more has been read
/// than may be. Comments and texts that look like tags count as well, since HTML and XML differ in where they end.
pub(super) fn crowded(markup: &str) -> Option<usize> {
    let mut left = READ.0 * markup.len() + READ.1;
    let starts = markup.match_indices('<').map(|(at, _)| at);
    starts.into_iter().find(|at| attributes(&markup.as_bytes()[at + 1..], &mut left) > MOST_ATTRIBUTES || left == 0)
}

/// Counts the attributes of a tag, up to one more than the maximum (HTML 13.2.5.32 to 13.2.5.39). Reads at most `left`
/// bytes, and takes what it has read from it.
fn attributes(tag: &[u8], left: &mut usize) -> usize {
    let mut tag = &tag[..tag.len().min(*left)];
    let mut after = |tag: &mut &[u8], is_end: &dyn Fn(&u8) -> bool| {
        let length = tag.iter().position(is_end).unwrap_or(tag.len());
        *left = left.saturating_sub(length);
        *tag = &tag[length..];
    };
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    after(&mut tag, &|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'<'));
    let mut count = 0;
    loop {
        after(&mut tag, &|byte| !is_space(byte) && *byte != b'/');
        if count > MOST_ATTRIBUTES || matches!(tag.first(), None | Some(b'>' | b'<')) {
            return count;
        }
        count += 1;
        tag = &tag[1..];
        after(&mut tag, &|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
        let mut value = tag;
        after(&mut value, &|byte| !is_space(byte));
        if let Some(rest) = value.strip_prefix(b"=") {
            tag = rest;
            after(&mut tag, &|byte| !is_space(byte));
            match tag.split_first() {
                Some((quote @ (b'"' | b'\''), rest)) => {
                    tag = rest;
                    after(&mut tag, &|byte| byte == quote);
                    tag = tag.get(1..).unwrap_or_default();
                }
                _ => after(&mut tag, &|byte| is_space(byte) || *byte == b'>'),
            }
        }
    }
}

/// Returns a piece for markup that lol_html cannot read to its end, and the byte at which it starts, after `from`.
pub(super) fn endless(error: &RewritingError, html: &str, from: usize) -> (SiteReference, usize) {
    let error = error.to_string();
    let tag = error.split_once("(`<").and_then(|(_, rest)| rest.split_once(">`)")).map_or("", |(tag, _)| tag);
    let tag = format!("<{tag}");
    let behind = html.get(from..).unwrap_or_default().to_ascii_lowercase();
    let at = from + behind.find(&tag).unwrap_or(0);
    (code_piece(ENDLESS, &tag), at)
}

/// Returns the first instruction to a server in some markup: its byte and its beginning.
pub(super) fn instruction(markup: &str) -> Option<(usize, &'static str)> {
    let begins = |text: &str, word: &str| {
        text.as_bytes().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    markup.match_indices('<').find_map(|(at, _)| {
        let rest = &markup[at..];
        let known = INSTRUCTIONS.iter().find(|begin| begins(rest, begin)).copied();
        // `<!--# a note -->` is an ordinary comment. Some servers allow blanks before the command.
        let command = rest.strip_prefix("<!--#").map(str::trim_start);
        let is_command = command.is_some_and(|text| COMMANDS.iter().any(|command| begins(text, command)));
        known.or(is_command.then_some("<!--#")).map(|begin| (at, begin))
    })
}

/// Endings of types that every server knows, and that browsers show without running anything. Types that some servers
/// do not know, such as those of `md` and `yaml`, are not here: such a server goes by the ending before them.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "bmp", "css", "csv", "docx", "eot", "gif", "ico", "jpeg", "jpg", "json", "mp3", "mp4", "odp", "ods", "odt", "ogg",
    "otf", "pdf", "png", "pptx", "tar", "tiff", "tsv", "ttf", "txt", "wav", "webm", "webp", "woff", "woff2", "xlsx",
    "zip",
];

/// Endings of types that browsers read as HTML or XML.
#[rustfmt::skip]
const MARKUP: &[&str] = &[
    "atom", "htm", "html", "hxt", "kml", "mathml", "mml", "rdf", "rss", "svg", "svgz", "xht", "xhtml", "xml", "xsd", "xsl", "xslt",
];

/// Endings of types that browsers run.
const SCRIPTS: &[&str] = &["cjs", "ecma", "es", "es6", "js", "jsm", "mjs", "wasm"];

/// Endings of types that other programs run beside a page, or whose markup is not checked.
const RUNS: &[&str] = &["class", "hta", "htc", "jar", "mht", "mhtml", "swf", "xap", "xbl", "xul"];

/// Endings of types that servers execute, at any position among the endings of a name.
#[rustfmt::skip]
const EXECUTED: &[&str] = &[
    "asa", "asax", "ascx", "ashx", "asis", "asmx", "asp", "aspx", "axd", "cdx", "cer", "cfc", "cfm", "cfml", "cgi",
    "cshtml", "fcgi", "fpl", "idc", "jsp", "jspx", "phar", "php", "php2", "php3", "php4", "php5", "php6", "php7",
    "php8", "phps", "pht", "phtm", "phtml", "pl", "rem", "shtm", "shtml", "soap", "stm", "svc", "var", "vbhtml",
    "xamlx",
];

/// Names of files that static hosts read as their settings, and of those in which an origin grants rights to others.
#[rustfmt::skip]
const OBEYED: &[&str] = &[
    "_config.toml", "_config.yml", "_headers", "_redirects", "_routes.json", "_worker.js", "amplify.yml", "app.yaml",
    "apple-app-site-association", "applicationhost.config", "assetlinks.json", "auth", "caddyfile", "clientaccesspolicy.xml", "cname", "cors", "crossdomain.xml",
    "customhttp.yml", "deno.json", "edgeone.json", "firebase.json", "fly.toml", "middleware.js", "middleware.ts",
    "netlify.toml", "nginx.conf", "now.json", "package.json", "php.ini", "proxy.js", "proxy.ts", "render.yaml",
    "router", "routes.json", "serve.json", "static.json", "staticfile", "staticwebapp.config.json", "vercel.js",
    "vercel.json", "vercel.mjs", "vercel.toml", "vercel.ts", "web.config", "webauthn", "wrangler.json", "wrangler.jsonc",
    "wrangler.toml",
];

/// Folders whose programs hosts run.
const FOLDERS: &[&str] =
    &["_worker.js", "api", "cgi-bin", "edge-functions", "functions", "meta-inf", "netlify", "web-inf"];
/// Endings of the programs in these folders.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "cjs", "cts", "go", "js", "jsx", "lua", "mjs", "mts", "pl", "py", "rb", "rs", "sh", "ts", "tsx", "wasm",
];

/// Endings of the compressed copies that servers send instead of a file.
const COMPRESSED: &[&str] = &["br", "gz", "zst"];

/// Returns the endings of a name in lower case, the last first.
fn endings(path: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut endings: Vec<String> = name.split('.').skip(1).map(|part| part.trim().to_owned()).collect();
    endings.reverse();
    endings
}

/// Returns true if one of the endings of a name is in `known`.
///
/// Endings before an ordinary one do not count. Before an ending that they do not know, servers go by the previous one.
fn has_ending(path: &str, known: &[&str]) -> bool {
    let endings = endings(path);
    let mut own = endings.iter().skip_while(|ending| COMPRESSED.contains(&ending.as_str())).peekable();
    !own.peek().is_some_and(|last| PLAIN.contains(&last.as_str())) && own.any(|ending| known.contains(&ending.as_str()))
}

/// Returns true if some server gives the Markdown of a page, by its name, the type of a page or of a script.
pub fn is_active_twin(path: &str) -> bool {
    [MARKUP, SCRIPTS, RUNS, EXECUTED].iter().any(|known| has_ending(path, known))
}

/// Returns the name of the file in whose place servers send this compressed copy of it.
pub fn uncompressed(path: &str) -> Option<&str> {
    let (file, ending) = path.rsplit_once('.')?;
    COMPRESSED.iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(file)
}

/// Returns true if browsers may read a file as HTML or XML, because of its name or its first character.
pub(super) fn is_markup(path: &str, bytes: &[u8]) -> bool {
    has_ending(path, MARKUP) || decode::is_like_markup(bytes)
}

/// Returns true if a file is HTML by its name. Browsers then read it as nothing else.
pub(super) fn is_html(path: &str) -> bool {
    matches!(endings(path).first().map(String::as_str), Some("htm" | "html"))
}

/// Returns true if a script of this type is data, which no browser runs (HTML, 4.12.1.1; MIME Sniffing, 4.6).
pub(super) fn is_data_block(kind: Option<&str>) -> bool {
    let Some(kind) = kind.map(|kind| kind.trim().to_ascii_lowercase()) else { return false };
    let runs = kind.is_empty()
        || kind.contains("script")
        || matches!(kind.as_str(), "module" | "importmap" | "speculationrules" | "webbundle");
    !runs
}

/// Returns true if browsers read a file as XML because of its name.
pub(super) fn is_xml(path: &str) -> bool {
    endings(path).first().is_some_and(|ending| MARKUP.contains(&ending.as_str())) && !is_html(path)
}

/// Returns true if a file is a script by its name.
pub fn is_script_file(path: &str) -> bool {
    has_ending(path, SCRIPTS)
}

/// The encodings that servers name by an ending (`AddCharset` of Debian's Apache), in which a byte within a character
/// can look like a bracket.
#[rustfmt::skip]
const ENCODINGS: &[&str] = &[
    "b5", "big5", "cis", "cn-big5", "euc-cn", "euc-gb", "euc-jp", "euc-kr", "euc-tw", "gb", "gb18030", "gb2312", "gbk",
    "iso2022-cn", "iso2022-jp", "iso2022-kr", "jis", "kis", "shift_jis", "sjis",
];

/// Returns true if a server may send a file in such an encoding because of its name.
pub(super) fn names_encoding(path: &str) -> bool {
    endings(path).iter().any(|ending| ENCODINGS.contains(&ending.as_str()))
}

/// Returns the reason why a file runs or is obeyed because of its name alone, as a phrase.
pub fn by_name(path: &str) -> Option<&'static str> {
    let endings = endings(path);
    let is_program = |ending: &String| PROGRAMS.contains(&ending.as_str());
    let lower = path.to_ascii_lowercase();
    let mut folders = lower.rsplit('/').skip(1);
    // For the address of a folder, servers send a page that is in it.
    let is_run = |folder: &str| folder.rsplit_once('.').is_some_and(|(_, it)| it == "css" || SCRIPTS.contains(&it));
    if is_obeyed(path) {
        Some("hosts take it for their settings")
    } else if folders.clone().any(is_run) {
        Some("its folder has the name of a script or a style sheet")
    } else if endings.iter().any(|ending| EXECUTED.contains(&ending.as_str()))
        || folders.any(|folder| FOLDERS.contains(&folder) && (folder == "cgi-bin" || endings.iter().any(is_program)))
    {
        Some("hosts may execute it")
    } else {
        has_ending(path, RUNS).then_some("what it holds can run, and is not checked")
    }
}

/// Returns true if hosts read a file of this name as their settings.
pub fn is_obeyed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    OBEYED.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for path in ["a.svg", "a/B.SVGZ", "x.html.gz", "x.html.de", "feed.xml", "x.xhtml.foo", "x.svg.br"] {
            assert!(is_markup(path, b"x"), "{path}");
        }
        for path in ["a.txt", "x.html.txt", "report.xml.pdf", "svg", "a.png", "x.tar.gz"] {
            assert!(!is_markup(path, b"x"), "{path}");
        }
        for path in ["a.js", "a.MJS", "a.js.gz", "a.min.js", "a.js.foo", "a.wasm"] {
            assert!(is_script_file(path), "{path}");
        }
        for path in ["a.json", "js", "a.js.txt", "about-js.html"] {
            assert!(!is_script_file(path), "{path}");
        }
    }

    #[test]
    fn hosts_obey_and_execute_what_has_their_names() {
        #[rustfmt::skip]
        let obeyed = [
            "_headers", "_Redirects", "_worker.js", "_worker.js/x.js", "functions/a/b.ts", "api/x.py", "netlify.toml",
            "sub/web.config", "CNAME", "a.php", "a.php.txt", "a.PHTML", "a.cgi", "cgi-bin/x", "a.shtml", "x.mhtml", "x.aspx",
            "WEB-INF/a.jsp", "a.svc", "AUTH", "vercel.ts",
        ];
        for path in obeyed {
            assert!(by_name(path).is_some(), "{path}");
        }
        for path in ["api/index.html", "api/openapi.json", "functions.md", "php.md", "a.pdf", "headers", "x.py", "a.ts"]
        {
            assert!(by_name(path).is_none(), "{path}");
        }
    }

    #[test]
    fn tags_within_each_other_are_read_up_to_a_limit() {
        // Each of these would be read to the end of the text, or far beyond its own.
        for tag in ["<a/b=", "<a/b<", "x=<a "] {
            assert!(crowded(&tag.repeat(150_000)).is_some(), "{tag}");
        }
        let blocks = format!("<a {}>", "x=<a ".repeat(990)).repeat(200);
        assert!(crowded(&blocks).is_some());
        let value = "x".repeat(1_000_000);
        for html in
            [format!("<img src={value}>"), format!("<p title='{value}'>").repeat(3), "<p a=b>1 < 2".repeat(90_000)]
        {
            assert_eq!(crowded(&html), None, "{}", &html[..20]);
        }
    }

    #[test]
    fn instructions_to_servers_are_no_comments() {
        for markup in ["<!--#exec cmd='id'-->", "<p><?php x ?>", "<?= 1 ?>", "<esi:include src='x'/>"] {
            assert!(instruction(markup).is_some(), "{markup}");
        }
        for markup in ["<!-- x -->", "<!--# a note -->", "&lt;?php", "<?xml version='1.0'?>"] {
            assert!(instruction(markup).is_none(), "{markup}");
        }
    }
}
