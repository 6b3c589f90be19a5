//! The save hooks of `.inference`: an Elasticsearch endpoint is made before the connector is stored.
//!
//! So when only the answer of a create is lost, repeating it meets the endpoint first and gets a 500, not the
//! 409 that other types get.

use serde_json::Value;

use super::reply::Reply;
use crate::contract::Object;
use crate::state::State;

/// An endpoint: its id and task type.
pub(crate) type Endpoint = (String, String);

/// Makes the endpoint.
///
/// # Errors
///
/// Kibana's plain 500 when it exists.
pub(crate) fn create(state: &mut State, config: &Object) -> Result<Endpoint, Reply> {
    let made = endpoint(config);
    if !state.endpoints.insert(made.clone()) {
        return Err(Reply::internal());
    }
    state.changed = true;
    Ok(made)
}

/// Deletes the endpoint, if it is there.
pub(crate) fn delete(state: &mut State, config: &Object) {
    state.endpoints.remove(&endpoint(config));
    state.changed = true;
}

/// The endpoint that a config names.
pub(crate) fn endpoint(config: &Object) -> Endpoint {
    let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("inferenceId"), text("taskType"))
}
