//! `trustbook pdf`: prints the whole book, from `print.html`, as a tagged PDF with bookmarks, using a local Chromium.

mod bytes;
mod sheets;

use crate::browser::{Browser, BrowserArgs};
use crate::build::{self, BookArgs};
use crate::failure::{Failure, io};
use crate::process;
use crate::{baseline, browser, output, publish, repository, serve};
use bytes::finished;
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};
use mdbook_trustbook::scratch::Scratch;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use trustbook_core::book::Translation;
use trustbook_core::report::harmless;
use trustbook_core::site::sink::{Bytes, Shelf};
use trustbook_core::suggest::listed;
use trustbook_core::{Book, Options, Site};
use url::Url;

/// The page that is printed.
const PAGE: &str = "print.html";
/// The style sheet of its sheets, beside the one of the theme.
const STYLE: &str = "assets/sheets.css";
/// The folders that the browser writes to: its profile, and the document.
const PROFILE: &str = "profile";
const OUT: &str = "out";
/// The content security policy of the page, which can only show files from its folder. It is sent as a header,
/// so no theme can remove it.
const POLICY: &str = "default-src 'self' data:; style-src 'self' data: 'unsafe-inline'; script-src 'none'; \
    object-src 'none'; connect-src 'none'; form-action 'none'; base-uri 'self'";
/// The maximum number of bytes that are read from the browser's output.
const MOST_OUTPUT: u64 = 64 * 1024;

#[derive(Debug, clap::Args)]
pub(crate) struct PdfArgs {
    #[command(flatten)]
    book: BookArgs,
    /// The file to write.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// The language to print, if the book is translated; left out, that of the book.
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// The size of the sheets.
    #[arg(long, value_enum, default_value = "a4")]
    paper: sheets::Paper,
    /// The commit to name on the first page.
    #[arg(long)]
    commit: Option<String>,
    #[command(flatten)]
    browser: BrowserArgs,
    /// The time limit for the browser, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

pub(crate) fn run(args: &PdfArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let browser = args.browser.find()?;
    let out = target(&args.out)?;
    let world = build::open(&args.book)?;
    let shelf = Shelf::default();
    let options = Options { commit: args.commit.clone(), live: false, ..Options::default() };
    let mut built = build::build_into(&world, &args.book, &options, &shelf);
    baseline::leave_out(&args.book.dir, &built.book.map, &mut built.findings)?;
    built.book.map.stands_in(&repository::folder(&args.book.dir));
    let code = build::exit_code(&built.findings);
    if code != 0 {
        output::say_report(&built.book.map, &built.findings);
        output::warn(&format!("nothing was written: {}", output::counts(&built)));
        return Ok(ExitCode::from(code));
    }
    let translation = translation(&built.book, args.language.as_deref())?;
    let path = format!("{}{PAGE}", translation.map(Translation::folder).unwrap_or_default());
    if !has_document(&built.site, &path) {
        return Err(Failure::new("this book has no print page").help(
            "remove `enable = false` from `[output.html.print]` in book.toml, and give no chapter or file the path \
             `print.html`",
        ));
    }
    let day = built.book.facts.today;
    let site_url = built.book.config.trustbook.site_url.clone();
    let mut files = publish::rest(&built.book.config, built.site)?;
    files.extend(shelf.files());
    let words = translation.map_or(&built.book.theme.words, |translation| &translation.words);
    let title = words.find("book.title").map(str::to_owned).or(built.book.config.title.clone());
    let title = title.unwrap_or_else(|| words.get("page.default_title"));
    let written = words.date(day);
    files.insert(STYLE.to_owned(), sheets::style(args.paper, &title, &written).into_bytes().into());
    let site_url = site_url.and_then(|site| site.join(&path).ok());
    let page = leading_out(&String::from_utf8_lossy(files.get(&path).map_or(&[], |page| page)), site_url.as_ref());
    let print = |starts: &BTreeMap<String, usize>| {
        let mut files = files.clone();
        files.insert(path.clone(), with_sheets(&page, starts, &path).into_bytes().into());
        printed(&browser, files, &path, Duration::from_secs(args.timeout))
    };
    // The browser alone knows the sheet on which a chapter starts, so the contents are printed again with the numbers.
    let bytes = print(&sheets::starts(&print(&BTreeMap::new())?))?;
    write(&out, &finished(bytes, day))?;
    let seconds = started.elapsed().as_secs_f32();
    output::say(&format!("wrote {} in {seconds:.2} s", harmless(&args.out.display().to_string())));
    Ok(ExitCode::SUCCESS)
}

fn has_document(site: &Site, path: &str) -> bool {
    site.pages.iter().any(|page| page.path == path && page.page.is_none())
}

/// Returns the translation to print; `None` for the language of the book.
fn translation<'b>(book: &'b Book, language: Option<&str>) -> Result<Option<&'b Translation>, Failure> {
    let own = book.config.language.as_deref().unwrap_or("en");
    let Some(tag) = language.filter(|tag| *tag != own) else { return Ok(None) };
    let found = book.translations.iter().find(|translation| translation.language == tag);
    let all = || listed(book.translations.iter().map(|it| it.language.as_str()).chain([own]));
    found.map(Some).ok_or_else(|| {
        Failure::usage(format!("the book is not in `{tag}`")).help(format!("its languages are {}", all()))
    })
}

/// Returns the absolute path of the file. A folder is refused before anything is built.
fn target(out: &Path) -> Result<PathBuf, Failure> {
    let out = std::path::absolute(out).map_err(|error| io("finding", out, &error))?;
    if out.is_dir() {
        return Err(Failure::usage(format!("{} is a folder", out.display())).help("name a file, such as `book.pdf`"));
    }
    Ok(out)
}

