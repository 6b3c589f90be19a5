//! `GetProviderSchema`: the whole schema, once per command. It depends on nothing but the build, since
//! Terraform keeps it for all processes of a command.

use std::collections::BTreeMap;

use super::Service;
use crate::diag::Diagnostics;
use crate::offer::Served;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::get_provider_schema::{Request, Response};
use crate::{provider, wire};

pub(super) async fn handle(service: &Service, _: Request) -> Result<Response, Diagnostics> {
    let offer = service.offer();
    let actions = schemas(&offer.actions).into_iter();
    Ok(Response {
        provider: Some(wire::schema(provider::schema())),
        resource_schemas: schemas(&offer.resources),
        data_source_schemas: schemas(&offer.data_sources),
        list_resource_schemas: schemas(&offer.lists),
        action_schemas: actions
            .map(|(name, schema)| (name, pb::ActionSchema { schema: Some(schema) }))
            .collect(),
        server_capabilities: Some(capabilities()),
        ..Response::default()
    })
}

fn schemas<T: Served + ?Sized>(served: &[Box<T>]) -> BTreeMap<String, pb::Schema> {
    served.iter().map(|one| (one.type_name().to_owned(), wire::schema(one.schema()))).collect()
}

/// What we promise beyond the first version of the protocol.
pub(super) fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        // Deletes are planned with us, so a later warning about them can be given at plan.
        plan_destroy: true,
        // Every RPC works in a process that was never asked for the schema.
        get_provider_schema_optional: true,
        // A `moved` block may lead from one resource type to another.
        move_resource_state: true,
        // We write the configuration for what is imported.
        generate_resource_config: true,
    }
}
