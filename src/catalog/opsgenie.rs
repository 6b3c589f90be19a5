//! `.opsgenie`: creates and closes alerts in Opsgenie.

use super::vocabulary::*;

pub(super) const OPSGENIE: ConnectorType = ConnectorType {
    block: "opsgenie",
    kibana_id: ".opsgenie",
    title: "Opsgenie",
    doc: "Creates an alert in Opsgenie when a rule fires, and closes it when the rule recovers.",
    license: License::Platinum,
    since: "8.6",
    config: &[text("api_url")
        .required()
        .doc("URL of the Opsgenie API. The European one is `https://api.eu.opsgenie.com`.")
        .example("https://api.opsgenie.com")],
    secrets: &[text("api_key")
        .required()
        .doc("API key of an Opsgenie API integration.")
        .example("an-api-key")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"api_key": "k"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"apiKey": "k"}"#,
    ),
    Case::refused("api_url", r#"{"api_url": " ", "secrets": {"api_key": "k"}}"#),
    Case::refused("secrets.api_key", r#"{"api_url": "https://a.example"}"#),
    Case::silent(r#"{"api_url": "?", "secrets": {"api_key": "?"}}"#),
];
