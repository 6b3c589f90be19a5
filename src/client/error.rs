//! What can go wrong on the way to Kibana and back.
//!
//! Plain data: everything foreign in here has been masked and shortened when it came in, so an error may be
//! shown and logged as it is. Callers ask the predicates; the room `explain` turns an error into what a
//! person reads.

use std::fmt;
use std::time::Duration;

use super::request::Purpose;
use super::tls_failure::TlsFailure;

/// A request that failed, or settings that cannot work.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    cause: Cause,
    attempted: Option<Attempted>,
    attempts: u32,
    outcome_unknown: bool,
    /// Whether that is so because of an earlier attempt than the one that the cause is about.
    earlier_may_have_landed: bool,
    was_sent: bool,
}

/// What was attempted.
#[derive(Clone, Debug)]
pub(crate) struct Attempted {
    /// What the request was for.
    pub(crate) purpose: Purpose,
    /// `POST /api/actions/connector/1`.
    pub(crate) request: String,
    /// The endpoint, which holds no credentials.
    pub(crate) endpoint: String,
    /// The space that the request was about.
    pub(crate) space_id: Option<String>,
    /// The connector that it was about.
    pub(crate) id: Option<String>,
    /// The type of the connector that it was to create.
    pub(crate) connector_type_id: Option<String>,
    /// The host of the endpoint alone.
    pub(crate) host: String,
    /// Whether it carried credentials.
    pub(crate) has_credentials: bool,
    /// The proxy that it goes through, without its credentials.
    pub(crate) proxy: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Cause {
    /// The settings cannot work.
    #[error("{0}")]
    Settings(String),
    /// An ID or space that no URL can carry.
    #[error("the ID `{0}` cannot stand in a URL")]
    Unaddressable(String),
    /// Terraform asked to stop before the request was made or while it was reading.
    #[error("stopped on request")]
    Stopped,
    /// The operation's time was up before the request was made.
    #[error("no time was left")]
    OutOfTime,
    /// No connection came about: the request surely never left.
    #[error("no connection: {0}")]
    Unreached(Unreached),
    /// The request may have arrived, but no whole answer came back.
    #[error("no answer: {detail}")]
    Lost {
        /// Whether it just took too long.
        timed_out: bool,
        /// What the connection said.
        detail: String,
    },
    /// Kibana's own answer, in its own JSON.
    #[error("Kibana answered {status}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Kibana's message.
        message: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
        /// What a 404 says.
        not_found: Option<NotFound>,
    },
    /// Kibana's bare 401, although there were credentials: it could not have them judged. A real Kibana says
    /// so while its Elasticsearch is gone; credentials that Elasticsearch refuses are told at more length.
    #[error("Kibana answered 401: Unauthorized")]
    Unjudged,
    /// An answer that is not Kibana's.
    #[error("something else than Kibana answered {status}: {shown}")]
    Foreign {
        /// The HTTP status.
        status: u16,
        /// Its content type, if it named one.
        content_type: Option<String>,
        /// The page's title or first words; may be empty.
        shown: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// A redirect, which is never followed.
    #[error("redirected ({status}) from {from} to {to}")]
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Scheme, host, port and path of what was asked for.
        from: String,
        /// The same of where it points to.
        to: String,
    },
    /// Another connector has the ID that the user chose, as a look before or after the POST showed.
    #[error("the ID `{id}` is in use")]
    IdInUse {
        /// The ID.
        id: String,
        /// The name of what is there.
        name: String,
        /// Its type.
        connector_type_id: String,
        /// Whether it is defined in `kibana.yml`.
        preconfigured: bool,
    },
    /// Kibana made the connector under another ID than the one it was given.
    #[error("the connector was made under the ID `{got}`, not `{asked}`")]
    OtherId {
        /// The ID that was sent.
        asked: String,
        /// The ID that came back.
        got: String,
    },
    /// The user chose an ID, and this Kibana is too old to be given one.
    #[error("this Kibana accepts no ID for a new connector")]
    IdUnsupported,
    /// An answer of success that holds something else than was asked for.
    #[error("the answer {status} cannot be used: {why}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        why: String,
    },
}

/// Why there was no connection.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Unreached {
    /// The host name has no address.
    #[error("the host is not known")]
    UnknownHost,
    /// No name server could be asked.
    #[error("the host could not be looked up ({0})")]
    Resolver(String),
    /// Nobody listens.
    #[error("refused")]
    Refused,
    /// It took too long.
    #[error("timed out")]
    TimedOut,
    /// No agreement on TLS.
    #[error("TLS: {0}")]
    Tls(TlsFailure),
    /// The proxy wants credentials, or others.
    #[error("the proxy wants credentials")]
    ProxyCredentials,
    /// The proxy does not connect to Kibana.
    #[error("the proxy does not connect to Kibana")]
    ProxyRefused,
    /// Anything else: a proxy, an unreachable network.
    #[error("{0}")]
    Other(String),
}

