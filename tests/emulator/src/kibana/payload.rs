//! Request bodies by media type, as hapi reads them before any schema sees them.

use serde_json::{Map, Value};

use super::reply::Reply;
use super::{Asked, Payload, body};
use crate::gate::MAX_PAYLOAD;

/// The body as JSON; an absent one is null, and any text stays one, for the schema to parse.
///
/// # Errors
///
/// Hapi's refusals: too large, no JSON, a media type that nobody reads.
pub(super) fn parse(asked: &Asked) -> Result<Value, Reply> {
    let Payload::Bytes(bytes) = &asked.payload else {
        let message = format!("Payload content length greater than maximum allowed: {MAX_PAYLOAD}");
        return Err(Reply::error(413, &message));
    };
    let content_type = asked.header("content-type").unwrap_or("application/json");
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.split_once('/') {
        None => Err(Reply::error(400, "Invalid content-type header")),
        Some(("application", "x-www-form-urlencoded")) => Ok(form(bytes)),
        Some(("application", "octet-stream")) if !bytes.is_empty() => {
            Err(body::no_object("Uint8Array").versioned())
        }
        _ if bytes.is_empty() => Ok(Value::Null),
        Some(("text", _)) => Ok(Value::String(String::from_utf8_lossy(bytes).into_owned())),
        Some((_, kind)) if kind == "json" || kind.ends_with("+json") => {
            let mut json = serde_json::from_slice(bytes)
                .map_err(|_| Reply::error(400, "Invalid request payload JSON format"))?;
            crate::json::through_javascript(&mut json);
            Ok(json)
        }
        Some(_) => Err(Reply::error(415, "Unsupported Media Type")),
    }
}

/// A form's fields; a name that comes again makes a list.
fn form(bytes: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        let value = Value::String(value.into_owned());
        match fields.get_mut(name.as_ref()) {
            None => {
                fields.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(fields)
}
