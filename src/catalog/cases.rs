//! Configurations that each type must accept, refuse or warn about, judged as in a plan that sends something.
//!
//! A type's cases stand at the end of its file as data. The tests over all of them also see to it that every
//! rule is broken by some case, every field is sent by one, and what is sent is exactly what was written.
//! `cases_sent` sends them to the emulated Kibana.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::TYPES;
use super::check::{Occasion, SecretsGiven, check};
use super::codec::{empty, encode};
use super::vocabulary::{ConnectorType, Field, Kind, Written};
use crate::book::Section;
use crate::diag::Severity;
use crate::value::json::{equal, from_json};
use crate::value::{Path, Value};

/// One configuration of a type, as JSON with HCL's names and the secrets under `secrets`. The text `?` is an
/// unknown value.
#[derive(Debug)]
pub(super) struct Case {
    written: &'static str,
    pub(super) expected: Expected,
}

#[derive(Debug)]
pub(super) enum Expected {
    /// Accepted without a word; `config` and `secrets` are sent.
    Sends { config: &'static str, secrets: &'static str },
    /// One error at this path within the block, because every Kibana that knows the fields refuses it.
    Refused(&'static str),
    /// One error at this path within the block, although some Kibana accepts it.
    Stricter(&'static str),
    /// One warning at this path within the block.
    Warned(&'static str),
    /// Not a word, whatever would be sent.
    Silent,
}

impl Case {
    /// Accepted, and sent as this config and these secrets.
    pub(super) const fn sends(written: &'static str, config: &'static str, secrets: &'static str) -> Self {
        Self { written, expected: Expected::Sends { config, secrets } }
    }

    /// Refused with one error at this path.
    pub(super) const fn refused(at: &'static str, written: &'static str) -> Self {
        Self { written, expected: Expected::Refused(at) }
    }

    /// Refused with one error at this path although some Kibana accepts it: it could never work, or HCL says
    /// it otherwise.
    pub(super) const fn stricter(at: &'static str, written: &'static str) -> Self {
        Self { written, expected: Expected::Stricter(at) }
    }

    /// Accepted with one warning at this path.
    pub(super) const fn warned(at: &'static str, written: &'static str) -> Self {
        Self { written, expected: Expected::Warned(at) }
    }

    /// Passed over because something in it is unknown.
    pub(super) const fn silent(written: &'static str) -> Self {
        Self { written, expected: Expected::Silent }
    }

    pub(super) fn json(&self) -> Json {
        serde_json::from_str(self.written).unwrap_or_else(|error| panic!("{error} in {}", self.written))
    }
}

/// The block that HCL makes of what was written.
pub(super) fn block(ty: &ConnectorType, written: &Json) -> Value {
    let mut block = object(ty.config, written);
    if !ty.secrets.is_empty() {
        let secrets = written.get("secrets").map_or(Value::Null, |secrets| object(ty.secrets, secrets));
        block.set("secrets", secrets);
    }
    block
}

fn object(fields: &[Field], written: &Json) -> Value {
    let mut value = empty(fields);
    for (name, json) in written.as_object().into_iter().flatten().filter(|(name, _)| *name != "secrets") {
        let field =
            fields.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field {name}"));
        let held = match (field.kind, json) {
            (_, Json::String(text)) if text == "?" => Value::unknown(),
            (Kind::Object(inner), json) => object(inner, json),
            (Kind::Objects(inner, _), Json::Array(items)) => {
                Value::List(items.iter().map(|item| object(inner, item)).collect())
            }
            (Kind::AnyObject, json) => Value::Dynamic(Box::new(from_json(json))),
            (_, json) => from_json(json).1,
        };
        value.set(name, held);
    }
    value
}

/// The names of all fields that a case writes, nested ones included.
fn written_names(json: &Json, names: &mut BTreeSet<String>, prefix: &str) {
    match json {
        Json::Object(entries) => {
            for (name, inner) in entries {
                names.insert(format!("{prefix}{name}"));
                written_names(inner, names, &format!("{prefix}{name}."));
            }
        }
        Json::Array(items) => items.iter().for_each(|item| written_names(item, names, prefix)),
        _ => {}
    }
}

/// The names of all fields of a list, spelled the same way.
fn field_names(fields: &[Field], prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        if let Some(inner) = field.inner() {
            names.extend(field_names(inner, &format!("{name}.")));
        }
        names.push(name);
    }
    names
}

/// A block as the rules see it.
struct Given(Value);

impl Written for Given {
    fn get(&self, field: &str) -> &Value {
        match field.strip_prefix("secrets.") {
            Some(secret) => self.0.get("secrets").get(secret),
            None => self.0.get(field),
        }
    }
}

fn judge(ty: &ConnectorType, block: &Value, sends: bool) -> crate::diag::Diagnostics {
    let path = Path::root();
    let secrets = SecretsGiven {
        value: block.get("secrets").clone(),
        path: path.attribute("secrets"),
        in_attribute: false,
    };
    check(ty, block, &path, &secrets, Occasion { sends, demands_secrets: sends, prior: None })
}

#[test]
fn cases_are_accepted_refused_and_sent_as_they_say() {
    for ty in TYPES {
        for case in ty.cases {
            let block = block(ty, &case.json());
            let found = judge(ty, &block, true);
            let found: Vec<_> = found.into_iter().map(|d| (d.severity, d.path.to_string())).collect();
            let context = format!("{}: {}: {found:?}", ty.block, case.written);
            match case.expected {
                Expected::Refused(at) | Expected::Stricter(at) => {
                    assert_eq!(found, [(Severity::Error, at.to_owned())], "{context}")
                }
                Expected::Warned(at) => assert_eq!(found, [(Severity::Warning, at.to_owned())], "{context}"),
                Expected::Silent => assert!(found.is_empty(), "{context}"),
                Expected::Sends { config, secrets } => {
                    assert!(found.is_empty(), "{context}");
                    let secret_block = block.get("secrets");
                    for (fields, block, expected) in
                        [(ty.config, &block, config), (ty.secrets, secret_block, secrets)]
                    {
                        let sent = Json::Object(encode(fields, block, block));
                        let expected: Json = serde_json::from_str(expected).unwrap();
                        assert!(equal(&sent, &expected), "{context}: {sent} is sent, not {expected}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_book_tells_what_the_types_refuse() {
    let mut section = Section::new("What the connector types refuse");
    for ty in TYPES {
        for case in ty.cases {
            for one in judge(ty, &block(ty, &case.json()), true) {
                let kind = if one.severity == Severity::Error { "Error" } else { "Warning" };
                let at = Some(one.path.to_string()).filter(|path| !path.is_empty());
                let at = at.map_or_else(String::new, |path| format!(" (at {path})"));
                let line = format!("{kind}: {}{at}", one.summary);
                section.tell(&format!("{} {}", ty.block, case.json()), &line, &one.detail);
            }
        }
    }
    section.stands_in_the_book();
}

#[test]
fn every_rule_is_broken_by_a_case_and_every_field_is_sent_by_one() {
    for ty in TYPES {
        for rule in ty.rules {
            let is_broken = |case: &Case| !rule.findings(&Given(block(ty, &case.json()))).is_empty();
            assert!(ty.cases.iter().any(is_broken), "{}: no case breaks the rule {rule:?}", ty.block);
        }
        let mut names = BTreeSet::new();
        for case in ty.cases.iter().filter(|case| matches!(case.expected, Expected::Sends { .. })) {
            written_names(&case.json(), &mut names, "");
        }
        let fields = field_names(ty.config, "");
        let secrets = field_names(ty.secrets, "secrets.");
        for name in fields.into_iter().chain(secrets) {
            assert!(names.contains(&name), "{}: no case sends {name}", ty.block);
        }
    }
}

#[test]
fn required_secrets_are_missed_only_when_something_is_sent() {
    for ty in TYPES.iter().filter(|ty| ty.secrets.iter().any(|field| field.required)) {
        let mut bare = json!({});
        for field in ty.config.iter().filter(|field| field.required) {
            bare[field.name] = json!("?");
        }
        let block = block(ty, &bare);
        assert!(judge(ty, &block, true).has_errors(), "{}", ty.block);
        assert!(!judge(ty, &block, false).has_errors(), "{}", ty.block);
    }
}
