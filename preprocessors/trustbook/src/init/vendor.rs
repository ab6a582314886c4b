//! The vendor as given to `trustbook init`, made safe to write into files.

use crate::failure::Failure;
use std::path::Path;
use url::{Host, Url};

/// The maximum length of a name, in characters.
const LONGEST: usize = 200;

/// First labels of host names that serve a site and receive no mail.
const SITES: [&str; 6] = ["trust", "security", "privacy", "compliance", "docs", "www"];

/// The vendor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Vendor {
    /// The name for readers: one line of visible text.
    pub(super) name: String,
    /// The address of the future site, with a closing slash.
    pub(super) url: Option<Url>,
    /// The address for security reports.
    pub(super) email: Option<String>,
    /// True if the address is a guess.
    pub(super) is_guessed: bool,
}

impl Vendor {
    /// Reads the vendor from the arguments of `init`. The name defaults to that of the folder.
    ///
    /// # Errors
    /// Returns an error if the name is empty or too long, or if the address cannot be that of a site.
    pub(super) fn new(
        folder: &Path,
        name: Option<&str>,
        url: Option<&str>,
        email: Option<&str>,
    ) -> Result<Self, Failure> {
        let url = url.map(site).transpose()?;
        let name = match name {
            Some(name) => line(name),
            None => line(&folder.file_name().unwrap_or_default().to_string_lossy()),
        };
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err(Failure::usage(format!("a name of 1 to {LONGEST} characters is needed"))
                .help("give what readers call the vendor: `--name \"Example Ltd\"`"));
        }
        let guessed =
            || url.as_ref().and_then(Url::host).and_then(mail_domain).map(|domain| format!("security@{domain}"));
        let is_guessed = email.is_none();
        Ok(Vendor { name, email: email.map(line).or_else(guessed), url, is_guessed })
    }
}

/// Returns text on one line: invisible characters and line breaks become spaces.
fn line(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let visible: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn site(text: &str) -> Result<Url, Failure> {
    let wrong = |why: &str| {
        Failure::usage(format!("--url {why}")).help("give where the site will be: `--url https://trust.example.com/`")
    };
    let mut url = Url::parse(text.trim()).map_err(|_| wrong("is no address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("has to begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has more than a host and a path"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Returns the domain at which the owner of a site probably receives mail. IP addresses and names without a dot have
/// none.
fn mail_domain(host: Host<&str>) -> Option<String> {
    let Host::Domain(domain) = host else { return None };
    let parent = domain.split_once('.').filter(|(first, rest)| SITES.contains(first) && rest.contains('.'));
    let domain = parent.map_or(domain, |(_, rest)| rest);
    domain.contains('.').then(|| domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(name: &str, url: &str) -> Result<Vendor, Failure> {
        Vendor::new(Path::new("/x/folder"), Some(name), Some(url), None)
    }

    #[test]
    fn an_address_gives_a_domain_for_mail() {
        let email = |url: &str| vendor("A", url).unwrap().email;
        assert_eq!(email("https://trust.example.com/").as_deref(), Some("security@example.com"));
        assert_eq!(email("https://trust.com/").as_deref(), Some("security@trust.com"));
        assert_eq!(email("https://eu.example.com/x").as_deref(), Some("security@eu.example.com"));
        for none in ["http://127.0.0.1/", "http://[::1]/", "http://localhost:3000/"] {
            assert_eq!(email(none), None, "{none}");
        }
        assert_eq!(vendor("A", "https://a.example/b").unwrap().url.unwrap().as_str(), "https://a.example/b/");
    }

    #[test]
    fn what_is_no_address_of_a_site_is_refused() {
        for url in [
            "example.com",
            "ftp://example.com/",
            "https://a:b@example.com/",
            "https://example.com/?a",
            "https://example.com/#a",
        ] {
            assert!(vendor("A", url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_name_is_one_line_that_can_be_seen() {
        let name = |name: &str| vendor(name, "https://a.example/").map(|vendor| vendor.name);
        assert_eq!(name(" Ex\n\tample\u{202e} Ltd\0").unwrap(), "Ex ample Ltd");
        assert!(name("\u{200b}\n").is_err());
        assert!(name(&"x".repeat(201)).is_err());
        let folder = Vendor::new(Path::new("/x/Example Ltd"), None, None, None).unwrap();
        assert_eq!((folder.name.as_str(), folder.email), ("Example Ltd", None));
    }
}
