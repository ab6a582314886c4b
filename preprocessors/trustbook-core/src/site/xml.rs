//! A file read as XML, in which CDATA, instructions, prefixes and the text of elements are not what they are in HTML.

use super::active;
use super::piece::{Kind, STYLE_INSTRUCTION};
use super::scan::{Seen, State, Tag};
use crate::html::unescape;

const DOCTYPE: &str = "<!DOCTYPE";
/// The namespace of XSLT.
const XSLT: &str = "http://www.w3.org/1999/XSL/Transform";

/// What the file consists of, as far as browsers act on it. A file that breaks off, or that no XML reader takes, is read to
/// its end: what stands before the mistake has run by then.
pub(super) fn read(text: &str) -> Seen {
    let mut reader = Reader { text, at: 0, style: None, state: State::default() };
    while reader.at < text.len() {
        reader.step();
    }
    reader.close_style();
    reader.state.seen
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the `<style>` begins that is open, and its text.
    style: Option<(usize, String)>,
    state: State,
}

/// The attributes of an element, or the words of an instruction, with their entities.
struct Attributes<'t>(Vec<(String, &'t str)>);

impl Tag for Attributes<'_> {
    fn get(&self, attribute: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| name == attribute).map(|(_, value)| unescape(*value))
    }

    fn each(&self, look: &mut dyn FnMut(String, String)) {
        self.0.iter().for_each(|(name, value)| look(name.clone(), (*value).to_owned()));
    }
}

impl<'t> Reader<'t> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let start = self.at;
        if rest.starts_with('<') {
            self.state.at = start;
        }
        if rest.starts_with("<!--") {
            self.skip("<!--".len(), "-->");
        } else if rest.starts_with("<![CDATA[") {
            self.skip("<![CDATA[".len(), "]]>");
            let inner = self.text[start..self.at].trim_start_matches("<![CDATA[");
            self.style.iter_mut().for_each(|(_, style)| style.push_str(inner.trim_end_matches("]]>")));
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            self.skip("<?".len(), "?>");
            self.instruction(&instruction[..(self.at - start).saturating_sub("<?".len()).min(instruction.len())]);
        } else if rest.starts_with("<!") {
            let end = rest.find(['>', '[']);
            // What is declared can become markup, in the DOCTYPE or where that has been cut short.
            let is_plain = rest.get(..DOCTYPE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(DOCTYPE));
            if !is_plain || end.is_some_and(|end| rest[end..].starts_with('[')) {
                self.state.add(active::code_piece(active::DOCTYPE, &rest[..2]));
            }
            self.at += end.map_or(rest.len(), |end| end + 1);
        } else if rest.starts_with("</") {
            self.close_style();
            self.skip("</".len(), ">");
        } else if rest.starts_with('<') && rest[1..].starts_with(is_name_start) {
            self.at += 1;
            self.element();
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            self.at += rest[first..].find('<').map_or(rest.len(), |end| end + first);
            let text = &self.text[start..self.at];
            self.style.iter_mut().for_each(|(_, style)| style.push_str(&unescape(text)));
        }
    }

    fn skip(&mut self, begin: usize, end: &str) {
        let from = self.at + begin;
        self.at = self.text[from..].find(end).map_or(self.text.len(), |at| from + at + end.len());
    }

    fn close_style(&mut self) {
        if let Some((at, style)) = self.style.take() {
            self.state.at = at;
            self.state.style("style", "", &style);
        }
    }

    /// `<?xml-stylesheet href="..." type="..."?>` (Associating Style Sheets with XML documents 1.0).
    fn instruction(&mut self, text: &'t str) {
        if text.get(..STYLE_INSTRUCTION.len()) != Some(STYLE_INSTRUCTION) {
            return;
        }
        let words = Reader { text, at: STYLE_INSTRUCTION.len(), style: None, state: State::default() }.attributes();
        match words.get("type") {
            Some(kind) if kind.trim().eq_ignore_ascii_case("text/css") => {
                self.state.element(STYLE_INSTRUCTION, &words);
            }
            _ => self.state.add(active::code_piece(active::TRANSFORMATION, "<?xml-stylesheet")),
        }
    }

    fn element(&mut self) {
        let start = self.at;
        if self.style.is_some() {
            // What stands on both sides of it is one style sheet.
            self.state.add(active::code_piece(active::UNCLEAR, "<style"));
        }
        self.take(|c| !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '<'));
        let name = local(&self.text[start..self.at]).to_ascii_lowercase();
        let attributes = self.attributes();
        let is_closed = self.text[..self.at].ends_with("/>");
        let is_xslt = |(name, value): &(String, &str)| {
            (name == "xmlns" || name.starts_with("xmlns:")) && unescape(*value).trim() == XSLT
        };
        if attributes.0.iter().any(is_xslt) {
            self.state.add(active::code_piece(active::TRANSFORMATION, XSLT));
        }
        match name.as_str() {
            "foreignobject" | "handler" | "listener" => self.state.push(&name, "", String::new(), Kind::Code),
            "style" if !is_closed => self.style = Some((self.state.at, String::new())),
            _ => {}
        }
        self.state.element(&name, &attributes);
    }

    /// The attributes up to the end of the tag, which is passed over.
    fn attributes(&mut self) -> Attributes<'t> {
        let mut found = Vec::new();
        loop {
            self.take(|c| c.is_ascii_whitespace() || c == '/');
            let start = self.at;
            self.take(|c| !c.is_ascii_whitespace() && !matches!(c, '=' | '/' | '>' | '<'));
            let name = &self.text[start..self.at];
            self.take(|c| c.is_ascii_whitespace());
            if self.text[self.at..].starts_with('=') {
                self.at += 1;
                self.take(|c| c.is_ascii_whitespace());
                found.push((known(name), self.value()));
            } else if name.is_empty() {
                self.at += usize::from(self.text[self.at..].starts_with('>'));
                return Attributes(found);
            }
        }
    }

    fn value(&mut self) -> &'t str {
        let text = self.text;
        match text[self.at..].chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let start = self.at + 1;
                let end = text[start..].find(quote).map_or(text.len(), |end| start + end);
                self.at = (end + 1).min(text.len());
                &text[start..end]
            }
            _ => {
                let start = self.at;
                self.take(|c| !c.is_ascii_whitespace() && !matches!(c, '>' | '<'));
                &text[start..self.at]
            }
        }
    }

    fn take(&mut self, keep: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | ':')
}

