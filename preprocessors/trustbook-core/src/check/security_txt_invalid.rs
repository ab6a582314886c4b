//! The book's own security.txt violates RFC 9116, or has expired.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::config::is_language_tag;
use crate::diagnostic::{Diagnostic, Place};
use crate::output::security_txt;
use crate::site::Site;
use crate::span::Position;
use crate::suggest::slip;
use jiff::{Timestamp, tz::TimeZone};

pub(super) const CHECK: Check =
    Check::deny("security-txt-invalid", include_str!("security_txt_invalid.md"), Run::Site(run));

/// The fields of RFC 9116 and of the registry that it sets up.
const FIELDS: &[&str] = &[
    "Acknowledgments",
    "CSAF",
    "Canonical",
    "Contact",
    "Encryption",
    "Expires",
    "Hiring",
    "Policy",
    "Preferred-Languages",
];
/// The longest recommended validity, in days (section 2.5.5).
const MOST_DAYS: i32 = 366;

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    let Some(bytes) = site.files.get(security_txt::PATH) else { return };
    let path = book.config.in_src(security_txt::PATH);
    let Ok(text) = std::str::from_utf8(bytes) else {
        let finding = Diagnostic::new(Place::File(path), "security.txt is not UTF-8");
        findings.push(finding.help("save it as UTF-8 text (RFC 9116, section 2.2)"));
        return;
    };
    let today = book.facts.today;
    let mut seen: Vec<String> = Vec::new();
    for (number, name, value) in fields(text) {
        let place = Place::InFile { path: path.clone(), position: Position { line: number, column: 1 } };
        let mut tell = |why: String, help: &str| findings.push(Diagnostic::new(place.clone(), why).help(help));
        let Some(name) = name else {
            tell("this line of security.txt is not a field".to_owned(), "write `Name: value`, or `#` before a comment");
            continue;
        };
        let Some(known) = FIELDS.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
            if let Some(near) = slip(name, FIELDS.iter().copied()) {
                seen.push(near.to_owned());
                tell(format!("security.txt has no field `{name}`"), &format!("did you mean `{near}`?"));
            }
            continue;
        };
        let is_again = seen.iter().any(|other| other == known);
        seen.push((*known).to_owned());
        match *known {
            "Expires" | "Preferred-Languages" if is_again => {
                tell(format!("`{known}` appears twice"), "keep one: RFC 9116 allows no more");
            }
            "Expires" => match value.to_ascii_uppercase().parse::<Timestamp>() {
                Err(_) => tell(
                    format!("`{value}` is not a time of the form that security.txt takes"),
                    "write the day and time as `2027-01-31T23:59:59Z` (RFC 3339)",
                ),
                Ok(at) => {
                    let day = at.to_zoned(TimeZone::UTC).date();
                    let left = today.until(day).map_or(0, |span| span.get_days());
                    if day < today {
                        let finding = Diagnostic::new(place.clone(), format!("this security.txt expired on {day}"));
                        let help = "check what it says, and write a day less than a year ahead";
                        findings.push(finding.help(help).by_calendar());
                    } else if left > MOST_DAYS {
                        let finding =
                            Diagnostic::new(place.clone(), format!("this security.txt is valid for {left} days"));
                        findings.push(finding.help("write a day less than a year ahead").by_calendar());
                    }
                }
            },
            "Preferred-Languages" => {
                if let Some(wrong) = value.split(',').map(str::trim).find(|tag| !is_language_tag(tag)) {
                    tell(format!("`{wrong}` is not the tag of a language"), "write tags such as `en, de` (BCP 47)");
                }
            }
            _ => {
                if let Some((why, help)) = against(known, value) {
                    tell(why, help);
                }
            }
        }
    }
    let missing: Vec<&str> =
        ["Contact", "Expires"].into_iter().filter(|name| !seen.iter().any(|known| known == name)).collect();
    if !missing.is_empty() {
        let message = format!("security.txt has no {}", crate::suggest::listed(missing));
        findings.push(Diagnostic::new(Place::File(path), message).help("RFC 9116 requires `Contact` and `Expires`"));
    }
}

/// Returns the field lines, each with its number, name and value. The name is `None` if the line is not a field. The
/// armour of a signature is left out.
fn fields(text: &str) -> Vec<(usize, Option<&str>, &str)> {
    let (mut found, mut armour) = (Vec::new(), false);
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_end();
        match line {
            "-----BEGIN PGP SIGNED MESSAGE-----" => armour = true,
            "-----BEGIN PGP SIGNATURE-----" => break,
            // The headers of a signed message end with a blank line.
            "" => armour = false,
            _ if armour || line.starts_with('#') => {}
            _ => {
                let field = line.split_once(':').filter(|(name, _)| {
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                });
                found.push(match field {
                    Some((name, value)) => (index + 1, Some(name), value.trim()),
                    None => (index + 1, None, line),
                });
            }
        }
    }
    found
}

/// Returns the problem and the suggestion for the value of a field that takes an address.
fn against(name: &str, value: &str) -> Option<(String, &'static str)> {
    let is_mail = value.contains('@') && !value.contains('/') && !value.contains(':');
    let help = match name {
        "Contact" if is_mail => "write `mailto:` before the address",
        "Contact" => "write an address that begins with `https://`, `mailto:` or `tel:`",
        "Encryption" => "write an address that begins with `https://`, `dns:` or `openpgp4fpr:`",
        _ => "write an address that begins with `https://`",
    };
    let others: &[&str] = match name {
        "Contact" => &["mailto", "tel"],
        "Encryption" => &["dns", "openpgp4fpr"],
        _ => &[],
    };
    match url::Url::parse(value) {
        Ok(url) if url.scheme() == "https" || others.contains(&url.scheme()) => None,
        Ok(_) => Some((format!("`{value}` is not an address that `{name}` takes"), help)),
        Err(_) => Some((format!("`{value}` is not a whole address"), help)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_files_and_comments_are_read() {
        let text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# a\nContact: mailto:a@b.example\nword\n-----BEGIN PGP SIGNATURE-----\n\nabc\n";
        let found = fields(text);
        assert_eq!(found, [(5, Some("Contact"), "mailto:a@b.example"), (6, None, "word")]);
    }

    #[test]
    fn addresses_have_a_scheme() {
        for (name, value) in
            [("Contact", "a@b.example"), ("Contact", "http://b.example/"), ("Policy", "mailto:a@b.example")]
        {
            assert!(against(name, value).is_some(), "{name} {value}");
        }
        for (name, value) in
            [("Contact", "tel:+1-201-555-0123"), ("Encryption", "openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f")]
        {
            assert!(against(name, value).is_none(), "{name} {value}");
        }
    }
}
