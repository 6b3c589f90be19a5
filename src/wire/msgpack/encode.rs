//! Values into msgpack, led by the schema, as Terraform itself writes them.
//!
//! Every attribute and block of the schema is written, a missing one as null. A part that does not fit its
//! schema is a bug of ours: `encode` refuses the whole, `encode_what_fits` writes null in its place.

use std::collections::BTreeMap;

use super::refinements::{self, REFINED};
use super::writer::Writer;
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Type, Unknown, Value};
use crate::wire::trail::Trail;
use crate::wire::{Error, Problem};

/// The bytes of a block's value.
///
/// # Errors
///
/// When the value does not fit the block.
pub fn encode(value: &Value, block: &Block) -> Result<Vec<u8>, Error> {
    match encode_what_fits(value, block) {
        (bytes, None) => Ok(bytes),
        (_, Some(misfit)) => Err(misfit),
    }
}

/// The bytes of a block's value, with null for every part that does not fit the block, and the first such
/// part.
///
/// For the state after something was created: losing a part of it is better than losing all.
#[must_use]
pub fn encode_what_fits(value: &Value, block: &Block) -> (Vec<u8>, Option<Error>) {
    let mut encoder = Encoder { writer: Writer::default(), misfit: None };
    encoder.block(value, block, Dynamic::Wrapped, &Trail::root());
    (encoder.writer.into_bytes(), encoder.misfit)
}

/// How the value of a dynamic attribute stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dynamic {
    /// Together with its type.
    Wrapped,
    /// Bare, since it stands inside a dynamic value, whose type says it all.
    Bare,
}

struct Encoder {
    writer: Writer,
    misfit: Option<Error>,
}

impl Encoder {
    fn misfit(&mut self, error: Error) {
        self.writer.nil();
        self.misfit.get_or_insert(error);
    }

