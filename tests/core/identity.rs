//! Identities: what the provider may answer as one, and imports by them.

use kibana_emulator::{Options, Release, Space};
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::wire;

use crate::core::{self, Core, Instance, texts};

fn block() -> Block {
    let offer = Offer::default();
    offer.resource("kibana_connector").and_then(|one| one.identity_schema()).unwrap().block.clone()
}

/// The message for an identity.
pub(crate) fn message(identity: &Value) -> pb::ResourceIdentityData {
    pb::ResourceIdentityData { identity_data: Some(core::message(identity, &block())) }
}

/// An answer's identity is that of its state; there is none without a state, and none while a part of it is
/// unknown.
pub(crate) fn is_of(rpc: &str, identity: Option<&pb::ResourceIdentityData>, state: &Value) {
    let (id, space_id) = (state.get("id"), state.get("space_id"));
    let expected = (id.as_str().is_some() && space_id.as_str().is_some())
        .then(|| Value::object([("id", id.clone()), ("space_id", space_id.clone())]));
    let identity = identity.map(|data| wire::decode(data.identity_data.as_ref(), &block()).unwrap());
    assert_eq!(identity, expected, "{rpc}: the identity");
}

fn of(id: Value, space_id: Value) -> Value {
    Value::object([("id", id), ("space_id", space_id)])
}

fn index(core: &Core, entries: &[(&str, Value)]) -> Value {
    let mut inner = core.block.block("index").unwrap().block.empty_value();
    inner.set("index", Value::text("i"));
    let mut config = core.block.empty_value();
    config.set("name", Value::text("n"));
    config.set("index", inner);
    entries.iter().for_each(|(name, value)| config.set(name, value.clone()));
    config
}

async fn with_a_connector_in(space: &str) -> (Core, Instance, Value) {
    let options =
        Options { spaces: vec![Space::new("ops")], release: Release::Current, ..Options::default() };
    let core = Core::with(options).await;
    let config = index(&core, &[("space_id", Value::text(space))]);
    let mut instance = Instance::none();
    core.run(&config, &mut instance).await.unwrap();
    (core, instance, config)
}

#[tokio::test]
async fn an_import_by_identity_requires_the_id_and_not_the_space() {
    let core = Core::new(Release::Current).await;
    let request = tonic::Request::new(pb::get_resource_identity_schemas::Request::default());
    let answer = core.service().get_resource_identity_schemas(request).await.unwrap().into_inner();
    assert!(answer.diagnostics.is_empty() && answer.identity_schemas.contains_key("kibana_connector"));
    for (type_name, schema) in answer.identity_schemas {
        let attributes: Vec<_> = schema
            .identity_attributes
            .iter()
            .map(|one| (one.name.as_str(), one.required_for_import, one.optional_for_import))
            .collect();
        let expected = [("id", true, false), ("space_id", false, true)];
        assert_eq!((schema.version, &attributes[..]), (0, &expected[..]), "{type_name}");
    }
}

#[tokio::test]
async fn an_import_by_identity_fills_in_the_space_and_plans_nothing() {
    for space in ["default", "ops"] {
        let (core, created, config) = with_a_connector_in(space).await;
        let id = Value::text(created.id());
        let mut identities = vec![of(id.clone(), Value::text(space))];
        if space == "default" {
            identities.push(of(id, Value::Null));
        }
        for identity in identities {
            let mut imported = core.import_by("", Some(&identity)).await.unwrap();
            assert_eq!(imported.state, created.state);
            let plan = core.plan(&config, &mut imported).await.unwrap();
            assert_eq!(plan.action, crate::core::Action::Nothing);
        }
    }
}

#[tokio::test]
async fn half_an_identity_is_refused() {
    let (core, _, _) = with_a_connector_in("default").await;
    for identity in [
        of(Value::Null, Value::Null),
        of(Value::text(""), Value::text("ops")),
        of(Value::text("a/b"), Value::Null),
        of(Value::text("a"), Value::text("")),
        of(Value::text("a"), Value::text("No Space")),
    ] {
        let said = core.import_by("", Some(&identity)).await.unwrap_err();
        assert_eq!(said[0].summary, "Invalid identity", "{:?}", texts(&said));
    }
}

#[tokio::test]
async fn a_create_has_an_identity_in_its_plan_only_if_all_of_it_is_known() {
    let core = Core::new(Release::Newest).await;
    let users = index(&core, &[("id", Value::text("my-own-id"))]);
    // The checks of every answer judge the identity.
    for config in [index(&core, &[]), users] {
        let mut instance = Instance::none();
        core.run(&config, &mut instance).await.unwrap();
        core.destroy(&mut instance).await.unwrap();
    }
}
