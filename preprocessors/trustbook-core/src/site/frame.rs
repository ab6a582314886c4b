//! The frame around a page: `page.hbs`, filled with navigation, dates, notice and footer.

use super::nav::{self, Nav};
use super::order::Order;
use super::{A_Z, FIRST, NOT_FOUND, Options};
use crate::book::{Book, Reviewed};
use crate::config::brand::BrandLink;
use crate::config::published_at;
use crate::expand::Editions;
use crate::html::Heading;
use crate::page::Page;
use crate::page::outline::Chapter;
use crate::register::common::{State, Visibility};
use crate::span::Spanned;
use crate::theme::Theme;
use crate::theme::bounded::{self, Budget, Templates};
use crate::theme::words::{FALLBACK, Words};
use crate::theme::{helper, render_error, template_error, walk};
use handlebars::html_escape;
use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The id of the fact that names the vendor in the frame.
const LEGAL_NAME: &str = "vendor.legal_name";

const TEMPLATES: [&str; 5] = ["page", "404", "a-z", "moved", "print"];

/// The maximum size of all pages together, in bytes. Each step of a template also counts as some bytes.
const MOST: usize = 256 * 1024 * 1024;

/// A template that could not be compiled or rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFailure {
    /// The path of the template, relative to the theme.
    pub template: String,
    /// The reason, as the template engine reports it.
    pub why: String,
}

/// The compiled frame, with the data that all pages of a build share.
pub(super) struct Frame<'t> {
    book: &'t Book,
    editions: &'t Editions<'t>,
    nav: Nav<'t>,
    options: &'t Options,
    templates: Arc<Templates>,
    budget: Budget<'t>,
    failures: Vec<SlotFailure>,
    order: Order<'t>,
    footer: Json,
    /// The anchors that have moved, by their page, from entries such as `"/page.html#old" = "new.html#new"`.
    moved: BTreeMap<&'t str, Vec<Json>>,
}

/// The data of a single page for the frame.
pub(super) struct PageFrame<'p> {
    pub(super) page: &'p Page,
    pub(super) path: &'p str,
    pub(super) headings: &'p [Heading],
    /// The first sentence of the chapter, used as its description if it declares none.
    pub(super) says: Option<String>,
    pub(super) reviewed: Reviewed,
    pub(super) deployments: Vec<String>,
}

impl<'t> Frame<'t> {
    pub(super) fn compile(book: &'t Book, editions: &'t Editions<'t>, options: &'t Options) -> Self {
        let templates = book.cache.of("templates of the frame", book.folder.clone(), || compiled(&book.theme));
        let failure = |(template, why): &(String, String)| SlotFailure { template: template.clone(), why: why.clone() };
        let failures = templates.broken.iter().map(failure).collect();
        let mut moved: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for (from, to) in &book.config.html.redirects {
            let anchor = from.value.trim_start_matches('/').split_once('#').filter(|(_, id)| !id.is_empty());
            let Some((page, id)) = anchor else { continue };
            moved.entry(page).or_default().push(json!({ "id": id, "to": to.value }));
        }
        Frame {
            book,
            editions,
            nav: Nav::of(book),
            options,
            templates,
            budget: Budget::new(MOST * book.room),
            failures,
            order: Order::of(&book.outline),
            footer: footer(book, options),
            moved,
        }
    }

