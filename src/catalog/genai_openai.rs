//! `.gen-ai` with the provider OpenAI.

#[cfg(test)]
use super::genai::with_shared_cases;
use super::genai::{RULES, SECRETS};
use super::language_model::*;
use super::vocabulary::*;

pub(super) const GENAI_OPENAI: ConnectorType = ConnectorType {
    block: "genai_openai",
    kibana_id: ".gen-ai",
    title: "OpenAI",
    doc: "Sends requests to a large language model of OpenAI, for Kibana's AI assistants and other features \
          that need a model. Kibana 9.6 and later no longer offer it in the UI; Terraform can still create it.",
    license: License::Enterprise,
    since: "8.8",
    deprecated_since: "9.5",
    fixed: &[("apiProvider", "OpenAI")],
    config: &[
        http_url("api_url")
            .required()
            .doc("URL of the chat completions API.")
            .example("https://api.openai.com/v1/chat/completions"),
        text("organization_id")
            .doc("ID of the OpenAI organization that requests are billed to.")
            .since_about("9.2"),
        text("project_id").doc("ID of the OpenAI project that requests are billed to.").since_about("9.2"),
        DEFAULT_MODEL.since("8.10"),
        HEADERS,
        CONTEXT_WINDOW_LENGTH,
        TEMPERATURE,
    ],
    secrets: SECRETS,
    rules: RULES,
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = with_shared_cases![
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"api_key": "k"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"apiKey": "k"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "default_model": "m", "headers": {"X-A": "1"}, "context_window_length": 128000, "temperature": 0.5, "organization_id": "o", "project_id": "p", "secrets": {"api_key": "k", "certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "ca_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}}"#,
        r#"{"apiUrl": "https://a.example", "defaultModel": "m", "headers": {"X-A": "1"}, "contextWindowLength": 128000, "temperature": 0.5, "organizationId": "o", "projectId": "p"}"#,
        r#"{"apiKey": "k", "certificateData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "privateKeyData": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "caData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}"#,
    ),
];
