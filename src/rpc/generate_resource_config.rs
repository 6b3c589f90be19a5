//! `GenerateResourceConfig`: the configuration for what was imported, for `plan -generate-config-out`.
//! Terraform 1.14 and later ask; older ones guess.

use super::Service;
use super::departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::generate_resource_config::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let state = wire::decode(request.state.as_ref(), block)?;
    // `terraform query` asks without a state where it was not told to fetch one, and crashes over a null.
    let config = if state.is_null() { block.empty_value() } else { resource.generate_config(&state) };
    Ok(Response { config: Some(departure::value(block, config)), diagnostics: Vec::new() })
}
