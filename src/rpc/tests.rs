//! The promises that `rpc` itself keeps, whatever is served: with a resource, a data source, a list and an
//! action made for it.

use tokio_stream::StreamExt as _;
use tonic::{Request, async_trait};

use super::Service;
use crate::actions::{Action, Progress};
use crate::data_sources::{DataSource, Found};
use crate::diag::Diagnostics;
use crate::lists::{List, ListRequest, Listed, Listing};
use crate::offer::{Capabilities, Context, Offer, Served};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;
use crate::resources::{
    ApplyRequest, ImportTarget, MoveRequest, MovedState, Outcome, PlanRequest, Planned, Resource,
};
use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::{Path, Type, Value};
use crate::wire;

/// A thing with a name and a write-only secret, which answers every call with a state that still holds the
/// secret.
struct Thing {
    schema: Schema,
    identity: Schema,
}

impl Thing {
    fn new() -> Self {
        let name = |presence| Attribute::new("name", Type::Text, presence);
        let secret = Attribute::new("secret", Type::Text, Presence::Optional).write_only();
        let of = |attributes| Schema { version: 0, block: Block { attributes, ..Block::default() } };
        Self {
            schema: of(vec![name(Presence::Optional), secret]),
            identity: of(vec![name(Presence::Required)]),
        }
    }

    fn state(name: Value) -> Value {
        Value::object([("name", name), ("secret", Value::text("hunter2"))])
    }
}

impl Served for Thing {
    fn type_name(&self) -> &str {
        "kibana_thing"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }
}

#[async_trait]
impl Resource for Thing {
    fn identity_schema(&self) -> Option<&Schema> {
        Some(&self.identity)
    }

    fn identity(&self, state: &Value) -> Option<Value> {
        (!state.is_null()).then(|| Value::object([("name", state.get("name").clone())]))
    }

    fn validate(&self, _: &Value, _: Capabilities) -> Diagnostics {
        Diagnostics::new()
    }

    fn upgrade(&self, state: &mut Value, version: i64) {
        *state = Self::state(Value::text(format!("version {version}")));
    }

    async fn plan(&self, _: Context<'_>, request: PlanRequest<'_>) -> Planned {
        Planned {
            value: request.config.clone(),
            private: Vec::new(),
            requires_replace: Vec::new(),
            diagnostics: warned(),
        }
    }

    async fn apply(&self, _: Context<'_>, request: ApplyRequest<'_>) -> Outcome {
        assert!(request.prior.is_none(), "an update panics");
        Outcome::stored(request.config.clone(), b"private".to_vec(), failed())
    }

    async fn delete(&self, _: Context<'_>, _: &Value, _: &[u8]) -> Outcome {
        Outcome::gone(Diagnostics::new())
    }

    async fn read(&self, _: Context<'_>, state: &Value, private: &[u8]) -> Outcome {
        Outcome::kept(Some(state), private, Diagnostics::new())
    }

    fn generate_config(&self, state: &Value) -> Value {
        calm(state.get("name"));
        state.clone()
    }

    async fn import(&self, _: Context<'_>, target: ImportTarget<'_>) -> Outcome {
        let name = match target {
            ImportTarget::Id(id) => Value::text(format!("ID {id}")),
            ImportTarget::Identity(identity) => identity.get("name").clone(),
        };
        Outcome::stored(Self::state(name), Vec::new(), Diagnostics::new())
    }

    fn take_over(&self, request: MoveRequest<'_>) -> Outcome {
        let name = match request.state {
            MovedState::Ours(state) => state.get("name").clone(),
            MovedState::Foreign(json) => Value::text(json["title"].as_str().unwrap_or_default()),
        };
        calm(&name);
        Outcome::stored(Self::state(name), request.private.to_vec(), Diagnostics::new())
    }
}

/// Panics where the name wants it.
fn calm(name: &Value) {
    assert_ne!(name.as_str(), Some("panic"), "a thing that panics");
}

#[async_trait]
impl DataSource for Thing {
    async fn read(&self, _: Context<'_>, config: &Value) -> Found {
        calm(config.get("name"));
        Found::state(config.clone())
    }
}

