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
        let before = self.issues.len();
        let Some(key) = &shape.choose_by else {
            let parsed = self.fields(shape, object);
            self.one_word_of_a_union(shape.union, before);
            return parsed;
        };
        if self.texts == Texts::ConfigSchema {
            return self.first_that_fits(shape, object);
        }
        let chosen = object.get(key).and_then(Value::as_str).and_then(|name| shape.shapes.get(name));
        let Some(chosen) = chosen else {
            // Shapes that are told apart by a key are refused there, others as a whole.
            let told_apart = shape.unknown == Unknown::Drop;
            if told_apart {
                self.path.push(Step::Key(key.clone()));
            }
            self.issue(Fault::NoShape);
            if told_apart {
                self.path.pop();
            }
            return Object::new();
        };
        let parsed = self.fields(chosen, object);
        self.one_word_of_a_union(shape.unknown == Unknown::Refuse, before);
        parsed
    }

    /// A union that fits nowhere says no more than that since zod v4. Refinements are told all the same.
    fn one_word_of_a_union(&mut self, union: bool, before: usize) {
        if union && self.texts == Texts::Zod && self.issues.len() > before {
            self.issues.truncate(before);
            self.issue(Fault::NoShape);
        }
    }

    /// Up to 9.1 every shape is tried, and each says first what keeps it from fitting.
    fn first_that_fits(&mut self, shape: &Shape, object: &Object) -> Object {
        let before = self.issues.len();
        let mut alternatives = Vec::new();
        for (at, choice) in shape.shapes.values().enumerate() {
            let parsed = self.fields(choice, object);
            match self.first_since(before) {
                Some(first) => alternatives.push(self.alternative(at, first)),
                None => return parsed,
            }
        }
        self.issue(Fault::Alternatives(alternatives));
        Object::new()
    }

    /// Takes the issues that came since; the first one speaks for all.
    fn first_since(&mut self, before: usize) -> Option<Issue> {
        self.issues.drain(before..).next()
    }

    /// An issue from here on, as that of the alternative of this number.
    fn alternative(&self, number: usize, mut issue: Issue) -> Issue {
        let here = self.path.len().min(issue.path.len());
        issue.path.insert(here, Step::Index(number));
        issue
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
            match (self.texts, &field.shape) {
                // An object that is left out counts as an empty one up to 9.1.
                (Texts::ConfigSchema, Some(shape)) if field.kind == Kind::Object => {
                    return Some(Value::Object(self.object(shape, &Object::new())));
                }
                (Texts::ConfigSchema, _) if !field.one_of.is_empty() => self.issue(Fault::NoChoice),
                (Texts::Zod, _) if !field.one_of.is_empty() => self.no_option(field),
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
        let before = self.issues.len();
        let parsed = self.given(field, value);
        if field.nullable && !field.union && self.texts == Texts::ConfigSchema {
            // Null is one more alternative, which does not fit either.
            if let Some(first) = self.first_since(before) {
                let null = Issue { path: self.path.clone(), fault: Fault::NotEqual("null".to_owned()) };
                let alternatives = vec![self.alternative(0, first), self.alternative(1, null)];
                self.issue(Fault::Alternatives(alternatives));
            }
        }
        parsed
    }

    fn given(&mut self, field: &Field, value: &Value) -> Option<Value> {
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
            Kind::Object => self.nested(field, value),
            Kind::List => self.list(field, value),
        }
    }

    fn nested(&mut self, field: &Field, value: &Value) -> Option<Value> {
        match self.out_of_json_text(value, "object")? {
            Value::Object(object) => {
                let shape = field.shape.as_ref()?;
                Some(Value::Object(self.object(shape, &object)))
            }
            other => {
                self.wrong_type(field, &other);
                None
            }
        }
    }

    /// Up to 9.1 an object or list may come as JSON text.
    fn out_of_json_text(&mut self, value: &Value, kind: &'static str) -> Option<Value> {
        match value {
            Value::String(text) if self.texts == Texts::ConfigSchema => {
                let parsed = serde_json::from_str(text).ok();
                if parsed.is_none() {
                    self.issue(Fault::Unparsable(kind));
                }
                parsed
            }
            other => Some(other.clone()),
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
            self.no_option(field);
        } else if field.min_length.is_some_and(|limit| length < limit) {
            self.issue(Fault::ShorterThan(field.min_length.unwrap_or_default()));
        } else if let Some(limit) = field.max_length.filter(|limit| length > *limit) {
            self.issue(Fault::LongerThan(limit, length));
        } else if field.url && web::parse(text).is_err() {
            self.issue(Fault::NoUrl);
        }
        let text = if field.trim { text.trim() } else { text };
        let text = if field.cut_slashes { text.trim_end_matches('/') } else { text };
        Some(Value::from(text))
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
        let value = self.out_of_json_text(value, "record")?;
        let Value::Object(object) = value else {
            self.wrong_type(field, &value);
            return None;
        };
        for (key, value) in object.iter().filter(|(_, value)| !value.is_string()) {
            self.path.push(Step::Key(key.clone()));
            self.issue(Fault::Type { expected: "string", received: self.received(value) });
            self.path.pop();
        }
        Some(Value::Object(object))
    }

    fn list(&mut self, field: &Field, value: &Value) -> Option<Value> {
        let value = self.out_of_json_text(value, "array")?;
        let Value::Array(items) = value else {
            self.wrong_type(field, &value);
            return None;
        };
        if let Some(limit) = field.max_items.filter(|limit| items.len() > *limit) {
            self.issue(Fault::MoreItemsThan(limit, items.len()));
        }
        if let Some(message) = field.empty_message.as_ref().filter(|_| items.is_empty()) {
            self.issue(Fault::Own(message.clone()));
        }
        self.items_are_known(field, &items);
        let mut parsed = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            self.path.push(Step::Index(at));
            parsed.extend(self.item(field, item));
            self.path.pop();
        }
        Some(Value::Array(parsed))
    }

    fn items_are_known(&mut self, field: &Field, items: &[Value]) {
        let Some(message) = field.items_message.as_ref().filter(|_| !field.items_one_of.is_empty()) else {
            return;
        };
        let mut unknown: Vec<&str> = items
            .iter()
            .filter_map(Value::as_str)
            .filter(|text| !field.items_one_of.iter().any(|one| one == text))
            .collect();
        if !unknown.is_empty() {
            unknown.sort_unstable();
            self.issue(Fault::Own(message.replace("{list}", &unknown.join(", "))));
        }
    }

    fn item(&mut self, field: &Field, item: &Value) -> Option<Value> {
        let Some(shape) = &field.shape else {
            if !item.is_string() {
                self.issue(Fault::Type { expected: "string", received: self.received(item) });
            }
            return Some(item.clone());
        };
        match self.out_of_json_text(item, "object")? {
            Value::Object(object) => Some(Value::Object(self.object(shape, &object))),
            other => {
                self.no_object(&other);
                None
            }
        }
    }

    fn wrong_type(&mut self, field: &Field, value: &Value) {
        if !field.one_of.is_empty() {
            self.no_option(field);
        } else if field.kind == Kind::Object {
            self.no_object(value);
        } else {
            self.issue(Fault::Type { expected: self.expected(field), received: self.received(value) });
        }
    }

    fn no_option(&mut self, field: &Field) {
        let fault = match (self.texts, field.one_of.as_slice()) {
            (Texts::Zod, _) if field.union => Fault::NoShape,
            (Texts::Zod, allowed) => Fault::Options(allowed.to_vec()),
            (Texts::ConfigSchema, [only]) => Fault::NotEqual(only.clone()),
            (Texts::ConfigSchema, several) => {
                // In a union null is an alternative like the others, else one around them.
                let null = (field.union && field.nullable).then(|| "null".to_owned());
                let alternatives = several.iter().cloned().chain(null).enumerate().map(|(at, one)| {
                    self.alternative(at, Issue { path: self.path.clone(), fault: Fault::NotEqual(one) })
                });
                Fault::Alternatives(alternatives.collect())
            }
        };
        self.issue(fault);
    }

    fn no_object(&mut self, value: &Value) {
        let received = self.received(value);
        self.issue(match self.texts {
            Texts::Zod => Fault::Type { expected: "object", received },
            Texts::ConfigSchema => Fault::NoObject(received),
        });
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

    /// The name of a value's type, as each generation prints it.
    fn received(&self, value: &Value) -> &'static str {
        match (value, self.texts) {
            (Value::Null, _) => "null",
            (Value::Bool(_), _) => "boolean",
            (Value::Number(_), _) => "number",
            (Value::String(_), _) => "string",
            (Value::Array(_), Texts::Zod) => "array",
            (Value::Array(_), Texts::ConfigSchema) => "Array",
            (Value::Object(_), Texts::Zod) => "object",
            (Value::Object(_), Texts::ConfigSchema) => "Object",
        }
    }
}
