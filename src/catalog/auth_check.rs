//! What is wrong with the authentication of a connector from Kibana's catalogue before Kibana is asked.
//!
//! The blocks of `secrets`, or the object in `secrets_wo`, in the same words. Which ways to authenticate a
//! type of connector has is Kibana's to say and never judged here.

use super::auth::{AUTH_TYPE, AUTH_TYPES, AuthType, OTHER, auth_type, refused_type, reserved_key};
use super::check::Occasion;
use super::check_field::{check_field, wrong_type};
use super::vocabulary::Field;
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// Where the authentication is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In blocks of `secrets`.
    Blocks,
    /// In one attribute, in which a name is a key.
    Attribute,
}

impl Place {
    fn path(self, path: &Path, name: &str) -> Path {
        // Terraform finds the line of an attribute by a key in it, but takes a further name for a block.
        match self {
            Self::Blocks => path.attribute(name),
            Self::Attribute => path.key(name),
        }
    }
}

/// The auth types that are written in `secrets`, whether their values are known or not.
#[must_use]
pub fn written(secrets: &Value) -> Vec<(&'static AuthType, &Value)> {
    let auth_types = AUTH_TYPES.iter().map(|auth| (auth, secrets.get(auth.name)));
    auth_types.filter(|(_, value)| !value.is_null()).collect()
}

/// The one auth type that is surely written, with its values; none while it is not known, or there is none or
/// several.
#[must_use]
pub fn chosen(secrets: &Value, place: Place) -> Option<(&'static AuthType, &Value)> {
    match written(secrets)[..] {
        [(auth, value)] if is_sure(auth, value, place) => Some((auth, value)),
        _ => None,
    }
}

/// Whether it is surely there. A block in which everything is unknown may be a `dynamic` one that is not
/// decided yet.
fn is_sure(auth: &AuthType, value: &Value, place: Place) -> bool {
    let is_decided = |field: &Field| !value.get(field.name).is_unknown();
    value.as_map().is_some()
        && match place {
            Place::Blocks => auth.fields.is_empty() || auth.fields.iter().any(is_decided),
            Place::Attribute => true,
        }
}

/// Checks the authentication that stands at `path`.
#[must_use]
pub fn check_auth(secrets: &Value, path: &Path, place: Place, occasion: Occasion<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    if secrets.is_unknown() {
        return found;
    }
    if place == Place::Attribute {
        check_names(secrets, path, &mut found);
    }
    let written = written(secrets);
    let names: Vec<_> = written
        .iter()
        .filter(|(auth, value)| is_sure(auth, value, place))
        .map(|(auth, _)| auth.name)
        .collect();
    if let [.., last] = names[..]
        && names.len() > 1
    {
        found.error(
            place.path(path, last),
            "More than one authentication",
            format!(
                "A connector authenticates in one way, but `{}` are there. Keep one of them.",
                names.join("` and `")
            ),
        );
        return found;
    }
    if written.is_empty() && occasion.demands_secrets && !found.has_errors() {
        let held = occasion.prior.and_then(|prior| prior.get("auth_type").as_str());
        found.error(path.clone(), "Missing authentication", missing(held));
    }
    for (auth, value) in written {
        check_one(auth, value, &place.path(path, auth.name), place, occasion, &mut found);
    }
    found
}

/// What to write where nothing says how the connector authenticates. `held` is Kibana's name for how it does
/// so now.
fn missing(held: Option<&str>) -> String {
    let all: Vec<_> = AUTH_TYPES.iter().map(|auth| format!("`{}`", auth.name)).collect();
    let advice = match held.map(|held| (held, auth_type(held).filter(|auth| auth.name != OTHER))) {
        None => format!("one of {}. Use `none` for a type without authentication.", all.join(", ")),
        Some((held, None)) => format!(
            "`{OTHER}` with the type that it has now ({held:?}) and its values, or another of {}.",
            all.join(", ")
        ),
        Some((_, Some(auth))) => {
            let required = auth.fields.iter().filter(|field| field.required);
            let required: Vec<_> = required.map(|field| format!("`{}`", field.name)).collect();
            let with = if required.is_empty() {
                String::new()
            } else {
                format!(", with {}", required.join(" and "))
            };
            format!("`{}`, as it does now{with}, or another of {}.", auth.name, all.join(", "))
        }
    };
    format!(
        "Kibana never returns secrets, so every create and update has to say how the connector authenticates, in the \
         `secrets` block or in `secrets_wo`: {advice}"
    )
}

