//! `ConfigureProvider`: makes the client for the calls that follow. It may come again in the same process, in
//! debug mode.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::configure_provider::{Request, Response};
use crate::{provider, wire};

pub(super) async fn handle(service: &Service, request: Request) -> Result<Response, Diagnostics> {
    service.called_by(&request.terraform_version);
    let config = wire::decode(request.config.as_ref(), &provider::schema().block)?;
    let (provider, diagnostics) = provider::configure(&config, &|name| std::env::var_os(name));
    service.configured(provider);
    Ok(Response { diagnostics: wire::diagnostics(diagnostics) })
}
