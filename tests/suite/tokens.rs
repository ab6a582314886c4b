//! Tokens of every shape, generated at run time: no file of this project contains anything that looks like one.

/// Returns a pseudo-random text, the same in each run.
pub(crate) fn random(seed: u64, alphabet: &str, length: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &str = "0123456789abcdef";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BECH32: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

fn mixed(seed: u64, length: usize) -> String {
    random(seed, MIXED, length)
}

fn hex(seed: u64, length: usize) -> String {
    random(seed, HEX, length)
}

/// Returns a private key as a block of lines, which opens nothing.
pub(crate) fn private_key(kind: &str, seed: u64) -> String {
    let body: Vec<String> = (0..6).map(|line| mixed(seed + line, 64)).collect();
    format!("-----BEGIN {kind}PRIVATE KEY-----\n{}\n-----END {kind}PRIVATE KEY-----", body.join("\n"))
}

fn base64url(text: &str) -> String {
    let digits: Vec<char> = URL.chars().collect();
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let six: Vec<String> = bits.as_bytes().chunks(6).map(|six| String::from_utf8(six.to_vec()).unwrap()).collect();
    six.iter().map(|six| digits[usize::from_str_radix(&format!("{six:0<6}"), 2).unwrap()]).collect()
}

/// Returns a signed web token with this payload.
pub(crate) fn web_token(payload: &str, seed: u64) -> String {
    format!("{}.{}.{}", base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), base64url(payload), random(seed, URL, 43))
}

/// Returns a token of every shape, each with the words of its finding.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    let of = |kind, parts: &[&str]| (kind, parts.concat());
    vec![
        of("a GitHub token", &["gh", "p_", &mixed(1, 36)]),
        of("a GitHub token", &["gh", "o_", &mixed(2, 36)]),
        of("a GitHub token", &["gh", "s_", &mixed(3, 36)]),
        of("a GitHub token", &["github", "_pat_", &mixed(4, 22), "_", &mixed(5, 59)]),
        of("a GitLab token", &["gl", "pat-", &mixed(6, 20)]),
        of("an AWS access key", &["AK", "IA", &random(7, BASE32, 16)]),
        of("an AWS secret key", &["aws_secret_access_key = ", &mixed(8, 40)]),
        of("a Google API key", &["AI", "za", &random(9, URL, 35)]),
        of("a Google OAuth secret", &["GOC", "SPX-", &mixed(10, 28)]),
        of("a Slack token", &["xo", "xb-", "260183947561-", "7394018265530-", &mixed(11, 24)]),
        of("a Slack webhook", &["https://hooks.", "slack.com/services/T07KQ2M9X/B05RWZ81L/", &mixed(12, 24)]),
        of("a Stripe key", &["sk_", "live_", &mixed(13, 24)]),
        of("a Stripe key", &["rk_", "live_", &mixed(14, 24)]),
        of("a Stripe webhook secret", &["wh", "sec_", &mixed(15, 32)]),
        of("an OpenAI key", &["sk", "-proj-", &mixed(16, 40), "T3Blbk", "FJ", &mixed(17, 40)]),
        of("an Anthropic key", &["sk", "-ant-", "api03-", &mixed(18, 95)]),
        of("an npm token", &["np", "m_", &mixed(19, 36)]),
        of("a PyPI token", &["py", "pi-", "AgEIcHlwaS5vcmc", &mixed(20, 100)]),
        of("a SendGrid key", &["S", "G.", &mixed(21, 22), ".", &mixed(22, 43)]),
        of("a Twilio API key", &["S", "K", &hex(23, 32)]),
        of("a Mailgun key", &["mailgun ", "key", "-", &hex(24, 32)]),
        of("a DigitalOcean token", &["dop", "_v1_", &hex(25, 64)]),
        of("a Hugging Face token", &["h", "f_", &mixed(26, 34)]),
        of("a Databricks token", &["da", "pi", &hex(27, 32)]),
        of("a Shopify token", &["shp", "at_", &hex(28, 32)]),
        of("a Square token", &["sq0", "atp-", &mixed(29, 22)]),
        of("a Telegram bot token", &["5830174926", ":A", "A", &mixed(30, 33)]),
        of("a Discord webhook", &["https://dis", "cord.com/api/webhooks/973058214603958271/", &mixed(31, 68)]),
        of("a Docker token", &["dckr", "_pat_", &mixed(32, 27)]),
        of("a Linear token", &["lin", "_api_", &mixed(33, 40)]),
        of("a Notion token", &["nt", "n_", "58302917465", &mixed(34, 35)]),
        of("a Notion token", &["sec", "ret_", &mixed(35, 43)]),
        of("a Grafana token", &["gl", "sa_", &mixed(36, 32), "_", &hex(37, 8)]),
        of("a Vault token", &["hv", "s.", &mixed(38, 24)]),
        of("an age secret key", &["AGE-SECRET", "-KEY-1", &random(39, BECH32, 58)]),
        ("a private key", private_key("RSA ", 40)),
        ("a private key", private_key("OPENSSH ", 50)),
        ("a signed web token (JWT)", web_token("{\"sub\":\"deploy\",\"iat\":1767225600}", 60)),
        of("a connection string with its password", &["postgres://app:", &mixed(61, 16), "@db.internal:5432/app"]),
        of("a connection string with its password", &["mongodb+srv://root:", &mixed(62, 12), "@c1.mongo.dev/"]),
        of("an Azure storage key", &["AccountName=logs;AccountKey=", &mixed(63, 86), "=="]),
    ]
}