#[async_trait]
impl List for Thing {
    /// Lists one thing for each letter of `name`; a `-` has no identity, a `!` panics, and `secret` is said
    /// at the end.
    async fn list(
        &self,
        context: Context<'_>,
        request: ListRequest<'_>,
        mut listing: Listing,
    ) -> Diagnostics {
        for letter in request.config.get("name").as_str().unwrap_or_default().chars() {
            assert_ne!(letter, '!', "a letter that panics");
            let name = if letter == '-' { Value::unknown() } else { Value::text(letter) };
            let listed = Listed {
                identity: Value::object([("name", name.clone())]),
                display_name: letter.to_string(),
                object: request.include_object.then(|| Self::state(Value::text(letter))),
                warnings: Diagnostics::new(),
            };
            if !listing.push(context, listed).await {
                break;
            }
        }
        let mut said = Diagnostics::new();
        if let Some(text) = request.config.get("secret").as_str() {
            said.warning(Path::of("name"), "Left out", text);
        }
        said
    }
}

#[async_trait]
impl Action for Thing {
    async fn plan(&self, _: Context<'_>, config: &Value) -> Diagnostics {
        calm(config.get("name"));
        Diagnostics::new()
    }

    /// Reports, and ends as `name` says.
    async fn invoke(&self, context: Context<'_>, config: &Value, progress: Progress) -> Diagnostics {
        progress.say("begun");
        match config.get("name").as_str() {
            Some("panic") => panic!("an action that panics"),
            Some("fail") => failed(),
            Some("wait") => {
                context.stop.stopped().await;
                progress.say("stopping");
                failed()
            }
            _ => Diagnostics::new(),
        }
    }
}

fn failed() -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), "Failed", "It failed.");
    diagnostics
}

fn warned() -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.warning(Path::root(), "Doubtful", "It may be wrong.");
    diagnostics
}

fn service() -> Service {
    Service::of(Offer {
        resources: vec![Box::new(Thing::new())],
        data_sources: vec![Box::new(Thing::new())],
        lists: vec![Box::new(Thing::new())],
        actions: vec![Box::new(Thing::new())],
    })
}

fn block() -> Block {
    Thing::new().schema.block
}

fn message(name: &str) -> Option<pb::DynamicValue> {
    Some(wire::encode(&Thing::state(Value::text(name)), &block()))
}

fn name_in(message: Option<&pb::DynamicValue>) -> Option<String> {
    let value = wire::decode(message, &block()).unwrap();
    assert!(value.get("secret").is_null(), "a write-only value has left");
    value.get("name").as_str().map(str::to_owned)
}

fn named(identity: Option<&pb::ResourceIdentityData>) -> Option<String> {
    let data = identity?.identity_data.as_ref();
    let value = wire::decode(data, &Thing::new().identity.block).unwrap();
    value.get("name").as_str().map(str::to_owned)
}

