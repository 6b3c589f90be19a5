//! The promises that `rpc` itself keeps, whatever is served: with a resource, a data source, a list and an
//! action made for it.

mod actions;
mod book;
mod lists;
mod said;
mod states;

use tonic::async_trait;

use super::Service;
use crate::actions::{Action, Progress};
use crate::data_sources::{DataSource, Found};
use crate::diag::Diagnostics;
use crate::lists::{List, ListRequest, Listed, Listing};
use crate::offer::{Capabilities, Context, Offer, Served};
use crate::proto::tfplugin6 as pb;
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
    /// Whether even its identity schema cannot be had without a panic.
    is_broken: bool,
}

impl Thing {
    fn new() -> Self {
        let name = |presence| Attribute::new("name", Type::Text, presence);
        let secret = Attribute::new("secret", Type::Text, Presence::Optional).write_only();
        let of = |attributes| Schema { version: 0, block: Block { attributes, ..Block::default() } };
        Self {
            schema: of(vec![name(Presence::Optional), secret]),
            identity: of(vec![name(Presence::Required)]),
            is_broken: false,
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
        assert!(!self.is_broken, "a broken thing");
        Some(&self.identity)
    }

    fn identity(&self, state: &Value) -> Option<Value> {
        (!state.is_null()).then(|| Value::object([("name", state.get("name").clone())]))
    }

    fn validate(&self, config: &Value, _: Capabilities) -> Diagnostics {
        calm(config.get("name"));
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
    fn validate(&self, config: &Value) -> Diagnostics {
        calm(config.get("name"));
        Diagnostics::new()
    }

    async fn read(&self, _: Context<'_>, config: &Value) -> Found {
        calm(config.get("name"));
        Found::state(config.clone())
    }
}

#[async_trait]
impl List for Thing {
    fn validate(&self, config: &Value) -> Diagnostics {
        calm(config.get("name"));
        Diagnostics::new()
    }

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
    fn validate(&self, config: &Value) -> Diagnostics {
        calm(config.get("name"));
        Diagnostics::new()
    }

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
    service_with(Thing::new())
}

fn service_with(resource: Thing) -> Service {
    Service::of(Offer {
        resources: vec![Box::new(resource)],
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
