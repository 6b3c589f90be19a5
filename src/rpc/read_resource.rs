//! `ReadResource`: refresh, and the look at what is imported.

use super::Service;
use super::{Call, panicked};
use crate::diag::Diagnostics;
use crate::plugin::panic::caught;
use crate::proto::tfplugin6::read_resource::{Request, Response};
use crate::resources::Outcome;
use crate::schema::plan::null_write_only;
use crate::value::Value;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let current = wire::decode(request.current_state.as_ref(), block)?;
    let call = Call::begin(service);
    let read = caught(resource.read(call.context(), &current, &request.private)).await;
    // Whatever goes wrong, the state stays.
    let outcome = read.unwrap_or_else(|panic| Outcome {
        state: Some(current),
        private: request.private,
        diagnostics: panicked("ReadResource", &panic),
    });
    let mut state = outcome.state.unwrap_or(Value::Null);
    null_write_only(block, &mut state);
    Ok(Response {
        new_state: Some(wire::encode(&state, block)),
        private: outcome.private,
        diagnostics: wire::diagnostics(outcome.diagnostics),
        ..Response::default()
    })
}