#[tokio::test]
async fn every_state_leaves_without_write_only_values_and_with_its_identity() {
    let service = service();
    let type_name = || "kibana_thing".to_owned();

    let request = pb::apply_resource_change::Request {
        type_name: type_name(),
        planned_state: message("a"),
        config: message("a"),
        ..Default::default()
    };
    let applied = service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(applied.new_state.as_ref()).as_deref(), Some("a"));
    assert_eq!(named(applied.new_identity.as_ref()).as_deref(), Some("a"), "beside an error too");
    assert_eq!((applied.private.as_slice(), applied.diagnostics.len()), (&b"private"[..], 1));

    let request = pb::read_resource::Request {
        type_name: type_name(),
        current_state: message("b"),
        private: b"kept".to_vec(),
        ..Default::default()
    };
    let read = service.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(read.new_state.as_ref()).as_deref(), Some("b"));
    assert_eq!(
        (named(read.new_identity.as_ref()).as_deref(), read.private.as_slice()),
        (Some("b"), &b"kept"[..])
    );

    let request = pb::plan_resource_change::Request {
        type_name: type_name(),
        proposed_new_state: message("c"),
        config: message("c"),
        ..Default::default()
    };
    let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(planned.planned_state.as_ref()).as_deref(), Some("c"));
    assert_eq!(named(planned.planned_identity.as_ref()).as_deref(), Some("c"));

    let identity = wire::encode(&Value::object([("name", Value::text("d"))]), &Thing::new().identity.block);
    for (id, identity, expected) in [("x", None, "ID x"), ("", Some(identity), "d")] {
        let request = pb::import_resource_state::Request {
            type_name: type_name(),
            id: id.to_owned(),
            identity: identity.map(|data| pb::ResourceIdentityData { identity_data: Some(data) }),
            ..Default::default()
        };
        let imported = service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
        let [imported] = imported.imported_resources.as_slice() else { panic!("one is imported") };
        assert_eq!(name_in(imported.state.as_ref()).as_deref(), Some(expected));
        assert_eq!(named(imported.identity.as_ref()).as_deref(), Some(expected));
    }

    let request = pb::upgrade_resource_state::Request {
        type_name: type_name(),
        version: 3,
        raw_state: Some(pb::RawState { json: b"{}".to_vec(), ..Default::default() }),
    };
    let upgraded = service.upgrade_resource_state(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(upgraded.upgraded_state.as_ref()).as_deref(), Some("version 3"));
}

#[tokio::test]
async fn an_unknown_in_a_planned_identity_makes_it_none() {
    let service = service();
    let value = Some(wire::encode(&Thing::state(Value::unknown()), &block()));
    let request = pb::plan_resource_change::Request {
        type_name: "kibana_thing".to_owned(),
        proposed_new_state: value.clone(),
        config: value,
        ..Default::default()
    };
    let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(planned.planned_identity, None);
}

#[tokio::test]
async fn the_plan_that_an_apply_makes_once_more_repeats_no_warning() {
    let warnings = async |version: &str, deferral_allowed: bool| {
        let service = service();
        let empty =
            wire::encode(&crate::provider::schema().block.empty_value(), &crate::provider::schema().block);
        let request = pb::configure_provider::Request {
            terraform_version: version.to_owned(),
            config: Some(empty),
            ..Default::default()
        };
        service.configure_provider(Request::new(request)).await.unwrap();
        let capabilities = pb::ClientCapabilities { deferral_allowed, ..Default::default() };
        let request = pb::plan_resource_change::Request {
            type_name: "kibana_thing".to_owned(),
            proposed_new_state: message("a"),
            config: message("a"),
            client_capabilities: Some(capabilities),
            ..Default::default()
        };
        let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        planned.diagnostics.len()
    };
    for version in ["", "1.10.5", "1.11.4", "1.12.0", "1.16.0-rc1"] {
        assert_eq!((warnings(version, false).await, warnings(version, true).await), (1, 0), "{version}");
    }
    // These allow deferrals in every plan: OpenTofu by mistake, Terraform by `-allow-deferral`.
    for version in ["1.11.0", "1.11.3", "1.11.0-rc1", "1.17.0-dev", "1.15.0-alpha20250903"] {
        assert_eq!((warnings(version, false).await, warnings(version, true).await), (1, 1), "{version}");
    }
}

#[tokio::test]
async fn a_panic_in_an_update_keeps_state_and_private_data() {
    let service = service();
    let request = pb::apply_resource_change::Request {
        type_name: "kibana_thing".to_owned(),
        prior_state: message("old"),
        planned_state: message("new"),
        config: message("new"),
        planned_private: b"kept".to_vec(),
        ..Default::default()
    };
    let applied = service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(applied.new_state.as_ref()).as_deref(), Some("old"));
    assert_eq!((applied.private.as_slice(), applied.diagnostics.len()), (&b"kept"[..], 1));
    assert_eq!(named(applied.new_identity.as_ref()).as_deref(), Some("old"));
}