/// Turns links to files of the site into absolute ones. In a document on disk, they would lead to the temporary
/// server. Without the site's address, the links are removed.
fn leading_out(html: &str, site_url: Option<&Url>) -> String {
    let link = element!("a[href]", |el| {
        let href = el.get_attribute("href").unwrap_or_default();
        if href.starts_with('#') || Url::parse(&href).is_ok() {
            return Ok(());
        }
        match site_url.and_then(|site| site.join(&href.replace("&amp;", "&")).ok()) {
            Some(url) => el.set_attribute("href", url.as_str())?,
            None => el.remove_attribute("href"),
        }
        Ok(())
    });
    let settings = RewriteStrSettings::new().append_element_content_handler(link);
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// Adds the style sheet of the sheets to the page, and to each entry of its contents the sheet that it is on.
fn with_sheets(html: &str, starts: &BTreeMap<String, usize>, path: &str) -> String {
    let root = "../".repeat(path.matches('/').count());
    let head = element!("head", |el| {
        el.append(&format!("<link rel=\"stylesheet\" href=\"{root}{STYLE}\">"), ContentType::Html);
        Ok(())
    });
    let entry = element!(".contents a[href^='#']", |el| {
        let href = el.get_attribute("href").unwrap_or_default();
        let sheet = starts.get(href.trim_start_matches('#')).map(usize::to_string).unwrap_or_default();
        el.after(&format!(" <span class=\"sheet\">{sheet}</span>"), ContentType::Html);
        Ok(())
    });
    let settings =
        [head, entry].into_iter().fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// Prints the document with the browser, from a temporary server on this machine.
fn printed(browser: &Browser, files: BTreeMap<String, Bytes>, path: &str, time: Duration) -> Result<Vec<u8>, Failure> {
    let folder = Scratch::temporary("trustbook-pdf-", &[PROFILE, OUT])
        .map_err(|error| io("writing to", &std::env::temp_dir(), &error))?;
    let file = folder.path().join(OUT).join("book.pdf");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the server cannot start: {error}")))?;
    let address = runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(serve::files(listener, files, POLICY));
        std::io::Result::Ok(address)
    });
    let address = address.map_err(|error| Failure::new(format!("listening on 127.0.0.1 failed: {error}")))?;
    let mut command = browser::command(browser, &folder.path().join(PROFILE));
    command
        .args(browser::only(address))
        .args(["--export-tagged-pdf", "--generate-pdf-document-outline", "--no-pdf-header-footer"])
        .arg(browser::flag("--print-to-pdf=", &file))
        .arg(format!("http://{address}/{path}"));
    let ended = process::run(&mut command, time, MOST_OUTPUT)?;
    runtime.shutdown_background();
    let named = browser.program.display();
    let said = || ended.errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing").to_owned();
    match ended.ended {
        None => {
            return Err(Failure::new(format!(
                "{named} did not end within {} seconds, and was stopped",
                time.as_secs()
            ))
            .help("give it more time with --timeout, or name another browser with --browser"));
        }
        Some(false) => {
            return Err(Failure::new(format!("{named} failed; its last output is: {}", said()))
                .help("start it by hand to see what it lacks, or name another browser with --browser"));
        }
        Some(true) => {}
    }
    let bytes = std::fs::read(&file).unwrap_or_default();
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    if !bytes.starts_with(b"%PDF-") || !has(b"%%EOF") {
        return Err(Failure::new(format!("{named} made no PDF; its last output is: {}", said()))
            .help("it has to be Chromium, Chrome or Edge; name another with --browser"));
    }
    if !has(b"/StructTreeRoot") || !has(b"/Outlines") {
        return Err(Failure::new(format!("{named} makes PDFs without tags or bookmarks"))
            .help("use Chromium, Chrome or Edge of version 123 or later"));
    }
    Ok(bytes)
}

/// Writes a temporary file beside the old one, and replaces that in one step.
fn write(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let parent = out.parent().ok_or_else(|| Failure::usage("the root of the file system is not a file"))?;
    std::fs::create_dir_all(parent).map_err(|error| io("making", parent, &error))?;
    let mut file = tempfile::Builder::new()
        .prefix(".trustbook-")
        .tempfile_in(parent)
        .map_err(|error| io("writing beside", out, &error))?;
    file.write_all(bytes).map_err(|error| io("writing", out, &error))?;
    share(&file).map_err(|error| io("writing", out, &error))?;
    file.persist(out).map_err(|error| io("writing", out, &error.error))?;
    Ok(())
}

/// Makes a file readable for others. A temporary file is readable only for its owner.
fn share(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contents_say_where_a_chapter_starts() {
        let html = r##"<head></head><nav class="contents"><a href="#c1">One</a></nav><a href="#c1">1</a>"##;
        let wanted = r##"<head><link rel="stylesheet" href="assets/sheets.css"></head><nav class="contents"><a href="#c1">One</a> <span class="sheet">3</span></nav><a href="#c1">1</a>"##;
        assert_eq!(with_sheets(html, &BTreeMap::from([("c1".to_owned(), 3)]), PAGE), wanted);
    }

    #[test]
    fn no_link_leads_to_the_server_that_is_printed_from() {
        let html = r##"<a href="#c1">1</a><a href="a/b.pdf?x&amp;y">2</a><a href="mailto:a@example.com">3</a>"##;
        let site = Url::parse("https://example.com/trust/").unwrap();
        let whole = r##"<a href="#c1">1</a><a href="https://example.com/trust/a/b.pdf?x&y">2</a><a href="mailto:a@example.com">3</a>"##;
        assert_eq!(leading_out(html, Some(&site)), whole);
        let none = r##"<a href="#c1">1</a><a>2</a><a href="mailto:a@example.com">3</a>"##;
        assert_eq!(leading_out(html, None), none);
    }
}
