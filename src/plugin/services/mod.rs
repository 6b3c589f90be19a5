//! The gRPC services a host expects of a plugin, around the provider's own.

use std::sync::Arc;

use tonic::transport::Server;
use tonic::transport::server::Router;

use super::{Calls, Shutdown};
use crate::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use crate::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use crate::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use crate::proto::health::health_server::HealthServer;
use crate::proto::tfplugin6::provider_server::{Provider, ProviderServer};

mod broker;
mod controller;
mod counted;
mod health;
mod stdio;

use counted::Counted;

/// What providers in Go take and send. tonic's own limit of 4 MiB would refuse large configurations.
pub const MESSAGE_LIMIT_BYTES: usize = 256 << 20;

/// All services of a plugin process.
pub fn router<P: Provider>(provider: Arc<P>, calls: Calls, shutdown: Shutdown) -> Router {
    let provider = ProviderServer::from_arc(provider)
        .max_decoding_message_size(MESSAGE_LIMIT_BYTES)
        .max_encoding_message_size(MESSAGE_LIMIT_BYTES);
    let provider = Counted { service: provider, calls };
    // The host's authority is `localhost` or `unused`, and nothing looks at it. The other services keep the
    // small limit: none of their messages is large.
    Server::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(controller::Controller(shutdown)))
        .add_service(GrpcStdioServer::new(stdio::Stdio))
        .add_service(GrpcBrokerServer::new(broker::Broker))
        .add_service(HealthServer::new(health::Health))
}