#[tokio::test]
async fn a_move_reads_our_own_types_by_their_schema_and_leaves_others_as_json() {
    let service = service();
    for (provider, source, json, expected) in [
        ("registry.terraform.io/kibana-rs/kibana", "kibana_thing", "{\"name\":\"a\"}", "version 2"),
        ("registry.opentofu.org/kibana-rs/kibana", "kibana_thing", "{\"name\":\"a\"}", "version 2"),
        ("registry.terraform.io/elastic/elasticstack", "kibana_thing", "{\"title\":\"b\"}", "b"),
        ("registry.terraform.io/elastic/elasticstack", "other", "{\"title\":\"b\"}", "b"),
    ] {
        let request = pb::move_resource_state::Request {
            source_provider_address: provider.to_owned(),
            source_type_name: source.to_owned(),
            source_schema_version: 2,
            source_state: Some(pb::RawState { json: json.as_bytes().to_vec(), ..Default::default() }),
            target_type_name: "kibana_thing".to_owned(),
            source_private: b"along".to_vec(),
            ..Default::default()
        };
        let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(name_in(moved.target_state.as_ref()).as_deref(), Some(expected));
        assert_eq!(named(moved.target_identity.as_ref()).as_deref(), Some(expected));
        assert_eq!(moved.target_private, b"along");
    }
}

#[tokio::test]
async fn a_damaged_foreign_state_is_told_without_its_text() {
    let service = service();
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
        source_state: Some(pb::RawState { json: b"{\"secret\":hunter2}".to_vec(), ..Default::default() }),
        target_type_name: "kibana_thing".to_owned(),
        ..Default::default()
    };
    let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(moved.target_state, None);
    let [error] = moved.diagnostics.as_slice() else { panic!("one error") };
    assert!(error.summary == "Unreadable state" && !error.detail.contains("hunter2"), "{}", error.detail);
}

