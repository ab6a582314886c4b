//! Parses HTML into the tree that browsers build (HTML 13.2.6), since tags alone do not show what becomes an element.

use super::active;
use super::piece::{SiteReference, Use, is_inert_template};
use super::scan::{MARKED, OPENING, ScanState, ScannedHtml, Tag};
use crate::pattern::Pattern;
use html5ever::driver::{ParseOpts, Parser, parse_document};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeSet;

/// The maximum depth at which browsers nest elements as the standard says.
const DEEPEST: usize = 512;
/// The maximum number of nodes, beside one for every second byte: a paragraph may open hundreds of elements again that an
/// earlier one left open.
const SPARE_NODES: usize = 1000;
/// The maximum number of nodes, however long the text is.
const MOST_NODES: usize = 1_000_000;
/// The number of bytes that are parsed between checks of the limits, since parsing a large tree is slow.
const CHUNK: usize = 256;
/// Matches elements that can make the tree differ from the tags.
static DIFFER: Pattern = Pattern::new("(?i-u)<(?:svg|math|template|noscript|select|frameset)");

impl ScannedHtml {
    /// Adds content that browsers load or run and that the tags alone do not show, if the page can have any.
    pub(super) fn add_hidden(&mut self, html: &str) {
        if DIFFER.is_match(html) {
            self.add_tree(html);
        }
    }

    /// Adds content that browsers load or run and that the tags alone do not show.
    pub(super) fn add_tree(&mut self, html: &str) {
        let known: BTreeSet<SiteReference> = self.pieces.iter().map(|(piece, _)| even(piece)).collect();
        // For readers without scripts, the content of `noscript` is part of the tree.
        let mut found = elements(html, Scripts::On);
        if html.to_ascii_lowercase().contains("<noscript") {
            found.extend(elements(html, Scripts::Off));
        }
        let mut new: Vec<(SiteReference, usize)> = found
            .into_iter()
            .filter(|(piece, _)| {
                let sends = matches!(piece.attribute.as_ref(), "action" | "formaction");
                sends || piece.kind == Use::Code || piece.kind.is_loaded() || active::code(piece).is_some()
            })
            .filter(|(piece, _)| !known.contains(&even(piece)))
            .collect();
        new.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        new.dedup_by(|a, b| a.0 == b.0);
        self.pieces.extend(new);
    }
}

