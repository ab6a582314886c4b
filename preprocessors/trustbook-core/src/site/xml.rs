//! Reads a file as XML, as browsers do: whole or not at all, with its namespaces and entities.

use super::active;
use super::piece::{STYLE_INSTRUCTION, Use};
use super::scan::{ScanState, ScannedHtml, Tag};
use crate::pattern::Pattern;
use roxmltree::{Attribute, Document, Node, ParsingOptions};
use std::collections::BTreeSet;

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XSLT: &str = "http://www.w3.org/1999/XSL/Transform";

/// Matches everything before the declarations of a DOCTYPE. Comments and quoted texts may contain brackets of their
/// own.
static BEFORE: Pattern =
    Pattern::new(r#"(?s)^\u{feff}?(?:\s|<!--.*?-->|<\?.*?\?>)*(?:<!DOCTYPE(?:[^"'\[>]|"[^"]*"|'[^']*')*)?"#);
/// Matches declarations of entities that are text without markup, as drawing programs write them.
static NAMED_TEXTS: Pattern = Pattern::new(r#"^(\s*<!ENTITY\s+[\w.-]+\s+("[^"<&%]*"|'[^'<&%]*')\s*>)*\s*$"#);

/// Reads the ids, references and code of a file, as far as browsers act on them.
///
/// # Errors
/// Returns the byte at which the file stops being XML. A browser may run the part before it.
pub(super) fn read(text: &str) -> Result<ScannedHtml, usize> {
    if let Some(at) = active::crowded(text) {
        return Err(at);
    }
    if let Some(at) = multiplies(text).or_else(|| declared_too_often(text)) {
        return Err(at);
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| byte(text, error.pos()))?;
    let mut state = ScanState::default();
    if declares(&text[..document.root_element().range().start]) {
        // Elements made by these declarations cannot be judged one by one, so the DOCTYPE is reported as a whole.
        state.add(active::code_piece(active::DOCTYPE, "<!"));
        return Ok(state.seen);
    }
    for node in document.descendants() {
        state.at = node.range().start;
        match node.pi() {
            Some(instruction) if instruction.target == STYLE_INSTRUCTION => {
                self::instruction(&mut state, instruction.value.unwrap_or_default());
            }
            _ if node.is_element() => element(&mut state, node),
            _ => {}
        }
    }
    Ok(state.seen)
}

/// The limit for the texts of entities, in bytes: the longest of them, written for each reference of a file.
const MOST_OF_ENTITIES: usize = 16 * 1024 * 1024;
/// Matches the declaration of an entity, with its text.
static ENTITY: Pattern = Pattern::new(r#"<!ENTITY\s+[^\s"']+\s+("[^"]*"|'[^']*')"#);

/// Returns the place of the longest entity if the references to entities could make too much of it.
fn multiplies(text: &str) -> Option<usize> {
    let longest = ENTITY.find_iter(text).max_by_key(|found| found.len())?;
    (longest.len().saturating_mul(text.matches('&').count()) > MOST_OF_ENTITIES).then(|| longest.start())
}

/// The limit for the namespaces that the parser compares: for each element that declares one, all pairs of those in scope.
const MOST_COMPARED: usize = 50_000_000;
/// Matches the declaration of a namespace.
static NAMESPACE: Pattern = Pattern::new(r"xmlns(?::[^\s=]*)?");

/// Returns the place of the first namespace if elements declare too many.
fn declared_too_often(text: &str) -> Option<usize> {
    let first = NAMESPACE.find(text)?.start();
    let names: BTreeSet<&str> = NAMESPACE.find_iter(text).map(|name| name.as_str()).collect();
    // An entity may hold elements.
    let times = if ENTITY.is_match(text) { 1 + text.matches('&').count() } else { 1 };
    let elements = NAMESPACE.find_iter(text).count().saturating_mul(times);
    (names.len().saturating_mul(names.len()).saturating_mul(elements) > MOST_COMPARED).then_some(first)
}

fn byte(text: &str, at: roxmltree::TextPos) -> usize {
    let line = text.split_inclusive('\n').take(at.row.saturating_sub(1) as usize).map(str::len).sum::<usize>();
    let rest = text.get(line..).unwrap_or_default();
    line + rest.char_indices().nth(at.col.saturating_sub(1) as usize).map_or(0, |(at, _)| at)
}

/// Returns true if the DOCTYPE declares more than texts: entities can be markup, and attributes get default values.
fn declares(prolog: &str) -> bool {
    let rest = BEFORE.find(prolog).map_or(prolog, |before| &prolog[before.end()..]);
    let Some(rest) = rest.strip_prefix('[') else { return !rest.is_empty() && !rest.starts_with('>') };
    rest.split_once(']').is_none_or(|(declared, after)| !NAMED_TEXTS.is_match(declared) || after.contains("<!DOCTYPE"))
}

/// Reads `<?xml-stylesheet href="..." type="..."?>` (Associating Style Sheets with XML documents 1.0).
fn instruction(state: &mut ScanState, words: &str) {
    let element = format!("<x {words}/>");
    match Document::parse(&element) {
        Ok(words) if words.root_element().attribute("type").is_some_and(|it| it.trim() == "text/css") => {
            state.element(STYLE_INSTRUCTION, &words.root_element());
        }
        _ => state.add(active::code_piece(active::TRANSFORMATION, "<?xml-stylesheet")),
    }
}

fn element(state: &mut ScanState, node: Node<'_, '_>) {
    if node.tag_name().namespace() == Some(XSLT) {
        state.add(active::code_piece(active::TRANSFORMATION, XSLT));
    }
    // Browsers ignore elements of other namespaces. Elements without one are read too, which is stricter than browsers.
    if !matches!(node.tag_name().namespace(), None | Some(XHTML | SVG | MATHML)) {
        return;
    }
    let name = node.tag_name().name().to_ascii_lowercase();
    if name == "style" {
        let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
        state.style("style", "", &text);
    }
    if matches!(name.as_str(), "handler" | "listener") {
        state.push(&name, "", String::new(), Use::Code);
    }
    state.element(&name, &node);
}

impl Tag for Node<'_, '_> {
    fn get(&self, attribute: &str) -> Option<String> {
        let named = |it: &Attribute<'_, '_>| match it.namespace() {
            // XML compares names case-sensitively, and SVG spells this one with a capital.
            None if attribute == "attributename" => it.name() == "attributeName",
            None => it.name() == attribute,
            Some(XLINK) => attribute.strip_prefix("xlink:") == Some(it.name()),
            Some(_) => false,
        };
        self.attributes().find(named).map(|it| it.value().to_owned())
    }

    fn each(&self, look: &mut dyn FnMut(String, String)) {
        for it in self.attributes() {
            let prefix = match it.namespace() {
                None => "",
                Some(XLINK) => "xlink:",
                Some(_) => continue,
            };
            // The callback resolves character references. The parser has done so already, so `&` is escaped again.
            look(format!("{prefix}{}", it.name().to_ascii_lowercase()), it.value().replace('&', "&amp;"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SVG, XHTML, read};
    use crate::site::active;

    fn found(text: &str) -> Vec<String> {
        let pieces = read(text).unwrap().pieces;
        let mut found: Vec<String> =
            pieces.iter().filter_map(|(piece, _)| active::code(piece)).map(str::to_owned).collect();
        found.dedup();
        found
    }

    #[test]
    fn namespaces_that_take_too_long_to_compare_are_refused() {
        let names = |count: usize| (0..count).map(|at| format!(" xmlns:a{at}='b{at}'")).collect::<String>();
        let svg = |names: &str, within: &str| format!("<svg xmlns='{SVG}'{names}>{within}</svg>");
        assert_eq!(read(&svg(&names(900), &"<g xmlns:b='c'/>".repeat(1000))).err(), Some(5));
        let entity = format!("<!DOCTYPE svg [<!ENTITY a \"{}\">]>", "<g xmlns:b='c'/>".repeat(10));
        assert!(read(&format!("{entity}{}", svg(&names(900), &"&a;".repeat(1000)))).is_err());
        assert!(
            read(&svg(&names(30), &format!("<foreignObject><div xmlns='{XHTML}'/></foreignObject>").repeat(5000)))
                .is_ok()
        );
    }

    #[test]
    fn entities_that_become_many_times_the_file_are_not_read() {
        let file = |count: usize| {
            let uses = "<g a='&a;'/>".repeat(count);
            format!("<!DOCTYPE svg [<!ENTITY a \"{}\">]><svg>{uses}</svg>", "x".repeat(100_000))
        };
        assert!(read(&file(20)).is_ok());
        assert_eq!(read(&file(60_000)).err(), Some(15));
    }

    #[test]
    fn an_element_with_more_attributes_than_parsers_compare_is_not_read() {
        let element = |count: usize| {
            format!("<svg><a {}/></svg>", (0..count).map(|at| format!("a{at}='x' ")).collect::<String>())
        };
        assert!(read(&element(1000)).is_ok());
        assert_eq!(read(&element(100_000)).err(), Some(5));
        assert_eq!(active::crowded(&format!("<a{}>", "/a=\"<b \"".repeat(1001))), Some(0));
        assert_eq!(active::crowded(&format!("<path d=\"M{}\"/> {}", " 1".repeat(9999), "a ".repeat(9999))), None);
    }

    #[test]
    fn what_runs_is_found_wherever_xml_lets_it_stand() {
        for (text, what) in [
            ("<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>x</s:script></s:svg>", "a script"),
            ("<\u{2070}:script xmlns:\u{2070}='http://www.w3.org/2000/svg'/>", "a script"),
            ("<svg><script TYPE='application/json' type='text/javascript'>x</script></svg>", "a script"),
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
            ("<!DOCTYPE a [<!ENTITY x '&#60;b/>'>]><a>&x;</a>", "a DOCTYPE with declarations of its own"),
            ("<!DOCTYPE a [<!ATTLIST a onload CDATA 'x'>]><a/>", "a DOCTYPE with declarations of its own"),
            (
                "<!-- [ --><!DOCTYPE a [<!ENTITY x '<?'><!ATTLIST a onload CDATA 'x'><!ENTITY y '?>'>]><a/>",
                "a DOCTYPE with declarations of its own",
            ),
            ("<?xml-stylesheet type='text/xsl' href='a.xsl'?><a/>", "a transformation (XSLT)"),
            ("<?xml-stylesheet href='a'?><a/>", "a transformation (XSLT)"),
            ("<s:s xmlns:s='http://www.w3.org/1999/XSL/Transform'/>", "a transformation (XSLT)"),
            ("<iframe srcdoc='x'/>", "a page within an attribute"),
            ("<iframe src='data:text/html,x'/>", "a page within an address"),
            ("<base href='https://example.com/'/>", "a `<base>`, which changes where addresses lead"),
            ("<?xml-stylesheet TYPE='text/css' type='text/xsl' href='b.xsl'?><a/>", "a transformation (XSLT)"),
            (
                "<!DOCTYPE a [<!ENTITY x 'onclick'>]><set attributeName='&x;' to='x'/>",
                "an animation that sets a script",
            ),
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
            "<!DOCTYPE svg PUBLIC 'a' 'b' [\n <!ENTITY ns_svg \"http://www.w3.org/2000/svg\">\n]><svg xmlns=\"&ns_svg;\"/>",
            "<svg><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject></svg>",
            "<svg xmlns:i='urn:x'><i:script>x</i:script><g i:onclick='x'/></svg>",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn every_prefix_is_read_to_its_end() {
        let text = "<?xml-stylesheet a?><!DOCTYPE é []><a b='é' ><![CDATA[x]]><!-- --><style>é&lt;</style></a>";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(read(&text[..end]).is_err_and(|at| at <= end), "{end}");
        }
        assert!(read(text).is_ok());
        assert_eq!(read("<a>\né<b c='d'/>\n<é></a>"), Err(21));
        let deep = ["<g>".repeat(100_000), "</g>".repeat(100_000)].concat();
        let _ = read(&deep);
        assert!(read("<p:a/>").is_err() && read(&"<a ".repeat(100_000)).is_err());
    }
}
