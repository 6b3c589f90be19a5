//! `.tines`: sends events to a Tines story.

use super::vocabulary::*;

pub(super) const TINES: ConnectorType = ConnectorType {
    block: "tines",
    kibana_id: ".tines",
    title: "Tines",
    doc: "Sends an event to the webhook of a Tines story when a rule fires.",
    license: License::Gold,
    since: "8.6",
    config: &[text("url").required().doc("URL of the Tines tenant.").example("https://example.tines.com")],
    secrets: &[
        text("email").required().doc("Email address of the Tines user.").example("kibana@example.com"),
        text("token").required().doc("API token of the Tines user.").example("an-api-token"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"email": "a@a.example", "token": "t"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"email": "a@a.example", "token": "t"}"#,
    ),
    Case::refused("url", r#"{"url": "", "secrets": {"email": "a@a.example", "token": "t"}}"#),
    Case::refused("secrets.token", r#"{"url": "https://a.example", "secrets": {"email": "a@a.example"}}"#),
    Case::silent(r#"{"url": "?", "secrets": {"email": "?", "token": "?"}}"#),
];
