//! The words a contract file is written in, after `load` has resolved it for one release.
//!
//! `load` reads them from JSON, `schema` interprets shapes and fields, `rules` the rules. A key that is not
//! listed here is an error when the files are read, so that a typing mistake cannot pass unseen.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::options::License;

/// One connector type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectorType {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) license: License,
    pub(crate) features: Vec<String>,
    /// Where Kibana says the type comes from: `stack` or `spec`.
    #[serde(default = "stack")]
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) experimental: bool,
    /// A config key; its connectors are deprecated unless it is false.
    pub(crate) deprecated_unless_false: Option<String>,
    pub(crate) hook: Option<Hook>,
    pub(crate) config: Shape,
    pub(crate) secrets: Shape,
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    /// Smallest requests and what is stored for them, by release; read by the tests.
    #[serde(default)]
    #[cfg_attr(not(test), allow(dead_code, reason = "only the tests look at the examples"))]
    pub(crate) smallest: Vec<Value>,
}

fn stack() -> String {
    "stack".to_owned()
}

/// What a type does outside Kibana when it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hook {
    /// Makes, remakes and deletes an inference endpoint.
    Inference,
}

/// An object: its fields, or a choice of shapes by the text in one of its keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Shape {
    pub(crate) unknown: Unknown,
    pub(crate) fields: Vec<Field>,
    /// Whether zod sees a union here, of which it says no more than that nothing fits.
    pub(crate) union: bool,
    pub(crate) choose_by: Option<String>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

/// What happens to keys that a shape does not list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unknown {
    /// They are refused.
    #[default]
    Refuse,
    /// They vanish.
    Drop,
    /// They are stored.
    Keep,
}

/// One key of an object.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) nullable: bool,
    /// Stored when the key is left out; no default means that nothing is stored.
    #[serde(default, deserialize_with = "given")]
    pub(crate) default: Option<Value>,
    /// Defaults that depend on other keys, judged before `default`.
    #[serde(default)]
    pub(crate) default_when: Vec<DefaultWhen>,
    #[serde(default)]
    pub(crate) one_of: Vec<String>,
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) max_items: Option<usize>,
    /// Text of an empty list's refusal, for lists that must hold something.
    pub(crate) empty_message: Option<String>,
    /// Whether anything that JavaScript's `Number` takes becomes a number.
    #[serde(default)]
    pub(crate) coerce: bool,
    /// Whether the text must be a URL.
    #[serde(default)]
    pub(crate) url: bool,
    /// Whether the options, and null among them, are a union: zod says no more of it than that nothing fits.
    #[serde(default)]
    pub(crate) union: bool,
    /// Whether blanks around the text are cut before it is stored.
    #[serde(default)]
    pub(crate) trim: bool,
    /// Whether slashes at the text's end are cut before it is stored.
    #[serde(default)]
    pub(crate) cut_slashes: bool,
    /// The texts that a list may hold, and the refusal of others, in which `{list}` names them.
    #[serde(default)]
    pub(crate) items_one_of: Vec<String>,
    pub(crate) items_message: Option<String>,
    /// Keys of an object, or of each object in a list.
    pub(crate) shape: Option<Shape>,
}

/// A null in the file is a default too.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A default for the case that all conditions hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultWhen {
    pub(crate) when: Vec<Condition>,
    pub(crate) value: Value,
}

/// The JSON type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Number,
    Boolean,
    /// Free keys, text values.
    Record,
    Object,
    /// A list of objects, or of texts when no shape is given.
    List,
}

/// When during a save a rule is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Config,
    Secrets,
    /// Config and secrets together, as sent.
    Cross,
}

/// A rule between fields: `message` is the refusal when all of `when` hold and the check fails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) stage: Stage,
    pub(crate) kind: Check,
    #[serde(default)]
    pub(crate) when: Vec<Condition>,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    /// What `listed_missing` calls each of its fields.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) values_any_case: Vec<String>,
    /// The URL that counts when the field is not set.
    pub(crate) fallback: Option<String>,
    /// Whether Kibana raises it inside the schema, which marks the line as one of the schema's.
    #[serde(default)]
    pub(crate) schema_issue: bool,
    pub(crate) message: String,
}

/// A named check. The ones after `Known` are odd rules with a function of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    /// Always refuses.
    Refuse,
    /// Each field that is set parses as a URL.
    Url,
    /// The same, and the scheme is http or https.
    HttpUrl,
    /// The host of each URL is in `allowedHosts`.
    AllowedHost,
    /// The text is a host in `allowedHosts`.
    AllowedName,
    /// The host of the URL is one of `values`.
    HostOneOf,
    /// All fields are set; the message lists the ones that are not.
    ListedMissing,
    /// Text of a JSON object that is not empty.
    JsonObject,
    /// The text is one of `values`.
    Known,
    /// Text of a Google service account.
    ServiceAccount,
    /// One of the combinations that the webhook family takes.
    WebhookSecrets,
    /// An API key, or a client certificate with its key.
    PkiSecrets,
    /// `webhook.ssl.pfx.enabled`.
    PfxDisabled,
    /// An address list, in the allowed domains.
    EmailFrom,
    /// `email.services.enabled`.
    EmailEnabledService,
    /// A service that the mail library knows.
    EmailService,
    /// The host of a known service is allowed.
    EmailServiceHost,
    /// Host, port and TLS are those that Kibana is configured for.
    Ses,
}

/// Something about the request that holds or not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Condition {
    /// `config.KEY`, `secrets.KEY`, or `secrets` for the whole object.
    pub(crate) field: String,
    pub(crate) is: Option<Value>,
    pub(crate) not_one_of: Option<Vec<Value>>,
    /// True: not null, empty or false, as JavaScript sees it.
    pub(crate) present: Option<bool>,
    /// Holds if one of these does; stands alone.
    pub(crate) any: Vec<Condition>,
}
