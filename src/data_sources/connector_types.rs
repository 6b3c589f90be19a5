//! `kibana_connector_types`: what this Kibana offers, and what its license and its configuration allow; for
//! preconditions.

use std::sync::OnceLock;

use async_trait::async_trait;

use super::{DataSource, Found, client_of};
use crate::client::OfferedType;
use crate::explain;
use crate::offer::{Context, Served};
use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::{Type, Value};

/// The data source.
#[derive(Debug, Default)]
pub(crate) struct ConnectorTypes {
    schema: OnceLock<Schema>,
}

impl Served for ConnectorTypes {
    fn type_name(&self) -> &str {
        "kibana_connector_types"
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(schema)
    }
}

#[async_trait]
impl DataSource for ConnectorTypes {
    async fn read(&self, context: Context<'_>, config: &Value) -> Found {
        let client = match client_of(context) {
            Ok(client) => client,
            Err(diagnostics) => return Found::nothing(diagnostics),
        };
        let operation = client.operation(context.stop);
        match client
            .connector_types(&operation, client.default_space(), config.get("feature_id").as_str())
            .await
        {
            Ok(types) => {
                let mut state = config.clone();
                let types = types.iter().map(|ty| (ty.id.clone(), entry(ty)));
                state.set("types", Value::Map(types.collect()));
                Found::state(state)
            }
            Err(error) => Found::nothing(explain::diagnostic(&error).into()),
        }
    }
}

fn entry(ty: &OfferedType) -> Value {
    let features = ty.supported_feature_ids.iter().map(Value::text).collect();
    Value::object([
        ("name", Value::text(&ty.name)),
        ("enabled", Value::Bool(ty.enabled)),
        ("enabled_in_config", Value::Bool(ty.enabled_in_config)),
        ("enabled_in_license", Value::Bool(ty.enabled_in_license)),
        ("minimum_license_required", Value::text(&ty.minimum_license_required)),
        ("supported_feature_ids", Value::List(features)),
    ])
}

fn schema() -> Schema {
    let entry = [
        ("name", Type::Text),
        ("enabled", Type::Bool),
        ("enabled_in_config", Type::Bool),
        ("enabled_in_license", Type::Bool),
        ("minimum_license_required", Type::Text),
        ("supported_feature_ids", Type::List(Box::new(Type::Text))),
    ];
    let entry = entry.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect();
    let attributes = vec![
        Attribute::new("feature_id", Type::Text, Presence::Optional).doc(
            "Only types that this feature of Kibana can use: `alerting`, `cases`, `siem`, `uptime`, `generativeAIForSecurity` and \
             others. Left out, all types.",
        ),
        Attribute::new("types", Type::Map(Box::new(Type::Object(entry))), Presence::Computed).doc(
            "The types by Kibana's ID, such as `.email`. `enabled` says whether connectors of the type work: both Kibana's \
             configuration (`enabled_in_config`) and the license (`enabled_in_license`) allow it.",
        ),
    ];
    let description = "The connector types that this Kibana offers. Types of Kibana's own system connectors are not among them.";
    let block = Block { description: description.to_owned(), attributes, ..Block::default() };
    Schema { version: 0, block }
}
