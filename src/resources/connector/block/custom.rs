//! The `custom` block: a connector of any type, written as Kibana's own JSON.
//!
//! The config sent is exactly what is written. The keys written in it are compared with Kibana's answers (the
//! echo rule holds for each), the others are Kibana's own.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{
    Meaning, Reading, TypeBlock, at_risk, blank_in, echo, json_object, warn_of_difference, without_blanks,
};
use crate::catalog::blank::{find_blank, is_blank, refuse_blank};
use crate::catalog::check::Occasion;
use crate::catalog::vocabulary::Field;
use crate::catalog::{self, TYPES};
use crate::diag::Diagnostics;
use crate::resources::connector::memory::Memory;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Unset};
use crate::value::json::{equal, from_json, shortened, to_json, without_nulls};
use crate::value::{Path, Secret, Type, Value};

const TYPE: &str = "connector_type_id";
const CONFIG: &str = "config_json";
const SECRETS: &str = "secrets_json";

/// The block that takes any type.
#[derive(Debug)]
pub(super) struct Custom;

impl TypeBlock for Custom {
    fn name(&self) -> &'static str {
        "custom"
    }

    fn schema(&self) -> NestedBlock {
        let attributes = vec![
            Attribute::new(TYPE, Type::Text, Presence::Required)
                .doc("Kibana's ID of the connector type, such as `.email`."),
            Attribute::new(CONFIG, Type::Text, Presence::OptionalComputed)
                .unset(Unset::Default(Value::text("{}")))
                .json_text()
                .doc(
                    "The connector's `config` as JSON text, best written with `jsonencode`. It is sent as it is. The keys \
                     written here are compared with Kibana's, as JSON values; the others are Kibana's own. Defaults to `{}`.",
                ),
            Attribute::new(SECRETS, Type::Text, Presence::Optional)
                .json_text()
                .sensitive()
                .doc("The connector's `secrets` as JSON text, with Kibana's own key names. Kibana never returns them."),
        ];
        let description = "A connector of any type, written as Kibana's own JSON: for a type that has no block of its own here, \
                           or for a field that a newer Kibana knows and the type's block does not. Where a block exists, \
                           prefer it: it checks what is written before Kibana does. Types of Kibana's own catalog, such \
                           as `.github`, are better written as `kibana_connector_spec`.";
        NestedBlock {
            name: self.name().to_owned(),
            nesting: Nesting::Single,
            block: Block { description: description.to_owned(), attributes, ..Block::default() },
        }
    }

    fn connector_type_id(&self, block: &Value) -> Value {
        block.get(TYPE).clone()
    }

    fn type_path(&self) -> Path {
        self.path().attribute("connector_type_id")
    }

    fn fits(&self, _: &str, _: &Map<String, Json>) -> bool {
        true
    }

    fn secrets_name(&self) -> &'static str {
        SECRETS
    }

    fn secrets_at_risk(&self, block: &Value) -> Option<String> {
        let config = json_object(block.get(CONFIG));
        let kind = block.get(TYPE).as_str().and_then(|id| {
            let of_id = || TYPES.iter().find(|ty| ty.kibana_id == id);
            catalog::of_connector(id, &config).or_else(of_id)
        });
        match kind {
            Some(ty) => {
                let has_auth = ty.auth_flag().and_then(|flag| config.get(&flag.json_key())?.as_bool());
                at_risk(ty, has_auth, Field::json_key)
            }
            None => Some("whatever secrets it has now".to_owned()),
        }
    }

    fn secrets(&self, block: &Value) -> Map<String, Json> {
        json_object(block.get(SECRETS))
    }

    fn holds_secrets(&self, _: &Map<String, Json>) -> bool {
        true
    }

    fn write_only_secrets(&self, secrets_wo: &Value) -> Map<String, Json> {
        match to_json(secrets_wo) {
            Some(Json::Object(object)) => object.into_iter().filter(|(_, json)| !json.is_null()).collect(),
            _ => Map::new(),
        }
    }

    fn check_write_only(&self, secrets_wo: &Value, path: &Path) -> Diagnostics {
        let mut found = Diagnostics::new();
        find_blank(secrets_wo, path).iter().for_each(|place| refuse_blank(place.clone(), place, &mut found));
        found
    }

    fn check(&self, block: &Value, _: &Value, occasion: Occasion<'_>) -> Diagnostics {
        let mut found = Diagnostics::new();
        if block.get(TYPE).as_str().is_some_and(is_blank) {
            found.error(
                self.path().attribute(TYPE),
                "Blank connector type",
                "`connector_type_id` is empty or only white space. Write Kibana's ID of the connector type, such as `.email`.",
            );
        }
        if let Some(dotted) = block.get(TYPE).as_str().and_then(catalog::with_dot).filter(|_| occasion.sends)
        {
            found.warning(
                self.path().attribute(TYPE),
                "Unknown connector type",
                format!(
                    "Kibana has a connector type `{dotted}`, with a dot in front, and none without is known. Write `{dotted}`, unless a \
                     plugin of your own has a type of this name."
                ),
            );
        }
        for name in [CONFIG, SECRETS] {
            if let Some(text) = block.get(name).as_str() {
                check_json(name, text, &self.path().attribute(name), &mut found);
            }
        }
        found
    }

    fn config(&self, planned: &Value, _: &Value) -> Map<String, Json> {
        json_object(planned.get(CONFIG))
    }

    fn keep_imported(&self, proposed: &mut Value, prior: &Value, written: &Value) {
        let (held, now) = (json_object(prior.get(CONFIG)), json_object(written.get(CONFIG)));
        if !written.get(CONFIG).is_unknown() && echo::is_part(&now, &held) {
            proposed.set(CONFIG, prior.get(CONFIG).clone());
        }
    }

    fn keep_moved(&self, proposed: &mut Value, prior: &Value, written: &Value, optional: &Map<String, Json>) {
        let (held, now) = (json_object(prior.get(CONFIG)), json_object(written.get(CONFIG)));
        let is_held = |(key, json): (&String, &Json)| {
            held.get(key).or(optional.get(key)).is_some_and(|held| is_same(held, json))
        };
        let is_whole = held.keys().all(|key| now.contains_key(key) || optional.contains_key(key));
        if !written.get(CONFIG).is_unknown() && is_whole && now.iter().all(is_held) {
            proposed.set(CONFIG, prior.get(CONFIG).clone());
        }
    }

    fn left_to_kibana(&self, written: &Value, prior: &Value) -> Vec<(Path, String)> {
        let (held, now) = (json_object(prior.get(CONFIG)), json_object(written.get(CONFIG)));
        echo::left_out(held, &now).map(|key| (self.path().attribute(CONFIG), key)).collect()
    }

    fn decode(&self, connector_type_id: &str, answer: &Map<String, Json>) -> Reading {
        let config: Map<String, Json> =
            without_blanks(answer).into_iter().filter(|(_, json)| !json.is_null()).collect();
        let config = shortened(Json::Object(config));
        let block = Value::object([
            (TYPE, Value::text(connector_type_id)),
            (CONFIG, Value::text(config.to_string())),
            (SECRETS, Value::Null),
        ]);
        Reading { block, diagnostics: Diagnostics::new() }
    }

    fn take_answer(&self, state: &Value, _: &Map<String, Json>) -> Reading {
        Reading { block: state.clone(), diagnostics: Diagnostics::new() }
    }

    fn reconcile(
        &self,
        state: &Value,
        connector_type_id: &str,
        answer: &Map<String, Json>,
        memory: &mut Memory,
    ) -> Reading {
        let mut block = state.clone();
        let answer = &without_blanks(answer);
        block.set(TYPE, Value::text(connector_type_id));
        let held = json_object(state.get(CONFIG));
        let now = echo::after_read(&held, answer, memory, is_same);
        if now != held {
            block.set(CONFIG, Value::text(Json::Object(now).to_string()));
        }
        // What somebody has changed since is no longer the same as leaving it out.
        let says_otherwise = |key: &String, held: &Json| {
            answer.get(key).is_some_and(|said| !said.is_null() && !equal(said, held))
        };
        memory.optional.retain(|key, held| !says_otherwise(key, held));
        Reading { block, diagnostics: Diagnostics::new() }
    }

    fn remember(
        &self,
        state: &Value,
        sent: &Map<String, Json>,
        answer: &Map<String, Json>,
        diagnostics: &mut Diagnostics,
    ) -> Memory {
        let mut memory = Memory::default();
        for (key, written) in json_object(state.get(CONFIG)) {
            let said = answer.get(&key).unwrap_or(&Json::Null);
            if is_same(&written, said) {
                continue;
            }
            if sent.contains_key(&key) {
                let shown = Some(said).filter(|said| matches!(said, Json::Null | Json::Bool(_)));
                warn_of_difference(&key, shown, self.path().attribute(CONFIG), diagnostics);
            }
            memory.echo.insert(key, said.clone());
        }
        memory
    }

    fn blank_entries(&self, answer: &Map<String, Json>) -> Vec<Vec<String>> {
        answer.iter().flat_map(|(key, json)| blank_in(key, json)).collect()
    }

    fn attribute_of(&self, _: &str) -> Path {
        self.path().attribute(CONFIG)
    }

    fn unknown_keys(&self, _: &Map<String, Json>) -> Map<String, Json> {
        Map::new()
    }

    fn meaning(&self, block: &Value) -> Meaning {
        Meaning {
            config: json_object(block.get(CONFIG)),
            may_lack: BTreeSet::new(),
            secrets: self.secrets(block),
        }
    }

    fn restated(&self, connector_type_id: &str, meaning: &Meaning, written: Option<&Value>) -> Option<Value> {
        let null = Value::Null;
        let (config, secrets) =
            written.map_or((&null, &null), |block| (block.get(CONFIG), block.get(SECRETS)));
        let config = match written {
            Some(_) => same_config(meaning, &json_object(config)).then(|| config.clone())?,
            None => {
                let kept = meaning.config.iter().filter(|(key, _)| !meaning.may_lack.contains(*key));
                Value::text(
                    Json::Object(kept.map(|(key, json)| (key.clone(), json.clone())).collect()).to_string(),
                )
            }
        };
        let kept = Json::Object(meaning.secrets.clone());
        let secrets = if written.is_some() && equal(&Json::Object(json_object(secrets)), &kept) {
            secrets.clone()
        } else if meaning.secrets.is_empty() {
            Value::Null
        } else {
            Value::Secret(Secret::new(kept.to_string()))
        };
        Some(Value::object([(TYPE, Value::text(connector_type_id)), (CONFIG, config), (SECRETS, secrets)]))
    }

    fn open_keys(&self, meaning: &Meaning) -> Map<String, Json> {
        let optional = meaning.config.iter().filter(|(key, _)| meaning.may_lack.contains(*key));
        optional.map(|(key, json)| (key.clone(), json.clone())).collect()
    }

    fn upgrade(&self, block: &mut Value) {
        if block.get(CONFIG).is_null() {
            block.set(CONFIG, Value::text("{}"));
        }
    }
}

