//! Syntax of other generators in a chapter, which the page would show as text. Only the first of each kind is reported.

use super::stitch::Stitched;
use super::{Follows, PageProblem};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// The parts of a page that are not searched for such syntax.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Code and mathematics.
    pub(super) code: Vec<Range<usize>>,
    /// Comments, and raw HTML that contains code.
    pub(super) markup: Vec<Range<usize>>,
    /// Headings, whose attributes Trustbook supports.
    pub(super) headings: Vec<Range<usize>>,
    /// The info strings of fenced code blocks, each with the range of its block.
    pub(super) fences: Vec<(String, Range<usize>)>,
    /// The start of the open inline code in raw HTML.
    pub(super) open: Option<usize>,
}

impl Aside {
    /// Records raw HTML that shows code, or nothing.
    pub(super) fn html(&mut self, html: &str, range: &Range<usize>) {
        const CODE: &[&str] =
            &["<!--", "<code", "<kbd", "<math", "<pre", "<samp", "<script", "<style", "<svg", "<textarea"];
        let lower = html.to_ascii_lowercase();
        if CODE.iter().any(|tag| lower.contains(tag)) {
            self.markup.push(range.clone());
        }
    }

    /// Records a tag inside a paragraph, where `<code>` and its end tag are separate events.
    pub(super) fn inline_html(&mut self, html: &str, range: &Range<usize>) {
        const CODE: &[&str] = &["code", "kbd", "samp"];
        let is =
            |start: &str| CODE.iter().any(|name| html.strip_prefix(start).is_some_and(|rest| rest.starts_with(name)));
        if is("</") {
            self.markup.extend(self.open.take().map(|start| start..range.end));
        } else if is("<") {
            self.open = self.open.or(Some(range.start));
        } else {
            self.html(html, range);
        }
    }

    pub(super) fn has(ranges: &[Range<usize>], at: usize) -> bool {
        // The ranges are sorted by their starts, and those of one list do not overlap.
        let index = ranges.partition_point(|range| range.start <= at);
        index.checked_sub(1).and_then(|index| ranges.get(index)).is_some_and(|range| at < range.end)
    }

    /// Returns true for a position outside code and comments.
    pub(super) fn is_prose(&self, at: usize) -> bool {
        !Aside::has(&self.code, at) && !Aside::has(&self.markup, at)
    }
}

/// The places in which a kind of syntax is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SearchedPlaces {
    /// Anywhere in prose.
    Prose,
    /// Anywhere in prose, except in headings.
    NoHeading,
    /// A comment.
    Comment,
    /// A component, identified by its name or by an import.
    Component,
}

/// A kind of syntax of other generators.
struct Syntax {
    /// The generators that use it.
    of: &'static str,
    regex: &'static str,
    at: SearchedPlaces,
    help: &'static str,
}

/// A pattern for the beginning of a line, after the markers of quotations and lists.
macro_rules! line {
    ($rest:literal) => {
        concat!(r"(?m)^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?", $rest)
    };
}

const NOTE: &str = "write an admonition: `> [!NOTE]` on a line of its own, then its text with `> ` before each line";
const INCLUDE: &str = "write `{{#include file.md}}`";
const CONTENTS: &str = "remove it: each page lists its headings itself";
const REMOVE: &str = "remove it, or put it in backticks to show it";

