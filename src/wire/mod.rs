//! Between the protocol's messages and our own types: with `rpc` and `plugin` the only rooms that see
//! generated messages.
//!
//! Values travel as msgpack, state arrives as the JSON of the state file. Both are read by the schema's
//! block, so that the text of a sensitive attribute is a secret from the first moment on. Bytes are not
//! trusted: no length allocates before its content is there, nesting is bounded, and no error holds any part
//! of a value.

#[cfg(test)]
mod book;
mod error;
pub mod from_proto;
pub mod msgpack;
pub mod state_json;
pub mod to_proto;
mod trail;

pub use error::{Error, Problem};
pub use from_proto::{decode, is_null, raw_state};
pub use to_proto::{diagnostics, encode, identity_schema, path, schema};
