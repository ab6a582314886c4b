//! Finds addresses in CSS as browsers do: in `url()`, `src()`, the forms of `image-set()`, and `@import`.

use super::address::stripped;
use cssparser::{Parser, ParserInput, Token};

/// The element name for references in a CSS file.
pub(super) const SHEET: &str = "style sheet";

/// An address in a style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CssUrl {
    pub(super) url: String,
    /// The byte of the CSS at which the address starts.
    pub(super) at: usize,
    /// True if it is loaded as a style sheet, and false for a picture or a font.
    pub(super) is_import: bool,
}

/// Functions whose strings are addresses (CSS Values 4, 4.5; CSS Images 4, 2.4 and 2.5).
const FUNCTIONS: &[&str] = &["url", "src", "image", "image-set", "-webkit-image-set"];

/// Properties whose text is shown and is never an address.
const TEXTS: &[&str] = &["content", "quotes"];

/// The innermost open bracket. What is open around it is kept with it, since a style sheet can be nested to any depth.
#[derive(Clone, Copy, Default)]
struct Open {
    /// True for the bracket of a function whose strings are addresses.
    is_address: bool,
    /// True inside such a function.
    in_address: bool,
    /// True inside the bracket of a selector, which compares its strings.
    in_square: bool,
    /// True within round or square brackets, where a semicolon ends no declaration.
    in_value: bool,
}

impl Open {
    /// Returns the bracket of a function inside this one.
    fn function(self, is_address: bool) -> Open {
        Open { is_address, in_address: self.in_address || is_address, in_value: true, ..self }
    }
}

/// The at-rule that the tokens belong to, if it changes the meaning of addresses.
enum Rule {
    Import,
    /// A namespace is a name, and is not loaded.
    Namespace,
    Other,
}

/// Returns the addresses of a style sheet, a `style` attribute or a presentation attribute, in order (CSS Syntax 3).
pub(super) fn urls(css: &str) -> Vec<CssUrl> {
    let mut input = ParserInput::new(css);
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut rule = Rule::Other;
    // The property that is being set. The text of most can become an address, through a variable or a function.
    let mut property: Option<String> = None;
    loop {
        // A parser for each token: a single one skips brackets or recurses, and a style sheet can be nested to any
        // depth.
        let mut parser = Parser::new(&mut input);
        parser.skip_whitespace();
        let begin = parser.position().byte_index();
        let Ok(token) = parser.next().cloned() else { return found };
        let written = css.get(begin..parser.position().byte_index()).unwrap_or_default();
        let here = open.last().copied().unwrap_or_default();
        let is_address = match &token {
            Token::UnquotedUrl(_) => true,
            Token::QuotedString(text) => {
                let is_shown = property.as_deref().is_some_and(|name| TEXTS.contains(&name)) && !here.in_address;
                matches!(rule, Rule::Import) || here.is_address || !is_shown && !here.in_square && is_whole(text)
            }
            _ => false,
        };
        match &token {
            Token::UnquotedUrl(text) | Token::QuotedString(text) if is_address => {
                if !text.is_empty() && !matches!(rule, Rule::Namespace) {
                    let is_import = matches!(rule, Rule::Import);
                    // An address with escapes is not written as it is, and begins where its token does.
                    let at = begin + written.find(text.as_ref()).unwrap_or(0);
                    found.push(CssUrl { url: text.as_ref().to_owned(), at, is_import });
                }
                if matches!(rule, Rule::Import) {
                    rule = Rule::Other;
                }
                continue;
            }
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => rule = Rule::Import,
            Token::AtKeyword(name) if open.is_empty() && name.eq_ignore_ascii_case("namespace") => {
                rule = Rule::Namespace;
            }
            Token::Function(name) => {
                let takes = FUNCTIONS.iter().any(|known| name.eq_ignore_ascii_case(known));
                // A function of the style sheet can make an address of a string.
                let in_address = here.in_address || takes || name.starts_with("--");
                open.push(Open { in_address, ..here.function(takes) });
                if !takes && matches!(rule, Rule::Import) {
                    rule = Rule::Other;
                }
            }
            Token::ParenthesisBlock => open.push(here.function(false)),
            Token::SquareBracketBlock => open.push(Open { in_square: true, ..here.function(false) }),
            Token::CurlyBracketBlock => {
                open.push(Open { in_value: false, ..here.function(false) });
                (rule, property) = (Rule::Other, None);
            }
            Token::CloseParenthesis | Token::CloseSquareBracket => drop(open.pop()),
            Token::CloseCurlyBracket => {
                open.pop();
                (rule, property) = (Rule::Other, None);
            }
            Token::Semicolon if !here.in_value => (rule, property) = (Rule::Other, None),
            Token::Ident(name) if property.is_none() && !here.in_value => property = Some(name.to_ascii_lowercase()),
            _ if matches!(rule, Rule::Import) => rule = Rule::Other,
            _ => {}
        }
    }
}

