//! A started process, connected: one connection, and the two streams that stay open on it.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ProtocolVersion, RootCertStore};
use terraform_provider_kibana::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use terraform_provider_kibana::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use terraform_provider_kibana::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use terraform_provider_kibana::proto::go_plugin::{ConnInfo, Empty, StdioData};
use terraform_provider_kibana::proto::tfplugin6::provider_client::ProviderClient;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::{Channel, Endpoint};

use super::{ClientIdentity, Line, Started, soon};

/// A process and the clients of its services.
pub(crate) struct Plugin {
    pub(crate) process: Started,
    pub(crate) line: Line,
    pub(crate) channel: Channel,
    pub(crate) provider: ProviderClient<Channel>,
    pub(crate) controller: GrpcControllerClient<Channel>,
    pub(crate) broker: Streaming<ConnInfo>,
    /// Our half of the broker's stream. It carries nothing, and holds the connection open until it is
    /// dropped.
    _broker_half: mpsc::Sender<ConnInfo>,
    pub(crate) stdio: Streaming<StdioData>,
}

impl Plugin {
    /// Connects to a process that has printed its line.
    pub(crate) async fn attach(process: Started, line: Line) -> Self {
        let channel = soon("a connection", connect(&line, process.client.as_ref())).await.unwrap();
        let (broker_half, nothing) = mpsc::channel(1);
        let nothing = ReceiverStream::new(nothing);
        let broker = GrpcBrokerClient::new(channel.clone()).start_stream(nothing).await.unwrap();
        let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
        Self {
            process,
            line,
            // The client's own limits are no part of these tests.
            provider: ProviderClient::new(channel.clone())
                .max_decoding_message_size(usize::MAX)
                .max_encoding_message_size(usize::MAX),
            controller: GrpcControllerClient::new(channel.clone()),
            channel,
            broker: broker.into_inner(),
            _broker_half: broker_half,
            stdio: stdio.into_inner(),
        }
    }

    /// Calls Shutdown and closes the connection, as Terraform does; the process must then end well, in time.
    pub(crate) async fn shutdown(mut self) {
        let start = Instant::now();
        self.controller.shutdown(Empty {}).await.unwrap();
        let mut process = self.disconnect();
        assert_eq!(process.exit().await.code(), Some(0));
        assert!(start.elapsed() < Duration::from_secs(2), "Terraform kills after two seconds");
    }

    /// Closes the connection without a word.
    pub(crate) fn disconnect(self) -> Started {
        self.process
    }
}

/// A channel over one connection. With an identity it is a TLS connection as Terraform would make it.
async fn connect(line: &Line, identity: Option<&ClientIdentity>) -> Result<Channel, tonic::transport::Error> {
    match identity {
        Some(_) => channel(tls_stream(line, identity).await.unwrap()).await,
        None => channel(UnixStream::connect(&line.address).await.unwrap()).await,
    }
}

async fn channel<S>(stream: S) -> Result<Channel, tonic::transport::Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let mut stream = Some(stream);
    let connector = tower::service_fn(move |_| {
        let stream = stream.take().ok_or_else(|| io::Error::other("there is only one connection"));
        async { stream.map(TokioIo::new) }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

/// A TLS connection with the line's certificate as its only root, and the properties newer clients insist on.
pub(crate) async fn tls_stream(
    line: &Line,
    identity: Option<&ClientIdentity>,
) -> io::Result<TlsStream<UnixStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(line.certificate.clone().expect("the line has a certificate")).unwrap();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(crypto)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(identity) => {
            builder.with_client_auth_cert(vec![identity.certificate.clone()], identity.key()).unwrap()
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    let socket = UnixStream::connect(&line.address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await?;
    let (_, connection) = stream.get_ref();
    assert_eq!(connection.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
    Ok(stream)
}
