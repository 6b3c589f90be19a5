//! The form in which a connector is written: one of the typed blocks, or `custom`.
//!
//! A form knows how its block becomes Kibana's `config` and `secrets`, and how an answer of Kibana is compared
//! with what the state holds (the echo rule: what Kibana answered to our last write is no change).

use super::memory::Memory;
use crate::catalog::vocabulary::{ConnectorType, Field};
use crate::catalog::{self, codec};
use crate::diag::Diagnostics;
use crate::value::json::equal as json_equal;
use crate::value::{Path, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// Name of the block that takes any type.
pub(super) const CUSTOM: &str = "custom";

/// A typed block or `custom`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Typed(&'static ConnectorType),
    Custom,
}

/// A block as read from Kibana.
pub(super) struct Reading {
    pub(super) block: Value,
    pub(super) diagnostics: Diagnostics,
}

impl Form {
    /// Name of its block.
    pub(super) fn block(self) -> &'static str {
        match self {
            Self::Typed(ty) => ty.block,
            Self::Custom => CUSTOM,
        }
    }

    /// Path of its block.
    pub(super) fn path(self) -> Path {
        Path::of(self.block())
    }

    /// The connector type that its block stands for; unknown while `custom` does not know it.
    pub(super) fn connector_type_id(self, block: &Value) -> Value {
        match self {
            Self::Typed(ty) => Value::text(ty.kibana_id),
            Self::Custom => block.get("connector_type_id").clone(),
        }
    }

    /// Whether `is_deprecated` depends on what is configured.
    pub(super) fn deprecation_depends_on_config(self) -> bool {
        matches!(self, Self::Typed(ty) if ty.deprecation_depends_on_config)
    }

    /// The `config` to send.
    pub(super) fn config(self, planned: &Value, written: &Value) -> Map<String, Json> {
        match self {
            Self::Typed(ty) => {
                let mut config = codec::encode(ty.config, planned, written);
                config.extend(ty.fixed.iter().map(|(key, text)| ((*key).to_owned(), Json::from(*text))));
                config
            }
            Self::Custom => json_object(planned.get("config_json")),
        }
    }

    /// The `secrets` to send.
    pub(super) fn secrets(self, planned: &Value) -> Map<String, Json> {
        match self {
            Self::Typed(ty) => {
                let secrets = planned.get("secrets");
                codec::encode(ty.secrets, secrets, secrets)
            }
            Self::Custom => json_object(planned.get("secrets_json")),
        }
    }

    /// Fields that Kibana fills, with their keys.
    fn filled(self) -> impl Iterator<Item = (&'static Field, String)> {
        let fields = match self {
            Self::Typed(ty) => ty.config,
            Self::Custom => &[],
        };
        fields.iter().filter(|f| f.is_filled_by_kibana()).map(|f| (f, f.json_key()))
    }

    /// Fields left to Kibana that it has to choose anew: somebody changed them since our last write, or we wrote
    /// them and no longer do.
    pub(super) fn to_choose_anew(self, written: &Value, memory: &Memory) -> bool {
        self.filled().any(|(field, key)| {
            let concerned = memory.chosen.contains_key(&key) || memory.sent.contains(&key);
            written.get(field.name).is_null() && concerned
        })
    }

    /// Paths of fields with a value that are left to Kibana.
    pub(super) fn left_to_kibana(self, written: &Value, prior: &Value) -> Vec<(Path, &'static str)> {
        let left = self
            .filled()
            .filter(|(field, _)| written.get(field.name).is_null() && !prior.get(field.name).is_null());
        left.map(|(field, _)| (self.path().attribute(field.name), field.name)).collect()
    }

    /// The block for an answer of which nothing was known before.
    pub(super) fn decode(self, connector_type_id: &str, answer: &Map<String, Json>) -> Reading {
        match self {
            Self::Typed(ty) => {
                let (mut block, misfits) = codec::decode(ty.config, answer);
                if !ty.secrets.is_empty() {
                    block.set("secrets", Value::Null);
                }
                let mut diagnostics = Diagnostics::new();
                for misfit in misfits {
                    self.warn_misfit(misfit.field, &mut diagnostics);
                }
                Reading { block, diagnostics }
            }
            Self::Custom => {
                let filled = answer.iter().filter(|(_, json)| !json.is_null());
                let config: Map<String, Json> =
                    filled.map(|(key, json)| (key.clone(), json.clone())).collect();
                let block = Value::object([
                    ("connector_type_id", Value::text(connector_type_id)),
                    ("config_json", Value::text(Json::Object(config).to_string())),
                    ("secrets_json", Value::Null),
                ]);
                Reading { block, diagnostics: Diagnostics::new() }
            }
        }
    }

    /// The block after the first read of a connector whose create went unanswered: what Kibana fills is taken over,
    /// as it would have been from the answer.
    pub(super) fn take_answer(self, state: &Value, answer: &Map<String, Json>) -> Reading {
        let (mut block, mut diagnostics) = (state.clone(), Diagnostics::new());
        if let Self::Typed(ty) = self {
            let (decoded, misfits) = codec::decode(ty.config, answer);
            for (field, _) in self.filled().filter(|(field, _)| state.get(field.name).is_null()) {
                block.set(field.name, decoded.get(field.name).clone());
                if misfits.iter().any(|misfit| misfit.field == field.name) {
                    self.warn_misfit(field.name, &mut diagnostics);
                }
            }
        }
        Reading { block, diagnostics }
    }

    /// The block after a read: what Kibana answers as the state has it, or as it answered to our last write, stays
    /// as it is in the state; anything else is drift, which the state takes over.
    pub(super) fn reconcile(self, state: &Value, answer: &Map<String, Json>, memory: &mut Memory) -> Reading {
        match self {
            Self::Typed(ty) => self.reconcile_typed(ty, state, answer, memory),
            Self::Custom => {
                Reading { block: reconcile_custom(state, answer, memory), diagnostics: Diagnostics::new() }
            }
        }
    }

    fn reconcile_typed(
        self,
        ty: &'static ConnectorType,
        state: &Value,
        answer: &Map<String, Json>,
        memory: &mut Memory,
    ) -> Reading {
        let (decoded, misfits) = codec::decode(ty.config, answer);
        let (mut block, mut diagnostics) = (state.clone(), Diagnostics::new());
        for field in ty.config {
            let key = field.json_key();
            let (held, said) = (state.get(field.name), answer.get(&key).unwrap_or(&Json::Null));
            if codec::same(field, held, said) {
                memory.echo.remove(&key);
                memory.chosen.remove(&key);
                continue;
            }
            if memory.echo.get(&key).is_some_and(|echo| json_equal(echo, said)) {
                continue;
            }
            memory.echo.remove(&key);
            if field.is_filled_by_kibana() {
                let chosen = memory.chosen.entry(key.clone()).or_insert_with(|| codec::to_json(held));
                if json_equal(chosen, said) {
                    memory.chosen.remove(&key);
                }
            }
            block.set(field.name, decoded.get(field.name).clone());
            if misfits.iter().any(|misfit| misfit.field == field.name) {
                self.warn_misfit(field.name, &mut diagnostics);
            }
        }
        memory.unknown = ty.unknown_keys(answer).map(|(key, json)| (key.clone(), json.clone())).collect();
        Reading { block, diagnostics }
    }

    /// What to remember of the answer to a write, and a warning for each written field that Kibana answered
    /// otherwise. `state` is the block as it goes into the state, `sent` the config as it was sent.
    pub(super) fn remember(
        self,
        state: &Value,
        sent: &Map<String, Json>,
        answer: &Map<String, Json>,
        diagnostics: &mut Diagnostics,
    ) -> Memory {
        let mut memory = Memory::default();
        let mut differs = |key: &str, said: &Json, path: Path| {
            memory.echo.insert(key.to_owned(), said.clone());
            if sent.contains_key(key) {
                diagnostics.warning(path, "Kibana stored something else", format!(
                    "Kibana accepted `{key}` as it was written, but answers that it is now {said}. The state keeps \
                     what was written, and later plans will not report this difference again. Write what Kibana \
                     answers to silence this warning."
                ));
            }
        };
        match self {
            Self::Typed(ty) => {
                for field in ty.config {
                    let key = field.json_key();
                    let said = answer.get(&key).unwrap_or(&Json::Null);
                    if !codec::same(field, state.get(field.name), said) {
                        differs(&key, said, self.path().attribute(field.name));
                    }
                }
                memory.unknown =
                    ty.unknown_keys(answer).map(|(key, json)| (key.clone(), json.clone())).collect();
                memory.sent =
                    self.filled().map(|(_, key)| key).filter(|key| sent.contains_key(key)).collect();
            }
            Self::Custom => {
                for (key, written) in json_object(state.get("config_json")) {
                    let said = answer.get(&key).unwrap_or(&Json::Null);
                    if !json_equal(&written, said) {
                        differs(&key, said, self.path().attribute("config_json"));
                    }
                }
            }
        }
        memory
    }

    /// The key and value that make Kibana accept a config that it refused with this message although it means
    /// the same without.
    pub(super) fn repair_of(self, config: &Map<String, Json>, message: &str) -> Option<(&'static str, Json)> {
        match self {
            Self::Typed(ty) => ty.repair_of(config, message),
            Self::Custom => None,
        }
    }

    fn warn_misfit(self, field: &str, diagnostics: &mut Diagnostics) {
        diagnostics.warning(
            self.path().attribute(field),
            "Unexpected answer from Kibana",
            format!(
                "Kibana returns `{field}` of this connector in a shape that this version of the provider does not \
                 know, so it reads as absent. The `custom` block can manage the connector as it is."
            ),
        );
    }
}