const KINDS: &[Syntax] = &[
    Syntax {
        of: "Jekyll, Hugo and Docusaurus",
        regex: r"(?m)^(---)[ \t]*\r?\n[A-Za-z_][\w.-]*:(?:[ \t][^\n]*)?\n(?:[^\n]*\S[^\n]*\n){0,60}?---[ \t]*\r?$",
        at: SearchedPlaces::Prose,
        help: "front matter is read only on the first lines of a chapter: move it there, or remove it",
    },
    Syntax {
        of: "Docusaurus, VitePress and Pandoc",
        regex: line!(r"(:{3,}[ \t]*[A-Za-z{][^\n]*)"),
        at: SearchedPlaces::Prose,
        help: NOTE,
    },
    Syntax {
        of: "MkDocs",
        regex: line!(
            r#"((?:!!!|\?\?\?\+?)[ \t]+[A-Za-z][\w-]*(?:[ \t]+(?:inline|end))*(?:[ \t]+"[^"\n]*")?)[ \t]*\r?$"#
        ),
        at: SearchedPlaces::Prose,
        help: "write an admonition: `> [!NOTE]`, then its text with `> ` before each line; or `<details>` for a box that opens",
    },
    Syntax {
        of: "Obsidian and GitLab",
        regex: r"(?m)^[ \t>]*>[ \t]*(\[![A-Za-z][\w-]*\][^\n]*)",
        at: SearchedPlaces::Prose,
        help: "write one of `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` and `[!CAUTION]`, alone on its line",
    },
    Syntax {
        of: "MkDocs",
        regex: line!(r#"(===[!+]?[ \t]+"[^"\n]+")[ \t]*\r?$"#),
        at: SearchedPlaces::Prose,
        help: "give each tab a heading of its own",
    },
    Syntax {
        of: "kramdown and MkDocs",
        regex: r#"(\{:[ \t]*(?:[.#][A-Za-z][\w-]*|[A-Za-z][\w-]*=["'\w]|:[a-z]|toc\b)[^{}\n]*\})"#,
        at: SearchedPlaces::NoHeading,
        help: "remove it; an anchor is written at the end of a heading: `## Title {#id}`",
    },
    Syntax {
        of: "Pandoc and markdown-it",
        regex: r#"(\{[.#][A-Za-z][\w-]*(?:[ \t]+[.#]?[A-Za-z][^{}\n]*)?\})|[)\]](\{[a-z][\w-]*=[^{}\n]+\})"#,
        at: SearchedPlaces::NoHeading,
        help: "remove it; an anchor is written at the end of a heading: `## Title {#id}`",
    },
    Syntax {
        of: "Hugo",
        regex: r"(\{\{[<%][^\n]*?[>%]\}\})",
        at: SearchedPlaces::Prose,
        help: "write its content; a fact is written `{{ id }}`, and a file `{{#include file.md}}`",
    },
    Syntax {
        of: "Jekyll, GitBook and MkDocs macros",
        regex: r"(\{%[-+]?[ \t]*/?[A-Za-z_]\w*(?:[ \t][^\n]*?)?[-+]?%\})",
        at: SearchedPlaces::Prose,
        help: "write its content; a fact is written `{{ id }}`, and a file `{{#include file.md}}`",
    },
    Syntax { of: "MkDocs", regex: line!(r"(;?-{1,2}8<-{1,2}[^\n]*)"), at: SearchedPlaces::Prose, help: INCLUDE },
    Syntax { of: "MkDocs", regex: r"(\{!>?[ \t]*[^\n{}!]+![ \t]*\})", at: SearchedPlaces::Prose, help: INCLUDE },
    Syntax { of: "VitePress", regex: line!(r"(<<<[ \t]*[@./~][^\n]*)"), at: SearchedPlaces::Prose, help: INCLUDE },
    Syntax { of: "DocFX", regex: r"(\[!(?i:include|video|code-[a-z]+)\b)", at: SearchedPlaces::Prose, help: INCLUDE },
    Syntax {
        of: "AsciiDoc",
        regex: line!(r"((?:image|include|video)::[^\s\[]+\[[^\]\n]*\])"),
        at: SearchedPlaces::Prose,
        help: "write an image as `![description](file.png)`, and a file as `{{#include file.md}}`",
    },
    Syntax {
        of: "GitLab, MkDocs and VitePress",
        regex: line!(r"(?i:(\[\[_?TOC_?\]\]|\[TOC\]|\$\{toc\}))[ \t]*\r?$"),
        at: SearchedPlaces::Prose,
        help: CONTENTS,
    },
    Syntax {
        of: "mdbook-toc and doctoc",
        regex: r"(<!--[ \t]*(?i:toc)[ \t]*-->)",
        at: SearchedPlaces::Comment,
        help: CONTENTS,
    },
    Syntax {
        of: "reStructuredText",
        regex: line!(r"(\.\.[ \t]+(?:[a-z][\w-]*::|_[^\s:][^:\n]*:)[^\n]*)"),
        at: SearchedPlaces::Prose,
        help: "write it as Markdown: `> [!NOTE]` for a note, `![description](file.png)` for an image",
    },
    Syntax {
        of: "reStructuredText and MyST",
        regex: r"((?::(?:abbr|any|class|code|doc|download|file|func|kbd|math|meth|mod|numref|ref|sub|sup|term):|\{(?:abbr|any|doc|download|math|numref|ref|sub|sup|term)\})`)",
        at: SearchedPlaces::Prose,
        help: "write a link as `[text](file.md)`, and code in backticks alone",
    },
    Syntax {
        of: "MDX",
        regex: r#"(?m)^(import[ \t]+(?:[\w*{][^\n]*?[ \t}]from[ \t]+)?["'][^"'\n]+["'];?)[ \t]*\r?$"#,
        at: SearchedPlaces::Prose,
        help: "remove it: a chapter is Markdown and imports nothing",
    },
    Syntax {
        of: "MDX",
        regex: r"(?m)^(export[ \t]+(?:const|default|function|let)[ \t][^\n]*)",
        at: SearchedPlaces::Prose,
        help: "remove it: a chapter is Markdown and runs nothing",
    },
    Syntax {
        of: "MDX",
        regex: r"<([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*)[\s/>]",
        at: SearchedPlaces::Component,
        help: "write it as Markdown: a heading for each tab, `> [!NOTE]` for a note, a list for cards",
    },
    Syntax {
        of: "MDX, Jinja and Obsidian",
        regex: r"(?m)(\{/\*[^\n]*?\*/\}|\{#[ \t][^\n]*?#\})|(?:^|[ \t])(%%[^%\n]+%%)",
        at: SearchedPlaces::Prose,
        help: "remove it: a comment is not for readers, and the page shows it",
    },
    Syntax {
        of: "Obsidian and wikis",
        regex: r"(!\[\[[^\[\]\n]+\]\]|\[\[[A-Za-z][^\[\]\n,]*\]\])",
        at: SearchedPlaces::Prose,
        help: "write a link as `[text](file.md)`, and an image as `![description](file.png)`",
    },
    Syntax {
        of: "remark",
        regex: line!(r"(::[a-z][\w-]*(?:\[[^\]\n]*\])?\{[^}\n]*\})"),
        at: SearchedPlaces::Prose,
        help: REMOVE,
    },
    Syntax {
        of: "GitHub and MkDocs",
        regex: r"(?m)(?:^|[\s(|])(:(?:bulb|construction|exclamation|heavy_check_mark|information_source|lock|memo|no_entry|question|rocket|star|tada|warning|white_check_mark|x|(?:fontawesome|material|octicons|simple)-[a-z0-9-]+):)(?:[\s).,;|]|$)",
        at: SearchedPlaces::Prose,
        help: "write the character itself, or a word",
    },
    Syntax {
        of: "MkDocs and Obsidian",
        regex: r"(?m)(?:^|[\s(])(==[^=\s](?:[^=\n]*[^=\s])?==)(?:[\s).,;:!?]|$)",
        at: SearchedPlaces::Prose,
        help: "write `<mark>text</mark>`, or `**text**`",
    },
    Syntax {
        of: "MkDocs and kramdown",
        regex: r"(?m)^(\*\[[^\]\n]+\]:[ \t]*\S[^\n]*)",
        at: SearchedPlaces::Prose,
        help: "write `<abbr title=\"meaning\">short form</abbr>` where the short form is",
    },
];

/// Built-in components of Docusaurus, Starlight and Mintlify. No HTML element has one of these names.
const COMPONENTS: &[&str] = &[
    "Accordion",
    "AccordionGroup",
    "Admonition",
    "Aside",
    "Badge",
    "BrowserWindow",
    "Callout",
    "Card",
    "CardGrid",
    "CardGroup",
    "Cards",
    "CodeBlock",
    "CodeGroup",
    "Columns",
    "FileTree",
    "Frame",
    "Icon",
    "Info",
    "LinkButton",
    "LinkCard",
    "Note",
    "ParamField",
    "Steps",
    "Step",
    "Tab",
    "TabItem",
    "Tabs",
    "Tip",
    "TOCInline",
    "Tooltip",
    "Warning",
];

static READ: LazyLock<Vec<(&Syntax, Regex)>> =
    LazyLock::new(|| KINDS.iter().filter_map(|kind| Some((kind, Regex::new(kind.regex).ok()?))).collect());

/// Finds the first of each kind. `is_label` returns true if the page defines a link label.
pub(super) fn find(body: &Stitched, aside: &Aside, is_label: &dyn Fn(&str) -> bool) -> Vec<PageProblem> {
    let text = body.text();
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found = Vec::new();
    let imports = text.contains("import ");
    for (kind, regex) in READ.iter() {
        let all = regex.captures_iter(text).filter_map(|captures| captures.iter().skip(1).flatten().next());
        let first = all.map(|part| part.range()).find(|range| {
            let part = &text[range.clone()];
            let overlaps = taken.iter().any(|other| other.start < range.end && range.start < other.end);
            !overlaps && !text[..range.start].ends_with('\\') && fits(kind, part, range, aside, imports, is_label)
        });
        if let Some(range) = first
            && let Some(span) = body.locate(range.clone())
        {
            found.push(problem(kind, &text[range.clone()], span));
            taken.push(range);
        }
    }
    let directive = |info: &&(String, Range<usize>)| {
        let inner = info.0.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        inner.is_some_and(|(name, _)| name.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    if let Some((info, range)) = aside.fences.iter().find(directive)
        && let Some(span) =
            body.locate(range.start..text[range.start..].find('\n').map_or(range.end, |at| range.start + at))
    {
        let why = format!("```` ```{} ```` is a directive of MyST, which the page shows as code", short(info));
        found.push(PageProblem::Foreign { span, why, help: NOTE.to_owned(), also: Follows::Nothing });
    }
    found
}

fn fits(
    kind: &Syntax,
    part: &str,
    range: &Range<usize>,
    aside: &Aside,
    imports: bool,
    is_label: &dyn Fn(&str) -> bool,
) -> bool {
    match kind.at {
        SearchedPlaces::Comment => !Aside::has(&aside.code, range.start),
        SearchedPlaces::Component => !Aside::has(&aside.code, range.start) && (imports || COMPONENTS.contains(&part)),
        SearchedPlaces::NoHeading if Aside::has(&aside.headings, range.start) => false,
        SearchedPlaces::Prose | SearchedPlaces::NoHeading => {
            aside.is_prose(range.start) && !is_own(part) && !part.trim_matches(['[', ']']).split('|').any(is_label)
        }
    }
}

/// Returns true if text does not belong to another generator after all.
fn is_own(part: &str) -> bool {
    if let Some(word) = part.strip_prefix("[!").and_then(|rest| rest.trim_end().strip_suffix(']')) {
        return ["note", "tip", "important", "warning", "caution"].iter().any(|own| word.eq_ignore_ascii_case(own));
    }
    // `[[1]]`, `[[x]]` and `[[table]]` are often plain text; the name of a page has several words.
    let inner = part.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    inner.is_some_and(|inner| {
        let has_more = inner.contains([' ', '|', '-', '/', '#']) || inner.ends_with(".md");
        !has_more
            && !inner.eq_ignore_ascii_case("toc")
            && !inner.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
    })
}

fn problem(kind: &Syntax, part: &str, span: crate::span::Span) -> PageProblem {
    let also = match kind.at {
        SearchedPlaces::Component => Follows::Tags,
        _ if part.starts_with(':') => Follows::Terms,
        _ => Follows::Nothing,
    };
    let (part, of) = (short(part), kind.of);
    let why = match kind.at {
        SearchedPlaces::Component => format!("`<{part}>` is a component of {of}, which the page does not show"),
        SearchedPlaces::Comment => format!("`{part}` is markup of {of}, which is not read"),
        SearchedPlaces::Prose | SearchedPlaces::NoHeading => {
            format!("`{part}` is syntax of {of}, which the page shows as text")
        }
    };
    PageProblem::Foreign { span, why, help: kind.help.to_owned(), also }
}

/// Shortens text to the beginning of its first line.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or_default().trim_end();
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_can_be_read() {
        assert_eq!(READ.len(), KINDS.len());
    }
}
