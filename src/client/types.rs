//! `GET /api/actions/connector_types`: which types this Kibana offers, and what its license and settings
//! allow.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::answer::Answer;
use super::error::Error;
use super::request::{Purpose, Request};
use super::{Client, Operation};

/// A connector type as Kibana offers it. What a release does not say is none or false.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OfferedType {
    /// Its ID, such as `.webhook`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Whether connectors of it work: the settings and the license both allow it.
    #[serde(default, deserialize_with = "or_default")]
    pub enabled: bool,
    /// Whether Kibana's settings allow it.
    #[serde(default, deserialize_with = "or_default")]
    pub enabled_in_config: bool,
    /// Whether the license allows it.
    #[serde(default, deserialize_with = "or_default")]
    pub enabled_in_license: bool,
    /// The least license that allows it.
    #[serde(default, deserialize_with = "or_default")]
    pub minimum_license_required: String,
    /// The features of Kibana that can use it.
    #[serde(default, deserialize_with = "or_default")]
    pub supported_feature_ids: Vec<String>,
    /// Where it comes from (`stack`, `spec` or `yml`), from 9.3 on.
    #[serde(default, deserialize_with = "or_default")]
    pub source: Option<String>,
}

/// The value; where it is null or of another kind, the same as where it is absent.
fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Json::deserialize(from)?).unwrap_or_default())
}

impl Client {
    /// Asks which connector types there are, in Kibana's order; only those for one feature, if it is named.
    /// They are the same in every space, but credentials may have no rights in some.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a list of types.
    pub async fn connector_types(
        &self,
        operation: &Operation,
        space_id: &str,
        feature_id: Option<&str>,
    ) -> Result<Vec<OfferedType>, Error> {
        let request = request(space_id, feature_id)?;
        let answer: Answer = self.send(operation, &request).await?;
        read(&answer.json).map_err(|why| Error::during(answer.unreadable(why), self.attempted(&request)))
    }
}

fn request(space_id: &str, feature_id: Option<&str>) -> Result<Request, Error> {
    let request = Request::new(Purpose::Types, Some(space_id), &["api", "actions", "connector_types"])?;
    Ok(match feature_id {
        Some(feature_id) => request.asking("feature_id", feature_id),
        None => request,
    })
}

fn read(json: &Json) -> Result<Vec<OfferedType>, String> {
    Vec::deserialize(json).map_err(|_| "it is not a list of connector types".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_may_have_more_or_fewer_fields() {
        let json = serde_json::json!([
            {"id": ".jira", "name": "Jira", "enabled": false, "enabled_in_config": true, "enabled_in_license": false,
             "minimum_license_required": "gold", "supported_feature_ids": ["alerting"], "is_deprecated": false,
             "source": "stack"},
            {"id": ".old", "name": "Old"},
            {"id": ".odd", "name": "Odd", "enabled": null, "minimum_license_required": null,
             "supported_feature_ids": null, "source": 1},
        ]);
        let types = read(&json).unwrap();
        assert!(types[0].enabled_in_config && !types[0].enabled_in_license && !types[0].enabled);
        assert_eq!((types[0].source.as_deref(), types[1].source.as_deref()), (Some("stack"), None));
        assert_eq!(types[2], OfferedType { id: ".odd".into(), name: "Odd".into(), ..OfferedType::default() });
        assert!(read(&serde_json::json!({"hello": "world"})).is_err());
        assert!(read(&serde_json::json!([{"name": "no id"}])).is_err());
    }

    #[test]
    fn a_feature_is_asked_for_in_the_query() {
        let url = |space, feature| {
            request(space, feature).unwrap().url(&"https://k/base".parse().unwrap()).to_string()
        };
        assert_eq!(url("default", None), "https://k/base/api/actions/connector_types");
        assert_eq!(url("ops", None), "https://k/base/s/ops/api/actions/connector_types");
        assert_eq!(
            url("default", Some("a&b")),
            "https://k/base/api/actions/connector_types?feature_id=a%26b"
        );
    }
}
