//! What Kibana answers, as far as it goes into the state beside the block.

use crate::client::Connector as Answer;
use crate::value::Value;
use serde_json::{Map, Value as Json};

/// The flags of an answer.
pub(super) fn set_flags(state: &mut Value, answer: &Answer) {
    state.set("is_deprecated", Value::Bool(answer.is_deprecated));
    state.set("is_missing_secrets", Value::Bool(answer.is_missing_secrets.unwrap_or_default()));
    state.set("is_preconfigured", Value::Bool(answer.is_preconfigured));
    state.set("is_system_action", Value::Bool(answer.is_system_action));
}

/// An empty config, for an answer that shows none.
pub(super) fn config_of(answer: &Answer) -> Map<String, Json> {
    answer.config.clone().unwrap_or_default()
}
