//! From the listener to the server: accepts connections, lets TLS check them, hands them on.
//!
//! Every TLS handshake runs in a task of its own, with a deadline, so a client that stalls in it keeps nobody
//! else waiting. Only connections that passed reach the server or are counted.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

use super::lifetime::Connections;
use super::listener::{Io, Listener};

/// A handshake takes milliseconds; this is for clients that never finish theirs.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// What waits between an error of the listener (mostly: no file handles left) and the next try.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// A counted connection.
#[derive(Debug)]
pub struct Open(pub(super) Connections);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed();
    }
}

/// Accepts connections for as long as it is polled, and sends those of trusted clients to the server.
pub(super) async fn accept(
    listener: &Listener,
    acceptor: Option<TlsAcceptor>,
    connections: Connections,
    server: mpsc::Sender<io::Result<Connection>>,
) -> Infallible {
    loop {
        match listener.accept().await {
            Ok(stream) => {
                let connection = trusted(stream, acceptor.clone(), connections.clone());
                let server = server.clone();
                tokio::spawn(async move {
                    match connection.await {
                        // A server that has ended takes no more connections.
                        Ok(connection) => drop(server.send(Ok(connection)).await),
                        Err(error) => tracing::warn!(%error, "a connection was refused"),
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

async fn trusted(
    stream: Box<dyn Io>,
    acceptor: Option<TlsAcceptor>,
    connections: Connections,
) -> io::Result<Connection> {
    let io = match acceptor {
        Some(acceptor) => {
            let handshake = acceptor.accept(stream);
            let stream = tokio::time::timeout(HANDSHAKE_TIME, handshake).await??;
            Box::new(stream) as Box<dyn Io>
        }
        None => stream,
    };
    Ok(Connection { io, _open: connections.opened() })
}

/// One client's stream.
pub(super) struct Connection {
    io: Box<dyn Io>,
    _open: Open,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
