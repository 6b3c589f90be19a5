//! `/api/actions/connector/{id}`: reading, updating and deleting a connector, and the shape it has in JSON.
//!
//! Creating one is a conversation of its own: see `create`.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use zeroize::Zeroize;

use super::answer::Answer;
use super::error::Error;
use super::request::Request;
use super::{Client, Operation};

/// What is sent to create or update a connector. Cannot print itself, and wipes its secrets when dropped.
#[derive(Clone, PartialEq)]
pub struct ConnectorBody {
    /// The connector's name.
    pub name: String,
    /// Its type, such as `.webhook`. An update doesn't send it: Kibana refuses that.
    pub connector_type_id: String,
    /// What Kibana returns; left out of the JSON when empty.
    pub config: Map<String, Json>,
    /// What Kibana never returns; left out of the JSON when empty.
    pub secrets: Map<String, Json>,
}

impl fmt::Debug for ConnectorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectorBody({}, ***)", self.connector_type_id)
    }
}

impl Drop for ConnectorBody {
    fn drop(&mut self) {
        self.secrets.values_mut().for_each(wipe);
    }
}

fn wipe(json: &mut Json) {
    match json {
        Json::String(text) => text.zeroize(),
        Json::Array(items) => items.iter_mut().for_each(wipe),
        Json::Object(entries) => entries.values_mut().for_each(wipe),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// A connector as Kibana shows it. Fields that newer releases add are ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct Connector {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type, such as `.webhook`.
    pub connector_type_id: String,
    /// Its config after Kibana filled in defaults; absent for most preconfigured ones.
    pub config: Option<Map<String, Json>>,
    /// Whether Kibana calls it deprecated.
    pub is_deprecated: bool,
    /// Whether it is defined in `kibana.yml`.
    pub is_preconfigured: bool,
    /// Whether it is one of Kibana's own.
    pub is_system_action: bool,
    /// Whether its secrets were lost by an export and import; absent for preconfigured ones.
    pub is_missing_secrets: Option<bool>,
}

impl Connector {
    /// Reads one from Kibana's JSON; the error says what is wrong with it.
    pub(super) fn read(json: &Json) -> Result<Self, String> {
        let Some(json) = json.as_object() else { return Err("it is no JSON object".to_owned()) };
        let text = |key: &str| match json.get(key).and_then(Json::as_str) {
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("it holds no connector: `{key}` is missing or no text")),
        };
        let flag = |key: &str| json.get(key).and_then(Json::as_bool);
        let config = match json.get("config") {
            None | Some(Json::Null) => None,
            Some(Json::Object(config)) => Some(config.clone()),
            Some(_) => return Err("its `config` is no object".to_owned()),
        };
        Ok(Self {
            id: text("id")?,
            name: text("name")?,
            connector_type_id: text("connector_type_id")?,
            config,
            is_deprecated: flag("is_deprecated").unwrap_or(false),
            is_preconfigured: flag("is_preconfigured").unwrap_or(false),
            is_system_action: flag("is_system_action").unwrap_or(false),
            is_missing_secrets: flag("is_missing_secrets"),
        })
    }
}

impl Client {
    /// Reads a connector.
    ///
    /// # Errors
    ///
    /// `is_not_found` when Kibana says that it is not there, or not in this space; else whatever went wrong.
    pub async fn get_connector(
        &self,
        operation: &Operation,
        space: Option<&str>,
        id: &str,
    ) -> Result<Connector, Error> {
        let request = get(space, id)?;
        let answer = self.send(operation, &request).await?;
        self.connector_in(&request, &answer)
    }

    /// Replaces a connector's name, config and secrets: what the body leaves out is gone afterwards.
    ///
    /// # Errors
    ///
    /// As for reading; `outcome_unknown` when the update may have happened all the same.
    pub async fn update_connector(
        &self,
        operation: &Operation,
        space: Option<&str>,
        id: &str,
        body: &ConnectorBody,
    ) -> Result<Connector, Error> {
        let request = update(space, id, body)?;
        let answer = self.send(operation, &request).await?;
        self.connector_in(&request, &answer)
    }

    /// Deletes a connector. One that is not there (any more) counts as deleted.
    ///
    /// # Errors
    ///
    /// Whatever went wrong; `outcome_unknown` when it may be gone all the same.
    pub async fn delete_connector(
        &self,
        operation: &Operation,
        space: Option<&str>,
        id: &str,
    ) -> Result<(), Error> {
        let request = delete(space, id)?;
        match self.send(operation, &request).await {
            Ok(answer) if answer.status == 204 => Ok(()),
            Ok(answer) => {
                let kind = answer.unreadable("Kibana answers a deletion with 204");
                Err(Error::during(kind, self.attempted(&request)))
            }
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The connector in an answer, which must be the one that was asked about.
    pub(super) fn connector_in(&self, request: &Request, answer: &Answer) -> Result<Connector, Error> {
        let connector = Connector::read(&answer.json).and_then(|connector| match &request.id {
            Some(id) if *id != connector.id => Err("it shows another connector".to_owned()),
            _ => Ok(connector),
        });
        connector.map_err(|why| Error::during(answer.unreadable(why), self.attempted(request)))
    }
}

/// The connector's route; an id of none is for a create that leaves it to Kibana.
pub(super) fn route(method: Method, space: Option<&str>, id: Option<&str>) -> Result<Request, Error> {
    let base = ["api", "actions", "connector"];
    match id {
        Some(id) => Ok(Request::new(method, space, &[&base[..], &[id]].concat())?.about(id)),
        None => Request::new(method, space, &base),
    }
}

pub(super) fn get(space: Option<&str>, id: &str) -> Result<Request, Error> {
    route(Method::GET, space, Some(id))
}

pub(super) fn create(space: Option<&str>, id: Option<&str>, body: &ConnectorBody) -> Result<Request, Error> {
    let json = Sent { connector_type_id: Some(&body.connector_type_id), ..Sent::from(body) };
    Ok(route(Method::POST, space, id)?.with_body(&json))
}

fn update(space: Option<&str>, id: &str, body: &ConnectorBody) -> Result<Request, Error> {
    let request = route(Method::PUT, space, Some(id))?.with_body(&Sent::from(body));
    Ok(Request { repeats_conflict: true, ..request })
}

fn delete(space: Option<&str>, id: &str) -> Result<Request, Error> {
    route(Method::DELETE, space, Some(id))
}

/// The body as it goes over the wire. Borrows, so that secrets are not copied on the way.
#[derive(Serialize)]
struct Sent<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    connector_type_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    config: &'a Map<String, Json>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    secrets: &'a Map<String, Json>,
}

impl<'a> From<&'a ConnectorBody> for Sent<'a> {
    fn from(body: &'a ConnectorBody) -> Self {
        Self { name: &body.name, connector_type_id: None, config: &body.config, secrets: &body.secrets }
    }
}

#[cfg(test)]
mod tests;
