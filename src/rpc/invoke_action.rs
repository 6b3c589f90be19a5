//! `InvokeAction`: a stream of progress messages that ends with exactly one `Completed`.
//!
//! Terraform takes a stream without a `Completed` for a success, so there is one after every error and panic
//! too. After a stop it crashes over anything but the `Completed` (seen with 1.14), so progress that has not
//! left by then is dropped.

use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_stream::{Stream, StreamExt as _};

use super::Service;
use super::call::{Call, log, panicked};
use crate::actions::Progress;
use crate::diag::Diagnostics;
use crate::plugin::panic::caught;
use crate::proto::tfplugin6::invoke_action::event::{self, Type};
use crate::proto::tfplugin6::invoke_action::{Event, Request};
use crate::wire;

pub(super) fn handle(service: &Service, request: Request) -> impl Stream<Item = Event> + Send + use<> {
    let (call, offer) = (Call::begin(service), service.shared_offer());
    let stopping = call.clone();
    let (events, received) = mpsc::unbounded_channel();
    // Apart from the stream, so that an action that has begun ends in its own time even where nobody listens
    // any more.
    tokio::spawn(async move {
        let started = std::time::Instant::now();
        let (progress, mut messages) = Progress::new();
        let relayed = events.clone();
        let relay = async move {
            while let Some(message) = messages.recv().await {
                let _ = relayed.send(of(Type::Progress(event::Progress { message })));
            }
        };
        let run = async {
            let Some(action) = offer.action(&request.action_type) else {
                drop(progress);
                return super::call::not_served("action", &request.action_type);
            };
            match wire::decode(request.config.as_ref(), &action.schema().block) {
                Ok(config) => action.invoke(call.context(), &config, progress).await,
                Err(error) => error.into(),
            }
        };
        let (ended, ()) = tokio::join!(caught(run), relay);
        let diagnostics = ended.unwrap_or_else(|panic| panicked("InvokeAction", &panic));
        let _ = events.send(completed(diagnostics));
        log("InvokeAction", &request.action_type, started);
    });
    UnboundedReceiverStream::new(received).filter(move |event| {
        let is_progress = matches!(event.r#type, Some(Type::Progress(_)));
        !(is_progress && stopping.is_stopped())
    })
}

fn completed(diagnostics: Diagnostics) -> Event {
    of(Type::Completed(event::Completed { diagnostics: wire::diagnostics(diagnostics) }))
}

fn of(kind: Type) -> Event {
    Event { r#type: Some(kind) }
}
