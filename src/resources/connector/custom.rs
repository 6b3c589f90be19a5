//! Checks of the `custom` block: its texts must be JSON objects without blank texts, which Kibana refuses anywhere.

use super::form::CUSTOM;
use crate::catalog::blank::{find_blank, is_blank, refuse_blank};
use crate::diag::Diagnostics;
use crate::value::json::from_json;
use crate::value::{Path, Value};
use serde_json::Value as Json;

/// Checks what is known of the block.
pub(super) fn check(block: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let path = Path::of(CUSTOM);
    if block.get("connector_type_id").as_str().is_some_and(is_blank) {
        found.error(
            path.attribute("connector_type_id"),
            "Blank connector type",
            "Write Kibana's ID of the connector type, such as `.email`.",
        );
    }
    for name in ["config_json", "secrets_json"] {
        if let Some(text) = block.get(name).as_str() {
            check_json(name, text, &path.attribute(name), &mut found);
        }
    }
    found
}

fn check_json(name: &str, text: &str, path: &Path, found: &mut Diagnostics) {
    match serde_json::from_str(text) {
        Ok(json @ Json::Object(_)) => {
            for place in find_blank(&from_json(&json).1, path) {
                refuse_blank(path.clone(), &place, found);
            }
        }
        Ok(_) => found.error(
            path.clone(),
            format!("Invalid {name}"),
            format!("`{name}` must be the JSON text of an object, as in `jsonencode({{ key = \"value\" }})`."),
        ),
        // The position is said, never the text: it may be a secret.
        Err(error) => found.error(
            path.clone(),
            format!("Invalid {name}"),
            format!(
                "`{name}` is not valid JSON: there is an error in line {}, column {}. Write it with `jsonencode`.",
                error.line(),
                error.column()
            ),
        ),
    }
}
