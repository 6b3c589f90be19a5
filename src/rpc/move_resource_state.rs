//! `MoveResourceState`: a `moved` block between resource types. It comes before anything is configured, so it
//! asks nobody.
//!
//! A state of one of our own types is read by that type's schema and brought up to date first; that of
//! another provider stays the JSON that it is.

use super::Service;
use super::departure::Departure;
use crate::PROGRAM;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::move_resource_state::{Request, Response};
use crate::resources::{MoveRequest, MovedState};
use crate::value::Path;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let target = service.resource(&request.target_type_name)?;
    // The address of each copy of this provider ends alike, whatever registry it comes from.
    let is_ours = request.source_provider_address.rsplit('/').next() == Some(PROGRAM.type_name());
    let state = match service.offer().resource(&request.source_type_name).filter(|_| is_ours) {
        Some(source) => {
            let mut state = wire::raw_state(request.source_state.as_ref(), &source.schema().block)?;
            source.upgrade(&mut state, request.source_schema_version);
            MovedState::Ours(state)
        }
        None => MovedState::Foreign(foreign(&request)?),
    };
    let moved = MoveRequest {
        provider: &request.source_provider_address,
        type_name: &request.source_type_name,
        version: request.source_schema_version,
        state,
        private: &request.source_private,
    };
    let departure = Departure::of(target, target.take_over(moved));
    Ok(Response {
        target_state: Some(departure.state),
        target_private: departure.private,
        target_identity: departure.identity,
        diagnostics: departure.diagnostics,
    })
}

fn foreign(request: &Request) -> Result<serde_json::Value, Diagnostics> {
    let json = request.source_state.as_ref().map(|state| state.json.as_slice()).unwrap_or_default();
    // The parser's own message can quote the text it stumbles over.
    serde_json::from_slice(json).map_err(|error| {
        let detail = format!(
            "The state of {} that is to be moved is not JSON: there is an error in line {}, column {}. Check the state file \
             for damage.",
            request.source_type_name,
            error.line(),
            error.column()
        );
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Path::root(), "Unreadable state", detail);
        diagnostics
    })
}