    /// The book in the language of the frame.
    pub(super) fn book(&self) -> &'t Book {
        self.book
    }

    /// Returns a failure if the pages together exceed the budget. It replaces theirs, since which pages failed is
    /// arbitrary.
    pub(super) fn spent(&self) -> Option<SlotFailure> {
        let why = format!(
            "all pages together have more than {} MiB, or take as long as that would",
            MOST * self.book.room / 1024 / 1024
        );
        self.budget.is_spent().then(|| SlotFailure { template: "page.hbs".to_owned(), why })
    }

    pub(super) fn failures(&self) -> Vec<SlotFailure> {
        self.failures.clone()
    }

    /// Returns true if the frame shows the opening of a chapter at a place of its own.
    pub(super) fn opens_apart(&self) -> bool {
        self.book.theme.file("page.hbs").is_some_and(|text| text.contains("{{{opening}}}"))
    }

    /// Renders a chapter in its frame. Its opening and the rest of its content are inserted as given.
    pub(super) fn page(
        &self,
        page: &PageFrame<'_>,
        (opening, content): (&str, &str),
        budget: &Budget<'_>,
    ) -> Result<String, SlotFailure> {
        let chapter = &page.page.chapter;
        let link = |chapter: &Chapter| {
            let target = chapter.page_path()?;
            Some(json!({ "title": chapter.name, "href": nav::relative(page.path, &target) }))
        };
        let above = self.order.above(chapter).into_iter();
        let breadcrumbs = above.map(|it| link(it).unwrap_or_else(|| json!({ "title": it.name, "href": null })));
        let (previous, next) = self.order.neighbours(chapter);
        let own = chapter.page_path().unwrap_or_default();
        let is_anywhere = page.path == NOT_FOUND;
        let mut data = self.data(FrameParts {
            path: page.path,
            root: if is_anywhere { self.book.config.base_path() } else { nav::root(page.path) },
            title: title(page.page),
            description: page.page.description.as_deref().or(page.says.as_deref()),
            language: page.page.language.as_deref(),
            opening,
            content,
            breadcrumbs: Json::Array(breadcrumbs.collect()),
            toc: toc(page.headings),
            previous: previous.and_then(link),
            next: next.and_then(link),
            edit_url: self.edit_url(page.page),
            reviewed: dateline(self.book, page),
            deployments: page.deployments.join(", "),
            moved: self.moved(page.path),
            markdown: (!is_anywhere).then(|| nav::relative(page.path, &super::twin(&own))),
        });
        // The canonical address of the first page is that of the chapter it shows, if that has another path.
        if let Some(url) = self.book.config.trustbook.site_url.as_ref().filter(|_| own != page.path) {
            data["canonical"] = json!(url.join(&own).ok().map(String::from));
        }
        self.render_within("page", data, budget)
    }

    /// Returns the budget that all pages share.
    pub(super) fn budget(&self) -> &Budget<'t> {
        &self.budget
    }

    /// Renders the page for missing addresses. It is served at any depth, so its links start at the root.
    pub(super) fn not_found(&self) -> Result<String, SlotFailure> {
        let root = self.book.config.base_path();
        let content = self.render("404", json!({ "book_title": self.book_title(), "root": root }))?;
        self.added(NOT_FOUND, root, &self.book.theme.words.get("page.not_found"), &content)
    }

    /// Renders a page that redirects to another address.
    pub(super) fn leading_to(&self, to: &str) -> Result<String, SlotFailure> {
        self.render("moved", json!({ "to": to, "book_title": self.book_title(), "lang": self.lang() }))
    }

    /// Renders the frame of the document of the whole book around `content`. `anchor` returns the link within the
    /// document to the chapter of a page.
    pub(super) fn print(
        &self,
        path: &str,
        content: &str,
        anchor: &dyn Fn(&str) -> Option<String>,
    ) -> Result<String, SlotFailure> {
        let mut data = self.data(FrameParts::added(path, nav::root(path), &self.book_title(), content));
        let mut items = nav::items(&self.nav, 0, path);
        nav::change(&mut items, &|href| anchor(percent_decode_str(href).decode_utf8_lossy().trim_start_matches("../")));
        data["nav"] = items;
        self.render("print", data)
    }

    /// Renders a page for each old address of `[output.html.redirect]`, and returns it with its path.
    pub(super) fn redirects(&self) -> Vec<(String, Result<String, SlotFailure>)> {
        // A faulty redirect is reported at book.toml.
        let redirects = self.book.config.html.redirects.iter().filter(|(from, _)| !from.value.contains('#'));
        redirects
            .filter_map(|(from, to)| {
                let path = crate::world::join("", from.value.trim_start_matches('/'))?;
                Some((path, self.leading_to(&to.value)))
            })
            .collect()
    }

    /// Renders a page that has no chapter.
    pub(super) fn added(&self, path: &str, root: String, title: &str, content: &str) -> Result<String, SlotFailure> {
        self.render("page", self.data(FrameParts::added(path, root, title, content)))
    }

    fn data(&self, parts: FrameParts<'_>) -> Json {
        let config = &self.book.config;
        let mut nav = nav::items(&self.nav, self.order.len(), parts.path);
        if parts.path == NOT_FOUND {
            nav::change(&mut nav, &|href| Some(format!("{}{href}", parts.root)));
        }
        let site_url = config.trustbook.site_url.as_ref();
        let canonical = site_url.and_then(|url| url.join(folder(parts.path)).ok()).filter(|_| parts.path != NOT_FOUND);
        // The words of the theme are in another language than the chapters where it does not have theirs.
        let words = self.book.theme.words.language();
        let direction = if self.book.theme.words.is_right_to_left() { "rtl" } else { "ltr" };
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let frame_lang = Some(words).filter(|words| primary(words) != primary(self.lang()));
        // The title and the notice are those of the book where the translation has none.
        let foreign = |key: &str| {
            let is_own = self.book.folder.is_empty() || self.book.theme.words.find(key).is_some();
            (!is_own).then(|| self.editions.own.config.language.as_deref().unwrap_or(FALLBACK))
        };
        let mut data = json!({
            "lang": self.lang(),
            "title_lang": foreign("book.title"),
            "notice_lang": foreign("book.notice"),
            "frame_lang": frame_lang,
            "article_lang": parts.language.filter(|tag| *tag != self.lang()).or(frame_lang.map(|_| self.lang())),
            "dir": config.text_direction.as_deref().unwrap_or(direction),
            "title": parts.title,
            "book_title": self.book_title(),
            "description": parts.description.or(config.description.as_deref()),
            "vendor": self.book.facts.public_text(LEGAL_NAME),
            "root": parts.root,
            "home": format!("{}{}", parts.root, self.book.folder),
            "folder": self.book.folder,
            "notice": config.trustbook.notice,
            "csp": POLICY,
            "site_url": site_url.map(|url| url.to_string()),
            "canonical": canonical.map(|url| url.to_string()),
            "opening": parts.opening,
            "content": parts.content,
            "previous": parts.previous,
            "next": parts.next,
            "edit_url": parts.edit_url,
            "deployments": parts.deployments,
            "footer": self.footer,
            "markdown": parts.markdown,
            "live": self.options.live,
            "brand": brand(self.book, &self.editions.paths),
            "print": config.html.print,
            "appearance": config.html.appearance(),
            "repository": config.html.repository,
            "search_results": config.html.search_results,
        });
        let added = |ending: &str| -> Vec<String> {
            // A file that cannot be read is reported at book.toml.
            let paths = config.html.additional.iter().map(|path| published_at(&path.value));
            let paths = paths.filter(|path| self.book.additional.contains_key(*path));
            let paths = paths.filter(|path| path.to_ascii_lowercase().ends_with(ending));
            paths.map(|path| format!("{}{}", parts.root, nav::relative("", path))).collect()
        };
        data["styles"] = json!(added(".css"));
        data["scripts"] = json!(added(".js"));
        // Added afterwards, since `json!` copies its values and these are long.
        data["languages"] = self.languages(parts.path, &parts.root);
        data["nav"] = nav;
        data["breadcrumbs"] = parts.breadcrumbs;
        data["toc"] = parts.toc;
        data["reviewed"] = parts.reviewed;
        data["moved"] = parts.moved;
        data
    }

    /// Returns the languages of the site, each with its link from a page: to the same chapter, or else to the first page.
    fn languages(&self, path: &str, root: &str) -> Json {
        let bare = path.strip_prefix(self.book.folder.as_str()).unwrap_or(path);
        let site_url = self.book.config.trustbook.site_url.as_ref();
        let language = |other: &Book| {
            let same = format!("{}{bare}", other.folder);
            let has = [FIRST, A_Z].contains(&bare) || self.editions.paths.contains(&same) && bare != NOT_FOUND;
            let to = if has { same } else { format!("{}{FIRST}", other.folder) };
            json!({
                "tag": other.config.language.as_deref().unwrap_or(FALLBACK),
                "name": other.theme.words.name(),
                "href": format!("{root}{}", nav::relative("", &to)),
                "current": other.folder == self.book.folder,
                "is_default": other.folder.is_empty(),
                "url": site_url.filter(|_| has).and_then(|url| url.join(folder(&to)).ok()).map(String::from),
            })
        };
        let all: Vec<Json> = self.editions.iter().map(language).collect();
        Json::Array(if all.len() > 1 { all } else { Vec::new() })
    }

    /// Returns the anchors of a page that have moved.
    ///
    /// mdBook redirects with a script. Here each anchor is an element that shows the link once it is the target.
    fn moved(&self, path: &str) -> Json {
        Json::Array(self.moved.get(path).cloned().unwrap_or_default())
    }

    fn edit_url(&self, page: &Page) -> Option<String> {
        let template = self.book.config.html.edit_url_template.as_ref()?;
        Some(template.replace("{path}", &page.source))
    }

    fn book_title(&self) -> String {
        self.book.config.title.clone().unwrap_or_else(|| self.book.theme.words.get("page.default_title"))
    }

    fn lang(&self) -> &str {
        self.book.config.language.as_deref().unwrap_or(FALLBACK)
    }

    pub(super) fn render(&self, template: &str, data: Json) -> Result<String, SlotFailure> {
        self.render_within(template, data, &self.budget)
    }

    fn render_within(&self, template: &str, data: Json, budget: &Budget<'_>) -> Result<String, SlotFailure> {
        if let Some(failure) = self.failures.iter().find(|failure| failure.template == format!("{template}.hbs")) {
            return Err(failure.clone());
        }
        bounded::render(&self.templates.handlebars, template, data, budget)
            .map_err(|error| SlotFailure { template: format!("{template}.hbs"), why: render_error(&error) })
    }
}

