//! Around Kibana: a state backend that keeps the state in memory, and a door that counts who comes in.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::{TcpListener, TcpStream};

/// What `backend "http"` talks to.
#[derive(Clone, Default)]
pub(super) struct Backend(Arc<Mutex<Bytes>>);

impl Backend {
    /// Serves from now on, on the caller's runtime.
    pub(super) async fn start() -> std::io::Result<(Self, SocketAddr)> {
        let backend = Self::default();
        let router = Router::new()
            .route("/state", get(load).post(store))
            .layer(DefaultBodyLimit::disable())
            .with_state(backend.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok((backend, address))
    }

    /// Bytes of the state.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn load(State(backend): State<Backend>) -> (StatusCode, Bytes) {
    let state = backend.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (if state.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::OK }, state)
}

async fn store(State(backend): State<Backend>, state: Bytes) {
    *backend.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
}

/// Passes connections on and counts them.
#[derive(Clone, Default)]
pub(super) struct Door(Arc<AtomicUsize>);

impl Door {
    /// A door to `inside`, open from now on, on the caller's runtime.
    pub(super) async fn open(inside: SocketAddr) -> std::io::Result<(Self, SocketAddr)> {
        let door = Self::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let counted = door.clone();
        tokio::spawn(async move {
            while let Ok((outer, _)) = listener.accept().await {
                counted.0.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(pass(outer, inside));
            }
        });
        Ok((door, address))
    }

    /// How many came since the last look.
    pub(super) fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

async fn pass(mut outer: TcpStream, inside: SocketAddr) -> std::io::Result<()> {
    let mut inner = TcpStream::connect(inside).await?;
    outer.set_nodelay(true)?;
    inner.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut outer, &mut inner).await.map(drop)
}
