//! The least HTTP client: one request per connection, so that a cut connection is seen as one.

use kibana_emulator::{Emulator, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) async fn start(options: Options) -> Emulator {
    Emulator::start(options).await.unwrap()
}

/// A request with `kbn-xsrf` and JSON, below the base path; `None` for a connection that was cut.
pub(crate) async fn try_ask(kibana: &Emulator, method: &str, path: &str, body: Value) -> Option<Reply> {
    let headers = [("kbn-xsrf", "true"), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(kibana, method, path, &headers, &body).await
}

pub(crate) async fn ask(kibana: &Emulator, method: &str, path: &str, body: Value) -> Reply {
    try_ask(kibana, method, path, body).await.unwrap()
}

/// A request with these headers only.
pub(crate) async fn send(
    kibana: &Emulator,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Reply> {
    let stream = TcpStream::connect(kibana.address()).await.unwrap();
    let base = kibana.url();
    let base = base.splitn(4, '/').nth(3).map(|base| format!("/{base}")).unwrap_or_default();
    let path = if path.starts_with("/_emulator") { path.to_owned() } else { format!("{base}{path}") };
    exchange(stream, method, &path, headers, body).await
}

pub(crate) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Reply> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: emulator\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut bytes = Vec::new();
    // A TLS peer that stops without saying goodbye is as good as one that closes.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some(Reply { status, headers, body: body.to_owned() })
}

/// A create request's body for the simplest type.
pub(crate) fn index(name: &str) -> Value {
    json!({"name": name, "connector_type_id": ".index", "config": {"index": "i"}})
}
