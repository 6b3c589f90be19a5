//! The spaces of an export: which ones are meant, what each of them lists, and why one cannot be exported.
//!
//! What goes wrong in one space alone leaves the others to be exported; what would go wrong in all of them,
//! such as a Kibana that is away or credentials that it refuses, ends the export.

use std::sync::Arc;

use super::options::Options;
use crate::client::{Cause, Client, DEFAULT_SPACE, Error, Listed, Operation};
use crate::diag::{Diagnostic, Diagnostics, Severity};
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

/// The connectors of a space. One that was named, and not found by asking for all, has to exist.
pub(super) async fn connectors(
    client: &Client,
    space: &str,
    options: &Options,
) -> Result<Arc<[Listed]>, Fault> {
    // Each space has the time of an operation.
    let operation = client.operation(&Stop::new());
    let list = client.list_connectors(&operation, space).await?;
    // Those of Kibana's configuration file are shown in spaces that do not exist, too.
    let is_empty = list.iter().all(|one| one.is_preconfigured || one.is_system_action);
    if is_empty
        && !options.all_spaces
        && space != DEFAULT_SPACE
        && let Some(others) = instead_of(client, &operation, space).await
    {
        return Err(Fault { said: missing(space, &others), is_of_space: true });
    }
    Ok(list)
}

/// The spaces that there are, where this one does not exist; none where it does, or where nobody can tell.
async fn instead_of(client: &Client, operation: &Operation, space: &str) -> Option<Vec<String>> {
    let Ok(None) = client.space(operation, space).await else { return None };
    // A Kibana that knows nothing of spaces says the same of each.
    let spaces = client.spaces(operation).await.ok()?;
    let spaces: Vec<String> = spaces.into_iter().map(|space| space.id).collect();
    (!spaces.iter().any(|one| one == space)).then_some(spaces)
}

pub(super) fn missing(space: &str, others: &[String]) -> Diagnostic {
    let others = match others {
        [] => String::new(),
        others => {
            let others = explain::names(others.iter().map(String::as_str));
            format!(" These credentials can see the spaces {others}.")
        }
    };
    Diagnostic {
        severity: Severity::Error,
        summary: "The space does not exist".to_owned(),
        detail: format!(
            "Kibana lists no connectors for the space {space:?}, and answers that it has no such space.{others}\n\nGive the \
             space's ID, in `--space` or KIBANA_SPACE_ID: it stands behind `/s/` in the address of each page of the space, and may \
             differ from its name."
        ),
        path: Path::root(),
    }
}
