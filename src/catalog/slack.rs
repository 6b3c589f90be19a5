//! `.slack`: sends a message to Slack over an incoming webhook.

use super::vocabulary::*;

pub(super) const SLACK: ConnectorType = ConnectorType {
    block: "slack",
    kibana_id: ".slack",
    title: "Slack",
    doc: "Sends a message to a Slack channel over an incoming webhook. The `slack_api` block \
          sends as a Slack app instead.",
    license: License::Gold,
    secrets: &[url("webhook_url")
        .required()
        .doc(
            "URL of the Slack app's incoming webhook. It holds the permission to post, so it \
             is a secret.",
        )
        .example("https://hooks.slack.com/services/T0000/B0000/a-secret")],
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
