//! The provider's answers, judged as Terraform judges them, in this process and without Terraform.
//!
//! ```text
//! core      runs the RPCs in Terraform's order, keeps state and private data     checks   what Terraform checks
//! generate, blur   valid configurations of every type, and parts of them unknown
//! drift, lives, contrary, histories, secrets, asking   tests
//! ```
//!
//! Kibana is the emulator on a loopback socket. Everything random is seeded, so a failure comes back; `SEED=1 cargo test --test
//! core` looks at other cases.

#![allow(clippy::unwrap_used)]

mod asking;
mod blur;
mod checks;
mod contrary;
mod core;
mod diagnostics;
mod drift;
mod generate;
mod histories;
mod identity;
mod lives;
mod nulls;
mod random;
mod secrets;
