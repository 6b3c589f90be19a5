//! Kibana's REST API: the only room that knows HTTP.
//!
//! `provider` makes one `Client` of `Settings`; resources and their kin call its endpoint methods
//! (`connectors`, `create`, `list`, `execute`, `types`, `spaces`, `status`) with an `Operation`, and get
//! plain data or an `Error`, which is data, too: its words are in the room `explain`. Requests are plain
//! values (`request`), sent by `send` with authentication and time limits and repeated as `gate` allows, and
//! their answers are sorted by `answer` and `transport`. Nothing here knows HCL, or what a connector's config
//! means.

mod address;
mod answer;
mod connectors;
mod create;
mod endpoint;
mod error;
mod execute;
mod fleet;
mod gate;
mod headers;
mod list;
mod mask;
mod operation;
mod outage;
mod proxy;
mod request;
mod resolve;
mod send;
mod settings;
mod spaces;
mod status;
mod tls;
mod tls_failure;
mod transport;
mod trust;
mod types;

#[cfg(test)]
pub(crate) mod testing;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use address::Address;
pub(crate) use connectors::{ConnectorAnswer, ConnectorBody};
pub(crate) use create::{CreateOutcome, IdChoice};
pub(crate) use endpoint::{EndpointFault, parse_endpoint};
pub(crate) use error::{Attempted, Cause, Error, NotFound, Unreached, is_starting};
pub(crate) use execute::{Execution, Retry};
use gate::{Connect, Gate};
pub(crate) use headers::{HeaderFault, can_be_sent, check_header};
pub(crate) use list::Listed;
pub(crate) use mask::{presentable, values_in};
pub(crate) use operation::Operation;
pub(crate) use proxy::{Proxy, ProxyFault, proxy_for};
pub(crate) use request::Purpose;
use reqwest::header::{AUTHORIZATION, COOKIE};
pub(crate) use settings::{Auth, ClientCertificate, Settings, without_scheme};
pub(crate) use status::Status;
pub(crate) use tls::{check_pem_certificates, check_pem_identity};
pub(crate) use tls_failure::TlsFailure;
use tokio::sync::OnceCell;
pub(crate) use types::OfferedType;

use crate::stop::Stop;
use crate::value::Secret;

/// The space that has no prefix.
pub(crate) const DEFAULT_SPACE: &str = "default";

/// A connection, the handshake included, that takes longer than this is counted as failed: then it is known
/// that the request never left, which the time-out of the whole request would leave open. Where that one is
/// short, connecting gets three quarters of it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// The same once Kibana was waited for in vain.
const QUICK_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The way to one Kibana. Clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    /// The client's own, in every form in which somebody might quote them.
    secrets: Arc<[Secret]>,
    gate: Arc<Gate>,
    fleet: fleet::Fleet,
    /// Whether requests carry what Kibana may take for credentials: a client certificate or a cookie, too.
    has_credentials: bool,
    http: OnceCell<reqwest::Client>,
    /// The same with little time to connect.
    quick_http: OnceCell<reqwest::Client>,
}

impl Client {
    /// Takes over checked settings. Does no IO: connections and the system's certificates come with the first
    /// request.
    ///
    /// # Errors
    ///
    /// When an endpoint, a certificate or a credential cannot work whatever Kibana says.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let headers = settings.header_map()?;
        let has_credentials = settings.client_identity.is_some()
            || headers.contains_key(AUTHORIZATION)
            || headers.contains_key(COOKIE);
        Ok(Self(Arc::new(Inner {
            secrets: settings.secrets().into(),
            fleet: fleet::Fleet::default(),
            gate: Arc::new(Gate::new(settings.retry_timeout, settings.first_pause)),
            has_credentials,
            http: OnceCell::new(),
            quick_http: OnceCell::new(),
            settings,
        })))
    }

    /// Begins an operation: its time runs from now on.
    #[must_use]
    pub fn operation(&self, stop: &Stop) -> Operation {
        let settings = &self.0.settings;
        // For the last request of an operation, and for a look at what it did.
        let limit = settings.retry_timeout + 2 * settings.request_timeout;
        Operation::new(stop, limit, Arc::clone(&self.0.secrets), self.0.gate.place())
    }

    /// The space of connectors that name none.
    #[must_use]
    pub fn default_space(&self) -> &str {
        &self.0.settings.default_space
    }

    /// The address of Kibana, which holds no credentials.
    #[cfg(test)]
    pub(crate) fn endpoint(&self) -> &url::Url {
        &self.0.settings.endpoint
    }

    /// What requests say about who we are.
    #[cfg(test)]
    pub(crate) fn authorization(&self) -> Option<String> {
        let headers = self.0.settings.header_map().ok()?;
        headers.get("authorization")?.to_str().ok().map(str::to_owned)
    }

    /// The connections, built with the first request.
    async fn http(&self, connect: Connect) -> Result<&reqwest::Client, Error> {
        let (http, timeout) = match connect {
            Connect::Patiently => (&self.0.http, CONNECT_TIMEOUT),
            Connect::Quickly => (&self.0.quick_http, QUICK_CONNECT_TIMEOUT),
        };
        http.get_or_try_init(|| self.build_http(timeout)).await
    }

    async fn build_http(&self, connect_timeout: Duration) -> Result<reqwest::Client, Error> {
        let inner = Arc::clone(&self.0);
        // Reading the system's certificates blocks.
        let built = tokio::task::spawn_blocking(move || {
            let settings = &inner.settings;
            let headers = settings.header_map()?;
            let proxy = match &settings.proxy {
                Some(proxy) => Some(
                    reqwest::Proxy::all(proxy.url().clone())
                        .map_err(|_| Error::of(Cause::Settings("the proxy cannot be used".to_owned())))?,
                ),
                None => None,
            };
            tls::build(settings, || {
                let builder = reqwest::Client::builder()
                    .default_headers(headers.clone())
                    .redirect(reqwest::redirect::Policy::none())
                    .connect_timeout(connect_timeout.min(settings.request_timeout.mul_f64(0.75)))
                    .dns_resolver(Arc::new(resolve::Resolver::default()));
                let builder = builder.no_proxy();
                match &proxy {
                    Some(proxy) => builder.proxy(proxy.clone()),
                    None => builder,
                }
            })
        });
        built.await.unwrap_or_else(|panic| Err(Error::of(Cause::Settings(panic.to_string()))))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.0.settings.endpoint)
    }
}