/// Returns true for an address with a host, in any spelling that browsers accept.
fn is_whole(text: &str) -> bool {
    let address = stripped(text).replace('\\', "/").to_ascii_lowercase();
    ["//", "http:", "https:"].iter().any(|begin| address.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::urls;

    fn found(css: &str) -> Vec<(String, bool)> {
        urls(css).into_iter().map(|found| (found.url, found.is_import)).collect()
    }

    #[test]
    fn addresses_are_found_in_every_form() {
        let css = "@import 'a.css' screen; @import url(b.css);\n\
            a { background: url( \"c d.png\" ), URL(e.png) } /* url(f.png) */\n\
            b { content: \"url(g.png)\"; src: url(h\\).woff) url(#i) }\n\
            @namespace svg url(http://www.w3.org/2000/svg); .myurl(x) {}";
        let expected: [(&str, bool); 6] =
            [("a.css", true), ("b.css", true), ("c d.png", false), ("e.png", false), ("h).woff", false), ("#i", false)];
        assert_eq!(found(css), expected.map(|(url, import)| (url.to_owned(), import)));
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        for css in [
            "a { background: u\\72l(x.png) }",
            "a { background: \\75 rl( x.png ) }",
            "a { background: \\000055\\52\\4c(x.png) }",
            "a { background: url(\\78.png) }",
            "a { background: url('\\78.png') }",
            "a { background: url('x\\\n.png') }",
            "a { background: ur\\l('x.png') }",
            "a { background: image-set('x.png' 1x type('image/png')) }",
            "a { background: -webkit-image-set(url(x.png) 1x) }",
            "a { background: IMAGE-SET(\"x.png\" 1x) }",
            "a { background: image('x.png', red) }",
            "a { background: src('x.png') }",
            "a { background: -webkit-cross-fade(url(x.png), red) }",
            "a { --x: url(x.png) }",
            "a { background:/**/url(/**/x.png)".replace("(/**/x", "(x").as_str(),
            "@media print { @supports (a: b) { c { d: url(x.png) } } }",
            "@font-face { src: local('y'), url(x.png) format('woff2') }",
            "a { b: url(x.png",
            "<!-- a { b: url(x.png) } -->",
            "a { & { --x: @namespace } background: url(x.png) }",
        ] {
            assert_eq!(found(css), [("x.png".to_owned(), false)], "{css}");
        }
        let within = "a { --u: if(style(--n: 1): \"a\"; supports(content: none): \"http://x.example/y\") }";
        assert_eq!(found(within), [("http://x.example/y".to_owned(), false)]);
        let custom = ":root { --u: \"https://x.example/y\"; --v: '//x.example/y'; --w: 'z' } a { content: 'https://x.example/z' }";
        for css in [
            "body{--d:red;background:var(--d,@namespace) url(https://x.example/y)}",
            "@property --u{syntax:\"*\";inherits:false;initial-value:\"https://x.example/y\"}",
            "@function --f(){result:\"https://x.example/y\"} body{background:image-set(--f() 1x)}",
            "body{background:image-set(if(else:\"https://x.example/y\") 1x)}",
            "p::before{content:image-set(var(--n,\"https://x.example/y\") 1x)}",
            "@function --f(--u){result:image-set(var(--u) 1x)} p::before{content:--f(\"https://x.example/y\")}",
        ] {
            assert_eq!(found(css), [("https://x.example/y".to_owned(), false)], "{css}");
        }
        for css in ["a{--u:\"\\\\\\\\x.example/y\"}", "a{--u:\" //x.example/y\"}", "a{--u:\"h\\9ttps://x.example/y\"}"]
        {
            assert_eq!(found(css).len(), 1, "{css}");
        }
        let both = ["https://x.example/y", "//x.example/y"].map(|url| (url.to_owned(), false));
        assert_eq!(found(custom), both);
        for css in [
            "@im\\70ort 'x'",
            "@\\69mport url('x')",
            "@IMPORT\"x\"",
            "@import/**/ 'x' layer(y) supports(z)",
            "@import src('x')",
        ] {
            assert_eq!(found(css), [("x".to_owned(), true)], "{css}");
        }
    }

    #[test]
    fn other_texts_are_no_addresses() {
        for css in [
            "a { content: 'x.png' }",
            "a::before { content: attr(url) 'url(x)' }",
            "a[href='x'] { quotes: '<' '>' }",
            "@charset \"utf-8\";",
            "a { b: url(x y) }",
            "a { b: format('x') local('y') }",
            "@namespace 'http://www.w3.org/1999/xhtml';",
            "/* @import 'x' */ a { b: url() url('') }",
            "a[href='https://x.example/'] { quotes: 'https://x.example/' '' }",
        ] {
            assert_eq!(found(css), [], "{css}");
        }
    }

    #[test]
    fn every_prefix_is_read_to_its_end() {
        let css = "@import \"é\\\"\"; url('é' ) url(x) /* é */ \"\\";
        for end in (0..=css.len()).filter(|end| css.is_char_boundary(*end)) {
            let _ = urls(&css[..end]);
        }
        assert_eq!(found(&format!("{}a {{ b: url(x) }}", "@media print {".repeat(100_000))).len(), 1);
        // Each string would be compared with each open bracket.
        let (open, strings) = ("(".repeat(200_000), "'//a' ".repeat(50_000));
        assert_eq!(found(&format!("{open}{strings}")).len(), 50_000);
        assert_eq!(found(&format!("[{open}{strings}")).len(), 0);
        // Each address would be searched for to the end.
        assert_eq!(found(&"a{b:url(\\23\\78)}".repeat(65_000)).len(), 65_000);
        let places: Vec<usize> =
            urls("a{b:url(\\78) url( x) 'x'; c: image('x')}").iter().map(|found| found.at).collect();
        assert_eq!(places, [4, 18, 36]);
    }
}
