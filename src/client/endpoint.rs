//! The address of a Kibana: what it may hold, and what it must not.
//!
//! `provider` parses what the user wrote and has the words for each fault; `Settings` checks once more.

use url::Url;

/// Why an address cannot be Kibana's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EndpointFault {
    /// It cannot be parsed.
    #[error("it cannot be parsed as a URL")]
    NotAUrl,
    /// It is not HTTP, or names no host.
    #[error("it must begin with https:// or http:// and name a host")]
    Scheme,
    /// It holds a user or a password.
    #[error("it must not contain credentials")]
    Credentials,
    /// It has a query or a fragment.
    #[error("it must end with the host or the base path, without ? and #")]
    Query,
    /// It leads into a space, where every request would stay although the state says otherwise.
    #[error("it names the space {0}, which is a setting of its own")]
    Space(String),
}

/// Parses the address of a Kibana.
pub(crate) fn parse_endpoint(text: &str) -> Result<Url, EndpointFault> {
    let url = Url::parse(text).map_err(|_| EndpointFault::NotAUrl)?;
    check_endpoint(&url)?;
    Ok(url)
}

/// Checks an address that was parsed already.
pub(super) fn check_endpoint(endpoint: &Url) -> Result<(), EndpointFault> {
    if !matches!(endpoint.scheme(), "http" | "https") || !endpoint.has_host() {
        return Err(EndpointFault::Scheme);
    }
    if !endpoint.username().is_empty() || endpoint.password().is_some() {
        return Err(EndpointFault::Credentials);
    }
    // A space first: the address of one of its pages may have a fragment, too.
    let segments: Vec<&str> = endpoint.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let leads_into = |at: &usize| segments[*at] == "s" && matches!(segments.get(at + 2), None | Some(&"app"));
    let space = (0..segments.len()).find(leads_into).and_then(|at| segments.get(at + 1));
    if let Some(space) = space {
        return Err(EndpointFault::Space((*space).to_owned()));
    }
    if endpoint.query().is_some() || endpoint.fragment().is_some() {
        return Err(EndpointFault::Query);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_inside_a_space_is_told_from_a_base_path() {
        let space = |url: &str| match parse_endpoint(url) {
            Err(EndpointFault::Space(space)) => Some(space),
            Ok(_) => None,
            other => panic!("{url}: {other:?}"),
        };
        let inside = [
            "https://k/s/ops",
            "https://k:5601/s/ops/",
            "https://k/base/s/ops",
            "https://k/s/ops/app/management#/x?y=z",
        ];
        for url in inside {
            assert_eq!(space(url).as_deref(), Some("ops"), "{url}");
        }
        for url in ["https://k", "https://k/s", "https://k/s/", "https://k/s/ops/kibana", "https://k/ss/ops"]
        {
            assert_eq!(space(url), None, "{url}");
        }
    }
}
