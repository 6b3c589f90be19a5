//! Msgpack into values, led by the schema.
//!
//! Terraform writes every attribute and block of an object, so a missing or unknown one means that both sides
//! hold different schemas, and is an error. Text below a sensitive attribute becomes a secret here.

use std::collections::BTreeMap;

use rmp::Marker;

use super::reader::Reader;
use super::refinements::{self, REFINED};
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Secret, Type, Unknown, Value};
use crate::wire::trail::Trail;
use crate::wire::{Error, Problem};

/// Room for elements is made ahead for so many at most, since lengths are not trusted.
const ROOM: usize = 256;

/// The value of a block.
///
/// # Errors
///
/// When the bytes are no value of this block, or there is something behind it.
pub fn decode(bytes: &[u8], block: &Block) -> Result<Value, Error> {
    let mut decoder = Decoder { reader: Reader::new(bytes) };
    let root = Trail::root();
    let value = decoder.block(block, None, &root)?;
    root.check(decoder.reader.finish())?;
    Ok(value)
}

struct Decoder<'a> {
    reader: Reader<'a>,
}

impl Decoder<'_> {
    /// A null or an unknown value, if one is next.
    fn absent(&mut self, at: &Trail<'_>) -> Result<Option<Value>, Error> {
        if at.check(self.reader.nil())? {
            return Ok(Some(Value::Null));
        }
        let Some((code, payload)) = at.check(self.reader.extension())? else { return Ok(None) };
        // Every extension means unknown. Only under one code is there something to know about it.
        let unknown = match code {
            REFINED => at.check(refinements::decode(payload))?,
            _ => Unknown::default(),
        };
        let value = Value::Unknown(unknown);
        Ok(Some(if at.is_secret() { value.into_secret() } else { value }))
    }

    /// One object of a block's attributes and blocks. Where it stands inside a dynamic value, `types` has the
    /// type that value gives it.
    fn block(&mut self, block: &Block, types: Option<&Type>, at: &Trail<'_>) -> Result<Value, Error> {
        if let Some(absent) = self.absent(at)? {
            return Ok(absent);
        }
        let types = match types {
            None | Some(Type::Dynamic) => None,
            Some(Type::Object(types)) => Some(types),
            Some(_) => return Err(at.error(Problem::Required("an object"))),
        };
        let length = at.check(self.reader.map())?;
        let parts = block.attributes.len() + block.blocks.len();
        let mut entries: Vec<(String, Value)> = Vec::with_capacity(length.min(parts));
        for _ in 0..length {
            let name = at.check(self.reader.text())?;
            let (value, at) = if let Some(attribute) = block.attribute(name) {
                let at = at.attribute(&attribute.name, attribute.sensitive)?;
                (self.attribute(attribute, types.and_then(|types| types.get(name)), &at)?, at)
            } else if let Some(nested) = block.block(name) {
                let at = at.attribute(&nested.name, false)?;
                (self.nested(nested, types.and_then(|types| types.get(name)), &at)?, at)
            } else {
                return Err(at.attribute(name, false)?.error(Problem::Unsupported));
            };
            // Terraform writes them in order, and then the one before is all there is to look at.
            let is_next = entries.last().is_none_or(|(last, _)| last.as_str() < name);
            if !is_next && entries.iter().any(|(known, _)| known == name) {
                return Err(at.error(Problem::Duplicate));
            }
            entries.push((name.to_owned(), value));
        }
        // Each is one of the block's and comes once, so their number tells whether one is missing.
        if entries.len() < parts {
            let names = block.attributes.iter().map(|attribute| &attribute.name);
            let mut names = names.chain(block.blocks.iter().map(|nested| &nested.name));
            if let Some(missing) = names.find(|name| !entries.iter().any(|(known, _)| known == *name)) {
                return Err(at.attribute(missing, false)?.error(Problem::Missing));
            }
        }
        Ok(Value::Map(entries.into_iter().collect()))
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        ty: Option<&Type>,
        at: &Trail<'_>,
    ) -> Result<Value, Error> {
        match ty {
            // Inside a dynamic value the type of everything has been said, so this one stands there bare.
            Some(ty) if attribute.ty == Type::Dynamic && *ty != Type::Dynamic => {
                self.typed(ty, at).map(|value| Value::dynamic(ty.clone(), value))
            }
            _ => self.typed(&attribute.ty, at),
        }
    }

    fn nested(&mut self, nested: &NestedBlock, ty: Option<&Type>, at: &Trail<'_>) -> Result<Value, Error> {
        if nested.nesting == Nesting::Single {
            return self.block(&nested.block, ty, at);
        }
        if let Some(absent) = self.absent(at)? {
            // A list of blocks is empty rather than null.
            return Ok(if absent.is_null() { nested.absent_value() } else { absent });
        }
        match ty {
            None | Some(Type::Dynamic) if nested.block.has_dynamic() && at.check(self.is_typed())? => {
                at.check(self.reader.array())?;
                let ty = self.read_type(at)?;
                let at = at.inside()?;
                if let Some(absent) = self.absent(&at)? {
                    return Ok(if absent.is_null() { nested.absent_value() } else { absent });
                }
                self.blocks(&nested.block, Some(&ty), &at)
            }
            _ => self.blocks(&nested.block, ty, at),
        }
    }

    /// Whether a type and a value come next, rather than a list of objects: only a type is text or bytes.
    fn is_typed(&self) -> Result<bool, Problem> {
        Ok(self.reader.peek()? == Marker::FixArray(2)
            && matches!(
                self.reader.peek_first_element(),
                Some(
                    Marker::Bin8
                        | Marker::Bin16
                        | Marker::Bin32
                        | Marker::FixStr(_)
                        | Marker::Str8
                        | Marker::Str16
                        | Marker::Str32
                )
            ))
    }

    fn blocks(&mut self, block: &Block, ty: Option<&Type>, at: &Trail<'_>) -> Result<Value, Error> {
        let length = at.check(self.reader.array())?;
        let element = |index: usize| match ty {
            None | Some(Type::Dynamic) => Ok(None),
            Some(Type::List(element) | Type::Set(element)) => Ok(Some(element.as_ref())),
            Some(Type::Tuple(types)) if types.len() == length => Ok(types.get(index)),
            Some(Type::Tuple(types)) => Err(Problem::Length { expected: types.len(), given: length }),
            Some(_) => Err(Problem::Required("a list")),
        };
        // Also where the list is empty.
        at.check(element(0))?;
        let mut items = Vec::with_capacity(length.min(self.reader.most()).min(ROOM));
        for index in 0..length {
            let ty = at.check(element(index))?;
            items.push(self.block(block, ty, &at.index(index)?)?);
        }
        Ok(Value::List(items))
    }

    fn typed(&mut self, ty: &Type, at: &Trail<'_>) -> Result<Value, Error> {
        if let Some(absent) = self.absent(at)? {
            return Ok(absent);
        }
        match ty {
            Type::Text => {
                let text = at.check(self.reader.text())?;
                Ok(if at.is_secret() { Value::Secret(Secret::new(text)) } else { Value::text(text) })
            }
            Type::Bool => at.check(self.reader.bool()).map(Value::Bool),
            Type::Number => at.check(self.reader.number()).map(Value::Number),
            Type::Dynamic => self.dynamic(at),
            Type::List(element) => {
                self.items(at, |decoder, at, index| decoder.typed(element, &at.index(index)?))
            }
            Type::Set(element) => self.items(at, |decoder, at, _| decoder.typed(element, &at.inside()?)),
            Type::Tuple(types) => self.tuple(types, at),
            Type::Map(element) => self.map(element, at),
            Type::Object(types) => self.object(types, at),
        }
    }

    fn dynamic(&mut self, at: &Trail<'_>) -> Result<Value, Error> {
        match at.check(self.reader.array())? {
            2 => {}
            given => return Err(at.error(Problem::Length { expected: 2, given })),
        }
        let ty = self.read_type(at)?;
        let value = self.typed(&ty, &at.inside()?)?;
        Ok(Value::dynamic(ty, value))
    }

    fn read_type(&mut self, at: &Trail<'_>) -> Result<Type, Error> {
        Type::parse(at.check(self.reader.bytes())?).map_err(|error| at.error(error))
    }

    fn items(
        &mut self,
        at: &Trail<'_>,
        read: impl Fn(&mut Self, &Trail<'_>, usize) -> Result<Value, Error>,
    ) -> Result<Value, Error> {
        let length = at.check(self.reader.array())?;
        let mut items = Vec::with_capacity(length.min(self.reader.most()).min(ROOM));
        for index in 0..length {
            items.push(read(self, at, index)?);
        }
        Ok(Value::List(items))
    }

    fn tuple(&mut self, types: &[Type], at: &Trail<'_>) -> Result<Value, Error> {
        let given = at.check(self.reader.array())?;
        if given != types.len() {
            return Err(at.error(Problem::Length { expected: types.len(), given }));
        }
        let items = types.iter().enumerate().map(|(index, ty)| self.typed(ty, &at.index(index)?));
        items.collect::<Result<_, _>>().map(Value::List)
    }

    fn map(&mut self, element: &Type, at: &Trail<'_>) -> Result<Value, Error> {
        let mut entries = BTreeMap::new();
        for _ in 0..at.check(self.reader.map())? {
            let key = at.check(self.reader.text())?;
            let at = at.key(key)?;
            let value = self.typed(element, &at)?;
            if entries.insert(key.to_owned(), value).is_some() {
                return Err(at.error(Problem::Duplicate));
            }
        }
        Ok(Value::Map(entries))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>, at: &Trail<'_>) -> Result<Value, Error> {
        let mut entries = BTreeMap::new();
        for _ in 0..at.check(self.reader.map())? {
            let name = at.check(self.reader.text())?;
            let at = at.member(name)?;
            let ty = types.get(name).ok_or_else(|| at.error(Problem::Unsupported))?;
            let value = self.typed(ty, &at)?;
            if entries.insert(name.to_owned(), value).is_some() {
                return Err(at.error(Problem::Duplicate));
            }
        }
        match types.keys().find(|name| !entries.contains_key(*name)) {
            Some(missing) => Err(at.member(missing)?.error(Problem::Missing)),
            None => Ok(Value::Map(entries)),
        }
    }
}
