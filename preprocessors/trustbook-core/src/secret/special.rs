//! Tokens that need more than an expression: key pairs and blocks, web tokens, and addresses with a password.

use super::codec::from_base64;
use super::environment;
use super::looks::{self, Look};
use percent_encoding::percent_decode_str;
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A token, with a second range that belongs to it.
pub(super) struct SecretRange {
    pub(super) range: Range<usize>,
    /// A second byte range that must be hidden as well.
    pub(super) beside: Option<Range<usize>>,
}

/// A function that looks for a token at the byte range of a mark.
pub(super) type Finder = fn(&[u8], Range<usize>) -> Option<SecretRange>;

fn only(range: Range<usize>) -> Option<SecretRange> {
    Some(SecretRange { range, beside: None })
}

/// The number of bytes of a file that are read for one key.
const LONGEST: usize = 16 * 1024;

fn is_base64(byte: u8) -> bool {
    is_digit64(byte) || byte == b'='
}

fn is_digit64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Returns the range of bytes of a class that begins at `at`, of at most [`LONGEST`] bytes.
fn run(bytes: &[u8], at: usize, class: fn(u8) -> bool) -> Range<usize> {
    let length = bytes[at..].iter().take(LONGEST).take_while(|byte| class(**byte)).count();
    at..at + length
}

/// Finds an access key id, or the secret key near it.
pub(super) fn aws_id(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    let id =
        run(&bytes[..(mark.start + 21).min(bytes.len())], mark.start, |byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'));
    let random =
        id.len() == 20 && looks::stands_alone(bytes, &id) && looks::is_random(&bytes[mark.end..id.end], Look::Upper);
    if !random {
        return None;
    }
    let near = mark.start.saturating_sub(300)..(id.end + 300).min(bytes.len());
    let secret = runs(bytes, near, is_digit64).find(|range| range.len() == 40 && is_aws_secret(&bytes[range.clone()]));
    match secret {
        Some(secret) => Some(SecretRange { range: secret, beside: Some(id) }),
        None => only(id),
    }
}

/// Finds a secret key after its name: `aws_secret_access_key = ...`.
pub(super) fn aws_secret(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    let before = bytes[mark.start.saturating_sub(7)..mark.start].to_ascii_lowercase();
    (before.ends_with(b"secret_") || before.ends_with(b"secret")).then_some(())?;
    let gap = run(bytes, mark.end, |byte| matches!(byte, b' ' | b'=' | b':' | b'"' | b'\'' | b'\t' | b'`' | b'\\'));
    let gap = if gap.len() > 12 { gap.start..gap.start + 12 } else { gap };
    let secret = run(bytes, gap.end, is_digit64);
    (!gap.is_empty() && secret.len() == 40 && is_aws_secret(&bytes[secret.clone()])).then_some(())?;
    only(secret)
}

fn is_aws_secret(text: &[u8]) -> bool {
    let lower = text.iter().any(u8::is_ascii_lowercase);
    let upper = text.iter().any(u8::is_ascii_uppercase);
    lower && upper && looks::is_random(text, Look::Mixed)
}

/// Returns the runs of bytes of a class that begin within a range.
fn runs(bytes: &[u8], within: Range<usize>, class: fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = within.start;
    std::iter::from_fn(move || {
        at += bytes[at..within.end].iter().take_while(|byte| !class(**byte)).count();
        let found = run(bytes, at, class);
        at = found.end.min(within.end);
        (!found.is_empty() && found.start < within.end).then_some(found)
    })
}

/// Finds the key of a storage account, except the well-known key of the emulator.
pub(super) fn azure(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    const EMULATOR: &[u8] = b"Eby8vdM02xNOcqFl";
    let key = run(&bytes[..(mark.end + 100).min(bytes.len())], mark.end, is_base64);
    let text = &bytes[key.clone()];
    ((43..100).contains(&text.len()) && !text.starts_with(EMULATOR) && looks::is_random(text, Look::Mixed))
        .then_some(())?;
    only(key)
}

/// Finds a block of a private key whose body is long enough to be one.
pub(super) fn private_key(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let before = &bytes[mark.start.saturating_sub(40)..mark.start];
    let begin = before.windows(BEGIN.len()).rposition(|window| window == BEGIN)?;
    let start = mark.start - (before.len() - begin);
    let kind =
        run(bytes, start + BEGIN.len(), |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let head = &bytes[kind.end..(kind.end + 5).min(bytes.len())];
    (kind.end >= mark.end && head == b"-----").then_some(())?;
    // A key is no longer than this, and ends at the next line of dashes.
    let rest = &bytes[kind.end + 5..(kind.end + 5 + LONGEST).min(bytes.len())];
    let end = rest.windows(5).position(|window| window == b"-----").unwrap_or(rest.len());
    let body = run(&bytes[..kind.end + 5 + end], kind.end + 5, |byte| {
        is_base64(byte)
            || byte.is_ascii_whitespace()
            || matches!(byte, b'\\' | b'"' | b',' | b':' | b'-' | b'(' | b')' | b'.')
    });
    let text = &bytes[body.clone()];
    // The `n` of an escape, `\n`, is not part of the key.
    let words = text.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'\\' | b'"' | b','));
    let words: Vec<&[u8]> = words.map(|word| word.strip_prefix(b"n").unwrap_or(word)).collect();
    let is_line = |word: &&[u8]| word.len() >= 16 && word.iter().all(|byte| is_base64(*byte));
    // The key or one of its headers has to follow, not a sentence about keys.
    let first = words.iter().find(|word| !word.is_empty())?;
    (is_line(first) || first.ends_with(b":")).then_some(())?;
    let key: Vec<u8> = words.iter().copied().filter(is_line).flatten().copied().collect();
    let cut = looks::has(text, b"...") || looks::has(&key.to_ascii_lowercase(), b"example");
    // Keys contain long runs of the same letter, but are random nevertheless.
    (!cut && key.len() >= 40 && looks::entropy(&key) >= 3.8).then_some(())?;
    only(start..body.end)
}

