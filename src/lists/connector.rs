//! `kibana_connector` and its narrow siblings as lists: one request for the connectors of a space, each as
//! the read after its import would show it.

use std::sync::OnceLock;

use async_trait::async_trait;

use super::filter::{self, Filter};
use super::{List, ListRequest, Listed, Listing, lacks_space};
use crate::client::{self, Address, Client, Operation};
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::resources::Resource;
use crate::resources::connector::Connector;
use crate::schema::{Attribute, Block, Schema};
use crate::value::{Path, Value};

/// How many objects Terraform wants where the list block does not say.
const DEFAULT_LIMIT: u64 = 100;

/// The resource for the types that Kibana's own catalogue declares.
pub(crate) const CATALOGUE: &str = "kibana_connector_spec";

/// The types that Kibana's own catalogue declares; none where this Kibana does not tell where a type comes
/// from, as before 9.3.
///
/// # Errors
///
/// When Kibana does not say which types there are.
pub(crate) async fn catalogue(
    client: &Client,
    operation: &Operation,
    space_id: &str,
) -> Result<Option<Vec<String>>, client::Error> {
    let types = client.connector_types(operation, space_id, None).await?;
    if types.iter().all(|ty| ty.source.is_none()) {
        return Ok(None);
    }
    Ok(Some(types.into_iter().filter(|ty| ty.source.as_deref() == Some("spec")).map(|ty| ty.id).collect()))
}

/// The list of one of the connector resources.
pub(crate) struct ConnectorList {
    resource: Connector,
    schema: OnceLock<Schema>,
}

impl ConnectorList {
    /// The list of this resource.
    pub(crate) fn of(resource: Connector) -> Self {
        Self { resource, schema: OnceLock::new() }
    }

    /// Whether a connector of Kibana's list is one that this list is about.
    fn is_wanted(&self, one: &client::Listed, filter: &Filter) -> bool {
        let is_managed = !one.is_preconfigured && !one.is_system_action;
        // What cannot be read is told by whoever goes through all of them, where it may be one of them.
        let is_found = || match one.connector() {
            Ok(connector) => self.resource.finds(&connector),
            Err(_) => self.resource.may_find(&one.connector_type_id),
        };
        is_managed && filter.accepts(one) && is_found()
    }

    /// A warning where the limit that nobody chose cuts the list.
    fn cut(&self, filter: &Filter, list: &[client::Listed], limit: u64) -> Diagnostics {
        let mut found = Diagnostics::new();
        if limit != DEFAULT_LIMIT {
            return found;
        }
        let whole = list.iter().filter(|one| self.is_wanted(one, filter)).count();
        if u64::try_from(whole).unwrap_or(u64::MAX) > limit {
            let detail = format!(
                "There are {whole}, and without a `limit` Terraform lists 100. Write `limit = {whole}` into the list block."
            );
            found.warning(Path::root(), "Only the first 100 connectors are listed", detail);
        }
        found
    }

    /// What a list shows of a connector, or why it leaves it out.
    fn found(&self, one: &client::Listed, space: &str, include_object: bool) -> Result<Listed, Diagnostics> {
        let address = Address::new(space, &one.id);
        // Terraform shows one of several warnings that have the same title, so each names its connector.
        let left_out = |why: &str| {
            let mut found = Diagnostics::new();
            let address = explain::name(&address.to_string());
            let which = match one.name.trim() {
                "" => address,
                name => format!("{:?} ({address})", explain::name(name)),
            };
            found.warning(Path::root(), format!("The connector {which} is left out"), why);
            found
        };
        let connector = one.connector().map_err(|why| left_out(&format!("Kibana lists it, but {why}.")))?;
        let adopted = self.resource.adopted(space, &connector);
        let adopted = adopted.map_err(|why| left_out(&why.detail))?;
        let identity = adopted.state.as_ref().and_then(|state| self.resource.identity(state));
        let identity = identity.ok_or_else(|| left_out("Its ID is not known."))?;
        Ok(Listed {
            identity,
            display_name: format!("{} ({})", explain::name(&one.name), explain::name(&one.connector_type_id)),
            object: adopted.state.filter(|_| include_object),
            warnings: adopted.diagnostics,
        })
    }
}

impl Served for ConnectorList {
    fn type_name(&self) -> &str {
        self.resource.type_name()
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema(&self.resource))
    }
}

#[async_trait]
impl List for ConnectorList {
    fn validate(&self, config: &Value) -> Diagnostics {
        filter::check(config)
    }

