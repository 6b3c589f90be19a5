//! The page of the resource for the types of Kibana's own catalogue, with a table of those that are known.

use super::markdown;
use crate::catalog::specs::{SPECS, Spec};
use crate::offer::Served as _;
use crate::resources::connector::Connector;
use std::fmt::Write as _;

/// Name of the resource.
pub(super) const TYPE_NAME: &str = "kibana_connector_spec";

/// The folders below `examples/spec`, in the order in which the page shows them.
const EXAMPLES: [&str; 5] = ["jira_cloud", "github", "jina", "amazon_s3", "abuseipdb"];

/// The page's text.
pub(super) fn page(connector: &Connector, read: &dyn Fn(&str) -> String) -> String {
    let block = &connector.schema().block;
    let example = |folder: &&str| {
        let hcl = read(&format!("examples/spec/{folder}/main.tf"));
        format!("```terraform\n{}\n```", hcl.trim_end())
    };
    let text = include_str!("templates/spec.md")
        .replace("{{description}}", &block.description)
        .replace("{{examples}}", &EXAMPLES.iter().map(example).collect::<Vec<_>>().join("\n\n"))
        .replace("{{schema}}", markdown::block(block, "").trim_end())
        .replace("{{types}}", &table());
    format!("{}\n", text.trim_end())
}

fn table() -> String {
    let mut table =
        "| Type | Connector | Keys of `config` | Authentication | License | Since |\n| --- | --- | --- | --- | --- | --- |"
            .to_owned();
    for spec in SPECS {
        let _ = write!(
            table,
            "\n| `{}` | {} | {} | {} | {} | {} |",
            spec.kibana_id,
            spec.title,
            keys(spec),
            spec.auth.iter().map(|auth| way(auth)).collect::<Vec<_>>().join(", "),
            spec.license.map_or("unknown", crate::catalog::vocabulary::License::as_str),
            if spec.since.is_empty() { "unknown" } else { spec.since },
        );
    }
    table
}

fn keys(spec: &Spec) -> String {
    let Some((required, optional)) = spec.keys else { return "unknown".to_owned() };
    let required = required.iter().map(|key| format!("**`{key}`**"));
    let all: Vec<_> = required.chain(optional.iter().map(|key| format!("`{key}`"))).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn way(auth: &str) -> String {
    match auth.split_once(": ") {
        Some((name, keys)) => format!("`{name}`: `{keys}`"),
        None => format!("`{auth}`"),
    }
}
