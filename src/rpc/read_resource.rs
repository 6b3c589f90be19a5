//! `ReadResource`: refresh, and the look at what is imported.

use super::Service;
use super::call::{Call, panicked};
use super::departure::Departure;
use crate::diag::Diagnostics;
use crate::plugin::panic::caught;
use crate::proto::tfplugin6::read_resource::{Request, Response};
use crate::resources::Outcome;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let current = wire::decode(request.current_state.as_ref(), &resource.schema().block)?;
    let call = Call::begin(service);
    let read = caught(resource.read(call.context(), &current, &request.private)).await;
    // Whatever goes wrong, the state stays.
    let outcome = read.unwrap_or_else(|panic| {
        Outcome::kept(Some(&current), &request.private, panicked("ReadResource", &panic))
    });
    let departure = Departure::of(resource, outcome);
    Ok(Response {
        new_state: Some(departure.state),
        private: departure.private,
        diagnostics: departure.diagnostics,
        new_identity: departure.identity,
        ..Response::default()
    })
}
