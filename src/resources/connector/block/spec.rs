//! The `spec` block: a connector of the catalogue that Kibana 9.3 and later declare by specs.
//!
//! What is stable about them is typed: how they authenticate. Their config is an object with Kibana's own
//! keys. The keys written in it are compared with Kibana's answers, the others are Kibana's own. `authType`
//! stands in the config as well, so that every release answers the same, and `selectedActions` is an
//! attribute of its own.

mod check;

use serde_json::{Map, Value as Json};

use super::{Meaning, Reading, TypeBlock, echo, warn_of_difference, without_blanks};
use crate::catalog::TYPES;
use crate::catalog::auth::{self, AUTH_TYPE, AUTH_TYPES};
use crate::catalog::auth_check::{self, Place, check_auth};
use crate::catalog::check::Occasion;
use crate::catalog::lower;
use crate::client::ConnectorAnswer;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::explain;
use crate::resources::connector::memory::Memory;
use crate::resources::connector::secrets::SECRETS_WO;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Unset};
use crate::value::json::{equal, from_json, shortened, to_json, without_nulls};
use crate::value::{Path, Type, Value};

const TYPE: &str = "connector_type_id";
const CONFIG: &str = "config";
const ACTIONS: &str = "selected_actions";
const SECRETS: &str = "secrets";
const AUTH: &str = "auth_type";
const MODE: &str = "auth_mode";

/// Kibana's key for `selected_actions`.
const SELECTED_ACTIONS: &str = "selectedActions";

/// Keys of Kibana's config that are not the spec's own.
const NOT_OF_THE_SPEC: [&str; 3] = [AUTH_TYPE, SELECTED_ACTIONS, "ingestTokenHash"];

/// Kibana's word for a connector that each user signs in to.
const PER_USER: &str = "per-user";

/// The block that takes every type that a spec declares.
#[derive(Debug)]
pub(super) struct Spec;

