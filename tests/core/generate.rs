//! Random configurations that a type accepts, built from its table in the catalog: field kinds, examples,
//! lists, bounds.
//!
//! What goes together is not known here. A candidate that the catalog's own check refuses is thrown away and
//! another one is drawn.

use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::catalog::check::{Occasion, SecretsGiven, check};
use terraform_provider_kibana::catalog::codec::encode;
use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Field, Kind};
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Number, Path, Value};

use crate::random::Random;

const CERTIFICATE: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==";
const PRIVATE_KEY: &str = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==";

/// How secrets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Stored,
    WriteOnly { version: Option<i64> },
}

/// A connector as HCL would have it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) ty: &'static ConnectorType,
    /// The type's block without its secrets.
    pub(crate) fields: Value,
    /// The secrets; null for none.
    pub(crate) secrets: Value,
    pub(crate) name: String,
    pub(crate) form: Form,
    /// Whether all of it stands in a `custom` block.
    pub(crate) in_custom: bool,
}

impl Written {
    /// The whole configuration.
    pub(crate) fn config(&self, block: &Block) -> Value {
        let mut config = block.empty_value();
        config.set("name", Value::text(&self.name));
        if self.in_custom {
            self.write_custom(&mut config);
            return config;
        }
        let mut fields = self.fields.clone();
        if !self.ty.secrets.is_empty() {
            let stored = self.form == Form::Stored;
            fields.set("secrets", if stored { self.secrets.clone() } else { Value::Null });
        }
        config.set(self.ty.block, fields);
        if let (Form::WriteOnly { version }, Value::Map(entries)) = (self.form, &self.secrets) {
            let written = entries.iter().filter(|(_, value)| !value.is_null());
            let object = Value::Map(written.map(|(name, value)| (name.clone(), plain(value))).collect());
            write_only(object, version, &mut config);
        }
        config
    }

    fn write_custom(&self, config: &mut Value) {
        let secrets = self.secrets_json();
        let mut custom = Value::object([
            ("connector_type_id", Value::text(self.ty.kibana_id)),
            ("config_json", Value::text(Json::Object(self.config_json()).to_string())),
            ("secrets_json", Value::Null),
        ]);
        match self.form {
            _ if secrets.is_empty() => {}
            Form::Stored => custom.set("secrets_json", Value::text(Json::Object(secrets).to_string())),
            Form::WriteOnly { version } => write_only(from_json(&Json::Object(secrets)).1, version, config),
        }
        config.set("custom", custom);
    }

    /// The block in which it stands.
    pub(crate) fn block(&self) -> &'static str {
        if self.in_custom { "custom" } else { self.ty.block }
    }

    /// What Kibana is sent as config.
    pub(crate) fn config_json(&self) -> Map<String, Json> {
        let mut config = encode(self.ty.config, &self.fields, &self.fields);
        config.extend(self.ty.fixed.iter().map(|(key, text)| ((*key).to_owned(), json!(text))));
        config
    }

    /// What Kibana is sent as secrets.
    pub(crate) fn secrets_json(&self) -> Map<String, Json> {
        encode(self.ty.secrets, &self.secrets, &self.secrets)
    }

    fn is_accepted(&self) -> bool {
        let path = Path::root();
        let secrets = SecretsGiven {
            value: self.secrets.clone(),
            path: path.attribute("secrets"),
            in_attribute: false,
        };
        let occasion = Occasion { sends: true, demands_secrets: true, prior: None };
        !check(self.ty, &self.fields, &path, &secrets, occasion).has_errors()
    }
}

pub(crate) fn write_only(object: Value, version: Option<i64>, config: &mut Value) {
    config.set("secrets_wo", Value::dynamic(object.natural_type(), object));
    if let Some(version) = version {
        config.set("secrets_wo_version", Value::Number(version.into()));
    }
}

/// A dynamic value inside another has its type from there.
fn plain(value: &Value) -> Value {
    match value {
        Value::Dynamic(typed) => typed.1.clone(),
        value => value.clone(),
    }
}

