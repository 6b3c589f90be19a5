//! A server for tests that answers by a script, over plain HTTP or TLS, on 127.0.0.1 only.
//!
//! Every connection carries one request; what came in is kept for the test to look at. It knows nothing of
//! Kibana: the emulator states Kibana's contract.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

use super::{Address, Attempted, Cause, Client, Error, Purpose, Settings};

/// A port where nobody listens. Nobody else can take it while the socket is kept; one that was listened on
/// before could still take connections, since a process that is being started holds copies of all sockets for
/// a moment.
pub(crate) fn silent_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A request for this purpose that ended like this, about a connector of a known type.
pub(crate) fn failed(purpose: Purpose, cause: Cause) -> Error {
    failed_through(None, purpose, cause)
}

/// A failure outside of any request.
pub(crate) fn failed_outside(cause: Cause) -> Error {
    Error::of(cause)
}

/// The same through a proxy.
pub(crate) fn failed_through(proxy: Option<&str>, purpose: Purpose, cause: Cause) -> Error {
    Error::during(cause, attempted(proxy, purpose))
}

/// A read that was not sent, since others had ended like this.
pub(crate) fn failed_unsent(cause: Cause) -> Error {
    Error::unsent(cause, attempted(None, Purpose::Read))
}

/// The same without TLS, so that the proxy can answer.
pub(crate) fn failed_plainly_through(proxy: &str, purpose: Purpose, cause: Cause) -> Error {
    let endpoint = "http://kibana.example:5601/".to_owned();
    Error::during(cause, Attempted { endpoint, ..attempted(Some(proxy), purpose) })
}

/// A read without credentials that ended like this.
pub(crate) fn failed_without_credentials(cause: Cause) -> Error {
    Error::during(cause, Attempted { has_credentials: false, ..attempted(None, Purpose::Read) })
}

fn attempted(proxy: Option<&str>, purpose: Purpose) -> Attempted {
    Attempted {
        purpose,
        request: format!("{} /api/actions/connector/my-id", purpose.method()),
        endpoint: "https://kibana.example:5601/".to_owned(),
        space_id: Some("default".to_owned()),
        id: Some("my-id".to_owned()),
        connector_type_id: Some(".inference".to_owned()).filter(|_| purpose == Purpose::Create),
        host: "kibana.example".to_owned(),
        has_credentials: true,
        proxy: proxy.map(str::to_owned),
    }
}

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and path, such as `GET /api/status`.
    pub(crate) line: String,
    /// The headers as they came, names in lower case.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

/// What to do with a request.
pub(crate) enum Reply {
    /// Answer with a status, headers (each ended by CRLF) and a body.
    Answer(u16, String, String),
    /// Begin an answer with a status and this much of its body, and never send the rest.
    Unfinished(u16, String),
    /// Close the connection without a word.
    Cut,
    /// Say nothing for so long, then close.
    Hang(Duration),
}

/// The address of a connector in the space `default`.
pub(crate) fn address(id: &str) -> Address {
    Address::new(super::DEFAULT_SPACE, id)
}

/// Kibana's error body.
pub(crate) fn refusal(status: u16, message: &str) -> Reply {
    let json = serde_json::json!({"statusCode": status, "error": "Reason", "message": message});
    json_answer(status, &json)
}

/// Kibana's 404 for a connector.
pub(crate) fn missing(id: &str) -> Reply {
    refusal(404, &format!("Saved object [action/{id}] not found"))
}

/// A connector's JSON with 200.
pub(crate) fn connector(id: &str) -> Reply {
    json_answer(200, &connector_json(id))
}

pub(crate) fn connector_json(id: &str) -> serde_json::Value {
    serde_json::json!({
        "id": id, "name": "n", "connector_type_id": ".index", "config": {"index": "i"},
        "is_missing_secrets": false, "is_preconfigured": false, "is_deprecated": false,
        "is_system_action": false,
    })
}

pub(crate) fn json_answer(status: u16, json: &serde_json::Value) -> Reply {
    Reply::Answer(status, "content-type: application/json\r\n".to_owned(), json.to_string())
}

/// The server; gone when dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers by a script that gets each request and its number, from 0.
    pub(crate) async fn start(script: impl FnMut(usize, &Seen) -> Reply + Send + 'static) -> Self {
        Self::serve(script, None).await
    }

    /// The same over TLS.
    pub(crate) async fn start_tls(
        config: rustls::ServerConfig,
        script: impl FnMut(usize, &Seen) -> Reply + Send + 'static,
    ) -> Self {
        Self::serve(script, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn serve(
        script: impl FnMut(usize, &Seen) -> Reply + Send + 'static,
        tls: Option<TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, kept) = (Arc::new(Mutex::new(script)), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, kept, tls) = (Arc::clone(&script), Arc::clone(&kept), tls.clone());
                tokio::spawn(async move {
                    let answer = |request: &Seen| {
                        let mut kept = kept.lock().unwrap();
                        let number = kept.len();
                        kept.push(request.clone());
                        (script.lock().unwrap())(number, request)
                    };
                    match tls {
                        None => converse(stream, answer).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => converse(stream, answer).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { port, seen, task }
    }

    /// What came in so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The request lines that came in so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    /// Settings for this server that repeat for a moment.
    pub(crate) fn settings(&self) -> Settings {
        fast(&format!("http://127.0.0.1:{}", self.port))
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }
}

/// How long requests are repeated: with pauses this short enough for several tries on a machine that is busy.
pub(crate) const MOMENT: Duration = Duration::from_secs(3);

/// Settings that repeat for a moment.
pub(crate) fn fast(endpoint: &str) -> Settings {
    Settings {
        first_pause: Duration::from_millis(20),
        retry_timeout: MOMENT,
        ..Settings::new(endpoint.parse().unwrap())
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: impl FnOnce(&Seen) -> Reply,
) -> Option<()> {
    let request = read_request(&mut stream).await?;
    match answer(&request) {
        Reply::Answer(status, headers, body) => {
            let head = format!(
                "HTTP/1.1 {status} Reason\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
                body.len()
            );
            // No body and no length may come with a 204.
            let head = if status == 204 { head.replace("content-length: 0\r\n", "") } else { head };
            stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
            stream.shutdown().await.ok()
        }
        Reply::Unfinished(status, body) => {
            let head = format!("HTTP/1.1 {status} Reason\r\ncontent-length: {}\r\n\r\n", 2 * body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
            std::future::pending().await
        }
        Reply::Cut => None,
        Reply::Hang(time) => {
            tokio::time::sleep(time).await;
            None
        }
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            let line = text.split(" HTTP/").next().unwrap().to_owned();
            return Some(Seen { line, head, body: body.to_owned() });
        }
    }
}
