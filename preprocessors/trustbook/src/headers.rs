//! `trustbook headers`: prints the HTTP headers of the site as settings for a common server.

use crate::failure::Failure;
use crate::output;
use clap::ValueEnum;
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use trustbook_core::output::headers::{DOCUMENTS, POLICY_HEADER, TYPES, all, of_documents};

#[derive(Debug, clap::Args)]
pub(crate) struct HeadersArgs {
    /// The server or host. Cloudflare Pages and Netlify need none of this: they read `_headers` of the site.
    #[arg(value_enum)]
    server: Server,
    /// The path of the site on its host, for the page of addresses that lead nowhere.
    #[arg(long, default_value = "/", value_parser = path)]
    path: String,
}

/// Parses a path such as `/trust/`, which needs no quotes in any settings.
fn path(text: &str) -> Result<String, String> {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/".contains(c));
    match text.starts_with('/') && is_plain {
        true => Ok(format!("{}/", text.trim_end_matches('/'))),
        false => Err("write a path such as /trust/".to_owned()),
    }
}

/// The server that serves the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Server {
    Apache,
    Caddy,
    Nginx,
    Vercel,
}

pub(crate) fn run(args: &HeadersArgs) -> Result<ExitCode, Failure> {
    output::print(&match args.server {
        Server::Apache => apache(&args.path),
        Server::Caddy => caddy(&args.path),
        Server::Nginx => nginx(&args.path),
        Server::Vercel => vercel(),
    });
    Ok(ExitCode::SUCCESS)
}

/// Returns the content security policy of documents that are not pages.
fn policy_of_documents() -> String {
    of_documents().into_iter().find(|(name, _)| *name == POLICY_HEADER).map(|(_, value)| value).unwrap_or_default()
}

/// Returns a regular expression that matches the file extensions of those documents.
fn documents() -> String {
    let endings: Vec<&str> = DOCUMENTS.iter().map(|ending| ending.trim_start_matches('.')).collect();
    format!("\\.({})$", endings.join("|"))
}

fn apache(path: &str) -> String {
    let mut text = format!(
        "# Within the <VirtualHost> or <Directory> of the site; needs mod_headers and mod_mime.\n\
        ErrorDocument 404 {path}404.html\n"
    );
    text.extend(all().iter().map(|(name, value)| format!("Header always set {name} \"{value}\"\n")));
    text.push_str(&format!(
        "<FilesMatch \"(?i){}\">\n    Header always set {POLICY_HEADER} \"{}\"\n</FilesMatch>\n",
        documents(),
        policy_of_documents()
    ));
    text.extend(TYPES.iter().map(|(ending, kind)| format!("AddType \"{kind}\" {ending}\n")));
    text
}

fn caddy(path: &str) -> String {
    let endings: Vec<String> = DOCUMENTS.iter().map(|ending| format!("*{ending}")).collect();
    let mut text = format!(
        "# Within the block of the site.\n@documents path {0}\n@pages not path {0}\nheader {{\n",
        endings.join(" ")
    );
    let (policy, others): (Vec<_>, Vec<_>) = all().into_iter().partition(|(name, _)| *name == POLICY_HEADER);
    text.extend(others.iter().map(|(name, value)| format!("\t{name} \"{value}\"\n")));
    text.push_str("}\n");
    text.extend(policy.iter().map(|(name, value)| format!("header @pages {name} \"{value}\"\n")));
    text.push_str(&format!("header @documents {POLICY_HEADER} \"{}\"\n", policy_of_documents()));
    text.extend(TYPES.iter().map(|(ending, kind)| format!("header *{ending} Content-Type \"{kind}\"\n")));
    text.push_str(&format!(
        "handle_errors {{\n\t@missing expression {{http.error.status_code}} == 404\n\trewrite @missing {path}404.html\n\
        \tfile_server\n}}\n"
    ));
    text
}

fn nginx(path: &str) -> String {
    let line = |(name, value): &(&str, String)| format!("add_header {name} \"{value}\" always;\n");
    let mut text =
        "# Within the `server` of the site. A `location` with an `add_header` of its own needs all of them again.\n"
            .to_owned();
    text.push_str(&format!("error_page 404 {path}404.html;\n"));
    text.extend(all().iter().map(line));
    text.push_str(&format!("location ~* {} {{\n", documents()));
    text.extend(of_documents().iter().map(|header| format!("    {}", line(header))));
    text.push_str("}\n");
    text.extend(TYPES.iter().map(|(ending, kind)| {
        format!("location ~ \\{ending}$ {{\n    types {{ }}\n    default_type \"{kind}\";\n}}\n")
    }));
    text
}

fn vercel() -> String {
    let header = |name: &str, value: &str| json!({ "key": name, "value": value });
    let every: Vec<Json> = all().iter().map(|(name, value)| header(name, value)).collect();
    let mut rules = vec![json!({ "source": "/(.*)", "headers": every })];
    // If two rules set the same header, the last one applies.
    rules.extend(DOCUMENTS.iter().map(
        |ending| json!({ "source": format!("/(.*)\\{ending}"), "headers": [header(POLICY_HEADER, &policy_of_documents())] }),
    ));
    rules.extend(TYPES.iter().map(
        |(ending, kind)| json!({ "source": format!("/(.*)\\{ending}"), "headers": [header("Content-Type", kind)] }),
    ));
    format!("{:#}\n", json!({ "headers": rules }))
}
