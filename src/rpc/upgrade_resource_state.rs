//! `UpgradeResourceState`: from the JSON of a state file to a value of today's schema. It comes for every
//! instance of every plan, before anything is configured, so it asks nobody.

use super::Service;
use super::departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::upgrade_resource_state::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let mut state = wire::raw_state(request.raw_state.as_ref(), block)?;
    resource.upgrade(&mut state, request.version);
    Ok(Response { upgraded_state: Some(departure::value(block, state)), diagnostics: Vec::new() })
}
