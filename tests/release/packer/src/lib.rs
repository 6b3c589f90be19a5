//! What a release consists of: names, archives, sums, bills of materials, and a check of all of them.
//!
//! `make dist` packs with the program beside this and checks what came out; `tests/release` does the same
//! with a provider that was just built, so that a mistake here shows before a release. Everything that is
//! written depends on the binaries, the sources and `Cargo.lock` alone: two machines that build the same
//! bytes pack the same bytes.

pub mod archive;
pub mod bill;
pub mod binary;
pub mod changelog;
pub mod check;
pub mod names;
pub mod pack;
pub mod sums;

/// The version of the release: the workspace's, which stands in the root's `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What went wrong, in words for the person who releases.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