impl TypeBlock for Spec {
    fn name(&self) -> &'static str {
        "spec"
    }

    fn schema(&self) -> NestedBlock {
        let attributes = vec![
            Attribute::new(TYPE, Type::Text, Presence::Required)
                .doc("Kibana's ID of the connector type, such as `.jira-cloud`."),
            // Computed, so that an import's keys can stay where the configuration has none.
            Attribute::new(CONFIG, Type::Dynamic, Presence::OptionalComputed)
                .unset(Unset::Default(Value::Null))
                .free_form()
                .doc(
                "The connector's `config`, an object with Kibana's own keys. The keys written here are compared with Kibana's; \
                 the others are Kibana's own. A null is the same as leaving the key out.",
            ),
            Attribute::new(ACTIONS, Type::List(Box::new(Type::Text)), Presence::OptionalComputed)
                .unset(Unset::Default(Value::Null))
                .doc(
                    "Names of the actions that agents and workflows may use. If left out, Kibana decides. Older releases \
                     silently ignore it.",
                ),
            Attribute::new(AUTH, Type::Text, Presence::Computed)
                .doc("Kibana's name for how the connector authenticates. It follows from the secrets."),
            // No update changes it.
            Attribute::new(MODE, Type::Text, Presence::Computed).unset(Unset::Keep).doc(
                "Whether all users share the connector's credentials (`shared`) or each signs in with an account of their own \
                 (`per-user`). Null before Kibana 9.4.",
            ),
        ];
        let secrets = Block {
            description: "How the connector authenticates: exactly one of these blocks. Kibana keeps it encrypted and never \
                          returns it. Terraform keeps it in its state, marked as sensitive."
                .to_owned(),
            blocks: AUTH_TYPES.iter().map(lower::auth_block).collect(),
            ..Block::default()
        };
        let description = "A connector of one of the types that Kibana 9.3 and later declare in their own catalog, such as \
                           GitHub, Jira Cloud or Amazon S3. How it authenticates is checked before Kibana is asked; which keys \
                           its `config` has is up to Kibana, which silently ignores those that it does not know.";
        NestedBlock {
            name: self.name().to_owned(),
            nesting: Nesting::Single,
            block: Block {
                description: description.to_owned(),
                attributes,
                blocks: vec![single(SECRETS, secrets)],
                deprecated: None,
            },
        }
    }

    fn connector_type_id(&self, block: &Value) -> Value {
        block.get(TYPE).clone()
    }

    fn type_path(&self) -> Path {
        self.path().attribute(TYPE)
    }

    fn fits(&self, connector_type_id: &str, _: &Map<String, Json>) -> bool {
        TYPES.iter().all(|ty| ty.kibana_id != connector_type_id)
    }

    fn secrets_name(&self) -> &'static str {
        SECRETS
    }

    fn secrets_at_risk(&self, _: &Value) -> Option<String> {
        // Without its secrets there is no update of such a connector at all.
        None
    }

    fn secrets(&self, block: &Value) -> Map<String, Json> {
        encoded(block.get(SECRETS))
    }

    fn holds_secrets(&self, secrets: &Map<String, Json>) -> bool {
        secrets.is_empty() || auth::decode(secrets).is_some()
    }

    fn write_only_secrets(&self, secrets_wo: &Value) -> Map<String, Json> {
        encoded(secrets_wo)
    }

    fn check_write_only(&self, secrets_wo: &Value, path: &Path) -> Diagnostics {
        check_auth(secrets_wo, path, Place::Attribute, Occasion::default())
    }

    fn check(&self, block: &Value, secrets_wo: &Value, occasion: Occasion<'_>) -> Diagnostics {
        let path = self.path();
        let mut found = Diagnostics::new();
        check::type_id(block.get(TYPE), &path.attribute(TYPE), &mut found);
        check::config(block.get(CONFIG), &path.attribute(CONFIG), &mut found);
        check::actions(block.get(ACTIONS), &path.attribute(ACTIONS), &mut found);
        found.extend(if secrets_wo.is_null() {
            check_auth(block.get(SECRETS), &path.attribute(SECRETS), Place::Blocks, occasion)
        } else {
            check_auth(secrets_wo, &Path::of(SECRETS_WO), Place::Attribute, occasion)
        });
        found
    }

    fn config(&self, planned: &Value, _: &Value) -> Map<String, Json> {
        let mut config = written_keys(planned.get(CONFIG));
        if let Some(actions) = to_json(planned.get(ACTIONS)).filter(|json| !json.is_null()) {
            config.insert(SELECTED_ACTIONS.to_owned(), actions);
        }
        config
    }

    fn with_secrets(&self, config: &mut Map<String, Json>, secrets: &Map<String, Json>) {
        if let Some(auth_type) = secrets.get(AUTH_TYPE) {
            config.insert(AUTH_TYPE.to_owned(), auth_type.clone());
        }
    }

    fn keep_imported(&self, proposed: &mut Value, prior: &Value, written: &Value) {
        let (held, now) = (written_keys(prior.get(CONFIG)), written_keys(written.get(CONFIG)));
        // Terraform takes no null for what is written.
        let is_allowed = !prior.get(CONFIG).is_null() || written.get(CONFIG).is_null();
        if is_allowed && written.get(CONFIG).is_wholly_known() && echo::is_part(&now, &held) {
            proposed.set(CONFIG, prior.get(CONFIG).clone());
        }
        if written.get(ACTIONS).is_null() {
            proposed.set(ACTIONS, prior.get(ACTIONS).clone());
        }
    }

    fn left_to_kibana(&self, written: &Value, prior: &Value) -> Vec<(Path, String)> {
        let (held, now) = (written_keys(prior.get(CONFIG)), written_keys(written.get(CONFIG)));
        let left_out = echo::left_out(held, &now);
        let mut left: Vec<_> = left_out.map(|key| (self.path().attribute(CONFIG), key)).collect();
        if written.get(ACTIONS).is_null() && !prior.get(ACTIONS).is_null() {
            left.push((self.path().attribute(ACTIONS), ACTIONS.to_owned()));
        }
        left
    }

    fn reworded(&self, planned: &Value, prior: &Value) -> Option<Value> {
        // No config, an empty one and one of nulls are sent alike.
        let (now, held) = (planned.get(CONFIG), prior.get(CONFIG));
        let is_same = now.is_wholly_known() && equal(&written_keys(now).into(), &written_keys(held).into());
        is_same.then(|| {
            let mut reworded = planned.clone();
            reworded.set(CONFIG, held.clone());
            reworded
        })
    }

    fn plan_facts(&self, planned: &mut Value, prior: Option<&Value>, written: &Value, secrets_wo: &Value) {
        let says_it = |prior: &Value| !prior.get(AUTH).is_null();
        // Under `ignore_changes` the configuration holds what is computed as well.
        if let Some(asked) = asked(written, secrets_wo)
            && prior.is_none_or(says_it)
            && written.get(AUTH).is_null()
        {
            planned.set(AUTH, Value::text(asked));
        }
    }

    fn must_replace(&self, prior: &Value, written: &Value, secrets_wo: &Value) -> Vec<Path> {
        match asked(written, secrets_wo) {
            Some(asked) if crosses(prior, &asked) => vec![self.path().attribute(AUTH)],
            _ => Vec::new(),
        }
    }

    fn refuses_update(&self, prior: &Value, secrets: &Map<String, Json>) -> Option<Diagnostic> {
        let asked = secrets.get(AUTH_TYPE).and_then(Json::as_str)?;
        crosses(prior, asked).then(|| Diagnostic {
            severity: Severity::Error,
            summary: "The authentication cannot be changed in place".to_owned(),
            detail: format!(
                "Kibana refuses to change an existing connector to or from an authentication with which each user signs in, and the \
                 plan did not see that the secrets ask for `{asked}`. Nothing was sent. Plan again, and the connector is replaced; \
                 where `ignore_changes` names the secrets, take them out of it first."
            ),
            path: self.path().attribute(SECRETS),
        })
    }

    fn warn_of_update(&self, prior: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        if prior.get(MODE).as_str() == Some(PER_USER) {
            found.warning(
                self.path(),
                "All users will be signed out",
                "Kibana forgets the sign-ins of a connector at every update, so each user has to sign in again through Kibana \
                 before the connector works for them.",
            );
        }
        found
    }

    fn note_of_create(&self, answer: &ConnectorAnswer) -> Diagnostics {
        let mut found = Diagnostics::new();
        if answer.auth_mode.as_deref() == Some(PER_USER) {
            found.warning(
                self.path(),
                "Users have to sign in",
                "The connector exists, but each user has to sign in through Kibana before it works for them.",
            );
        }
        found
    }

    fn set_facts(&self, block: &mut Value, answer: &ConnectorAnswer, sent: &Map<String, Json>) {
        block.set(MODE, answer.auth_mode.as_deref().map_or(Value::Null, Value::text));
        // Not every Kibana keeps it in the config.
        if block.get(AUTH).is_null() {
            block.set(AUTH, auth_of(sent));
        }
    }

    fn decode(&self, connector_type_id: &str, answer: &Map<String, Json>) -> Reading {
        let config: Map<String, Json> = without_blanks(answer)
            .into_iter()
            .filter(|(key, json)| !NOT_OF_THE_SPEC.contains(&key.as_str()) && !json.is_null())
            .collect();
        let block = Value::object([
            (TYPE, Value::text(connector_type_id)),
            (CONFIG, if config.is_empty() { Value::Null } else { dynamic(config) }),
            (ACTIONS, actions_of(answer)),
            (AUTH, auth_of(answer)),
            (MODE, Value::Null),
            (SECRETS, Value::Null),
        ]);
        Reading { block, diagnostics: Diagnostics::new() }
    }

    fn take_answer(&self, state: &Value, answer: &Map<String, Json>) -> Reading {
        let mut block = state.clone();
        if block.get(AUTH).is_null() {
            block.set(AUTH, auth_of(answer));
        }
        Reading { block, diagnostics: Diagnostics::new() }
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
        let held = written_keys(state.get(CONFIG));
        let config = echo::after_read(&held, answer, memory, is_same);
        if config != held {
            block.set(CONFIG, dynamic(config));
        }
        // Actions that nobody wrote are Kibana's.
        let said = answer.get(SELECTED_ACTIONS).unwrap_or(&Json::Null);
        if let Some(held) = to_json(state.get(ACTIONS)).filter(|held| !held.is_null())
            && echo::is_drift(SELECTED_ACTIONS, is_same(&held, said), said, memory)
        {
            block.set(ACTIONS, actions_of(answer));
        }
        let said = answer.get(AUTH_TYPE).unwrap_or(&Json::Null);
        if echo::is_drift(AUTH_TYPE, is_held_auth(state, said), said, memory) {
            block.set(AUTH, auth_of(answer));
        }
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
        for (key, written) in self.config(state, state) {
            let (path, name) = match key.as_str() {
                SELECTED_ACTIONS => (self.path().attribute(ACTIONS), ACTIONS),
                key => (self.path().attribute(CONFIG), key),
            };
            let said = answer.get(&key).unwrap_or(&Json::Null);
            if is_same(&written, said) {
                continue;
            }
            match said {
                _ if !sent.contains_key(&key) => {}
                Json::Null => warn_of_ignored(name, path, diagnostics),
                said => {
                    let shown = Some(said).filter(|said| said.is_boolean());
                    warn_of_difference(name, shown, path, diagnostics);
                }
            }
            memory.echo.insert(key, said.clone());
        }
        let said = answer.get(AUTH_TYPE).unwrap_or(&Json::Null);
        if !state.get(AUTH).is_null() && !is_held_auth(state, said) {
            memory.echo.insert(AUTH_TYPE.to_owned(), said.clone());
        }
        memory
    }

    fn unknown_keys(&self, _: &Map<String, Json>) -> Map<String, Json> {
        Map::new()
    }

    fn meaning(&self, block: &Value) -> Meaning {
        let secrets = self.secrets(block);
        let mut config = self.config(block, block);
        let auth_type = block.get(AUTH).as_str().map(Json::from).or_else(|| secrets.get(AUTH_TYPE).cloned());
        config.extend(auth_type.map(|auth_type| (AUTH_TYPE.to_owned(), auth_type)));
        Meaning { config, may_lack: [AUTH_TYPE.to_owned()].into(), secrets }
    }

    fn restated(&self, connector_type_id: &str, meaning: &Meaning, _: Option<&Value>) -> Option<Value> {
        let kept =
            meaning.config.iter().filter(|(key, _)| *key == AUTH_TYPE || !meaning.may_lack.contains(*key));
        let kept = kept.map(|(key, json)| (key.clone(), json.clone())).collect();
        let mut block = self.decode(connector_type_id, &kept).block;
        if block.get(AUTH).is_null() {
            block.set(AUTH, auth_of(&meaning.secrets));
        }
        if !meaning.secrets.is_empty() {
            let (name, value) = auth::decode(&meaning.secrets)?;
            let blocks = AUTH_TYPES
                .iter()
                .map(|auth| (auth.name, if auth.name == name { value.clone() } else { Value::Null }));
            block.set(SECRETS, Value::object(blocks));
        }
        Some(block)
    }

    fn without_defaults(&self, block: &Value) -> Value {
        let mut block = block.clone();
        // Both follow from the secrets and cannot be configured.
        [AUTH, MODE].iter().for_each(|name| block.set(name, Value::Null));
        block
    }

    fn upgrade(&self, _: &mut Value) {}
}

