//! `ListResource`: a stream of objects that exist, one event each, for `terraform query`.
//!
//! Every event of an object has its identity: Terraform skips one without, or fails. What the list says at
//! its end goes with the last object, since a warning alone would be skipped too; where there is no object it
//! is an error.

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::Service;
use super::call::{Call, log, not_served, panicked};
use super::departure;
use crate::diag::{Diagnostics, Severity};
use crate::lists::{ListRequest, Listed, Listing};
use crate::offer::Offer;
use crate::plugin::panic::caught;
use crate::proto::tfplugin6::list_resource::{Event, Request};
use crate::resources::Resource;
use crate::wire;

pub(super) fn handle(service: &Service, request: Request) -> impl Stream<Item = Event> + Send + use<> {
    let (call, offer) = (Call::begin(service), service.shared_offer());
    let (events, received) = mpsc::channel(16);
    tokio::spawn(async move {
        let started = std::time::Instant::now();
        let work = caught(run(&call, &offer, &request, &events));
        let last = match work.await {
            Ok(last) => last,
            Err(panic) => Some(failure(panicked("ListResource", &panic))),
        };
        if let Some(last) = last {
            let _ = events.send(last).await;
        }
        log("ListResource", &request.type_name, started);
    });
    ReceiverStream::new(received)
}

/// Sends all events but the last one, which it gives back.
async fn run(call: &Call, offer: &Offer, request: &Request, events: &mpsc::Sender<Event>) -> Option<Event> {
    let (Some(list), Some(resource)) = (offer.list(&request.type_name), offer.resource(&request.type_name))
    else {
        return Some(failure(not_served("list", &request.type_name)));
    };
    let config = match wire::decode(request.config.as_ref(), &list.schema().block) {
        Ok(config) => config,
        Err(error) => return Some(failure(error.into())),
    };
    let (listing, mut listed) = Listing::new(u64::try_from(request.limit).unwrap_or_default());
    let request = ListRequest {
        config: &config,
        include_object: request.include_resource_object,
        limit: u64::try_from(request.limit).unwrap_or_default(),
    };
    let relay = async {
        let mut held_back: Option<Event> = None;
        while let Some(object) = listed.recv().await {
            let Some(event) = object_event(resource, object) else { continue };
            if let Some(earlier) = held_back.replace(event)
                && events.send(earlier).await.is_err()
            {
                listed.close();
            }
        }
        held_back
    };
    let (said, last) = tokio::join!(list.list(call.context(), request, listing), relay);
    match last {
        _ if said.has_errors() => {
            if let Some(last) = last {
                let _ = events.send(last).await;
            }
            Some(failure(said))
        }
        Some(mut last) => {
            last.diagnostic.extend(wire::diagnostics(said.without_paths()));
            Some(last)
        }
        None => (!said.is_empty()).then(|| failure(said)),
    }
}

/// The event of an object; none where it has no identity, which is a bug of ours.
fn object_event(resource: &dyn Resource, listed: Listed) -> Option<Event> {
    let schema = resource.identity_schema()?;
    if listed.identity.is_null() || !listed.identity.is_wholly_known() {
        tracing::error!("an object of a list has no identity, which is a bug in the provider");
        return None;
    }
    Some(Event {
        identity: Some(departure::identity_data(&schema.block, &listed.identity)),
        display_name: listed.display_name,
        resource_object: listed.object.map(|object| departure::value(&resource.schema().block, object)),
        diagnostic: wire::diagnostics(listed.warnings.without_paths()),
    })
}

/// An event that ends the list: whatever it says is an error, since Terraform skips a warning without an
/// object.
fn failure(diagnostics: Diagnostics) -> Event {
    let mut errors = Diagnostics::new();
    for diagnostic in diagnostics.without_paths() {
        errors.push(crate::diag::Diagnostic { severity: Severity::Error, ..diagnostic });
    }
    Event { diagnostic: wire::diagnostics(errors), ..Event::default() }
}
