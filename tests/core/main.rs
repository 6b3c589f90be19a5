//! The provider's answers, judged as Terraform judges them, in this process and without Terraform.
//!
//! ```text
//! core      runs the RPCs in Terraform's order, keeps state and private data
//! checks    what Terraform checks
//! proposal  what Terraform works out by itself before it asks
//! generate, catalogue, blur   valid configurations of every type, and parts of them unknown
//! drift, lives, contrary, histories, catalogue_*, moves, nulls, secrets, stops, words, asking   tests
//! diagnostics, book   every text that a user may meet
//! ```
//!
//! Kibana is the emulator on a loopback socket. Everything random is seeded, so a failure comes back; `SEED=1
//! cargo test --test core` looks at other cases.

#![allow(clippy::unwrap_used)]

mod asking;
mod blocks;
mod blur;
mod book;
mod catalogue;
mod catalogue_cases;
mod catalogue_histories;
mod checks;
mod contrary;
mod core;
mod diagnostics;
mod drift;
mod generate;
mod histories;
mod identity;
mod lives;
mod moves;
mod nulls;
mod proposal;
mod random;
mod secrets;
mod stops;
mod words;