/// Compiles the templates of the frame, and collects those that are invalid or cannot end.
fn compiled(theme: &Theme) -> Templates {
    let mut handlebars = bounded::engine();
    helper::register(&mut handlebars, &theme.words);
    let texts = TEMPLATES.map(|name| (name.to_owned(), theme.file(&format!("{name}.hbs")).unwrap_or_default()));
    let broken = bounded::register(&mut handlebars, &texts).into_iter();
    let mut broken: Vec<_> = broken.map(|(name, error)| (format!("{name}.hbs"), template_error(&error))).collect();
    let endless = TEMPLATES.iter().filter_map(|name| Some((name, walk::endless(&handlebars, name)?)));
    broken.extend(endless.map(|(name, why)| (format!("{name}.hbs"), why)));
    Templates { handlebars, broken }
}

struct FrameParts<'p> {
    path: &'p str,
    root: String,
    title: &'p str,
    /// The description of the page itself, if it has one.
    description: Option<&'p str>,
    /// The language of its chapter, if that is not the language of the book.
    language: Option<&'p str>,
    opening: &'p str,
    content: &'p str,
    breadcrumbs: Json,
    toc: Json,
    previous: Option<Json>,
    next: Option<Json>,
    edit_url: Option<String>,
    reviewed: Json,
    /// The hosting options that the page is about, separated by commas.
    deployments: String,
    moved: Json,
    /// The relative link to the Markdown of the page.
    markdown: Option<String>,
}

