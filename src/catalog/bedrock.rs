//! `.bedrock`: asks a language model on Amazon Bedrock.

use super::vocabulary::*;

pub(super) const BEDROCK: ConnectorType = ConnectorType {
    block: "bedrock",
    kibana_id: ".bedrock",
    title: "Amazon Bedrock",
    doc: "Sends requests to a large language model on Amazon Bedrock, for Kibana's AI assistants and other \
          features that need a model. From Kibana 9.6 on its pages no longer offer to create one; Terraform \
          still can.",
    min_license: "enterprise",
    deprecated_since: "9.5",
    config: &[
        text("api_url")
            .required()
            .doc("Address of the Amazon Bedrock runtime in your region.")
            .example("https://bedrock-runtime.us-east-1.amazonaws.com"),
        text("region")
            .doc("AWS region that requests are signed for. Left out, Kibana takes it from `api_url`.")
            .since("9.4"),
        text("default_model")
            .kibana_fills()
            .doc("Model to ask where a request names none. The default belongs to the release of Kibana."),
        number("context_window_length")
            .doc("Size of the model's context window in tokens, for models that Kibana does not know.")
            .since("9.2"),
        number("temperature")
            .doc("How much the model's answers may vary: the lower, the more predictable.")
            .since("9.3"),
    ],
    secrets: &[
        text("access_key").required().doc("AWS access key ID.").example("AKIAIOSFODNN7EXAMPLE"),
        text("secret").required().doc("AWS secret access key.").example("a-secret-access-key"),
    ],
    rules: &[always().must(
        Condition::Passes("api_url", is_http_url),
        "api_url",
        "`api_url` is no URL that Kibana accepts. Write it with the scheme http or https, as in \
         `https://bedrock-runtime.us-east-1.amazonaws.com`.",
    )],
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
