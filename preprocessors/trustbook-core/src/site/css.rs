//! The addresses in CSS, as a browser reads them: in `url()`, `src()`, the forms of `image-set()`, and `@import`.

use cssparser::{Parser, ParserInput, Token};

/// What a file of CSS is called where an element would be.
pub(super) const SHEET: &str = "style sheet";

/// An address in a style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CssUrl {
    pub(super) url: String,
    /// The byte of the CSS that it begins at.
    pub(super) at: usize,
    /// It is loaded as a style sheet and not as a picture or a font.
    pub(super) is_import: bool,
}

/// Functions whose strings are addresses (CSS Values 4, 4.5; CSS Images 4, 2.4 and 2.5).
const FUNCTIONS: &[&str] = &["url", "src", "image", "image-set", "-webkit-image-set"];

/// The at-rule that the tokens belong to, as far as its addresses mean something else.
enum Rule {
    Import,
    /// A namespace is a name and no address.
    Namespace,
    Other,
}

/// The addresses of a style sheet, a `style` attribute or a presentation attribute, in order (CSS Syntax 3).
pub(super) fn urls(css: &str) -> Vec<CssUrl> {
    let mut input = ParserInput::new(css);
    let mut found = Vec::new();
    // For each open bracket, whether strings within it are addresses.
    let mut open: Vec<bool> = Vec::new();
    let mut rule = Rule::Other;
    // In a custom property, whose text `image-set(var(--x))` takes for an address.
    let mut is_custom = false;
    loop {
        // A parser for each token: one for several skips brackets or nests, and a style sheet can be as deep as it likes.
        let mut parser = Parser::new(&mut input);
        parser.skip_whitespace();
        let begin = parser.position().byte_index();
        let Ok(token) = parser.next() else { return found };
        let is_address = match token {
            Token::UnquotedUrl(_) => true,
            Token::QuotedString(text) => {
                matches!(rule, Rule::Import) || open.last() == Some(&true) || is_custom && is_whole(text)
            }
            _ => false,
        };
        match token {
            Token::UnquotedUrl(text) | Token::QuotedString(text) if is_address => {
                if !text.is_empty() && !matches!(rule, Rule::Namespace) {
                    let is_import = matches!(rule, Rule::Import);
                    let at = begin + css.get(begin..).and_then(|rest| rest.find(text.as_ref())).unwrap_or(0);
                    found.push(CssUrl { url: text.as_ref().to_owned(), at, is_import });
                }
                if matches!(rule, Rule::Import) {
                    rule = Rule::Other;
                }
                continue;
            }
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => rule = Rule::Import,
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("namespace") => rule = Rule::Namespace,
            Token::Function(name) => {
                let takes = FUNCTIONS.iter().any(|known| name.eq_ignore_ascii_case(known));
                open.push(takes);
                if !takes && matches!(rule, Rule::Import) {
                    rule = Rule::Other;
                }
            }
            Token::ParenthesisBlock | Token::SquareBracketBlock => open.push(false),
            Token::CurlyBracketBlock => {
                open.push(false);
                (rule, is_custom) = (Rule::Other, false);
            }
            Token::CloseParenthesis | Token::CloseSquareBracket => drop(open.pop()),
            Token::CloseCurlyBracket => {
                open.pop();
                (rule, is_custom) = (Rule::Other, false);
            }
            Token::Semicolon => (rule, is_custom) = (Rule::Other, false),
            Token::Ident(name) if name.starts_with("--") => is_custom = true,
            _ if matches!(rule, Rule::Import) => rule = Rule::Other,
            _ => {}
        }
    }
}

/// True for an address on another host.
fn is_whole(text: &str) -> bool {
    text.starts_with("//")
        || text.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
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
        let custom = ":root { --u: \"https://x.example/y\"; --v: '//x.example/y'; --w: 'z' } a { content: 'https://x.example/z' }";
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
    }
}
