//! `.teams`: sends a message to a Microsoft Teams channel.

use super::vocabulary::*;

pub(super) const TEAMS: ConnectorType = ConnectorType {
    block: "teams",
    kibana_id: ".teams",
    title: "Microsoft Teams",
    doc: "Sends a message to a Microsoft Teams channel over an incoming webhook.",
    license: License::Gold,
    secrets: &[url("webhook_url")
        .required()
        .doc(
            "URL of the channel's incoming webhook or workflow. It holds the permission to post, so it \
             is a secret.",
        )
        .example("https://example.webhook.office.com/webhookb2/abc")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"secrets": {"webhook_url": "https://a.example/x"}}"#,
        r#"{}"#,
        r#"{"webhookUrl": "https://a.example/x"}"#,
    ),
    Case::refused("secrets.webhook_url", r#"{}"#),
    Case::refused("secrets.webhook_url", r#"{"secrets": {"webhook_url": "a.example/x"}}"#),
    Case::silent(r#"{"secrets": {"webhook_url": "?"}}"#),
];
