//! Terraform provider for Kibana connectors.
//!
//! The rooms, in the order in which a value passes them on the way from Terraform to Kibana:
//!
//! | room | what happens there |
//! | --- | --- |
//! | [`plugin`] | the process: handshake, TLS, gRPC, logs, its end |
//! | [`rpc`] | one file per RPC: decode, call, encode |
//! | [`wire`] | generated messages to our own types and back; msgpack and JSON |
//! | [`value`], [`schema`] | Terraform's values; schemas, their checks and the passes of a plan |
//! | [`provider`] | the provider block and the environment to a client |
//! | [`offer`] | everything that is served, in one list |
//! | [`resources`] | what a resource does: plan, apply, read, import, move |
//! | [`data_sources`], [`lists`], [`actions`] | what these do |
//! | [`catalog`] | the connector types: fields, rules, JSON |
//! | [`client`] | Kibana's REST API |
//! | [`explain`] | the client's errors in words for people |
//! | [`export`] | the `export` command: connectors that exist, as HCL |
//!
//! [`stop`] is Terraform's wish to stop, [`diag`] holds what users are told, [`docs`] renders the published
//! pages, and [`proto`] is generated from `proto/`.
//!
//! What is deliberately absent: `value`, `schema`, `wire`, `rpc` and `plugin` know nothing of Kibana; only
//! `client` knows HTTP; only `catalog` knows a connector type's JSON keys (what every spec has stands in the
//! file of its block); only `rpc`, `wire` and `plugin` see generated messages; `value`, `schema` and
//! `catalog` do no IO. `docs/contributing/architecture.md` tells the data's way step by step.

/// This provider, as it presents itself. Its address is what users write in `required_providers`.
pub const PROGRAM: plugin::Program = plugin::Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    source_address: "registry.terraform.io/kibana-rs/kibana",
    commands: "  export      write the connectors that Kibana holds as configuration (export --help says more)\n",
};

mod actions;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod book;
pub mod catalog;
mod client;
mod data_sources;
mod diag;
pub mod docs;
mod explain;
pub mod export;
mod lists;
pub mod offer;
pub mod plugin;
pub mod proto;
pub mod provider;
pub mod resources;
pub mod rpc;
pub mod schema;
mod stop;
pub mod value;
pub mod wire;
