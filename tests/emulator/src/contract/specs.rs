//! The generic family of connectors that Kibana declares by specs: one shape for all of them.
//!
//! `specs.json` names each one's own config keys and the ways to authenticate that it takes. Config also
//! takes `authType` and `selectedActions`; secrets are chosen by `authType`. Unknown keys vanish.

use serde_json::{Value, json};

/// Writes each spec out as a contract of its own.
pub(super) fn expand(file: &Value) -> Vec<Value> {
    let specs = file["specs"].as_array().cloned().unwrap_or_default();
    specs.iter().map(|spec| contract(spec, &file["auth"])).collect()
}

fn contract(spec: &Value, auth: &Value) -> Value {
    let mut fields = spec["config"].as_array().cloned().unwrap_or_default();
    fields.push(json!({"key": "authType", "kind": "text"}));
    fields.push(json!({
        "key": "selectedActions",
        "kind": "list",
        "nullable": true,
        "max_items": 500,
        "empty_message": "selectedActions must include at least one action when set.",
    }));
    let ways = spec["auth"].as_array().cloned().unwrap_or_default();
    let shapes: serde_json::Map<String, Value> = ways
        .iter()
        .filter_map(|way| {
            // A header's name is the key of its secret.
            let (name, header) = match way {
                Value::String(name) => (name.as_str(), None),
                other => (other["way"].as_str()?, other["header"].as_str()),
            };
            let mut keys = vec![json!({"key": "authType", "kind": "text", "required": true})];
            keys.extend(header.map(|header| json!({"key": header, "kind": "text", "required": true})));
            keys.extend(auth[name].as_array().cloned().unwrap_or_default());
            Some((name.to_owned(), json!({"unknown": "drop", "fields": keys})))
        })
        .collect();
    json!({
        "id": spec["id"],
        "name": spec["name"],
        "licence": spec["licence"],
        "features": ["workflows", "agentBuilder"],
        "source": "spec",
        "since": "9.3",
        "config": {"unknown": "drop", "fields": fields},
        "secrets": {"unknown": "drop", "choose_by": "authType", "shapes": shapes},
    })
}
