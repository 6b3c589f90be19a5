//! Failures on demand: what goes wrong, for which requests, and how often.
//!
//! A fault is built from what goes wrong (`Fault::cut()`), then narrowed: `.on("POST", "*")`, `.times(2)`,
//! `.skip(1)`, `.after_write()`. Without a word it hits the next request, before Kibana sees it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::record::Matcher;

/// Something that goes wrong with requests that match.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(crate) matcher: Matcher,
    pub(crate) skip: u32,
    /// `None` for ever.
    pub(crate) times: Option<u32>,
    pub(crate) after_write: bool,
    pub(crate) effect: Effect,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Delay(Duration),
    Hold(Hold),
    Answer(Answer),
    Cut,
}

impl Effect {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Hold(_) => "hold",
            Self::Answer(_) => "answer",
            Self::Cut => "cut",
        }
    }
}

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

/// Releases a held request. Clones release the same one.
#[derive(Clone, Debug)]
pub struct Hold(Arc<watch::Sender<bool>>);

impl Hold {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Lets the request go on, and all others that the same fault holds or would hold.
    pub fn release(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn released(&self) {
        // The sender lives in self, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|released| *released).await;
    }
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Self { matcher: Matcher::any(), skip: 0, times: Some(1), after_write: false, effect }
    }

    /// The request waits, then goes on.
    pub fn delay(by: Duration) -> Self {
        Self::new(Effect::Delay(by))
    }

    /// The request waits until the handle releases it, then goes on.
    pub fn hold() -> (Self, Hold) {
        let hold = Hold::new();
        (Self::new(Effect::Hold(hold.clone())), hold)
    }

    /// The connection is closed without an answer.
    pub fn cut() -> Self {
        Self::new(Effect::Cut)
    }

    /// The state is changed, then the connection is closed: the answer is lost.
    pub fn cut_after_write() -> Self {
        Self::cut().after_write()
    }

    /// Another answer than Kibana's.
    pub fn answer(answer: Answer) -> Self {
        Self::new(Effect::Answer(answer))
    }

    /// A status with Kibana's own kind of JSON error.
    pub fn status(status: u16, message: &str) -> Self {
        let reason = crate::kibana::reason(status);
        let body = serde_json::json!({"statusCode": status, "error": reason, "message": message});
        Self::answer(Answer::json(status, &body))
    }

    /// 429 `Server is overloaded`, with `Retry-After` in seconds if given.
    pub fn overloaded(retry_after_seconds: Option<u32>) -> Self {
        let fault = Self::status(429, "Server is overloaded");
        match retry_after_seconds {
            Some(seconds) => fault.header("retry-after", &seconds.to_string()),
            None => fault,
        }
    }

    /// 503 `Kibana server is not ready yet`, plain text, as while starting.
    pub fn not_ready() -> Self {
        Self::answer(Answer::text(503, "Kibana server is not ready yet")).header("retry-after", "30")
    }

    /// 200 with an HTML login page, as from a proxy.
    pub fn login_page() -> Self {
        Self::answer(Answer::html(200, "<!DOCTYPE html><html><head><title>Log in</title></head></html>"))
    }

    /// 302 to another place.
    pub fn redirect(location: &str) -> Self {
        Self::answer(Answer::text(302, "")).header("location", location)
    }

    /// 401, whatever the credentials.
    pub fn unauthorized() -> Self {
        Self::status(401, "Unauthorized")
    }

    /// Adds a header to an answer; nothing for the other kinds.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Effect::Answer(answer) = &mut self.effect {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Only requests with this method and path; see [`Matcher::new`].
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.matcher = Matcher::new(method, path);
        self
    }

    /// So many requests instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Every request, until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Lets so many requests that match go by first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Kibana does its work first: the fault hits the answer.
    #[must_use]
    pub fn after_write(mut self) -> Self {
        self.after_write = true;
        self
    }

    /// Whether nothing comes after it.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.effect, Effect::Answer(_) | Effect::Cut)
    }

    /// Counts a request that matches; true if the fault hits it.
    pub(crate) fn hits(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            if *times == 0 {
                return false;
            }
            *times -= 1;
        }
        true
    }
}

impl Answer {
    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::with_type(status, "application/json; charset=utf-8", &body.to_string())
    }

    /// A plain text answer.
    pub fn text(status: u16, body: &str) -> Self {
        Self::with_type(status, "text/plain; charset=utf-8", body)
    }

    /// An HTML answer.
    pub fn html(status: u16, body: &str) -> Self {
        Self::with_type(status, "text/html; charset=utf-8", body)
    }

    fn with_type(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.to_owned() }
    }
}
