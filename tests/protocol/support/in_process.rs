//! A provider in this process, behind a pipe in memory: the same services and limits, no process or TLS.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use terraform_provider_kibana::plugin::{Calls, Shutdown, services};
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use tokio_stream::StreamExt;
use tonic::transport::{Channel, Endpoint};

/// Serves `provider` until the returned channel and all its clones are dropped.
pub(crate) async fn in_process<P: Provider>(provider: P) -> Channel {
    let (client, server) = tokio::io::duplex(1 << 20);
    let incoming = tokio_stream::once(Ok::<_, std::io::Error>(server)).chain(tokio_stream::pending());
    let router = services::router(Arc::new(provider), Calls::default(), Shutdown::default());
    tokio::spawn(router.serve_with_incoming(incoming));
    let mut client = Some(client);
    let connector = tower::service_fn(move |_| {
        let client = client.take().ok_or_else(|| std::io::Error::other("there is only one connection"));
        async { client.map(TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connector).await.unwrap()
}
