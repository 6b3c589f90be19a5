//! The kinds of block, case by case: what is checked, planned, remembered of a write, and made of a read.

mod checks;
mod plans;
mod reads;
mod restated;
mod writes;

use serde_json::{Map, Value as Json, json};

use super::{TypeBlock, all, spec};
use crate::resources::connector::memory::Memory;
use crate::value::Value;
use crate::value::json::{from_json, to_json};

fn named(name: &str) -> Option<&'static dyn TypeBlock> {
    all().into_iter().chain([spec()]).find(|block| block.name() == name)
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(object) => object,
        _ => Map::new(),
    }
}

/// A block with these entries; all others are null.
fn block_of(block: &dyn TypeBlock, entries: Json) -> Value {
    let mut value = block.schema().block.empty_value();
    object(entries).iter().for_each(|(name, json)| value.set(name, from_json(json).1));
    value
}

/// The entries of a block that are not null.
fn shown(value: &Value) -> Json {
    let Some(Json::Object(object)) = to_json(value) else { return Json::Null };
    object.into_iter().filter(|(_, json)| !json.is_null() && json != &json!([])).collect::<Map<_, _>>().into()
}

/// Reads an answer over a state with an echo; gives back the block and what is remembered.
fn read(name: &str, state: Json, memory: &Memory, answer: Json) -> (Json, Memory) {
    let block = named(name).unwrap();
    let mut memory = memory.clone();
    let reading = block.reconcile(&block_of(block, state), ".x", &object(answer), &mut memory);
    (shown(&reading.block), memory)
}

fn echo(json: Json) -> Memory {
    Memory { echo: object(json), ..Memory::default() }
}
