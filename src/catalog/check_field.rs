//! What is wrong with the value of a single field, by its kind. Called by `check`; unknown values are passed
//! over.

use super::blank::{find_blank, is_blank, refuse_blank};
use super::check::Occasion;
use super::field::{Content, Field, Keys, Kind};
use super::rules::{is_filled_json_object, is_http_url, is_url, not_a_url};
use crate::diag::Diagnostics;
use crate::value::{Number, Path, Value};

/// Checks all fields of a block.
pub(super) fn check_fields(
    fields: &[Field],
    block: &Value,
    path: &Path,
    occasion: Occasion<'_>,
    found: &mut Diagnostics,
) {
    if block.is_unknown() {
        return;
    }
    for field in fields {
        let value = block.get(field.name);
        // A required attribute that is null is found by the schema's own check; a nested block is found here.
        let is_missing_block = match field.kind {
            Kind::Object(_) => value.is_null(),
            Kind::Objects(..) => value.as_list().is_some_and(<[Value]>::is_empty),
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => false,
        };
        if field.required && is_missing_block {
            found.error(
                path.clone(),
                format!("Missing {} block", field.name),
                format!("A `{}` block is required here.", field.name),
            );
        } else {
            check_field(field, value, &path.attribute(field.name), occasion, found);
        }
    }
}

/// Checks one field's value, which stands at `path`.
pub(super) fn check_field(
    field: &Field,
    value: &Value,
    path: &Path,
    occasion: Occasion<'_>,
    found: &mut Diagnostics,
) {
    match field.kind {
        Kind::Text(content) => match value.as_str() {
            Some(text) if is_blank(text) => refuse_blank(path.clone(), path, found),
            Some(text) => check_text(field, content, text, path, occasion, found),
            None => {}
        },
        Kind::Number(None) | Kind::Flag => {}
        Kind::Number(Some(bounds)) => {
            if let Some(number) = value.as_number() {
                check_number(field, bounds, number, path, found);
            }
        }
        Kind::TextMap(keys) => check_map(keys, value, path, found),
        Kind::AnyObject => check_any(value, path, found),
        Kind::Object(inner) => {
            if value.as_map().is_some() {
                check_fields(inner, value, path, occasion, found);
            }
        }
        Kind::Objects(inner, most) => {
            let items = value.as_list().unwrap_or_default();
            for (position, item) in items.iter().enumerate() {
                check_fields(inner, item, &path.index(position as i64), occasion, found);
            }
            if let Some(most) = most.filter(|most| items.len() > *most) {
                found.warning(
                    path.clone(),
                    format!("Too many {} blocks", field.name),
                    format!(
                        "Kibana accepts at most {most} of them (older releases fewer); there are {}.",
                        items.len()
                    ),
                );
            }
        }
    }
}

