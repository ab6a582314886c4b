//! Judges each reference of a page or file: the page or file that it leads to, or the fault in it.

use super::piece::{Kind, Link, Origin, Piece, STYLE_INSTRUCTION};
use super::resolve::{Bad, From, Target, Targets};
use super::scan::Seen;
use super::{OF_THEME, SitePage, active, css, search};
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The resolved references of one page or file.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) bad: Vec<Bad>,
    /// The references to files.
    pub(super) files: Vec<Asked>,
    /// The pages that a reader can reach from here.
    pub(super) leads: BTreeSet<String>,
    /// True if it links to a part of the search index, whose name differs in each build. The result is then not kept.
    pub(super) names_search: bool,
}

/// A reference to a file.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) link: Link,
    /// The path of the file, relative to `src`.
    pub(super) file: String,
    /// The percent-decoded fragment: an anchor or a line of the file.
    pub(super) fragment: String,
}

/// Resolves the references of a page.
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

/// Resolves the references of an HTML, SVG or CSS file that is not a page.
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

/// Returns true if a path belongs to the search index.
pub(super) fn is_of_search(path: &str) -> bool {
    path.strip_prefix(search::index::FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The context in which a reference is judged.
struct Around<'p> {
    from: From<'p>,
    ids: BTreeSet<&'p str>,
    maps: BTreeSet<&'p str>,
    policy: Option<&'p str>,
    /// True if the page is a redirect.
    is_moved: bool,
    is_page: bool,
}

fn look(targets: &Targets<'_>, around: &Around<'_>, link: Link, into: &mut Resolved) {
    let is_of_frame = link.origin == Origin::Frame;
    let piece = link.piece.as_ref();
    let target = match judge(targets, around, piece) {
        // The theme decides where the addresses of its frame lead.
        Some(Target::Active(_)) if is_of_frame && piece.element == "base" => return,
        Some(target) if is_run(targets, piece, &target, is_of_frame) => {
            Some(Target::Active("a script from what is no script file of the book"))
        }
        Some(Target::ThirdParty(host)) => Some(Target::ThirdParty(host)),
        // A page in the place of a style sheet is read as one by browsers that get no type, and by old ones.
        Some(Target::Page(_)) if is_sheet(piece) => Some(Target::Active("a style sheet that is not a `.css` file")),
        // A file may not load scripts, wherever they come from.
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

/// Returns true if a `<script>` loads something in or beside the site that is not a script file of the book.
///
/// Pages, outputs and content of other publishers could contain a script too. Of these, the frame may load those of the
/// theme, the additional scripts of the book, and those of the live server.
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

/// Returns true for a reference that a browser reads as a style sheet.
fn is_sheet(piece: &Piece) -> bool {
    piece.kind == Kind::Load && matches!(piece.element.as_ref(), "link" | STYLE_INSTRUCTION | css::SHEET)
}

/// Returns the target of a reference or the fault in it, or `None` if there is nothing to follow or report.
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
        // An empty address that is harmless here: in a form, for example, it means the page itself.
        Kind::Name if value.trim().is_empty() && piece.element != "link" => None,
        Kind::Follow if value.trim().is_empty() && !matches!(piece.element.as_ref(), "a" | "area") => None,
        // A redirect to nowhere is reported at book.toml.
        _ if around.is_moved && value.trim().is_empty() => None,
        // This is an id of the page that uses the style.
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
                Target::Outside if kind.is_loaded() && !matches!(scheme.as_deref(), None | Some("http" | "https")) => {
                    Some(Target::Active("an address that opens another program"))
                }
                // A page cannot be shown as a picture.
                Target::Page(page) if kind == Kind::Image => Some(Target::Nowhere(page)),
                target => Some(target),
            }
        }
    }
}

/// Returns the inline style that the policy of the page blocks, if it does.
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
