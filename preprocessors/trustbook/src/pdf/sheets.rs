//! The sheets of a PDF: their size and running lines as a style sheet, and the sheet on which each chapter starts.

use std::collections::BTreeMap;

/// The size of the sheets.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Paper {
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// Returns the style sheet of the document: the size of its sheets, and the line at the top of all but the first.
pub(super) fn style(paper: Paper, title: &str, day: &str) -> String {
    let size = match paper {
        Paper::A4 => "A4",
        Paper::Letter => "letter",
    };
    let (title, day) = (quoted(title), quoted(day));
    format!(
        "@page {{ size: {size}; @top-left {{ content: {title}; font: 8pt sans-serif; color: #545f63 }} \
         @top-right {{ content: {day}; font: 8pt sans-serif; color: #545f63 }} }}\n\
         @page :first {{ @top-left {{ content: none }} @top-right {{ content: none }} @bottom-right {{ content: none }} }}\n"
    )
}

/// Returns a text as a string of CSS.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        c if c.is_alphanumeric() || c == ' ' => c.to_string(),
        c => format!("\\{:x} ", u32::from(c)),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Returns the number of the sheet that each named place of a PDF is on. It is empty if the browser writes its PDF in
/// another form, and the contents then have no numbers.
pub(super) fn starts(pdf: &[u8]) -> BTreeMap<String, usize> {
    let text = String::from_utf8_lossy(pdf);
    let mut objects: BTreeMap<usize, &str> = BTreeMap::new();
    let mut number = None;
    for piece in text.split(" 0 obj\n") {
        if let Some(number) = number {
            objects.insert(number, piece.split("endobj").next().unwrap_or_default());
        }
        number = piece.rsplit('\n').next().and_then(|line| line.parse().ok());
    }
    let is_sheet = |body: &&str| body.starts_with("<</Type /Page\n");
    let sheets = objects.iter().filter(|(_, body)| is_sheet(body)).map(|(number, _)| *number);
    let sheets: BTreeMap<usize, usize> = sheets.enumerate().map(|(at, number)| (number, at + 1)).collect();
    let named = text.rsplit_once("\n/Dests ").and_then(|(_, after)| first(after)).and_then(|at| objects.get(&at));
    let places = named.map_or("", |body| body).split('/').filter_map(|place| {
        let (name, target) = place.split_once(" [")?;
        Some((name.to_owned(), *sheets.get(&first(target)?)?))
    });
    places.collect()
}

/// Returns the number at the start of a text.
fn first(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_a_text() {
        let style = style(Paper::A4, "A\"} body { x: url(y) /* \u{a}", "1 May 2026");
        assert!(style.contains("size: A4;"));
        assert!(style.contains(r#""A\22 \7d  body \7b  x\3a  url\28 y\29  \2f \2a  \a ""#), "{style}");
        assert!(style.contains("\"1 May 2026\""));
    }

    #[test]
    fn the_sheet_of_a_place_is_counted() {
        let pdf = "%PDF-1.4\n2 0 obj\n<</Type /Page\n/Parent 4 0 R>>\nendobj\n7 0 obj\n<</Type /Page\n>>\nendobj\n\
                   8 0 obj\n<</Type /Pages\n/Kids [2 0 R 7 0 R]>>\nendobj\n\
                   9 0 obj\n<</c1 [2 0 R /XYZ 1 2 0]\n/c2 [7 0 R /XYZ 1 2 0]>>\nendobj\n\
                   10 0 obj\n<</Type /Catalog\n/Dests 9 0 R>>\nendobj\n";
        let wanted = BTreeMap::from([("c1".to_owned(), 1), ("c2".to_owned(), 2)]);
        assert_eq!(starts(pdf.as_bytes()), wanted);
        assert!(starts(b"%PDF-1.7\n1 0 obj\nstream").is_empty());
    }
}
