//! A host: starts the provider's binary as Terraform does, or serves one in this process.
//!
//! [`Launch`] describes a start and [`Plugin`] is a started process with clients for its services.
//! [`in_process`] gives the same clients for a service value, without process, socket or TLS.

use std::time::Duration;

mod certificate;
mod in_process;
mod launch;
mod plugin;

pub(crate) use certificate::ClientIdentity;
pub(crate) use in_process::in_process;
pub(crate) use launch::{Launch, Line, Started};
pub(crate) use plugin::{Plugin, tls_stream};

/// Anything that takes longer than this on a loaded machine is taken for stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for `future`, but not for ever.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("still waiting: {what}"))
}