/// Returns texts that resemble tokens: placeholders from documentation, and well-known examples.
pub(crate) fn look_alikes() -> Vec<String> {
    let of = |parts: &[&str]| parts.concat();
    let x = |count: usize| "x".repeat(count);
    let word = "thisIsOnlyAnExampleAndNoRealTokenOfMine";
    vec![
        of(&["AK", "IA", "IOSFODNN7", "EXAMPLE"]),
        of(&["AK", "IA", &"X".repeat(16)]),
        of(&["AK", "IA", "ABCDEFGHIJKLMNOP"]),
        of(&["aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"]),
        of(&["aws_secret_access_key = ", &x(40)]),
        of(&["gh", "p_", &x(36)]),
        of(&["gh", "p_", &"X".repeat(36)]),
        of(&["gh", "p_", &"0".repeat(36)]),
        of(&["gh", "p_", "abcdefghijklmnopqrstuvwxyz0123456789"]),
        of(&["gh", "p_", &"a1b2c3d4".repeat(5)[..36]]),
        of(&["gh", "p_", &word[..36]]),
        of(&["gh", "p_", "..."]),
        of(&["gh", "p_", &"*".repeat(36)]),
        of(&["gh", "p_", &mixed(70, 20)]),
        of(&["my_gh", "p_", &mixed(71, 36)]),
        of(&["github", "_pat_", &x(22), "_", &x(59)]),
        of(&["gl", "pat-", &x(20)]),
        of(&["gl", "pat-", "your-access-token-here"]),
        of(&["AI", "za", &x(35)]),
        of(&["AI", "zaSy", &"A".repeat(33)]),
        of(&["GOC", "SPX-", &x(28)]),
        of(&["xo", "xb-", "123456789012-1234567890123-", &x(24)]),
        of(&["xo", "xb-", "your-token"]),
        of(&["https://hooks.", "slack.com/services/T00000000/B00000000/", &"X".repeat(24)]),
        of(&["sk_", "test_", &mixed(72, 24)]),
        of(&["pk_", "live_", &mixed(73, 24)]),
        of(&["pk_", "test_", &mixed(74, 24)]),
        of(&["sk_", "live_", &x(24)]),
        of(&["sk", "-", &mixed(75, 22)]),
        of(&["sk", "-1234"]),
        of(&["sk", "-proj-", &x(48)]),
        of(&["sk", "-ant-", "api03-", &x(95)]),
        of(&["np", "m_", &x(36)]),
        of(&["py", "pi-", "AgEIcHlwaS5vcmc", &"x".repeat(60)]),
        of(&["S", "G.", &x(22), ".", &x(43)]),
        of(&["key", "-", &hex(76, 32)]),
        of(&["dop", "_v1_", &"0".repeat(64)]),
        of(&["h", "f_", &x(34)]),
        of(&["da", "pi", &"0123456789abcdef".repeat(2)]),
        of(&["shp", "at_", &"deadbeef".repeat(4)]),
        of(&["123456789", ":A", "A", &x(33)]),
        of(&["hv", "s.", &x(24)]),
        of(&["AGE-SECRET", "-KEY-1", &"Q".repeat(58)]),
        of(&["-----BEGIN ", "PRIVATE KEY-----\n...\n-----END ", "PRIVATE KEY-----"]),
        of(&["-----BEGIN ", "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC...\n-----END ", "PRIVATE KEY-----"]),
        of(&["The file begins with -----BEGIN RSA ", "PRIVATE KEY----- and must be kept safe."]),
        of(&["-----BEGIN ", "PUBLIC KEY-----\n", &mixed(77, 64), "\n-----END ", "PUBLIC KEY-----"]),
        of(&["-----BEGIN ", "CERTIFICATE-----\n", &mixed(78, 64), "\n-----END ", "CERTIFICATE-----"]),
        of(&["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", &mixed(79, 43), " security@example.com"]),
        web_token("{\"sub\":\"1234567890\",\"name\":\"John Doe\",\"iat\":1516239022}", 80),
        web_token("{\"some\":\"payload\"}", 90),
        web_token("{\"iss\":\"supabase\",\"role\":\"anon\"}", 81),
        of(&[&base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")]),
        of(&[&base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), ".", &base64url("{\"sub\":\"deploy\"}"), "."]),
        of(&["AccountKey=", "Eby8vdM02xNOcqFl", &mixed(82, 70), "=="]),
        of(&["AccountKey=", &"A".repeat(86), "=="]),
        of(&["postgres://user:", &mixed(83, 16), "@localhost:5432/db"]),
        of(&["postgres://user:", &mixed(84, 16), "@db.example.com/db"]),
        of(&["data:image/png;base64,", &mixed(85, 400)]),
        of(&["integrity=\"sha384-", &mixed(86, 64), "\""]),
        of(&["commit ", &hex(87, 40)]),
        of(&["sha256:", &hex(88, 64)]),
    ]
}
