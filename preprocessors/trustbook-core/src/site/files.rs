//! Reads the files that pages link to, with all files these link to, and checks the anchors and lines named in them.

use super::judge::{self, FileRequest, Resolved};
use super::piece::{SiteReference, Use};
use super::resolve::{Bad, LinkTarget, Targets};
use super::scan::{self, ScannedHtml};
use super::{active, css, decode, xml};
use crate::config::Config;
use crate::world::{ReadError, World};
use rayon::prelude::*;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The files that a site uses, and the findings in them.
#[derive(Debug, Default)]
pub(super) struct UsedFiles {
    pub(super) used: BTreeSet<String>,
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) unread: Vec<(String, ReadError)>,
    /// The faults in these files, and the references to missing places in them.
    pub(super) bad: Vec<Bad>,
}

/// Reads the files that are asked for, those that `stay` without being asked for, and all that these link to.
pub(super) fn read(
    world: &dyn World,
    config: &Config,
    targets: &Targets<'_>,
    asked: Vec<FileRequest>,
    mut stay: BTreeSet<String>,
) -> UsedFiles {
    let mut read = UsedFiles::default();
    let stays = stay.clone();
    let mut inside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut placed: Vec<FileRequest> = Vec::new();
    let mut queue = asked;
    while !queue.is_empty() || !stay.is_empty() {
        let asked = queue.iter().map(|asked| asked.file.clone());
        let new: BTreeSet<String> =
            asked.chain(std::mem::take(&mut stay)).filter(|file| !read.used.contains(file)).collect();
        let new: Vec<String> = new.into_iter().collect();
        let loaded: Vec<_> = new
            .par_iter()
            .map(|path| {
                let bytes = world.read(&config.in_src(path))?;
                let seen = seen(path, &bytes);
                let resolved = seen.as_ref().map(|seen| judge::of_file(targets, path, seen));
                Ok((bytes, seen, resolved))
            })
            .collect::<Vec<Result<(Vec<u8>, Option<ScannedHtml>, Option<Resolved>), ReadError>>>();
        placed.append(&mut queue);
        for (path, loaded) in new.into_iter().zip(loaded) {
            read.used.insert(path.clone());
            match loaded {
                Ok((bytes, seen, resolved)) => {
                    read.files.insert(path.clone(), bytes);
                    if let Some(seen) = seen {
                        inside.insert(path, seen.ids.into_iter().collect());
                    }
                    if let Some(resolved) = resolved {
                        read.bad.extend(resolved.bad);
                        queue.extend(resolved.files);
                    }
                }
                Err(error) => read.unread.push((path, error)),
            }
        }
    }
    read.unread.sort_by(|a, b| a.0.cmp(&b.0));
    // A browser loads nothing for a file shown as a picture. Only files that are opened or inlined contact other
    // servers.
    let shown_as =
        |wanted: fn(&FileRequest) -> bool| placed.iter().filter(move |asked| wanted(asked)).map(|asked| &asked.file);
    let opened: BTreeSet<&String> = shown_as(|asked| asked.link.piece.kind != Use::Image).chain(&stays).collect();
    let pictures: BTreeSet<&String> = shown_as(|asked| asked.link.piece.kind == Use::Image)
        .filter(|file| ends_in(file, &["svg"]) && !opened.contains(file))
        .collect();
    read.bad.retain(|bad| !(matches!(bad.target, LinkTarget::ThirdParty(_)) && pictures.contains(&bad.link.from)));
    let lines: BTreeMap<&String, Option<usize>> = read
        .files
        .iter()
        .map(|(path, bytes)| (path, std::str::from_utf8(bytes).ok().map(|text| text.lines().count())))
        .collect();
    for asked in placed {
        // Active content in a script file is reported at that file, wherever it is loaded.
        let target = match asked.link.piece.element == "script" && !active::is_script_file(&asked.file) {
            true => Some(LinkTarget::Active("a script from a file that is not a script of the book")),
            false => place(&asked, inside.get(&asked.file), lines.get(&asked.file).copied().flatten()),
        };
        if let Some(target) = target {
            read.bad.push(Bad { link: asked.link, target });
        }
    }
    read
}

