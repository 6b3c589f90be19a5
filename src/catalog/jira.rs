//! `.jira`: opens and updates issues in Jira.

use super::vocabulary::*;

pub(super) const JIRA: ConnectorType = ConnectorType {
    block: "jira",
    kibana_id: ".jira",
    title: "Jira",
    doc: "Opens and updates issues in a Jira project, for rules and for cases.",
    license: License::Gold,
    config: &[
        text("api_url").required().doc("URL of the Jira instance.").example("https://example.atlassian.net"),
        text("project_key").required().doc("Key of the Jira project that issues belong to.").example("OPS"),
    ],
    secrets: &[
        text("email")
            .required()
            .doc("Email address of the Jira account; for Jira Server or Data Center its user name.")
            .example("ops@example.com"),
        text("api_token")
            .required()
            .doc("API token of the Jira account; for Jira Server or Data Center its password.")
            .example("an-api-token"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "project_key": "P", "secrets": {"email": "a@b.co", "api_token": "t"}}"#,
        r#"{"apiUrl": "https://a.example", "projectKey": "P"}"#,
        r#"{"email": "a@b.co", "apiToken": "t"}"#,
    ),
    Case::refused(
        "project_key",
        r#"{"api_url": "https://a.example", "project_key": "", "secrets": {"email": "a@b.co", "api_token": "t"}}"#,
    ),
    Case::refused(
        "secrets.api_token",
        r#"{"api_url": "https://a.example", "project_key": "P", "secrets": {"email": "a@b.co"}}"#,
    ),
    Case::silent(r#"{"api_url": "?", "project_key": "?", "secrets": {"email": "?", "api_token": "?"}}"#),
];
