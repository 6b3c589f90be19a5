//! Looking up host names: asks the resolvers that the system is configured with, and nobody else.
//!
//! hickory works in a static binary, where the C library's resolver does not. Left to itself (and in
//! reqwest's own wrapper) it asks public servers when `/etc/resolv.conf` cannot be read, which would tell
//! strangers the names of the user's hosts; here that is an error. `/etc/hosts` and `localhost` always work.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use hickory_resolver::config::{LookupIpStrategy, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{self, RecordType};
use hickory_resolver::{Hosts, Resolver as Hickory, ResolverBuilder, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Why a name has no address.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum ResolveError {
    /// The resolvers know no such name.
    #[error("no such host")]
    Unknown,
    /// Nobody could be asked, or nobody answered.
    #[error("{0}")]
    Failed(String),
}

/// The resolver, built with the first name it is asked for.
#[derive(Clone, Default)]
pub(super) struct Resolver(Arc<OnceLock<Result<Ready, String>>>);

struct Ready {
    hosts: Hosts,
    hickory: TokioResolver,
    /// Why the system's resolvers are not known, if so; the hosts file still counts.
    without_servers: Option<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let ready = resolver.0.get_or_init(Ready::from_system).as_ref();
            let ready = ready.map_err(|error| ResolveError::Failed(error.clone()))?;
            let addresses = ready.look_up(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl Ready {
    fn from_system() -> Result<Self, String> {
        let hosts = Hosts::from_system().unwrap_or_default();
        Self::build(hosts, TokioResolver::builder_tokio().map_err(|error| error.to_string()))
    }

    fn build(
        hosts: Hosts,
        system: Result<ResolverBuilder<TokioRuntimeProvider>, String>,
    ) -> Result<Self, String> {
        let (mut builder, without_servers) = match system {
            Ok(builder) => (builder, None),
            Err(why) => {
                let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
                let provider = TokioRuntimeProvider::default();
                (Hickory::builder_with_config(nobody, provider), Some(why))
            }
        };
        // Both families, so that whichever answers first is used.
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        let hickory = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { hosts, hickory, without_servers })
    }

    async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, ResolveError> {
        // Some have an underscore in them. A name that cannot be one has no address, and no server need say
        // so.
        let Ok(mut name) = rr::Name::from_str_relaxed(name) else { return Err(ResolveError::Unknown) };
        let known = self.in_hosts(&name);
        if !known.is_empty() {
            return Ok(known);
        }
        let mut found = self.hickory.lookup_ip(name.clone()).await;
        if found.as_ref().is_err_and(NetError::is_no_records_found) && !name.is_fqdn() {
            // The last name that was tried may have been one of a search domain. That one does not exist, but
            // the name itself may only have failed for the moment.
            name.set_fqdn(true);
            found = self.hickory.lookup_ip(name).await;
        }
        match (found, &self.without_servers) {
            (Ok(found), _) => Ok(found.iter().map(with_port_open).collect()),
            (Err(_), Some(why)) => {
                Err(ResolveError::Failed(format!("the system's name servers are not known ({why})")))
            }
            (Err(error), None) => Err(unknown_or_failed(&error)),
        }
    }

    /// What the hosts file says. hickory looks there too, but asks a server for the family that is missing.
    fn in_hosts(&self, name: &rr::Name) -> Vec<SocketAddr> {
        let families = [RecordType::AAAA, RecordType::A].map(|family| Query::query(name.clone(), family));
        let found = families.iter().filter_map(|query| self.hosts.lookup_static_host(query));
        let addresses = found.flat_map(|lookup| {
            lookup.answers().iter().filter_map(|record| record.data.ip_addr()).collect::<Vec<_>>()
        });
        addresses.map(with_port_open).collect()
    }
}

/// Port 0 stands for the one in the URL.
fn with_port_open(address: IpAddr) -> SocketAddr {
    SocketAddr::new(address, 0)
}

fn unknown_or_failed(error: &NetError) -> ResolveError {
    if error.is_no_records_found() { ResolveError::Unknown } else { ResolveError::Failed(error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_servers() -> Ready {
        let lookup = |address: &str| {
            let record = rr::RData::from(address.parse::<IpAddr>().unwrap());
            hickory_resolver::lookup::Lookup::from_rdata(Query::new(), record)
        };
        let mut hosts = Hosts::default();
        hosts.insert("kibana.intern".parse().unwrap(), RecordType::A, lookup("192.0.2.7"));
        Ready::build(hosts, Err("cannot read resolv.conf".to_owned())).unwrap()
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_one_is_unknown_and_one_with_an_underscore_can() {
        for name in ["a..b", &"x".repeat(64)] {
            let error = without_servers().look_up(name).await.unwrap_err();
            assert!(matches!(error, ResolveError::Unknown), "{name}: {error:?}");
        }
        let mut ready = without_servers();
        let lookup = hickory_resolver::lookup::Lookup::from_rdata(
            Query::new(),
            rr::RData::from("192.0.2.8".parse::<IpAddr>().unwrap()),
        );
        ready.hosts.insert(rr::Name::from_str_relaxed("my_kibana").unwrap(), RecordType::A, lookup);
        assert_eq!(ready.look_up("my_kibana").await.unwrap(), [SocketAddr::from(([192, 0, 2, 8], 0))]);
    }

    #[tokio::test]
    async fn nobody_is_asked_when_no_server_is_configured() {
        let error = without_servers().look_up("kibana.example.com").await.unwrap_err();
        assert!(matches!(&error, ResolveError::Failed(why) if why.contains("resolv.conf")), "{error:?}");
    }

    #[tokio::test]
    async fn the_hosts_file_needs_no_server() {
        let found = without_servers().look_up("kibana.intern").await.unwrap();
        assert_eq!(found, ["192.0.2.7:0".parse().unwrap()]);
    }

    #[tokio::test]
    async fn a_name_that_cannot_exist_is_unknown() {
        let found = Resolver::default().resolve("kibana.invalid".parse().unwrap()).await;
        let error = found.map(drop).unwrap_err();
        assert!(error.downcast_ref::<ResolveError>().is_some_and(|e| matches!(e, ResolveError::Unknown)));
    }

    #[tokio::test]
    async fn localhost_needs_no_server() {
        let found = without_servers().look_up("localhost").await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()), "{found:?}");
    }
}
