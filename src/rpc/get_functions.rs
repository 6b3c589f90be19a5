//! `GetFunctions`: none; only OpenTofu asks.

use super::Service;
use crate::diag::Diagnostics;
use crate::proto::tfplugin6::get_functions::{Request, Response};

pub(super) async fn handle(_: &Service, _: Request) -> Result<Response, Diagnostics> {
    Ok(Response::default())
}
