//! `GetMetadata`: what we serve, without schemas. Only tools that combine providers ask.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::get_metadata::{ResourceMetadata, Response};

pub(super) async fn handle(service: &Service, _: pb::get_metadata::Request) -> Result<Response, Diagnostics> {
    let resources = service.resources.iter();
    Ok(Response {
        server_capabilities: Some(super::get_provider_schema::capabilities()),
        resources: resources.map(|r| ResourceMetadata { type_name: r.type_name().to_owned() }).collect(),
        ..Response::default()
    })
}
