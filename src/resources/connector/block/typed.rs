//! The block of one connector type that our catalog knows, field by field.
//!
//! What Kibana answers is compared with the state through the type's table (the echo rule: what Kibana
//! answered to our last write is no change).

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{Meaning, Reading, TypeBlock, at_risk, blank_in, echo, warn_of_difference};
use crate::catalog::check::{Occasion, SecretsGiven, check, wrong_type};
use crate::catalog::codec::{self, Misfit, default_of};
use crate::catalog::lower;
use crate::catalog::newer::{Newer, newer_than};
use crate::catalog::vocabulary::{ConnectorType, Field, Kind};
use crate::diag::Diagnostics;
use crate::resources::connector::memory::Memory;
use crate::resources::connector::secrets::SECRETS_WO;
use crate::schema::NestedBlock;
use crate::value::json::equal;
use crate::value::{Path, Value};

const SECRETS: &str = "secrets";

impl TypeBlock for ConnectorType {
    fn name(&self) -> &'static str {
        self.block
    }

    fn schema(&self) -> NestedBlock {
        lower::nested_block(self)
    }

    fn connector_type_id(&self, _: &Value) -> Value {
        Value::text(self.kibana_id)
    }

    fn newer_than(&self, kibana: (u64, u64), block: &Value, secrets_wo: (&Value, &Path)) -> Vec<Newer> {
        newer_than(kibana, self, block, secrets_wo)
    }

    fn fits(&self, connector_type_id: &str, config: &Map<String, Json>) -> bool {
        connector_type_id == self.kibana_id && self.has_fixed_keys(config)
    }

    fn still_fits(&self, connector_type_id: &str, config: &Map<String, Json>) -> bool {
        let says_otherwise = |(key, text): &(&str, &str)| match config.get(*key) {
            None | Some(Json::Null) => false,
            Some(said) => said.as_str() != Some(text),
        };
        connector_type_id == self.kibana_id && !self.fixed.iter().any(says_otherwise)
    }

    fn deprecation_depends_on_config(&self) -> bool {
        self.deprecation_depends_on_config
    }

    fn secrets_name(&self) -> &'static str {
        SECRETS
    }

    fn secrets_at_risk(&self, block: &Value) -> Option<String> {
        let has_auth = self.auth_flag().and_then(|flag| block.get(flag.name).as_bool());
        at_risk(self, has_auth, |field| field.name.to_owned())
    }

    fn secrets(&self, block: &Value) -> Map<String, Json> {
        let secrets = block.get(SECRETS);
        codec::encode(self.secrets, secrets, secrets)
    }

    fn holds_secrets(&self, secrets: &Map<String, Json>) -> bool {
        let is_known = |key: &String| self.secrets.iter().any(|field| field.json_key() == *key);
        secrets.keys().all(is_known) && codec::decode(self.secrets, secrets).1.is_empty()
    }

    fn write_only_secrets(&self, secrets_wo: &Value) -> Map<String, Json> {
        let secrets = self.in_block_of_secrets(secrets_wo);
        codec::encode(self.secrets, &secrets, &secrets)
    }

    fn check_write_only(&self, secrets_wo: &Value, path: &Path) -> Diagnostics {
        let mut found = Diagnostics::new();
        for (name, value) in secrets_wo.as_map().into_iter().flatten() {
            let path = path.key(name);
            match self.secrets.iter().find(|field| field.name == name) {
                None => found.error(path, "Unknown secret", self.unknown_secret(name)),
                Some(field) => check_kind(field, value, &path, &mut found),
            }
        }
        found
    }

    fn check(&self, block: &Value, secrets_wo: &Value, occasion: Occasion<'_>) -> Diagnostics {
        let in_attribute = !secrets_wo.is_null();
        let secrets = if in_attribute {
            SecretsGiven {
                value: self.in_block_of_secrets(secrets_wo),
                path: Path::of(SECRETS_WO),
                in_attribute,
            }
        } else {
            SecretsGiven {
                value: block.get(SECRETS).clone(),
                path: self.path().attribute(SECRETS),
                in_attribute,
            }
        };
        check(self, block, &self.path(), &secrets, occasion)
    }

    fn config(&self, planned: &Value, written: &Value) -> Map<String, Json> {
        let mut config = codec::encode(self.config, planned, written);
        config.extend(self.fixed.iter().map(|(key, text)| ((*key).to_owned(), Json::from(*text))));
        config
    }

    fn restores(&self) -> bool {
        true
    }

    fn restore(&self, config: &mut Map<String, Json>, kept: &Map<String, Json>) {
        ConnectorType::restore(self, config, kept);
    }

    fn repair_of(&self, config: &Map<String, Json>, message: &str) -> Option<(&'static str, Json)> {
        ConnectorType::repair_of(self, config, message)
    }

    fn is_unknown_to(&self, message: &str) -> Option<String> {
        let is_refused =
            |(key, _): &&(&str, &str)| message.contains(&format!("{key}]: expected value to equal"));
        let (key, text) = self.fixed.iter().find(is_refused)?;
        Some(format!(
            "`{key}` is not an argument: the block `{}` sends {text:?}, for which this Kibana is too old.",
            self.block
        ))
    }

    fn unknown_defaults(&self, config: &Map<String, Json>, message: &str) -> Vec<&'static Field> {
        ConnectorType::unknown_defaults(self, config, message)
    }

    fn to_choose_anew(&self, written: &Value, memory: &Memory) -> bool {
        self.filled().any(|(field, key)| {
            let concerned = memory.chosen.contains_key(&key) || memory.sent.contains(&key);
            written.get(field.name).is_null() && concerned
        })
    }

    fn settled(&self, written: &Value, planned: &Value, prior: &Value, memory: &Memory) -> Vec<&'static str> {
        // What was there before an import, or was written by us, need not be what Kibana would choose.
        let is_kibanas = |key: &String| {
            !memory.is_imported() && !memory.sent.contains(key) && !memory.chosen.contains_key(key)
        };
        let stays = |name: &&'static str| {
            let field = self.config.iter().find(|field| field.name == *name);
            field.is_some_and(|field| codec::equal(field, planned.get(name), prior.get(name)))
        };
        let settled = self.filled().filter(|(field, key)| {
            let is_decided = !field.decided_by.is_empty() && field.decided_by.iter().all(stays);
            is_decided && written.get(field.name).is_null() && is_kibanas(key)
        });
        settled.map(|(field, _)| field.name).collect()
    }

    fn left_to_kibana(&self, written: &Value, prior: &Value) -> Vec<(Path, String)> {
        let left = self
            .filled()
            .filter(|(field, _)| written.get(field.name).is_null() && !prior.get(field.name).is_null());
        left.map(|(field, _)| (self.path().attribute(field.name), field.name.to_owned())).collect()
    }

    fn decode(&self, _: &str, answer: &Map<String, Json>) -> Reading {
        let (mut block, misfits) = codec::decode(self.config, answer);
        if !self.secrets.is_empty() {
            block.set(SECRETS, Value::Null);
        }
        let mut diagnostics = Diagnostics::new();
        self.config.iter().for_each(|field| self.warn_of_misfit(field, &misfits, &mut diagnostics));
        Reading { block, diagnostics }
    }

    fn take_answer(&self, state: &Value, answer: &Map<String, Json>) -> Reading {
        let (mut block, mut diagnostics) = (state.clone(), Diagnostics::new());
        let (decoded, misfits) = codec::decode(self.config, answer);
        for (field, _) in self.filled().filter(|(field, _)| state.get(field.name).is_null()) {
            block.set(field.name, decoded.get(field.name).clone());
            self.warn_of_misfit(field, &misfits, &mut diagnostics);
        }
        Reading { block, diagnostics }
    }

    fn reconcile(&self, state: &Value, _: &str, answer: &Map<String, Json>, memory: &mut Memory) -> Reading {
        let (decoded, misfits) = codec::decode(self.config, answer);
        let (mut block, mut diagnostics) = (state.clone(), Diagnostics::new());
        for field in self.config {
            let key = field.json_key();
            let (held, said) = (state.get(field.name), answer.get(&key).unwrap_or(&Json::Null));
            let is_same = codec::same(field, held, said);
            if is_same {
                memory.chosen.remove(&key);
            }
            if !echo::is_drift(&key, is_same, said, memory) {
                continue;
            }
            // Of what an import found, or a move did not bring along, nobody knows what Kibana chose.
            let is_new = memory.optional.remove(&key).is_some() || memory.is_imported();
            if field.is_filled_by_kibana() && !is_new {
                let chosen = memory.chosen.entry(key.clone()).or_insert_with(|| codec::to_json(held));
                if equal(chosen, said) {
                    memory.chosen.remove(&key);
                }
            }
            block.set(field.name, decoded.get(field.name).clone());
            self.warn_of_misfit(field, &misfits, &mut diagnostics);
        }
        memory.unknown = TypeBlock::unknown_keys(self, answer);
        Reading { block, diagnostics }
    }

    fn remember(
        &self,
        state: &Value,
        sent: &Map<String, Json>,
        answer: &Map<String, Json>,
        diagnostics: &mut Diagnostics,
    ) -> Memory {
        let mut memory = Memory::default();
        for field in self.config {
            let key = field.json_key();
            let said = answer.get(&key).unwrap_or(&Json::Null);
            if codec::same(field, state.get(field.name), said) {
                continue;
            }
            memory.echo.insert(key.clone(), said.clone());
            if sent.contains_key(&key) {
                let path = self.path().attribute(field.name);
                warn_of_difference(
                    &key,
                    Some(said).filter(|said| is_showable(field, said)),
                    path,
                    diagnostics,
                );
            }
        }
        memory.unknown = TypeBlock::unknown_keys(self, answer);
        memory.sent = self.filled_keys(sent);
        memory
    }

    fn blank_entries(&self, answer: &Map<String, Json>) -> Vec<Vec<String>> {
        let maps =
            self.config.iter().filter(|field| matches!(field.kind, Kind::TextMap(_) | Kind::AnyObject));
        let keys = maps.map(Field::json_key);
        keys.flat_map(|key| answer.get(&key).map(|map| blank_in(&key, map)).unwrap_or_default()).collect()
    }

    fn attribute_of(&self, key: &str) -> Path {
        let field = self.config.iter().find(|field| field.json_key() == key);
        field.map_or_else(|| self.path(), |field| self.path().attribute(field.name))
    }

    fn unknown_keys(&self, answer: &Map<String, Json>) -> Map<String, Json> {
        self.unknown_part(answer)
    }

    fn known_keys(&self, answer: &Map<String, Json>) -> Map<String, Json> {
        self.known_part(answer)
    }

    fn meaning(&self, block: &Value) -> Meaning {
        let may_lack = self.config.iter().filter(|field| {
            field.is_filled_by_kibana() || codec::same(field, block.get(field.name), &Json::Null)
        });
        Meaning {
            config: TypeBlock::config(self, block, block),
            may_lack: may_lack.map(Field::json_key).collect(),
            secrets: TypeBlock::secrets(self, block),
        }
    }

    fn restated(&self, _: &str, meaning: &Meaning, written: Option<&Value>) -> Option<Value> {
        let (mut block, misfits) = codec::decode(self.config, &meaning.config);
        // What was written and no longer is, Kibana has to choose again.
        let is_dropped = |(field, key): (&Field, String)| {
            let left_out = written.is_some_and(|written| written.get(field.name).is_null());
            left_out && meaning.config.contains_key(&key) && !meaning.may_lack.contains(&key)
        };
        let has_unknown = !self.unknown_part(&meaning.config).is_empty();
        let is_whole = misfits.is_empty() && !has_unknown && self.has_fixed_keys(&meaning.config);
        if !is_whole || !self.holds_secrets(&meaning.secrets) || self.filled().any(is_dropped) {
            return None;
        }
        if !self.secrets.is_empty() {
            let kept = !meaning.secrets.is_empty();
            let kept = kept.then(|| codec::decode(self.secrets, &meaning.secrets).0.into_secret());
            block.set(SECRETS, kept.unwrap_or(Value::Null));
        }
        Some(block)
    }

    fn open_keys(&self, meaning: &Meaning) -> Map<String, Json> {
        let open = self.filled().map(|(_, key)| key).filter(|key| !meaning.config.contains_key(key));
        open.map(|key| (key, Json::Null)).collect()
    }

    fn filled_keys(&self, config: &Map<String, Json>) -> BTreeSet<String> {
        self.filled().map(|(_, key)| key).filter(|key| config.contains_key(key)).collect()
    }

    fn without_defaults(&self, block: &Value) -> Value {
        let mut block = block.clone();
        for field in self.config {
            if default_of(field).is_some_and(|default| default.means(block.get(field.name))) {
                block.set(field.name, Value::Null);
            }
        }
        block
    }

    fn upgrade(&self, block: &mut Value) {
        // A release that added a field with a default finds null in older states: the same to Kibana, and no
        // change.
        for field in self.config {
            if let (true, Some(default)) = (block.get(field.name).is_null(), default_of(field)) {
                block.set(field.name, default);
            }
        }
    }
}