impl<'p> FrameParts<'p> {
    /// Returns the parts of a page without a chapter.
    fn added(path: &'p str, root: String, title: &'p str, content: &'p str) -> Self {
        FrameParts {
            path,
            root,
            title,
            description: None,
            language: None,
            opening: "",
            content,
            breadcrumbs: Json::Array(Vec::new()),
            toc: Json::Array(Vec::new()),
            previous: None,
            next: None,
            edit_url: None,
            reviewed: Json::Array(Vec::new()),
            deployments: String::new(),
            moved: Json::Array(Vec::new()),
            markdown: None,
        }
    }
}

/// Returns the title of a chapter: that of its page, or else its name in the outline.
pub(super) fn title(page: &Page) -> &str {
    page.title.as_deref().unwrap_or(&page.chapter.name)
}

/// The content security policy of every page: it may load files of its own site only, such as the search index.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
                      media-src 'self'; frame-src 'self'; object-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'";

/// Returns the lines about the chapter's own text, followed by those about the facts and records that the page shows.
fn dateline(book: &Book, page: &PageFrame<'_>) -> Json {
    let words = &book.theme.words;
    let line =
        |name: &str, key: &str, values: &[(&str, &str)]| json!({ "name": name, "words": words.with(key, values) });
    let mut told = Vec::new();
    if let Some(dates) = &page.page.dates {
        told.extend(dates.version.as_deref().map(|version| line("version", "page.version", &[("version", version)])));
        told.extend(dates.effective.map(|on| line("effective", "page.effective", &[("date", &words.date(on))])));
        told.extend(match book.facts.state(&dates.common) {
            State::Due(since) => Some(line("due", "page.text_due", &[("date", &words.date(since))])),
            _ => dates.common.said().map(|on| line("text", "page.text_of", &[("date", &words.date(on))])),
        });
    }
    told.extend(reviewed(words, page.reviewed));
    Json::Array(told)
}

