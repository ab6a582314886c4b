//! Formulas in TeX as MathML.

use super::escape::push_text;
use super::formulas::DELIMITERS;
use super::write::Writer;
use super::{Lost, MAX_DEPTH};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, write_mathml};
use std::ops::Range;

/// The largest formula, and the largest sum of those of a page, in bytes: their MathML is many times as large.
const MOST: usize = 8 * 1024;
const MOST_OF_PAGE: usize = 128 * 1024;
/// Commands that define others, which would hold in this formula only, and can repeat a text any number of times.
const DEFINING: &[&str] =
    &["def", "edef", "futurelet", "gdef", "let", "newcommand", "providecommand", "renewcommand", "xdef"];

impl Writer<'_> {
    /// Writes a formula as MathML, or as code where that cannot be made of it.
    pub(super) fn formula(&mut self, text: &str, display: DisplayMode, range: Range<usize>) {
        let (open, close) = match display {
            DisplayMode::Inline => DELIMITERS[0],
            DisplayMode::Block => DELIMITERS[1],
        };
        let is_word = !self.inserts.word.is_empty() && text.contains(self.inserts.word.as_str());
        self.formulas += text.len();
        let made = match text.trim() {
            "" => Err("it is empty, or does not end in the same text: markup separates its parts".to_owned()),
            _ if is_word => Err("a value inside it would be read as TeX".to_owned()),
            _ if self.formulas > MOST_OF_PAGE => {
                Err(format!("the formulas of this page have more than {} KiB", MOST_OF_PAGE / 1024))
            }
            tex => mathml(&typewritten(tex), display),
        };
        match made {
            Ok(mathml) => {
                self.html.push_str(&mathml);
                self.note_plain(&format!("{open}{text}{close}"));
            }
            Err(why) => {
                self.lose(Lost::Formula(why), range);
                if !text.is_empty() {
                    let text = self.inserts.plain(text).into_owned();
                    self.html.push_str("<code>");
                    push_text(&mut self.html, &text);
                    self.html.push_str("</code>");
                    self.note_plain(&text);
                }
            }
        }
    }
}

/// Returns a text with the characters in place of which smart punctuation puts others.
fn typewritten(text: &str) -> String {
    let pairs = [("\u{2018}", "'"), ("\u{2019}", "'"), ("\u{201c}", "\""), ("\u{201d}", "\"")];
    let pairs = pairs.into_iter().chain([("\u{2013}", "--"), ("\u{2014}", "---"), ("\u{2026}", "...")]);
    pairs.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Returns a formula as MathML, or the reason why it has none, as a phrase.
fn mathml(tex: &str, display: DisplayMode) -> Result<String, String> {
    if tex.len() > MOST {
        return Err(format!("it has more than {} KiB", MOST / 1024));
    }
    let commands = tex.split('\\').skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        &rest[..end]
    });
    if let Some(name) = commands.into_iter().find(|name| DEFINING.contains(name)) {
        return Err(format!("`\\{name}` defines a command"));
    }
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(tex, &storage) {
        match event {
            Ok(event) => events.push(Ok::<_, std::fmt::Error>(event)),
            // The message ends with a drawing of the place.
            Err(error) => {
                return Err(error.to_string().lines().next().unwrap_or_default().trim_end_matches(':').to_owned());
            }
        }
    }
    let mut bytes = Vec::new();
    let config = RenderConfig { display_mode: display, ..RenderConfig::default() };
    write_mathml(&mut bytes, events.into_iter(), config).map_err(|error| error.to_string())?;
    let mathml = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    match depth(&mathml) > MAX_DEPTH {
        true => Err(format!("it is nested more than {MAX_DEPTH} deep")),
        false => Ok(without_styles(&mathml)),
    }
}

