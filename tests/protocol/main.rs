//! The plugin protocol, from the host's side of the pipe.
//!
//! `support` is a client of our own that does what Terraform does; no `terraform` is needed here.

// A host that speaks over Unix sockets; the listener's own tests cover TCP.
#![cfg(unix)]
// clippy takes only functions marked as tests for tests; here everything is one.
#![allow(clippy::unwrap_used)]

mod crash;
mod debug;
mod gone;
mod handshake;
mod lifetime;
mod logs;
mod messages;
mod services;
mod support;
mod trust;
mod wire;