    /// Writes what stands one step further, or null where that is too deep.
    fn further(&mut self, at: Result<Trail<'_>, Error>, write: impl FnOnce(&mut Self, &Trail<'_>)) {
        match at {
            Ok(at) => write(self, &at),
            Err(error) => self.misfit(error),
        }
    }

    /// Whether the wire can say this length; if not, null is written instead.
    fn fits(&mut self, length: usize, at: &Trail<'_>) -> bool {
        let fits = u32::try_from(length).is_ok();
        if !fits {
            self.misfit(at.error(Problem::TooLong));
        }
        fits
    }

    fn text(&mut self, text: &str, at: &Trail<'_>) {
        if self.fits(text.len(), at) {
            self.writer.text(text);
        }
    }

    fn unknown(&mut self, unknown: &Unknown, ty: &Type) {
        match refinements::encode(unknown, ty) {
            Some(payload) => self.writer.extension(REFINED, &payload),
            None => self.writer.extension(0, &[0]),
        }
    }

    fn block(&mut self, value: &Value, block: &Block, dynamic: Dynamic, at: &Trail<'_>) {
        let entries = match value {
            Value::Null => return self.writer.nil(),
            // An object can promise no more than that it is not null, whatever its attributes are.
            Value::Unknown(unknown) => return self.unknown(unknown, &Type::Object(BTreeMap::new())),
            Value::Map(entries) => entries,
            _ => return self.misfit(at.error(Problem::Required("an object"))),
        };
        let length = block.attributes.len() + block.blocks.len();
        let mut parts: Vec<(&str, Part<'_>, &Value)> = Vec::with_capacity(length);
        for (name, value) in entries {
            match Part::of(block, name) {
                Some(part) => parts.push((name, part, value)),
                None => {
                    let at = at.attribute(name, false);
                    let error = at.map_or_else(|error| error, |at| at.error(Problem::Unsupported));
                    self.misfit.get_or_insert(error);
                }
            }
        }
        // Most values have every part, in order already.
        if parts.len() < length {
            let is_missing = |name: &str| !entries.contains_key(name);
            let attributes = block.attributes.iter().map(|a| (a.name.as_str(), Part::Attribute(a)));
            let blocks = block.blocks.iter().map(|nested| (nested.name.as_str(), Part::Block(nested)));
            let missing = attributes.chain(blocks).filter(|(name, _)| is_missing(name));
            parts.extend(missing.map(|(name, part)| (name, part, &Value::Null)));
            parts.sort_unstable_by_key(|(name, ..)| *name);
        }
        self.writer.map(parts.len());
        for (name, part, value) in parts {
            self.writer.text(name);
            match part {
                Part::Attribute(attribute) => {
                    self.further(at.attribute(name, attribute.sensitive), |encoder, at| {
                        encoder.attribute(value, attribute, dynamic, at);
                    })
                }
                Part::Block(nested) => self.further(at.attribute(name, false), |encoder, at| {
                    encoder.nested(value, nested, dynamic, at);
                }),
            }
        }
    }

    fn attribute(&mut self, value: &Value, attribute: &Attribute, dynamic: Dynamic, at: &Trail<'_>) {
        let bare = dynamic == Dynamic::Bare && attribute.ty == Type::Dynamic;
        match value {
            Value::Dynamic(typed) if bare => self.typed(&typed.1, &value.natural_type(), at),
            value if bare => self.typed(value, &value.natural_type(), at),
            value => self.typed(value, &attribute.ty, at),
        }
    }

    fn nested(&mut self, value: &Value, nested: &NestedBlock, dynamic: Dynamic, at: &Trail<'_>) {
        if nested.nesting == Nesting::Single {
            return self.block(value, &nested.block, dynamic, at);
        }
        let items = match value {
            // A list of blocks is empty rather than null.
            Value::Null => &[],
            Value::Unknown(unknown) => return self.unknown(unknown, &nested.implied_type()),
            Value::List(items) => items.as_slice(),
            _ => return self.misfit(at.error(Problem::Required("a list"))),
        };
        if nested.block.has_dynamic() && dynamic == Dynamic::Wrapped {
            let types = items.iter().map(|item| element_type(item, &nested.block)).collect();
            self.wrap(&Type::Tuple(types), at, |encoder, at| {
                encoder.blocks(items, &nested.block, Dynamic::Bare, at);
            });
        } else {
            self.blocks(items, &nested.block, dynamic, at);
        }
    }

    fn blocks(&mut self, items: &[Value], block: &Block, dynamic: Dynamic, at: &Trail<'_>) {
        if self.fits(items.len(), at) {
            self.writer.array(items.len());
            for (index, item) in items.iter().enumerate() {
                self.further(at.index(index), |encoder, at| encoder.block(item, block, dynamic, at));
            }
        }
    }

    /// A type and the value of it.
    fn wrap(&mut self, ty: &Type, at: &Trail<'_>, write: impl FnOnce(&mut Self, &Trail<'_>)) {
        match at.inside() {
            Ok(inside) => {
                self.writer.array(2);
                self.writer.binary(ty.to_json().to_string().as_bytes());
                write(self, &inside);
            }
            Err(error) => self.misfit(error),
        }
    }

    fn typed(&mut self, value: &Value, ty: &Type, at: &Trail<'_>) {
        match (value, ty) {
            // A type that says nothing is not written: the value says its own.
            (Value::Dynamic(typed), Type::Dynamic) if typed.0 == Type::Dynamic => {
                self.typed(&typed.1, ty, at);
            }
            (Value::Dynamic(typed), Type::Dynamic) => {
                self.wrap(&typed.0, at, |encoder, at| encoder.typed(&typed.1, &typed.0, at));
            }
            (Value::Dynamic(typed), ty) => self.typed(&typed.1, ty, at),
            (Value::Null, _) => self.writer.nil(),
            (Value::Unknown(unknown), ty) => self.unknown(unknown, ty),
            (value, Type::Dynamic) => {
                let ty = value.natural_type();
                self.wrap(&ty, at, |encoder, at| encoder.typed(value, &ty, at));
            }
            (Value::Bool(flag), Type::Bool) => self.writer.bool(*flag),
            (Value::Number(number), Type::Number) => self.writer.number(number),
            (Value::Text(text), Type::Text) => self.text(text, at),
            (Value::Secret(secret), Type::Text) => self.text(secret.expose(), at),
            (Value::List(items), Type::List(_) | Type::Set(_) | Type::Tuple(_)) => self.items(items, ty, at),
            (Value::Map(entries), Type::Map(element)) => self.map(entries, element, at),
            (Value::Map(entries), Type::Object(types)) => self.object(entries, types, at),
            (_, ty) => self.misfit(at.error(Problem::Required(name(ty)))),
        }
    }

    fn items(&mut self, items: &[Value], ty: &Type, at: &Trail<'_>) {
        if let Type::Tuple(types) = ty
            && types.len() != items.len()
        {
            let problem = Problem::Length { expected: types.len(), given: items.len() };
            return self.misfit(at.error(problem));
        }
        if !self.fits(items.len(), at) {
            return;
        }
        self.writer.array(items.len());
        for (index, item) in items.iter().enumerate() {
            match ty {
                Type::List(element) => {
                    self.further(at.index(index), |encoder, at| encoder.typed(item, element, at));
                }
                Type::Tuple(types) => {
                    let element = types.get(index).unwrap_or(&Type::Dynamic);
                    self.further(at.index(index), |encoder, at| encoder.typed(item, element, at));
                }
                Type::Set(element) => {
                    self.further(at.inside(), |encoder, at| encoder.typed(item, element, at));
                }
                _ => self.writer.nil(),
            }
        }
    }

    fn map(&mut self, entries: &BTreeMap<String, Value>, element: &Type, at: &Trail<'_>) {
        // A key that the wire cannot hold stands for a map that it cannot hold.
        let longest = entries.keys().map(String::len).max().unwrap_or_default();
        if self.fits(entries.len().max(longest), at) {
            self.writer.map(entries.len());
            for (key, entry) in entries {
                self.writer.text(key);
                self.further(at.key(key), |encoder, at| encoder.typed(entry, element, at));
            }
        }
    }

    fn object(&mut self, entries: &BTreeMap<String, Value>, types: &BTreeMap<String, Type>, at: &Trail<'_>) {
        if let Some(extra) = entries.keys().find(|name| !types.contains_key(*name)) {
            let at = at.member(extra);
            return self.misfit(at.map_or_else(|error| error, |at| at.error(Problem::Unsupported)));
        }
        if self.fits(types.len(), at) {
            self.writer.map(types.len());
            for (name, ty) in types {
                self.writer.text(name);
                let entry = entries.get(name).unwrap_or(&Value::Null);
                self.further(at.member(name), |encoder, at| encoder.typed(entry, ty, at));
            }
        }
    }
}

