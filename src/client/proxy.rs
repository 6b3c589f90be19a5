//! The proxy that the environment names for Kibana, if it names one.
//!
//! Chosen once, when the provider is configured: there is one endpoint, and a variable that cannot be used is
//! told then. reqwest would ignore such a variable, and knows neither ports nor a `*` for addresses in
//! `NO_PROXY`.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::value::Secret;

/// A proxy between us and Kibana.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Url,
    variable: &'static str,
}

/// Why a variable does not name a proxy that can be used. Its value, which may hold credentials, is not in
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyFault {
    /// This variable holds no URL.
    NotAUrl(&'static str),
    /// This variable names a proxy of another kind than HTTP.
    Unsupported(&'static str),
}

impl Proxy {
    /// The proxy's address, for connecting to it: with its credentials.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Its password, if it has one.
    pub(super) fn password(&self) -> Option<Secret> {
        let password = percent_encoding::percent_decode_str(self.url.password()?);
        Some(Secret::new(password.decode_utf8_lossy()))
    }
}

/// Its address without credentials, and the variable that names it.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.url.host_str().unwrap_or_default())?;
        if let Some(port) = self.url.port_or_known_default() {
            write!(f, ":{port}")?;
        }
        write!(f, " ({})", self.variable)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// The proxy that the environment names for an endpoint. Upper case wins, as in Terraform itself.
pub(crate) fn proxy_for(
    endpoint: &Url,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<Proxy>, ProxyFault> {
    let names: &[&'static str] = match endpoint.scheme() {
        "https" => &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        // A server that starts programs sets HTTP_PROXY from a request's header.
        _ if environment("REQUEST_METHOD").is_some() => &["http_proxy", "ALL_PROXY", "all_proxy"],
        _ => &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    let set =
        |name: &&'static str| environment(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
    let Some((variable, value)) = names.iter().find_map(set) else { return Ok(None) };
    let without = ["NO_PROXY", "no_proxy"].iter().find_map(set);
    if without.is_some_and(|(_, list)| is_excluded(endpoint, &list.to_string_lossy())) {
        return Ok(None);
    }
    let text = value.to_str().ok_or(ProxyFault::NotAUrl(variable))?.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&text).map_err(|_| ProxyFault::NotAUrl(variable))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(Some(Proxy { url, variable })),
        "http" | "https" => Err(ProxyFault::NotAUrl(variable)),
        _ => Err(ProxyFault::Unsupported(variable)),
    }
}

/// Whether `NO_PROXY` names the endpoint: `*`, a host with all below it, an address or a network, each
/// perhaps with a port.
fn is_excluded(endpoint: &Url, list: &str) -> bool {
    let (Some(host), Some(port)) = (endpoint.host(), endpoint.port_or_known_default()) else { return false };
    list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let (entry, of_port) = split_port(entry);
        of_port.is_none_or(|of_port| of_port == port) && (entry == "*" || names(&host, entry))
    })
}

/// An entry without its port. The colons of an IPv6 address are no port's, unless brackets are around it.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

