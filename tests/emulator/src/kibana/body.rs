//! Request bodies against the routes' schemas, which are kbn-config-schema in every release: the first error
//! is told, `[request body.KEY]: text`.

use serde_json::Value;

use super::reply::Reply;
use crate::contract::Object;
use crate::options::Release;

/// A create request.
#[derive(Debug)]
pub(crate) struct Create {
    pub(crate) name: String,
    pub(crate) connector_type_id: String,
    pub(crate) config: Object,
    pub(crate) secrets: Object,
}

/// An update request.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) name: String,
    pub(crate) config: Object,
    pub(crate) secrets: Object,
}

pub(crate) fn create(body: Value, release: Release) -> Result<Create, Reply> {
    let mut reader = Reader::new(body, release)?;
    let create = Create {
        name: reader.text("name")?,
        connector_type_id: reader.text("connector_type_id")?,
        config: reader.blankless_object("config")?,
        secrets: reader.blankless_object("secrets")?,
    };
    reader.end()?;
    Ok(create)
}

pub(crate) fn update(body: Value, release: Release) -> Result<Update, Reply> {
    let mut reader = Reader::new(body, release)?;
    let update = Update {
        name: reader.text("name")?,
        config: reader.blankless_object("config")?,
        secrets: reader.blankless_object("secrets")?,
    };
    reader.end()?;
    Ok(update)
}

/// The params of an execution.
pub(crate) fn execute(body: Value, release: Release) -> Result<Object, Reply> {
    let mut reader = Reader::new(body, release)?;
    let params = reader.object("params")?.ok_or_else(|| wrong("params", "object", "undefined"))?;
    reader.end()?;
    Ok(params)
}

struct Reader {
    body: Object,
    release: Release,
}

impl Reader {
    fn new(body: Value, release: Release) -> Result<Self, Reply> {
        // A text is JSON to the schema, whatever it was sent as.
        let body = match body {
            Value::String(text) => serde_json::from_str(&text).map_err(|_| {
                Reply::error(400, "[request body]: could not parse object value from json input")
            })?,
            other => other,
        };
        match body {
            Value::Object(body) => Ok(Self { body, release }),
            other => Err(no_object(received(Some(&other)))),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, Reply> {
        match self.body.remove(key) {
            Some(Value::String(text)) if text.trim().is_empty() => Err(blank(key)),
            Some(Value::String(text)) => Ok(text),
            other => Err(wrong(key, "string", received(other.as_ref()))),
        }
    }

    fn object(&mut self, key: &str) -> Result<Option<Object>, Reply> {
        match self.body.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => match serde_json::from_str(&text) {
                Ok(Value::Object(object)) => Ok(Some(object)),
                Ok(other) => Err(wrong(key, "object", received(Some(&other)))),
                Err(_) => {
                    let message =
                        format!("[request body.{key}]: could not parse record value from json input");
                    Err(Reply::error(400, &message))
                }
            },
            Some(Value::Object(object)) => Ok(Some(object)),
            other => Err(wrong(key, "object", received(other.as_ref()))),
        }
    }

    /// An object without a blank text anywhere in it. The path in the message ends at the first level.
    fn blankless_object(&mut self, key: &str) -> Result<Object, Reply> {
        let object = self.object(key)?.unwrap_or_default();
        match object.iter().find(|(_, value)| has_blank(value)) {
            Some((inner, _)) => Err(blank(&format!("{key}.{inner}"))),
            None => Ok(object),
        }
    }

    fn end(self) -> Result<(), Reply> {
        let Some(key) = self.body.keys().next() else { return Ok(()) };
        Err(Reply::error(400, &format!("[request body.{key}]: {}", unexpected(key, self.release))))
    }
}

/// What is said of a key that the schema does not list.
pub(super) fn unexpected(key: &str, release: Release) -> String {
    if release == Release::Old {
        "definition for this key is missing".to_owned()
    } else {
        format!("Additional properties are not allowed ('{key}' was unexpected)")
    }
}

fn has_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().any(has_blank),
        Value::Object(object) => object.values().any(has_blank),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The quotes are empty whatever blanks were sent.
fn blank(key: &str) -> Reply {
    Reply::error(400, &format!("[request body.{key}]: value '' is not valid"))
}

fn wrong(key: &str, expected: &str, got: &str) -> Reply {
    Reply::error(400, &format!("[request body.{key}]: expected value of type [{expected}] but got [{got}]"))
}

fn received(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "Array",
        Some(Value::Object(_)) => "Object",
    }
}

/// The refusal of a body that is no object.
pub(super) fn no_object(found: &str) -> Reply {
    Reply::error(400, &format!("[request body]: expected a plain object value, but found [{found}] instead."))
}
