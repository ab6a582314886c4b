//! HTML, parsed as browsers do: a CSS selector finds one or more elements, and takes their text or an attribute.

use super::super::select::{LONGEST, Miss};
use super::{Document, SourceFormat};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value as Json;
use trustbook_core::site::is_readable;

pub(super) const FORMAT: SourceFormat =
    SourceFormat { name: "html", media_types: &["text/html", "application/xhtml+xml"], read };

/// The suffix of a selector that takes an attribute, as in `time::attr(datetime)`.
const ATTRIBUTE: &str = "::attr(";
/// The maximum number of brackets in a selector. They nest, and parsing and matching are recursive.
const MOST_BRACKETS: usize = 30;
fn read(text: &str) -> Result<Document, String> {
    match is_readable(text) {
        true => Ok(Document::Page(Box::new(Html::parse_document(text)))),
        false => Err("is a page with too many elements, or with too many in each other".to_owned()),
    }
}

/// Returns the rows of the tables that a selector finds as objects, whose keys are the words of each header.
pub(super) fn rows(page: &Html, select: Option<&str>) -> Result<Json, Miss> {
    let path = select.unwrap_or("table");
    let (row, cell) = (selector("tr", "tr")?, selector("th, td", "th, td")?);
    let mut rows = Vec::new();
    for table in page.select(&selector(path, path)?) {
        let mut lines = table.select(&row).map(|row| row.select(&cell).map(text).collect::<Vec<_>>());
        let head = lines.next().unwrap_or_default();
        rows.extend(lines.map(|line| head.iter().cloned().zip(line.into_iter().map(Json::String)).collect::<Json>()));
    }
    if rows.is_empty() { Err(Miss::Finds("no table with rows".to_owned())) } else { Ok(Json::Array(rows)) }
}

/// Parses the path of a selector.
fn selector(path: &str, select: &str) -> Result<Selector, Miss> {
    if path.len() > LONGEST {
        return Err(Miss::Expression(format!("its `select` is longer than {LONGEST} bytes")));
    }
    if path.matches('(').count() > MOST_BRACKETS {
        return Err(bad(select, &format!("it has more than {MOST_BRACKETS} brackets, which might be nested too deep")));
    }
    Selector::parse(path).map_err(|error| bad(select, &error.to_string()))
}

/// Returns the text of the elements that a selector finds: a string for one element, a list for several.
pub(super) fn find(page: &Html, select: Option<&str>) -> Result<Json, Miss> {
    let Some(select) = select else {
        return Err(Miss::Expression("a page of HTML needs a `select` that names the part that is meant".to_owned()));
    };
    let (path, attribute) = match select.split_once(ATTRIBUTE) {
        Some((path, rest)) => {
            let name = rest.strip_suffix(')').ok_or_else(|| bad(select, "`::attr(` is not closed at its end"))?;
            (path, Some(name.trim()))
        }
        None => (select, None),
    };
    let mut found = Vec::new();
    for element in page.select(&selector(path, select)?) {
        match attribute {
            None => found.push(text(element)),
            Some(name) => found.extend(element.value().attr(name).map(str::to_owned)),
        }
    }
    match found.as_slice() {
        [] => Err(Miss::Finds("nothing".to_owned())),
        [one] if one.is_empty() => Err(Miss::Finds("an element without text".to_owned())),
        [_] => Ok(Json::String(found.remove(0))),
        _ => Ok(Json::Array(found.into_iter().map(Json::String).collect())),
    }
}

/// Returns the text of an element, with each run of white space as one space.
fn text(element: ElementRef<'_>) -> String {
    let all: String = element.text().collect();
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bad(select: &str, why: &str) -> Miss {
    Miss::Expression(format!("`{select}` is not a CSS selector: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_lists_of_objects() {
        let page = Html::parse_document(
            "<table id=a><tr><th>Company<th>Where</tr><tr><td>AWS<td>US,\n IE</tr></table><table><tr><th>X</th></tr></table>",
        );
        let rows = json!([{ "Company": "AWS", "Where": "US, IE" }]);
        assert_eq!(super::rows(&page, Some("#a")), Ok(rows.clone()));
        assert_eq!(super::rows(&page, None), Ok(rows));
        assert_eq!(super::rows(&page, Some("p")), Err(Miss::Finds("no table with rows".to_owned())));
        assert!(matches!(super::rows(&page, Some("p[")), Err(Miss::Expression(_))));
    }

    #[test]
    fn selectors_find_text_and_attributes() {
        let text = "<p class=a>One\n <b>two</b></p><p>x</p><time datetime='2026-01-02'>today</time><i></i>";
        let page = Html::parse_document(text);
        assert_eq!(find(&page, Some(".a")), Ok(json!("One two")));
        assert_eq!(find(&page, Some("p")), Ok(json!(["One two", "x"])));
        assert_eq!(find(&page, Some("time::attr(datetime)")), Ok(json!("2026-01-02")));
        for (select, why) in [("h1", "nothing"), ("p::attr(id)", "nothing"), ("i", "an element without text")] {
            assert_eq!(find(&page, Some(select)), Err(Miss::Finds(why.to_owned())));
        }
        let (deep, open, long) = ("p:not(".repeat(100) + &")".repeat(100), ":is(".repeat(200), "a>".repeat(50_000));
        let hidden = ":not(/*)*/".repeat(90);
        let bad = [&deep, &open, &hidden, &long].map(|select| Some(select.as_str()));
        for select in bad.into_iter().chain([None, Some("p["), Some("time::attr(datetime"), Some("")]) {
            assert!(matches!(find(&page, select), Err(Miss::Expression(_))), "{select:?}");
        }
    }
}
