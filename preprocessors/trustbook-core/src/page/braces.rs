//! Braces that lack a brace, or belong to another language, around an apparent id or word of a block.

use super::PageProblem;
use super::foreign::Aside;
use super::stitch::Stitched;
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::suggest;

/// The largest number of problems per page.
const MOST: usize = 50;

static BRACES: Pattern = Pattern::new(concat!(
    r"(?:\$?\{{1,3}[<%]?|\[\[|<%=?)[ \t]*",
    r"(?P<inner>[A-Za-z][\w-]*(?:\.[\w-]+)+|#[ \t]*[a-z][\w-]*)(?P<rest>(?:[ \t]+[a-z][\w=-]*){0,6})",
    r"[ \t]*(?:[>%]?\}{1,3}|\]\]|%>)",
));

/// Finds text that resembles an expression or a block.
pub(super) fn find(body: &Stitched, aside: &Aside) -> Vec<PageProblem> {
    let text = body.text();
    if !text.contains(['{', '[', '%']) {
        return Vec::new();
    }
    let all = BRACES.captures_iter(text).filter_map(|captures| {
        let (whole, inner) = (captures.get(0)?, captures.name("inner")?);
        let is_heading_id = || inner.as_str().starts_with('#') && Aside::has(&aside.headings, whole.start());
        if text[..whole.start()].ends_with(['\\', '$']) || !aside.is_prose(whole.start()) || is_heading_id() {
            return None;
        }
        let inner = inner.as_str().replace([' ', '\t'], "");
        let rest = captures.name("rest").map_or("", |rest| rest.as_str().trim_end()).to_owned();
        Some(PageProblem::Braces { span: body.locate(whole.range())?, inner, rest })
    });
    all.take(MOST).collect()
}

/// Returns the id of the register that a misspelt one in such braces means.
pub(crate) fn near(facts: &Facts, id: &str) -> Option<String> {
    let (group, _) = id.split_once('.')?;
    let of_group = facts.ids().filter(|known| known.split_once('.').is_some_and(|(known, _)| known == group));
    suggest::slip(id, of_group).map(str::to_owned)
}
