//! Where each reference of a page or a file leads, or what is wrong with it.

use super::piece::{Kind, Link, Origin, Piece};
use super::resolve::{Bad, From, Target, Targets};
use super::scan::Seen;
use super::{OF_THEME, SitePage, active, search};
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the references of one page or file come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) bad: Vec<Bad>,
    /// Files that it leads to, with the anchor.
    pub(super) files: Vec<Asked>,
    /// Pages that a reader comes to from here.
    pub(super) leads: BTreeSet<String>,
    /// It names a part of the index of the search, and those have other names in each build.
    pub(super) names_search: bool,
}

/// A reference to a file.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) link: Link,
    /// The file, relative to `src`.
    pub(super) file: String,
    /// The place in it, as it is meant.
    pub(super) fragment: String,
}

/// The references of a page.
pub(super) fn of_page(targets: &Targets<'_>, page: &SitePage) -> Resolved {
    let around = Around {
        from: From::page(page),
        ids: page.ids.iter().map(String::as_str).collect(),
        maps: page.maps.iter().map(String::as_str).collect(),
        policy: page.policy.as_deref(),
        is_moved: page.page.is_none() && targets.moved(&page.path).is_some(),
        is_page: true,
    };
    let mut resolved = Resolved::default();
    for link in page.links() {
        look(targets, &around, link, &mut resolved);
    }
    resolved
}

/// The references of HTML, SVG or CSS that is no page.
pub(super) fn of_file(targets: &Targets<'_>, path: &str, seen: &Seen) -> Resolved {
    let around = Around {
        from: From::file(path),
        ids: seen.ids.iter().map(String::as_str).collect(),
        maps: seen.maps.iter().map(String::as_str).collect(),
        policy: seen.policy.as_deref(),
        is_moved: false,
        is_page: false,
    };
    let mut resolved = Resolved::default();
    for (piece, at) in &seen.pieces {
        let (from, piece) = (path.to_owned(), Arc::new(piece.clone()));
        look(targets, &around, Link { from, piece, origin: Origin::File(*at) }, &mut resolved);
    }
    resolved
}