fn check_one(
    auth: &AuthType,
    value: &Value,
    path: &Path,
    place: Place,
    occasion: Occasion<'_>,
    found: &mut Diagnostics,
) {
    for field in auth.fields {
        let (value, at) = (value.get(field.name), place.path(path, field.name));
        if let Some(text) = value.as_str()
            && !field.listed().is_empty()
            && !field.listed().contains(&text)
        {
            // What is written among secrets is not ours to print.
            let listed: Vec<_> = field.listed().iter().map(|one| format!("`{one}`")).collect();
            found.warning(
                at,
                format!("Unknown {}", field.name),
                format!(
                    "`{}` is none of the values known so far: {}. Your Kibana may know more; it decides when the connector is \
                     saved.",
                    field.name,
                    listed.join(", ")
                ),
            );
        } else if !value.is_null() {
            check_field(field, value, &at, occasion, found);
        } else if field.required && occasion.demands_secrets {
            found.error(
                at,
                "Missing secret",
                format!("`{}` is required for the authentication `{}`.", field.name, auth.name),
            );
        }
    }
    if let Some(reason) = refused_type(auth, value) {
        found.error(place.path(path, "auth_type"), "Unusable authentication", reason);
    }
    if let Some((field, key)) = reserved_key(auth, value) {
        let at = place.path(path, field);
        found.error(
            key.map_or(at.clone(), |key| at.key(key)),
            "Reserved key",
            format!(
                "Kibana keeps the kind of authentication under the key `{AUTH_TYPE}`, so a secret cannot have it. Use another \
                 name."
            ),
        );
    }
}

