//! A chapter on its way from rendered HTML to a finished page: cleaned, framed, read, and put where the site goes.

use super::content::{self, Content};
use super::exposed::{self, Found};
use super::frame::{self, Frame, PageFrame};
use super::piece::Shared;
use super::scan::{self, MARK, SlotFailure};
use super::sink::Sink;
use super::{Beside, Rendered, SitePage, print, search};
use crate::expand::uses;
use crate::page::Page;
use crate::trust::Trust;

/// What chapters are finished with.
pub(super) struct Press<'p> {
    pub(super) trust: &'p Trust,
    pub(super) frame: &'p Frame<'p>,
    pub(super) sink: &'p dyn Sink,
    /// Makes the files beside a page.
    pub(super) beside: &'p Beside<'p>,
    pub(super) shared: Shared,
}

/// A chapter that is finished, and what the pages about all chapters are made from.
pub(super) struct Made {
    pub(super) page: SitePage,
    pub(super) chapter: search::Chapter,
    pub(super) whole: Option<print::Chapter>,
    /// The paths of the files beside it.
    pub(super) beside: Vec<String>,
    /// Secrets in all of them.
    pub(super) found: Vec<Found>,
}

/// Finishes a chapter.
pub(super) fn finish(press: &Press<'_>, rendered: Rendered) -> Result<Made, SlotFailure> {
    let trust = press.trust;
    let source = &trust.pages[rendered.page];
    let path = source.chapter.page_path().unwrap_or_default();
    let mut content = content::clean(&rendered.html);
    let page = rendered.page;
    drop(rendered);
    let title = frame::title(source);
    let framed = framed(press, source, &path, &content)?;
    let chapter = search::read(trust, source, &path, title, &content.html);
    let mut found = exposed::of_markup(trust, &path, &framed.html);
    let mut beside = Vec::new();
    let files = framed.shows_content.then(|| (press.beside)(source, &path, &content.html));
    for (path, bytes) in files.into_iter().flatten() {
        found.extend(exposed::of_bytes(trust, &path, &bytes));
        press.sink.put(&path, bytes);
        beside.push(path);
    }
    let whole = trust.config.html.print.then(|| print::Chapter {
        path: path.clone(),
        title: title.to_owned(),
        html: std::mem::take(&mut content.html),
        ids: content.seen.ids.iter().cloned().collect(),
        // Without its content, nobody has looked for secrets in it.
        may_have_secrets: !found.is_empty() || !framed.shows_content,
    });
    let Content { seen, headings, .. } = content;
    let page = SitePage::of_chapter(&press.shared, path, page, framed.around, seen, headings);
    press.sink.put(&page.path, framed.html.into_bytes());
    Ok(Made { page, chapter, whole, beside, found })
}

/// A page, and what it has around its content.
struct Framed {
    html: String,
    around: scan::Around,
    /// The content stands in it.
    shows_content: bool,
}

/// Puts a chapter into the frame. What stands around a content that stands there once is read without it, since the
/// content has been read already.
fn framed(press: &Press<'_>, source: &Page, path: &str, content: &Content) -> Result<Framed, SlotFailure> {
    let trust = press.trust;
    let (oldest, deployments) = (uses::oldest(trust, source), uses::deployments(trust, source));
    let page = PageFrame { page: source, path, content, oldest, deployments };
    if content.is_whole {
        let around = press.frame.page(&page, MARK)?;
        if let Some((before, after)) = around.split_once(MARK).filter(|(_, after)| !after.contains(MARK))
            && let Some(read) = scan::around(&around)
        {
            press.frame.take(content.html.len());
            let html = [before, content.html.as_str(), after].concat();
            return Ok(Framed { html, around: read, shows_content: true });
        }
    }
    let html = press.frame.page(&page, &content.html)?;
    let shows_content = html.contains(content.html.as_str());
    let around = scan::Around::of_page(scan::read(&html), &content.seen.pieces);
    Ok(Framed { html, around, shows_content })
}
