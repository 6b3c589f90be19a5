//! `.gen-ai` with the provider Azure OpenAI.

#[cfg(test)]
use super::genai::with_shared_cases;
use super::genai::{RULES, SECRETS};
use super::language_model::*;
use super::vocabulary::*;

pub(super) const GENAI_AZURE: ConnectorType = ConnectorType {
    block: "genai_azure",
    kibana_id: ".gen-ai",
    title: "OpenAI",
    doc: "Sends requests to a large language model on Azure OpenAI, for Kibana's AI assistants and other \
          features that need a model. Kibana 9.6 and later no longer offer it in the UI; Terraform can still \
          create it.",
    license: License::Enterprise,
    since: "8.8",
    deprecated_since: "9.5",
    fixed: &[("apiProvider", "Azure OpenAI")],
    config: &[
        http_url("api_url")
            .required()
            .doc("URL of the deployment's chat completions, with its API version.")
            .example(
                "https://example.openai.azure.com/openai/deployments/gpt/chat/completions\
                 ?api-version=2024-10-21",
            ),
        text("default_model")
            .doc("Model to name in requests. The deployment in `api_url` decides which model answers.")
            .since("9.2"),
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
        r#"{"api_url": "https://a.example", "default_model": "m", "headers": {"X-A": "1"}, "context_window_length": 128000, "temperature": 0.5, "secrets": {"api_key": "k", "certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "ca_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}}"#,
        r#"{"apiUrl": "https://a.example", "defaultModel": "m", "headers": {"X-A": "1"}, "contextWindowLength": 128000, "temperature": 0.5}"#,
        r#"{"apiKey": "k", "certificateData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "privateKeyData": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "caData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}"#,
    ),
];
