//! `kibana_connector`: one connector that somebody else manages, by its ID or its name. Preconfigured ones
//! count, since rules refer to them like to any other.

use std::fmt::Write as _;
use std::sync::OnceLock;

use async_trait::async_trait;
use serde_json::Value as Json;

use super::{DataSource, Found, client_of, flags};
use crate::client::{Address, Client, ConnectorAnswer, Error, Listed, Operation};
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::provider::check_space_id;
use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::{Path, Type, Value};

/// How many connectors an error lists.
const LISTED: usize = 20;

/// The data source.
#[derive(Debug, Default)]
pub(crate) struct ConnectorByName {
    schema: OnceLock<Schema>,
}

impl Served for ConnectorByName {
    fn type_name(&self) -> &str {
        "kibana_connector"
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(schema)
    }
}

#[async_trait]
impl DataSource for ConnectorByName {
    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = check_space_id(config);
        let (id, name) = (config.get("id"), config.get("name"));
        for (attribute, summary, detail) in [
            ("id", "Blank ID", "Set `id` to the ID of the connector."),
            ("name", "Blank name", "Set `name` to the name of the connector."),
        ] {
            if config.get(attribute).as_str().is_some_and(|text| text.trim().is_empty()) {
                found.error(Path::of(attribute), summary, detail);
            }
        }
        if id.is_null() && name.is_null() {
            found.error(
                Path::root(),
                "Neither ID nor name",
                "Say which connector is meant: by its `id`, or by its `name`, with its `connector_type_id` where names are not \
                 unique.",
            );
        } else if id.is_surely_set() && name.is_surely_set() {
            let detail = "A connector is found by its `id` or by its `name`. Remove one of the two.";
            found.error(Path::of("name"), "Both ID and name", detail);
        }
        found
    }

    async fn read(&self, context: Context<'_>, config: &Value) -> Found {
        let client = match client_of(context) {
            Ok(client) => client,
            Err(diagnostics) => return Found::nothing(diagnostics),
        };
        // What was unknown while validating is known now.
        let found = self.validate(config);
        if found.has_errors() {
            return Found::nothing(found);
        }
        let look = Look {
            client,
            operation: client.operation(context.stop),
            space: config.get("space_id").as_str().unwrap_or(client.default_space()),
            type_id: config.get("connector_type_id").as_str(),
        };
        let connector = match (config.get("id").as_str(), config.get("name").as_str()) {
            (Some(id), _) => look.by_id(id).await,
            (None, name) => look.by_name(name.unwrap_or_default()).await,
        };
        match connector {
            Ok(connector) => Found::state(state(&connector, look.space)),
            Err(diagnostics) => Found::nothing(diagnostics),
        }
    }
}

/// One look for a connector.
struct Look<'a> {
    client: &'a Client,
    operation: Operation,
    space: &'a str,
    type_id: Option<&'a str>,
}

