//! `.pagerduty`: triggers and resolves incidents in PagerDuty.

use super::vocabulary::*;

pub(super) const PAGERDUTY: ConnectorType = ConnectorType {
    block: "pagerduty",
    kibana_id: ".pagerduty",
    title: "PagerDuty",
    doc: "Triggers, acknowledges and resolves PagerDuty incidents over its Events API v2.",
    license: License::Gold,
    config: &[text("api_url").doc(
        "URL that events are sent to. If left out, it is PagerDuty's own, \
              `https://events.pagerduty.com/v2/enqueue`.",
    )],
    secrets: &[text("routing_key")
        .required()
        .doc("Integration key of the PagerDuty service or of its global ruleset.")
        .example("a-32-character-integration-key")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"secrets": {"routing_key": "k"}}"#, r#"{}"#, r#"{"routingKey": "k"}"#),
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"routing_key": "k"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"routingKey": "k"}"#,
    ),
    Case::refused("secrets.routing_key", r#"{}"#),
    Case::refused("secrets.routing_key", r#"{"secrets": {"routing_key": ""}}"#),
    Case::silent(r#"{"api_url": "?", "secrets": {"routing_key": "?"}}"#),
];
