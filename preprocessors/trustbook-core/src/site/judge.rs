//! Judges each reference of a page or file: the page or file that it leads to, or the fault in it.

use super::piece::{PlacedReference, ReferenceOrigin, STYLE_INSTRUCTION, SiteReference, Use};
use super::resolve::{Bad, From, LinkTarget, Targets};
use super::scan::ScannedHtml;
use super::{OF_THEME, SitePage, active, css, search};
use percent_encoding::percent_decode_str;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The resolved references of one page or file.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) bad: Vec<Bad>,
    /// The references to files.
    pub(super) files: Vec<FileRequest>,
    /// The pages that a reader can reach from here.
    pub(super) leads: BTreeSet<String>,
    /// True if it links to a part of the search index, whose name differs in each build. The result is then not kept.
    pub(super) names_search: bool,
}

/// A reference to a file.
#[derive(Debug, Clone)]
pub(super) struct FileRequest {
    pub(super) link: PlacedReference,
    /// The path of the file, relative to `src`.
    pub(super) file: String,
    /// The percent-decoded fragment: an anchor or a line of the file.
    pub(super) fragment: String,
}

/// Resolves the references of a page.
pub(super) fn of_page(targets: &Targets<'_>, page: &SitePage) -> Resolved {
    let around = JudgeContext {
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
pub(super) fn of_file(targets: &Targets<'_>, path: &str, seen: &ScannedHtml) -> Resolved {
    let around = JudgeContext {
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
        look(targets, &around, PlacedReference { from, piece, origin: ReferenceOrigin::File(*at) }, &mut resolved);
    }
    resolved
}

/// Returns true if a path belongs to the search index.
pub(super) fn is_of_search(path: &str) -> bool {
    path.strip_prefix(search::index::FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The context in which a reference is judged.
struct JudgeContext<'p> {
    from: From<'p>,
    ids: BTreeSet<&'p str>,
    maps: BTreeSet<&'p str>,
    policy: Option<&'p str>,
    /// True if the page is a redirect.
    is_moved: bool,
    is_page: bool,
}

fn look(targets: &Targets<'_>, around: &JudgeContext<'_>, link: PlacedReference, into: &mut Resolved) {
    let is_of_frame = link.origin == ReferenceOrigin::Frame;
    let piece = link.piece.as_ref();
    let target = match judge(targets, around, piece) {
        // The theme decides where the addresses of its frame lead.
        Some(LinkTarget::Active(_)) if is_of_frame && piece.element == "base" && !leaves(&piece.value) => return,
        Some(target) if is_run(targets, piece, &target, is_of_frame) => {
            Some(LinkTarget::Active("a script from a file that is not a script of the book"))
        }
        Some(LinkTarget::ThirdParty(host)) => Some(LinkTarget::ThirdParty(host)),
        // Browsers that get no type read a page as a style sheet if it is loaded as one.
        Some(LinkTarget::Page(_)) if is_sheet(piece) => {
            Some(LinkTarget::Active("a style sheet that is not a `.css` file"))
        }
        // A file may not load scripts, wherever they come from.
        Some(_) if !around.is_page && piece.element == "script" => Some(LinkTarget::Active("a script")),
        target => target,
    };
    into.names_search |= match &target {
        Some(LinkTarget::Asset(path) | LinkTarget::File(path) | LinkTarget::Nowhere(path) | LinkTarget::Case(path)) => {
            is_of_search(&path.to_ascii_lowercase())
        }
        _ => false,
    };
    let target = match target {
        None | Some(LinkTarget::Outside | LinkTarget::Asset(_)) => return,
        Some(LinkTarget::Page(page)) => {
            if matches!(piece.kind, Use::Follow | Use::Refresh) {
                into.leads.insert(page);
            }
            return;
        }
        Some(LinkTarget::File(file)) => {
            let fragment = piece.value.split_once('#').map_or("", |(_, fragment)| fragment);
            let fragment = percent_decode_str(fragment.trim()).decode_utf8_lossy().into_owned();
            into.files.push(FileRequest { link, file, fragment });
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
fn is_run(targets: &Targets<'_>, piece: &SiteReference, target: &LinkTarget, is_of_frame: bool) -> bool {
    if piece.element != "script" || piece.kind != Use::Load {
        return false;
    }
    match target {
        LinkTarget::Asset(path) => {
            let is_known = OF_THEME.iter().any(|(_, known)| known == path) || targets.is_additional(path);
            !(is_of_frame && is_known && active::is_script_file(path))
        }
        LinkTarget::Outside => !(is_of_frame && targets.is_of_server(&piece.value)),
        LinkTarget::Page(_) => true,
        _ => false,
    }
}

/// Returns true if an address can name another host.
fn leaves(address: &str) -> bool {
    let address = super::address::stripped(address).replace('\\', "/");
    super::address::scheme(&address).is_some() || address.starts_with("//")
}

/// Returns true for a reference that a browser reads as a style sheet.
fn is_sheet(piece: &SiteReference) -> bool {
    piece.kind == Use::Load && matches!(piece.element.as_ref(), "link" | STYLE_INSTRUCTION | css::SHEET)
}

/// Returns the target of a reference or the fault in it, or `None` if there is nothing to follow or report.
fn judge(targets: &Targets<'_>, around: &JudgeContext<'_>, piece: &SiteReference) -> Option<LinkTarget> {
    let value = piece.value.as_str();
    let of_style = piece.is_of_style();
    if let Some(what) = active::code(piece) {
        return Some(LinkTarget::Active(what));
    }
    match piece.kind {
        Use::Id => (!around.ids.contains(value)).then(|| LinkTarget::NoId(value.to_owned())),
        Use::Map => {
            let name = value.strip_prefix('#').unwrap_or(value);
            (!around.maps.contains(name)).then(|| LinkTarget::NoId(name.to_owned()))
        }
        Use::NoAlt => around.is_page.then_some(LinkTarget::NoAlt),
        Use::Code => stopped(around, piece),
        // An empty address that is harmless here: in a form, for example, it means the page itself.
        Use::Name if value.trim().is_empty() && piece.element != "link" => None,
        Use::Follow if value.trim().is_empty() && !matches!(piece.element.as_ref(), "a" | "area") => None,
        // A redirect to nowhere is reported at book.toml.
        _ if around.is_moved && value.trim().is_empty() => None,
        // This is an id of the page that uses the style.
        _ if of_style && value.starts_with('#') => None,
        kind => {
            let stripped = super::address::stripped(value);
            let scheme = super::address::scheme(&stripped).map(|(scheme, _)| scheme.to_ascii_lowercase());
            match scheme.as_deref() {
                Some("data") if of_style && kind == Use::Load => {
                    return Some(LinkTarget::Active("a style sheet within an address"));
                }
                Some("data") if of_style => return None,
                Some("data") => return data(around, kind),
                _ => {}
            }
            match targets.resolve(around.from, value) {
                LinkTarget::ThirdParty(_) if matches!(piece.attribute.as_ref(), "action" | "formaction") => {
                    Some(LinkTarget::Active("a form that sends what readers type to another site"))
                }
                LinkTarget::ThirdParty(_) if !kind.is_loaded() || around.is_moved && kind == Use::Refresh => None,
                LinkTarget::Outside
                    if kind.is_loaded() && !matches!(scheme.as_deref(), None | Some("http" | "https")) =>
                {
                    Some(LinkTarget::Active("an address that opens another program"))
                }
                // A page cannot be shown as a picture.
                LinkTarget::Page(page) if kind == Use::Image => Some(LinkTarget::Nowhere(page)),
                target => Some(target),
            }
        }
    }
}

/// Returns the inline style that the policy of the page blocks, if it does.
fn stopped(around: &JudgeContext<'_>, piece: &SiteReference) -> Option<LinkTarget> {
    let policy = around.policy?;
    let mut parts = policy.split(';').map(str::trim);
    let sources = parts
        .clone()
        .find(|part| part.starts_with("style-src"))
        .or_else(|| parts.find(|part| part.starts_with("default-src")))?;
    if sources.contains("'unsafe-inline'") || sources.contains("'nonce-") || sources.contains("'sha") {
        return None;
    }
    Some(LinkTarget::Stopped(match piece.attribute.as_ref() {
        "style" => "a `style` attribute",
        _ => "a style sheet within the page",
    }))
}

fn data(around: &JudgeContext<'_>, kind: Use) -> Option<LinkTarget> {
    match kind {
        Use::Follow | Use::Refresh => Some(LinkTarget::Data),
        Use::Image | Use::Load if around.policy.is_some_and(|policy| !policy.contains("data:")) => {
            Some(LinkTarget::Stopped("content within an address"))
        }
        _ => None,
    }
}
