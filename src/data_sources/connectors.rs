//! `kibana_connectors`: the connectors of a space that pass its filters, in Kibana's order.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use async_trait::async_trait;

use super::{DataSource, Found, client_of, flags};
use crate::client::Listed;
use crate::diag::Diagnostics;
use crate::explain;
use crate::lists::filter::{self, Filter};
use crate::lists::lacks_space;
use crate::offer::{Context, Served};
use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::{Number, Path, Type, Value};

/// The data source.
#[derive(Debug, Default)]
pub(crate) struct Connectors {
    schema: OnceLock<Schema>,
}

impl Served for Connectors {
    fn type_name(&self) -> &str {
        "kibana_connectors"
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(schema)
    }
}

#[async_trait]
impl DataSource for Connectors {
    fn validate(&self, config: &Value) -> Diagnostics {
        filter::check(config)
    }

    async fn read(&self, context: Context<'_>, config: &Value) -> Found {
        let wanted = client_of(context).and_then(|client| Ok((client, Filter::read(config)?)));
        let (client, filter) = match wanted {
            Ok(wanted) => wanted,
            Err(diagnostics) => return Found::nothing(diagnostics),
        };
        let space = config.get("space_id").as_str().unwrap_or(client.default_space());
        let operation = client.operation(context.stop);
        match client.list_connectors(&operation, space).await {
            Ok(list) => {
                let accepted = list.iter().filter(|listed| filter.accepts(listed));
                let (faulty, good): (Vec<_>, Vec<_>) = accepted.partition(|one| one.fault().is_some());
                let connectors = Value::List(good.iter().map(|listed| entry(listed, space)).collect());
                let mut state = config.clone();
                state.set("space_id", Value::text(space));
                state.set("connectors", connectors);
                let mut found = left_out(&faulty);
                // Those of Kibana's configuration file are shown in spaces that do not exist, too.
                if list.iter().all(|one| one.is_preconfigured || one.is_system_action) {
                    found.extend(missing_space(context, config, space).await);
                }
                Found { diagnostics: found, ..Found::state(state) }
            }
            Err(error) => Found::nothing(explain::diagnostic(&error).into()),
        }
    }
}

/// A warning where the space does not exist: Kibana shows it as an empty one.
async fn missing_space(context: Context<'_>, config: &Value, space: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    if lacks_space(context, space).await {
        let is_written = !config.get("space_id").is_null();
        found.warning(
            if is_written { Path::of("space_id") } else { Path::root() },
            format!("The space {space:?} does not exist"),
            format!(
                "Kibana lists no connectors for the space {space:?}, and answers that it has no such space. If this configuration \
                 creates it, refer to it in `space_id`, or name it in `depends_on`, so that it comes first. Otherwise write the ID \
                 of a space that exists."
            ),
        );
    }
    found
}

/// A warning that names the connectors that cannot be read.
fn left_out(faulty: &[&Listed]) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(first) = faulty.first().and_then(|one| one.fault()) else { return found };
    let names = faulty.iter().map(|one| match (one.name.as_str(), one.id.as_str()) {
        ("", "") => "(without ID)",
        ("", id) => id,
        (name, _) => name,
    });
    let names = explain::names(names);
    let detail = match faulty {
        [_] => format!("Kibana lists {names}, but {first}, so it is left out."),
        _ => format!(
            "Some connectors in Kibana's list cannot be read and are left out: {names}. In the first, {first}."
        ),
    };
    found.warning(Path::of("connectors"), "Connectors cannot be read", detail);
    found
}

fn entry(listed: &Listed, space: &str) -> Value {
    let count = listed.referenced_by_count.map(|count| Value::Number(Number::from(count)));
    Value::object([
        ("id", Value::text(&listed.id)),
        ("name", Value::text(&listed.name)),
        ("space_id", Value::text(space)),
        ("connector_type_id", Value::text(&listed.connector_type_id)),
        ("is_deprecated", Value::Bool(listed.is_deprecated)),
        ("is_missing_secrets", Value::Bool(listed.is_missing_secrets.unwrap_or_default())),
        ("is_preconfigured", Value::Bool(listed.is_preconfigured)),
        ("referenced_by_count", count.unwrap_or(Value::Null)),
    ])
}

fn schema() -> Schema {
    let mut entry: BTreeMap<String, Type> =
        flags().into_iter().map(|attribute| (attribute.name, attribute.ty)).collect();
    for name in ["id", "name", "space_id", "connector_type_id"] {
        entry.insert(name.to_owned(), Type::Text);
    }
    entry.insert("referenced_by_count".to_owned(), Type::Number);
    let mut attributes = vec![
        Attribute { presence: Presence::OptionalComputed, ..filter::space_id() },
        filter::connector_type_ids(),
    ];
    attributes.extend(filter::name_and_secrets());
    attributes.push(Attribute::new("is_preconfigured", Type::Bool, Presence::Optional).doc(
        "`true` for connectors that are defined in Kibana's configuration file; `false` for those that are not. Left out, both.",
    ));
    attributes.push(
        Attribute::new("connectors", Type::List(Box::new(Type::Object(entry))), Presence::Computed).doc(
            "The connectors that were found, ordered by name as Kibana orders them. `referenced_by_count` is how many rules and \
             other saved objects, of all spaces, refer to the connector.",
        ),
    );
    let description =
        "The connectors of a space, preconfigured ones included, as far as they pass the filters.";
    let block = Block { description: description.to_owned(), attributes, ..Block::default() };
    Schema { version: 0, block }
}