/// An attribute or nested block of a block.
enum Part<'a> {
    Attribute(&'a Attribute),
    Block(&'a NestedBlock),
}

impl<'a> Part<'a> {
    fn of(block: &'a Block, name: &str) -> Option<Self> {
        let attribute = block.attribute(name).map(Self::Attribute);
        attribute.or_else(|| block.block(name).map(Self::Block))
    }
}

/// The type of one element of a list of blocks that hold something dynamic: like the implied type, with the
/// type of each dynamic value in its place.
fn element_type(value: &Value, block: &Block) -> Type {
    let Some(entries) = value.as_map() else { return block.implied_type() };
    let entry = |name: &str| entries.get(name).unwrap_or(&Value::Null);
    let attributes = block.attributes.iter().map(|attribute| {
        let ty = match attribute.ty {
            Type::Dynamic => entry(&attribute.name).natural_type(),
            _ => attribute.ty.clone(),
        };
        (attribute.name.clone(), ty)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let ty = match (nested.nesting, entry(&nested.name)) {
            (Nesting::Single, value) => element_type(value, &nested.block),
            (Nesting::List { .. }, Value::List(items)) if nested.block.has_dynamic() => {
                Type::Tuple(items.iter().map(|item| element_type(item, &nested.block)).collect())
            }
            (Nesting::List { .. }, Value::Null) if nested.block.has_dynamic() => Type::Tuple(Vec::new()),
            (Nesting::List { .. }, _) => nested.implied_type(),
        };
        (nested.name.clone(), ty)
    });
    Type::Object(attributes.chain(blocks).collect())
}

/// What a value of this type is called in a message.
fn name(ty: &Type) -> &'static str {
    match ty {
        Type::Text => "a string",
        Type::Number => "a number",
        Type::Bool => "a bool",
        Type::Dynamic => "a value",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Object(_) => "an object",
        Type::Tuple(_) => "a tuple",
    }
}
