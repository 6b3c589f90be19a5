//! `kibana_connector`: one connector, written as one block for its type.
//!
//! In code the resource is a list of connector types, so the same code serves a resource with all of them or with
//! one. `plan` decides, `apply` writes, `read` compares; `form` knows the blocks, `memory` what lies beside the
//! state. Knows neither HTTP nor a connector's JSON keys.

mod answer;
mod apply;
mod convert;
mod custom;
mod form;
mod hash;
mod id;
mod memory;
mod plan;
mod read;
mod schema;
mod secrets;
#[cfg(test)]
mod tests;

use crate::catalog::TYPES;
use crate::catalog::check::{Occasion, check};
use crate::catalog::codec::default_of;
use crate::catalog::vocabulary::ConnectorType;
use crate::client::{Address, DEFAULT_SPACE};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::offer::{Capabilities, Context, Served};
use crate::provider;
use crate::resources::{ApplyRequest, ImportTarget, Outcome, PlanRequest, Planned, Resource};
use crate::schema::{Block, Schema};
use crate::value::{Path, Secret, Value};
use async_trait::async_trait;
use form::{CUSTOM, Form};
use std::sync::OnceLock;

/// The resource, with the types that it has blocks for.
#[derive(Debug)]
pub struct Connector {
    type_name: &'static str,
    types: &'static [ConnectorType],
    schema: OnceLock<Schema>,
}

impl Connector {
    /// `kibana_connector`, with a block for every type and `custom`.
    #[must_use]
    pub fn wide() -> Self {
        Self { type_name: "kibana_connector", types: TYPES, schema: OnceLock::new() }
    }

    fn forms(&self) -> impl Iterator<Item = Form> {
        self.types.iter().map(Form::Typed).chain([Form::Custom])
    }

    /// The form of a configuration or state in which one block must be there.
    fn form(&self, value: &Value) -> Result<Form, Diagnostic> {
        let there: Vec<Form> = self.forms().filter(|form| !value.get(form.block()).is_null()).collect();
        match there[..] {
            [form] => Ok(form),
            _ => Err(self.no_form(&there)),
        }
    }

    /// The secrets that a state holds, for masking them.
    fn secrets_in(&self, state: &Value) -> Vec<Secret> {
        let form = self.form(state).ok();
        form.map(|form| secrets::texts(&form.secrets(state.get(form.block())))).unwrap_or_default()
    }

    fn no_form(&self, there: &[Form]) -> Diagnostic {
        let blocks: Vec<&str> = there.iter().map(|form| form.block()).collect();
        let all: Vec<String> = self.forms().map(|form| format!("`{}`", form.block())).collect();
        let (path, summary, detail) = plan::no_form(&blocks, &all.join(", "));
        Diagnostic { severity: Severity::Error, summary: summary.to_owned(), detail, path }
    }
}

impl Served for Connector {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::build(self.types, true))
    }
}

#[async_trait]
impl Resource for Connector {
    fn validate(&self, config: &Value, capabilities: Capabilities) -> Diagnostics {
        let mut found = check_name(config);
        found.extend(secrets::check_core(config, capabilities));
        let there: Vec<Form> = self.forms().filter(|form| !config.get(form.block()).is_null()).collect();
        // A block in which nothing is known may be a `dynamic` one that is not decided yet, and does not count.
        let undecided = |form: &Form| match self.schema().block.block(form.block()) {
            Some(nested) => is_undecided(&nested.block, config.get(form.block())),
            None => false,
        };
        let sure: Vec<Form> = there.iter().copied().filter(|form| !undecided(form)).collect();
        if there.is_empty() {
            found.push(self.no_form(&[]));
        } else if sure.len() > 1 {
            found.push(self.no_form(&sure));
        }
        // Where there is only one, it is that one or none at all, which is found when planning.
        for form in if there.len() == 1 { there } else { sure } {
            found.extend(check_form(form, config, Occasion::default()));
        }
        found
    }

