//! `UpgradeResourceIdentity`: from the JSON of a stored identity to one of today's schema. State from before
//! the resource had an identity holds an empty one, which stays none.

use super::Service;
use super::departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::upgrade_resource_identity::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let Some(schema) = resource.identity_schema() else { return Ok(Response::default()) };
    let identity = wire::raw_state(request.raw_identity.as_ref(), &schema.block)?;
    let upgraded = (!identity.is_null()).then(|| departure::identity_data(&schema.block, &identity));
    Ok(Response { upgraded_identity: upgraded, diagnostics: Vec::new() })
}
