//! `.d3security`: sends events to a D3 Security webhook.

use super::vocabulary::*;

pub(super) const D3SECURITY: ConnectorType = ConnectorType {
    block: "d3security",
    kibana_id: ".d3security",
    title: "D3 Security",
    doc: "Sends an event to D3 Security's SOAR platform, where it starts playbooks.",
    license: License::Gold,
    config: &[text("url")
        .required()
        .doc("URL of the webhook that D3 Security gives for its Kibana integration.")
        .example("https://example.d3security.com/webhook")],
    secrets: &[text("token")
        .required()
        .doc("Token that D3 Security gives for the webhook.")
        .example("a-token")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"token": "t"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"token": "t"}"#,
    ),
    Case::refused("url", r#"{"url": " ", "secrets": {"token": "t"}}"#),
    Case::refused("secrets.token", r#"{"url": "https://a.example"}"#),
    Case::silent(r#"{"url": "?", "secrets": {"token": "?"}}"#),
];
