//! A web server with a certificate of a test authority, for a folder of files.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{StatusCode, Uri};
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A server that ends with the value.
pub(crate) struct Https {
    pub(crate) address: String,
    /// The authority's certificate, in PEM.
    pub(crate) authority: String,
    task: tokio::task::JoinHandle<()>,
}

impl Https {
    /// Serves the files of a folder.
    pub(crate) async fn serve(folder: &Path) -> Self {
        let (tls, authority) = certificate();
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("https://localhost:{}", tcp.local_addr().expect("an address").port());
        let folder = folder.to_owned();
        let app = axum::Router::new().fallback(move |uri: Uri| file(folder.clone(), uri));
        let task = tokio::spawn(async move {
            let _ = axum::serve(Tls { tcp, tls }, app).await;
        });
        Self { address, authority, task }
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn file(folder: PathBuf, uri: Uri) -> Result<([(&'static str, &'static str); 1], Vec<u8>), StatusCode> {
    let path = folder.join(uri.path().trim_start_matches('/'));
    let kind = if path.extension().is_some_and(|end| end == "json") {
        "application/json"
    } else {
        "application/zip"
    };
    match std::fs::read(path) {
        Ok(bytes) => Ok(([("content-type", kind)], bytes)),
        Err(_) => Err(StatusCode::NOT_FOUND),
    }
}

fn certificate() -> (TlsAcceptor, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("the authority's certificate").pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(["localhost".to_owned()]).expect("a server");
    let certificate = params.signed_by(&key, &issuer).expect("the server's certificate");
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("certificate and key belong together");
    (TlsAcceptor::from(Arc::new(config)), authority)
}

struct Tls {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            // Whoever fails the handshake sees it; the next one is waited for.
            if let Ok((stream, address)) = self.tcp.accept().await
                && let Ok(stream) = self.tls.accept(stream).await
            {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