/// Whether a path is one of the index of the search.
pub(super) fn is_of_search(path: &str) -> bool {
    path.strip_prefix(search::index::FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// What a reference is judged by.
struct Around<'p> {
    from: From<'p>,
    ids: BTreeSet<&'p str>,
    maps: BTreeSet<&'p str>,
    policy: Option<&'p str>,
    /// The page only leads on.
    is_moved: bool,
    is_page: bool,
}

fn look(targets: &Targets<'_>, around: &Around<'_>, link: Link, into: &mut Resolved) {
    let is_of_frame = link.origin == Origin::Frame;
    let piece = link.piece.as_ref();
    let target = match judge(targets, around, piece) {
        // Where the addresses of the frame lead is up to the theme.
        Some(Target::Active(_)) if is_of_frame && piece.element == "base" => return,
        Some(target) if is_run(targets, piece, &target, is_of_frame) => {
            Some(Target::Active("a script from what is no script file of the book"))
        }
        Some(Target::ThirdParty(host)) => Some(Target::ThirdParty(host)),
        // A file has none, wherever it is from.
        Some(_) if !around.is_page && piece.element == "script" => Some(Target::Active("a script")),
        target => target,
    };
    into.names_search |= match &target {
        Some(Target::Asset(path) | Target::File(path) | Target::Nowhere(path) | Target::Case(path)) => {
            is_of_search(&path.to_ascii_lowercase())
        }
        _ => false,
    };
    let target = match target {
        None | Some(Target::Outside | Target::Asset(_)) => return,
        Some(Target::Page(page)) => {
            if matches!(piece.kind, Kind::Follow | Kind::Refresh) {
                into.leads.insert(page);
            }
            return;
        }
        Some(Target::File(file)) => {
            let fragment = piece.value.split_once('#').map_or("", |(_, fragment)| fragment);
            let fragment = percent_decode_str(fragment.trim()).decode_utf8_lossy().into_owned();
            into.files.push(Asked { link, file, fragment });
            return;
        }
        Some(bad) => bad,
    };
    into.bad.push(Bad { link, target });
}

/// Whether a `<script>` loads something of the site, or from beside it, that is no file of the book. A page, an output or
/// what others publish can hold a script as well; of these, the frame has those of the theme and of our own server.
fn is_run(targets: &Targets<'_>, piece: &Piece, target: &Target, is_of_frame: bool) -> bool {
    if piece.element != "script" || piece.kind != Kind::Load {
        return false;
    }
    match target {
        Target::Asset(path) => {
            let is_known = OF_THEME.iter().any(|(_, known)| known == path) || targets.is_additional(path);
            !(is_of_frame && is_known)
        }
        Target::Outside => !(is_of_frame && targets.is_of_server(&piece.value)),
        Target::Page(_) => true,
        _ => false,
    }
}

/// Where a reference leads, or what else is wrong with it.
fn judge(targets: &Targets<'_>, around: &Around<'_>, piece: &Piece) -> Option<Target> {
    let value = piece.value.as_str();
    let of_style = piece.is_of_style();
    if let Some(what) = active::code(piece) {
        return Some(Target::Active(what));
    }
    match piece.kind {
        Kind::Id => (!around.ids.contains(value)).then(|| Target::NoId(value.to_owned())),
        Kind::Map => {
            let name = value.strip_prefix('#').unwrap_or(value);
            (!around.maps.contains(name)).then(|| Target::NoId(name.to_owned()))
        }
        Kind::NoAlt => around.is_page.then_some(Target::NoAlt),
        Kind::Code => stopped(around, piece),
        // Nothing but an address that is not there: the page itself, for a form.
        Kind::Name if value.trim().is_empty() && piece.element != "link" => None,
        Kind::Follow if value.trim().is_empty() && !matches!(piece.element.as_ref(), "a" | "area") => None,
        // That an old address leads to nothing is said at book.toml.
        _ if around.is_moved && value.trim().is_empty() => None,
        // An id within the page that uses the style.
        _ if of_style && value.starts_with('#') => None,
        kind => {
            let stripped = super::address::stripped(value);
            let scheme = super::address::scheme(&stripped).map(|(scheme, _)| scheme.to_ascii_lowercase());
            match scheme.as_deref() {
                Some("data") if of_style && kind == Kind::Load => {
                    return Some(Target::Active("a style sheet within an address"));
                }
                Some("data") if of_style => return None,
                Some("data") => return data(around, kind),
                _ => {}
            }
            match targets.resolve(around.from, value) {
                Target::ThirdParty(_) if matches!(piece.attribute.as_ref(), "action" | "formaction") => {
                    Some(Target::Active("a form that sends what readers type to another site"))
                }
                Target::ThirdParty(_) if !kind.is_loaded() || around.is_moved => None,
                // A page is no picture.
                Target::Page(page) if kind == Kind::Image => Some(Target::Nowhere(page)),
                target => Some(target),
            }
        }
    }
}

/// Style that the policy of the page does not let apply.
fn stopped(around: &Around<'_>, piece: &Piece) -> Option<Target> {
    let policy = around.policy?;
    let mut parts = policy.split(';').map(str::trim);
    let sources = parts
        .clone()
        .find(|part| part.starts_with("style-src"))
        .or_else(|| parts.find(|part| part.starts_with("default-src")))?;
    if sources.contains("'unsafe-inline'") || sources.contains("'nonce-") || sources.contains("'sha") {
        return None;
    }
    Some(Target::Stopped(match piece.attribute.as_ref() {
        "style" => "a `style` attribute",
        _ => "a style sheet within the page",
    }))
}

fn data(around: &Around<'_>, kind: Kind) -> Option<Target> {
    match kind {
        Kind::Follow | Kind::Refresh => Some(Target::Data),
        Kind::Image | Kind::Load if around.policy.is_some_and(|policy| !policy.contains("data:")) => {
            Some(Target::Stopped("content within an address"))
        }
        _ => None,
    }
}
