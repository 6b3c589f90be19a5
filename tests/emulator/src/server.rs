//! Sockets: accepts, speaks TLS if asked, serves HTTP/1 and HTTP/2, and closes a connection without an answer
//! when `gate` says so, which no axum handler could.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tower_service::Service;

use crate::gate::Cut;
use crate::options::Tls;

/// Serves until it is dropped, and its connections with it.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A client that is gone before it was accepted is nobody's business.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, tls.clone(), router.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router) {
    // Neither matters to anybody but the client, who sees it: a failed option, a failed handshake.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak(stream, router).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                speak(stream, router).await;
            }
        }
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, router: Router) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move { uncut(router.call(request.map(Body::new)).await) }
    });
    // An error here is a client that hung up, or a connection that was cut on purpose.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// An error from a service closes the connection without an answer.
fn uncut(response: Result<Response<Body>, std::convert::Infallible>) -> io::Result<Response<Body>> {
    let Ok(response) = response;
    if response.extensions().get::<Cut>().is_some() {
        return Err(io::Error::other("the connection is cut on purpose"));
    }
    Ok(response)
}

/// Prepares TLS.
///
/// # Errors
///
/// When certificate or key are not PEM, or do not belong together.
pub(crate) fn acceptor(tls: &Tls) -> Result<TlsAcceptor, String> {
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(tls.certificate_pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| format!("certificate: {error}"))?;
    let key =
        PrivateKeyDer::from_pem_slice(tls.key_pem.as_bytes()).map_err(|error| format!("key: {error}"))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
