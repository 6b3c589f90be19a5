//! Counts the provider's calls while they run, and lets them end in their own time.
//!
//! A call runs until its answer has been handed over to the transport, whether it is one message or a stream.
//! When the host goes away before that, the transport drops what it was waiting for; the call itself goes on
//! in a task of its own and is told.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Bytes, Service, http};
use tonic::server::NamedService;

use crate::plugin::caller::{Caller, Waiting};
use crate::plugin::lifetime::Calls;

/// A gRPC service whose calls are counted.
#[derive(Clone, Debug)]
pub(super) struct Counted<S> {
    pub(super) service: S,
    pub(super) calls: Calls,
}

impl<S: NamedService> NamedService for Counted<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<http::Request<Body>> for Counted<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (caller, mut waiting) = Caller::new(self.calls.begin());
        let call = self.service.call(request);
        Box::pin(async move {
            let done = tokio::spawn(caller.clone().calling(call)).await;
            waiting.answered();
            // Not answered: it panicked where nobody caught it, which ends the process.
            let unanswered = |_| Ok(Status::internal("the call did not come to its end").into_http());
            let response = done.unwrap_or_else(unanswered)?;
            Ok(response.map(|body| Body::new(AnswerBody { body, _waiting: waiting, _caller: caller })))
        })
    }
}

/// The body of an answer.
struct AnswerBody {
    body: Body,
    _waiting: Waiting,
    _caller: Caller,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
