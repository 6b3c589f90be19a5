//! How runs of a connector end when a test says so; without a word they end well.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<Retry>,
    #[serde(default, rename = "errorSource", skip_serializing_if = "Option::is_none")]
    error_source: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Error,
}

/// Whether a later try may help, as a run says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Retry {
    /// It may, or it may not.
    Flag(bool),
    /// It may from then on: an ISO date.
    At(String),
}

impl Run {
    /// A run that ended well, with what the service gave back.
    pub fn ok(data: Value) -> Self {
        Self { data: Some(data), ..Self::ending(Status::Ok) }
    }

    /// A run that failed, in the connector's words.
    pub fn failed(message: &str) -> Self {
        Self { message: Some(message.to_owned()), ..Self::ending(Status::Error) }
    }

    fn ending(status: Status) -> Self {
        Self { status, data: None, message: None, service_message: None, retry: None, error_source: None }
    }

    /// Adds the words of the service that the connector called.
    #[must_use]
    pub fn service_message(mut self, message: &str) -> Self {
        self.service_message = Some(message.to_owned());
        self
    }

    /// Says whether a later try may help.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Says whose fault it was: `user` or `framework`.
    #[must_use]
    pub fn source(mut self, source: &str) -> Self {
        self.error_source = Some(source.to_owned());
        self
    }

    /// The answer's body.
    pub(crate) fn body(&self, connector_id: &str) -> Value {
        let mut body = match serde_json::to_value(self) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        };
        body.insert("connector_id".to_owned(), connector_id.into());
        Value::Object(body)
    }
}
