//! The page of the resource for the types of Kibana's own catalogue, with a table of those that are known.

use std::fmt::Write as _;

use super::markdown;
use crate::catalog::specs::{SPECS, Spec};
use crate::offer::Served as _;
use crate::resources::connector::Connector;

/// Name of the resource.
pub(super) const TYPE_NAME: &str = "kibana_connector_spec";

/// The folders below `examples/spec` in the order in which the page shows them, and what each shows: one for
/// every way to authenticate, and one for write-only secrets.
const EXAMPLES: [(&str, &str); 13] = [
    ("`basic`", "jira_cloud"),
    ("`bearer`", "github"),
    ("`secrets_wo`", "jina"),
    ("`api_key_header`", "abuseipdb"),
    ("`api_key_query`", "trello"),
    ("`oauth_client_credentials`", "servicenow_search"),
    ("`oauth_authorization_code`", "hubspot"),
    ("`aws_credentials`", "amazon_s3"),
    ("`azure_shared_key`", "azure_blob"),
    ("`gcp_service_account`", "gcp_cloud_functions"),
    ("`ears`", "google_drive"),
    ("`none`", "inbound_webhook"),
    ("`other`", "kubernetes"),
];

/// The page's text.
pub(super) fn page(connector: &Connector, read: &dyn Fn(&str) -> String) -> String {
    let block = &connector.schema().block;
    let example = |(shows, folder): &(&str, &str)| {
        let hcl = read(&format!("examples/spec/{folder}/main.tf"));
        format!("### With {shows}\n\n```terraform\n{}\n```", hcl.trim_end())
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

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use crate::catalog::auth::AUTH_TYPES;

    #[test]
    fn the_page_has_an_example_for_every_way_to_authenticate() {
        for auth in AUTH_TYPES {
            let title = format!("`{}`", auth.name);
            let (_, folder) = EXAMPLES.iter().find(|(shows, _)| *shows == title).expect(auth.name);
            let path = format!("{}/examples/spec/{folder}/main.tf", env!("CARGO_MANIFEST_DIR"));
            let hcl = std::fs::read_to_string(&path).expect("an example");
            assert!(hcl.contains(&format!("      {} {{", auth.name)), "{path}");
        }
    }
}
