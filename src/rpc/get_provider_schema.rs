//! `GetProviderSchema`: the whole schema, once per command. It depends on nothing but the build, since Terraform
//! keeps it for all processes of a command.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::get_provider_schema::Response;
use crate::{provider, wire};

pub(super) async fn handle(
    service: &Service,
    _: pb::get_provider_schema::Request,
) -> Result<Response, Diagnostics> {
    let resources = service.resources.iter();
    Ok(Response {
        provider: Some(wire::schema(provider::schema())),
        resource_schemas: resources.map(|r| (r.type_name().to_owned(), wire::schema(r.schema()))).collect(),
        server_capabilities: Some(capabilities()),
        ..Response::default()
    })
}

/// What we promise beyond the first version of the protocol.
pub(super) fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        // Deletes are planned with us, so a later warning about them can be given at plan.
        plan_destroy: true,
        // Every RPC works in a process that was never asked for the schema.
        get_provider_schema_optional: true,
        // We write the configuration for what is imported.
        generate_resource_config: true,
        ..pb::ServerCapabilities::default()
    }
}
