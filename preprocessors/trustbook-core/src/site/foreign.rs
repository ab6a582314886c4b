//! Drawings and formulas in HTML that readers may take for different things.
//!
//! Only those are let through whose elements close in order and hold nothing that changes how the rest is read.

use super::active::{self, code_piece};
use super::scan::Seen;
use crate::html::token::{Tag, Token, is_void, tokens};

/// Elements of SVG and MathML in which a browser reads HTML again (HTML, 13.2.6.5: integration points).
const HTML_WITHIN: &[&str] = &["annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext", "title"];

/// Elements that change how a reader of HTML goes on, and have no place within a drawing or formula.
const SWITCHES: &[&str] = &[
    "body",
    "frameset",
    "head",
    "html",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "select",
    "template",
    "textarea",
    "xmp",
];

/// Elements that change it where a browser reads HTML, or close what is around them.
const SWITCHES_HTML: &[&str] =
    &["caption", "col", "colgroup", "script", "style", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Elements of HTML that end a drawing or formula where they begin (HTML, 13.2.6.5).
const BREAK_OUT: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

impl Seen {
    /// Adds what of HTML readers may take for different things, where it could be read to its end.
    pub(super) fn look_for_unclear(&mut self, html: &str) {
        if self.pieces.iter().all(|(piece, _)| piece.element != active::ENDLESS) {
            let found = unclear(html);
            self.pieces.extend(found.map(|(at, begin)| (code_piece(active::UNCLEAR, &begin), at)));
        }
    }
}

/// The first tag or comment within a drawing or formula that readers may take for different things: where it begins, and
/// how.
fn unclear(html: &str) -> Option<(usize, String)> {
    // Most pages have none.
    let has = |name: &str| html.as_bytes().windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes()));
    if !has("<svg") && !has("<math") {
        return None;
    }
    let mut open: Vec<String> = Vec::new();
    for token in tokens(html) {
        let Some(inner) = open.last() else {
            if let Token::Start(tag) = token
                && matches!(tag.name.as_str(), "svg" | "math")
                && !tag.is_self_closing
            {
                open.push(tag.name);
            }
            continue;
        };
        let in_text = matches!(inner.as_str(), "style" | "script");
        match token {
            Token::Start(tag) => {
                let in_html = open.iter().any(|name| HTML_WITHIN.contains(&name.as_str()));
                if in_text || is_unclear(&tag, in_html) {
                    return Some((tag.range.start, format!("<{}", tag.name)));
                }
                let is_closed = if in_html { is_void(&tag.name) } else { tag.is_self_closing };
                if !is_closed {
                    open.push(tag.name);
                }
            }
            Token::End { name, range } if *inner != name => return Some((range.start, format!("</{name}"))),
            Token::End { .. } => drop(open.pop()),
            // A browser reads CDATA here, and not where it reads HTML.
            Token::Comment { range, .. } if in_text || !html[range.clone()].starts_with("<!--") => {
                return Some((range.start, "<!".to_owned()));
            }
            Token::Comment { .. } | Token::Text { .. } => {}
        }
    }
    None
}

fn is_unclear(tag: &Tag, in_html: bool) -> bool {
    let is_in = |list: &[&str]| list.contains(&tag.name.as_str());
    match in_html {
        true => is_in(SWITCHES) || is_in(SWITCHES_HTML) || is_in(HTML_WITHIN),
        false => is_in(SWITCHES) || is_in(BREAK_OUT),
    }
}

#[cfg(test)]
mod tests {
    use super::unclear;

    #[test]
    fn what_readers_may_take_for_different_things_is_found() {
        for html in [
            "<svg><math><mi><xmp><p></p><script src=\"x\"></script></xmp></mi></math></svg>",
            "<math><svg><desc><xmp></xmp></desc></svg></math>",
            "<svg><desc><desc></desc><style><!--</style><img onerror=x>--></style></desc></svg>",
            "<svg><title><title></title></title></svg>",
            "<svg><foreignObject><foreignobject></foreignobject></foreignObject></svg>",
            "<math><mi><mi></mi></mi></math>",
            "<math><annotation-xml encoding='text/htm&#108;'><style></style></annotation-xml></math>",
            "<svg><desc><svg><p></p></svg></desc></svg>",
            "<table><tr><td><svg><desc><td></td></desc></svg></td></tr></table>",
            "<table><tr><td><math><mi><tr></tr></mi></math></td></tr></table>",
            "<svg><desc></svg></desc><style></style>",
            "<svg><desc><div></desc></div></svg>",
            "<svg><template><style></style></template></svg>",
            "<svg><style>@im<!-- -->port 'x';</style></svg>",
            "<svg><style>@im<g></g>port 'x';</style></svg>",
            "<svg><g><![CDATA[ > ]]></g></svg>",
            "<svg><g><p></p></g></svg>",
            "<SVG><textarea></textarea></SVG>",
        ] {
            assert!(unclear(html).is_some(), "{html}");
        }
    }

    #[test]
    fn ordinary_drawings_and_formulas_are_clear() {
        for html in [
            "<p>a</p><svg viewBox=\"0 0 1 1\"><title>A</title><desc>B <a href=\"#c\">c</a></desc><g><path d=\"\"/></g>\
             <svg><use href=\"#x\"/></svg><style>a{}</style><text>t<tspan>u</tspan></text></svg><p>b</p>",
            "<svg><!-- c --><foreignObject><div><p>x<br>y</p><ul><li>z</li></ul></div></foreignObject></svg>",
            "<math><mrow><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>\
             <annotation-xml encoding=\"MathML-Content\"><apply><eq></eq></apply></annotation-xml></math>",
            "<textarea><svg><xmp></textarea><p>x</p>",
            "<svg/><xmp><p></xmp>",
        ] {
            assert_eq!(unclear(html), None, "{html}");
        }
    }
}
