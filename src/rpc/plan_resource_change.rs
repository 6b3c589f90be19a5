//! `PlanResourceChange`: what will be done. Terraform's own proposal is not used (see `schema::plan`); a
//! destroy plans nothing and keeps the private data, which it then hands to the delete.

use super::Service;
use super::call::Call;
use super::departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::plan_resource_change::{Request, Response};
use crate::resources::PlanRequest;
use crate::value::Value;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let prior = wire::decode(request.prior_state.as_ref(), block)?;
    if wire::is_null(request.proposed_new_state.as_ref()) {
        return Ok(Response {
            planned_state: Some(departure::value(block, Value::Null)),
            planned_private: request.prior_private,
            planned_identity: departure::identity(resource, &prior),
            ..Response::default()
        });
    }
    let config = wire::decode(request.config.as_ref(), block)?;
    let call = Call::begin(service);
    let capabilities = service.capabilities_in_plan(request.client_capabilities);
    let plan = PlanRequest {
        config: &config,
        prior: Some(&prior).filter(|prior| !prior.is_null()),
        private: &request.prior_private,
        capabilities,
    };
    let planned = resource.plan(call.context(), plan).await;
    // An apply plans once more, and says so by allowing deferrals; whoever approved the first plan has read
    // its warnings.
    let diagnostics =
        if capabilities.deferral { planned.diagnostics.errors_only() } else { planned.diagnostics };
    Ok(Response {
        planned_identity: departure::identity(resource, &planned.value),
        planned_state: Some(departure::value(block, planned.value)),
        requires_replace: planned.requires_replace.iter().map(wire::path).collect(),
        planned_private: planned.private,
        diagnostics: wire::diagnostics(diagnostics),
        ..Response::default()
    })
}