/// Returns a piece with normalised line ends, as in a tree, so that both readings can be compared.
fn even(piece: &SiteReference) -> SiteReference {
    SiteReference { value: piece.value.replace("\r\n", "\n").replace('\r', "\n"), ..piece.clone() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scripts {
    On,
    Off,
}

/// Parses HTML, up to the first element beyond the limits of a tree.
fn parse(html: &str, scripts: Scripts) -> Tree {
    let tree_builder = TreeBuilderOpts { scripting_enabled: scripts == Scripts::On, ..TreeBuilderOpts::default() };
    let most = (html.len() / 2 + SPARE_NODES).min(MOST_NODES);
    let mut parser = parse_document(Tree::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = html;
    while !rest.is_empty() && !tree(&parser).is_too_large.get() {
        let end = (CHUNK.min(rest.len())..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (chunk, behind) = rest.split_at(end);
        parser.process(StrTendril::from_slice(chunk));
        rest = behind;
        let tree = tree(&parser);
        if tree.nodes.borrow().len() > most {
            tree.is_too_large.set(true);
        }
    }
    parser.finish()
}

/// Returns true for HTML whose tree can be built in a time and memory that follow from its length.
pub fn is_readable(html: &str) -> bool {
    active::crowded(html).is_none() && !parse(html, Scripts::On).is_too_large.get()
}

/// Returns the references of the elements of the tree, each with the byte at which its line starts.
fn elements(html: &str, scripts: Scripts) -> Vec<(SiteReference, usize)> {
    if let Some(at) = active::crowded(html) {
        return vec![(active::code_piece(active::ENDLESS, ""), at)];
    }
    let tree = parse(html, scripts);
    let mut lines = vec![0];
    lines.extend(html.match_indices('\n').map(|(at, _)| at + 1));
    let mut state = ScanState::default();
    for node in tree.nodes.take() {
        state.at = lines.get(node.line.saturating_sub(1)).copied().unwrap_or_default();
        let name = node.name.local.to_ascii_lowercase();
        let known = state.seen.pieces.len();
        state.element(&name, &node);
        if &*name == "style" {
            state.style("style", "", &node.text);
        }
        if node.is_inert {
            let new = state.seen.pieces.split_off(known);
            state.seen.pieces.extend(new.into_iter().filter(|(piece, _)| active::code(piece).is_some()));
        }
    }
    if tree.is_too_large.get() {
        state.add(active::code_piece(active::ENDLESS, ""));
    }
    state.seen.pieces
}

/// The elements in which content is read as itself, and not as text, as an attribute or as part of a drawing.
const AROUND_CONTENT: &[&str] = &["article", "body", "div", "html", "main", "section"];

/// Returns true if a browser reads the content of a chapter as itself where a template puts it.
pub(super) fn shows_content(html: &str) -> bool {
    let opening = OPENING.trim_start_matches('<').split('>').next().unwrap_or_default();
    stands_free(html, MARKED) && (!html.contains(OPENING) || stands_free(html, opening))
}

/// Returns true if each element of this name stands only within elements that leave its content as it is.
fn stands_free(html: &str, name: &str) -> bool {
    let tree = parse(html, Scripts::On);
    if tree.is_too_large.get() {
        return false;
    }
    let nodes = tree.nodes.take();
    let is_plain = |node: &HtmlNode| {
        node.name.local.is_empty() || node.name.ns == ns!(html) && AROUND_CONTENT.contains(&&*node.name.local)
    };
    let mut marks = nodes.iter().filter(|node| &*node.name.local == name).peekable();
    let free = |node: &HtmlNode| {
        let mut above = std::iter::successors(node.parent, |at| nodes[*at].parent);
        node.name.ns == ns!(html) && node.parent.is_some() && above.all(|at| is_plain(&nodes[at]))
    };
    marks.peek().is_some() && marks.all(free)
}

fn tree(parser: &Parser<Tree>) -> &Tree {
    &parser.tokenizer.sink.sink
}

/// A node of the tree. The first is the document; comments and processing instructions have an empty name.
struct HtmlNode {
    name: QualName,
    attributes: Vec<Attribute>,
    /// The text directly inside it.
    text: String,
    parent: Option<usize>,
    children: Vec<usize>,
    line: usize,
    /// True for an element of MathML whose content is parsed as HTML.
    is_html_within: bool,
    /// True inside a template that only a script can show.
    is_inert: bool,
}

impl HtmlNode {
    fn is_inert_template(&self) -> bool {
        self.name.ns == ns!(html) && is_inert_template(&self.name.local, self.attributes.iter().map(known))
    }
}

impl Tag for HtmlNode {
    fn get(&self, attribute: &str) -> Option<String> {
        self.attributes.iter().find(|it| known(it) == attribute).map(|it| it.value.to_string())
    }

    fn each(&self, look: &mut dyn FnMut(String, String)) {
        // The callback resolves character references. The parser has done so already, so `&` is escaped again.
        self.attributes.iter().for_each(|it| look(known(it), it.value.replace('&', "&amp;")));
    }
}

/// Returns the name of an attribute as HTML writes it, with its prefix and in lower case.
fn known(attribute: &Attribute) -> String {
    let QualName { prefix, local, .. } = &attribute.name;
    let prefix = prefix.as_ref().map(|prefix| format!("{prefix}:")).unwrap_or_default();
    format!("{prefix}{local}").to_ascii_lowercase()
}

/// All nodes that were ever part of the tree. Those that the parser moved or removed later are kept.
struct Tree {
    nodes: RefCell<Vec<HtmlNode>>,
    line: Cell<usize>,
    is_too_large: Cell<bool>,
}

impl Default for Tree {
    fn default() -> Self {
        let tree = Tree { nodes: RefCell::default(), line: Cell::new(1), is_too_large: Cell::new(false) };
        tree.add(nameless(), Vec::new());
        tree
    }
}

fn nameless() -> QualName {
    QualName::new(None, Namespace::default(), LocalName::default())
}

impl Tree {
    fn add(&self, name: QualName, attributes: Vec<Attribute>) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        let line = self.line.get();
        nodes.push(HtmlNode {
            name,
            attributes,
            text: String::new(),
            parent: None,
            children: Vec::new(),
            line,
            is_html_within: false,
            is_inert: false,
        });
        nodes.len() - 1
    }

    fn place(&self, parent: Option<usize>, child: NodeOrText<usize>) {
        let Some(parent) = parent else { return };
        let mut nodes = self.nodes.borrow_mut();
        match child {
            NodeOrText::AppendText(text) => nodes[parent].text.push_str(&text),
            NodeOrText::AppendNode(child) => {
                nodes[child].parent = Some(parent);
                nodes[child].is_inert = nodes[parent].is_inert || nodes[parent].is_inert_template();
                nodes[parent].children.push(child);
                let depth = std::iter::successors(Some(parent), |at| nodes[*at].parent).take(DEEPEST + 1).count();
                if depth > DEEPEST {
                    self.is_too_large.set(true);
                }
            }
        }
    }

    fn parent(&self, node: usize) -> Option<usize> {
        self.nodes.borrow()[node].parent
    }
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| &nodes[*target].name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> usize {
        let node = self.add(name, attributes);
        self.nodes.borrow_mut()[node].is_html_within = flags.mathml_annotation_xml_integration_point;
        node
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(nameless(), Vec::new())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(nameless(), Vec::new())
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.place(Some(*parent), child);
    }

    fn append_based_on_parent_node(&self, element: &usize, before: &usize, child: NodeOrText<usize>) {
        self.place(self.parent(*element).or(Some(*before)), child);
    }

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        self.place(self.parent(*sibling), child);
    }

    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        let all = &mut self.nodes.borrow_mut()[*target].attributes;
        let new: Vec<Attribute> =
            attributes.into_iter().filter(|new| all.iter().all(|known| known.name != new.name)).collect();
        all.extend(new);
        if all.len() > active::MOST_ATTRIBUTES {
            self.is_too_large.set(true);
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(parent) = nodes[*target].parent.take() else { return };
        let children = &mut nodes[parent].children;
        // The node is the last child, or nearly so.
        if let Some(at) = children.iter().rposition(|child| child == target) {
            children.remove(at);
        }
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        children.iter().for_each(|child| nodes[*child].parent = Some(*new_parent));
        nodes[*new_parent].children.extend(children);
    }

    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, a: &usize, b: &usize) -> bool {
        a == b
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &usize) -> bool {
        self.nodes.borrow()[*node].is_html_within
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(usize::try_from(line).unwrap_or_default());
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<String> {
        let mut seen = crate::site::scan::read(html);
        seen.add_tree(html);
        let mut found: Vec<String> = seen
            .pieces
            .iter()
            .filter(|(piece, _)| active::code(piece).is_some())
            .map(|(it, _)| it.value.clone())
            .collect();
        found.dedup();
        found
    }

    #[test]
    fn what_a_browser_runs_is_found_whatever_hides_it() {
        for html in [
            "<math><annotation-xml encoding=\"text/htm&#108;\"><br></annotation-xml><title><img src=a onerror=\"x\"></title></math>",
            "<svg><svg><mi><br></mi><title><a title=\"</title><img src=x onerror=x>\">x</a></title></svg></svg>",
            "<svg><math><mi><xmp><svg onload=x></xmp></mi></math></svg>",
            "<svg><desc><desc></desc><style><!--</style><img onerror=x>--></style></desc></svg>",
            "<noscript><style></noscript><!-- </style><img src=a onerror=x> --></noscript>",
            "<svg/><xmp><p></xmp><img src=a onerror=x>",
            "<svg><template><style></template><img src=a onerror=x></style></svg>",
            "<template><svg onload=x></svg></template>",
        ] {
            assert!(!found(html).is_empty(), "{html}");
        }
    }

    #[test]
    fn content_stands_free_only_where_it_is_read_as_itself() {
        let free = |html: &str| stands_free(&html.replace("@", "<x-mark></x-mark>"), "x-mark");
        assert!(free("<!DOCTYPE html><html><body><main><div class=\"a\">@</div></main></body></html>"));
        for html in [
            "<svg>@</svg>",
            "<select>@</select>",
            "<a title='@'>",
            "<a>@</a>",
            "<!-- @ -->",
            "<div>@</div><svg>@</svg>",
        ] {
            assert!(!free(html), "{html}");
        }
    }

    #[test]
    fn addresses_of_a_tree_are_found() {
        for html in [
            "<svg><style>body{background:u&#114;l(http://a.example/x.png)}</style></svg>",
            "<p><?start name=y?></p><template for=y><img alt='' src='http://a.example/x.png'></template>",
            "<noscript><style></noscript><img alt='' src='http://a.example/x.png'>",
        ] {
            let mut seen = crate::site::scan::read(html);
            seen.add_tree(html);
            assert!(seen.pieces.iter().any(|(piece, _)| piece.value == "http://a.example/x.png"), "{html}");
        }
    }

    #[test]
    fn ordinary_markup_has_nothing_to_add() {
        for html in [
            "<!DOCTYPE html><p title='a&amp;b'>a</p><svg viewBox=\"0 0 1 1\"><title>A</title><a href=\"#c\">c</a><use href='#x'/>\r\n\
             <style>a{\r\n}</style></svg><style>b{}</style><table><tr><td background=a.png>x</table>",
            "<svg><foreignObject><div style='a:b'><p>x<br>y</p></div></foreignObject></svg><img src=a alt=''>",
            "<math><annotation-xml encoding=\"MathML-Content\"><apply><eq/></apply></annotation-xml></math>",
            "<noscript><img src=a alt=''></noscript><select><option>x</select>",
        ] {
            let before = crate::site::scan::read(html).pieces;
            let mut seen = crate::site::scan::read(html);
            seen.add_tree(html);
            assert_eq!(seen.pieces, before, "{html}");
        }
    }

    #[test]
    fn elements_that_are_opened_again_and_again_are_refused() {
        let formats: String = (0..300).map(|at| format!("<b a{at}>")).collect();
        let html = format!("<svg></svg><p>{formats}{}", "<p>x".repeat(2000));
        assert!(!is_readable(&html));
        assert!(parse(&html, Scripts::On).nodes.borrow().len() < 2 * html.len());
        assert!(!stands_free(&format!("<x-mark></x-mark>{html}"), "x-mark"));
        let mut seen = crate::site::scan::ScannedHtml::default();
        seen.add_tree(&html);
        assert!(seen.pieces.iter().any(|(piece, _)| piece.element == active::ENDLESS));
        for html in ["", "<p>", "<table><td>", &"<p>x".repeat(10_000), &format!("<table>{}", "<col><td>".repeat(150))] {
            assert!(is_readable(html), "{}", &html[..html.len().min(30)]);
        }
        assert!(!is_readable(&"<p>".repeat(MOST_NODES)));
    }

    #[test]
    fn attributes_that_many_tags_add_to_one_element_are_refused() {
        for name in ["body", "html"] {
            let tags = |count: usize| (0..count).map(|at| format!("<{name} a{at}>")).collect::<String>();
            assert!(is_readable(&tags(active::MOST_ATTRIBUTES)), "{name}");
            let tree = parse(&tags(20_000), Scripts::On);
            assert!(tree.is_too_large.get());
            let counts: Vec<usize> = tree.nodes.borrow().iter().map(|node| node.attributes.len()).collect();
            assert!(counts.iter().all(|count| *count < active::MOST_ATTRIBUTES + CHUNK), "{counts:?}");
        }
    }

    #[test]
    fn a_deep_tree_is_refused_in_time() {
        let formats: String = (0..3000).map(|at| format!("<font color={at}>")).collect();
        for html in ["<svg>".to_owned() + &"<g>".repeat(100_000), formats + &"<p>".repeat(30_000)] {
            let mut seen = crate::site::scan::ScannedHtml::default();
            seen.add_tree(&html);
            assert!(seen.pieces.iter().any(|(piece, _)| piece.element == active::ENDLESS), "{}", &html[..20]);
        }
    }
}
