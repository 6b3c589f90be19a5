//! The emulator as its users meet it: over HTTP, in-process and as a program.

#![allow(clippy::unwrap_used, reason = "in helpers of tests too, a panic is the report")]

mod broken;
mod client;
mod connectors;
mod envelope;
mod faults;
mod order;
mod program;
mod releases;
mod runs;
mod specs;
mod tls;
