//! Sockets: accepts, speaks TLS if asked, serves HTTP/1 and HTTP/2, closes or ends connections where an
//! answer's mark says so, and refuses them all while an outage lasts.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

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
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tower_service::Service;

use crate::delivery::Mark;
use crate::options::Tls;

/// How long to wait for a port that is about to be free.
const SOON: Duration = Duration::from_millis(1);

/// Serves until it is dropped, and its connections with it. While `refusing` is true the port is kept, but
/// nothing listens on it.
pub(crate) async fn serve(
    mut listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    mut refusing: watch::Receiver<bool>,
) {
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
            () = told(&mut refusing, true) => {
                connections.shutdown().await;
                match refuse(listener, &mut refusing).await {
                    Ok(again) => listener = again,
                    // The system gives no socket for this address any more: there is nothing left to serve
                    // on.
                    Err(_) => return,
                }
            }
        }
    }
}

/// Gives up listening, and starts again when refusing ends. A socket that is bound without listening keeps
/// the port, and connections to it are refused.
async fn refuse(listener: TcpListener, refusing: &mut watch::Receiver<bool>) -> io::Result<TcpListener> {
    let address = listener.local_addr()?;
    drop(listener);
    let socket = loop {
        match bind(address) {
            Ok(socket) => break socket,
            // Whatever process this one is starting meanwhile holds a copy of the old listener until it runs
            // its own program. There is no event for that.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => tokio::time::sleep(SOON).await,
            Err(error) => return Err(error),
        }
    };
    told(refusing, false).await;
    socket.listen(1024)
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Waits for the outage to begin, or to end.
async fn told(refusing: &mut watch::Receiver<bool>, wanted: bool) {
    if refusing.wait_for(|refusing| *refusing == wanted).await.is_err() {
        // Nobody is left to say so.
        std::future::pending().await
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
    let (farewell, mut told) = mpsc::unbounded_channel();
    let service = service_fn(move |request: Request<Incoming>| {
        let (mut router, farewell) = (router.clone(), farewell.clone());
        async move { mind(router.call(request.map(Body::new)).await, &farewell) }
    });
    let builder = Builder::new(TokioExecutor::new());
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            // An error here is a client that hung up, or a connection that was cut on purpose.
            _ = serving.as_mut() => return,
            Some(mark) = told.recv() => match mark {
                Mark::GoAway => serving.as_mut().graceful_shutdown(),
                Mark::Cut | Mark::HangUp => return,
            },
        }
    }
}

/// Does what a response's mark says. An error from a service closes the connection without an answer, or
/// resets the stream.
fn mind(
    response: Result<Response<Body>, std::convert::Infallible>,
    farewell: &mpsc::UnboundedSender<Mark>,
) -> io::Result<Response<Body>> {
    let Ok(response) = response;
    match response.extensions().get::<Mark>() {
        None => return Ok(response),
        Some(Mark::GoAway) => {
            // The receiver is there while the connection is.
            let _ = farewell.send(Mark::GoAway);
            return Ok(response);
        }
        Some(Mark::HangUp) => drop(farewell.send(Mark::HangUp)),
        Some(Mark::Cut) => {}
    }
    Err(io::Error::other("the connection is cut on purpose"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_outage_ends_although_a_process_that_was_starting_held_a_copy_of_the_listener() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let (address, copy) = (listener.local_addr().unwrap(), listener.try_clone().unwrap());
        let (outage, mut refusing) = watch::channel(true);
        let listener = TcpListener::from_std(listener).unwrap();
        let refused = tokio::spawn(async move { refuse(listener, &mut refusing).await });
        // The outage begins while the copy is there.
        tokio::task::yield_now().await;
        drop(copy);
        outage.send_replace(false);
        let listener = refused.await.unwrap().unwrap();
        assert_eq!(listener.local_addr().unwrap(), address);
        let (client, served) = tokio::join!(TcpStream::connect(address), listener.accept());
        assert!(client.is_ok() && served.is_ok());
    }
}
