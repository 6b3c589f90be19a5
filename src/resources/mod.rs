//! Managed resources: what each must be able to do, and the list of those that we serve.
//!
//! `rpc` calls these with values that `wire` has decoded. A resource answers with values and diagnostics only;
//! it knows the catalog and the client, never the wire.

pub mod connector;
pub mod private;

use crate::diag::Diagnostics;
use crate::provider::Provider;
use crate::schema::Schema;
use crate::stop::Stop;
use crate::value::{Path, Value};
use async_trait::async_trait;

/// What an operation may use beside its own request.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The configured provider, or what is known of it so far.
    pub provider: &'a Provider,
    /// Terraform's wish to stop.
    pub stop: &'a Stop,
}

/// A plan to be made.
#[derive(Debug)]
pub struct PlanRequest<'a> {
    /// The configuration; parts may be unknown.
    pub config: &'a Value,
    /// The prior state; none for a create.
    pub prior: Option<&'a Value>,
    /// The private data beside the prior state. It counts only together with it: the plan of a replacement's create
    /// gets the private data of the object that goes.
    pub private: &'a [u8],
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

/// A managed resource.
#[async_trait]
pub trait Resource: Send + Sync {
    /// Its type name in HCL.
    fn type_name(&self) -> &'static str;

    /// Its schema, built once.
    fn schema(&self) -> &Schema;

    /// Checks a configuration of which anything may be unknown. The schema's own checks are done already. The flag says
    /// whether this Terraform keeps write-only values out of plan and state.
    fn validate(&self, config: &Value, write_only_allowed: bool) -> Diagnostics;

    /// Fills in what state written by an earlier release lacks.
    fn upgrade(&self, state: &mut Value);

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

    /// Turns an import ID into just enough state for `read`.
    async fn import(&self, context: Context<'_>, id: &str) -> Outcome;
}

/// All resources that we serve, in the order in which they are documented.
#[must_use]
pub fn all() -> Vec<Box<dyn Resource>> {
    vec![Box::new(connector::Connector::wide())]
}

#[cfg(test)]
mod tests {
    use crate::provider;
    use crate::schema::lint::{Role, lint};

    #[test]
    fn every_schema_that_we_serve_keeps_terraforms_rules() {
        assert!(lint(provider::schema(), Role::Provider).is_empty());
        for resource in super::all() {
            let findings = lint(resource.schema(), Role::Resource);
            assert!(findings.is_empty(), "{}: {findings:#?}", resource.type_name());
        }
    }

    #[test]
    fn a_schema_is_small() {
        use prost::Message as _;
        for resource in super::all() {
            let bytes = crate::wire::schema(resource.schema()).encoded_len();
            assert!(bytes < 400_000, "{}: {bytes} bytes", resource.type_name());
        }
    }
}
