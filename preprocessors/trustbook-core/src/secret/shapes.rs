//! The shapes of well-known tokens: the mark that each has, its surroundings, and the look of its random part.

use super::looks::{self, Look};
use super::{Hit, SecretKind, special};
use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// A kind of token.
struct TokenShape {
    /// The name of the kind, with its article.
    kind: &'static str,
    /// The marks; every such token contains one of them.
    marks: &'static [&'static str],
    how: How,
}

/// The test that tells a token from a text that only contains its mark.
enum How {
    /// The token begins with the mark and is all that the expression matches; the group of the expression is random.
    Begins(&'static str, Look),
    /// The mark is inside the token, at most this many bytes from its beginning.
    Holds(&'static str, Look, usize),
    /// Like `Begins`, but only near this word.
    Near(&'static str, Look, &'static str),
    /// The shape needs more than an expression.
    Special(special::Finder),
}

use How::{Begins, Holds, Near, Special};
use Look::{Hex, Letters, Mixed, Upper};

/// The distance that an expression reaches beyond a mark, in bytes.
const REACH: usize = 450;
/// The same distance for a mark inside a token.
const SHORT_REACH: usize = 110;
/// The distance from a token within which a word can explain it, in bytes.
const NEAR: usize = 200;

const fn shape(kind: &'static str, marks: &'static [&'static str], how: How) -> TokenShape {
    TokenShape { kind, marks, how }
}

/// All shapes, grouped by kind. Formats are those that the issuers document, or that GitHub's secret scanning names.
const SHAPES: &[TokenShape] = &[
    shape("a DigitalOcean token", &["dop_v1_", "doo_v1_", "dor_v1_"], Begins("do[opr]_v1_([0-9a-f]{64})", Hex)),
    shape("a Discord webhook", &["discord.com/api/", "discordapp.com/api/"], Begins(DISCORD, Mixed)),
    shape("a Docker token", &["dckr_pat_", "dckr_oat_"], Begins("dckr_[po]at_([A-Za-z0-9_-]{27,40})", Mixed)),
    shape("a Databricks token", &["dapi"], Begins("dapi([0-9a-f]{32})(?:-[0-9])?", Hex)),
    shape(
        "a GitHub token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        Begins("gh[pousr]_([A-Za-z0-9]{36,251})", Mixed),
    ),
    shape("a GitHub token", &["github_pat_"], Begins("github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})", Mixed)),
    shape(
        "a GitLab token",
        &["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glft-", "glimt-", "glagent-", "glsoat-", "gloas-"],
        Begins(r"gl[a-z]{2,5}-([A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{9})?)", Mixed),
    ),
    shape("a Google API key", &["AIza"], Begins("(AIza[A-Za-z0-9_-]{35})", Mixed)),
    shape("a Google OAuth secret", &["GOCSPX-"], Begins("GOCSPX-([A-Za-z0-9_-]{28})", Mixed)),
    shape("a Grafana token", &["glsa_"], Begins("glsa_([A-Za-z0-9]{32}_[0-9a-fA-F]{8})", Mixed)),
    shape("a Grafana token", &["glc_eyJ"], Begins("glc_(eyJ[A-Za-z0-9+/_-]{40,400})", Mixed)),
    shape("a Hugging Face token", &["hf_", "api_org_"], Begins("(?:hf|api_org)_([A-Za-z0-9]{34,40})", Letters)),
    shape("a Linear token", &["lin_api_", "lin_oauth_"], Begins("lin_(?:api|oauth)_([A-Za-z0-9]{40,64})", Mixed)),
    shape("a Mailgun key", &["key-"], Near("key-([0-9a-f]{32})", Hex, "mailgun")),
    shape("a Notion token", &["ntn_"], Begins("ntn_([A-Za-z0-9]{43,50})", Mixed)),
    shape("a Notion token", &["secret_"], Begins("secret_([A-Za-z0-9]{43})", Mixed)),
    shape("an npm token", &["npm_"], Begins("npm_([A-Za-z0-9]{36})", Mixed)),
    shape(
        "an OpenAI key",
        &["T3BlbkFJ"],
        Holds("sk-(?:[A-Za-z]{2,10}-)?([A-Za-z0-9_-]{16,100}T3BlbkFJ[A-Za-z0-9_-]{16,100})", Mixed, 120),
    ),
    shape("a PyPI token", &["pypi-AgE"], Begins("pypi-(AgE[A-Za-z0-9_-]{50,400})", Mixed)),
    shape("a SendGrid key", &["SG."], Begins(r"SG\.([A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})", Mixed)),
    shape(
        "a Shopify token",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        Begins("shp(?:at|ca|pa|ss)_([0-9a-fA-F]{32})", Hex),
    ),
    shape("a Slack token", &["xapp-"], Begins("xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{6,16}-([0-9a-f]{64})", Hex)),
    shape(
        "a Slack token",
        &["xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"],
        Begins("xox[a-z]-(?:[0-9]{6,16}-)*((?:[0-9]{6,16}-)[A-Za-z0-9-]{10,200}|[A-Za-z0-9%-]{40,300})", Mixed),
    ),
    shape("a Slack webhook", &["hooks.slack.com/"], Begins(SLACK, Mixed)),
    shape("a Square token", &["sq0atp-", "sq0csp-"], Begins("sq0[a-z]{3}-([A-Za-z0-9_-]{22,43})", Mixed)),
    shape("a Square token", &["EAAA"], Near("(EAAA[A-Za-z0-9_-]{60})", Mixed, "square")),
    shape("a Stripe key", &["sk_live_", "rk_live_"], Begins("[sr]k_live_([A-Za-z0-9]{16,247})", Mixed)),
    shape("a Stripe webhook secret", &["whsec_"], Begins("whsec_([A-Za-z0-9+/]{32,64})", Mixed)),
    shape("a Telegram bot token", &[":AA"], Holds("([0-9]{8,10}:AA[A-Za-z0-9_-]{33})", Mixed, 10)),
    shape("a Twilio API key", &["SK"], Begins("SK([0-9a-f]{32})", Hex)),
    shape("a Vault token", &["hvs.", "hvb.", "hvr."], Begins(r"hv[sbr]\.([A-Za-z0-9_-]{24,300})", Mixed)),
    shape("an age secret key", &["AGE-SECRET-KEY-1"], Begins("AGE-SECRET-KEY-1([02-9AC-HJ-NP-Z]{58})", Upper)),
    shape("an Anthropic key", &["sk-ant-"], Begins("sk-ant-[a-z]{2,10}[0-9]{2}-([A-Za-z0-9_-]{60,120})", Mixed)),
    shape("an Azure storage key", &["AccountKey=", "SharedAccessKey="], Special(special::azure)),
    shape("an AWS access key", &["AKIA", "ASIA"], Special(special::aws_id)),
    shape("an AWS secret key", &["access_key", "ACCESS_KEY", "AccessKey"], Special(special::aws_secret)),
    shape("a connection string with its password", &["://"], Special(special::connection)),
    shape("a private key", &["PRIVATE KEY"], Special(special::private_key)),
    shape("a signed web token (JWT)", &["eyJ"], Special(special::web_token)),
];

const DISCORD: &str = r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]{17,20}/([A-Za-z0-9_-]{60,90})";
const SLACK: &str =
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Z0-9]{7,12}/[A-Z0-9]{7,14}/([A-Za-z0-9]{20,40})";

/// The shapes, compiled for the search.
struct Compiled {
    /// The automaton over all marks of all shapes.
    marks: AhoCorasick,
    /// The index of the shape of each mark.
    of_mark: Vec<usize>,
    /// The expression of each shape that has one, compiled when its mark is first found.
    regexes: Vec<OnceLock<Option<Regex>>>,
}

impl Compiled {
    /// Returns the expression of a shape. A test checks that all expressions compile.
    fn regex(&self, shape: usize) -> Option<&Regex> {
        let read = || match SHAPES[shape].how {
            Begins(text, _) | Near(text, _, _) => Regex::new(&format!("^(?-u:{text})")).ok(),
            Holds(text, _, _) => Regex::new(&format!("(?-u:{text})")).ok(),
            Special(_) => None,
        };
        self.regexes[shape].get_or_init(read).as_ref()
    }
}

static COMPILED: LazyLock<Option<Compiled>> = LazyLock::new(compile);

fn compile() -> Option<Compiled> {
    let mut of_mark = Vec::new();
    let mut marks: Vec<&str> = Vec::new();
    for (index, shape) in SHAPES.iter().enumerate() {
        marks.extend(shape.marks);
        of_mark.extend(shape.marks.iter().map(|_| index));
    }
    let marks = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(marks).ok()?;
    Some(Compiled { marks, of_mark, regexes: SHAPES.iter().map(|_| OnceLock::new()).collect() })
}

/// Returns the tokens in some bytes, in the order of their marks and without overlaps.
pub(super) fn find(bytes: &[u8]) -> Vec<Hit> {
    let Some(compiled) = &*COMPILED else { return Vec::new() };
    let mut hits: Vec<Hit> = Vec::new();
    for mark in compiled.marks.find_iter(bytes) {
        let index = compiled.of_mark[mark.pattern().as_usize()];
        let Some(found) = found(&SHAPES[index], || compiled.regex(index), bytes, mark.range()) else {
            continue;
        };
        let known = |hit: &Hit| found.range.start < hit.range.end && hit.range.start < found.range.end;
        // Marks come in order, so only the last hits can reach this far.
        if !hits.iter().rev().take(8).any(known) {
            hits.push(Hit { what: SecretKind::Token(SHAPES[index].kind), range: found.range, beside: found.beside });
        }
    }
    hits
}

fn found<'r>(
    shape: &TokenShape,
    regex: impl Fn() -> Option<&'r Regex>,
    bytes: &[u8],
    mark: Range<usize>,
) -> Option<special::SecretRange> {
    let (look, back, reach, near) = match shape.how {
        Special(find) => return find(bytes, mark),
        Begins(_, look) => (look, 0, REACH, None),
        Near(_, look, word) => (look, 0, REACH, Some(word)),
        Holds(_, look, back) => (look, back, SHORT_REACH, None),
    };
    let from = mark.start.saturating_sub(back);
    let regex = regex()?;
    // The cheap tests come first: a file may consist of nothing but marks.
    let all = regex.find(&bytes[from..(mark.end + reach).min(bytes.len())])?;
    let range = from + all.start()..from + all.end();
    let holds_mark = range.start <= mark.start && mark.end <= range.end;
    (holds_mark && looks::stands_alone(bytes, &range)).then_some(())?;
    let random = regex.captures(&bytes[range.clone()])?.get(1)?;
    looks::is_random(random.as_bytes(), look).then_some(())?;
    let around = &bytes[range.start.saturating_sub(NEAR)..(range.end + NEAR).min(bytes.len())];
    let is_near = near.is_none_or(|word| looks::has(&around.to_ascii_lowercase(), word.as_bytes()));
    is_near.then_some(special::SecretRange { range, beside: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_can_be_read_and_every_kind_has_its_article() {
        let compiled = COMPILED.as_ref().unwrap();
        for (index, shape) in SHAPES.iter().enumerate() {
            assert_eq!(compiled.regex(index).is_none(), matches!(shape.how, Special(_)), "{}", shape.kind);
            assert!(shape.kind.starts_with("a ") || shape.kind.starts_with("an "), "{}", shape.kind);
            assert!(!shape.marks.is_empty());
        }
    }
}
