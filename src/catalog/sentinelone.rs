//! `.sentinelone`: runs response actions through SentinelOne.

use super::vocabulary::*;

pub(super) const SENTINELONE: ConnectorType = ConnectorType {
    block: "sentinelone",
    kibana_id: ".sentinelone",
    title: "SentinelOne",
    doc: "Lets Elastic Security run response actions, such as isolating a host, on hosts that are enrolled \
          in SentinelOne.",
    license: License::Enterprise,
    since: "8.12",
    config: &[text("url")
        .required()
        .doc("URL of the SentinelOne tenant.")
        .example("https://example.sentinelone.net")],
    secrets: &[text("token").required().doc("API token of a SentinelOne user.").example("an-api-token")],
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
    Case::refused("url", r#"{"url": "", "secrets": {"token": "t"}}"#),
    Case::refused("secrets.token", r#"{"url": "https://a.example"}"#),
    Case::silent(r#"{"url": "?", "secrets": {"token": "?"}}"#),
];