/// Returns the fault of the anchor or line that a reference names in a file, if any.
fn place(asked: &FileRequest, ids: Option<&BTreeSet<String>>, lines: Option<usize>) -> Option<LinkTarget> {
    let fragment = asked.fragment.split_once(":~:").map_or(asked.fragment.as_str(), |(anchor, _)| anchor);
    let file = asked.file.clone();
    match ids {
        _ if fragment.is_empty() || asked.link.piece.kind == Use::Name => None,
        Some(ids) if is_markup(&file) => {
            // `svgView(...)`, `t=3` and `xywh=...` are not ids.
            let is_id = !fragment.contains(['(', '=']) && !fragment.eq_ignore_ascii_case("top");
            (is_id && !ids.contains(fragment)).then(|| LinkTarget::NoAnchor { page: file, anchor: fragment.to_owned() })
        }
        _ => {
            let (line, lines) = (last_line(fragment)?, lines?);
            (line > lines || line == 0).then_some(LinkTarget::NoLine { file, line, lines })
        }
    }
}

/// Returns the last line that `L3`, `L3-L9`, `L3-9` or `L3C1-L9C2` names.
fn last_line(fragment: &str) -> Option<usize> {
    let number = |text: &str| -> Option<usize> {
        let (line, column) = text.split_once('C').map_or((text, None), |(line, column)| (line, Some(column)));
        column.is_none_or(|column| column.parse::<usize>().is_ok()).then(|| line.parse().ok()).flatten()
    };
    let rest = fragment.strip_prefix('L')?;
    match rest.split_once('-') {
        Some((first, last)) => {
            let last = number(last.strip_prefix('L').unwrap_or(last))?;
            Some(last.max(number(first)?))
        }
        None => number(rest),
    }
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    endings.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

fn is_markup(path: &str) -> bool {
    ends_in(path, &["htm", "html", "svg", "xhtml"])
}

/// Returns the references of a file, or `None` if its type has none.
pub(super) fn seen(path: &str, bytes: &[u8]) -> Option<ScannedHtml> {
    // The name counts for more than what the file declares. XML without a declaration is UTF-8.
    let swallows = || !active::is_xml(path) && decode::may_swallow(bytes);
    let is_foreign = !bytes.is_ascii() && (active::names_encoding(path) || swallows());
    let text = decode::text(bytes).filter(|_| !is_foreign);
    let mut seen = active::is_markup(path, bytes).then(|| match &text {
        Some(text) => read_file(path, text),
        None => ScannedHtml { pieces: vec![(active::code_piece(active::UNREADABLE, ""), 0)], ..ScannedHtml::default() },
    });
    if is_playlist(path, bytes) {
        let known = seen.get_or_insert_default();
        match &text {
            Some(text) => known.pieces.extend(playlist(text)),
            None => known.pieces.push((active::code_piece(active::UNREADABLE, ""), 0)),
        }
    }
    // A style sheet may begin like markup, so it is read as both.
    if ends_in(path, &["css"]) {
        if is_foreign || decode::is_ambiguous(bytes) {
            seen.get_or_insert_default().pieces.push((active::code_piece(active::UNREADABLE, ""), 0));
            return seen;
        }
        // The syntax of CSS has the same bytes in every other encoding except UTF-16.
        let text =
            text.or_else(|| decode::wide(bytes).map(Cow::Owned)).unwrap_or_else(|| String::from_utf8_lossy(bytes));
        let pieces = css::urls(&text).into_iter().flat_map(|found| {
            let foreign = found.is_import && !active::address_ends_in(&found.url, ".css");
            let foreign = foreign.then(|| (active::code_piece(active::SHEET, &found.url), found.at));
            let kind = if found.is_import { Use::Load } else { Use::Image };
            let (element, attribute) = (Cow::Borrowed(css::SHEET), Cow::Borrowed("url"));
            foreign.into_iter().chain([(SiteReference { element, attribute, value: found.url, kind }, found.at)])
        });
        seen.get_or_insert_default().pieces.extend(pieces);
        return seen;
    }
    if ends_in(path, &["webmanifest"]) {
        let all: Option<Json> = text.and_then(|text| serde_json::from_str(&text).ok());
        let pieces = &mut seen.get_or_insert_default().pieces;
        match all {
            Some(all) => pieces.extend(addresses(&all).into_iter().map(|url| (requested("manifest", url), 0))),
            None => pieces.push((active::code_piece(active::UNREADABLE, ""), 0)),
        }
        return seen;
    }
    if path == super::OBJECTS {
        let all: Json = serde_json::from_str(&text?).ok()?;
        let objects = all.get("objects").and_then(Json::as_object)?.values();
        let urls = objects.filter_map(|object| object.get("url")?.as_str());
        let pieces = urls.map(|url| {
            let (element, attribute) = (Cow::Borrowed("object"), Cow::Borrowed("url"));
            (SiteReference { element, attribute, value: url.to_owned(), kind: Use::Follow }, 0)
        });
        return Some(ScannedHtml { pieces: pieces.collect(), ..ScannedHtml::default() });
    }
    seen
}

/// Returns the texts of a JSON value that are whole addresses. Browsers load many of a manifest, and each year others.
fn addresses(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) if text.contains("//") => vec![text],
        Json::Array(items) => items.iter().flat_map(addresses).collect(),
        Json::Object(fields) => fields.values().flat_map(addresses).collect(),
        _ => Vec::new(),
    }
}