/// Which of three things a 404 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// Kibana says that the connector is not there (or not in this space).
    ConnectorMissing,
    /// Kibana knows no such route: an old Kibana, or a wrong base path.
    RouteMissing,
    /// Anything else: a proxy, another service.
    Foreign,
}

impl Unreached {
    /// Whether the next attempt may find it otherwise.
    fn may_pass(&self) -> bool {
        match self {
            Self::Tls(_) | Self::ProxyCredentials => false,
            Self::UnknownHost
            | Self::Resolver(_)
            | Self::Refused
            | Self::TimedOut
            | Self::ProxyRefused
            | Self::Other(_) => true,
        }
    }
}

impl Error {
    /// An error outside of any request.
    pub(super) fn of(cause: Cause) -> Self {
        Self(Box::new(Inner {
            cause,
            attempted: None,
            attempts: 1,
            outcome_unknown: false,
            earlier_may_have_landed: false,
            was_sent: true,
        }))
    }

    /// An error of a request.
    pub(super) fn during(cause: Cause, attempted: Attempted) -> Self {
        let outcome_unknown = attempted.purpose.is_write() && cause.facts().may_have_landed;
        Self(Box::new(Inner {
            cause,
            attempted: Some(attempted),
            attempts: 1,
            outcome_unknown,
            earlier_may_have_landed: false,
            was_sent: true,
        }))
    }

    /// An error of a request that was not sent, since others failed like this.
    pub(super) fn unsent(cause: Cause, attempted: Attempted) -> Self {
        Self(Box::new(Inner {
            cause,
            attempted: Some(attempted),
            attempts: 0,
            outcome_unknown: false,
            earlier_may_have_landed: false,
            was_sent: false,
        }))
    }

    /// Says how often it was tried, and whether an earlier attempt may have landed.
    pub(super) fn after(mut self, attempts: u32, earlier_may_have_landed: bool) -> Self {
        self.0.attempts = attempts;
        self.0.outcome_unknown |= earlier_may_have_landed;
        self.0.earlier_may_have_landed |= earlier_may_have_landed;
        self
    }

    /// The same failure of the same request, told as something more exact.
    pub(super) fn retold(mut self, cause: Cause) -> Self {
        self.0.cause = cause;
        self.settled()
    }

    /// Says that the write surely did not happen, since somebody looked.
    pub(super) fn settled(mut self) -> Self {
        self.0.outcome_unknown = false;
        self.0.earlier_may_have_landed = false;
        self
    }

    /// What went wrong.
    pub(crate) fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// What was attempted; none for an error outside of any request.
    pub(crate) fn attempted(&self) -> Option<&Attempted> {
        self.0.attempted.as_ref()
    }

    /// How often it was sent; not at all where others had failed before.
    pub(crate) fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether Kibana itself said that the connector is not there. Other 404s are not this.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.not_found() == Some(NotFound::ConnectorMissing)
    }

    /// What a 404 says; none for everything else.
    #[must_use]
    pub fn not_found(&self) -> Option<NotFound> {
        self.cause().facts().not_found
    }

    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.cause().facts().is_retryable
    }

    /// Whether Kibana answered 409: on create the ID is in use, in this space or another.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.cause(), Cause::Refused { status: 409, .. })
    }

    /// Whether a write may have happened although this came back.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// Whether to say that a write may have happened. What Kibana says that it turned away did not; that
    /// such words can come from elsewhere, too, counts only where a look or nothing at all is the safer way.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        let is_turned_away = match self.cause() {
            // The rate limiter's words.
            Cause::Refused { message, .. } => message == "Server is overloaded",
            Cause::Foreign { status, shown, .. } => is_starting(*status, shown),
            _ => false,
        };
        self.0.earlier_may_have_landed || (self.0.outcome_unknown && !is_turned_away)
    }

    /// The HTTP status, if anything answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.cause().facts().status
    }

    /// What Kibana said, masked and shortened.
    #[must_use]
    pub fn kibana_message(&self) -> Option<&str> {
        let Cause::Refused { message, .. } = self.cause() else { return None };
        Some(message)
    }

    /// Whether a create failed because another connector of this space has the ID: an import may be what the
    /// user wants. Not so for a preconfigured one, nor after a 409: that one lives in a space that is not
    /// seen from here.
    #[must_use]
    pub fn is_id_in_use(&self) -> bool {
        matches!(self.cause(), Cause::IdInUse { preconfigured: false, .. })
    }

    /// Whether it was sent at all.
    pub(crate) fn was_sent(&self) -> bool {
        self.0.was_sent
    }

    pub(super) fn may_have_landed(&self) -> bool {
        self.0.was_sent && self.cause().facts().may_have_landed
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.cause().facts().retry_after
    }
}

