//! `.slack_api`: sends a message to Slack channels as a Slack app.

use super::vocabulary::*;

const CHANNEL: &[Field] = &[
    text("name").required().doc("Name of the channel.").example("#ops"),
    text("id").doc("ID of the channel. Kibana before 9.3 requires it.").example("C012AB3CD4E"),
];

pub(super) const SLACK_API: ConnectorType = ConnectorType {
    block: "slack_api",
    kibana_id: ".slack_api",
    title: "Slack API",
    doc: "Sends a message to Slack channels as a Slack app. The `slack` block sends over an incoming webhook \
          instead.",
    license: License::Gold,
    since: "8.8",
    config: &[objects_up_to("allowed_channels", 500, CHANNEL)
        .doc(
            "A channel that rules may send to; one block for each. If left out, they may send to every channel \
             that the app can reach. Kibana before 9.3 accepts at most 25.",
        )
        .since("8.11")],
    secrets: &[text("token")
        .required()
        .doc("Bot user OAuth token of the Slack app.")
        .example("xoxb-a-token")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"secrets": {"token": "t"}}"#, r#"{}"#, r#"{"token": "t"}"#),
    Case::sends(
        r##"{"allowed_channels": [{"name": "#a", "id": "C1"}, {"name": "#b"}], "secrets": {"token": "t"}}"##,
        r##"{"allowedChannels": [{"name": "#a", "id": "C1"}, {"name": "#b"}]}"##,
        r#"{"token": "t"}"#,
    ),
    // No block at all and an empty list are one in HCL, and Kibana takes no list for both.
    Case::sends(r#"{"allowed_channels": [], "secrets": {"token": "t"}}"#, r#"{}"#, r#"{"token": "t"}"#),
    Case::refused(
        "allowed_channels[1].id",
        r##"{"allowed_channels": [{"name": "#a"}, {"name": "#b", "id": ""}], "secrets": {"token": "t"}}"##,
    ),
    Case::refused("secrets.token", r##"{"allowed_channels": [{"name": "#a"}]}"##),
    Case::silent(r#"{"allowed_channels": "?", "secrets": {"token": "?"}}"#),
    Case::silent(r#"{"allowed_channels": [{"name": "?", "id": "?"}], "secrets": {"token": "t"}}"#),
];
