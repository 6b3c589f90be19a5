//! How an emulator is set up: which Kibana it plays, who may ask, and what its configuration file would say.
//!
//! Everything has a default, so `Options::default()` is a current Kibana with the space `default`, no
//! authentication, every connector type and every host allowed.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Kibana's generation, which decides texts, the id rule, the known keys and the defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// 8.19: the older texts, UUIDs as ids, defaults inside optional keys not written back.
    Old,
    /// 9.4: human-readable ids, the newer texts.
    #[default]
    Current,
    /// 9.6: as current, with the newest keys that were seen in Kibana's source.
    Newest,
    /// 10.0, invented: unknown keys appear in stored configs and answers, and defaults have changed.
    Future,
}

impl Release {
    /// The release called so on the command line and in `/_emulator/release`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "old" => Some(Self::Old),
            "current" => Some(Self::Current),
            "newest" => Some(Self::Newest),
            "future" => Some(Self::Future),
            _ => None,
        }
    }

    /// The version number it reports, such as `9.4.1`.
    pub fn number(self) -> &'static str {
        match self {
            Self::Old => "8.19.7",
            Self::Current => "9.4.1",
            Self::Newest => "9.6.0",
            Self::Future => "10.0.0",
        }
    }

    /// Major and minor version.
    pub(crate) fn version(self) -> (u32, u32) {
        match self {
            Self::Old => (8, 19),
            Self::Current => (9, 4),
            Self::Newest => (9, 6),
            Self::Future => (10, 0),
        }
    }
}

/// Whose requests are answered.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// Everybody's, as with Elasticsearch's security disabled.
    #[default]
    Open,
    /// Those whose `Authorization` header is listed; others get 401.
    Accept(Vec<Credential>),
}

impl Auth {
    /// Accepts one `Authorization` header, such as `ApiKey c2VjcmV0`, with all rights.
    pub fn accept(authorization: impl Into<String>) -> Self {
        Self::Accept(vec![Credential::new(authorization, Rights::All)])
    }
}

/// One accepted `Authorization` header.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The header's whole value.
    pub authorization: String,
    /// What its owner may do with connectors.
    pub rights: Rights,
    /// The spaces in which that holds, and that its owner may log in to; `None` for all of them.
    pub spaces: Option<Vec<String>>,
}

impl Credential {
    /// A header whose rights hold in every space.
    pub fn new(authorization: impl Into<String>, rights: Rights) -> Self {
        Self { authorization: authorization.into(), rights, spaces: None }
    }

    /// The same rights, in these spaces only.
    #[must_use]
    pub fn in_spaces(mut self, spaces: &[&str]) -> Self {
        self.spaces = Some(spaces.iter().map(|space| (*space).to_owned()).collect());
        self
    }

    /// What it may do in a space.
    pub(crate) fn rights_in(&self, space: &str) -> Rights {
        match &self.spaces {
            Some(spaces) if !spaces.iter().any(|one| one == space) => Rights::Nothing,
            _ => self.rights,
        }
    }
}

/// What a caller may do with connectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Everything.
    All,
    /// Read and list.
    Read,
    /// Nothing: every connector request is answered with 403.
    Nothing,
}

/// Certificate and key to serve HTTPS with, both PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate, followed by the rest of its chain if any.
    pub certificate_pem: String,
    /// Its private key.
    pub key_pem: String,
}

/// A license level, in Kibana's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum License {
    /// The free one.
    Basic,
    /// Standard.
    Standard,
    /// Gold.
    Gold,
    /// Platinum.
    Platinum,
    /// Enterprise.
    Enterprise,
    /// A trial, which allows everything.
    #[default]
    Trial,
}

impl License {
    /// The name in Kibana's answers, such as `gold`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Standard => "standard",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
            Self::Enterprise => "enterprise",
            Self::Trial => "trial",
        }
    }
}

/// Whether the license counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LicenseState {
    /// It does.
    #[default]
    Active,
    /// It has run out: every type above basic is refused.
    Expired,
    /// Kibana cannot tell: every connector request is refused.
    Unavailable,
}

/// One space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Its id, the part after `/s/` in a path.
    pub id: String,
    /// Its display name.
    pub name: String,
}

impl Space {
    /// A space whose display name is its id.
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { name: id.clone(), id }
    }
}

/// A connector from Kibana's configuration file, visible in every space.
#[derive(Clone, Debug)]
pub struct Preconfigured {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its type, such as `.index`.
    pub connector_type_id: String,
    /// Its config, shown when the entry says `exposeConfig`.
    pub exposed_config: Option<Map<String, Value>>,
}

/// What `kibana.yml` would say under `xpack.actions`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `allowedHosts`; `*` allows every host.
    pub allowed_hosts: Vec<String>,
    /// `webhook.ssl.pfx.enabled`.
    pub webhook_pfx: bool,
    /// `email.domain_allowlist`.
    pub email_domains: Option<Vec<String>>,
    /// `email.services.enabled`.
    pub email_services: Option<Vec<String>>,
    /// `email.services.ses`: host and port.
    pub ses: Option<(String, u16)>,
    /// An early 9.4 filled in the basic `authType` before it looked at `hasAuth`, and then refused its own
    /// doing. True plays that server.
    pub fills_auth_type_first: bool,
    /// Whether Kibana copies the secrets' `authType` of a generic connector into its config, as from 9.4 on.
    /// False plays a 9.3.
    pub copies_auth_type: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_hosts: vec!["*".to_owned()],
            webhook_pfx: true,
            email_domains: None,
            email_services: None,
            ses: None,
            fills_auth_type_first: false,
            copies_auth_type: true,
        }
    }
}

/// Everything an emulator is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Kibana that it plays.
    pub release: Release,
    /// The address to listen on. Others than 127.0.0.1 let other machines in, as a container's port needs it.
    pub address: IpAddr,
    /// The port; 0 takes any free one.
    pub port: u16,
    /// Whose requests are answered.
    pub auth: Auth,
    /// `server.basePath`, such as `/kibana`; empty for none. Requests without it are answered with 404.
    pub base_path: String,
    /// A JSON file that keeps connectors and spaces over restarts.
    pub data_file: Option<PathBuf>,
    /// Serves HTTPS (and HTTP/2 where asked for) instead of HTTP.
    pub tls: Option<Tls>,
    /// The spaces that exist. `default` is added if it is missing.
    pub spaces: Vec<Space>,
    /// Connectors from the configuration file.
    pub preconfigured: Vec<Preconfigured>,
    /// Types that `enabledActionTypes` leaves out.
    pub disabled_types: Vec<String>,
    /// The license's level.
    pub license: License,
    /// Whether the license counts.
    pub license_state: LicenseState,
    /// The rest of the configuration file.
    pub settings: Settings,
    /// False plays a Kibana before 8.8, which has no route for a POST with an id.
    pub ids_in_path: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            release: Release::default(),
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            auth: Auth::default(),
            base_path: String::new(),
            data_file: None,
            tls: None,
            spaces: Vec::new(),
            preconfigured: Vec::new(),
            disabled_types: Vec::new(),
            license: License::default(),
            license_state: LicenseState::default(),
            settings: Settings::default(),
            ids_in_path: true,
        }
    }
}
