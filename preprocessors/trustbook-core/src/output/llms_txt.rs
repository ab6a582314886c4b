//! `llms.txt`: the contents of the site for language models, in the format that llmstxt.org proposes.

use super::{Files, Make, OUTPUTS, Output, address, literal, twin};
use crate::book::Book;
use crate::page::outline::{Chapter, OutlineItem};
use crate::site::Site;

pub(super) const OUTPUT: Output =
    Output { name: "llms.txt", is_of_vendor: false, page: include_str!("llms_txt.md"), make: Make::OfSite(make) };

fn make(book: &Book, site: &Site) -> Files {
    let config = &book.config;
    let title = config.title.clone().unwrap_or_else(|| book.theme.words.get("page.default_title"));
    let mut text = format!("# {}\n", literal(&title));
    if let Some(description) = &config.description {
        text.push_str(&format!("\n> {}\n", literal(description)));
    }
    if let Some(notice) = &config.trustbook.notice {
        text.push_str(&format!("\n{}\n", literal(notice)));
    }
    text.push_str(&format!(
        "\nBuilt for {}. What is checked, and since when, stands beside each statement.\n",
        book.facts.today
    ));
    let mut list = List { book, site, heading: Some("Chapters".to_owned()), text };
    list.items(&book.outline);
    for translation in &book.translations {
        list.heading = Some(translation.words.name().to_owned());
        list.items(&translation.outline);
    }
    let mut text = list.text;
    let data = OUTPUTS.iter().filter(|output| output.name.ends_with(".json") && site.assets.contains_key(output.name));
    let data: Vec<String> = data
        .map(|output| format!("- [{}]({}): {}\n", output.name, address(&book.config, output.name), output.summary()))
        .collect();
    if !data.is_empty() {
        text.push_str("\n## Data\n\n");
        text.extend(data);
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}

struct List<'t> {
    book: &'t Book,
    site: &'t Site,
    /// The heading above the next chapter.
    heading: Option<String>,
    text: String,
}

impl List<'_> {
    fn items(&mut self, items: &[OutlineItem]) {
        for item in items {
            match item {
                OutlineItem::Part(title) => self.heading = Some(title.clone()),
                OutlineItem::Separator => {}
                OutlineItem::Chapter(chapter, below) => {
                    self.chapter(chapter);
                    self.items(below);
                }
            }
        }
    }

    fn chapter(&mut self, chapter: &Chapter) {
        let Some(page) = chapter.page_path() else { return };
        if let Some(heading) = self.heading.take() {
            self.text.push_str(&format!("\n## {}\n\n", literal(&heading)));
        }
        let markdown = twin(chapter).filter(|path| self.site.beside.contains(path));
        let address = address(&self.book.config, &markdown.unwrap_or(page));
        self.text.push_str(&format!("- [{}]({address})\n", literal(&chapter.name)));
    }
}

#[cfg(test)]
mod tests {
    use super::literal;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    const TITLES: &[&str] = &[
        "Plain",
        r"C:\",
        r"back\slash [and] brackets\]",
        "a](https://example.com) [b",
        "`code` and ``` and `",
        "*stars* __lines__ ~~gone~~",
        "<b>bold</b> <!-- and -->",
        "![picture](x.png)",
        "&amp; &#91; and &",
        "C#",
        "# One #",
        "- item",
        "+ item",
        "1. first",
        "12) second",
        "===",
        "---",
        "> quote",
        "a | b",
        "<https://example.com>",
        "two\n\n# lines",
    ];

    #[test]
    fn titles_are_read_as_they_are_written() {
        // Everything except smart punctuation, which replaces quotes and dashes.
        let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
        for title in TITLES {
            let wanted = title.split_whitespace().collect::<Vec<_>>().join(" ");
            let written = literal(title);
            let item = format!("- [{written}](a%5Cb.md)\n");
            for text in [item, format!("# {written}\n"), format!("> {written}\n"), format!("{written}\n")] {
                let (mut read, mut links, mut parts) = (String::new(), Vec::new(), 0);
                for event in Parser::new_ext(&text, options) {
                    match event {
                        Event::Text(text) => read.push_str(&text),
                        Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
                        Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::Item | Tag::BlockQuote(_)) => {
                            parts += 1
                        }
                        Event::Start(Tag::List(_)) | Event::End(_) => {}
                        other => panic!("{title:?} becomes {other:?}"),
                    }
                }
                assert_eq!(read, wanted, "in {text:?}");
                let is_item = text.starts_with("- [");
                assert_eq!(links, if is_item { vec!["a%5Cb.md"] } else { Vec::new() }, "in {text:?}");
                assert_eq!(parts, if text.starts_with("> ") { 2 } else { 1 }, "in {text:?}");
            }
        }
    }
}