fn single(name: &str, block: Block) -> NestedBlock {
    NestedBlock { name: name.to_owned(), nesting: Nesting::Single, block }
}

/// Kibana's secrets for the one auth type that is written; none where there is none.
fn encoded(secrets: &Value) -> Map<String, Json> {
    match auth_check::written(secrets)[..] {
        [(auth, value)] => auth.encode(value),
        _ => Map::new(),
    }
}

/// The keys of a config that have a value, as they are sent.
fn written_keys(config: &Value) -> Map<String, Json> {
    match to_json(config).map(without_nulls).map(shortened) {
        Some(Json::Object(entries)) => entries,
        _ => Map::new(),
    }
}

fn dynamic(config: Map<String, Json>) -> Value {
    let (ty, value) = from_json(&shortened(Json::Object(config)));
    Value::dynamic(ty, value)
}

fn actions_of(answer: &Map<String, Json>) -> Value {
    let items = answer.get(SELECTED_ACTIONS).and_then(Json::as_array);
    let texts =
        |items: &Vec<Json>| items.iter().map(|item| item.as_str().map(Value::text)).collect::<Option<_>>();
    items.and_then(texts).map_or(Value::Null, Value::List)
}

/// How the secrets that are surely configured authenticate, in Kibana's words.
fn asked(written: &Value, secrets_wo: &Value) -> Option<String> {
    let (secrets, place) = if secrets_wo.is_null() {
        (written.get(SECRETS), Place::Blocks)
    } else {
        (secrets_wo, Place::Attribute)
    };
    let (auth, value) = auth_check::chosen(secrets, place)?;
    auth.kibana_name(value)
}

