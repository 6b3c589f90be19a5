//! Answers that do not come from the played Kibana: canned ones, and the ones that faults put in its place.

use serde_json::Value;

/// A canned answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers beside those that Kibana always sends.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: String,
}

impl Answer {
    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::with_type(status, "application/json; charset=utf-8", &body.to_string())
    }

    /// Kibana's own kind of JSON error.
    pub fn error(status: u16, message: &str) -> Self {
        let reason = crate::kibana::reason(status);
        Self::json(status, &serde_json::json!({"statusCode": status, "error": reason, "message": message}))
    }

    /// What Kibana answers while it starts: 503, plain text, with `Retry-After` in seconds if given.
    pub fn not_ready(retry_after_seconds: Option<u32>) -> Self {
        let answer = Self::text(503, "Kibana server is not ready yet");
        match retry_after_seconds {
            Some(seconds) => answer.header("retry-after", &seconds.to_string()),
            None => answer,
        }
    }

    /// A plain text answer.
    pub fn text(status: u16, body: &str) -> Self {
        Self::with_type(status, "text/plain; charset=utf-8", body)
    }

    /// An HTML answer.
    pub fn html(status: u16, body: &str) -> Self {
        Self::with_type(status, "text/html; charset=utf-8", body)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn with_type(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.to_owned() }
    }
}
