//! Mutual TLS: the host gets in, nobody else does.
//!
//! The client asserts TLS 1.3 and ALPN on every connection it makes.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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
async fn only_the_owner_can_reach_the_socket_and_nothing_of_it_stays() {
    let temporary = tempfile::tempdir().unwrap();
    let plugin = Launch::terraform().env("TMPDIR", temporary.path()).start().await;
    let socket = Path::new(&plugin.line.address);
    for (path, expected) in [(socket, 0o600), (socket.parent().unwrap(), 0o700)] {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, expected, "{path:?}");
    }
    assert_eq!(socket.parent().unwrap().parent(), Some(temporary.path()));
    plugin.shutdown().await;
    assert_eq!(temporary.path().read_dir().unwrap().count(), 0);
}

/// So no secret can get into the arguments or the environment of one.
#[test]
fn the_provider_has_no_code_that_starts_a_process() {
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("process::Command"), "{path:?}");
                files += 1;
            }
        }
    }
    assert!(files > 100, "{files}");
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
