//! `ValidateListResourceConfig`: checks the `config` of a list block, of which anything may be unknown.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::validate_list_resource_config::{Request, Response};
use crate::schema::check::check;
use crate::value::Path;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let list = service.list(&request.type_name)?;
    let block = &list.schema().block;
    let config = wire::decode(request.config.as_ref(), block)?;
    let mut diagnostics = check(block, &config);
    diagnostics.extend(list.validate(&config));
    // The schema is that of the `config` block, but Terraform follows a path from the list block on.
    let diagnostics = diagnostics.below(&Path::of("config"));
    Ok(Response { diagnostics: wire::diagnostics(diagnostics) })
}
