//! Sending a request: authentication, time limits, stop, and the log line of each attempt.
//!
//! Endpoint files call `send`, which repeats as `gate` allows; `create` calls `attempt` itself, since between
//! two POSTs it has to look. Logs name method, path, status, duration and size, never headers, bodies or the
//! query.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::time::Instant;
use tracing::debug;
use url::Url;

use super::answer::{self, Answer};
use super::error::{Attempted, Cause, Error};
use super::gate::{self, Connect, Tries};
use super::request::{Purpose, Request};
use super::{Client, Operation, transport};
use crate::value::Secret;

/// More than any answer about one connector, or about types or spaces: Kibana takes requests of 1 MiB. A list
/// of connectors is read in another way.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// As much of a refusal or of somebody else's page as anybody reads.
const LONGEST_ERROR: usize = super::mask::READ;

impl Client {
    /// Sends a request, repeating it as its failures allow.
    pub(super) async fn send<T: FromResponse>(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Result<T, Error> {
        let may_repeat = |error: &Error| request.purpose.repeats_after(error);
        self.send_while(operation, request, may_repeat).await
    }

    /// Sends a request when it is this operation's turn, and never again.
    pub(super) async fn send_once<T: FromResponse>(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Result<T, Error> {
        self.send_while(operation, request, |_| false).await
    }

    async fn send_while<T: FromResponse>(
        &self,
        operation: &Operation,
        request: &Request,
        may_repeat: impl Fn(&Error) -> bool,
    ) -> Result<T, Error> {
        let attempt = |connect| self.attempt(operation, request, connect);
        let tries = Tries::new(&self.0.gate, operation, request.purpose);
        gate::repeat(tries, may_repeat, || self.attempted(request), attempt).await
    }

    /// Sends a request once. A read ends with the stop signal; a write that has begun is awaited until its
    /// time-out, so that its outcome is known.
    pub(super) async fn attempt<T: FromResponse>(
        &self,
        operation: &Operation,
        request: &Request,
        connect: Connect,
    ) -> Result<T, Error> {
        let fail = |cause| Error::during(cause, self.attempted(request));
        if operation.stop.is_stopped() {
            return Err(fail(Cause::Stopped));
        }
        let Some(remaining) = operation.remaining() else { return Err(fail(Cause::OutOfTime)) };
        let http = self.http(connect).await?;
        let started = Instant::now();
        let timeout = remaining.min(self.0.settings.request_timeout);
        let exchange = self.exchange::<T>(http, request, timeout, &operation.secrets);
        let result = if request.purpose.is_write() {
            exchange.await
        } else {
            tokio::select! {
                biased;
                () = operation.stop.stopped() => Err(Cause::Stopped),
                result = exchange => result,
            }
        };
        let result = result.map_err(|cause| match cause {
            Cause::Refused { status: 401, message, .. }
                if message == "Unauthorized" && self.0.has_credentials =>
            {
                fail(Cause::Unjudged)
            }
            cause => fail(cause),
        });
        let status = match &result {
            Ok(answer) => Some(answer.status()),
            Err(error) => error.status(),
        };
        debug!(
            method = %request.purpose.method(),
            path = %request.path,
            status,
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_bytes = request.body.as_ref().map_or(0, super::request::Body::len),
            error = result.as_ref().err().map(|error| tracing::field::display(error.cause())),
            "request to Kibana",
        );
        result
    }

    /// What an error says about the request.
    pub(super) fn attempted(&self, request: &Request) -> Attempted {
        let endpoint = &self.0.settings.endpoint;
        Attempted {
            purpose: request.purpose,
            request: format!("{} {}", request.purpose.method(), request.path),
            endpoint: endpoint.to_string(),
            host: endpoint.host_str().unwrap_or_default().to_owned(),
            space_id: request.space_id.clone(),
            id: request.id.clone(),
            connector_type_id: request.connector_type_id.clone(),
            has_credentials: self.0.has_credentials,
            proxy: self.0.settings.proxy.as_ref().map(ToString::to_string),
        }
    }

    async fn exchange<T: FromResponse>(
        &self,
        http: &reqwest::Client,
        request: &Request,
        timeout: Duration,
        secrets: &[Secret],
    ) -> Result<T, Cause> {
        let endpoint = &self.0.settings.endpoint;
        let url = request.url(endpoint);
        let mut builder = http.request(request.purpose.method(), url).timeout(timeout);
        if let Some(body) = &request.body {
            builder = builder.body(body.to_bytes());
        }
        let response = builder.send().await.map_err(|error| transport::classify(&error, secrets))?;
        T::read(response, Context { request, endpoint, secrets }).await
    }
}

/// What the reader of an answer has to know.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) request: &'a Request,
    pub(super) endpoint: &'a Url,
    pub(super) secrets: &'a [Secret],
}

/// What an exchange gives when all goes well.
pub(super) trait FromResponse: Sized + Send {
    /// The HTTP status that it came with.
    fn status(&self) -> u16;

    /// Reads it from a response whose body is still to come.
    fn read(response: Response, context: Context<'_>) -> impl Future<Output = Result<Self, Cause>> + Send;
}

impl FromResponse for Answer {
    fn status(&self) -> u16 {
        self.status
    }

    async fn read(mut response: Response, context: Context<'_>) -> Result<Self, Cause> {
        let Context { request, endpoint, secrets } = context;
        let status = response.status().as_u16();
        let headers: HeaderMap = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        let lost = |error: reqwest::Error| transport::classify(&error, secrets);
        let is_success = response.status().is_success();
        // The status of a Kibana that is not well is a long 503, and is read whole.
        let longest_error = if request.purpose == Purpose::Status { LONGEST_ANSWER } else { LONGEST_ERROR };
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if !is_success && body.len() + chunk.len() >= longest_error {
                body.extend_from_slice(&chunk[..longest_error - body.len()]);
                break;
            }
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Cause::Unreadable { status, why: "it is longer than 4 MiB".to_owned() });
            }
            body.extend_from_slice(&chunk);
        }
        answer::read(request, endpoint, status, &headers, &body, secrets)
    }
}

#[cfg(test)]
mod tests;
