//! `trustbook headers`: what a server says beside each page, as a piece of the settings of a common one.

use crate::failure::Failure;
use crate::output;
use clap::ValueEnum;
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use trustbook_core::output::headers::{TYPES, all};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server or host. Cloudflare Pages and Netlify need none of this: they read `_headers` of the site.
    #[arg(value_enum)]
    server: Server,
}

/// Who serves the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Server {
    Apache,
    Caddy,
    Nginx,
    Vercel,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    output::print(&match args.server {
        Server::Apache => apache(),
        Server::Caddy => caddy(),
        Server::Nginx => nginx(),
        Server::Vercel => vercel(),
    });
    Ok(ExitCode::SUCCESS)
}

fn apache() -> String {
    let mut text =
        "# Within the <VirtualHost> or <Directory> of the site; needs mod_headers and mod_mime.\n".to_owned();
    text.extend(all().iter().map(|(name, value)| format!("Header always set {name} \"{value}\"\n")));
    text.extend(TYPES.iter().map(|(ending, kind)| format!("AddType \"{kind}\" {ending}\n")));
    text
}

fn caddy() -> String {
    let mut text = "# Within the block of the site.\nheader {\n".to_owned();
    text.extend(all().iter().map(|(name, value)| format!("\t{name} \"{value}\"\n")));
    text.push_str("}\n");
    text.extend(TYPES.iter().map(|(ending, kind)| format!("header *{ending} Content-Type \"{kind}\"\n")));
    text
}

fn nginx() -> String {
    let mut text =
        "# Within the `server` of the site. A `location` with an `add_header` of its own needs all of them again.\n"
            .to_owned();
    text.extend(all().iter().map(|(name, value)| format!("add_header {name} \"{value}\" always;\n")));
    text.extend(TYPES.iter().map(|(ending, kind)| {
        format!("location ~ \\{ending}$ {{\n    types {{ }}\n    default_type \"{kind}\";\n}}\n")
    }));
    text
}

fn vercel() -> String {
    let header = |name: &str, value: &str| json!({ "key": name, "value": value });
    let every: Vec<Json> = all().iter().map(|(name, value)| header(name, value)).collect();
    let mut rules = vec![json!({ "source": "/(.*)", "headers": every })];
    rules.extend(TYPES.iter().map(
        |(ending, kind)| json!({ "source": format!("/(.*)\\{ending}"), "headers": [header("Content-Type", kind)] }),
    ));
    format!("{:#}\n", json!({ "headers": rules }))
}