/// How a connector authenticates, as far as its config or its secrets say so.
fn auth_of(config: &Map<String, Json>) -> Value {
    config.get(AUTH_TYPE).and_then(Json::as_str).map_or(Value::Null, Value::text)
}

/// Whether Kibana's answer names the authentication that the state holds, or none.
fn is_held_auth(state: &Value, said: &Json) -> bool {
    said.is_null() || state.get(AUTH).as_str() == said.as_str()
}

/// Whether Kibana's answer is what was written. Some specs cut outer blanks and the slashes at the end.
fn is_same(written: &Json, said: &Json) -> bool {
    let cut = |text: &str| text.trim().trim_end_matches('/').to_owned();
    equal(written, said)
        || equal(written, &without_nulls(said.clone()))
        || written.as_str().zip(said.as_str()).is_some_and(|(written, said)| cut(written) == cut(said))
}

/// Whether Kibana would refuse this `authType` for the connector that exists. Its answer decides, as far as
/// it gives one: a connector of an older release stays shared, although a new one like it would not be.
fn crosses(prior: &Value, asked: &str) -> bool {
    let held = prior.get(AUTH).as_str();
    match prior.get(MODE).as_str() {
        Some(PER_USER) => held.is_some_and(|held| held != asked),
        Some(_) => held != Some(asked) && auth::is_per_user(asked).unwrap_or_default(),
        None => false,
    }
}

fn warn_of_ignored(name: &str, path: Path, diagnostics: &mut Diagnostics) {
    let name = explain::name(name);
    diagnostics.warning(
        path,
        format!("Kibana ignored `{name}`"),
        format!(
            "`{name}` was sent, and Kibana's answer does not have it: this Kibana does not know it for this type of connector. \
             Check its spelling, or whether it needs a newer release. Later plans will not report this again."
        ),
    );
}
