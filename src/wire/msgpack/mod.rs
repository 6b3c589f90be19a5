//! Values as msgpack: the form in which Terraform and the provider hand them to each other.
//!
//! The schema's block leads both ways, since the bytes do not say what a position holds or whether it is
//! secret. What is written is byte for byte what Terraform would write.

mod decode;
mod encode;
mod reader;
mod refinements;
mod writer;

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::{encode, encode_what_fits};