fn check_text(
    field: &Field,
    content: Content,
    text: &str,
    path: &Path,
    occasion: Occasion<'_>,
    found: &mut Diagnostics,
) {
    match content {
        Content::Any | Content::Json => {}
        Content::OneOf(texts) | Content::OneOfSoFar(texts) if texts.contains(&text) => {}
        Content::OneOf(texts) => found.error(
            path.clone(),
            format!("Unknown {}", field.name),
            format!(
                "`{}` must be one of {}, not \"{text}\". If a newer Kibana accepts this value, kibana_connector can hold the \
                 connector with its `custom` block, which sends what it is given.",
                field.name,
                quoted(texts)
            ),
        ),
        Content::OneOfSoFar(texts) => found.warning(
            path.clone(),
            format!("Unknown {}", field.name),
            format!(
                "\"{text}\" is not among the values known so far: {}. Your Kibana may know more; it decides when the \
                 connector is saved.",
                quoted(texts)
            ),
        ),
        Content::Url if is_url(text) => {}
        Content::Url => found.error(path.clone(), "Invalid URL", not_a_url(field.name, field.example)),
        Content::HttpUrl if is_http_url(text) => {}
        Content::HttpUrl => found.error(
            path.clone(),
            "Invalid URL",
            format!(
                "Kibana accepts only a URL with the scheme `http` or `https` for `{}`. Write it as in `{}`.",
                field.name, field.example
            ),
        ),
        Content::JsonObject if is_filled_json_object(text) => {}
        Content::JsonObject => found.error(
            path.clone(),
            format!("Invalid {}", field.name),
            format!(
                "`{}` must be the JSON text of an object with at least one key, as in \
                 `jsonencode({{ audience = \"api\" }})`.",
                field.name
            ),
        ),
        Content::Base64Pem if occasion.sends && text.contains("-----BEGIN") => found.warning(
            path.clone(),
            "PEM text that is not base64-encoded",
            format!(
                "Kibana stores `{0}` as it is, but can use it only as the base64 text of a PEM file, and this is the file \
                 itself. Write `filebase64(\"{0}.pem\")`, or `base64encode(…)` around the text.",
                field.name
            ),
        ),
        Content::Base64Pem => {}
    }
}

fn quoted(texts: &[&str]) -> String {
    texts.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ")
}

fn check_number(
    field: &Field,
    (least, most): (i64, i64),
    number: &Number,
    path: &Path,
    found: &mut Diagnostics,
) {
    if !number.as_i64().is_some_and(|whole| (least..=most).contains(&whole)) {
        found.error(
            path.clone(),
            format!("Invalid {}", field.name),
            format!("`{}` must be a whole number from {least} to {most}, not {number}.", field.name),
        );
    }
}

fn check_map(keys: Keys, value: &Value, path: &Path, found: &mut Diagnostics) {
    for (key, entry) in value.as_map().into_iter().flatten() {
        let at = path.key(key);
        if keys == Keys::HeaderNames && !is_header_name(key) {
            found.error(
                at.clone(),
                "Invalid header name",
                format!(
                    "{key:?} is not the name of an HTTP header, which has letters, digits and a few signs such as `-`, but \
                     no spaces. Kibana would store it, and every request would fail."
                ),
            );
        }
        if entry.is_null() {
            found.error(
                at,
                "Missing value in a map",
                format!("The value under {key:?} is null, and Kibana accepts only text there. Leave the key out instead."),
            );
        } else if entry.as_str().is_some_and(is_blank) {
            refuse_blank(at.clone(), &at, found);
        }
    }
}

/// A token of HTTP, which is what Node.js asks of a header's name.
pub(super) fn is_header_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A free-form value: Kibana wants an object, and refuses blank text at any depth.
fn check_any(value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    if value.as_map().is_none() {
        found.error(
            path.clone(),
            "Not an object",
            "Kibana wants an object here: write `{ name = value, … }`, not a list, string, number or boolean.",
        );
    }
    for place in find_blank(value, path) {
        refuse_blank(place.clone(), &place, found);
    }
}

/// What a secret should be, where it is something else.
#[must_use]
pub fn wrong_type(field: &Field, value: &Value) -> Option<&'static str> {
    if value.is_null() || value.is_unknown() {
        return None;
    }
    let is_text = |value: &Value| value.is_null() || value.is_unknown() || value.as_str().is_some();
    let (is_right, expected) = match field.kind {
        Kind::Text(_) => (value.as_str().is_some(), "a string"),
        Kind::Number(_) => (value.as_number().is_some(), "a number"),
        Kind::Flag => (value.as_bool().is_some(), "true or false"),
        Kind::TextMap(_) => {
            (value.as_map().is_some_and(|entries| entries.values().all(is_text)), "a map of strings")
        }
        Kind::AnyObject | Kind::Object(_) => (value.as_map().is_some(), "an object"),
        Kind::Objects(..) => (value.as_list().is_some(), "a list of objects"),
    };
    (!is_right).then_some(expected)
}
