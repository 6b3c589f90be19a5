//! The stream for our output, which stays empty.
//!
//! Terraform logs whatever comes here as unexpected data. Our logs go to the real standard error.

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use crate::proto::go_plugin::StdioData;
use crate::proto::go_plugin::grpc_stdio_server::GrpcStdio;

pub(super) struct Stdio;

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        // Ends with the connection.
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}
