//! `.inference`: asks a model through an Elasticsearch inference endpoint, which Kibana creates with it.

use super::language_model::*;
use super::vocabulary::*;

pub(super) const INFERENCE: ConnectorType = ConnectorType {
    block: "inference",
    kibana_id: ".inference",
    title: "AI Connector",
    doc: "Sends requests to a model through an Elasticsearch inference endpoint, for Kibana's AI assistants \
          and other features that need a model. Kibana manages the endpoint with the connector: creating the \
          connector creates the endpoint and fails where `inference_id` is taken, each update deletes it and \
          creates it anew, and deleting the connector deletes it. So an endpoint belongs either to this \
          connector or to something else, never to both. Kibana 9.6 and later no longer offer it in the UI; Terraform can still create it.",
    license: License::Enterprise,
    deprecated_since: "9.5",
    config: &[
        text("provider")
            .required()
            .one_of_so_far(PROVIDERS)
            .doc("Service that runs the model, as Elasticsearch's inference API names it.")
            .example("openai"),
        text("task_type")
            .required()
            .one_of_so_far(TASK_TYPES)
            .doc("What the model is asked to do, as Elasticsearch's inference API names it.")
            .example("chat_completion"),
        text("inference_id")
            .required()
            .doc("ID of the inference endpoint, which Kibana creates in Elasticsearch.")
            .example("kibana-assistant"),
        any_object("provider_config")
            .default_empty_object()
            .doc(
                "Settings of the service, an object with the keys that Elasticsearch documents for it. \
                 Secret ones belong in `secrets.provider_secrets`.",
            )
            .example("{ model_id = \"gpt-4.1\" }"),
        any_object("task_type_config")
            .default_empty_object()
            .doc("Settings of the task, an object with the keys that Elasticsearch documents for it."),
        CONTEXT_WINDOW_LENGTH,
        HEADERS,
        TEMPERATURE,
    ],
    secrets: &[any_object("provider_secrets")
        .doc(
            "Secret settings of the service, an object with the keys that Elasticsearch documents for it. An \
             update without them leaves the endpoint without credentials.",
        )
        .example("{ api_key = \"an-api-key\" }")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

const PROVIDERS: &[&str] = &[
    "alibabacloud-ai-search",
    "amazonbedrock",
    "anthropic",
    "azureaistudio",
    "azureopenai",
    "cohere",
    "elastic",
    "elasticsearch",
    "googleaistudio",
    "googlevertexai",
    "hugging_face",
    "mistral",
    "openai",
    "watsonxai",
];

const TASK_TYPES: &[&str] = &[
    "chat_completion",
    "completion",
    "completion_stream",
    "rerank",
    "sparse_embedding",
    "text_embedding",
    "unified_completion",
    "unified_completion_async_iterator",
    "unified_completion_stream",
];

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"provider": "elastic", "task_type": "chat_completion", "inference_id": "i"}"#,
        r#"{"provider": "elastic", "taskType": "chat_completion", "inferenceId": "i"}"#,
        r#"{}"#,
    ),
    Case::sends(
        r#"{"provider": "openai", "task_type": "completion", "inference_id": "i", "provider_config": {"model_id": "m", "rate_limit": {"requests_per_minute": 5}}, "task_type_config": {"user": "u"}, "context_window_length": 128000, "headers": {"X-A": "1"}, "temperature": 1, "secrets": {"provider_secrets": {"api_key": "k"}}}"#,
        r#"{"provider": "openai", "taskType": "completion", "inferenceId": "i", "providerConfig": {"model_id": "m", "rate_limit": {"requests_per_minute": 5}}, "taskTypeConfig": {"user": "u"}, "contextWindowLength": 128000, "headers": {"X-A": "1"}, "temperature": 1}"#,
        r#"{"providerSecrets": {"api_key": "k"}}"#,
    ),
    Case::sends(
        r#"{"provider": "elastic", "task_type": "chat_completion", "inference_id": "i", "provider_config": {}, "secrets": {"provider_secrets": {}}}"#,
        r#"{"provider": "elastic", "taskType": "chat_completion", "inferenceId": "i", "providerConfig": {}}"#,
        r#"{"providerSecrets": {}}"#,
    ),
    Case::warned("provider", r#"{"provider": "zz", "task_type": "chat_completion", "inference_id": "i"}"#),
    Case::warned("task_type", r#"{"provider": "elastic", "task_type": "zz", "inference_id": "i"}"#),
    Case::refused(
        "provider_config",
        r#"{"provider": "elastic", "task_type": "rerank", "inference_id": "i", "provider_config": [1]}"#,
    ),
    Case::refused(
        "provider_config[\"model_id\"]",
        r#"{"provider": "elastic", "task_type": "rerank", "inference_id": "i", "provider_config": {"model_id": ""}}"#,
    ),
    Case::silent(r#"{"provider": "?", "task_type": "?", "inference_id": "?", "provider_config": "?"}"#),
];
