//! Builds a tree from the events of the parser: without recursion, and with limits for aliases.

use super::{FEW, Notes, Pair, Tree, TreeValue, TreeValueKind, short};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The maximum depth of nested values. No data model needs a tenth of it.
const MAX_DEPTH: usize = 250;
/// The maximum work to walk over the targets of all aliases of a file.
const MAX_ALIASED: usize = 1_000_000;
/// The longest key, in bytes. The parser searches as far for the colon after it.
const MAX_KEY: usize = 1000;

/// A list or map whose end has not been reached.
struct Open<'t> {
    start: usize,
    anchor: usize,
    items: Vec<usize>,
    /// The content of a map; `None` for a list.
    map: Option<OpenMap<'t>>,
    height: usize,
    size: usize,
    /// The end of its last value.
    end: usize,
}

#[derive(Default)]
struct OpenMap<'t> {
    pairs: Vec<Pair<'t>>,
    key: PendingKey<'t>,
    seen: BTreeSet<Cow<'t, str>>,
}

/// The key whose value comes next.
#[derive(Default)]
enum PendingKey<'t> {
    #[default]
    None,
    Some(Cow<'t, str>, Range<usize>),
    /// A key that has been reported.
    Refused,
}

struct Build<'t, 'n, 'f> {
    text: &'t str,
    tree: Tree<'t>,
    open: Vec<Open<'t>>,
    anchors: BTreeMap<usize, usize>,
    aliased: usize,
    notes: &'n mut Notes<'f>,
}

/// Reads the first document of a text. Everything before a mistake is in the tree nevertheless.
pub(in crate::schema) fn read<'t>(text: &'t str, notes: &mut Notes<'_>) -> Tree<'t> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let tree = Tree::default();
    let mut build = Build { text, tree, open: Vec::new(), anchors: BTreeMap::new(), aliased: 0, notes };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((Event::DocumentStart(..), span)) if build.tree.root.is_some() => {
                let at = range_of(&span);
                let what = "a second document begins here, and only the first is read".to_owned();
                build.notes.problem(&at, what, "put it into a file of its own");
                break;
            }
            Ok((event, span)) => {
                if build.take(event, range_of(&span)).is_none() {
                    break;
                }
            }
            Err(error) => {
                build.mistake(error.kind(), error.marker().byte_offset().unwrap_or(text.len()));
                break;
            }
        }
    }
    while build.close(None).is_some() {}
    if build.tree.root.is_none() && build.notes.is_empty() {
        build.notes.problem(&(0..0), "the file is empty".to_owned(), "write the schema into it, or remove the file");
    }
    build.tree
}

fn range_of(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}

impl<'t> Build<'t, '_, '_> {
    /// Takes one event; `None` ends the reading.
    fn take(&mut self, event: Event<'t>, range: Range<usize>) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let plain = style == ScalarStyle::Plain && !is_text;
                let range = self.trimmed(range, style);
                self.scalar(text, plain, range, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.begin(range.start, anchor, None),
            Event::MappingStart(_, anchor, _) => self.begin(range.start, anchor, Some(OpenMap::default())),
            // The parser reports the end of a block at the beginning of the next one, and the end of brackets in place.
            Event::SequenceEnd | Event::MappingEnd => self.close((range.end > range.start).then_some(range.end)),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::UnresolvedAlias(name) => {
                let what = format!("the alias `{}` has no anchor", short(&name));
                self.notes.problem(&range, what, "put the anchor of that name before it");
                self.scalar(Cow::Borrowed(""), true, range, 0)
            }
            _ => Some(()),
        }
    }