    async fn list(
        &self,
        context: Context<'_>,
        request: ListRequest<'_>,
        mut listing: Listing,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        let Some(client) = context.provider.client() else {
            found.error(
                Path::root(),
                "Kibana is not known yet",
                "The provider's configuration is not known, so there is no Kibana to ask. Apply first what the \
                 provider block depends on, then run this again.",
            );
            return found;
        };
        let mut filter = match Filter::read(request.config) {
            Ok(filter) => filter,
            Err(found) => return found,
        };
        if request.limit == 0 {
            return found;
        }
        let space = request.config.get("space_id").as_str().unwrap_or(client.default_space());
        let operation = client.operation(context.stop);
        if self.resource.type_name() == CATALOGUE {
            filter.connector_type_ids = match catalogue(client, &operation, space).await {
                Ok(types) => types,
                Err(error) => return explain::diagnostic(&error).into(),
            };
        }
        let list = match client.list_connectors(&operation, space).await {
            Ok(list) => list,
            Err(error) => return explain::diagnostic(&error).into(),
        };
        let mut cut = self.cut(&filter, &list, request.limit);
        for one in list.iter().filter(|one| self.is_wanted(one, &filter)) {
            match self.found(one, space, request.include_object) {
                Ok(mut listed) => {
                    listed.warnings.extend(std::mem::take(&mut cut));
                    if !listing.push(context, listed).await {
                        break;
                    }
                }
                Err(left_out) => found.extend(left_out),
            }
        }
        if list.iter().all(|one| one.is_preconfigured || one.is_system_action) {
            found.extend(missing_space(context, space).await);
        }
        found
    }
}

/// A word where the space does not exist, which Kibana shows as an empty one. It becomes an error, since
/// nothing is listed that could carry a warning.
async fn missing_space(context: Context<'_>, space: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    if lacks_space(context, space).await {
        found.warning(
            Path::of("space_id"),
            format!("The space {space:?} does not exist"),
            format!(
                "Kibana lists no connectors for the space {space:?}, and answers that it has no such space. A space's ID stands \
                 behind `/s/` in the address of each of its pages, and may differ from its name."
            ),
        );
    }
    found
}

fn schema(resource: &Connector) -> Schema {
    let mut attributes: Vec<Attribute> = vec![filter::space_id()];
    let blocks = resource.block_names();
    if blocks.len() > 1 {
        attributes.push(filter::connector_type_ids());
    }
    attributes.extend(filter::name_and_secrets());
    let description = match &blocks[..] {
        [only] => format!(
            "Lists the connectors in a space that `{}` can manage, with its block `{}`, for `terraform query`.",
            resource.type_name(),
            only
        ),
        _ => "Lists the connectors in a space, of every type, for `terraform query`.".to_owned(),
    };
    let block = Block { description, attributes, ..Block::default() };
    Schema { version: 0, block }
}

#[cfg(test)]
mod tests {
    use super::{ConnectorList, Filter};
    use crate::client::Listed;
    use crate::offer::Served as _;
    use crate::resources::connector::Connector;

    fn listed(type_id: &str, name: &str, config: &str) -> Listed {
        let json = format!(
            r#"{{"id": "1", "name": {name:?}, "connector_type_id": {type_id:?}, "config": {config}}}"#
        );
        serde_json::from_str(&json).expect("a connector of a list")
    }

    fn lists() -> Vec<ConnectorList> {
        Connector::narrow().into_iter().chain([Connector::wide()]).map(ConnectorList::of).collect()
    }

    #[test]
    fn what_cannot_be_read_is_told_by_the_lists_of_its_type() {
        for (type_id, expected) in [
            (".email", vec!["kibana_connector_email", "kibana_connector"]),
            (
                ".gen-ai",
                vec![
                    "kibana_connector_genai_azure",
                    "kibana_connector_genai_openai",
                    "kibana_connector_genai_other",
                    "kibana_connector",
                ],
            ),
            // The list of the catalogue looks at types that Kibana says are of its catalogue only.
            (".unheard-of", vec!["kibana_connector_custom", "kibana_connector_spec", "kibana_connector"]),
        ] {
            let lists = lists();
            for config in [r#"["no object"]"#, "null"] {
                let one = listed(type_id, "n", config);
                let wanted = lists.iter().filter(|list| list.is_wanted(&one, &Filter::default()));
                let wanted: Vec<&str> = wanted.map(|list| list.type_name()).collect();
                assert_eq!(wanted, expected, "{type_id}, {config}");
            }
        }
    }

    #[test]
    fn what_no_configuration_can_say_is_left_out_with_a_warning() {
        let list = ConnectorList::of(Connector::wide());
        for (name, config, part) in [
            (" ", r#"{"index": "i"}"#, "with a name that is empty"),
            ("", r#"{"index": "i"}"#, "with a name that is empty"),
            ("n", "7", "Kibana lists it, but"),
            // The read after its import could say nothing of it either.
            ("n", "null", "without its `config`"),
        ] {
            let left_out =
                list.found(&listed(".index", name, config), "default", true).expect_err("left out");
            let said: Vec<_> =
                left_out.iter().map(|one| (one.summary.as_str(), one.detail.as_str())).collect();
            assert!(said.len() == 1 && said[0].1.contains(part), "{said:?}");
            let shown = if name == "n" { "\"n\" (1)" } else { "1" };
            assert_eq!(said[0].0, format!("The connector {shown} is left out"));
            assert!(!left_out.has_errors());
        }
        assert!(list.found(&listed(".index", "n", r#"{"index": "i"}"#), "default", true).is_ok());
    }
}
