//! Mutual TLS: the host gets in, nobody else does.
//!
//! The client asserts TLS 1.3 and ALPN on every connection it makes.

use terraform_provider_kibana::proto::health::HealthCheckRequest;
use terraform_provider_kibana::proto::health::health_client::HealthClient;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

use crate::support::{ClientIdentity, Launch, soon, tls_stream};

#[tokio::test]
async fn strangers_are_refused_and_the_host_is_served() {
    let mut process = Launch::terraform().spawn();
    let line = process.line().await;
    for stranger in [None, Some(ClientIdentity::new())] {
        // In TLS 1.3 a client believes itself connected before its certificate is looked at.
        let mut stream = tls_stream(&line, stranger.as_ref()).await.unwrap();
        let answer = soon("a refusal", stream.read_u8()).await;
        assert!(answer.unwrap_err().to_string().contains("alert"));
    }
    crate::support::Plugin::attach(process, line).await.shutdown().await;
}

#[tokio::test]
async fn a_stalled_handshake_keeps_nobody_waiting() {
    let mut process = Launch::terraform().spawn();
    let line = process.line().await;
    let stalled = UnixStream::connect(&line.address).await.unwrap();
    let plugin = crate::support::Plugin::attach(process, line).await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    HealthClient::new(plugin.channel.clone()).check(request).await.unwrap();
    drop(stalled);
    plugin.shutdown().await;
}
