//! The two ways to write secrets: the `secrets` of a block, kept in state, and `secrets_wo`, which is never stored.
//!
//! Write-only secrets reach us in the configuration alone. What they were is remembered only as a salted hash, and only
//! while the user writes no version of their own.

use super::form::{CUSTOM, Form};
use crate::catalog::blank::{find_blank, refuse_blank};
use crate::catalog::check::SecretsGiven;
use crate::catalog::codec;
use crate::catalog::vocabulary::{Field, Kind};
use crate::client::values_in;
use crate::diag::Diagnostics;
use crate::offer::Capabilities;
use crate::value::json::to_json;
use crate::value::{Path, Secret, Value};
use serde_json::{Map, Value as Json};

/// Name of the write-only attribute.
pub(super) const SECRETS_WO: &str = "secrets_wo";

/// Name of its version.
pub(super) const VERSION: &str = "secrets_wo_version";

/// Where a form's block keeps its secrets.
fn stored_name(form: Form) -> &'static str {
    match form {
        Form::Typed(_) => "secrets",
        Form::Custom => "secrets_json",
    }
}

/// The stored secrets of a block.
pub(super) fn stored(form: Form, block: &Value) -> &Value {
    block.get(stored_name(form))
}

/// The secrets that a configuration gives a typed block, wherever they stand.
pub(super) fn given(form: Form, config: &Value) -> SecretsGiven {
    let write_only = config.get(SECRETS_WO);
    match form {
        Form::Typed(ty) if !write_only.is_null() => {
            let value = if write_only.is_unknown() {
                Value::unknown()
            } else {
                let fields = ty.secrets.iter();
                Value::Map(
                    fields.map(|f| (f.name.to_owned(), write_only.get(f.name).bare().clone())).collect(),
                )
            };
            SecretsGiven { value, path: Path::of(SECRETS_WO), in_attribute: true }
        }
        _ => {
            let value = stored(form, config.get(form.block())).clone();
            SecretsGiven { value, path: form.path().attribute(stored_name(form)), in_attribute: false }
        }
    }
}

/// Whether any secret is configured, or may be.
pub(super) fn are_configured(form: Form, config: &Value) -> bool {
    let holds_something = |value: &Value| match value {
        Value::Map(entries) => entries.values().any(|value| !value.is_null()),
        value => !value.is_null(),
    };
    !config.get(SECRETS_WO).is_null() || holds_something(stored(form, config.get(form.block())))
}

/// The `secrets` to send: the stored ones as planned, else the write-only ones as configured.
pub(super) fn to_send(form: Form, planned: &Value, config: &Value) -> Map<String, Json> {
    let kept = form.secrets(planned.get(form.block()));
    if !kept.is_empty() { kept } else { write_only_json(form, config) }
}

/// The write-only secrets as Kibana's JSON.
pub(super) fn write_only_json(form: Form, config: &Value) -> Map<String, Json> {
    let write_only = config.get(SECRETS_WO);
    if write_only.is_null() {
        return Map::new();
    }
    match form {
        Form::Typed(ty) => {
            let secrets = given(form, config).value;
            codec::encode(ty.secrets, &secrets, &secrets)
        }
        Form::Custom => match to_json(write_only) {
            Some(Json::Object(object)) => object.into_iter().filter(|(_, json)| !json.is_null()).collect(),
            _ => Map::new(),
        },
    }
}

/// Every value in secrets as they are sent, for masking them.
pub(super) fn texts(secrets: &Map<String, Json>) -> Vec<Secret> {
    secrets.values().flat_map(values_in).collect()
}

/// Checks the write-only secrets as such; what they mean for the type is judged with the block.
pub(super) fn check(form: Form, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let write_only = config.get(SECRETS_WO);
    let path = Path::of(SECRETS_WO);
    if write_only.is_null() {
        return found;
    }
    // What is unknown may turn out to be none.
    if write_only.is_surely_set() && stored(form, config.get(form.block())).is_surely_set() {
        found.error(
            path,
            "Secrets in both forms",
            format!(
                "Secrets are written in `secrets_wo` and in `{}.{}`, and Kibana keeps one set. Keep one of them: `secrets_wo` \
                 stays out of state, the other does not.",
                form.block(),
                stored_name(form)
            ),
        );
        return found;
    }
    let Some(entries) = write_only.as_map() else {
        if !write_only.is_unknown() {
            found.error(
                path,
                "Invalid secrets_wo",
                "`secrets_wo` must be an object, as in `{ user = \"…\", password = \"…\" }`.",
            );
        }
        return found;
    };
    for (name, value) in entries {
        let path = path.key(name);
        match form {
            Form::Custom => {
                find_blank(value, &path)
                    .iter()
                    .for_each(|place| refuse_blank(place.clone(), place, &mut found));
            }
            Form::Typed(ty) => match ty.secrets.iter().find(|field| field.name == name) {
                None => found.error(path, "Unknown secret", unknown_secret(ty.block, name, ty.secrets)),
                Some(field) => check_kind(field, value, &path, &mut found),
            },
        }
    }
    found
}

fn unknown_secret(block: &str, name: &str, fields: &[Field]) -> String {
    if fields.is_empty() {
        return format!("A connector of type `{block}` has no secrets: remove `secrets_wo`.");
    }
    let known: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
    format!("A connector of type `{block}` has no secret `{name}`. It has {}.", known.join(", "))
}

/// Core checks the types of a block's attributes; of a dynamic one nobody does but us.
fn check_kind(field: &Field, value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    let is_text = |value: &Value| value.is_null() || value.is_unknown() || value.as_str().is_some();
    let expected = match field.kind {
        Kind::Text(_) if value.as_str().is_some() => return,
        Kind::Text(_) => "text",
        Kind::TextMap(_) if value.as_map().is_some_and(|entries| entries.values().all(is_text)) => return,
        Kind::TextMap(_) => "a map of text",
        Kind::AnyObject | Kind::Object(_) if value.as_map().is_some() => return,
        Kind::AnyObject | Kind::Object(_) => "an object",
        // No type has such a secret.
        Kind::Number(_) | Kind::Flag | Kind::Objects(..) => return,
    };
    found.error(
        path.clone(),
        "Wrong type of secret",
        format!("`{}` in `{SECRETS_WO}` must be {expected}.", field.name),
    );
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

/// Names under which a state keeps secrets, for saying where they could be written.
pub(super) fn where_to_write(form: Form) -> String {
    match form {
        Form::Typed(ty) => format!("`{}.secrets` or `secrets_wo`", ty.block),
        Form::Custom => format!("`{CUSTOM}.secrets_json` or `secrets_wo`"),
    }
}
