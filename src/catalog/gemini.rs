//! `.gemini`: asks a Gemini model on Google Cloud's Vertex AI.

use super::vocabulary::*;

pub(super) const GEMINI: ConnectorType = ConnectorType {
    block: "gemini",
    kibana_id: ".gemini",
    title: "Google Gemini",
    doc: "Sends requests to a Gemini model on Google Cloud's Vertex AI, for Kibana's AI assistants and other \
          features that need a model. From Kibana 9.6 on its pages no longer offer to create one; Terraform \
          still can.",
    min_license: "enterprise",
    since: "8.15",
    deprecated_since: "9.5",
    config: &[
        text("api_url")
            .required()
            .doc("Address of the Vertex AI API in your region.")
            .example("https://us-central1-aiplatform.googleapis.com"),
        text("default_model")
            .kibana_fills()
            .doc("Model to ask where a request names none. The default belongs to the release of Kibana."),
        text("gcp_region")
            .required()
            .doc("Google Cloud region in which Vertex AI is used.")
            .example("us-central1"),
        text("gcp_project_id")
            .key("gcpProjectID")
            .required()
            .doc("ID of the Google Cloud project in which Vertex AI is enabled.")
            .example("my-project"),
        number("context_window_length")
            .doc("Size of the model's context window in tokens, for models that Kibana does not know.")
            .since("9.2"),
        number("temperature")
            .doc("How much the model's answers may vary: the lower, the more predictable.")
            .since("9.3"),
    ],
    secrets: &[text("credentials_json")
        .required()
        .doc("Key of a Google Cloud service account: the JSON text of its key file.")
        .example(
            r#"{"type": "service_account", "project_id": "my-project", "private_key": "a-private-key"}"#,
        )],
    rules: &[
        always().must(
            Condition::Passes("api_url", is_http_url),
            "api_url",
            "`api_url` is no URL that Kibana accepts. Write it with the scheme http or https, as in \
             `https://us-central1-aiplatform.googleapis.com`.",
        ),
        always()
            .must(
                Condition::Passes("secrets.credentials_json", is_json),
                "secrets.credentials_json",
                "`credentials_json` is no JSON text. Older releases of Kibana store it and fail on use, \
                 newer ones refuse it. Write the content of the service account's key file, as \
                 `file(\"key.json\")` reads it.",
            )
            .warning(),
        always()
            .must(
                Condition::Passes("secrets.credentials_json", is_service_account),
                "secrets.credentials_json",
                "The `type` in `credentials_json` is not \"service_account\". Older releases of Kibana store \
                 it and fail on use, newer ones refuse it. Write the content of a service account's key \
                 file.",
            )
            .warning(),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

fn is_service_account(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| json["type"] == "service_account")
}

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "gcp_region": "r", "gcp_project_id": "p", "secrets": {"credentials_json": "{\"type\": \"service_account\"}"}}"#,
        r#"{"apiUrl": "https://a.example", "gcpRegion": "r", "gcpProjectID": "p"}"#,
        r#"{"credentialsJson": "{\"type\": \"service_account\"}"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "default_model": "m", "gcp_region": "r", "gcp_project_id": "p", "context_window_length": 1000000, "temperature": 0, "secrets": {"credentials_json": "{\"type\": \"service_account\"}"}}"#,
        r#"{"apiUrl": "https://a.example", "defaultModel": "m", "gcpRegion": "r", "gcpProjectID": "p", "contextWindowLength": 1000000, "temperature": 0}"#,
        r#"{"credentialsJson": "{\"type\": \"service_account\"}"}"#,
    ),
    Case::refused(
        "api_url",
        r#"{"api_url": "ftp://a.example", "gcp_region": "r", "gcp_project_id": "p", "secrets": {"credentials_json": "{\"type\": \"service_account\"}"}}"#,
    ),
    Case::warned(
        "secrets.credentials_json",
        r#"{"api_url": "https://a.example", "gcp_region": "r", "gcp_project_id": "p", "secrets": {"credentials_json": "key.json"}}"#,
    ),
    Case::warned(
        "secrets.credentials_json",
        r#"{"api_url": "https://a.example", "gcp_region": "r", "gcp_project_id": "p", "secrets": {"credentials_json": "{\"type\": \"external_account\"}"}}"#,
    ),
    Case::refused(
        "secrets.credentials_json",
        r#"{"api_url": "https://a.example", "gcp_region": "r", "gcp_project_id": "p"}"#,
    ),
    Case::silent(
        r#"{"api_url": "?", "gcp_region": "r", "gcp_project_id": "p", "secrets": {"credentials_json": "?"}}"#,
    ),
];
