//! Kibana's answers: JSON bodies, the common error shape, and the headers that every answer has.

use serde_json::{Value, json};

use crate::answer::Answer;

/// An answer in the making.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    /// `None` is an empty body.
    body: Option<Value>,
    versioned: bool,
    location: Option<String>,
}

impl Reply {
    /// 200 with JSON.
    pub(crate) fn ok(body: Value) -> Self {
        Self::of(200, Some(body))
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self::of(204, None)
    }

    /// The common error body.
    pub(crate) fn error(status: u16, message: &str) -> Self {
        let body = json!({"statusCode": status, "error": reason(status), "message": message});
        Self::of(status, Some(body))
    }

    /// 302.
    pub(crate) fn moved(location: String) -> Self {
        Self { location: Some(location), ..Self::of(302, None) }
    }

    fn of(status: u16, body: Option<Value>) -> Self {
        Self { status, body, versioned: false, location: None }
    }

    /// Hapi's answer for a route that is not there.
    pub(crate) fn no_route() -> Self {
        Self::error(404, "Not Found")
    }

    /// What an exception that Kibana does not map looks like.
    pub(crate) fn internal() -> Self {
        Self::error(500, "An internal server error occurred. Check Kibana server logs for details.")
    }

    /// Adds an error's machine-readable part.
    pub(crate) fn with_attributes(mut self, attributes: Value) -> Self {
        if let Some(Value::Object(body)) = &mut self.body {
            body.insert("attributes".to_owned(), attributes);
        }
        self
    }

    /// Names the API's version in a header.
    pub(crate) fn versioned(mut self) -> Self {
        self.versioned = self.status != 500;
        self
    }

    pub(crate) fn into_answer(self) -> Answer {
        let mut answer = match &self.body {
            Some(body) => Answer::json(self.status, body),
            None => Answer { status: self.status, headers: Vec::new(), body: String::new() },
        };
        let mut header = |name: &str, value: &str| answer.headers.push((name.to_owned(), value.to_owned()));
        if let Some(location) = &self.location {
            header("location", location);
        }
        header("kbn-name", "emulator");
        header("kbn-license-sig", "emulator");
        header("cache-control", "private, no-cache, no-store, must-revalidate");
        if self.versioned {
            header("elastic-api-version", "2023-10-31");
        }
        answer
    }
}

/// The reason phrase in an error body.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => "Unknown",
    }
}
