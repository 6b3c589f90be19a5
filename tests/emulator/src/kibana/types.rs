//! The list of connector types, in the order of registration.

use serde_json::{Value, json};

use super::Call;
use super::body::unexpected;
use super::reply::Reply;
use crate::contract;
use crate::options::{License, LicenseState, Release};

pub(crate) fn list(call: &Call<'_>, query: Option<&str>) -> Result<Reply, Reply> {
    let mut wanted = None;
    for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if key != "feature_id" {
            let message = format!("[request query.{key}]: {}", unexpected(&key, call.state.release));
            return Err(Reply::error(400, &message));
        }
        wanted = Some(value.into_owned()).filter(|feature| !feature.is_empty());
    }
    super::licensed(call.options)?;
    let release = call.state.release;
    let items = contract::types(release)
        .iter()
        .filter(|kind| wanted.as_ref().is_none_or(|wanted| kind.features.contains(wanted)))
        .map(|kind| {
            let in_config = !call.options.disabled_types.contains(&kind.id);
            let expired =
                call.options.license_state == LicenseState::Expired && kind.license > License::Basic;
            let in_license = call.options.license >= kind.license && !expired;
            let mut item = json!({
                "id": kind.id,
                "name": kind.name,
                "enabled": in_config && in_license,
                "enabled_in_config": in_config,
                "enabled_in_license": in_license,
                "minimum_license_required": kind.license.name(),
                "supported_feature_ids": kind.features,
                "is_system_action_type": false,
            });
            if kind.features.iter().any(|feature| feature == "endpointSecurity") {
                item["sub_feature"] = json!("endpointSecurity");
            }
            if release != Release::Old {
                item["is_deprecated"] = json!(kind.deprecated);
                item["source"] = json!(kind.source);
            }
            if release >= Release::Newest {
                // Absent where the type does not say so.
                for (key, value) in [
                    ("description", kind.description.as_ref().map(|text| json!(text))),
                    ("is_experimental", kind.experimental.then_some(json!(true))),
                ] {
                    if let Some(value) = value {
                        item[key] = value;
                    }
                }
            }
            item
        })
        .collect();
    Ok(Reply::ok(Value::Array(items)))
}
