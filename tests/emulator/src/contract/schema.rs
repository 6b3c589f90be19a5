//! Interprets shapes: an object in, the object that Kibana stores out, or the issues with it.
//!
//! Knows the two generations' habits: up to 9.1 text is converted to numbers, booleans and objects, from
//! 9.4 only numbers that ask for it are. Rules between fields are `rules`' business.

use serde_json::Value;

use super::issue::{Fault, Issue, Step, Texts};
use super::shape::{Field, Kind, Shape, Unknown};
use super::{Object, condition, web};
use crate::options::Settings;

/// Fills in defaults, converts and checks.
///
/// # Errors
///
/// The message's tail.
pub(crate) fn parse(
    shape: &Shape,
    object: &Object,
    texts: Texts,
    settings: &Settings,
) -> Result<Object, String> {
    let mut walk = Walk { texts, settings, path: Vec::new(), issues: Vec::new() };
    let parsed = walk.object(shape, object);
    if walk.issues.is_empty() { Ok(parsed) } else { Err(texts.message(walk.issues)) }
}

struct Walk<'a> {
    texts: Texts,
    settings: &'a Settings,
    path: Vec<Step>,
    issues: Vec<Issue>,
}

impl Walk<'_> {
    fn issue(&mut self, fault: Fault) {
        self.issues.push(Issue { path: self.path.clone(), fault });
    }

    fn object(&mut self, shape: &Shape, object: &Object) -> Object {
        let Some(key) = &shape.choose_by else { return self.fields(shape, object) };
        let chosen = object.get(key).and_then(Value::as_str).and_then(|name| shape.shapes.get(name));
        let Some(chosen) = chosen else {
            if self.texts == Texts::Zod {
                self.issue(Fault::NoShape);
            } else {
                self.path.push(Step::Key(key.clone()));
                self.issue(Fault::Options {
                    allowed: shape.shapes.keys().cloned().collect(),
                    nullable: false,
                });
                self.path.pop();
            }
            return Object::new();
        };
        let before = self.issues.len();
        let parsed = self.fields(chosen, object);
        // A union that fits nowhere says no more than that since zod v4. Refinements are told all the same.
        let schema_failed = self.issues.len() > before;
        if schema_failed && self.texts == Texts::Zod && shape.unknown == Unknown::Refuse {
            self.issues.truncate(before);
            self.issue(Fault::NoShape);
        }
        parsed
    }

    fn fields(&mut self, shape: &Shape, object: &Object) -> Object {
        let mut parsed = Object::new();
        for field in &shape.fields {
            self.path.push(Step::Key(field.key.clone()));
            let value = match object.get(&field.key) {
                Some(value) => self.value(field, value),
                None => self.missing(field, object),
            };
            self.path.pop();
            if let Some(value) = value {
                parsed.insert(field.key.clone(), value);
            }
        }
        let unknown = object.iter().filter(|(key, _)| !shape.fields.iter().any(|field| field.key == **key));
        match shape.unknown {
            Unknown::Drop => {}
            Unknown::Keep => parsed.extend(unknown.map(|(key, value)| (key.clone(), value.clone()))),
            Unknown::Refuse => {
                let keys: Vec<String> = unknown.map(|(key, _)| key.clone()).collect();
                if !keys.is_empty() {
                    self.issue(Fault::UnknownKeys(keys));
                }
            }
        }
        parsed
    }

    fn missing(&mut self, field: &Field, object: &Object) -> Option<Value> {
        if field.required {
            match (self.texts, field.one_of.is_empty()) {
                (Texts::Zod, false) => {
                    self.issue(Fault::Options { allowed: field.one_of.clone(), nullable: false })
                }
                _ => self.issue(Fault::Type { expected: self.expected(field), received: "undefined" }),
            }
            return None;
        }
        let special = field.default_when.iter().find(|special| {
            !self.settings.fills_auth_type_first
                && special.when.iter().all(|when| condition::holds(when, object, &Object::new()))
        });
        special.map(|special| special.value.clone()).or_else(|| field.default.clone())
    }

    fn value(&mut self, field: &Field, value: &Value) -> Option<Value> {
        if value.is_null() {
            if field.nullable {
                return Some(Value::Null);
            }
            if !(field.coerce && self.texts == Texts::Zod) {
                self.wrong_type(field, value);
                return None;
            }
        }
        match field.kind {
            Kind::Text => self.text(field, value),
            Kind::Number => self.number(field, value),
            Kind::Boolean => self.boolean(field, value),
            Kind::Record => self.record(field, value),
            Kind::Object => {
                let Some(object) = self.as_object(value) else {
                    self.wrong_type(field, value);
                    return None;
                };
                let shape = field.shape.as_ref()?;
                Some(Value::Object(self.object(shape, &object)))
            }
            Kind::List => self.list(field, value),
        }
    }

    fn text(&mut self, field: &Field, value: &Value) -> Option<Value> {
        let Some(text) = value.as_str() else {
            self.wrong_type(field, value);
            return None;
        };
        // JavaScript counts UTF-16 units.
        let length = text.encode_utf16().count();
        if !field.one_of.is_empty() && !field.one_of.iter().any(|one| one == text) {
            self.issue(Fault::Options { allowed: field.one_of.clone(), nullable: field.nullable });
        } else if field.min_length.is_some_and(|limit| length < limit) {
            self.issue(Fault::ShorterThan(field.min_length.unwrap_or_default()));
        } else if let Some(limit) = field.max_length.filter(|limit| length > *limit) {
            self.issue(Fault::LongerThan(limit, length));
        } else if field.url && web::parse(text).is_err() {
            self.issue(Fault::NoUrl);
        }
        Some(value.clone())
    }

    fn number(&mut self, field: &Field, value: &Value) -> Option<Value> {
        let converted = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if field.coerce || self.texts == Texts::ConfigSchema => {
                text.trim().parse().ok()
            }
            Value::Bool(flag) if field.coerce && self.texts == Texts::Zod => Some(f64::from(u8::from(*flag))),
            Value::Null if field.coerce => Some(0.0),
            _ if field.coerce && self.texts == Texts::Zod => None,
            _ => {
                self.wrong_type(field, value);
                return None;
            }
        };
        let Some(number) = converted.filter(|number: &f64| number.is_finite()) else {
            self.issue(Fault::Type { expected: "number", received: "NaN" });
            return None;
        };
        if let Some(limit) = field.min.filter(|limit| number < f64::from(*limit)) {
            self.issue(Fault::LessThan(limit));
        } else if let Some(limit) = field.max.filter(|limit| number > f64::from(*limit)) {
            self.issue(Fault::GreaterThan(limit));
        }
        Some(crate::json::number(number))
    }

    fn boolean(&mut self, field: &Field, value: &Value) -> Option<Value> {
        match value {
            Value::Bool(_) => Some(value.clone()),
            Value::String(text)
                if self.texts == Texts::ConfigSchema && (text == "true" || text == "false") =>
            {
                Some(Value::Bool(text == "true"))
            }
            _ => {
                self.wrong_type(field, value);
                None
            }
        }
    }

    fn record(&mut self, field: &Field, value: &Value) -> Option<Value> {
        let Some(object) = self.as_object(value) else {
            self.wrong_type(field, value);
            return None;
        };
        for (key, value) in &object {
            if !value.is_string() {
                self.path.push(Step::Key(key.clone()));
                self.issue(Fault::Type { expected: "string", received: type_name(value) });
                self.path.pop();
            }
        }
        Some(Value::Object(object))
    }

    fn list(&mut self, field: &Field, value: &Value) -> Option<Value> {
        let Some(items) = value.as_array() else {
            self.wrong_type(field, value);
            return None;
        };
        if let Some(limit) = field.max_items.filter(|limit| items.len() > *limit) {
            self.issue(Fault::MoreItemsThan(limit, items.len()));
        }
        if let Some(message) = field.empty_message.as_ref().filter(|_| items.is_empty()) {
            self.issue(Fault::Own(message.clone()));
        }
        let mut parsed = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            self.path.push(Step::Index(at));
            match (&field.shape, item) {
                (Some(shape), Value::Object(object)) => {
                    parsed.push(Value::Object(self.object(shape, object)))
                }
                (None, Value::String(_)) => parsed.push(item.clone()),
                (shape, other) => {
                    let expected = if shape.is_some() { "object" } else { "string" };
                    self.issue(Fault::Type { expected, received: type_name(other) });
                }
            }
            self.path.pop();
        }
        Some(Value::Array(parsed))
    }

    /// Up to 9.1 an object may come as JSON text.
    fn as_object(&self, value: &Value) -> Option<Object> {
        match value {
            Value::Object(object) => Some(object.clone()),
            Value::String(text) if self.texts == Texts::ConfigSchema => serde_json::from_str(text).ok(),
            _ => None,
        }
    }

    fn wrong_type(&mut self, field: &Field, value: &Value) {
        if !field.one_of.is_empty() {
            self.issue(Fault::Options { allowed: field.one_of.clone(), nullable: field.nullable });
        } else {
            self.issue(Fault::Type { expected: self.expected(field), received: type_name(value) });
        }
    }

    fn expected(&self, field: &Field) -> &'static str {
        match (field.kind, self.texts) {
            (Kind::Text, _) => "string",
            (Kind::Number, _) => "number",
            (Kind::Boolean, _) => "boolean",
            (Kind::Record, Texts::Zod) => "record",
            (Kind::Record | Kind::Object, _) => "object",
            (Kind::List, _) => "array",
        }
    }
}

/// JavaScript's name of a value's type, as Kibana prints it.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
