//! The spaces of an export: which ones are meant, what each of them lists, and why one cannot be exported.
//!
//! What goes wrong in one space alone leaves the others to be exported; what would go wrong in all of them,
//! such as a Kibana that is away or credentials that it refuses, ends the export.

use std::sync::Arc;

use super::options::Options;
use crate::client::{Cause, Client, Error, Listed};
use crate::diag::{Diagnostic, Diagnostics};
use crate::explain;
use crate::lists;
use crate::provider::space_id_fault;
use crate::stop::Stop;
use crate::value::Path;

/// Why a space cannot be exported.
pub(super) struct Fault {
    /// What to tell the user.
    pub(super) said: Diagnostic,
    /// Whether it is about this space, so that it says nothing of the others.
    pub(super) is_of_space: bool,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let is_of_space = match error.cause() {
            Cause::Unreadable { .. } | Cause::Unaddressable(_) => true,
            _ => matches!(error.status(), Some(403 | 404 | 500..)) && !error.is_retryable(),
        };
        Self { said: explain::diagnostic(&error), is_of_space }
    }
}

/// The spaces that are asked for.
pub(super) async fn chosen(client: &Client, options: &Options) -> Result<Vec<String>, Diagnostics> {
    if options.all_spaces {
        let spaces = client.spaces(&client.operation(&Stop::new())).await;
        let spaces = spaces.map_err(|error| explain::diagnostic(&error))?;
        return Ok(spaces.into_iter().map(|space| space.id).collect());
    }
    if let Some(fault) = options.spaces.iter().find_map(|space| space_id_fault(space)) {
        let mut found = Diagnostics::new();
        found.error(Path::root(), "Invalid space ID", fault);
        return Err(found);
    }
    match options.spaces.is_empty() {
        true => Ok(vec![client.default_space().to_owned()]),
        false => Ok(options.spaces.clone()),
    }
}

/// The types that Kibana's own catalogue declares, from the first of the spaces where it tells.
pub(super) async fn catalogue(client: &Client, spaces: &[String]) -> Result<Vec<String>, Fault> {
    let operation = client.operation(&Stop::new());
    let mut first = None;
    for space in spaces {
        match lists::catalogue(client, &operation, space).await.map_err(Fault::from) {
            Ok(types) => return Ok(types.unwrap_or_default()),
            Err(fault) if fault.is_of_space => first = first.or(Some(fault)),
            Err(fault) => return Err(fault),
        }
    }
    first.map_or(Ok(Vec::new()), Err)
}

/// The connectors of a space.
pub(super) async fn connectors(client: &Client, space: &str) -> Result<Arc<[Listed]>, Fault> {
    // Each space has the time of an operation.
    let operation = client.operation(&Stop::new());
    Ok(client.list_connectors(&operation, space).await?)
}
