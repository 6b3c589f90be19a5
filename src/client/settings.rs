//! What a client is made of, as plain data that `provider` fills in, and its checks.
//!
//! Nothing here does IO: certificates come as bytes, and the headers that every request carries are built and
//! refused here, so a mistake shows when the provider is configured and not with the first request.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD as BASE64};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;
use zeroize::Zeroizing;

use super::endpoint::check_endpoint;
use super::error::{Cause, Error};
use super::headers::check_header;
use super::proxy::Proxy;
use crate::value::Secret;

/// How a client reaches Kibana.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Kibana is, with its base path if it has one. No credentials, query or fragment.
    pub endpoint: Url,
    /// Who we are.
    pub auth: Auth,
    /// The space of connectors that name none.
    pub default_space: String,
    /// Certificates to trust beside the system's, PEM.
    pub ca_certificates: Option<Vec<u8>>,
    /// The certificate that the client shows.
    pub client_identity: Option<ClientCertificate>,
    /// Whether any certificate is taken from the server.
    pub insecure: bool,
    /// Headers to send with every request; `authorization` among them counts only without `auth`.
    pub headers: Vec<(String, Secret)>,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a request is repeated that Kibana could not answer.
    pub retry_timeout: Duration,
    /// The first pause before a repetition is at most this long; each further one at most twice the last.
    pub first_pause: Duration,
    /// The proxy to go through; the environment is not asked again.
    pub proxy: Option<Proxy>,
}

/// Who the client says it is.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Nobody: a Kibana without security, or one where `headers` say it.
    None,
    /// An encoded API key.
    ApiKey(Secret),
    /// A bearer token.
    Bearer(Secret),
    /// A user and their password.
    Basic {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// A client certificate and its key, both PEM.
#[derive(Clone)]
pub struct ClientCertificate {
    /// The certificate, and what leads from it to a root.
    pub certificate: Vec<u8>,
    /// The private key.
    pub key: Secret,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(***)")
    }
}

impl Settings {
    /// The defaults for a Kibana at this address.
    #[must_use]
    pub fn new(endpoint: Url) -> Self {
        Self {
            endpoint,
            auth: Auth::None,
            default_space: super::DEFAULT_SPACE.to_owned(),
            ca_certificates: None,
            client_identity: None,
            insecure: false,
            headers: Vec::new(),
            request_timeout: Duration::from_secs(60),
            retry_timeout: Duration::from_secs(180),
            first_pause: Duration::from_millis(500),
            proxy: None,
        }
    }

    /// Checks everything that can be checked without IO.
    pub(super) fn check(&self) -> Result<(), Error> {
        check_endpoint(&self.endpoint).or_else(|fault| refuse(format!("the endpoint: {fault}")))?;
        if let Some(pem) = &self.ca_certificates {
            super::check_pem_certificates(pem).or_else(|fault| refuse(fault.to_string()))?;
        }
        if let Some(identity) = &self.client_identity {
            super::check_pem_identity(identity).or_else(|fault| refuse(fault.to_string()))?;
        }
        self.header_map().map(drop)
    }

    /// The headers of every request.
    pub(super) fn header_map(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Kibana refuses a write without it, whatever its value.
        headers.insert("kbn-xsrf", HeaderValue::from_static("true"));
        let mut seen = Vec::new();
        for (name, value) in &self.headers {
            if let Err(fault) = check_header(name, value.expose()) {
                return refuse(format!("the header `{}`: {fault}", name.escape_debug()));
            }
            let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else { continue };
            if seen.contains(&header) {
                return refuse(format!("the header `{header}` is there twice, in different cases"));
            }
            seen.push(header.clone());
            headers.insert(header, sensitive(value.expose(), "the value of a header")?);
        }
        let authorization = match &self.auth {
            Auth::None => None,
            Auth::ApiKey(key) => Some(sensitive(&format!("ApiKey {}", key.expose()), "the API key")?),
            Auth::Bearer(token) => Some(sensitive(&format!("Bearer {}", token.expose()), "the token")?),
            Auth::Basic { username, .. } if username.contains(':') => {
                return refuse("a user name with a colon cannot be sent");
            }
            Auth::Basic { username, password } => {
                Some(sensitive(&format!("Basic {}", basic(username, password)), "the password")?)
            }
        };
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        Ok(headers)
    }

