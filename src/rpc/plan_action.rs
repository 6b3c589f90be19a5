//! `PlanAction`: whether an action could be invoked, as far as that is known while planning.

use super::Service;
use super::call::Call;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::plan_action::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let action = service.action(&request.action_type)?;
    let config = wire::decode(request.config.as_ref(), &action.schema().block)?;
    let call = Call::begin(service);
    let diagnostics = action.plan(call.context(), &config).await;
    Ok(Response { diagnostics: wire::diagnostics(diagnostics), ..Response::default() })
}
