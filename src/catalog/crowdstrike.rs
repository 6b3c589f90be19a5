//! `.crowdstrike`: lets Kibana act on hosts that CrowdStrike Falcon protects.

use super::vocabulary::*;

pub(super) const CROWDSTRIKE: ConnectorType = ConnectorType {
    block: "crowdstrike",
    kibana_id: ".crowdstrike",
    title: "CrowdStrike",
    doc: "Connects Elastic Security to CrowdStrike Falcon, to act on the hosts that it protects.",
    license: License::Enterprise,
    config: &[text("url")
        .required()
        .doc("URL of the CrowdStrike API of your region.")
        .example("https://api.crowdstrike.com")],
    secrets: &[
        text("client_id").required().doc("Client ID of the CrowdStrike API client.").example("a-client-id"),
        text("client_secret")
            .required()
            .doc("Client secret of the CrowdStrike API client.")
            .example("a-client-secret"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"client_id": "c", "client_secret": "s"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"clientId": "c", "clientSecret": "s"}"#,
    ),
    Case::refused("url", r#"{"url": "", "secrets": {"client_id": "c", "client_secret": "s"}}"#),
    Case::refused("secrets.client_secret", r#"{"url": "https://a.example", "secrets": {"client_id": "c"}}"#),
    Case::silent(r#"{"url": "?", "secrets": {"client_id": "?", "client_secret": "?"}}"#),
];
