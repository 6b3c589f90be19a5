//! `kibana_connector` and its narrow siblings: one connector, written as one block for its type.
//!
//! In code a resource is a list of blocks: the wide one has those of all types and `custom`, a narrow one has
//! one, and nothing else differs. `plan` decides, `apply` writes, `read` compares; `block` knows the blocks,
//! `memory` what lies beside the state. Knows neither HTTP nor the JSON keys of a type; only `block/spec`
//! knows those that every spec has.

mod address;
mod adopt;
mod apply;
mod block;
mod check;
mod hash;
mod id;
mod identity;
mod import;
mod memory;
mod moved;
mod plan;
mod preflight;
mod read;
mod restate;
mod schema;
mod secrets;
mod settle;
#[cfg(test)]
mod tests;
mod write;

use std::sync::OnceLock;

use async_trait::async_trait;
use block::TypeBlock;

use crate::catalog::check::Occasion;
use crate::diag::{Diagnostic, Diagnostics};
use crate::offer::{Capabilities, Context, Served};
use crate::resources::{ApplyRequest, ImportTarget, MoveRequest, Outcome, PlanRequest, Planned, Resource};
use crate::schema::Schema;
use crate::value::{Secret, Value};

/// Name of the wide resource, and with a block's name what the narrow ones are called.
const TYPE_NAME: &str = "kibana_connector";

/// The narrow resource that a connector can go to, for people. Of types without a block of their own nobody
/// but Kibana knows which are in its catalogue.
fn resource_for(best: &dyn TypeBlock, fits_spec: bool, to: &str) -> String {
    let own = format!("{TYPE_NAME}_{}", best.name());
    if best.name() != block::custom().name() || !fits_spec {
        return own;
    }
    format!("{TYPE_NAME}_{} if Kibana's own catalog has the type, else {to} {own}", block::spec().name())
}

/// The resource, with the blocks that it has.
#[derive(Debug)]
pub struct Connector {
    type_name: String,
    blocks: Vec<&'static dyn TypeBlock>,
    schema: OnceLock<Schema>,
}

impl Connector {
    /// `kibana_connector`, with a block for every type and `custom`.
    #[must_use]
    pub fn wide() -> Self {
        Self { type_name: TYPE_NAME.to_owned(), blocks: block::all(), schema: OnceLock::new() }
    }

    /// `kibana_connector_BLOCK` for each block, and for that of Kibana's own catalogue.
    #[must_use]
    pub fn narrow() -> Vec<Self> {
        let of = |block: &'static dyn TypeBlock| Self {
            type_name: format!("{TYPE_NAME}_{}", block.name()),
            blocks: vec![block],
            schema: OnceLock::new(),
        };
        block::all().into_iter().chain([block::spec()]).map(of).collect()
    }

    /// The names of its blocks, without what each of them holds.
    pub(crate) fn block_names(&self) -> Vec<&'static str> {
        self.blocks.iter().map(|block| block.name()).collect()
    }

    /// The blocks of which a configuration has exactly one.
    fn blocks(&self) -> &[&'static dyn TypeBlock] {
        &self.blocks
    }

    /// The blocks that are there, known or not.
    fn blocks_in(&self, value: &Value) -> Vec<&'static dyn TypeBlock> {
        self.blocks.iter().copied().filter(|block| !value.get(block.name()).is_null()).collect()
    }

    /// The block of a configuration or state in which one must be there.
    fn block_in(&self, value: &Value) -> Result<&'static dyn TypeBlock, Diagnostic> {
        match self.blocks_in(value)[..] {
            [block] => Ok(block),
            ref there => Err(check::not_one_block(self, there)),
        }
    }

    /// The name of the block in which a state's connector is written.
    pub(crate) fn block_of(&self, state: &Value) -> Option<&'static str> {
        self.block_in(state).ok().map(TypeBlock::name)
    }

    /// Whether this resource is the one that a connector is found under.
    pub(crate) fn finds(&self, answer: &crate::client::ConnectorAnswer) -> bool {
        adopt::finds(self, answer)
    }

    /// Whether a connector of this type of which no more can be read may be one of this resource.
    pub(crate) fn may_find(&self, connector_type_id: &str) -> bool {
        adopt::may_find(self, connector_type_id)
    }

    /// The state that the read after an import of this connector gives, without asking Kibana again; for a
    /// list.
    ///
    /// # Errors
    ///
    /// Why its generated configuration could not be planned.
    pub(crate) fn adopted(
        &self,
        space_id: &str,
        answer: &crate::client::ConnectorAnswer,
    ) -> Result<Outcome, Diagnostic> {
        adopt::adopted(self, space_id, answer)
    }

    /// The secrets that a state holds, for masking them.
    fn secrets_in(&self, state: &Value) -> Vec<Secret> {
        let block = self.block_in(state).ok();
        block.map(|block| secrets::texts(&block.secrets(state.get(block.name())))).unwrap_or_default()
    }
}

impl Served for Connector {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::build(&self.blocks))
    }
}

#[async_trait]
impl Resource for Connector {
    fn identity_schema(&self) -> Option<&Schema> {
        Some(identity::schema())
    }

    fn identity(&self, state: &Value) -> Option<Value> {
        identity::of(state)
    }

    fn validate(&self, config: &Value, capabilities: Capabilities) -> Diagnostics {
        check::config(self, config, capabilities)
    }

    fn upgrade(&self, state: &mut Value, _: i64) {
        for block in self.blocks_in(state) {
            let mut value = state.get(block.name()).clone();
            block.upgrade(&mut value);
            state.set(block.name(), value);
        }
    }

    async fn plan(&self, context: Context<'_>, request: PlanRequest<'_>) -> Planned {
        plan::plan(self, context, request).await
    }

    async fn apply(&self, context: Context<'_>, request: ApplyRequest<'_>) -> Outcome {
        apply::apply(self, context, request).await
    }

    async fn delete(&self, context: Context<'_>, state: &Value, private: &[u8]) -> Outcome {
        apply::delete(self, context, state, private).await
    }

    async fn read(&self, context: Context<'_>, state: &Value, private: &[u8]) -> Outcome {
        read::read(self, context, state, private).await
    }

    fn generate_config(&self, state: &Value) -> Value {
        if state.is_null() {
            // Terraform crashes over a null answer.
            return self.schema().block.empty_value();
        }
        let mut config = state.clone();
        // Read-only attributes cannot be configured, and Kibana's ID says nothing in a configuration.
        let own = self.schema().block.attributes.iter();
        for attribute in
            own.filter(|attribute| attribute.name == "id" || !attribute.presence.is_configurable())
        {
            config.set(&attribute.name, Value::Null);
        }
        for block in self.blocks_in(state) {
            // A default need not be written, unless a rule wants to see it.
            let full = config.clone();
            config.set(block.name(), block.without_defaults(state.get(block.name())));
            if check::block(block, &config, Occasion::default()).has_errors() {
                config = full;
            }
        }
        config
    }

    async fn import(&self, context: Context<'_>, target: ImportTarget<'_>) -> Outcome {
        import::import(self, context, target)
    }

    fn take_over(&self, request: MoveRequest<'_>) -> Outcome {
        moved::take_over(self, request)
    }
}
