//! The real terraform against the emulated Kibana: what a user relies on, from the plan to the request's
//! body.
//!
//! `TERRAFORM` names another binary, of another version or of OpenTofu. A missing one fails the tests.

mod actions;
mod adoption;
mod all_types;
mod api_page;
mod chaos;
mod commands;
mod data_sources;
mod drift;
mod errors;
mod examples;
mod export;
mod faults;
mod identity;
mod ignore_changes;
mod import;
#[cfg(unix)]
mod kill;
mod life;
mod migration;
mod narrow;
mod preflight;
mod query;
mod secrets;
mod spec;
mod support;
mod unknown;
mod waiting;
