//! `.xsoar`: creates incidents in Palo Alto Networks Cortex XSOAR.

use super::vocabulary::*;

pub(super) const XSOAR: ConnectorType = ConnectorType {
    block: "xsoar",
    kibana_id: ".xsoar",
    title: "XSOAR",
    doc: "Creates an incident in Cortex XSOAR, and may start a playbook, when a rule fires.",
    license: License::Platinum,
    since: "8.19",
    config: &[text("url")
        .required()
        .doc("URL of the Cortex XSOAR instance.")
        .example("https://xsoar.example.com")],
    secrets: &[
        text("api_key").required().doc("API key of the Cortex XSOAR instance.").example("an-api-key"),
        // `.resilient` has an `apiKeyId` under the same name here.
        text("api_key_id")
            .key("apiKeyID")
            .doc("ID of the API key. Cortex XSOAR 8 asks for it; leave it out with version 6."),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"api_key": "k"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"apiKey": "k"}"#,
    ),
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"api_key": "k", "api_key_id": "i"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"apiKey": "k", "apiKeyID": "i"}"#,
    ),
    Case::refused("url", r#"{"url": "", "secrets": {"api_key": "k"}}"#),
    Case::refused("secrets.api_key", r#"{"url": "https://a.example", "secrets": {"api_key_id": "i"}}"#),
    Case::silent(r#"{"url": "?", "secrets": {"api_key": "?"}}"#),
];
