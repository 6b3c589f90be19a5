//! Managed resources: what each must be able to do. The list of them stands in `offer`.
//!
//! `rpc` calls these with values that `wire` has decoded. A resource answers with values and diagnostics
//! only; it knows the catalog and the client, never the wire.

pub mod connector;
pub mod private;

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::diag::Diagnostics;
use crate::offer::{Capabilities, Context, Served};
use crate::schema::Schema;
use crate::value::{Path, Value};

/// A plan to be made.
#[derive(Debug)]
pub struct PlanRequest<'a> {
    /// The configuration; parts may be unknown.
    pub config: &'a Value,
    /// The prior state; none for a create.
    pub prior: Option<&'a Value>,
    /// The private data beside the prior state. It counts only together with it: the plan of a replacement's
    /// create gets the private data of the object that goes.
    pub private: &'a [u8],
    /// What the calling Terraform can do.
    pub capabilities: Capabilities,
}

/// A plan as made.
#[derive(Debug)]
pub struct Planned {
    /// The planned state.
    pub value: Value,
    /// Private data for apply.
    pub private: Vec<u8>,
    /// Attributes whose change replaces the resource.
    pub requires_replace: Vec<Path>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

/// A planned create or update to be carried out.
#[derive(Debug)]
pub struct ApplyRequest<'a> {
    /// The configuration as written, whatever `ignore_changes` says.
    pub config: &'a Value,
    /// The planned state.
    pub planned: &'a Value,
    /// The prior state; none for a create.
    pub prior: Option<&'a Value>,
    /// Private data as planned.
    pub private: &'a [u8],
}

/// What exists after an operation, also after a failed one.
#[derive(Debug)]
pub struct Outcome {
    /// The state; none where nothing exists.
    pub state: Option<Value>,
    /// The private data to store beside it.
    pub private: Vec<u8>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// This state exists now.
    #[must_use]
    pub fn stored(state: Value, private: Vec<u8>, diagnostics: Diagnostics) -> Self {
        Self { state: Some(state), private, diagnostics }
    }

    /// What was there before is still there, unchanged.
    #[must_use]
    pub fn kept(state: Option<&Value>, private: &[u8], diagnostics: Diagnostics) -> Self {
        let private = state.map(|_| private.to_vec()).unwrap_or_default();
        Self { state: state.cloned(), private, diagnostics }
    }

    /// Nothing exists.
    #[must_use]
    pub fn gone(diagnostics: Diagnostics) -> Self {
        Self { state: None, private: Vec::new(), diagnostics }
    }
}

/// How an import names what it wants.
#[derive(Clone, Copy, Debug)]
pub enum ImportTarget<'a> {
    /// By the text of an `id`.
    Id(&'a str),
    /// By an identity, in which an attribute that is optional for import may be null.
    Identity(&'a Value),
}

/// A state of another resource type that is to become one of this type.
#[derive(Debug)]
pub struct MoveRequest<'a> {
    /// Address of the provider that wrote it.
    pub provider: &'a str,
    /// Its resource type.
    pub type_name: &'a str,
    /// The schema version that it was stored with.
    pub version: i64,
    /// What was stored.
    pub state: MovedState,
    /// The private data beside it. It is lost unless the outcome holds it again.
    pub private: &'a [u8],
}

/// What was stored under another resource type. Cannot print itself.
pub enum MovedState {
    /// Under a type of this provider, brought up to its present schema.
    Ours(Value),
    /// Under a type of another provider, as its JSON.
    Foreign(Json),
}

impl std::fmt::Debug for MovedState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ours(_) => "Ours(***)",
            Self::Foreign(_) => "Foreign(***)",
        })
    }
}

/// A managed resource.
#[async_trait]
pub trait Resource: Served {
    /// The schema of its identity: what is required in it is required for an import, what is optional is
    /// optional there.
    fn identity_schema(&self) -> Option<&Schema> {
        None
    }

    /// The identity that a state or a planned state has; none while a part of it is unknown.
    fn identity(&self, state: &Value) -> Option<Value> {
        let _ = state;
        None
    }

    /// Checks a configuration of which anything may be unknown. The schema's own checks are done already.
    fn validate(&self, config: &Value, capabilities: Capabilities) -> Diagnostics;

    /// Fills in what state written by an earlier release lacks. `version` is the schema version that it was
    /// stored with.
    fn upgrade(&self, state: &mut Value, version: i64);

    /// Plans a create, an update or nothing.
    async fn plan(&self, context: Context<'_>, request: PlanRequest<'_>) -> Planned;

    /// Carries out a planned create or update.
    async fn apply(&self, context: Context<'_>, request: ApplyRequest<'_>) -> Outcome;

    /// Destroys what the state describes. The state stays in the outcome where it still exists.
    async fn delete(&self, context: Context<'_>, state: &Value, private: &[u8]) -> Outcome;

    /// Looks at what exists.
    async fn read(&self, context: Context<'_>, state: &Value, private: &[u8]) -> Outcome;

    /// The configuration that plans nothing for a state: what a person would have written.
    fn generate_config(&self, state: &Value) -> Value;

    /// Turns an import ID or an identity into just enough state for `read`.
    async fn import(&self, context: Context<'_>, target: ImportTarget<'_>) -> Outcome;

    /// Turns the state of another resource type into one of this type. It asks nobody: the provider need not
    /// be configured.
    fn take_over(&self, request: MoveRequest<'_>) -> Outcome;
}