/// Whether what is written and what Kibana answers are the same. Into an object, Kibana fills a null for each
/// key that it knows and that is not written.
fn is_same(written: &Json, said: &Json) -> bool {
    equal(&without_nulls(written.clone()), &without_nulls(said.clone()))
}

/// Whether a written config means the same: each of its keys is as it was, and it lacks only what may be
/// lacking.
fn same_config(meaning: &Meaning, written: &Map<String, Json>) -> bool {
    let same = written.iter().all(|(key, json)| match meaning.config.get(key) {
        Some(held) => equal(held, json) || (json.is_null() && meaning.may_lack.contains(key)),
        None => json.is_null(),
    });
    same && meaning.config.keys().all(|key| written.contains_key(key) || meaning.may_lack.contains(key))
}

fn check_json(name: &str, text: &str, path: &Path, found: &mut Diagnostics) {
    match serde_json::from_str(text) {
        Ok(json @ Json::Object(_)) => {
            for place in find_blank(&from_json(&json).1, path) {
                refuse_blank(path.clone(), &place, found);
            }
        }
        Ok(_) => found.error(
            path.clone(),
            format!("Invalid {name}"),
            format!(
                "`{name}` must be the JSON text of an object, as in `jsonencode({{ key = \"value\" }})`."
            ),
        ),
        // The position is said, never the text: it may be a secret.
        Err(error) => found.error(
            path.clone(),
            format!("Invalid {name}"),
            format!(
                "`{name}` is not valid JSON: there is an error in line {}, column {}. Write it with `jsonencode`.",
                error.line(),
                error.column()
            ),
        ),
    }
}
