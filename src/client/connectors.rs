//! `/api/actions/connector/{id}`: reading, updating and deleting a connector, and the shape it has in JSON.
//!
//! Creating one is a conversation of its own: see `create`.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use zeroize::Zeroize;

use super::answer::Answer;
use super::error::Error;
use super::request::{Purpose, Request};
use super::{Address, Client, Operation};

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
pub struct ConnectorAnswer {
    /// Its ID.
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
    /// Whether users share its credentials (`shared`) or each signs in (`per-user`); absent before Kibana
    /// 9.4.
    pub auth_mode: Option<String>,
}

impl ConnectorAnswer {
    /// Reads one from Kibana's JSON; the error says what is wrong with it.
    pub(super) fn read(json: &Json) -> Result<Self, String> {
        let Some(json) = json.as_object() else { return Err("it is not a JSON object".to_owned()) };
        let text = |key: &str| match json.get(key).and_then(Json::as_str) {
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("it does not hold a connector: `{key}` is missing or not text")),
        };
        let flag = |key: &str| json.get(key).and_then(Json::as_bool);
        let config = match json.get("config") {
            None | Some(Json::Null) => None,
            Some(Json::Object(config)) => Some(config.clone()),
            Some(_) => return Err("its `config` is not an object".to_owned()),
        };
        let (id, name, connector_type_id) = (text("id")?, text("name")?, text("connector_type_id")?);
        check_ids(&id, &connector_type_id)?;
        Ok(Self {
            id,
            name,
            connector_type_id,
            config,
            is_deprecated: flag("is_deprecated").unwrap_or(false),
            is_preconfigured: flag("is_preconfigured").unwrap_or(false),
            is_system_action: flag("is_system_action").unwrap_or(false),
            is_missing_secrets: flag("is_missing_secrets"),
            auth_mode: json.get("auth_mode").and_then(Json::as_str).map(str::to_owned),
        })
    }

    /// It, if Kibana gives such an ID to a new connector: a state must not keep what only an import can have
    /// brought to Kibana, or nobody.
    pub(super) fn newly_made(self) -> Result<Self, String> {
        let is_simple = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if self.id.len() <= 100 && self.id.bytes().all(is_simple) {
            return Ok(self);
        }
        Err("its `id` is not one that Kibana gives to a new connector".to_owned())
    }
}

/// Refuses IDs that no Kibana has, before a state keeps them: Elasticsearch stores at most 512 bytes, and our
/// own requests could not name the rest.
pub(super) fn check_ids(id: &str, connector_type_id: &str) -> Result<(), String> {
    let is_id = |text: &str| {
        !matches!(text, "" | "." | "..") && text.len() <= 512 && !text.chars().any(char::is_control)
    };
    match (is_id(id), is_id(connector_type_id)) {
        (true, true) => Ok(()),
        (false, _) => Err("its `id` cannot be the ID of a connector".to_owned()),
        (_, false) => Err("its `connector_type_id` cannot be the ID of a connector type".to_owned()),
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
        address: &Address,
    ) -> Result<ConnectorAnswer, Error> {
        let request = read(address)?;
        let answer: Answer = self.send(operation, &request).await?;
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
        address: &Address,
        body: &ConnectorBody,
    ) -> Result<ConnectorAnswer, Error> {
        let request = update(address, body)?;
        let _writing = self.0.fleet.writing(&address.space_id);
        let answer: Answer = self.send(operation, &request).await?;
        self.connector_in(&request, &answer)
    }

    /// Deletes a connector. One that is not there (any more) counts as deleted.
    ///
    /// # Errors
    ///
    /// Whatever went wrong; `outcome_unknown` when it may be gone all the same.
    pub async fn delete_connector(&self, operation: &Operation, address: &Address) -> Result<(), Error> {
        let request = delete(address)?;
        let _writing = self.0.fleet.writing(&address.space_id);
        match self.send::<Answer>(operation, &request).await {
            Ok(answer) if answer.status == 204 => Ok(()),
            Ok(answer) => {
                let cause = answer.unreadable("Kibana answers a deletion with 204");
                Err(Error::during(cause, self.attempted(&request)))
            }
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The connector in an answer, which must be the one that was asked about.
    pub(super) fn connector_in(&self, request: &Request, answer: &Answer) -> Result<ConnectorAnswer, Error> {
        let connector = ConnectorAnswer::read(&answer.json).and_then(|connector| match &request.id {
            Some(id) if *id != connector.id => Err("it shows another connector".to_owned()),
            _ => Ok(connector),
        });
        connector.map_err(|why| Error::during(answer.unreadable(why), self.attempted(request)))
    }
}

/// A request to the connector's route; an ID of none is for a create that leaves it to Kibana.
fn route(purpose: Purpose, space: &str, id: Option<&str>) -> Result<Request, Error> {
    let base = ["api", "actions", "connector"];
    match id {
        Some(id) => Ok(Request::new(purpose, Some(space), &[&base[..], &[id]].concat())?.about(id)),
        None => Request::new(purpose, Some(space), &base),
    }
}

pub(super) fn read(address: &Address) -> Result<Request, Error> {
    route(Purpose::Read, &address.space_id, Some(&address.id))
}

/// Creates the connector under its ID.
pub(super) fn create(address: &Address, body: &ConnectorBody) -> Result<Request, Error> {
    Ok(creating(route(Purpose::Create, &address.space_id, Some(&address.id))?, body))
}

/// Creates a connector in the space and leaves its ID to Kibana.
pub(super) fn create_without_id(space: &str, body: &ConnectorBody) -> Result<Request, Error> {
    Ok(creating(route(Purpose::Create, space, None)?, body))
}

fn creating(request: Request, body: &ConnectorBody) -> Request {
    let request = request.with_body(&Sent::with_type(body));
    Request { connector_type_id: Some(body.connector_type_id.clone()), ..request }
}

fn update(address: &Address, body: &ConnectorBody) -> Result<Request, Error> {
    Ok(route(Purpose::Update, &address.space_id, Some(&address.id))?.with_body(&Sent::from(body)))
}

fn delete(address: &Address) -> Result<Request, Error> {
    route(Purpose::Delete, &address.space_id, Some(&address.id))
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

impl<'a> Sent<'a> {
    fn with_type(body: &'a ConnectorBody) -> Self {
        Self { connector_type_id: Some(&body.connector_type_id), ..Self::from(body) }
    }
}

impl<'a> From<&'a ConnectorBody> for Sent<'a> {
    fn from(body: &'a ConnectorBody) -> Self {
        Self { name: &body.name, connector_type_id: None, config: &body.config, secrets: &body.secrets }
    }
}

#[cfg(test)]
mod tests;