/// A random configuration that the catalog accepts and that `suits`; none where none was found.
pub(crate) fn written(
    ty: &'static ConnectorType,
    random: &mut Random,
    suits: impl Fn(&Written) -> bool,
) -> Option<Written> {
    for _ in 0..4000 {
        let (config, secrets) = (*random.pick(&[10, 30, 60, 90]), *random.pick(&[20, 50, 80]));
        let fields = object(ty.config, random, config);
        let given = object(ty.secrets, random, secrets);
        let any = given.as_map().is_some_and(|entries| entries.values().any(|value| !value.is_null()));
        let name = format!("name {}", random.below(1000));
        let secrets = if any { given } else { Value::Null };
        let written = Written { ty, fields, secrets, name, form: Form::Stored, in_custom: false };
        if suits(&written) && written.is_accepted() {
            return Some(written);
        }
    }
    None
}

fn object(fields: &[Field], random: &mut Random, percent: usize) -> Value {
    let mut value = Value::object(fields.iter().map(|field| (field.name, unwritten(field))));
    for field in fields {
        if field.required || random.percent(percent) {
            value.set(field.name, value_of(field, random));
        }
    }
    value
}

/// What HCL makes of a field that is not there.
fn unwritten(field: &Field) -> Value {
    if matches!(field.kind, Kind::Objects(..)) { Value::List(Vec::new()) } else { Value::Null }
}

/// A value of a field's kind, such as Kibana takes.
pub(crate) fn value_of(field: &Field, random: &mut Random) -> Value {
    match field.kind {
        Kind::Text(_) => Value::text(text_of(field, random)),
        Kind::Number(bounds) => {
            let (least, most) = bounds.unwrap_or((0, 100_000));
            let whole =
                least + i64::try_from(random.below(usize::try_from(most - least + 1).unwrap())).unwrap();
            Value::Number(Number::from(whole))
        }
        Kind::Flag => Value::Bool(random.percent(50)),
        Kind::TextMap(_) => {
            let entries = (0..random.below(4)).map(|at| (format!("X-{at}"), Value::text(words(random))));
            Value::Map(entries.collect())
        }
        Kind::AnyObject => {
            let (ty, value) = from_json(&Json::Object(json_object(random, 2)));
            Value::dynamic(ty, value)
        }
        Kind::Object(inner) => object(inner, random, 60),
        Kind::Objects(inner, _) => {
            let count = usize::from(field.required) + random.below(3);
            Value::List((0..count).map(|_| object(inner, random, 60)).collect())
        }
    }
}

fn words(random: &mut Random) -> String {
    let word =
        *random.pick(&["text", "e\u{301}tude", "日本", "a \"quote\"", "back\\slash", "<&>", "two\nlines"]);
    format!("{word} {}", random.below(10_000))
}

fn text_of(field: &Field, random: &mut Random) -> String {
    let number = random.below(100_000);
    if !field.listed().is_empty() {
        return (*random.pick(field.listed())).to_owned();
    }
    match field.name {
        "webhook_integration_url" => format!("https://hooks.torq.io/v1/{number}"),
        "from" => format!("Ops <ops{number}@example.com>"),
        "service" => (*random.pick(&["other", "gmail", "exchange_server", "outlook365"])).to_owned(),
        "inference_id" => format!("endpoint-{}", random.next()),
        "certificate_data" | "ca_data" => CERTIFICATE.to_owned(),
        "private_key_data" => PRIVATE_KEY.to_owned(),
        "credentials_json" => field.example.to_owned(),
        "api_key_header_name" => format!("X-Key-{number}"),
        name if name.contains("url") => format!("https://h{}.example.com/p{number}", number % 7),
        name if name.contains("json") || name.contains("fields") => format!("{{\"a\": {number}}}"),
        _ if !field.example.is_empty() && random.percent(30) => field.example.to_owned(),
        _ => words(random),
    }
}

/// Any JSON that Kibana would keep: no blank texts and no nulls.
pub(crate) fn json_of(random: &mut Random, depth: usize) -> Json {
    match random.below(if depth == 0 { 4 } else { 6 }) {
        0 => json!(random.percent(50)),
        1 => json!(random.below(1_000_000)),
        2 => json!(f64::from(u32::try_from(random.below(1000)).unwrap()) / 8.0),
        3 => json!(words(random)),
        4 => (0..random.below(3)).map(|_| json_of(random, depth - 1)).collect(),
        _ => Json::Object(json_object(random, depth - 1)),
    }
}

fn json_object(random: &mut Random, depth: usize) -> Map<String, Json> {
    (0..random.below(4)).map(|at| (format!("key{at}"), json_of(random, depth))).collect()
}
