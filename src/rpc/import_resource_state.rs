//! `ImportResourceState`: from an import ID to what `ReadResource` needs, which Terraform calls next.

use super::Call;
use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::import_resource_state::{ImportedResource, Request, Response};
use crate::schema::plan::null_write_only;
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let call = Call::begin(service);
    let outcome = resource.import(call.context(), &request.id).await;
    let block = &resource.schema().block;
    let imported = outcome.state.map(|mut state| {
        null_write_only(block, &mut state);
        ImportedResource {
            type_name: request.type_name,
            state: Some(wire::encode(&state, block)),
            private: outcome.private,
            ..ImportedResource::default()
        }
    });
    Ok(Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: wire::diagnostics(outcome.diagnostics),
        ..Response::default()
    })
}
