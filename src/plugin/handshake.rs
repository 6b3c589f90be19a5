//! The handshake line: the one thing we ever write on standard output in plugin mode.
//!
//! The host reads it to learn where we listen and which certificate to expect. Anything printed before it,
//! and any part too many in it, makes the host give up.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::listener::Listener;
use super::tls::ServerIdentity;
use super::{Error, PROTOCOL_VERSION};

/// The version of go-plugin's own conventions, which all hosts share.
const CORE_VERSION: u32 = 1;

/// Writes the line. The listener is bound already, so the host may connect at once.
pub(super) fn announce(
    listener: &Listener,
    identity: Option<&ServerIdentity>,
    multiplex: bool,
) -> Result<(), Error> {
    let certificate = identity.map(|identity| identity.certificate.as_ref());
    let line = line(listener.network(), &listener.address(), certificate, multiplex);
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

fn line(network: &str, address: &str, certificate: Option<&[u8]>, multiplex: bool) -> String {
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    // Hosts older than go-plugin 1.6 split the line in at most six parts and would take a seventh for a piece
    // of the certificate. Only newer ones set the variable that asks for it.
    let multiplex = if multiplex { "|false" } else { "" };
    format!("{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}{multiplex}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_parts_or_seven_when_asked() {
        assert_eq!(line("unix", "/tmp/x", Some(b"DER!"), false), "1|6|unix|/tmp/x|grpc|REVSIQ\n");
        assert_eq!(line("unix", "/tmp/x", None, false), "1|6|unix|/tmp/x|grpc|\n");
        assert_eq!(line("tcp", "127.0.0.1:10000", None, true), "1|6|tcp|127.0.0.1:10000|grpc||false\n");
    }
}
