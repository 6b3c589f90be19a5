//! `ValidateResourceConfig`: checks a resource block, of which anything may be unknown.

use super::Service;
use super::call::capabilities;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::validate_resource_config::{Request, Response};
use crate::provider::Provider;
use crate::schema::check::check;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema().block;
    let config = wire::decode(request.config.as_ref(), block)?;
    let mut diagnostics = check(block, &config);
    diagnostics.extend(resource.validate(&config, capabilities(request.client_capabilities)));
    // In a configured process a plan of the same follows, which knows more and warns of the same.
    if !matches!(*service.provider(), Provider::NotConfigured) {
        diagnostics = diagnostics.errors_only();
    }
    Ok(Response { diagnostics: wire::diagnostics(diagnostics) })
}
