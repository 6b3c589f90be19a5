//! Shutdown: the last call of every process.

use tonic::{Request, Response, Status};

use crate::plugin::Shutdown;
use crate::proto::go_plugin::Empty;
use crate::proto::go_plugin::grpc_controller_server::GrpcController;

pub(super) struct Controller(pub(super) Shutdown);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.request();
        Ok(Response::new(Empty {}))
    }
}
