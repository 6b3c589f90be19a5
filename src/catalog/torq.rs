//! `.torq`: sends events to a Torq workflow.

use super::vocabulary::*;

pub(super) const TORQ: ConnectorType = ConnectorType {
    block: "torq",
    kibana_id: ".torq",
    title: "Torq",
    doc: "Sends an event to a Torq webhook integration, which starts a workflow, when a rule fires.",
    license: License::Gold,
    config: &[url("webhook_integration_url")
        .required()
        .doc("URL of the Elastic Security integration in Torq.")
        .example("https://hooks.torq.io/v1/webhooks/00000000-0000-0000-0000-000000000000")],
    secrets: &[text("token")
        .required()
        .doc("Value of the header with which the integration authenticates.")
        .example("a-token")],
    rules: &[always()
        .passes(
            "webhook_integration_url",
            is_at_torq,
            "The hosts of Torq known so far are hooks.torq.io and hooks.eu.torq.io, and Kibana refuses others. Your Kibana \
             may know more; it decides when the connector is saved.",
        )
        .warning()],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

/// Whether Kibana takes the URL's host for one of Torq's. It looks at neither scheme nor path.
fn is_at_torq(text: &str) -> bool {
    const HOSTS: [&str; 3] = ["hooks.torq.io", "hooks.eu.torq.io", "localhost"];
    url::Url::parse(text).is_ok_and(|url| url.host_str().is_some_and(|host| HOSTS.contains(&host)))
}

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"webhook_integration_url": "https://hooks.torq.io/x", "secrets": {"token": "t"}}"#,
        r#"{"webhookIntegrationUrl": "https://hooks.torq.io/x"}"#,
        r#"{"token": "t"}"#,
    ),
    Case::sends(
        r#"{"webhook_integration_url": "HTTPS://Hooks.EU.torq.io:8443", "secrets": {"token": "t"}}"#,
        r#"{"webhookIntegrationUrl": "HTTPS://Hooks.EU.torq.io:8443"}"#,
        r#"{"token": "t"}"#,
    ),
    Case::sends(
        r#"{"webhook_integration_url": "http://localhost:3000", "secrets": {"token": "t"}}"#,
        r#"{"webhookIntegrationUrl": "http://localhost:3000"}"#,
        r#"{"token": "t"}"#,
    ),
    Case::refused(
        "webhook_integration_url",
        r#"{"webhook_integration_url": "hooks.torq.io/x", "secrets": {"token": "t"}}"#,
    ),
    Case::warned(
        "webhook_integration_url",
        r#"{"webhook_integration_url": "https://hooks.torq.io.example", "secrets": {"token": "t"}}"#,
    ),
    Case::refused("secrets.token", r#"{"webhook_integration_url": "https://hooks.torq.io/x"}"#),
    Case::silent(r#"{"webhook_integration_url": "?", "secrets": {"token": "?"}}"#),
];
