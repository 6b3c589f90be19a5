//! `.gemini`: asks a Gemini model on Google Cloud's Vertex AI.

use super::language_model::*;
use super::vocabulary::*;

pub(super) const GEMINI: ConnectorType = ConnectorType {
    block: "gemini",
    kibana_id: ".gemini",
    title: "Google Gemini",
    doc: "Sends requests to a Gemini model on Google Cloud's Vertex AI, for Kibana's AI assistants and other \
          features that need a model. Kibana 9.6 and later no longer offer it in the UI; Terraform can still \
          create it.",
    license: License::Enterprise,
    since: "8.15",
    deprecated_since: "9.5",
    config: &[
        http_url("api_url")
            .required()
            .doc("URL of the Vertex AI API in your region.")
            .example("https://us-central1-aiplatform.googleapis.com"),
        DEFAULT_MODEL,
        text("gcp_region")
            .required()
            .doc("Google Cloud region in which Vertex AI is used.")
            .example("us-central1"),
        text("gcp_project_id")
            .key("gcpProjectID")
            .required()
            .doc("ID of the Google Cloud project in which Vertex AI is enabled.")
            .example("my-project"),
        CONTEXT_WINDOW_LENGTH,
        TEMPERATURE,
    ],
    secrets: &[json("credentials_json")
        .required()
        .doc("Key of a Google Cloud service account: the JSON text of its key file.")
        .example(
            r#"{"type": "service_account", "project_id": "my-project", "private_key": "a-private-key"}"#,
        )],
    rules: &[
        always()
            .passes(
                "secrets.credentials_json",
                is_json,
                "`credentials_json` is not JSON. Older releases of Kibana store it and fail when the connector runs, newer \
                 ones refuse it. Set it to the content of the service account's key file, as `file(\"key.json\")` reads it.",
            )
            .warning(),
        always()
            .passes(
                "secrets.credentials_json",
                is_service_account,
                "The `type` in `credentials_json` is not \"service_account\". Older releases of Kibana store it and fail \
                 when the connector runs, newer ones refuse it. Set it to the content of a service account's key file.",
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
