//! Health checks. Terraform makes none; other hosts of go-plugin do.

use tokio_stream::StreamExt;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::{HealthCheckRequest, HealthCheckResponse, health_server};

pub(super) struct Health;

/// The name go-plugin registers, and the empty one for the whole server.
fn status(service: &str) -> Option<ServingStatus> {
    matches!(service, "plugin" | "").then_some(ServingStatus::Serving)
}

#[tonic::async_trait]
impl health_server::Health for Health {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let status =
            status(&request.get_ref().service).ok_or_else(|| Status::not_found("no such service"))?;
        Ok(Response::new(HealthCheckResponse { status: status.into() }))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<BoxStream<HealthCheckResponse>>, Status> {
        let status = status(&request.get_ref().service).unwrap_or(ServingStatus::ServiceUnknown);
        let now = tokio_stream::once(Ok(HealthCheckResponse { status: status.into() }));
        // It never changes while the process lives.
        Ok(Response::new(Box::pin(now.chain(tokio_stream::pending()))))
    }
}
