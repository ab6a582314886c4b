//! `llms.txt`: what the site has, for language models, in the form that llmstxt.org proposes.

use super::{Files, Make, OUTPUTS, Output, address, one_line, twin};
use crate::page::outline::{Chapter, Item};
use crate::site::Site;
use crate::trust::Trust;

pub(super) const OUTPUT: Output =
    Output { name: "llms.txt", is_of_vendor: false, page: include_str!("llms_txt.md"), make: Make::OfSite(make) };

fn make(trust: &Trust, site: &Site) -> Files {
    let config = &trust.config;
    let title = config.title.clone().unwrap_or_else(|| trust.theme.words.get("page.default_title"));
    let mut text = format!("# {}\n", one_line(&title));
    if let Some(description) = &config.description {
        text.push_str(&format!("\n> {}\n", one_line(description)));
    }
    if let Some(notice) = &config.trustbook.notice {
        text.push_str(&format!("\n{}\n", one_line(notice)));
    }
    text.push_str(&format!(
        "\nBuilt for {}. What is checked, and since when, stands beside each statement.\n",
        trust.facts.today
    ));
    let mut list = List { trust, site, heading: Some("Chapters".to_owned()), text };
    list.items(&trust.outline);
    let mut text = list.text;
    let data = OUTPUTS.iter().filter(|output| output.name.ends_with(".json") && site.assets.contains_key(output.name));
    let data: Vec<String> = data
        .map(|output| format!("- [{}]({}): {}\n", output.name, address(trust, output.name), output.summary()))
        .collect();
    if !data.is_empty() {
        text.push_str("\n## Data\n\n");
        text.extend(data);
    }
    vec![(OUTPUT.name.to_owned(), text.into_bytes())]
}

struct List<'t> {
    trust: &'t Trust,
    site: &'t Site,
    /// What stands above the next chapter.
    heading: Option<String>,
    text: String,
}

impl List<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Part(title) => self.heading = Some(title.clone()),
                Item::Separator => {}
                Item::Chapter(chapter, below) => {
                    self.chapter(chapter);
                    self.items(below);
                }
            }
        }
    }

    fn chapter(&mut self, chapter: &Chapter) {
        let Some(page) = chapter.page_path() else { return };
        if let Some(heading) = self.heading.take() {
            self.text.push_str(&format!("\n## {}\n\n", one_line(&heading)));
        }
        let markdown = twin(chapter).filter(|path| self.site.beside.contains(path));
        let name = one_line(&chapter.name).replace('[', "\\[").replace(']', "\\]");
        let address = address(self.trust, &markdown.unwrap_or(page));
        self.text.push_str(&format!("- [{name}]({address})\n"));
    }
}