/// Core checks names and types of blocks; those of an object nobody does but us.
fn check_names(secrets: &Value, path: &Path, found: &mut Diagnostics) {
    for (name, value) in secrets.as_map().into_iter().flatten() {
        let at = path.key(name);
        let Some(auth) = auth_type(name) else {
            let all: Vec<_> = AUTH_TYPES.iter().map(|auth| format!("`{}`", auth.name)).collect();
            found.error(
                at,
                "Unknown authentication",
                format!("There is no authentication `{name}`. Use one of {}.", all.join(", ")),
            );
            continue;
        };
        if value.is_null() || value.is_unknown() {
            continue;
        }
        let Some(entries) = value.as_map() else {
            found.error(
                at,
                "Wrong type of secret",
                format!("`{name}` must be an object, as in `{{ {name} = {{ … }} }}`."),
            );
            continue;
        };
        for (key, value) in entries {
            let known = auth.fields.iter().find(|field| field.name == key);
            let at = at.key(key);
            match known {
                None => {
                    let fields: Vec<_> =
                        auth.fields.iter().map(|field| format!("`{}`", field.name)).collect();
                    let has = if fields.is_empty() { "nothing".to_owned() } else { fields.join(", ") };
                    found.error(at, "Unknown secret", format!("`{name}` has no `{key}`. It has {has}."));
                }
                Some(field) => {
                    if let Some(expected) = wrong_type(field, value) {
                        let detail = format!("`{key}` of `{name}` must be {expected}.");
                        found.error(at, "Wrong type of secret", detail);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::catalog::vocabulary::Kind;
    use crate::diag::Severity;
    use crate::value::json::from_json;

    fn found(written: Json, place: Place, sends: bool) -> Vec<String> {
        fn unknown(value: Value) -> Value {
            match value {
                Value::Text(text) if text == "?" => Value::unknown(),
                Value::Map(entries) => {
                    Value::Map(entries.into_iter().map(|(key, value)| (key, unknown(value))).collect())
                }
                value => value,
            }
        }
        let secrets = unknown(from_json(&written).1);
        let occasion = Occasion { sends, demands_secrets: sends, prior: None };
        let found = check_auth(&secrets, &Path::of("s"), place, occasion);
        found.into_iter().map(|one| format!("{} {}", one.path, one.summary)).collect()
    }

    #[test]
    fn each_auth_type_misses_what_it_requires_only_when_something_is_sent() {
        for auth in AUTH_TYPES {
            let required = auth.fields.iter().filter(|field| field.required);
            let expected: Vec<_> =
                required.map(|field| format!("s.{}.{} Missing secret", auth.name, field.name)).collect();
            let empty = json!({ auth.name: {} });
            assert_eq!(found(empty.clone(), Place::Blocks, true), expected, "{}", auth.name);
            assert_eq!(found(empty, Place::Blocks, false), [""; 0], "{}", auth.name);
        }
    }

    #[test]
    fn each_auth_type_takes_the_least_and_everything_but_no_word_of_its_own_choice() {
        for auth in AUTH_TYPES {
            let value = |field: &Field| match field.kind {
                Kind::Flag => json!(true),
                Kind::TextMap(_) | Kind::AnyObject => json!({"key": "a"}),
                _ if !field.listed().is_empty() => json!(field.listed()[0]),
                _ if field.name.ends_with("_url") => json!("https://a.example"),
                _ if field.name.ends_with("_json") => json!("{}"),
                _ => json!("a"),
            };
            let all = |wanted: &dyn Fn(&Field) -> bool| -> Json {
                let fields = auth.fields.iter().filter(|field| wanted(field));
                fields
                    .map(|field| (field.name.to_owned(), value(field)))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            for written in [all(&|field| field.required), all(&|_| true)] {
                for place in [Place::Blocks, Place::Attribute] {
                    assert_eq!(found(json!({ auth.name: written }), place, true), [""; 0], "{}", auth.name);
                }
            }
            for field in auth.fields.iter().filter(|field| !field.listed().is_empty()) {
                let mut written = all(&|field| field.required);
                written[field.name] = json!("a word of my own");
                let found = found(json!({ auth.name: written }), Place::Blocks, true);
                assert_eq!(found.len(), 1, "{found:?}");
                assert!(found[0].starts_with(&format!("s.{}.{} ", auth.name, field.name)), "{found:?}");
            }
        }
    }

    #[test]
    fn exactly_one_authentication_is_needed_where_something_is_sent() {
        let two = json!({"basic": {"username": "u", "password": "p"}, "none": {}});
        assert_eq!(found(two, Place::Blocks, false), ["s.basic More than one authentication"]);
        assert_eq!(found(json!({}), Place::Blocks, true), ["s Missing authentication"]);
        assert_eq!(found(json!({}), Place::Blocks, false), [""; 0]);
        assert_eq!(found(json!({"none": {}}), Place::Blocks, true), [""; 0]);
        let empty = json!({"ears": {}, "basic": {"username": "u", "password": "p"}});
        assert_eq!(found(empty, Place::Blocks, false), ["s.ears More than one authentication"]);
        // A `dynamic` block that is not decided yet does not count.
        let perhaps = json!({"bearer": {"token": "?"}, "basic": {"username": "u", "password": "p"}});
        assert_eq!(found(perhaps, Place::Blocks, false), [""; 0]);
    }

    #[test]
    fn an_object_is_checked_by_name_as_blocks_are_by_terraform() {
        for (written, expected) in [
            (json!({"basci": {}}), "s[\"basci\"] Unknown authentication"),
            (json!({"bearer": {"tokn": "t"}}), "s[\"bearer\"][\"tokn\"] Unknown secret"),
            (json!({"bearer": "t"}), "s[\"bearer\"] Wrong type of secret"),
            (json!({"bearer": {"token": 1}}), "s[\"bearer\"][\"token\"] Wrong type of secret"),
            (json!({"bearer": {"token": " "}}), "s[\"bearer\"][\"token\"] Blank text"),
            (
                json!({"other": {"auth_type": "relay", "values": {}}}),
                "s[\"other\"][\"auth_type\"] Unusable authentication",
            ),
            (
                json!({"oauth_client_credentials": {"token_url": "nope"}}),
                "s[\"oauth_client_credentials\"][\"token_url\"] Invalid URL",
            ),
            (
                json!({"other": {"auth_type": "x", "values": {"authType": "y"}}}),
                "s[\"other\"][\"values\"][\"authType\"] Reserved key",
            ),
            (
                json!({"api_key_query": {"params": {"authType": "k"}}}),
                "s[\"api_key_query\"][\"params\"][\"authType\"] Reserved key",
            ),
            (
                json!({"api_key_header": {"header": "authType", "value": "k"}}),
                "s[\"api_key_header\"][\"header\"] Reserved key",
            ),
            (
                json!({"bearer": {"token": "?"}, "basic": {"username": "?"}}),
                "s[\"bearer\"] More than one authentication",
            ),
        ] {
            assert_eq!(found(written, Place::Attribute, false), [expected]);
        }
        assert_eq!(found(json!({"bearer": {"token": "?"}}), Place::Attribute, true), [""; 0]);
    }

    #[test]
    fn words_that_newer_releases_add_to_are_kibanas_to_refuse() {
        for secrets in [
            json!({"ears": {"provider": "hunter2"}}),
            json!({"oauth_client_credentials": {"token_endpoint_auth_method": "hunter2"}}),
        ] {
            let secrets = from_json(&secrets).1;
            let found = check_auth(&secrets, &Path::of("s"), Place::Blocks, Occasion::default());
            let severities: Vec<_> = found.iter().map(|one| one.severity).collect();
            assert_eq!(severities, [Severity::Warning]);
            let shown = found.iter().any(|one| one.detail.contains("hunter2"));
            assert!(!shown, "what is written among secrets is shown");
        }
    }

    #[test]
    fn the_authentication_that_a_connector_has_is_named_first() {
        let told = |held: &str| {
            let prior = Value::object([("auth_type", Value::text(held))]);
            let occasion = Occasion { sends: true, demands_secrets: true, prior: Some(&prior) };
            let found = check_auth(&Value::Null, &Path::of("s"), Place::Blocks, occasion);
            found.into_iter().map(|one| one.detail).collect::<String>()
        };
        assert!(
            told("basic")
                .contains("`secrets_wo`: `basic`, as it does now, with `username` and `password`, or")
        );
        assert!(told("none").contains("`secrets_wo`: `none`, as it does now, or another of"));
        assert!(
            told("github_app")
                .contains("`secrets_wo`: `other` with the type that it has now (\"github_app\")")
        );
    }
}