/// Finds a signed JSON web token (RFC 7515), except one that is marked as an example or as public.
pub(super) fn web_token(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    // A token that grants access has one of these claims (RFC 7519 section 4.1).
    const CLAIMS: &[&[u8]] = &[b"\"iss\"", b"\"sub\"", b"\"aud\"", b"\"exp\"", b"\"nbf\"", b"\"iat\"", b"\"jti\""];
    const PUBLIC: &[&[u8]] = &[b"john doe", b"jane doe", b"1234567890", b"example", b"\"anon\"", b"\"joe\""];
    fn part(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    }
    let before = bytes[..mark.start].last();
    (looks::starts_alone(bytes, mark.start) && !matches!(before, Some(b'.' | b'-'))).then_some(())?;
    let header = run(bytes, mark.start, part);
    let after = |range: &Range<usize>| (bytes.get(range.end) == Some(&b'.')).then(|| run(bytes, range.end + 1, part));
    let payload = after(&header)?;
    let signature = after(&payload)?;
    let says = from_base64(&bytes[payload.clone()]).to_ascii_lowercase();
    let is_token = looks::has(&from_base64(&bytes[header]), b"\"alg\"")
        && CLAIMS.iter().any(|claim| looks::has(&says, claim))
        && !PUBLIC.iter().any(|word| looks::has(&says, word))
        && signature.len() >= 27
        && looks::is_random(&bytes[signature.clone()], Look::Mixed);
    is_token.then_some(())?;
    only(mark.start..signature.end)
}

/// The schemes of addresses that can contain a user and a password.
const SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "clickhouse",
    "couchbase",
    "ftp",
    "ftps",
    "http",
    "https",
    "imap",
    "imaps",
    "ldap",
    "ldaps",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "mqtt",
    "mqtts",
    "mssql",
    "mysql",
    "mysql2",
    "nats",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "sftp",
    "smb",
    "smtp",
    "smtps",
    "sqlserver",
    "ssh",
];

static HOST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?-u:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)").ok());

/// Finds an address with a password, such as that of a remote database.
pub(super) fn connection(bytes: &[u8], mark: Range<usize>) -> Option<SecretRange> {
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = bytes[..mark.start].iter().rev().take(16).take_while(|byte| is_scheme(byte)).count();
    let start = mark.start - length;
    let scheme = std::str::from_utf8(&bytes[start..mark.start]).ok()?.to_ascii_lowercase();
    // SQLAlchemy names the driver after a plus: `postgresql+asyncpg`.
    let known = |scheme: &str| SCHEMES.contains(&scheme);
    (known(&scheme) || scheme.split_once('+').is_some_and(|(scheme, _)| known(scheme))).then_some(())?;
    let user =
        run(bytes, mark.end, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'+'));
    (bytes.get(user.end) == Some(&b':')).then_some(())?;
    let password = run(bytes, user.end + 1, |byte| byte.is_ascii_graphic() && !b"@/\"'<>`{}[]()|\\".contains(&byte));
    (bytes.get(password.end) == Some(&b'@')).then_some(())?;
    let rest = &bytes[password.end + 1..(password.end + 256).min(bytes.len())];
    let host = HOST.as_ref()?.find(rest)?;
    let name = std::str::from_utf8(host.as_bytes()).ok()?.to_ascii_lowercase();
    let text = std::str::from_utf8(&bytes[password.clone()]).ok()?;
    (is_password(text) && !is_example_host(&name)).then_some(())?;
    Some(SecretRange { range: start..password.end + 1 + host.end(), beside: Some(password) })
}

/// Returns true for a password that is worth hiding: neither a word nor a variable of a template.
fn is_password(written: &str) -> bool {
    let text = &*percent_decode_str(written).decode_utf8_lossy();
    let letters = text.chars().any(|c| c.is_ascii_alphabetic());
    let others = text.chars().any(|c| !c.is_ascii_alphabetic());
    let is_marked = text.starts_with(['$', '%', ':', '*', '.']);
    let variable = text.contains(['<', '>', '{', '}'])
        || text.contains("&lt;")
        || is_marked && !text.contains(|c: char| c.is_ascii_digit());
    letters
        && others
        && !variable
        && !text.contains(char::is_control)
        && !looks::has(&text.as_bytes().to_ascii_lowercase(), b"example")
        && environment::is_worth_a_search(text)
        && looks::entropy(text.as_bytes()) >= 2.5
}

/// Returns true for the reader's own machine, and for names reserved for examples (RFC 2606, RFC 6761).
fn is_example_host(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    let own = ["localhost", "0.0.0.0", "[::1]", "host", "hostname", "server", "host.docker.internal"].contains(&host);
    let example = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    own || example || host.starts_with("127.") || ["example", "test", "invalid", "localhost"].contains(&last)
}
