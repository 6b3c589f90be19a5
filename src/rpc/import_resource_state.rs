//! `ImportResourceState`: from an import ID or an identity to what `ReadResource` needs, which Terraform
//! calls next.

use super::Service;
use super::call::Call;
use super::departure::Departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::import_resource_state::{ImportedResource, Request, Response};
use crate::resources::ImportTarget;
use crate::value::Value;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let call = Call::begin(service);
    let identity = match (resource.identity_schema(), request.identity) {
        (Some(schema), Some(identity)) => wire::decode(identity.identity_data.as_ref(), &schema.block)?,
        _ => Value::Null,
    };
    // The ID is empty where the import is by identity.
    let target = match identity {
        Value::Null => ImportTarget::Id(&request.id),
        ref identity => ImportTarget::Identity(identity),
    };
    let outcome = resource.import(call.context(), target).await;
    let exists = outcome.state.is_some();
    let departure = Departure::of(resource, outcome);
    let imported = exists.then_some(ImportedResource {
        type_name: request.type_name,
        state: Some(departure.state),
        private: departure.private,
        identity: departure.identity,
    });
    Ok(Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: departure.diagnostics,
        ..Response::default()
    })
}
