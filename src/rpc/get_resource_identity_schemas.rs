//! `GetResourceIdentitySchemas`: none yet; Terraform 1.12 and later ask.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::get_resource_identity_schemas::{Request, Response};

pub(super) async fn handle(_: &Service, _: Request) -> Result<Response, Diagnostics> {
    Ok(Response::default())
}
