//! The broker's stream, over which host and plugin could arrange side channels.
//!
//! Terraform opens it and sends nothing, and a provider has no side channels to offer.

use tokio_stream::StreamExt;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use crate::proto::go_plugin::ConnInfo;
use crate::proto::go_plugin::grpc_broker_server::GrpcBroker;

pub(super) struct Broker;

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        // Stays open until the host ends its half.
        Ok(Response::new(Box::pin(request.into_inner().filter_map(|_| None))))
    }
}
