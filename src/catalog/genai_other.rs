//! `.gen-ai` with the provider Other: any service that speaks OpenAI's language.

#[cfg(test)]
use super::genai::with_shared_cases;
use super::genai::{RULES, SECRETS};
use super::language_model::*;
use super::vocabulary::*;

pub(super) const GENAI_OTHER: ConnectorType = ConnectorType {
    block: "genai_other",
    kibana_id: ".gen-ai",
    title: "OpenAI",
    doc: "Sends requests to your own service, or of another provider, that is compatible with OpenAI's \
          API, for Kibana's AI assistants and other features that need a model. It authenticates with an API \
          key, a client certificate, or both. Kibana 9.6 and later no longer offer it in the UI; Terraform can still create it.",
    license: License::Enterprise,
    // The type is older, its provider "Other" is not: 8.12 refuses it.
    since: "8.16",
    deprecated_since: "9.5",
    fixed: &[("apiProvider", "Other")],
    config: &[
        http_url("api_url")
            .required()
            .doc("URL of the service's chat completions API.")
            .example("https://llm.example.com/v1/chat/completions"),
        text("default_model")
            .required()
            .doc("Model to ask where a request names none.")
            .example("llama-3.3-70b"),
        text("verification_mode")
            .default_text("full")
            .one_of(&["full", "certificate", "none"])
            .doc("How far the service's certificate is checked where a client certificate is used.")
            .since("9.1")
            .backported("8.19"),
        HEADERS,
        CONTEXT_WINDOW_LENGTH,
        TEMPERATURE,
        flag("enable_native_function_calling")
            .doc("Whether the service can call functions by itself. Otherwise Kibana describes them in the prompt.")
            .since_about("9.2"),
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
        r#"{"api_url": "https://a.example", "default_model": "m", "secrets": {"api_key": "k"}}"#,
        r#"{"apiUrl": "https://a.example", "defaultModel": "m"}"#,
        r#"{"apiKey": "k"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "default_model": "m", "headers": {"X-A": "1"}, "context_window_length": 128000, "temperature": 0.5, "verification_mode": "certificate", "enable_native_function_calling": true, "secrets": {"api_key": "k", "certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "ca_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}}"#,
        r#"{"apiUrl": "https://a.example", "defaultModel": "m", "headers": {"X-A": "1"}, "contextWindowLength": 128000, "temperature": 0.5, "verificationMode": "certificate", "enableNativeFunctionCalling": true}"#,
        r#"{"apiKey": "k", "certificateData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "privateKeyData": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "caData": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}"#,
    ),
];
