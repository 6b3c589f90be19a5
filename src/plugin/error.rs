//! What can go wrong before and around serving.
//!
//! These end the process and are read by a person: on the terminal, or in Terraform's log.

use std::fmt::Write;
use std::io;
use std::path::PathBuf;

/// Why the process could not serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Started by hand. The text is for the person who did it.
    #[error(
        "This program is a plugin for Terraform and OpenTofu and does nothing by itself.\n\
         Name the provider in a configuration's required_providers block, and Terraform starts it when needed.\n\
         To run it under a debugger, use -debug; see also -help."
    )]
    NotStartedByTerraform,
    /// The host speaks other major versions of the protocol.
    #[error(
        "this provider speaks version 6 of Terraform's plugin protocol, the host offers only {0}; \
         Terraform 1.0 or newer is needed"
    )]
    VersionNotOffered(String),
    /// A variable set by the host cannot be understood.
    #[error("the host set {variable} to something that is not {expected}")]
    Variable {
        /// Name of the variable. Its value stays out of the text: it may be long or binary.
        variable: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// No socket could be made.
    #[error("cannot listen on a socket in {}", folder.display())]
    Socket {
        /// Where it should have been.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// `PLUGIN_UNIX_SOCKET_GROUP` names nobody.
    #[error("PLUGIN_UNIX_SOCKET_GROUP names the group `{0}`, which does not exist")]
    Group(String),
    /// The socket could not be given to its owner and group.
    #[error("cannot set the permissions of the socket {}", path.display())]
    Permissions {
        /// The socket.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// No port of the range is free.
    #[error("cannot listen on 127.0.0.1 on any port from {first} to {last}")]
    Ports {
        /// Lowest port tried.
        first: u16,
        /// Highest port tried.
        last: u16,
        /// What the last one said.
        source: io::Error,
    },
    /// Our own certificate could not be made.
    #[error("cannot make a certificate for the connection")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS for the connection")]
    Tls(#[from] rustls::Error),
    /// Nobody reads our standard output.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// The runtime did not start.
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
    /// Signals could not be watched.
    #[error("cannot watch for signals")]
    Signals(#[source] io::Error),
    /// The server gave up.
    #[error("the server failed")]
    Transport(#[source] tonic::transport::Error),
    /// A panic outside of any call; its text has been printed by the hook.
    #[error("the provider ends because of the panic above")]
    Panicked,
}

/// The error and its sources on one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_follow_on_the_same_line() {
        let error = Error::Socket { folder: "/nowhere".into(), source: io::Error::other("no room") };
        assert_eq!(chain(&error), "cannot listen on a socket in /nowhere: no room");
    }
}
