//! `.thehive`: creates cases and alerts in TheHive.

use super::vocabulary::*;

pub(super) const THEHIVE: ConnectorType = ConnectorType {
    block: "thehive",
    kibana_id: ".thehive",
    title: "TheHive",
    doc: "Creates cases and alerts in TheHive, from rules and from cases.",
    license: License::Platinum,
    since: "8.16",
    config: &[
        text("url").required().doc("URL of the TheHive instance.").example("https://thehive.example.com"),
        text("organisation").doc(
            "Organisation in TheHive that cases and alerts belong to. If left out, it is the default one of the \
             API key's user.",
        ),
    ],
    secrets: &[text("api_key").required().doc("API key of a TheHive user.").example("an-api-key")],
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
        r#"{"url": "https://a.example", "organisation": "o", "secrets": {"api_key": "k"}}"#,
        r#"{"url": "https://a.example", "organisation": "o"}"#,
        r#"{"apiKey": "k"}"#,
    ),
    Case::refused("organisation", r#"{"url": "a", "organisation": "", "secrets": {"api_key": "k"}}"#),
    Case::refused("secrets.api_key", r#"{"url": "https://a.example"}"#),
    Case::silent(r#"{"url": "?", "organisation": "?", "secrets": {"api_key": "?"}}"#),
];
