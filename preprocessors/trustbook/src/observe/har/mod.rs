//! HAR files (HTTP Archive 1.2) from the developer tools of browsers and from proxies, as observations.

mod archive;

use super::record::Record;
use super::recorder::Recorder;
use crate::failure::{Failure, io};
use archive::{Archive, Exchange};
use jiff::Timestamp;
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use trustbook_core::observation::{NOT_SEEN, When};
use url::Url;

/// The byte order mark at the start of the files of some proxies.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a HAR file. Bodies are skipped, so the size of the file does not matter.
///
/// # Errors
/// Returns an error if the file is not a HAR file or ends early, with the line and column.
pub(super) fn read(path: &Path, url: Option<&Url>, phase: When) -> Result<Record, Failure> {
    let file = File::open(path).map_err(|error| io("reading", path, &error))?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(Failure::usage(format!("{} is not a file", path.display())).help("name a HAR file"));
    }
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut start = Vec::new();
    let begun = reader.by_ref().take(3).read_to_end(&mut start);
    begun.map_err(|error| io("reading", path, &error))?;
    let start = if start == MARK { &[] } else { start.as_slice() };
    let archive: Archive = serde_json::from_reader(start.chain(reader)).map_err(|error| refused(path, &error))?;
    record(path, &archive, url, phase)
}

fn refused(path: &Path, error: &serde_json::Error) -> Failure {
    let name = path.display();
    if error.is_io() {
        return Failure::new(format!("reading {name} failed: {error}"));
    }
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        return Failure::new(format!("{name}:{line}:{column}: the file ends early, and nothing was written"))
            .help("save it again, and wait until the browser has written all of it");
    }
    Failure::new(format!("{name}:{line}:{column}: this is not a HAR file: {error}"))
        .help("save it with the developer tools of a browser: Network, then “Save all as HAR”")
}

fn record(path: &Path, archive: &Archive, url: Option<&Url>, phase: When) -> Result<Record, Failure> {
    let entries: Vec<(&Exchange, Url)> =
        archive.log.entries.iter().filter_map(|entry| Some((entry, Url::parse(&entry.request.url).ok()?))).collect();
    let documents = documents(&entries);
    let Some(first) = documents.first().map(|at| &entries[*at].1) else {
        return Err(Failure::new(format!("{} has no page: nothing was requested as a document", path.display()))
            .help("start the recording first, and open the page then"));
    };
    let on = archive.log.entries.iter().find_map(|entry| day(&entry.started)).ok_or_else(|| {
        Failure::new(format!("{} states no time for its requests", path.display()))
            .help("save it again with a current browser")
    })?;
    let mut recorder = Recorder::new(phase);
    let (mut has_headers, mut sent) = (false, std::collections::BTreeSet::new());
    for (at, (entry, url)) in entries.iter().enumerate() {
        let is_page = documents.contains(&at);
        // Blocked or broken requests have the status 0. They count as requests too.
        recorder.host(url, purpose(entry, is_page), phase);
        if let (true, Ok(status @ 100..)) = (is_page, u16::try_from(entry.response.status)) {
            recorder.page(url, status);
        }
        let now = seconds(&entry.started).unwrap_or_default();
        for line in entry.response.set_cookies() {
            has_headers = true;
            recorder.header(line, url, now);
        }
        sent.extend(entry.request.cookies.iter().map(|cookie| cookie.name.clone()));
    }
    if let Some(page) = recorder.error() {
        return Err(Failure::new(format!("{} returned the status {}, and nothing was written", page.url, page.status))
            .help("an observation of an error shows nothing about the product: record it again"));
    }
    let seen = recorder.all();
    sent.retain(|name| !seen.cookies.iter().any(|cookie| cookie.name == *name));
    let tool = format!("{}, {}", archive.log.creator.words(), crate::manifest::generator());
    let steps = vec!["import a HAR file, which shows neither storage nor the cookies that scripts set".to_owned()];
    let mut record = Record::new(url.unwrap_or(first), on, tool, steps, vec![phase], seen);
    record.observation.not_seen = NOT_SEEN.iter().map(|word| (*word).to_owned()).collect();
    record.notes.push("a HAR file shows neither storage nor the cookies that scripts set".to_owned());
    if !has_headers {
        record.notes.push(
            "it has no Set-Cookie header at all: browsers leave them out unless a HAR file is saved “with sensitive \
             data”"
                .to_owned(),
        );
    }
    if !sent.is_empty() {
        let names: Vec<&str> = sent.iter().map(String::as_str).collect();
        record.notes.push(format!(
            "these cookies were only sent, so it is not known who set them and how: {}; observe with a fresh profile",
            names.join(", ")
        ));
    }
    Ok(record)
}

/// Returns the indices of the entries that are pages opened by the reader.
fn documents(entries: &[(&Exchange, Url)]) -> Vec<usize> {
    let is_page = |entry: &Exchange| match (entry.kind.as_deref(), entry.request.header("sec-fetch-dest")) {
        // Current browsers send this header, and Chromium adds the resource type.
        (_, Some(destination)) => destination == "document",
        (Some(kind), None) => kind == "document",
        // A missing image is often answered with a page, which is not what the reader opened.
        (None, None) => {
            let accepts = entry.request.header("accept").is_none_or(|types| types.contains("text/html"));
            entry.response.media_type() == "text/html" && accepts && !is_file(&entry.request.url)
        }
    };
    let redirects = |entry: &Exchange| (300..400).contains(&entry.response.status);
    let all = entries.iter().enumerate();
    all.filter(|(_, (entry, _))| is_page(entry) && !redirects(entry)).map(|(at, _)| at).collect()
}

/// Returns true for the address of a file that no reader opens as a page, such as a picture or a style sheet.
fn is_file(url: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "avif", "css", "gif", "ico", "jpeg", "jpg", "js", "json", "map", "mjs", "mp4", "otf", "png", "svg", "ttf",
        "webm", "webp", "woff", "woff2",
    ];
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_lowercase().as_str()))
}

/// Returns the purpose of a request, from its headers, the resource type or the media type of the answer.
fn purpose(entry: &Exchange, is_page: bool) -> &'static str {
    if is_page {
        return "document";
    }
    let kind = entry.kind.as_deref().or(entry.request.header("sec-fetch-dest"));
    match kind.unwrap_or_default() {
        "document" | "iframe" | "frame" | "embed" | "object" => return "frame",
        "stylesheet" | "style" => return "style",
        "image" => return "image",
        "media" | "audio" | "video" | "track" => return "media",
        "font" => return "font",
        "script" | "worker" | "serviceworker" | "sharedworker" => return "script",
        "xhr" | "fetch" | "eventsource" | "preflight" | "empty" => return "fetch",
        "websocket" => return "websocket",
        "ping" | "beacon" | "csp-violation-report" | "report" => return "beacon",
        _ => {}
    }
    if entry.request.url.starts_with("ws") {
        return "websocket";
    }
    match entry.response.media_type() {
        "text/css" => "style",
        "text/javascript" | "application/javascript" | "application/x-javascript" => "script",
        "application/json" => "fetch",
        // The address of a picture that is missing.
        "text/html" if is_file(&entry.request.url) => "other",
        "text/html" => "document",
        other if other.starts_with("image/") => "image",
        other if other.starts_with("font/") || other.contains("font") => "font",
        other if other.starts_with("audio/") || other.starts_with("video/") => "media",
        _ => "other",
    }
}

fn day(started: &str) -> Option<Date> {
    started.get(..10)?.parse().ok()
}

fn seconds(started: &str) -> Option<i64> {
    started.parse::<Timestamp>().ok().map(Timestamp::as_second)
}
