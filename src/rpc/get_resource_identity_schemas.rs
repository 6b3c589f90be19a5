//! `GetResourceIdentitySchemas`: what the resources' identities look like. Terraform and OpenTofu 1.12 and
//! later ask, right after the schema.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::get_resource_identity_schemas::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, _: Request) -> Result<Response, Diagnostics> {
    let resources = service.offer().resources.iter();
    let schemas = resources.filter_map(|resource| {
        let schema = resource.identity_schema()?;
        Some((resource.type_name().to_owned(), wire::identity_schema(schema)))
    });
    Ok(Response { identity_schemas: schemas.collect(), diagnostics: Vec::new() })
}