impl Look<'_> {
    async fn by_id(&self, id: &str) -> Result<ConnectorAnswer, Diagnostics> {
        let address = Address::new(self.space, id);
        let is_meant = |connector: &ConnectorAnswer| {
            self.type_id.is_none_or(|type_id| type_id == connector.connector_type_id)
        };
        if let Some(connector) = self.client.glimpse_connector(&self.operation, &address).await
            // A list may leave out a config that Kibana shows of the connector alone.
            && connector.config.is_some()
            && is_meant(&connector)
        {
            return Ok(connector);
        }
        match self.client.get_connector(&self.operation, &address).await {
            Ok(connector) if is_meant(&connector) => Ok(connector),
            Ok(connector) => {
                let mut found = Diagnostics::new();
                found.error(
                    Path::of("connector_type_id"),
                    "Connector of another type",
                    format!(
                        "The connector with the ID {id:?} is of the type {:?}. Correct `connector_type_id`, or leave it out.",
                        connector.connector_type_id
                    ),
                );
                Err(found)
            }
            Err(error) if error.is_not_found() => {
                let list = self.list().await?;
                Err(self.not_one("id", &format!("the ID {id:?}"), &[], &list))
            }
            Err(error) => Err(explain::diagnostic(&error).into()),
        }
    }

    async fn by_name(&self, name: &str) -> Result<ConnectorAnswer, Diagnostics> {
        let list = self.list().await?;
        let meant = |listed: &&Listed| {
            listed.name == name && self.type_id.is_none_or(|type_id| type_id == listed.connector_type_id)
        };
        let matching: Vec<&Listed> = list.iter().filter(meant).collect();
        let described = match self.type_id {
            Some(type_id) => format!("the name {name:?} and the type {type_id:?}"),
            None => format!("the name {name:?}"),
        };
        let [one] = matching[..] else {
            return Err(self.not_one("name", &described, &matching, &list));
        };
        one.connector().map_err(|why| {
            let mut found = Diagnostics::new();
            let detail = format!("Kibana lists the connector with {described}, but {why}.");
            found.error(Path::root(), "Kibana's answer cannot be used", detail);
            found
        })
    }

    async fn list(&self) -> Result<std::sync::Arc<[Listed]>, Diagnostics> {
        let list = self.client.list_connectors(&self.operation, self.space).await;
        list.map_err(|error: Error| explain::diagnostic(&error).into())
    }

    /// An error that lists what there is.
    fn not_one(&self, attribute: &str, described: &str, matching: &[&Listed], all: &[Listed]) -> Diagnostics {
        let space = self.space;
        let (summary, mut detail, shown) = if matching.is_empty() {
            let detail = format!("No connector in the space {space:?} has {described}.");
            // Those of the right type are what is meant, if there are any.
            let of_type: Vec<&Listed> =
                all.iter().filter(|one| self.type_id.is_none_or(|id| id == one.connector_type_id)).collect();
            let shown = if of_type.is_empty() { all.iter().collect() } else { of_type };
            ("Connector not found", detail, shown)
        } else {
            let differ = matching.iter().any(|one| one.connector_type_id != matching[0].connector_type_id);
            let or = if differ { ", or by its `connector_type_id` in addition to its name" } else { "" };
            let detail = format!(
                "There are {} connectors in the space {space:?} with {described}. Name the one you mean by its `id`{or}.",
                matching.len()
            );
            ("Several connectors found", detail, matching.to_vec())
        };
        if shown.is_empty() {
            detail.push_str(" The space has no connectors, or the credentials see none.");
        } else {
            detail.push_str(if matching.is_empty() { " These are there:\n" } else { "\n" });
        }
        for one in shown.iter().take(LISTED) {
            let [name, type_id, id] =
                [&one.name, &one.connector_type_id, &one.id].map(|text| explain::name(text));
            let _ = write!(detail, "\n  {name:?} ({type_id}), ID {id}");
        }
        if shown.len() > LISTED {
            let _ = write!(detail, "\n  and {} more", shown.len() - LISTED);
        }
        let mut found = Diagnostics::new();
        found.error(Path::of(attribute), summary, detail);
        found
    }
}

fn state(connector: &ConnectorAnswer, space: &str) -> Value {
    let config = connector.config.clone().map(|config| Value::text(Json::Object(config).to_string()));
    Value::object([
        ("id", Value::text(&connector.id)),
        ("name", Value::text(&connector.name)),
        ("space_id", Value::text(space)),
        ("connector_type_id", Value::text(&connector.connector_type_id)),
        ("config_json", config.unwrap_or(Value::Null)),
        ("is_deprecated", Value::Bool(connector.is_deprecated)),
        ("is_missing_secrets", Value::Bool(connector.is_missing_secrets.unwrap_or_default())),
        ("is_preconfigured", Value::Bool(connector.is_preconfigured)),
    ])
}

fn schema() -> Schema {
    let asked = |name: &str, doc: &str| Attribute::new(name, Type::Text, Presence::OptionalComputed).doc(doc);
    let mut attributes = vec![
        asked("id", "ID of the connector, which rules refer to it by. Exactly one of `id` and `name` is required."),
        asked("name", "Name of the connector, as people see it in Kibana."),
        asked("space_id", "Space to look in. Defaults to the provider's space."),
        asked(
            "connector_type_id",
            "Kibana's ID of the connector type, such as `.email`: tells connectors of the same name apart.",
        ),
        Attribute::new("config_json", Type::Text, Presence::Computed).doc(
            "The connector's `config` as JSON text, for `jsondecode`. Null for most preconfigured connectors, whose config Kibana \
             does not show. Secrets are never part of it.",
        ),
    ];
    attributes.extend(flags());
    let description = "A connector that is there already: made by hand, managed elsewhere, or defined in Kibana's configuration \
                       file. It is an error if there is none, or more than one.";
    let block = Block { description: description.to_owned(), attributes, ..Block::default() };
    Schema { version: 0, block }
}
