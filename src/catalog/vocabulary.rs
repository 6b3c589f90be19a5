//! The words in which a connector type is written down: fields, their kinds, what a field that is left out
//! means.
//!
//! Everything is `const`, so a type is one table that the compiler checks where it stands. The schema, the
//! JSON codec, the checks, the documentation and the tests are loops over these tables. Facts come from
//! Kibana's own schemas; a field's Terraform name is its JSON key in snake case.

#[cfg(test)]
pub(super) use super::cases::Case;
pub use super::condition::*;
pub use super::field::*;
pub use super::rules::*;

/// A type of connector: what Kibana calls it, what it is configured with, and what goes together.
#[derive(Debug)]
pub struct ConnectorType {
    /// Name of its block in HCL.
    pub block: &'static str,
    /// Kibana's `connector_type_id`.
    pub kibana_id: &'static str,
    /// The name that Kibana shows to people.
    pub title: &'static str,
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// The lowest license with which Kibana lets it be created.
    pub license: License,
    /// The first Kibana that has it; empty where that is older than 8.0 or unknown.
    pub since: &'static str,
    /// The Kibana from which on it is marked deprecated; empty where it is not.
    pub deprecated_since: &'static str,
    /// Config keys that the block itself decides, with their text (`apiProvider`). Two types may share a
    /// `kibana_id` only when these tell them apart.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Fields of `config`.
    pub config: &'static [Field],
    /// Fields of `secrets`. Kibana never returns these.
    pub secrets: &'static [Field],
    /// What Kibana checks between fields.
    pub rules: &'static [Rule],
    /// Whether the answer's `is_deprecated` follows from the configuration (ServiceNow).
    pub deprecation_depends_on_config: bool,
    /// Configurations that it must accept, refuse or warn about.
    #[cfg(test)]
    pub(super) cases: &'static [Case],
}

/// The flag of several types that says whether a connector authenticates at all: where it is false there are
/// no credentials.
pub const HAS_AUTH: Field = flag("has_auth").default_flag(true);

/// A connector type without fields, to be filled in with struct update syntax.
pub const PLAIN: ConnectorType = ConnectorType {
    block: "",
    kibana_id: "",
    title: "",
    doc: "",
    license: License::Basic,
    since: "",
    deprecated_since: "",
    fixed: &[],
    config: &[],
    secrets: &[],
    rules: &[],
    deprecation_depends_on_config: false,
    #[cfg(test)]
    cases: &[],
};

/// A license of the Elastic Stack that a connector type may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum License {
    /// The free one.
    Basic,
    /// Gold.
    Gold,
    /// Platinum.
    Platinum,
    /// Enterprise.
    Enterprise,
}

impl License {
    /// Its name as Kibana writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
            Self::Enterprise => "enterprise",
        }
    }
}
