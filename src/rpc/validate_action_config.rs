//! `ValidateActionConfig`: checks an action's configuration, of which anything may be unknown.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::validate_action_config::{Request, Response};
use crate::schema::check::check;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let action = service.action(&request.type_name)?;
    let block = &action.schema().block;
    let config = wire::decode(request.config.as_ref(), block)?;
    let mut diagnostics = check(block, &config);
    diagnostics.extend(action.validate(&config));
    Ok(Response { diagnostics: wire::diagnostics(diagnostics) })
}
