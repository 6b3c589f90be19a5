//! Random configurations of connectors from Kibana's own catalogue, built from the emulator's list of them
//! and from the provider's table of authentications.

use kibana_emulator::Release;
use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::catalog::auth::{AUTH_TYPES, AuthType, OTHER, auth_type};
use terraform_provider_kibana::catalog::vocabulary::Kind;
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

use crate::generate::{Form, write_only};
use crate::random::Random;

/// One type of the catalogue.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// Keys of its config: name, whether it is required, and the contract's words on it.
    pub(crate) keys: Vec<(String, bool, Json)>,
    actions: Vec<String>,
    ways: Vec<Json>,
    since: String,
}

/// A connector as HCL would have it.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) entry: &'static Entry,
    pub(crate) config: Map<String, Json>,
    pub(crate) actions: Vec<String>,
    /// The block of the authentication.
    pub(crate) auth: &'static AuthType,
    pub(crate) values: Value,
    pub(crate) name: String,
    pub(crate) form: Form,
}

/// The catalogue that the emulator plays.
pub(crate) fn entries() -> Vec<Entry> {
    let file: Json = serde_json::from_str(include_str!("../emulator/types/specs.json")).unwrap();
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let keys = |json: &Json| {
        list(json).into_iter().map(|key| (text(&key["key"]), key["required"] == json!(true), key)).collect()
    };
    list(&file["specs"])
        .iter()
        .map(|spec| Entry {
            id: text(&spec["id"]),
            keys: keys(&spec["config"]),
            actions: list(&spec["actions"]).iter().map(text).collect(),
            ways: list(&spec["auth"]),
            since: text(&spec["since"]),
        })
        .collect()
}

/// Whether something that the contract dates is there under a release.
fn has(since: &Json, release: Release) -> bool {
    since.as_str().is_none_or(|since| !crate::lives::newer(since, release))
}

impl Entry {
    pub(crate) fn is_in(&self, release: Release) -> bool {
        has(&json!(self.since), release)
    }

    /// The keys that this release knows.
    pub(crate) fn known(&self, release: Release) -> impl Iterator<Item = &(String, bool, Json)> {
        self.keys.iter().filter(move |(_, _, words)| has(&words["since"], release))
    }
}

/// A random configuration that Kibana takes under this release.
pub(crate) fn written(entry: &'static Entry, release: Release, random: &mut Random) -> Written {
    let mut config = Map::new();
    for (key, is_required, words) in &entry.keys {
        if *is_required || random.percent(50) {
            config.insert(key.clone(), json!(text_of(words, random)));
        } else if random.percent(30) {
            // The usual way in modules to leave it out.
            config.insert(key.clone(), Json::Null);
        }
    }
    if random.percent(15) {
        config.insert("mistyped".to_owned(), json!("a"));
    }
    if random.percent(15) {
        config.insert("switchedOff".to_owned(), Json::Null);
    }
    let mut actions: Vec<_> = entry.actions.iter().filter(|_| random.percent(30)).cloned().collect();
    if random.percent(50) {
        actions.clear();
    }
    let ways: Vec<_> = entry.ways.iter().filter(|way| has(&way["since"], release)).collect();
    let (auth, values) = authentication(random.pick::<&Json>(&ways), random);
    let name = format!("name {}", random.below(1000));
    Written { entry, config, actions, auth, values, name, form: Form::Stored }
}

/// Text that Kibana stores, if it does so trimmed.
fn text_of(words: &Json, random: &mut Random) -> String {
    let number = random.below(1000);
    match () {
        () if words["url"] == json!(true) => {
            format!("https://h{number}.example.com/p{}", random.pick(&["", "", "/", "//"]))
        }
        () if words["trim"] == json!(true) => format!("{}text {number}", random.pick(&["", " "])),
        () => format!("text {number}"),
    }
}