    fn upgrade(&self, state: &mut Value, _: i64) {
        // A release that added a field with a default finds null in older states: the same to Kibana, and no change.
        for ty in self.types {
            let mut block = state.get(ty.block).clone();
            if block.is_null() {
                continue;
            }
            for field in ty.config {
                if let (true, Some(default)) = (block.get(field.name).is_null(), default_of(field)) {
                    block.set(field.name, default);
                }
            }
            state.set(ty.block, block);
        }
        let mut custom = state.get(CUSTOM).clone();
        if !custom.is_null() && custom.get("config_json").is_null() {
            custom.set("config_json", Value::text("{}"));
            state.set(CUSTOM, custom);
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
        let mut config = state.clone();
        // Read-only attributes cannot be configured, and Kibana's ID says nothing in a configuration of its own.
        let own = self.schema().block.attributes.iter();
        for attribute in
            own.filter(|attribute| attribute.name == "id" || !attribute.presence.is_configurable())
        {
            config.set(&attribute.name, Value::Null);
        }
        for form in self.forms().filter(|form| !state.get(form.block()).is_null()) {
            let Form::Typed(ty) = form else { continue };
            // A default need not be written, unless a rule wants to see it.
            let mut block = state.get(form.block()).clone();
            for field in ty.config {
                if default_of(field).is_some_and(|default| default.means(block.get(field.name))) {
                    block.set(field.name, Value::Null);
                }
            }
            let full = config.clone();
            config.set(form.block(), block);
            if check_form(form, &config, Occasion::default()).has_errors() {
                config = full;
            }
        }
        config
    }

    async fn import(&self, context: Context<'_>, target: ImportTarget<'_>) -> Outcome {
        read::import(self, context, target)
    }
}

/// Where the connector of a state is.
fn address_of(state: &Value) -> Address {
    let text = |name: &str| state.get(name).as_str();
    Address::new(text("space_id").unwrap_or(DEFAULT_SPACE), text("id").unwrap_or_default())
}

/// Whether a block may be a `dynamic` one whose `for_each` is unknown: everything written in it is unknown. A block
/// without attributes looks the same whether it is there or not.
fn is_undecided(block: &Block, value: &Value) -> bool {
    let (mut written, mut known) = (false, false);
    look_through(value, &mut written, &mut known);
    !known && (written || block.attributes.is_empty())
}

fn look_through(value: &Value, written: &mut bool, known: &mut bool) {
    match value {
        Value::Null => {}
        Value::Unknown(_) => *written = true,
        Value::Map(entries) => entries.values().for_each(|value| look_through(value, written, known)),
        Value::List(items) => items.iter().for_each(|value| look_through(value, written, known)),
        Value::Dynamic(typed) => look_through(&typed.1, written, known),
        _ => *known = true,
    }
}

/// Checks a block with its secrets, wherever they stand.
fn check_form(form: Form, config: &Value, occasion: Occasion<'_>) -> Diagnostics {
    let block = config.get(form.block());
    let mut found = secrets::check(form, config);
    if !found.has_errors() {
        found.extend(match form {
            Form::Typed(ty) => check(ty, block, &form.path(), &secrets::given(form, config), occasion),
            Form::Custom => custom::check(block),
        });
    }
    found
}

/// Checks what every connector has beside its block.
fn check_name(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if config.get("name").as_str().is_some_and(crate::catalog::blank::is_blank) {
        found.error(Path::of("name"), "Blank name", "A connector needs a name that is not only white space.");
    }
    if let Some(space) = config.get("space_id").as_str()
        && !provider::is_space_id(space)
    {
        found.error(
            Path::of("space_id"),
            "Invalid space ID",
            match space {
                "" => "`space_id` is empty. Set it to the ID of a space, or leave it out for the provider's space."
                    .to_owned(),
                _ => format!(
                    "{space:?} cannot be a space's ID, which consists of lower-case letters, digits, `_` and `-`."
                ),
            },
        );
    }
    found
}