fn reconcile_custom(state: &Value, answer: &Map<String, Json>, memory: &mut Memory) -> Value {
    let mut block = state.clone();
    let mut written = json_object(state.get("config_json"));
    let keys: BTreeSet<String> = written.keys().cloned().collect();
    let mut drifted = false;
    for key in keys {
        let said = answer.get(&key).unwrap_or(&Json::Null);
        if written.get(&key).is_some_and(|held| json_equal(held, said)) {
            memory.echo.remove(&key);
        } else if !memory.echo.get(&key).is_some_and(|echo| json_equal(echo, said)) {
            memory.echo.remove(&key);
            drifted = true;
            match said {
                Json::Null => written.remove(&key),
                said => written.insert(key, said.clone()),
            };
        }
    }
    if drifted {
        block.set("config_json", Value::text(Json::Object(written).to_string()));
    }
    block
}

/// The object in a JSON text; empty for a null, and for a text that is no JSON object, which the plan has refused.
fn json_object(text: &Value) -> Map<String, Json> {
    match text.as_str().map(serde_json::from_str) {
        Some(Ok(Json::Object(object))) => object,
        _ => Map::new(),
    }
}

/// The form for a connector that Kibana describes, among the given types; `custom` where none of them fits.
pub(super) fn of_connector(
    types: &'static [ConnectorType],
    kibana_id: &str,
    config: &Map<String, Json>,
) -> Form {
    let known = catalog::of_connector(kibana_id, config);
    match known.filter(|known| types.iter().any(|ty| ty.block == known.block)) {
        Some(ty) => Form::Typed(ty),
        None => Form::Custom,
    }
}