fn names(host: &Host<&str>, entry: &str) -> bool {
    let address = match host {
        Host::Domain(domain) => domain.parse().ok(),
        Host::Ipv4(address) => Some(IpAddr::from(*address)),
        Host::Ipv6(address) => Some(IpAddr::from(*address)),
    };
    let entry = entry.trim_start_matches('[').trim_end_matches(']');
    match (address, host) {
        (Some(address), _) => {
            entry.parse::<IpAddr>().is_ok_and(|entry| entry == address)
                || entry.parse::<IpNet>().is_ok_and(|network| network.contains(&address))
        }
        (None, Host::Domain(domain)) => {
            let entry = entry.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase();
            let domain = domain.trim_end_matches('.').to_ascii_lowercase();
            !entry.is_empty()
                && domain.strip_suffix(&entry).is_some_and(|above| above.is_empty() || above.ends_with('.'))
        }
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(endpoint: &str, variables: &[(&str, &str)]) -> Result<Option<String>, ProxyFault> {
        let environment = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        let proxy = proxy_for(&endpoint.parse().unwrap(), &environment)?;
        Ok(proxy.map(|proxy| proxy.to_string()))
    }

    #[test]
    fn the_endpoints_scheme_decides_which_variable_counts() {
        let all = [("HTTPS_PROXY", "http://s:3128"), ("HTTP_PROXY", "http://p"), ("ALL_PROXY", "http://a")];
        let check = |endpoint, variables, wanted: Option<&str>| {
            assert_eq!(chosen(endpoint, variables), Ok(wanted.map(str::to_owned)));
        };
        check("https://k", &all, Some("http://s:3128 (HTTPS_PROXY)"));
        check("http://k", &all, Some("http://p:80 (HTTP_PROXY)"));
        check("https://k", &all[1..], Some("http://a:80 (ALL_PROXY)"));
        check("https://k", &[("https_proxy", "s:1"), ("HTTPS_PROXY", "")], Some("http://s:1 (https_proxy)"));
        check("https://k", &[("HTTP_PROXY", "http://p")], None);
        check("http://k", &[("HTTP_PROXY", "http://p"), ("REQUEST_METHOD", "GET")], None);
        check("https://k", &[], None);
    }

    #[test]
    fn no_proxy_names_hosts_addresses_networks_and_ports() {
        let check = |endpoint: &str, list: &str, wanted: bool| {
            let found = chosen(endpoint, &[("ALL_PROXY", "http://p"), ("NO_PROXY", list)]);
            assert_eq!(found.unwrap().is_none(), wanted, "{endpoint} in {list}");
        };
        for endpoint in ["https://k.example.com:5601", "http://127.0.0.1:5601", "http://[::1]:5601"] {
            check(endpoint, "*", true);
            check(endpoint, "a, *", true);
            check(endpoint, "", false);
            check(endpoint, "*:5601", true);
            check(endpoint, "*:80", false);
        }
        for list in ["example.com", ".example.com", "*.example.com", "a,K.Example.com.", "k.example.com:5601"]
        {
            check("https://k.example.com:5601", list, true);
            check("https://other.org:5601", list, false);
        }
        check("https://k.example.com", "k.example.com:443", true);
        check("https://k.example.com", "k.example.com:5601", false);
        check("https://notexample.com", "example.com", false);
        check("http://127.0.0.1:5601", "127.0.0.1:5601", true);
        check("http://127.0.0.1:5601", "127.0.0.0/8", true);
        check("http://127.0.0.1:5601", "128.0.0.0/8, 127.0.0.2, 127.0.0.1:80", false);
        check("http://[::1]:5601", "::1", true);
        check("http://[::1]:5601", "[::1]:5601", true);
        check("http://[fd00::1]", "fd00::/8", true);
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_a_fault_only_where_it_counts() {
        for wrong in ["http://", "http://a b", "http://k:port"] {
            assert_eq!(
                chosen("https://k", &[("HTTPS_PROXY", wrong)]),
                Err(ProxyFault::NotAUrl("HTTPS_PROXY"))
            );
        }
        let socks = [("ALL_PROXY", "socks5://p:1080"), ("NO_PROXY", "k.example.com")];
        assert_eq!(chosen("https://k", &socks), Err(ProxyFault::Unsupported("ALL_PROXY")));
        assert_eq!(chosen("https://k.example.com", &socks), Ok(None));
    }

    #[test]
    fn a_proxys_credentials_do_not_show() {
        let environment = |name: &str| (name == "HTTPS_PROXY").then(|| "http://u:hunter%202@p:3128".into());
        let proxy = proxy_for(&"https://k".parse().unwrap(), &environment).unwrap().unwrap();
        assert_eq!(format!("{proxy} {proxy:?}").matches("http://p:3128 (HTTPS_PROXY)").count(), 2);
        assert!(!format!("{proxy} {proxy:?}").contains("hunter"));
        assert_eq!(proxy.password().unwrap().expose(), "hunter 2");
    }
}