    /// The client's own secrets, in every form in which somebody might quote them.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let mut secrets = Vec::new();
        for (_, value) in &self.headers {
            header_secrets(value, &mut secrets);
        }
        match &self.auth {
            Auth::None => {}
            Auth::ApiKey(credential) | Auth::Bearer(credential) => {
                credential_secrets(credential.expose(), &mut secrets);
            }
            Auth::Basic { username, password } => {
                secrets.push(Secret::new(basic(username, password)));
                secrets.push(password.clone());
            }
        }
        if let Some(identity) = &self.client_identity {
            secrets.push(identity.key.clone());
        }
        secrets.extend(self.proxy.as_ref().and_then(Proxy::password));
        secrets
    }
}

/// A key or token, and what of it is quoted alone: what stands behind a scheme, in case there is one, and an
/// API key's secret half, since Elasticsearch talks about the parts.
fn credential_secrets(credential: &str, secrets: &mut Vec<Secret>) {
    if let Some(token) = without_scheme(credential) {
        credential_secrets(token, secrets);
    }
    secrets.extend(behind_colon(credential));
    secrets.push(Secret::new(credential));
}

/// What stands behind the scheme of an `Authorization` header, where there is one.
pub(crate) fn without_scheme(credential: &str) -> Option<&str> {
    let (scheme, token) = credential.split_once(char::is_whitespace)?;
    let is_scheme = ["apikey", "basic", "bearer"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_scheme.then(|| token.trim())
}

/// Takes what Elasticsearch takes: padding or none.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What stands behind the colon, in a Base64 or as it is: an API key's secret half, or a password.
fn behind_colon(credential: &str) -> Option<Secret> {
    let decoded = LENIENT.decode(credential).ok().map(Zeroizing::new);
    let decoded = decoded.as_ref().and_then(|decoded| std::str::from_utf8(decoded).ok());
    let (_, secret) = decoded.unwrap_or(credential).split_once(':')?;
    (!secret.is_empty()).then(|| Secret::new(secret))
}

/// A header's value, and what of it is quoted alone: the token without its scheme, the values of cookies.
fn header_secrets(value: &Secret, secrets: &mut Vec<Secret>) {
    let text = value.expose().trim();
    if let Some(credential) = without_scheme(text) {
        credential_secrets(credential, secrets);
    } else if let Some((_, token)) = text.split_once(' ') {
        secrets.extend(Some(token.trim()).filter(|token| token.len() >= SHORTEST_PART).map(Secret::new));
    }
    let members = text.split([';', ',']).filter_map(|member| member.split_once('='));
    let values = members.map(|(_, value)| value.trim().trim_matches('"'));
    secrets.extend(values.filter(|value| value.len() >= SHORTEST_PART).map(Secret::new));
    secrets.push(value.clone());
}

/// Shorter parts of a header are rather words.
const SHORTEST_PART: usize = 6;

const AGENT: &str = concat!("terraform-provider-kibana/", env!("CARGO_PKG_VERSION"));

fn basic(username: &str, password: &Secret) -> String {
    BASE64.encode(format!("{username}:{}", password.expose()))
}

fn sensitive(text: &str, what: &str) -> Result<HeaderValue, Error> {
    let Ok(mut value) = HeaderValue::from_bytes(text.as_bytes()) else {
        return refuse(format!("{what} holds a character that no header can carry, such as a line break"));
    };
    value.set_sensitive(true);
    Ok(value)
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Error> {
    Err(Error::of(Cause::Settings(why.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new("https://kibana.example.com".parse().unwrap())
    }

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = settings();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn every_request_says_what_kibana_wants_to_hear() {
        let headers = settings().header_map().unwrap();
        assert_eq!(headers["kbn-xsrf"], "true");
        assert_eq!(headers["content-type"], "application/json");
        assert!(headers["user-agent"].to_str().unwrap().starts_with("terraform-provider-kibana/"));
        assert!(!headers.contains_key("authorization"));
    }

    #[test]
    fn each_way_to_authenticate_has_its_header() {
        let check = |auth, header: &str| {
            let headers = Settings { auth, ..settings() }.header_map().unwrap();
            assert_eq!(headers["authorization"], header);
            assert!(headers["authorization"].is_sensitive());
        };
        check(Auth::ApiKey(Secret::new("a2V5")), "ApiKey a2V5");
        check(Auth::Bearer(Secret::new("token")), "Bearer token");
        let password = Secret::new("pä:ss");
        check(Auth::Basic { username: "elastic".into(), password }, "Basic ZWxhc3RpYzpww6Q6c3M=");
    }

    #[test]
    fn a_header_does_not_displace_the_authentication() {
        let auth = Auth::ApiKey(Secret::new("a2V5"));
        let own = vec![("Authorization".to_owned(), Secret::new("Bearer other"))];
        let headers = Settings { auth, headers: own.clone(), ..settings() }.header_map().unwrap();
        assert_eq!(headers.get_all("authorization").iter().collect::<Vec<_>>(), ["ApiKey a2V5"]);
        let headers = Settings { headers: own, ..settings() }.header_map().unwrap();
        assert_eq!(headers["authorization"], "Bearer other");
        assert!(headers["authorization"].is_sensitive());
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_showing_it() {
        let endpoint = |url: &str| refused(|settings| settings.endpoint = url.parse().unwrap());
        assert!(endpoint("ftp://kibana").contains("https://"));
        assert!(endpoint("https://user:hunter2@kibana").contains("credentials"));
        assert!(endpoint("https://kibana/?a=b").contains("without ?"));
        assert!(endpoint("https://kibana/s/ops").contains("space ops"));
        let key = refused(|settings| settings.auth = Auth::ApiKey(Secret::new("hunter2\n")));
        assert!(key.contains("API key") && !key.contains("hunter2"), "{key}");
        let name = refused(|settings| settings.headers = vec![("a b".into(), Secret::new("x"))]);
        assert!(name.contains("`a b`"), "{name}");
        let twice = ["X-Tenant", "x-tenant"].map(|name| (name.to_owned(), Secret::new("hunter2")));
        let twice = refused(|settings| settings.headers = twice.to_vec());
        assert!(twice.contains("`x-tenant`") && !twice.contains("hunter2"), "{twice}");
        let pem = refused(|settings| settings.ca_certificates = Some(b"no PEM".to_vec()));
        assert!(pem.contains("certificate"), "{pem}");
    }

    #[test]
    fn settings_do_not_print_secrets() {
        let mut settings = settings();
        settings.auth = Auth::Bearer(Secret::new("hunter2"));
        settings.headers = vec![("x".into(), Secret::new("hunter3"))];
        settings.client_identity =
            Some(ClientCertificate { certificate: b"c".to_vec(), key: Secret::new("hunter4") });
        assert!(!format!("{settings:?}").contains("hunter"));
    }

    #[test]
    fn own_secrets_come_in_all_their_forms() {
        let all = |auth| -> Vec<String> {
            let secrets = Settings { auth, ..settings() }.secrets();
            secrets.iter().map(|secret| secret.expose().to_owned()).collect()
        };
        let password = Secret::new("changeme");
        let basic = all(Auth::Basic { username: "elastic".into(), password });
        assert_eq!(basic, ["ZWxhc3RpYzpjaGFuZ2VtZQ==", "changeme"]);
        assert_eq!(all(Auth::ApiKey(Secret::new("aWQ6a2V5"))), ["key", "aWQ6a2V5"]);
        // However somebody may write a key that Elasticsearch then refuses, or takes without padding.
        assert_eq!(all(Auth::ApiKey(Secret::new("id:hunter2"))), ["hunter2", "id:hunter2"]);
        assert_eq!(all(Auth::ApiKey(Secret::new("aWQ6aHVudGVyMg"))), ["hunter2", "aWQ6aHVudGVyMg"]);
        assert_eq!(all(Auth::ApiKey(Secret::new("apikey aWQ6a2V5"))), ["key", "aWQ6a2V5", "apikey aWQ6a2V5"]);
        assert_eq!(all(Auth::Bearer(Secret::new("Bearer hunter2"))), ["hunter2", "Bearer hunter2"]);
    }

    #[test]
    fn the_parts_of_a_header_are_secrets_too() {
        let check = |value: &str, wanted: &[&str]| {
            let settings = Settings { headers: vec![("x".into(), Secret::new(value))], ..settings() };
            let secrets = settings.secrets();
            let found: Vec<_> = secrets.iter().map(Secret::expose).collect();
            assert_eq!(found, wanted);
        };
        check("blue", &["blue"]);
        check("Bearer hunter2", &["hunter2", "Bearer hunter2"]);
        check(
            "Basic ZWxhc3RpYzpjaGFuZ2VtZQ==",
            &["changeme", "ZWxhc3RpYzpjaGFuZ2VtZQ==", "Basic ZWxhc3RpYzpjaGFuZ2VtZQ=="],
        );
        check(
            "sid=hunter2; b=\"hunter3\"",
            &["b=\"hunter3\"", "hunter2", "hunter3", "sid=hunter2; b=\"hunter3\""],
        );
    }
}
