//! `ReadDataSource`: looks, while planning where the configuration is known by then, else while applying.

use super::Service;
use super::call::Call;
use super::departure;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::read_data_source::{Request, Response};
use crate::wire;

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    let source = service.data_source(&request.type_name)?;
    let block = &source.schema().block;
    let config = wire::decode(request.config.as_ref(), block)?;
    let call = Call::begin(service);
    let found = source.read(call.context(), &config).await;
    Ok(Response {
        state: found.state.map(|state| departure::value(block, state)),
        diagnostics: wire::diagnostics(found.diagnostics),
        ..Response::default()
    })
}
