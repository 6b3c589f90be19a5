//! What the provider serves, in one value: the service, the schema, the metadata, the docs and the tests loop
//! over it.
//!
//! Everything served has a name and a schema; what else it can do is its own room's trait. `rpc` calls these
//! with values that `wire` has decoded and gets values and diagnostics back, so none of the rooms sees a
//! generated message.

use crate::actions::{self, Action};
use crate::data_sources::{self, DataSource};
use crate::lists::{ConnectorList, List};
use crate::provider::Provider;
use crate::resources::Resource;
use crate::resources::connector::Connector;
use crate::schema::Schema;
use crate::stop::Stop;

/// What everything that is served has.
pub trait Served: Send + Sync {
    /// Its type name in HCL.
    fn type_name(&self) -> &str;

    /// Its schema, built on first need.
    fn schema(&self) -> &Schema;
}

/// What an operation may use in addition to its own request.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The configured provider, or what is known of it so far.
    pub provider: &'a Provider,
    /// Terraform's wish to stop.
    pub stop: &'a Stop,
}

/// What the calling Terraform can do. An old one says nothing and can do nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// It keeps write-only values out of plan and state.
    pub write_only_attributes: bool,
    /// It accepts that a decision is put off. Terraform also says so in every apply walk, and a plan hears
    /// of it only then.
    pub deferral: bool,
}

/// Everything that is served, each list in the order in which it is documented.
pub struct Offer {
    /// Managed resources.
    pub resources: Vec<Box<dyn Resource>>,
    /// Data sources.
    pub data_sources: Vec<Box<dyn DataSource>>,
    /// Lists of managed resources, each with the type name of the resource that it lists.
    pub lists: Vec<Box<dyn List>>,
    /// Actions.
    pub actions: Vec<Box<dyn Action>>,
}

impl Default for Offer {
    fn default() -> Self {
        let connectors = || [Connector::wide()].into_iter().chain(Connector::narrow());
        Self {
            resources: connectors().map(|connector| Box::new(connector) as Box<dyn Resource>).collect(),
            data_sources: vec![
                Box::new(data_sources::ConnectorByName::default()),
                Box::new(data_sources::Connectors::default()),
                Box::new(data_sources::ConnectorTypes::default()),
            ],
            lists: connectors().map(|one| Box::new(ConnectorList::of(one)) as Box<dyn List>).collect(),
            actions: vec![Box::new(actions::ConnectorExecute::default())],
        }
    }
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offer")
    }
}

impl Offer {
    /// The managed resource of this name.
    #[must_use]
    pub fn resource(&self, type_name: &str) -> Option<&dyn Resource> {
        named(&self.resources, type_name)
    }

    /// The data source of this name.
    #[must_use]
    pub fn data_source(&self, type_name: &str) -> Option<&dyn DataSource> {
        named(&self.data_sources, type_name)
    }

    /// The list of the resource of this name.
    #[must_use]
    pub fn list(&self, type_name: &str) -> Option<&dyn List> {
        named(&self.lists, type_name)
    }

    /// The action of this name.
    #[must_use]
    pub fn action(&self, type_name: &str) -> Option<&dyn Action> {
        named(&self.actions, type_name)
    }
}

fn named<'a, T: Served + ?Sized>(served: &'a [Box<T>], type_name: &str) -> Option<&'a T> {
    served.iter().map(AsRef::as_ref).find(|one| one.type_name() == type_name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Offer, Served};
    use crate::provider;
    use crate::schema::lint::{Role, lint};

    fn everything(offer: &Offer) -> Vec<&dyn Served> {
        let mut all: Vec<&dyn Served> = Vec::new();
        all.extend(offer.resources.iter().map(|one| one.as_ref() as &dyn Served));
        all.extend(offer.data_sources.iter().map(|one| one.as_ref() as &dyn Served));
        all.extend(offer.lists.iter().map(|one| one.as_ref() as &dyn Served));
        all.extend(offer.actions.iter().map(|one| one.as_ref() as &dyn Served));
        all
    }

    #[test]
    fn every_schema_that_we_serve_keeps_terraforms_rules() {
        assert!(lint(provider::schema(), Role::Provider).is_empty());
        for served in everything(&Offer::default()) {
            let findings = lint(served.schema(), Role::Resource);
            assert!(findings.is_empty(), "{}: {findings:#?}", served.type_name());
        }
    }

    #[test]
    fn a_schema_is_small() {
        use prost::Message as _;
        for served in everything(&Offer::default()) {
            let bytes = crate::wire::schema(served.schema()).encoded_len();
            assert!(bytes < 400_000, "{}: {bytes} bytes", served.type_name());
        }
    }

    #[test]
    fn names_are_the_providers_and_stand_once_in_each_list() {
        let offer = Offer::default();
        for served in everything(&offer) {
            assert!(served.type_name().starts_with("kibana_"), "{}", served.type_name());
        }
        let names = offer.resources.iter().map(|one| one.type_name());
        assert_eq!(names.collect::<BTreeSet<_>>().len(), offer.resources.len());
    }

    #[test]
    fn what_is_listed_is_a_resource_with_an_identity() {
        let offer = Offer::default();
        for list in &offer.lists {
            let resource = offer.resource(list.type_name());
            assert!(resource.is_some_and(|one| one.identity_schema().is_some()), "{}", list.type_name());
        }
    }
}