/// The block and the values of one way of the contract, now and then in the free form.
fn authentication(way: &Json, random: &mut Random) -> (&'static AuthType, Value) {
    let name = way.as_str().or_else(|| way["way"].as_str()).unwrap();
    let Some(auth) = auth_type(name) else {
        let values = json!({"token": format!("t{}", random.below(1000))});
        return (auth_type(OTHER).unwrap(), other(name, &values));
    };
    let mut block = Value::object([]);
    for field in auth.fields {
        let text = Value::text(format!("secret {}", random.below(100_000)));
        let value = match (field.name, field.kind) {
            ("header", _) => Value::text(way["header"].as_str().unwrap()),
            ("params", _) => {
                let names = way["params"].as_array().unwrap().iter().filter_map(Json::as_str);
                Value::object(names.map(|name| (name, text.clone())))
            }
            ("scope", _) if random.percent(70) => Value::Null,
            // What Kibana knows itself need not be written.
            _ if way["defaults"].get(field.json_key()).is_some() && random.percent(70) => Value::Null,
            (name, _) if name.ends_with("_url") => {
                Value::text(format!("https://a.example/{}", random.below(9)))
            }
            (_, Kind::Flag) => {
                if random.percent(50) {
                    Value::Null
                } else {
                    Value::Bool(random.percent(50))
                }
            }
            (_, Kind::Text(_)) if !field.listed().is_empty() => Value::text(*random.pick(field.listed())),
            _ => text,
        };
        block.set(field.name, value);
    }
    if random.percent(15) {
        let mut values = auth.encode(&block);
        values.remove("authType");
        return (auth_type(OTHER).unwrap(), other(name, &Json::Object(values)));
    }
    (auth, block)
}

fn other(name: &str, values: &Json) -> Value {
    let (ty, value) = from_json(values);
    Value::object([("auth_type", Value::text(name)), ("values", Value::dynamic(ty, value))])
}

impl std::fmt::Debug for Written {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { entry, config, actions, name, form, .. } = self;
        let secrets = Json::Object(self.secrets_json());
        let config = Json::Object(config.clone());
        write!(formatter, "{} {name:?} {config} {actions:?}, {} {secrets} {form:?}", entry.id, self.auth.name)
    }
}

impl Written {
    /// The whole configuration.
    pub(crate) fn config(&self, block: &Block) -> Value {
        let schema = &block.block("spec").unwrap().block;
        let mut spec = schema.empty_value();
        spec.set("connector_type_id", Value::text(&self.entry.id));
        if !self.config.is_empty() {
            let (ty, value) = from_json(&Json::Object(self.config.clone()));
            spec.set("config", Value::dynamic(ty, value));
        }
        if !self.actions.is_empty() {
            spec.set("selected_actions", Value::List(self.actions.iter().map(Value::text).collect()));
        }
        let mut config = block.empty_value();
        config.set("name", Value::text(&self.name));
        match self.form {
            Form::Stored => {
                let name = |auth: &AuthType| {
                    if auth.name == self.auth.name { self.values.clone() } else { Value::Null }
                };
                spec.set("secrets", Value::object(AUTH_TYPES.iter().map(|auth| (auth.name, name(auth)))));
            }
            Form::WriteOnly { version } => {
                let entries = self.values.as_map().unwrap().iter();
                let there = entries.filter(|(_, value)| !value.is_null());
                let values =
                    Value::Map(there.map(|(name, value)| (name.clone(), value.bare().clone())).collect());
                write_only(Value::object([(self.auth.name, values)]), version, &mut config);
            }
        }
        config.set("spec", spec);
        config
    }

    /// The same, with one value of `config` known only later; none where it has none.
    pub(crate) fn partly_unknown(&self, block: &Block, random: &mut Random) -> Value {
        let mut config = self.config(block);
        let keys: Vec<&String> = self.config.keys().collect();
        if keys.is_empty() {
            return config;
        }
        let unknown = (*random.pick(&keys)).clone();
        let mut types = std::collections::BTreeMap::new();
        let mut values = std::collections::BTreeMap::new();
        for (key, json) in &self.config {
            let (ty, value) = from_json(json);
            let is_unknown = *key == unknown;
            types.insert(key.clone(), ty);
            values.insert(key.clone(), if is_unknown { Value::unknown() } else { value });
        }
        let mut spec = config.get("spec").clone();
        spec.set("config", Value::dynamic(Type::Object(types), Value::Map(values)));
        config.set("spec", spec);
        config
    }

    /// What Kibana is sent as secrets.
    pub(crate) fn secrets_json(&self) -> Map<String, Json> {
        self.auth.encode(&self.values)
    }
}
