//! Stand-in for Kibana's connectors API, for the provider's tests and for users' modules.
//!
//! ```text
//! server   sockets, TLS, refused connections  gate     record, faults, canned answers, then kibana
//! delivery slow, broken and last answers      journal  the writes that took place
//! kibana   the order of checks, endpoints     contract types/*.json: what each connector type takes
//! control  the same controls over HTTP        emulator the handle that tests hold
//! ```
//!
//! It states Kibana's contract on its own and never links the provider: a wrong table there would otherwise
//! agree with itself. No request can make it panic.
//!
//! ```no_run
//! # async fn example() -> Result<(), kibana_emulator::StartError> {
//! use kibana_emulator::{Emulator, Fault, Matcher, Options};
//!
//! let kibana = Emulator::start(Options::default()).await?;
//! kibana.fail(Fault::overloaded(Some(1)).on("POST", "*/connector/*").times(2));
//! let endpoint = kibana.url();
//! let seen = kibana.next_request(Matcher::new("POST", "*")).await;
//! assert_eq!(seen.status, None);
//! # Ok(()) }
//! ```

mod answer;
mod chance;
mod contract;
mod control;
mod delivery;
mod emulator;
mod fault;
mod gate;
mod journal;
mod json;
mod kibana;
mod options;
mod record;
mod run;
mod server;
mod state;
mod store;

pub use answer::Answer;
pub use chance::Chance;
pub use emulator::{Emulator, StartError};
pub use fault::{Fault, Hold};
pub use journal::{Did, Write};
pub use options::{
    Auth, Credential, License, LicenseState, Options, Preconfigured, Release, Rights, Settings, Space, Tls,
};
pub use record::{Matcher, Recorded};
pub use run::{Retry, Run};
pub use state::Connector;