/// Returns the largest number of elements within each other.
fn depth(mathml: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in mathml.split('<').skip(1) {
        let is_alone = tag.split('>').next().is_some_and(|tag| tag.ends_with('/'));
        match tag.starts_with('/') {
            true => open = open.saturating_sub(1),
            false => open += usize::from(!is_alone),
        }
        most = most.max(open);
    }
    most
}

/// Removes the attribute `style` of all elements: the policy of the site lets it have no effect.
fn without_styles(mathml: &str) -> String {
    const STYLE: &str = " style=\"";
    let mut output = String::with_capacity(mathml.len());
    let mut rest = mathml;
    while let Some(open) = rest.find('<') {
        let end = rest[open..].find('>').map_or(rest.len(), |end| open + end);
        let tag = &rest[open..end];
        output.push_str(&rest[..open]);
        match tag.find(STYLE).and_then(|at| Some((at, at + STYLE.len() + tag[at + STYLE.len()..].find('"')? + 1))) {
            Some((at, after)) => {
                output.push_str(&tag[..at]);
                output.push_str(&tag[after..]);
            }
            None => output.push_str(tag),
        }
        rest = &rest[end..];
    }
    output + rest
}

#[cfg(test)]
mod tests {
    use super::super::to_html;
    use super::*;
    use crate::config::HtmlSettings;

    fn html(markdown: &str) -> String {
        to_html(markdown, &HtmlSettings { math: true, ..HtmlSettings::default() })
    }

    #[test]
    fn formulas_are_mathml_where_mathjax_finds_them() {
        let x = "<math display=\"inline\"><mi>x</mi></math>";
        assert_eq!(html("a \\\\(x\\\\) b"), format!("<p>a {x} b</p>\n"));
        assert_eq!(html("*a* $$\nx\n$$"), format!("<p><em>a</em> {}</p>\n", x.replace("inline", "block")));
        assert_eq!(html("\\\\[ x \\\\]"), format!("<p>{}</p>\n", x.replace("inline", "block")));
        for text in ["`\\\\(x\\\\)`", "    \\\\(x\\\\)\n", "```\n$$x$$\n```\n", "![\\\\(x\\\\)](a.png)", "\\(x\\)"] {
            assert!(!html(text).contains("<math"), "{text}");
        }
        let off = to_html("\\\\(x\\\\)", &HtmlSettings::default());
        assert_eq!(off, "<p>\\(x\\)</p>\n");
        // Smart punctuation is not for formulas.
        assert!(html("\\\\(f'(x)\\\\)").contains('′'), "{}", html("\\\\(f'(x)\\\\)"));
    }

    #[test]
    fn tex_that_cannot_be_shown_is_code_with_the_reason() {
        let why = |tex: &str| mathml(tex, DisplayMode::Inline).unwrap_err();
        assert_eq!(why("\\def\\a{x}\\a"), "`\\def` defines a command");
        assert!(why(&"x".repeat(MOST + 1)).contains("more than 8 KiB"));
        assert!(!why("\\frac{1}{").is_empty());
        assert!(!why("\\nosuchcommand").is_empty());
        assert_eq!(html("\\\\(\\frac{1}{\\\\)"), "<p><code>\\frac{1}{</code></p>\n");
        assert_eq!(html("\\\\(a *b* c\\\\)"), "<p>\\(a <em>b</em> c\\)</p>\n");
    }

    #[test]
    fn hostile_tex_is_text_and_ends() {
        let shown = mathml("\\text{<script>alert(1)</script>}", DisplayMode::Inline).unwrap();
        assert!(!shown.contains("<script"), "{shown}");
        assert!(!html("\\\\(\\color{red} x\\\\)").contains("style"));
        let deep = |open: &str, close: &str| format!("{}x{}", open.repeat(900), close.repeat(900));
        for tex in
            [deep("{", "}"), deep("\\sqrt{", "}"), deep("x^{", "}"), deep("\\left(", "\\right)"), "^".repeat(4000)]
        {
            assert!(mathml(&tex, DisplayMode::Block).is_err(), "{}", &tex[..20]);
        }
    }
}