impl ConnectorType {
    /// Fields that Kibana fills, with their keys.
    fn filled(&self) -> impl Iterator<Item = (&'static Field, String)> {
        self.config.iter().filter(|field| field.is_filled_by_kibana()).map(|field| (field, field.json_key()))
    }

    /// The write-only secrets as if they stood in the block's own `secrets`.
    fn in_block_of_secrets(&self, secrets_wo: &Value) -> Value {
        if secrets_wo.is_unknown() {
            return Value::unknown();
        }
        let member = |name: &str| secrets_wo.get(name).bare().clone();
        Value::Map(self.secrets.iter().map(|field| (field.name.to_owned(), member(field.name))).collect())
    }

    fn unknown_secret(&self, name: &str) -> String {
        let block = self.block;
        if self.secrets.is_empty() {
            return format!("A connector of type `{block}` has no secrets: remove `secrets_wo`.");
        }
        let known: Vec<_> = self.secrets.iter().map(|field| format!("`{}`", field.name)).collect();
        format!("A connector of type `{block}` has no secret `{name}`. It has {}.", known.join(", "))
    }

    fn warn_of_misfit(&self, field: &Field, misfits: &[Misfit], diagnostics: &mut Diagnostics) {
        if misfits.iter().any(|misfit| misfit.field == field.name) {
            diagnostics.warning(
                self.path().attribute(field.name),
                "Unexpected answer from Kibana",
                format!(
                    "Kibana returns `{}` of this connector in a shape that this version of the provider does not know, so it \
                     reads as absent. A block that sends Kibana's own JSON can manage the connector as it is.",
                    field.name
                ),
            );
        }
    }
}

/// Whether an answer may be printed: a flag, or a value of the field's closed list.
fn is_showable(field: &Field, said: &Json) -> bool {
    match said {
        Json::Null | Json::Bool(_) => true,
        Json::String(text) => field.listed().contains(&text.as_str()),
        Json::Number(_) | Json::Array(_) | Json::Object(_) => false,
    }
}

/// Core checks the types of a block's attributes; of a dynamic one nobody does but us.
fn check_kind(field: &Field, value: &Value, path: &Path, found: &mut Diagnostics) {
    if let Some(expected) = wrong_type(field, value) {
        found.error(
            path.clone(),
            "Wrong type of secret",
            format!("`{}` in `{SECRETS_WO}` must be {expected}.", field.name),
        );
    }
}
