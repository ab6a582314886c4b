//! HTML as a tree for comparison: the structure that a browser builds, without invisible white space.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeMap;
use std::fmt;

/// A node of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
    Comment(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
}

impl Element {
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attributes.get("class").is_some_and(|classes| classes.split(' ').any(|it| it == class))
    }
}

/// Parses the content of a page.
pub(super) fn read(html: &str) -> Vec<Node> {
    let context = QualName::new(None, ns!(html), local_name!("main"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), context, Vec::new(), false).one(html);
    // The parser wraps a fragment in an `html` element.
    let root = dom.document.children.borrow();
    let mut nodes = children(&root[0]);
    tidy(&mut nodes, true);
    nodes
}

fn children(node: &Handle) -> Vec<Node> {
    let mut found: Vec<Node> = Vec::new();
    for child in node.children.borrow().iter() {
        match (&child.data, found.last_mut()) {
            (NodeData::Text { contents }, Some(Node::Text(text))) => text.push_str(&contents.borrow()),
            (NodeData::Text { contents }, _) => found.push(Node::Text(contents.borrow().to_string())),
            (NodeData::Comment { contents }, _) => found.push(Node::Comment(contents.to_string())),
            (NodeData::Element { name, attrs, .. }, _) => {
                let attribute =
                    |attribute: &html5ever::Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
                found.push(Node::Element(Element {
                    name: name.local.to_string(),
                    attributes: attrs.borrow().iter().map(attribute).collect(),
                    children: children(child),
                }));
            }
            _ => {}
        }
    }
    found
}

const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

fn is_block(node: Option<&Node>) -> bool {
    matches!(node, Some(Node::Element(element)) if BLOCKS.contains(&element.name.as_str()))
}

/// Collapses white space, and removes it beside blocks.
pub(super) fn tidy(nodes: &mut Vec<Node>, in_block: bool) {
    for node in nodes.iter_mut() {
        match node {
            Node::Element(element) if matches!(element.name.as_str(), "pre" | "textarea" | "script" | "style") => {}
            Node::Element(element) => {
                let in_block = BLOCKS.contains(&element.name.as_str());
                tidy(&mut element.children, in_block);
            }
            Node::Text(text) => {
                let mut folded = String::new();
                for c in text.chars() {
                    match c {
                        ' ' | '\n' | '\t' | '\r' if folded.ends_with(' ') => {}
                        ' ' | '\n' | '\t' | '\r' => folded.push(' '),
                        c => folded.push(c),
                    }
                }
                *text = folded;
            }
            Node::Comment(_) => {}
        }
    }
    for at in 0..nodes.len() {
        let starts = if at == 0 { in_block } else { is_block(nodes.get(at - 1)) };
        let ends = if at + 1 == nodes.len() { in_block } else { is_block(nodes.get(at + 1)) };
        if let Node::Text(text) = &mut nodes[at] {
            let from = if starts { text.trim_start_matches(' ') } else { text.as_str() };
            let to = if ends { from.trim_end_matches(' ') } else { from };
            *text = to.to_owned();
        }
    }
    nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
}

/// Replaces each element, from the inside out, by the nodes that `how` returns.
pub(super) fn change(nodes: Vec<Node>, how: &mut dyn FnMut(Element) -> Vec<Node>) -> Vec<Node> {
    let mut changed = Vec::new();
    for node in nodes {
        match node {
            Node::Element(mut element) => {
                element.children = change(element.children, how);
                changed.extend(how(element));
            }
            other => changed.push(other),
        }
    }
    changed
}

/// A tree as lines, which give a readable difference.
pub(super) struct Lines<'n>(pub(super) &'n [Node]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, self.0, 0)
    }
}

fn lines(f: &mut fmt::Formatter<'_>, nodes: &[Node], depth: usize) -> fmt::Result {
    for node in nodes {
        let indent = "  ".repeat(depth);
        match node {
            Node::Element(element) => {
                writeln!(f, "{indent}<{} {:?}>", element.name, element.attributes)?;
                lines(f, &element.children, depth + 1)?;
            }
            Node::Text(text) => writeln!(f, "{indent}{text:?}")?,
            Node::Comment(text) => writeln!(f, "{indent}<!--{text:?}-->")?,
        }
    }
    Ok(())
}
