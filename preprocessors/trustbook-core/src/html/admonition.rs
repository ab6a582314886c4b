//! Admonitions: quotations with a title and an icon.

use super::escape::push_text;
use super::write::Writer;
use pulldown_cmark::BlockQuoteKind;

impl Writer<'_> {
    /// Begins an admonition.
    pub(super) fn admonition(&mut self, kind: BlockQuoteKind) {
        let (name, icon) = match kind {
            BlockQuoteKind::Note => ("note", NOTE),
            BlockQuoteKind::Tip => ("tip", TIP),
            BlockQuoteKind::Important => ("important", IMPORTANT),
            BlockQuoteKind::Warning => ("warning", WARNING),
            BlockQuoteKind::Caution => ("caution", CAUTION),
        };
        self.break_line("blockquote");
        self.html.push_str(&format!(
            "<blockquote class=\"blockquote-tag blockquote-tag-{name}\">\n<p class=\"blockquote-tag-title\">\
             <svg viewBox=\"0 0 16 16\" width=\"18\" height=\"18\" aria-hidden=\"true\">{icon}</svg>"
        ));
        push_text(&mut self.html, &(self.dialect.title)(kind));
        self.html.push_str("</p>\n");
    }
}

const NOTE: &str = "<path fill-rule=\"evenodd\" d=\"M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM7 4h2v2H7Zm0 3h2v5H7Z\"/>";
const TIP: &str = "<path fill-rule=\"evenodd\" d=\"M8 0a5.5 5.5 0 0 0-3 10.1V12h6v-1.9A5.5 5.5 0 0 0 8 0Zm0 1.5a4 4 0 0 1 1.5 7.7V10.5h-3V9.2A4 4 0 0 1 8 1.5ZM5 13h6v1.5H5Zm1.5 2h3v1h-3Z\"/>";
const IMPORTANT: &str =
    "<path fill-rule=\"evenodd\" d=\"M1 1h14v11H8l-3 3v-3H1Zm1.5 1.5v8h11v-8ZM7 4h2v3H7Zm0 4h2v1.5H7Z\"/>";
const WARNING: &str = "<path fill-rule=\"evenodd\" d=\"M8 0.5 16 15H0Zm0 3L2.5 13.5h11ZM7 6h2v4H7Zm0 5h2v1.5H7Z\"/>";
const CAUTION: &str = "<path fill-rule=\"evenodd\" d=\"M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7Zm.6 1.5L1.5 5.3v5.4l3.8 3.8h5.4l3.8-3.8V5.3l-3.8-3.8ZM7 4h2v5H7Zm0 6h2v2H7Z\"/>";
