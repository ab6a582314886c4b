//! Selects the environment variables that are secrets, and the values that are worth a search.

use super::looks;

/// The length of the shortest value to search for, in characters.
pub(super) const SHORTEST: usize = 8;

/// Words in the names of variables that hold secrets.
const NAMES: &[&str] = &[
    "ACCESS_KEY",
    "API_KEY",
    "APIKEY",
    "CREDENTIAL",
    "ENCRYPTION_KEY",
    "MASTER_KEY",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "SIGNING_KEY",
    "TOKEN",
];

/// Returns true if the name of a variable says that its value is a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_uppercase();
    NAMES.iter().any(|word| name.contains(word)) || name.ends_with("_PAT")
}

/// Returns the parts of a value that are worth a search: the whole, or the long lines of a multi-line value.
pub(super) fn pieces(value: &str) -> Vec<&str> {
    let value = value.trim();
    if !value.contains('\n') {
        return if is_worth_a_search(value) { vec![value] } else { Vec::new() };
    }
    let lines = value.lines().map(|line| line.trim().trim_matches(['"', ',', '\'']));
    lines.filter(|line| line.len() >= 32 && !line.starts_with("-----") && is_worth_a_search(line)).collect()
}

/// Returns true if a value is unlikely to occur by chance: not a word, number, path, address or date.
pub(super) fn is_worth_a_search(value: &str) -> bool {
    value.chars().count() >= SHORTEST
        && !is_plain_number(value)
        && !is_path_or_address(value)
        && !looks::is_placeholder(value)
        && !is_dictionary_like(value)
}

fn is_plain_number(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | ':' | '_' | ' ' | '/' | 'T' | 'Z'))
}

/// Returns true for a path, a web address without a password, an e-mail address or the name of a resource.
fn is_path_or_address(value: &str) -> bool {
    let drive = value.as_bytes().get(1) == Some(&b':') && value.contains('\\');
    let path = ["/", "~/", "./", "../"].iter().any(|start| value.starts_with(start))
        && !value.contains(['+', '='])
        && value[1..].contains(['/', '.']);
    let address = value.split_once("://").is_some_and(|(_, rest)| !rest.contains('@'));
    let email = value.split_once('@').is_some_and(|(user, host)| {
        host.contains('.') && !user.is_empty() && !host.contains(':') && !user.contains([':', '/'])
    });
    drive || path || address || email || value.starts_with("arn:") || value.starts_with("projects/")
}

/// Returns true for words, also with separators or a final number: `changeme`, `us-east-1`, `Admin2024`.
fn is_dictionary_like(value: &str) -> bool {
    let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_hump = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        let humps = letters.as_bytes().windows(2).filter(|pair| is_hump(pair)).count();
        letters.chars().all(char::is_alphabetic) && humps <= letters.len() / 5
    };
    if !words.iter().all(is_word) || value.chars().any(|c| matches!(c, '+' | '=' | '$' | '!' | '%' | '^' | '&' | '*')) {
        return false;
    }
    // A long unbroken run of letters is not a word of any language, and a long row of words is a passphrase.
    let unbroken = words.iter().any(|word| word.len() >= 16 && looks::entropy(word.as_bytes()) >= 3.3);
    let passphrase =
        words.len() >= 4 && value.len() >= 24 && value.split(char::is_alphanumeric).all(|gap| gap.len() < 2);
    !unbroken && !passphrase
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_secret() {
        for name in
            ["GITHUB_TOKEN", "db_password", "AWS_SECRET_ACCESS_KEY", "STRIPE_API_KEY", "GH_PAT", "NPM_CONFIG_PASSWD"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PATH", "PWD", "HOME", "PATTERN", "LANG", "CARGO_HOME", "KEYBOARD"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn words_numbers_paths_and_addresses_are_not_searched_for() {
        let plain = [
            "true",
            "changeme",
            "changeme123",
            "password",
            "Pa55w0rd",
            "localhost",
            "localhost:5432",
            "us-east-1",
            "production",
            "my-secret-name",
            "ubuntu-22.04",
            "12345678",
            "2026-01-15",
            "2026-01-15T10:00:00Z",
            "/run/secrets/db_password",
            "~/.config/token",
            "./secrets.json",
            "C:\\keys\\token.txt",
            "https://login.example.com/oauth/token",
            "security@example.com",
            "Admin2024",
            "xxxxxxxxxxxxxxxx",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
            "your-token-here",
            "short1",
            "********",
            "file:///etc/ssl/key",
            "Example Ltd",
            "secrets",
            "projects/12/secrets/db/versions/latest",
        ];
        for value in plain {
            assert!(pieces(value).is_empty(), "{value}");
        }
    }

    #[test]
    fn what_is_no_word_is_searched_for() {
        let secret = [
            "q7Zp4Lw9",
            "correct-horse-battery-staple",
            "kq8v-w2mz-71xt-p9rd",
            "Tr0ub4dor&3x",
            "qzkxvbwjplmtrdhgnfcs",
            "3f2b9c1d-7a64-4e0b-9d15-c8e2a1b7f604",
            "9c1185a5c5e9fc54612808977ee8f548b2258d31",
            "R4nd0m/Va+lue==",
        ];
        for value in secret {
            assert_eq!(pieces(value), [value]);
        }
        let lines =
            format!("-----BEGIN X-----\n{0}\nshort\n{0}\n-----END X-----", "q7Zp4Lw9".repeat(3) + "a8Kd02Lx7Vq");
        assert_eq!(pieces(&lines).len(), 2);
    }
}