    /// Ends the text of a block at its last line, and puts an empty value at the end of its key.
    fn trimmed(&self, range: Range<usize>, style: ScalarStyle) -> Range<usize> {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let text = self.text.get(range.clone()).unwrap_or_default();
            return range.start..range.start + text.trim_end().len();
        }
        match (range.is_empty(), self.open.last().and_then(|open| open.map.as_ref()).map(|map| &map.key)) {
            (true, Some(PendingKey::Some(_, key))) => key.end..key.end,
            _ => range,
        }
    }

    fn begin(&mut self, start: usize, anchor: usize, map: Option<OpenMap<'t>>) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            self.too_deep(start);
            return None;
        }
        self.open.push(Open { start, anchor, items: Vec::new(), map, height: 0, size: 1, end: start });
        Some(())
    }

    fn too_deep(&mut self, at: usize) {
        let what = format!("values are nested more than {MAX_DEPTH} deep");
        self.notes.problem(&(at..at), what, "give the inner ones a definition of their own");
    }

    fn scalar(&mut self, text: Cow<'t, str>, plain: bool, range: Range<usize>, anchor: usize) -> Option<()> {
        let size = 1 + text.len() / 16;
        let id = self.add(TreeValue { range, what: TreeValueKind::Scalar { text, plain }, height: 0, size });
        self.anchors.extend((anchor > 0).then_some((anchor, id)));
        self.deliver(id)
    }

    /// Closes the innermost list or map.
    fn close(&mut self, end: Option<usize>) -> Option<()> {
        let open = self.open.pop()?;
        let range = open.start..end.unwrap_or(open.end).max(open.start);
        let what = match open.map {
            None => TreeValueKind::List(open.items),
            Some(map) => {
                let pairs = self.merged(map.pairs);
                let mut by_key: Vec<usize> = if pairs.len() > FEW { (0..pairs.len()).collect() } else { Vec::new() };
                by_key.sort_by_key(|at| pairs.get(*at).map_or("", |pair| pair.key.as_ref()));
                TreeValueKind::Map { pairs, by_key }
            }
        };
        let id = self.add(TreeValue { range, what, height: open.height, size: open.size });
        self.anchors.extend((open.anchor > 0).then_some((open.anchor, id)));
        self.deliver(id)
    }

    /// Adds the pairs of the maps that a merge key names, after the pairs of the map itself.
    fn merged(&self, mut pairs: Vec<Pair<'t>>) -> Vec<Pair<'t>> {
        let Some(at) = pairs.iter().position(|pair| pair.key == "<<") else { return pairs };
        let merge = pairs.remove(at);
        let sources = match self.tree.values.get(merge.value).map(|value| &value.what) {
            Some(TreeValueKind::List(items)) => items.clone(),
            _ => vec![merge.value],
        };
        let mut seen: BTreeSet<String> = pairs.iter().map(|pair| pair.key.to_string()).collect();
        for source in sources {
            let Some(TreeValueKind::Map { pairs: more, .. }) = self.tree.values.get(source).map(|value| &value.what)
            else {
                continue;
            };
            pairs.extend(more.iter().filter(|pair| seen.insert(pair.key.to_string())).cloned());
        }
        pairs
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Option<()> {
        let target = self.anchors.get(&anchor).and_then(|id| Some((*id, self.tree.values.get(*id)?)));
        let Some((id, value)) = target else {
            let what = "an alias refers to a value that it is part of".to_owned();
            self.notes.problem(&range, what, "write the inner value out");
            return self.scalar(Cow::Borrowed(""), true, range, 0);
        };
        if self.open.len() + value.height >= MAX_DEPTH {
            self.too_deep(range.start);
            return None;
        }
        self.aliased = self.aliased.saturating_add(value.size);
        if self.aliased > MAX_ALIASED {
            let what = format!("the aliases up to here expand to more than {MAX_ALIASED} values");
            self.notes.problem(&range, what, "write fewer aliases, or split the file");
            return None;
        }
        self.deliver(id)
    }

    fn add(&mut self, value: TreeValue<'t>) -> usize {
        self.tree.values.push(value);
        self.tree.values.len() - 1
    }

    /// Adds a finished value to the list or map that it is in.
    fn deliver(&mut self, id: usize) -> Option<()> {
        let value = self.tree.values.get(id)?;
        let Some(open) = self.open.last_mut() else {
            self.tree.root = Some(id);
            return Some(());
        };
        open.height = open.height.max(value.height + 1);
        open.size = open.size.saturating_add(value.size);
        open.end = open.end.max(value.range.end);
        let Some(map) = &mut open.map else {
            open.items.push(id);
            return Some(());
        };
        match std::mem::take(&mut map.key) {
            PendingKey::None => {
                let (key, told) = key_of(value, &map.seen);
                if let PendingKey::Some(text, _) = &key {
                    map.seen.insert(text.clone());
                }
                map.key = key;
                if let Some((what, help)) = told {
                    self.notes.problem(&value.range, what, help);
                }
            }
            PendingKey::Some(key, key_range) => map.pairs.push(Pair { key, key_range, value: id }),
            PendingKey::Refused => {}
        }
        Some(())
    }

    fn mistake(&mut self, kind: &ErrorKind, at: usize) {
        let at = crate::span::floor(self.text, at);
        if matches!(kind, ErrorKind::RecursionLimitExceeded) {
            return self.too_deep(at);
        }
        let end = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
        let what = format!("this is neither YAML nor JSON: {}", short(&kind.to_string()));
        self.notes.problem(&(at..end), what, "correct this place or the one before it; nothing after it is read");
    }
}

/// Returns a value as the key of a map, and the mistake in it, if any.
fn key_of<'t>(
    value: &TreeValue<'t>,
    seen: &BTreeSet<Cow<'t, str>>,
) -> (PendingKey<'t>, Option<(String, &'static str)>) {
    let TreeValueKind::Scalar { text, .. } = &value.what else {
        return (
            PendingKey::Refused,
            Some(("a list or an object is the key of a value".to_owned(), "write text as the key")),
        );
    };
    if text.len() > MAX_KEY {
        let what = format!("the key `{}` is longer than {MAX_KEY} bytes", short(text));
        return (PendingKey::Refused, Some((what, "write a shorter key")));
    }
    if seen.contains(text) {
        let what = format!("the key `{}` appears twice, and only the first is read", short(text));
        return (PendingKey::Refused, Some((what, "remove one of the two")));
    }
    (PendingKey::Some(text.clone(), value.range.clone()), None)
}
