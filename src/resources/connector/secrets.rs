//! The two ways to write secrets: those of the block, kept in state, and `secrets_wo`, which is never stored.
//!
//! Write-only secrets reach us in the configuration alone. What they were is remembered only as a salted
//! hash, and only while the user writes no version.

use serde_json::{Map, Value as Json};

use super::block::TypeBlock;
use crate::catalog::auth::AUTH_TYPE;
use crate::client::values_in;
use crate::diag::Diagnostics;
use crate::offer::Capabilities;
use crate::value::{Path, Secret, Value};

/// Name of the write-only attribute.
pub(super) const SECRETS_WO: &str = "secrets_wo";

/// Name of its version.
pub(super) const SECRETS_WO_VERSION: &str = "secrets_wo_version";

/// The secrets that a value of the resource keeps in its block.
fn stored<'a>(block: &dyn TypeBlock, value: &'a Value) -> &'a Value {
    value.get(block.name()).get(block.secrets_name())
}

/// Whether any secret is configured, or may be.
pub(super) fn are_configured(block: &dyn TypeBlock, config: &Value) -> bool {
    let holds_something = |value: &Value| match value {
        Value::Map(entries) => entries.values().any(|value| !value.is_null()),
        value => !value.is_null(),
    };
    !config.get(SECRETS_WO).is_null() || holds_something(stored(block, config))
}

/// The `secrets` to send: the stored ones as planned, else the write-only ones as configured.
pub(super) fn to_send(block: &dyn TypeBlock, planned: &Value, config: &Value) -> Map<String, Json> {
    let kept = block.secrets(planned.get(block.name()));
    if !kept.is_empty() { kept } else { write_only(block, config) }
}

/// The write-only secrets as Kibana's JSON.
pub(super) fn write_only(block: &dyn TypeBlock, config: &Value) -> Map<String, Json> {
    let write_only = config.get(SECRETS_WO);
    if write_only.is_null() { Map::new() } else { block.write_only_secrets(write_only) }
}

/// Every value in secrets as they are sent, for masking them. What says of which kind they are is no secret,
/// and masking words such as `basic` would only spoil the texts.
pub(super) fn texts(secrets: &Map<String, Json>) -> Vec<Secret> {
    secrets.iter().filter(|(key, _)| *key != AUTH_TYPE).flat_map(|(_, json)| values_in(json)).collect()
}

/// Checks the write-only secrets as such; what they mean for the type is judged with the block.
pub(super) fn check(block: &dyn TypeBlock, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let write_only = config.get(SECRETS_WO);
    let path = Path::of(SECRETS_WO);
    if write_only.is_null() {
        return found;
    }
    // What is unknown may turn out to be none.
    if write_only.is_surely_set() && stored(block, config).is_surely_set() {
        found.error(
            path,
            "Conflicting secrets",
            format!(
                "Secrets are written both in `secrets_wo` and in `{}.{}`, but Kibana keeps one set. Keep one of them: `secrets_wo` \
                 stays out of state, the other does not.",
                block.name(),
                block.secrets_name()
            ),
        );
        return found;
    }
    if !write_only.is_unknown() && write_only.as_map().is_none() {
        found.error(
            path,
            "Invalid secrets_wo",
            "`secrets_wo` must be an object, as in `{ user = \"…\", password = \"…\" }`.",
        );
        return found;
    }
    block.check_write_only(write_only, &path)
}

/// An old core takes a write-only attribute for a plain one and would store it.
pub(super) fn check_core(config: &Value, capabilities: Capabilities) -> Diagnostics {
    let mut found = Diagnostics::new();
    if !capabilities.write_only_attributes && !config.get(SECRETS_WO).is_null() {
        found.error(
            Path::of(SECRETS_WO),
            "Write-only arguments are not supported here",
            "`secrets_wo` needs Terraform 1.11 or OpenTofu 1.11, or a newer one: this one would store it in its state. Use the \
             `secrets` block inside the type's block (or `secrets_json` in `custom`), or upgrade.",
        );
    }
    found
}

/// Where secrets can be written, for people.
pub(super) fn where_to_write(block: &dyn TypeBlock) -> String {
    format!("`{}.{}` or `secrets_wo`", block.name(), block.secrets_name())
}
