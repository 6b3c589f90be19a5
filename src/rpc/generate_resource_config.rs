//! `GenerateResourceConfig`: the configuration for what was imported, for `plan -generate-config-out`. Terraform 1.14 and later
//! ask; older ones guess.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::generate_resource_config::{Request, Response};
use crate::schema::plan::null_write_only;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let state = wire::decode(request.state.as_ref(), block)?;
    let mut config = resource.generate_config(&state);
    null_write_only(block, &mut config);
    Ok(Response { config: Some(wire::encode(&config, block)), diagnostics: Vec::new() })
}
