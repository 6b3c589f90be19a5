//! Types of values, as schemas and dynamic values name them, and their JSON notation.
//!
//! Terraform writes a type as JSON wherever one crosses the wire: in a schema's attributes and beside every
//! dynamic value. The text may come from a damaged state, so reading it refuses what it does not know and
//! never goes deeper than `MAX_DEPTH`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::MAX_DEPTH;

/// A Terraform type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// Whatever the value says it is.
    Dynamic,
    /// A list of one element type.
    List(Box<Type>),
    /// A set of one element type.
    Set(Box<Type>),
    /// A map of one element type.
    Map(Box<Type>),
    /// An object with these attributes.
    Object(BTreeMap<String, Type>),
    /// A tuple of these types.
    Tuple(Vec<Type>),
}

/// Why a text is not a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// The text is not JSON, or nested too deeply to be read.
    #[error("the type is not valid JSON")]
    Json,
    /// The JSON stands for no type.
    #[error("the type is of no known kind")]
    Unknown,
    /// The type is nested more than `MAX_DEPTH` levels deep.
    #[error("the type is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl Type {
    /// Reads the JSON notation from bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not JSON, or the JSON is not a type.
    pub fn parse(bytes: &[u8]) -> Result<Self, TypeError> {
        Self::from_json(&serde_json::from_slice(bytes).map_err(|_| TypeError::Json)?)
    }

    /// Reads the JSON notation.
    ///
    /// # Errors
    ///
    /// When the JSON is not a type.
    pub fn from_json(json: &Json) -> Result<Self, TypeError> {
        Self::read(json, 0)
    }

    fn read(json: &Json, depth: usize) -> Result<Self, TypeError> {
        if depth > MAX_DEPTH {
            return Err(TypeError::TooDeep);
        }
        let inner = |json| Self::read(json, depth + 1);
        let parts = match json {
            Json::String(name) => return Self::primitive(name),
            Json::Array(parts) => parts.as_slice(),
            _ => return Err(TypeError::Unknown),
        };
        match parts {
            [Json::String(kind), element] if kind == "list" => Ok(Self::List(Box::new(inner(element)?))),
            [Json::String(kind), element] if kind == "set" => Ok(Self::Set(Box::new(inner(element)?))),
            [Json::String(kind), element] if kind == "map" => Ok(Self::Map(Box::new(inner(element)?))),
            [Json::String(kind), Json::Array(items)] if kind == "tuple" => {
                items.iter().map(inner).collect::<Result<_, _>>().map(Self::Tuple)
            }
            // The third part names optional attributes. It belongs to type constraints of modules and says
            // nothing about a value.
            [Json::String(kind), Json::Object(attributes)]
            | [Json::String(kind), Json::Object(attributes), Json::Array(_)]
                if kind == "object" =>
            {
                attributes
                    .iter()
                    .map(|(name, json)| Ok((name.clone(), inner(json)?)))
                    .collect::<Result<_, _>>()
                    .map(Self::Object)
            }
            _ => Err(TypeError::Unknown),
        }
    }

    fn primitive(name: &str) -> Result<Self, TypeError> {
        match name {
            "string" => Ok(Self::Text),
            "number" => Ok(Self::Number),
            "bool" => Ok(Self::Bool),
            "dynamic" => Ok(Self::Dynamic),
            _ => Err(TypeError::Unknown),
        }
    }

    /// The JSON notation, with an object's attributes in alphabetical order.
    ///
    /// ```
    /// use terraform_provider_kibana::value::Type;
    /// assert_eq!(Type::List(Box::new(Type::Text)).to_json().to_string(), r#"["list","string"]"#);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text => json!("string"),
            Self::Number => json!("number"),
            Self::Bool => json!("bool"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Object(attributes) => {
                let attributes = attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json()));
                json!(["object", Json::Object(attributes.collect())])
            }
            Self::Tuple(items) => json!(["tuple", items.iter().map(Self::to_json).collect::<Vec<_>>()]),
        }
    }

    /// Whether it is dynamic or holds something that is.
    #[must_use]
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Text | Self::Number | Self::Bool => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
            Self::Tuple(items) => items.iter().any(Self::has_dynamic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Type, TypeError};

    #[test]
    fn a_type_survives_its_json() {
        for text in [
            r#""string""#,
            r#""number""#,
            r#""bool""#,
            r#""dynamic""#,
            r#"["list","string"]"#,
            r#"["set",["map","number"]]"#,
            r#"["object",{"a":"number","b":["tuple",["bool","dynamic"]]}]"#,
            r#"["tuple",[]]"#,
            r#"["object",{}]"#,
        ] {
            let ty = Type::parse(text.as_bytes()).unwrap();
            assert_eq!(ty.to_json().to_string(), text);
        }
    }

    #[test]
    fn optional_attributes_are_passed_over() {
        let ty = Type::parse(br#"["object",{"a":"number"},["a"]]"#).unwrap();
        assert_eq!(ty, Type::parse(br#"["object",{"a":"number"}]"#).unwrap());
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "null",
            "1",
            "{}",
            "[]",
            r#""text""#,
            r#"["list"]"#,
            r#"["list","string","string"]"#,
            r#"["object",[]]"#,
            r#"["tuple","string"]"#,
            r#"["object",{"a":1}]"#,
            r#"["heap","string"]"#,
            "\"string\" x",
        ] {
            assert!(Type::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_types_are_refused() {
        let nested = |levels| format!("{}\"bool\"{}", r#"["list","#.repeat(levels), "]".repeat(levels));
        assert!(Type::parse(nested(60).as_bytes()).is_ok());
        assert_eq!(Type::parse(nested(61).as_bytes()), Err(TypeError::TooDeep));
        assert_eq!(Type::parse(nested(100_000).as_bytes()), Err(TypeError::Json));
    }
}
