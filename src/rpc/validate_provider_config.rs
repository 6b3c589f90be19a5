//! `ValidateProviderConfig`: checks the provider block, of which anything may be unknown.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::validate_provider_config::{Request, Response};
use crate::schema::check::check;
use crate::{provider, wire};

pub(super) async fn handle(_: &Service, request: Request) -> Result<Response, Diagnostics> {
    let block = &provider::schema().block;
    let config = wire::decode(request.config.as_ref(), block)?;
    let mut diagnostics = check(block, &config);
    diagnostics.extend(provider::validate(&config));
    Ok(Response { diagnostics: wire::diagnostics(diagnostics) })
}