/// A name without its prefix: which one stands for a namespace is up to the file.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// An attribute as it is known in HTML; `xlink` may have another name.
fn known(name: &str) -> String {
    match (local(name), name) {
        ("href", name) if name != "href" => "xlink:href".to_owned(),
        (_, name) if name.starts_with("xmlns") => name.to_owned(),
        (_, name) => name.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::site::active;

    fn found(text: &str) -> Vec<String> {
        let pieces = read(text).pieces;
        let mut found: Vec<String> =
            pieces.iter().filter_map(|(piece, _)| active::code(piece)).map(str::to_owned).collect();
        found.dedup();
        found
    }

    #[test]
    fn what_runs_is_found_wherever_xml_lets_it_stand() {
        for (text, what) in [
            ("<svg:svg><svg:script>x</svg:script></svg:svg>", "a script"),
            ("<a><title><x:script xmlns:x='http://www.w3.org/1999/xhtml'>x</x:script></title></a>", "a script"),
            ("<a><![CDATA[ > <!-- ]]><script>x</script></a>", "a script"),
            ("<a><?x > <!-- ?><script>x</script></a>", "a script"),
            ("<svg onload = \"x\"/>", "an event handler"),
            ("<svg><g\nonclick='x'/></svg>", "an event handler"),
            (
                "<a l:href='&#106;avascript:x' xmlns:l='http://www.w3.org/1999/xlink'/>",
                "a script instead of an address",
            ),
            ("<set attributeName='onclick' to='x'/>", "an animation that sets a script"),
            ("<animate attributeName='href' values='#a;javascript:x'/>", "an animation that sets a script"),
            ("<!DOCTYPE a [<!ENTITY x '&#60;script/>'>]><a>&x;</a>", "a DOCTYPE with declarations of its own"),
            ("<handler type='text/ecmascript'>x</handler>", "an event handler"),
            ("<foreignObject/>", "a `<foreignObject>`"),
            ("<?xml-stylesheet type='text/xsl' href='a.xsl'?><a/>", "a transformation (XSLT)"),
            ("<?xml-stylesheet href='a'?><a/>", "a transformation (XSLT)"),
            ("<s:s xmlns:s='http://www.w3.org/1999/XSL/Transform'/>", "a transformation (XSLT)"),
            ("<h:iframe srcdoc='x'/>", "a page within an attribute"),
            ("<h:iframe src='data:text/html,x'/>", "a page within an address"),
            ("<b:base href='https://example.com/'/>", "a `<base>`, which changes where addresses lead"),
            ("<a><script", "a script"),
        ] {
            assert_eq!(found(text), [what], "{text}");
        }
    }

    #[test]
    fn what_only_looks_so_does_not_run() {
        for text in [
            "<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'><svg/>",
            "<svg><![CDATA[<script>x</script>]]><!-- <script> --><text>&lt;script></text></svg>",
            "<?xpacket begin='x'?><svg><style>a { b: url(#c) }</style></svg>",
            "<?xml-stylesheet type='text/css' href='a.css'?><a/>",
            "<svg><animate attributeName='x' values='1;2'/><a href='javascript.html'/></svg>",
            "<svg><script type='application/json'>{}</script></svg>",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn every_prefix_is_read_to_its_end() {
        let text = "<?xml-stylesheet a?><!DOCTYPE é [<a b='é' c=d /><![CDATA[x]]><!-- --><style>é&lt;</style><é é";
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = read(&text[..end]);
        }
        let _ = read(&"<a ".repeat(100_000));
    }
}
