//! `.jira-service-management`: opens and closes alerts in Jira Service Management.

use super::vocabulary::*;

pub(super) const JIRA_SERVICE_MANAGEMENT: ConnectorType = ConnectorType {
    block: "jira_service_management",
    kibana_id: ".jira-service-management",
    title: "Jira Service Management",
    doc: "Opens and closes alerts in Atlassian's Jira Service Management.",
    license: License::Platinum,
    since: "9.2",
    config: &[text("api_url")
        .required()
        .doc("URL of the Jira Service Management API.")
        .example("https://api.atlassian.com")],
    secrets: &[text("api_key")
        .required()
        .doc("API key of the integration in Jira Service Management.")
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
    Case::refused("api_url", r#"{"api_url": "", "secrets": {"api_key": "k"}}"#),
    Case::refused("secrets.api_key", r#"{"api_url": "https://a.example", "secrets": {}}"#),
    Case::silent(r#"{"api_url": "?", "secrets": {"api_key": "?"}}"#),
];
