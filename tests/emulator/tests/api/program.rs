//! The emulator as a program of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use tokio::net::TcpStream;

use crate::client::exchange;

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kibana-emulator"))
}

#[tokio::test]
async fn prints_its_address_and_ends_on_sigterm() {
    let mut child = command()
        .args(["--release", "old", "--api-key", "k", "--base-path", "/kb", "--space", "ops"])
        .args(["--preconfigured", "mail=.email"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let url = line.trim();
    let address = url.strip_prefix("http://").unwrap().strip_suffix("/kb").unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{url}");
    let ask = async |path: &str, headers: &[(&str, &str)]| {
        let stream = TcpStream::connect(address).await.unwrap();
        exchange(stream, "GET", path, headers, "").await.unwrap()
    };
    let status = ask("/kb/api/status", &[("authorization", "ApiKey k")]).await;
    assert_eq!(status.json()["version"]["number"], "8.19.7");
    assert_eq!(ask("/kb/api/spaces/space/ops", &[]).await.status, 401);
    let list = ask("/kb/api/actions/connectors", &[("authorization", "ApiKey k")]).await.json();
    assert_eq!((&list[0]["id"], &list[0]["connector_type_id"]), (&"mail".into(), &".email".into()));
    assert_eq!(ask("/_emulator/requests", &[]).await.json().as_array().unwrap().len(), 3);
    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

// All of 127.0.0.0/8 is there on Linux without any set-up; on other systems only 127.0.0.1 is.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn listens_on_the_address_that_it_is_given_and_on_no_other() {
    let mut child = command().args(["--address", "127.0.0.2"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("http://127.0.0.2:").unwrap_or_else(|| panic!("{line}"));
    let port: u16 = port.parse().unwrap();
    let stream = TcpStream::connect(("127.0.0.2", port)).await.unwrap();
    assert_eq!(exchange(stream, "GET", "/api/status", &[], "").await.unwrap().status, 200);
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn tells_what_is_wrong_with_its_arguments() {
    let bad = command().args(["--release", "ancient"]).output().unwrap();
    assert!(!bad.status.success());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("current"));
    let bad = command().args(["--preconfigured", "mail"]).output().unwrap();
    assert!(String::from_utf8_lossy(&bad.stderr).contains("must be ID=TYPE"));
    let bad = command().args(["--base-path", "kb"]).output().unwrap();
    assert!(!bad.status.success());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("base path 'kb'"));
    let bad = command().args(["--address", "kibana.example.com"]).output().unwrap();
    assert!(!bad.status.success());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("invalid IP address"));
    // Reserved for documentation, so no machine has it.
    let bad = command().args(["--address", "192.0.2.1"]).output().unwrap();
    assert!(!bad.status.success());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("cannot listen on 192.0.2.1:0"));
}
