//! Tables for people: aligned columns of text that cannot control the terminal.

use trustbook_core::report::harmless;

/// Aligns cells into lines. Each column is as wide as its widest cell, up to the number of characters in `most`.
pub(crate) fn align<const N: usize>(rows: Vec<[String; N]>, most: [usize; N]) -> Vec<String> {
    let rows: Vec<[String; N]> =
        rows.into_iter().map(|row| row.map(|text| harmless(&text.replace('\n', " ")))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(most[column]);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(text, width)| fit(text, *width)).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return format!("{text:<width$}");
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
