//! `GetMetadata`: what we serve, without schemas. Only tools that combine providers ask.

use super::Service;
use super::get_provider_schema::capabilities;
use crate::diag::Diagnostics;
use crate::offer::Served;
use crate::proto::tfplugin6::get_metadata::{
    ActionMetadata, DataSourceMetadata, ListResourceMetadata, Request, ResourceMetadata, Response,
};

pub(super) async fn handle(service: &Service, _: Request) -> Result<Response, Diagnostics> {
    let offer = service.offer();
    Ok(Response {
        server_capabilities: Some(capabilities()),
        resources: names(&offer.resources, |type_name| ResourceMetadata { type_name }),
        data_sources: names(&offer.data_sources, |type_name| DataSourceMetadata { type_name }),
        list_resources: names(&offer.lists, |type_name| ListResourceMetadata { type_name }),
        actions: names(&offer.actions, |type_name| ActionMetadata { type_name }),
        ..Response::default()
    })
}

fn names<T: Served + ?Sized, M>(served: &[Box<T>], message: impl Fn(String) -> M) -> Vec<M> {
    served.iter().map(|one| message(one.type_name().to_owned())).collect()
}