/// Returns the reference to an address that a browser requests by itself.
fn requested(element: &'static str, url: &str) -> SiteReference {
    let (element, attribute) = (Cow::Borrowed(element), Cow::Borrowed("url"));
    SiteReference { element, attribute, value: url.to_owned(), kind: Use::Load }
}

/// Endings of playlists: files of addresses that a browser plays in order.
const PLAYLISTS: &[&str] = &["m3u", "m3u8"];

/// Returns true for a playlist, by its ending or by its first line, which is all that browsers go by.
fn is_playlist(path: &str, bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    ends_in(path, PLAYLISTS) || bytes.starts_with(b"#EXTM3U")
}

/// Returns the addresses of a playlist (RFC 8216, 4): one on each line, and those in the attributes of its tags.
fn playlist(text: &str) -> Vec<(SiteReference, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let urls: Vec<&str> = match line.strip_prefix('#') {
            Some(tag) => {
                let values = ["URI=\"", "LIST=\""].into_iter().flat_map(|name| tag.split(name).skip(1));
                values.filter_map(|rest| rest.split('"').next()).collect()
            }
            None => vec![line.trim()],
        };
        if line.starts_with("#EXT-X-DEFINE") {
            found.push((active::code_piece(active::VARIABLES, "#EXT-X-DEFINE"), at));
        }
        for url in urls.into_iter().filter(|url| !url.is_empty()) {
            found.push((requested("playlist", url), at));
        }
        at += line.len();
    }
    found
}

/// Reads a markup file in every way that a browser may: as HTML, and also as XML unless its name says HTML.
fn read_file(path: &str, text: &str) -> ScannedHtml {
    let mut seen = scan::read(text);
    // HTML parsers leave self-closing XML elements open, so their tree of an XML file would be meaningless.
    if !active::is_xml(path) {
        seen.add_tree(text);
    }
    if !active::is_html(path) {
        match xml::read(text) {
            Ok(other) => {
                let known: BTreeSet<SiteReference> = seen.pieces.iter().map(|(piece, _)| piece.clone()).collect();
                seen.pieces.extend(other.pieces.into_iter().filter(|(piece, _)| !known.contains(piece)));
                seen.ids.extend(other.ids);
            }
            // Active content found by the other reading is reported at its own place.
            Err(at)
                if active::is_meant_as_xml(path, text)
                    && seen.pieces.iter().all(|(piece, _)| active::code(piece).is_none()) =>
            {
                seen.pieces.push((active::code_piece(active::ENDLESS, ""), at));
            }
            Err(_) => {}
        }
    }
    let instruction = active::instruction(text);
    seen.pieces.extend(instruction.map(|(at, begin)| (active::code_piece(active::INSTRUCTION, begin), at)));
    seen
}

#[cfg(test)]
mod tests {
    use super::{is_playlist, last_line, playlist};

    #[test]
    fn a_playlist_names_addresses_in_lines_and_tags() {
        let text = "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"a.key\",IV=1\r\n#EXTINF:1,\nb.ts\n\n";
        let addresses = |text| playlist(text).into_iter().map(|(piece, at)| (piece.value, at)).collect::<Vec<_>>();
        assert_eq!(addresses(text), [("a.key".to_owned(), 8), ("b.ts".to_owned(), 63)]);
        let text = "#EXTM3U\n#EXT-X-MAP:X-URI=\"a\",URI=\"b\"\n#EXT-X-DATERANGE:X-ASSET-LIST=\"c\"\n#EXT-X-DEFINE:NAME=\"h\"\n";
        let found: Vec<String> = addresses(text).into_iter().map(|(value, _)| value).collect();
        assert_eq!(found, ["a", "b", "c", "#EXT-X-DEFINE"]);
        assert!(is_playlist("v.txt", b"\xef\xbb\xbf#EXTM3U\n") && !is_playlist("v.txt", b"# EXTM3U"));
    }

    #[test]
    fn lines_are_named_in_many_ways() {
        for (fragment, line) in [("L3", 3), ("L3-L9", 9), ("L3-9", 9), ("L3C1-L9C2", 9), ("L12C4", 12)] {
            assert_eq!(last_line(fragment), Some(line), "{fragment}");
        }
        for fragment in ["L", "Lx", "Light", "L3-x", "page=3", "l3"] {
            assert_eq!(last_line(fragment), None, "{fragment}");
        }
    }
}
