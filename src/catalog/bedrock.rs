//! `.bedrock`: asks a language model on Amazon Bedrock.

use super::language_model::*;
use super::vocabulary::*;

pub(super) const BEDROCK: ConnectorType = ConnectorType {
    block: "bedrock",
    kibana_id: ".bedrock",
    title: "Amazon Bedrock",
    doc: "Sends requests to a large language model on Amazon Bedrock, for Kibana's AI assistants and other \
          features that need a model. Kibana 9.6 and later no longer offer it in the UI; Terraform can still \
          create it.",
    license: License::Enterprise,
    deprecated_since: "9.5",
    config: &[
        http_url("api_url")
            .required()
            .doc("URL of the Amazon Bedrock runtime in your region.")
            .example("https://bedrock-runtime.us-east-1.amazonaws.com"),
        text("region")
            .doc("AWS region that requests are signed for. If left out, Kibana takes it from `api_url`.")
            .since("9.4"),
        DEFAULT_MODEL,
        CONTEXT_WINDOW_LENGTH,
        TEMPERATURE,
    ],
    secrets: &[
        text("access_key").required().doc("AWS access key ID.").example("AKIAIOSFODNN7EXAMPLE"),
        text("secret").required().doc("AWS secret access key.").example("a-secret-access-key"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"access_key": "a", "secret": "s"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"accessKey": "a", "secret": "s"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "region": "us-east-1", "default_model": "m", "context_window_length": 200000, "temperature": 0.2, "secrets": {"access_key": "a", "secret": "s"}}"#,
        r#"{"apiUrl": "https://a.example", "region": "us-east-1", "defaultModel": "m", "contextWindowLength": 200000, "temperature": 0.2}"#,
        r#"{"accessKey": "a", "secret": "s"}"#,
    ),
    Case::refused("api_url", r#"{"api_url": "a.example", "secrets": {"access_key": "a", "secret": "s"}}"#),
    Case::refused("secrets.secret", r#"{"api_url": "https://a.example", "secrets": {"access_key": "a"}}"#),
    Case::silent(r#"{"api_url": "?", "secrets": {"access_key": "?", "secret": "?"}}"#),
];
