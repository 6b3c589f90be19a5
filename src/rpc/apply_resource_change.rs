//! `ApplyResourceChange`: carries out a plan. Once something may exist, an error comes with the state that
//! exists, never as a failure of the call, which would lose it.

use tracing::warn;

use super::Service;
use super::call::{Call, panicked};
use super::departure::Departure;
use crate::diag::Diagnostics;
use crate::plugin::panic::caught;
use crate::proto::tfplugin6::apply_resource_change::{Request, Response};
use crate::resources::{ApplyRequest, Outcome, Resource};
use crate::value::Value;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let prior = wire::decode(request.prior_state.as_ref(), block)?;
    let planned = wire::decode(request.planned_state.as_ref(), block)?;
    let config = wire::decode(request.config.as_ref(), block)?;
    let call = Call::begin(service);
    let existing = Some(&prior).filter(|prior| !prior.is_null());
    let private = request.planned_private.as_slice();
    let done = match existing {
        Some(existing) if planned.is_null() => {
            caught(resource.delete(call.context(), existing, private)).await
        }
        prior => {
            let request = ApplyRequest { config: &config, planned: &planned, prior, private };
            caught(resource.apply(call.context(), request)).await
        }
    };
    let outcome = done
        .unwrap_or_else(|panic| Outcome::kept(existing, private, panicked("ApplyResourceChange", &panic)));
    if let Some(state) = outcome.state.as_ref().or(existing).filter(|_| call.is_unheard()) {
        tell_log(resource, state, &request.type_name);
    }
    let departure = Departure::of(resource, outcome);
    Ok(Response {
        new_state: Some(departure.state),
        private: departure.private,
        diagnostics: departure.diagnostics,
        new_identity: departure.identity,
        ..Response::default()
    })
}

/// What a Terraform that was killed will not find in its state can be found in the log.
fn tell_log(resource: &dyn Resource, state: &Value, type_name: &str) {
    let identity = resource.identity(state).unwrap_or(Value::Null);
    let id = identity.get("id").as_str().unwrap_or_default();
    warn!(id, tf_resource_type = type_name, "Terraform is gone: what was done last is not in its state");
}
