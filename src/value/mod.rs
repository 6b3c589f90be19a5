//! Terraform's values: what an attribute can hold while it is configured, planned or stored.
//!
//! Every room above passes these around; `wire` turns them into msgpack and back. Nothing here does IO or
//! knows a schema beyond a `Type`.

pub mod json;
mod number;
mod path;
mod secret;
mod types;
mod unknown;

use std::collections::BTreeMap;

pub use number::Number;
pub use path::{Path, Step};
pub use secret::Secret;
pub use types::{Type, TypeError};
pub use unknown::Unknown;

/// How many levels deep a type or a value from outside may be nested. Beyond it reading and writing fail, so
/// that no input can exhaust the stack. The JSON of a type takes two levels for each of its own, and the JSON
/// parser stops at 128.
pub const MAX_DEPTH: usize = 60;

/// One Terraform value. Its type is the schema's affair, except under a dynamic attribute, where the value
/// carries it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A value that is not known yet, with what is known about it.
    Unknown(Unknown),
    /// True or false.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// Text that may be shown.
    Text(String),
    /// Text of a sensitive attribute: cannot be printed.
    Secret(Secret),
    /// A list, set or tuple.
    List(Vec<Value>),
    /// A map, object or single block.
    Map(BTreeMap<String, Value>),
    /// The value of a dynamic attribute together with its type, which may also be the type of a null or of
    /// an unknown. Where nothing is known of the type either, they are plain `Null` and `Unknown`.
    Dynamic(Box<(Type, Value)>),
}

impl Value {
    /// A wholly unknown value about which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::default())
    }

    /// Text that may be shown.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The value of a dynamic attribute. A type of `Dynamic` says nothing, so it leaves the value as it is.
    #[must_use]
    pub fn dynamic(ty: Type, value: Value) -> Self {
        match ty {
            Type::Dynamic => value,
            ty => Self::Dynamic(Box::new((ty, value))),
        }
    }

    /// The type that a value has without a schema: an object for a map, a tuple for a list, no type for null
    /// and unknown.
    #[must_use]
    pub fn natural_type(&self) -> Type {
        match self {
            Self::Null | Self::Unknown(_) => Type::Dynamic,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::Text(_) | Self::Secret(_) => Type::Text,
            Self::List(items) => Type::Tuple(items.iter().map(Self::natural_type).collect()),
            Self::Map(entries) => Type::Object(
                entries.iter().map(|(name, entry)| (name.clone(), entry.natural_type())).collect(),
            ),
            Self::Dynamic(typed) if typed.0 == Type::Dynamic => typed.1.natural_type(),
            Self::Dynamic(typed) => typed.0.clone(),
        }
    }

    /// The same value with every text in it made secret. A prefix promised of an unknown text is part of that
    /// text and is forgotten.
    #[must_use]
    pub fn into_secret(self) -> Self {
        match self {
            Self::Text(text) => Self::Secret(Secret::new(text)),
            Self::Unknown(unknown) => Self::Unknown(Unknown { prefix: None, ..unknown }),
            Self::List(items) => Self::List(items.into_iter().map(Self::into_secret).collect()),
            Self::Map(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, value.into_secret())).collect())
            }
            Self::Dynamic(typed) => Self::Dynamic(Box::new((typed.0, typed.1.into_secret()))),
            textless @ (Self::Null | Self::Bool(_) | Self::Number(_) | Self::Secret(_)) => textless,
        }
    }

    /// Whether a value of this type may be this one. Null and unknown values are of every type.
    #[must_use]
    pub fn conforms(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Null | Self::Unknown(_), _)
            | (Self::Bool(_), Type::Bool)
            | (Self::Number(_), Type::Number)
            | (Self::Text(_) | Self::Secret(_), Type::Text) => true,
            (Self::List(items), Type::List(element) | Type::Set(element)) => {
                items.iter().all(|item| item.conforms(element))
            }
            (Self::Map(entries), Type::Map(element)) => entries.values().all(|entry| entry.conforms(element)),
            (Self::List(items), Type::Tuple(types)) => {
                items.len() == types.len() && items.iter().zip(types).all(|(item, ty)| item.conforms(ty))
            }
            (Self::Map(entries), Type::Object(types)) => {
                entries.len() == types.len()
                    && entries.iter().zip(types).all(|((a, entry), (b, ty))| a == b && entry.conforms(ty))
            }
            (Self::Dynamic(typed), Type::Dynamic) => typed.1.conforms(&typed.0),
            _ => false,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(typed) => typed.1.is_null(),
            _ => false,
        }
    }

    /// Whether it is unknown itself (parts of a known value may still be).
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(typed) => typed.1.is_unknown(),
            _ => false,
        }
    }

    /// Whether neither it nor any part of it is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(items) => items.iter().all(Self::is_wholly_known),
            Self::Map(entries) => entries.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
            _ => true,
        }
    }

    /// Whether it surely holds something, known or not: an unknown that is promised not to be null counts.
    #[must_use]
    pub fn is_surely_set(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Unknown(unknown) => unknown.not_null,
            Self::Dynamic(typed) => typed.1.is_surely_set(),
            _ => true,
        }
    }

    /// The value itself, without the type that a dynamic attribute carries along.
    #[must_use]
    pub fn bare(&self) -> &Self {
        match self {
            Self::Dynamic(typed) => typed.1.bare(),
            value => value,
        }
    }

    /// The text of a plain or secret text. Callers must not print what came from a secret.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self.bare() {
            Self::Text(text) => Some(text),
            Self::Secret(secret) => Some(secret.expose()),
            _ => None,
        }
    }

    /// The flag.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.bare() {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self.bare() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The entries of a map, object or block.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self.bare() {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self.bare() {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entry of a map, object or block under this name; null where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.as_map().and_then(|entries| entries.get(name)).unwrap_or(&NULL)
    }

    /// Sets an entry of a map, object or block; does nothing to any other value.
    pub fn set(&mut self, name: &str, value: Value) {
        match self {
            Self::Map(entries) => match entries.get_mut(name) {
                Some(entry) => *entry = value,
                None => drop(entries.insert(name.to_owned(), value)),
            },
            Self::Dynamic(typed) => typed.1.set(name, value),
            _ => {}
        }
    }

    /// An object from names and values.
    pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Whether both mean the same to Kibana: numbers as 64-bit floats, text after Unicode NFC, a secret as
    /// its text, types of dynamic values aside.
    #[must_use]
    pub fn means(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Dynamic(a), b) => a.1.means(b),
            (a, Self::Dynamic(b)) => a.means(&b.1),
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.means(y)),
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|((ka, va), (kb, vb))| nfc_equal(ka, kb) && va.means(vb))
            }
            (Self::Number(a), Self::Number(b)) => a.means(b),
            (a, b) => match (a.as_str(), b.as_str()) {
                (Some(x), Some(y)) => nfc_equal(x, y),
                _ => a == b,
            },
        }
    }
}