#[tokio::test]
async fn an_identity_from_before_there_was_one_stays_none() {
    let service = service();
    for (json, expected) in [(&b""[..], None), (b"{\"name\":\"a\"}", Some("a"))] {
        let request = pb::upgrade_resource_identity::Request {
            type_name: "kibana_thing".to_owned(),
            version: 0,
            raw_identity: Some(pb::RawState { json: json.to_vec(), ..Default::default() }),
        };
        let upgraded = service.upgrade_resource_identity(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(named(upgraded.upgraded_identity.as_ref()).as_deref(), expected);
    }
}

#[tokio::test]
async fn the_configuration_for_no_state_is_an_object_of_nulls() {
    let service = service();
    let request = pb::generate_resource_config::Request { type_name: "kibana_thing".to_owned(), state: None };
    let answer = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(wire::decode(answer.config.as_ref(), &block()), Ok(block().empty_value()));
}

async fn listed(name: &str, said: Value, limit: i64) -> Vec<pb::list_resource::Event> {
    let config = Value::object([("name", Value::text(name)), ("secret", said)]);
    let request = pb::list_resource::Request {
        type_name: "kibana_thing".to_owned(),
        config: Some(wire::encode(&config, &block())),
        include_resource_object: true,
        limit,
    };
    let events = service().list_resource(Request::new(request)).await.unwrap().into_inner();
    events.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn a_list_ends_at_its_limit_and_every_object_has_an_identity() {
    let events = listed("a-b-cd", Value::Null, 3).await;
    let names: Vec<_> = events.iter().filter_map(|event| named(event.identity.as_ref())).collect();
    assert_eq!(names, ["a", "b"], "objects without an identity are left out");
    assert_eq!(events.len(), 2);
    assert_eq!(name_in(events[0].resource_object.as_ref()).as_deref(), Some("a"));
    assert!(listed("abc", Value::Null, 0).await.is_empty());
}

#[tokio::test]
async fn what_a_list_says_at_its_end_goes_with_the_last_object_or_is_an_error() {
    let events = listed("ab", Value::text("two were left out"), 100).await;
    let counts: Vec<_> = events.iter().map(|event| event.diagnostic.len()).collect();
    assert_eq!(counts, [0, 1]);
    let warning = &events[1].diagnostic[0];
    assert_eq!((warning.severity(), &warning.attribute), (pb::diagnostic::Severity::Warning, &None));

    let [alone] = &listed("", Value::text("all were left out"), 100).await[..] else { panic!("one event") };
    assert_eq!(alone.diagnostic[0].severity(), pb::diagnostic::Severity::Error);
}

#[tokio::test]
async fn a_panic_in_a_list_is_an_error_at_its_end() {
    let events = listed("ab!", Value::Null, 100).await;
    let last = events.last().unwrap();
    assert_eq!((last.diagnostic.len(), last.identity.is_none()), (1, true));
    assert_eq!(last.diagnostic[0].summary, "The provider failed");
}

async fn invoked(service: &Service, action: &str, name: &str) -> Vec<pb::invoke_action::Event> {
    let request = pb::invoke_action::Request {
        action_type: action.to_owned(),
        config: message(name),
        ..Default::default()
    };
    let events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    events.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn an_action_ends_with_exactly_one_completed_whatever_happens() {
    use pb::invoke_action::event::Type;
    for (action, name, errors) in [
        ("kibana_thing", "well", 0),
        ("kibana_thing", "fail", 1),
        ("kibana_thing", "panic", 1),
        ("other", "", 1),
    ] {
        let events = invoked(&service(), action, name).await;
        let ends: Vec<_> = events.iter().filter(|e| matches!(e.r#type, Some(Type::Completed(_)))).collect();
        let Some(Type::Completed(end)) = events.last().and_then(|event| event.r#type.as_ref()) else {
            panic!("{name}: the last event is no completion")
        };
        assert_eq!((ends.len(), end.diagnostics.len()), (1, errors), "{name}");
    }
}

#[tokio::test]
async fn after_a_stop_an_action_says_nothing_but_that_it_ended() {
    use pb::invoke_action::event::Type;
    let service = service();
    let request = pb::invoke_action::Request {
        action_type: "kibana_thing".to_owned(),
        config: message("wait"),
        ..Default::default()
    };
    let mut events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    let begun = events.next().await.unwrap().unwrap();
    assert!(matches!(begun.r#type, Some(Type::Progress(_))));
    service.stop_provider(Request::new(pb::stop_provider::Request::default())).await.unwrap();
    let rest: Vec<_> = events.collect().await;
    assert_eq!(rest.len(), 1);
    assert!(matches!(&rest[0], Ok(event) if matches!(event.r#type, Some(Type::Completed(_)))));
}

#[tokio::test]
async fn a_panic_in_any_other_call_is_told() {
    let service = service();
    let type_name = || "kibana_thing".to_owned();
    for (name, panics) in [("well", false), ("panic", true)] {
        let request = pb::read_data_source::Request {
            type_name: type_name(),
            config: message(name),
            ..Default::default()
        };
        let read = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
        let request = pb::generate_resource_config::Request { type_name: type_name(), state: message(name) };
        let generated = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
        let request = pb::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
            source_state: Some(pb::RawState {
                json: format!("{{\"title\":\"{name}\"}}").into_bytes(),
                ..Default::default()
            }),
            target_type_name: type_name(),
            ..Default::default()
        };
        let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
        let request = pb::plan_action::Request {
            action_type: type_name(),
            config: message(name),
            ..Default::default()
        };
        let planned = service.plan_action(Request::new(request)).await.unwrap().into_inner();
        for (call, said) in [
            ("ReadDataSource", read.diagnostics),
            ("GenerateResourceConfig", generated.diagnostics),
            ("MoveResourceState", moved.diagnostics),
            ("PlanAction", planned.diagnostics),
        ] {
            assert_eq!(said.len(), usize::from(panics), "{call}: {said:?}");
            let is_told = |one: &pb::Diagnostic| {
                one.summary == "The provider failed"
                    && one.severity() == pb::diagnostic::Severity::Error
                    && one.detail.contains(call)
            };
            assert!(said.iter().all(is_told), "{call}: {said:?}");
        }
        assert_eq!((read.state.is_none(), moved.target_state.is_none()), (panics, panics));
    }
}

#[tokio::test]
async fn what_is_not_served_is_an_error_and_no_panic() {
    let service = service();
    let request =
        pb::read_data_source::Request { type_name: "kibana_nothing".to_owned(), ..Default::default() };
    let answer = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics.len(), 1);
}
