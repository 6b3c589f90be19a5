//! What is promised about an unknown value (Terraform's refinements), as the payload of its extension.

use super::reader::Reader;
use super::writer::Writer;
use crate::value::{Number, Type, Unknown};
use crate::wire::Problem;

/// The extension code of an unknown value with promises; under any other code nothing is known.
pub(super) const REFINED: u8 = 12;

/// The longest payload that Terraform takes.
const MAX_PAYLOAD: usize = 1024;

/// The longest prefix that Terraform takes, in bytes.
const MAX_PREFIX: usize = 256;

// The keys of the payload.
const IS_NULL: u64 = 1;
const PREFIX: u64 = 2;
const LOWER: u64 = 3;
const UPPER: u64 = 4;
const MIN_LENGTH: u64 = 5;
const MAX_LENGTH: u64 = 6;

/// Reads the payload. Promises of a kind we do not know are passed over, since a newer Terraform may make
/// them.
pub(super) fn decode(payload: &[u8]) -> Result<Unknown, Problem> {
    read(payload).map_err(|_| Problem::Refinements)
}

fn read(payload: &[u8]) -> Result<Unknown, Problem> {
    let mut reader = Reader::new(payload);
    let mut unknown = Unknown::default();
    for _ in 0..reader.map()? {
        match reader.number()?.as_u64() {
            Some(IS_NULL) => {
                unknown.null = reader.bool()?;
                unknown.not_null = !unknown.null;
            }
            Some(PREFIX) => {
                unknown.prefix = Some(reader.text()?).filter(|prefix| !prefix.is_empty()).map(str::to_owned);
            }
            Some(LOWER) => unknown.lower = Some(bound(&mut reader)?),
            Some(UPPER) => unknown.upper = Some(bound(&mut reader)?),
            Some(MIN_LENGTH) => unknown.min_length = length(&mut reader)?.filter(|least| *least > 0),
            Some(MAX_LENGTH) => unknown.max_length = length(&mut reader)?,
            _ => reader.skip()?,
        }
    }
    reader.finish()?;
    Ok(unknown)
}

fn bound(reader: &mut Reader<'_>) -> Result<(Number, bool), Problem> {
    match reader.array()? {
        2 => Ok((reader.number()?, reader.bool()?)),
        _ => Err(Problem::Refinements),
    }
}

fn length(reader: &mut Reader<'_>) -> Result<Option<u64>, Problem> {
    Ok(reader.number()?.as_u64())
}

/// The payload for what is known about a value of this type; none where that is nothing, or nothing that its
/// type can be said to be, which Terraform would refuse.
pub(super) fn encode(unknown: &Unknown, ty: &Type) -> Option<Vec<u8>> {
    if *ty == Type::Dynamic {
        return None;
    }
    let payload = write(unknown, ty)?;
    if payload.len() <= MAX_PAYLOAD {
        return Some(payload);
    }
    // Only the bounds of a number can be so long.
    write(&Unknown { lower: None, upper: None, ..unknown.clone() }, ty)
}

fn write(unknown: &Unknown, ty: &Type) -> Option<Vec<u8>> {
    let mut entries = Vec::new();
    let mut entry = |key: u64, fill: &dyn Fn(&mut Writer)| {
        let mut writer = Writer::default();
        writer.uint(key);
        fill(&mut writer);
        entries.push(writer.into_bytes());
    };
    if unknown.null || unknown.not_null {
        entry(IS_NULL, &|writer| writer.bool(unknown.null));
    }
    match ty {
        Type::Text => {
            let prefix = unknown.prefix.as_deref().map(shortened).filter(|prefix| !prefix.is_empty());
            if let Some(prefix) = prefix {
                entry(PREFIX, &|writer| writer.text(prefix));
            }
        }
        Type::Number => {
            for (key, bound) in [(LOWER, &unknown.lower), (UPPER, &unknown.upper)] {
                if let Some((bound, inclusive)) = bound {
                    entry(key, &|writer| {
                        writer.array(2);
                        writer.number(bound);
                        writer.bool(*inclusive);
                    });
                }
            }
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            if let Some(least) = unknown.min_length.filter(|least| *least > 0) {
                entry(MIN_LENGTH, &|writer| writer.uint(least));
            }
            if let Some(most) = unknown.max_length {
                entry(MAX_LENGTH, &|writer| writer.uint(most));
            }
        }
        Type::Bool | Type::Dynamic | Type::Object(_) | Type::Tuple(_) => {}
    }
    if entries.is_empty() {
        return None;
    }
    let mut payload = Writer::default();
    payload.map(entries.len());
    Some([payload.into_bytes(), entries.concat()].concat())
}

fn shortened(prefix: &str) -> &str {
    let end = (0..=prefix.len().min(MAX_PREFIX)).rev().find(|end| prefix.is_char_boundary(*end));
    prefix.get(..end.unwrap_or(0)).unwrap_or_default()
}