/// Whether two texts are the same after Unicode NFC, which Terraform applies to every text it hands around.
#[must_use]
pub fn nfc_equal(a: &str, b: &str) -> bool {
    use unicode_normalization::UnicodeNormalization;
    a == b || (!(a.is_ascii() && b.is_ascii()) && a.nfc().eq(b.nfc()))
}

#[cfg(test)]
mod tests {
    use super::{Secret, Type, Unknown, Value};

    #[test]
    fn every_text_can_be_made_secret() {
        let prefix = Unknown { prefix: Some("hunter".to_owned()), not_null: true, ..Unknown::default() };
        let value = Value::object([
            ("list", Value::List(vec![Value::text("hunter2"), Value::Bool(true)])),
            ("dynamic", Value::dynamic(Type::Text, Value::text("hunter3"))),
            ("unknown", Value::Unknown(prefix)),
        ]);
        let secret = value.into_secret();
        assert!(!format!("{secret:?}").contains("hunter"));
        assert_eq!(secret.get("list").as_list().unwrap()[0], Value::Secret(Secret::new("hunter2")));
        assert_eq!(secret.get("unknown"), &Value::Unknown(Unknown::not_null()));
    }

    #[test]
    fn every_accessor_looks_through_a_dynamic_value() {
        let dynamic = |value: Value| Value::dynamic(value.natural_type(), value);
        assert_eq!(dynamic(Value::text("x")).as_str(), Some("x"));
        assert_eq!(dynamic(Value::Bool(true)).as_bool(), Some(true));
        assert_eq!(dynamic(Value::Number(1_i64.into())).as_number().and_then(|one| one.as_i64()), Some(1));
        assert_eq!(dynamic(Value::List(vec![Value::Null])).as_list().map(<[_]>::len), Some(1));
        let mut object = dynamic(Value::object([("a", dynamic(Value::text("x")))]));
        assert_eq!(object.get("a").as_str(), Some("x"));
        object.set("a", Value::text("y"));
        assert_eq!(object.get("a").as_str(), Some("y"));
    }

    #[test]
    fn a_value_conforms_to_its_type_only() {
        let ty = Type::parse(br#"["object",{"a":["list","string"],"b":"dynamic","c":["tuple",["bool"]]}]"#);
        let ty = ty.unwrap();
        let good = Value::object([
            ("a", Value::List(vec![Value::text("x"), Value::Null])),
            ("b", Value::dynamic(Type::Bool, Value::Bool(true))),
            ("c", Value::List(vec![Value::unknown()])),
        ]);
        assert!(good.conforms(&ty));
        for (name, wrong) in [
            ("a", Value::List(vec![Value::Bool(true)])),
            ("b", Value::Bool(true)),
            ("c", Value::List(vec![])),
            ("d", Value::Null),
        ] {
            let mut bad = good.clone();
            bad.set(name, wrong);
            assert!(!bad.conforms(&ty), "{name}");
        }
    }

    #[test]
    fn a_typed_null_is_null() {
        let null = Value::dynamic(Type::Text, Value::Null);
        assert!(null.is_null() && !null.is_surely_set());
    }
}