/// Whether such an answer is one of a moment.
fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// Whether an answer in plain text is that of a Kibana that is starting: what it was sent goes nowhere.
pub(crate) fn is_starting(status: u16, shown: &str) -> bool {
    status == 503 && shown.contains("Kibana server is not ready yet")
}

/// What follows from a cause for whoever has to decide what to do next.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// The HTTP status, if anything answered.
    status: Option<u16>,
    /// What a 404 says.
    not_found: Option<NotFound>,
    /// How long the answer asked to wait.
    retry_after: Option<Duration>,
    /// Whether the same request may well succeed a little later.
    is_retryable: bool,
    /// Whether a write that came to this may still have been carried out.
    may_have_landed: bool,
    /// Whether Kibana may go on working on a request that came to this.
    is_left_at_work: bool,
    /// Which contact with Kibana did not come about, so that it may never have done so.
    first_contact: Option<FirstContact>,
}

/// What has to come about once: until then a failure is as likely a mistake as an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstContact {
    /// A connection to Kibana.
    Connection,
    /// Credentials that were judged and accepted.
    Credentials,
}

impl Cause {
    /// What follows from it. This is the one place that decides it: a new cause has its line here.
    fn facts(&self) -> Facts {
        let none = Facts::default();
        match self {
            // Nothing was sent, or surely nothing came of it.
            Self::Settings(_)
            | Self::Unaddressable(_)
            | Self::Stopped
            | Self::OutOfTime
            | Self::IdInUse { .. }
            | Self::IdUnsupported => none,
            // It did happen, and the outcome says where.
            Self::OtherId { .. } => none,
            Self::Unreached(why) => {
                Facts { is_retryable: why.may_pass(), first_contact: Some(FirstContact::Connection), ..none }
            }
            Self::Lost { .. } => {
                Facts { is_retryable: true, may_have_landed: true, is_left_at_work: true, ..none }
            }
            // A 429 or a 5xx can come from behind the write; what Kibana refuses otherwise it did not do.
            // With an answer of its own it is done.
            Self::Refused { status, retry_after, not_found, .. } => Facts {
                status: Some(*status),
                not_found: *not_found,
                retry_after: *retry_after,
                is_retryable: is_passing(*status),
                may_have_landed: matches!(status, 408 | 429 | 500..),
                ..none
            },
            // A foreign page can come from behind the write as well, and a proxy gives up waiting while
            // Kibana works on.
            Self::Foreign { status, retry_after, shown, .. } => Facts {
                status: Some(*status),
                not_found: (*status == 404).then_some(NotFound::Foreign),
                retry_after: *retry_after,
                is_retryable: is_passing(*status),
                may_have_landed: matches!(status, ..300 | 408 | 429 | 500..),
                is_left_at_work: matches!(status, 408 | 500..) && !is_starting(*status, shown),
                ..none
            },
            Self::Unjudged => Facts {
                status: Some(401),
                is_retryable: true,
                first_contact: Some(FirstContact::Credentials),
                ..none
            },
            // Nearly always answered in Kibana's stead, before the write.
            Self::Redirect { status, .. } => Facts { status: Some(*status), ..none },
            Self::Unreadable { status, .. } => Facts { status: Some(*status), may_have_landed: true, ..none },
        }
    }

    /// Whether Kibana may go on working on a request that came to this.
    pub(super) fn left_at_work(&self) -> bool {
        self.facts().is_left_at_work
    }

    /// Which contact with Kibana did not come about.
    pub(super) fn first_contact(&self) -> Option<FirstContact> {
        self.facts().first_contact
    }

    /// Whether Kibana itself says that it does not carry out such a request.
    pub(super) fn is_verdict(&self) -> bool {
        matches!(self, Self::Refused { status: 400..=407 | 409..=428 | 430..=499, .. })
    }

    /// Whether it is an answer of something else that can stand in for any of Kibana's: a login page, a
    /// redirect to one, a portal, a filter that looks at answers and hides this one.
    pub(super) fn is_foreign_page(&self) -> bool {
        match self {
            Self::Redirect { .. } => true,
            Self::Foreign { status, .. } => !matches!(status, 408 | 429 | 500..),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(attempted) = self.attempted() {
            write!(f, "{}: ", attempted.request)?;
        }
        write!(f, "{}", self.cause())
    }
}

impl std::error::Error for Error {}
