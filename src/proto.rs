//! Generated messages and services of the plugin protocol; the definitions are in `proto/`.
//!
//! Only `rpc`, `wire` and `plugin` use these types. Nothing is written here by hand except `Debug` for the
//! messages that carry configuration and state, which must not print what they hold.

// What the generator writes has its own idea of docs and style.
#![allow(missing_docs, unreachable_pub, clippy::all)]

use std::fmt;

/// Terraform's provider protocol, version 6.11.
pub mod tfplugin6 {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

/// go-plugin's own services: broker, controller, stdio.
pub mod go_plugin {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}

/// gRPC's health checking protocol.
pub mod health {
    include!(concat!(env!("OUT_DIR"), "/grpc.health.v1.rs"));
}

impl fmt::Debug for tfplugin6::DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue({} bytes)", self.msgpack.len() + self.json.len())
    }
}

impl fmt::Debug for tfplugin6::RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawState({} bytes, {} flat keys)", self.json.len(), self.flatmap.len())
    }
}
