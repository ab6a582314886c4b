//! Detection of content that none of our pages has: scripts, executable addresses, and elements from injected values.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Elements that no page has.
const NEVER: &[&str] = &["applet", "base", "embed", "form", "frame", "frameset", "iframe", "object", "style"];
/// The prefixes of addresses that run code, or show something other than a page.
const RUNS: &[&str] = &["javascript:", "vbscript:", "data:", "file:"];
/// The name of the element, attribute and class that show that an injection was successful.
const MARK: &str = "pwned";

/// Returns the suspicious content of a page.
pub(super) fn strange(html: &str) -> Vec<String> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let mut found = Vec::new();
    // Pages can be deeply nested, so this walk must not recurse.
    let mut open: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attrs: Vec<(String, String)> =
                attrs.borrow().iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
            element(&name.local, &attrs, node.children.borrow().is_empty(), &mut found);
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    found
}

fn element(name: &str, attrs: &[(String, String)], is_empty: bool, found: &mut Vec<String>) {
    let value = |wanted: &str| attrs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    if NEVER.contains(&name) || name.contains(MARK) {
        found.push(format!("it has <{name}>"));
    }
    if name == "script" {
        let is_data = matches!(value("type"), Some("application/json" | "application/ld+json"));
        let is_own = value("src").is_some_and(|src| !src.contains("//") && !src.contains(':')) && is_empty;
        if !is_own && !is_data {
            found.push("it has a script that is not ours".to_owned());
        }
    }
    for (attr, value) in attrs {
        let address: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let address = address.to_ascii_lowercase();
        let takes_address = matches!(attr.as_str(), "href" | "src" | "action" | "formaction" | "xlink:href" | "poster");
        if attr.starts_with("on") || attr == "style" || attr == "srcdoc" || attr.contains(MARK) {
            found.push(format!("<{name}> has `{attr}`"));
        } else if takes_address && RUNS.iter().any(|scheme| address.starts_with(scheme)) {
            found.push(format!("<{name}> leads to `{value}`"));
        } else if name == "meta"
            && attr == "content"
            && RUNS.iter().any(|scheme| address.contains(&format!("url={scheme}")))
        {
            found.push(format!("it sends readers to `{value}`"));
        } else if attr == "class" && value.split_whitespace().any(|word| word == MARK) {
            found.push(format!("<{name}> has a class of a value"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strange;

    #[test]
    fn what_runs_is_strange_and_what_is_ours_is_not() {
        let ours = "<!doctype html><title>a</title><link rel=stylesheet href=a.css><script src=assets/a.js></script>\
                    <p class=x><a href=https://example.com/>a</a><img src=a.png alt=''>";
        assert_eq!(strange(ours), Vec::<String>::new());
        for bad in [
            "<script>x</script>",
            "<script src=https://example.com/x.js></script>",
            "<p onclick=x>",
            "<p style='color:red'>",
            "<style>p{}</style>",
            "<a href='java\nscript:x'>",
            "<img src=data:text/html,x>",
            "<iframe>",
            "<meta http-equiv=refresh content='0;url=javascript:x'>",
            "<pwned>",
            "<b class='a pwned'>",
            "<svg><a xlink:href=javascript:x>",
        ] {
            assert_eq!(strange(bad).len(), 1, "{bad}");
        }
    }
}
