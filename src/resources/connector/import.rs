//! Import: from an ID or an identity to just enough state for the read that follows.

use super::Connector;
use super::memory::{Import, Memory};
use crate::client::Address;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::offer::{Context, Served};
use crate::provider::{Provider, is_space_id};
use crate::resources::{ImportTarget, Outcome};
use crate::value::{Path, Value};

/// Turns `ID`, `SPACE/ID` or an identity into the state that `read` needs, and marks that read as the one
/// after an import.
pub(super) fn import(connector: &Connector, context: Context<'_>, target: ImportTarget<'_>) -> Outcome {
    let address = default_space(context).and_then(|space| match target {
        ImportTarget::Id(id) => by_id(id, space),
        ImportTarget::Identity(identity) => by_identity(identity, space),
    });
    let address = match address {
        Ok(address) => address,
        Err(error) => return Outcome::gone(error.into()),
    };
    let mut state = connector.schema().block.empty_value();
    state.set("id", Value::text(address.id));
    state.set("space_id", Value::text(address.space_id));
    let memory = Memory { import: Import::Pending, ..Memory::default() };
    Outcome::stored(state, memory.encode(), Diagnostics::new())
}

fn default_space(context: Context<'_>) -> Result<&str, Diagnostic> {
    match context.provider {
        Provider::Ready(ready) => Ok(ready.client().default_space()),
        Provider::Unknown(argument) => Err(error(
            "Import needs a known Kibana",
            format!(
                "The provider's argument `{argument}` is not known yet, so the connector to import cannot be looked up. Apply \
                 what it depends on first, then import."
            ),
        )),
        Provider::NotConfigured => {
            let detail =
                "The provider's configuration is not known, so the connector to import cannot be looked up.";
            Err(error("Provider not configured", detail.to_owned()))
        }
    }
}

fn by_id(id: &str, default_space: &str) -> Result<Address, Diagnostic> {
    // A blank at an end comes from copying; no ID has one there.
    let address =
        Address::from_import(id.trim(), default_space).filter(|address| is_space_id(&address.space_id));
    address.ok_or_else(|| {
        let detail = "Import a connector by its ID, which stands in the address of its page in Kibana, or as `SPACE/ID` for one \
                      in another space than the provider's.";
        error("Invalid import ID", detail.to_owned())
    })
}

fn by_identity(identity: &Value, default_space: &str) -> Result<Address, Diagnostic> {
    // As by ID: a blank at an end comes from copying.
    let text = |name| identity.get(name).as_str().unwrap_or_default().trim();
    let space = if identity.get("space_id").is_null() { default_space } else { text("space_id") };
    let id = text("id");
    if id.is_empty() || id.contains('/') || !is_space_id(space) {
        let detail = "An identity names a connector by `id`, which stands in the address of its page in Kibana, and by \
                      `space_id` where the connector is in another space than the provider's.";
        return Err(error("Invalid identity", detail.to_owned()));
    }
    Ok(Address::new(space, id))
}

fn error(summary: &str, detail: String) -> Diagnostic {
    Diagnostic { severity: Severity::Error, summary: summary.to_owned(), detail, path: Path::root() }
}

#[cfg(test)]
mod tests {
    use super::{by_id, by_identity};
    use crate::client::Address;
    use crate::value::Value;

    #[test]
    fn blanks_at_the_ends_are_not_part_of_an_id() {
        let identity = |space_id| Value::object([("id", Value::text(" a\n")), ("space_id", space_id)]);
        for (address, expected) in [
            (by_id(" a\n", "default"), Address::new("default", "a")),
            (by_id(" ops/a ", "default"), Address::new("ops", "a")),
            (by_identity(&identity(Value::Null), "default"), Address::new("default", "a")),
            (by_identity(&identity(Value::text(" ops ")), "default"), Address::new("ops", "a")),
        ] {
            assert_eq!(address.ok(), Some(expected));
        }
        for blank in ["", "  "] {
            let identity = Value::object([("id", Value::text(blank)), ("space_id", Value::Null)]);
            assert!(by_identity(&identity, "default").is_err(), "{blank:?}");
        }
    }
}