/// Returns the state of the reviews on a page, the worst first; empty if no fact or record was reviewed.
fn reviewed(words: &Words, reviewed: Reviewed) -> Vec<Json> {
    let counted = |key: &str, name: &str, count: usize| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        (count > 0).then(|| json!({ "name": name, "words": words.count(key, count) }))
    };
    let since = reviewed.since.map(|since| words.with("page.reviewed", &[("date", &words.date(since))]));
    let open = if since.is_some() { reviewed.open } else { 0 };
    let told = [
        counted("page.expired", "expired", reviewed.expired),
        counted("page.due", "due", reviewed.due),
        since.map(|words| json!({ "name": "checked", "words": words })),
        counted("page.open", "stated", open),
    ];
    told.into_iter().flatten().collect()
}

/// Returns the brand of the book, with every address relative to the root.
fn brand(book: &Book, paths: &BTreeSet<String>) -> Json {
    let config = &book.config;
    let brand = &config.trustbook.brand;
    let file = |file: &Option<Spanned<String>>| file.as_ref().map(|file| file.value.clone());
    let links = |links: &[BrandLink]| -> Json {
        let link = |link: &BrandLink| {
            let is_outside = link.url.value.contains(':');
            // The same page in the language of the reader, if it exists.
            let own = format!("{}{}", book.folder, link.url.value);
            let url = if paths.contains(&own) { own } else { link.url.value.clone() };
            json!({ "text": link.text, "url": url, "is_outside": is_outside })
        };
        links.iter().map(link).collect()
    };
    let social = brand.social_image.as_ref().zip(config.trustbook.site_url.as_ref());
    let social = social.and_then(|(image, url)| url.join(&image.value).ok()).map(|url| url.to_string());
    json!({
        "logo": file(&brand.logo),
        "logo_dark": file(&brand.logo_dark),
        "favicon": file(&brand.favicon),
        "css": file(&brand.css),
        "social_image": social,
        "header": links(&brand.header),
        "footer": links(&brand.footer),
        "credit": brand.credit,
    })
}

/// Returns the path of a page in its canonical address; empty for the first page of a site.
fn folder(path: &str) -> &str {
    if path == "index.html" { "" } else { path }
}

fn toc(headings: &[Heading]) -> Json {
    let shown: Vec<Json> = headings
        .iter()
        .filter(|heading| (2..=3).contains(&heading.level) && !heading.id.is_empty())
        .map(|heading| json!({ "level": heading.level, "id": heading.id, "text": heading.text }))
        .collect();
    Json::Array(if shown.len() > 1 { shown } else { Vec::new() })
}

fn footer(book: &Book, options: &Options) -> Json {
    let contact = book.facts.register.of_kind("contact").find_map(|contact| {
        let field = |name: &str| contact.value(name).filter(|_| contact.common.visibility == Visibility::Public);
        let (text, href) = match (field("email"), field("url")) {
            (Some(email), _) => (email.text(), email.link()?),
            (None, form) => (contact.title(), form?.link()?),
        };
        let html = format!("<a href=\"{}\">{}</a>", html_escape(&href), html_escape(&text));
        Some(json!({ "text": text, "href": href, "html": html }))
    });
    let today = book.facts.today;
    let built = book.theme.words.date(today);
    let html = format!("<time datetime=\"{today}\">{}</time>", html_escape(&built));
    let commit = options.commit.as_deref().map(|commit| format!("<code>{}</code>", html_escape(commit)));
    json!({
        "legal_name": book.facts.public_text(LEGAL_NAME),
        "contact": contact,
        "built": { "iso": today.to_string(), "text": built, "html": html },
        "commit": options.commit,
        "forms": { "commit": { "html": commit } },
        "version": env!("CARGO_PKG_VERSION"),
    })
}
