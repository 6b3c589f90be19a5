//! What a provider block and the environment come to.

use super::{Provider, configure, schema, validate};
use crate::diag::{Diagnostics, Severity};
use crate::value::{Number, Value};

const ENDPOINT: (&str, &str) = ("endpoint", "https://kibana.example.com");

fn block(arguments: &[(&str, &str)]) -> Value {
    let mut block = schema().block.empty_value();
    arguments.iter().for_each(|(name, text)| block.set(name, Value::text(*text)));
    block
}

fn with(block: &Value, name: &str, value: Value) -> Value {
    let mut block = block.clone();
    block.set(name, value);
    block
}

fn run(block: &Value, environment: &[(&str, &str)]) -> (Provider, Diagnostics) {
    configure(block, &|name| {
        environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into())
    })
}

#[track_caller]
fn ready(block: &Value, environment: &[(&str, &str)]) -> crate::client::Client {
    let (provider, found) = run(block, environment);
    assert!(found.is_empty(), "{found:?}");
    provider.client().expect("a client").clone()
}

/// The path and text of the one error.
#[track_caller]
fn refused(block: &Value, environment: &[(&str, &str)]) -> (String, String) {
    let (provider, found) = run(block, environment);
    assert!(provider.client().is_none());
    let errors: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{found:?}");
    (errors[0].path.to_string(), format!("{}: {}", errors[0].summary, errors[0].detail))
}

#[test]
fn hcl_wins_over_the_environment_setting_by_setting() {
    let environment = [
        ("KIBANA_ENDPOINT", "http://other:5601/base"),
        ("KIBANA_SPACE_ID", "ops"),
        ("KIBANA_API_KEY", "key"),
    ];
    assert_eq!(ready(&block(&[]), &environment).endpoint().as_str(), "http://other:5601/base");
    let client = ready(&block(&[ENDPOINT]), &environment);
    assert_eq!((client.endpoint().as_str(), client.default_space()), ("https://kibana.example.com/", "ops"));
    assert_eq!(ready(&block(&[ENDPOINT]), &[]).default_space(), "default");
}

#[test]
fn a_key_in_another_form_than_kibana_takes_is_told() {
    for (name, text, part) in [
        ("api_key", "ApiKey aHVudGVyMg", "Leave the scheme"),
        ("api_key", "bearer hunter2", "Leave the scheme"),
        ("bearer_token", "Bearer  hunter2", "Leave the scheme"),
        ("api_key", "id:hunter2", "`encoded`"),
    ] {
        let (path, told) = refused(&block(&[ENDPOINT, (name, text)]), &[]);
        assert_eq!(path, name);
        assert!(told.contains(part) && !told.contains("hunter2"), "{told}");
    }
    let (_, told) = refused(&block(&[ENDPOINT]), &[("KIBANA_API_KEY", "ApiKey aHVudGVyMg")]);
    assert!(told.contains("KIBANA_API_KEY") && told.contains("Leave the scheme"), "{told}");
    // A token may hold anything.
    ready(&block(&[ENDPOINT, ("bearer_token", "a:b")]), &[]);
}

#[test]
fn an_authentication_in_hcl_sets_aside_the_others_in_the_environment() {
    let environment = [("KIBANA_API_KEY", "key"), ("KIBANA_USERNAME", "u"), ("KIBANA_PASSWORD", "p")];
    let (path, text) = refused(&block(&[ENDPOINT]), &environment);
    assert_eq!(path, "");
    assert!(text.contains("KIBANA_API_KEY and KIBANA_USERNAME"), "{text}");
    ready(&block(&[ENDPOINT, ("bearer_token", "t")]), &environment);
    ready(&block(&[ENDPOINT, ("username", "v")]), &environment[1..]);
}

#[test]
fn two_authentications_in_hcl_are_refused_while_validating() {
    let found = validate(&block(&[ENDPOINT, ("api_key", "k"), ("password", "p")]));
    let found: Vec<_> = found.iter().map(|d| (d.path.to_string(), d.detail.clone())).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].0 == "password" && found[0].1.contains("`api_key` and `password`"), "{found:?}");
}

#[test]
fn half_an_authentication_names_the_other_half() {
    let (path, text) = refused(&block(&[ENDPOINT, ("username", "u")]), &[]);
    assert_eq!(path, "username");
    assert!(text.contains("`password`") && text.contains("KIBANA_PASSWORD"), "{text}");
    let (path, text) = refused(&block(&[ENDPOINT]), &[("KIBANA_PASSWORD", "p")]);
    assert_eq!(path, "");
    assert!(text.contains("variable KIBANA_PASSWORD is set") && text.contains("KIBANA_USERNAME"), "{text}");
}

#[test]
fn an_endpoint_must_be_a_url_that_can_be_asked() {
    let (path, text) = refused(&block(&[]), &[]);
    assert!(path == "endpoint" && text.contains("KIBANA_ENDPOINT"), "{text}");
    for wrong in
        ["kibana.example.com", "kibana.example.com:5601", "ftp://kibana", "https://", "https://kibana/?a=b"]
    {
        let (path, text) = refused(&block(&[("endpoint", wrong)]), &[]);
        assert!(path == "endpoint" && text.contains("`endpoint`"), "{wrong}: {text}");
    }
    let (path, text) = refused(&block(&[]), &[("KIBANA_ENDPOINT", "kibana:5601")]);
    assert!(path.is_empty() && text.contains("KIBANA_ENDPOINT"), "{text}");
    let (path, text) = refused(&block(&[("endpoint", "https://kibana/base/s/ops/")]), &[]);
    assert!(path == "endpoint" && text.contains("`space_id = \"ops\"`"), "{text}");
    let (_, text) = refused(&block(&[]), &[("KIBANA_ENDPOINT", "https://kibana/s/ops/app/home")]);
    assert!(text.contains("variable KIBANA_ENDPOINT names the space \"ops\""), "{text}");
    let (_, text) = refused(&block(&[("endpoint", "https://u:hunter2@kibana")]), &[]);
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn certificates_must_be_there_and_be_certificates() {
    let (path, text) = refused(&block(&[ENDPOINT, ("ca_cert_file", "/no/such/file")]), &[]);
    assert!(path == "ca_cert_file" && text.contains("/no/such/file"), "{text}");
    let (path, text) = refused(&block(&[ENDPOINT]), &[("KIBANA_CA_CERTS", "/no/such/file, /nor/this")]);
    assert!(path.is_empty() && text.contains("KIBANA_CA_CERTS"), "{text}");
    let (path, _) = refused(&block(&[ENDPOINT, ("ca_cert_pem", "no certificate")]), &[]);
    assert_eq!(path, "ca_cert_pem");
    let (path, _) = refused(&block(&[ENDPOINT, ("ca_cert_pem", "x"), ("ca_cert_file", "y")]), &[]);
    assert_eq!(path, "ca_cert_pem");
    let (path, text) = refused(&block(&[ENDPOINT, ("client_cert_pem", "x")]), &[]);
    assert!(path == "client_cert_pem" && text.contains("client_key_file"), "{text}");
}

#[test]
fn a_file_that_never_ends_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long").display().to_string();
    std::fs::write(&long, vec![b' '; (4 << 20) + 1]).unwrap();
    let device = if cfg!(windows) { r"\\.\NUL" } else { "/dev/zero" };
    for (name, why) in [(device, "not a regular file"), (&long, "larger than 4 MiB")] {
        let (path, text) = refused(&block(&[ENDPOINT, ("ca_cert_file", name)]), &[]);
        assert!(path == "ca_cert_file" && text.contains(why), "{text}");
    }
}

#[test]
fn a_key_that_is_none_is_told_at_the_key() {
    let made = rcgen::generate_simple_self_signed(["kibana.test".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    let with_key = |key| block(&[ENDPOINT, ("client_cert_pem", &certificate), ("client_key_pem", key)]);
    let (path, text) = refused(&with_key("hunter2"), &[]);
    assert!(path == "client_key_pem" && text.contains("no private key"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    ready(&with_key(&made.signing_key.serialize_pem()), &[]);
}

#[test]
fn white_space_around_credentials_and_endpoint_is_trimmed() {
    let header = |client: crate::client::Client| client.authorization().unwrap_or_default();
    let endpoint = ("endpoint", " https://kibana.example.com\n");
    assert_eq!(header(ready(&block(&[endpoint, ("api_key", "a2V5\n")]), &[])), "ApiKey a2V5");
    assert_eq!(header(ready(&block(&[endpoint]), &[("KIBANA_BEARER_TOKEN", " token\r\n")])), "Bearer token");
    let user = block(&[endpoint, ("username", "u\n"), ("password", " p ")]);
    assert_eq!(header(ready(&user, &[])), "Basic dTogcCA=");
}

#[test]
fn a_password_with_a_line_break_is_sent_with_a_warning() {
    let (provider, found) = run(&block(&[ENDPOINT, ("username", "u"), ("password", "hunter2\n")]), &[]);
    assert!(provider.client().is_some() && !found.has_errors());
    let found: Vec<_> = found.iter().map(|d| (d.path.to_string(), d.detail.clone())).collect();
    assert!(found.len() == 1 && found[0].0 == "password" && !found[0].1.contains("hunter2"), "{found:?}");
}

#[test]
fn credentials_that_cannot_be_sent_are_told_at_their_place() {
    for (argument, value) in [("api_key", "hunter\n2"), ("bearer_token", "hunter\u{0}2"), ("api_key", " ")] {
        let (path, text) = refused(&block(&[ENDPOINT, (argument, value)]), &[]);
        assert!(path == argument && text.contains(argument) && !text.contains("hunter"), "{text}");
    }
    let (path, text) = refused(&block(&[ENDPOINT, ("username", "a:b"), ("password", "p")]), &[]);
    assert!(path == "username" && text.contains("colon"), "{text}");
    let (path, text) = refused(&block(&[ENDPOINT]), &[("KIBANA_API_KEY", "hunter\n2")]);
    assert!(path.is_empty() && text.contains("KIBANA_API_KEY") && !text.contains("hunter"), "{text}");
}

fn headers(headers: &[(&str, &str)]) -> Value {
    let headers = headers.iter().map(|(name, value)| (*name, Value::text(*value)));
    with(&block(&[ENDPOINT]), "headers", Value::object(headers))
}

#[test]
fn an_authorization_header_is_an_authentication_like_the_others() {
    let block = headers(&[("authorization", "Bearer t")]);
    let client = ready(&block, &[("KIBANA_API_KEY", "key")]);
    assert_eq!(client.authorization().as_deref(), Some("Bearer t"));
    let (path, text) = refused(&with(&block, "api_key", Value::text("key")), &[]);
    assert_eq!(path, "headers[\"authorization\"]");
    assert!(text.contains("Conflicting authentication methods") && text.contains("`api_key`"), "{text}");
}

#[test]
fn a_header_that_no_request_can_carry_is_told_at_its_name() {
    let cases = [
        ("Content-Length", "0", "Reserved header"),
        ("transfer-encoding", "chunked", "Reserved header"),
        ("Host", "other", "Reserved header"),
        ("a b", "x", "Invalid header name"),
        ("X-Tenant", "hunter2\r\nHost: other", "Invalid header value"),
    ];
    for (name, value, title) in cases {
        let (path, text) = refused(&headers(&[(name, value)]), &[]);
        assert_eq!(path, format!("headers[{name:?}]"));
        assert!(text.starts_with(title) && !text.contains("hunter2"), "{text}");
    }
    let (path, text) = refused(&headers(&[("X-Tenant", "blue"), ("x-tenant", "red")]), &[]);
    assert_eq!(path, "headers[\"x-tenant\"]");
    assert!(text.starts_with("Duplicate header") && !text.contains("red"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_counts_as_unset_with_a_warning() {
    use std::os::unix::ffi::OsStringExt as _;
    let environment =
        |name: &str| (name == "KIBANA_API_KEY").then(|| std::ffi::OsString::from_vec(b"hunter\xff".to_vec()));
    let (provider, found) = configure(&block(&[ENDPOINT]), &environment);
    assert_eq!(provider.client().and_then(crate::client::Client::authorization), None);
    let found: Vec<_> = found.iter().map(|d| (d.severity, d.detail.clone())).collect();
    assert!(found.len() == 1 && found[0].0 == Severity::Warning, "{found:?}");
    assert!(found[0].1.contains("KIBANA_API_KEY") && !found[0].1.contains("hunter"), "{found:?}");
}

#[test]
fn numbers_are_whole_and_within_reason() {
    let number = |text| Value::Number(Number::parse(text).expect("a number"));
    for (name, wrong) in [
        ("request_timeout_seconds", "0"),
        ("request_timeout_seconds", "1.5"),
        ("retry_timeout_seconds", "-1"),
    ] {
        let (path, _) = refused(&with(&block(&[ENDPOINT]), name, number(wrong)), &[]);
        assert_eq!(path, name);
    }
    ready(&with(&block(&[ENDPOINT]), "retry_timeout_seconds", number("0")), &[]);
}

#[test]
fn insecure_warns_and_takes_only_true_or_false() {
    let (provider, found) = run(&with(&block(&[ENDPOINT]), "insecure", Value::Bool(true)), &[]);
    assert!(provider.client().is_some() && !found.is_empty() && !found.has_errors());
    let (_, text) = refused(&block(&[ENDPOINT]), &[("KIBANA_INSECURE", "yes")]);
    assert!(text.contains("\"yes\""), "{text}");
    ready(&with(&block(&[ENDPOINT]), "insecure", Value::Bool(false)), &[("KIBANA_INSECURE", "true")]);
}

#[test]
fn an_unknown_in_hcl_stays_unknown_whatever_the_environment_says() {
    let unknown = with(&block(&[]), "endpoint", Value::unknown());
    let (provider, found) = run(&unknown, &[("KIBANA_ENDPOINT", "https://kibana")]);
    assert!(found.is_empty());
    assert!(matches!(provider, Provider::Unknown(argument) if argument == "endpoint"));
}

#[test]
fn a_proxy_that_cannot_be_used_is_told_without_its_address() {
    let (path, text) = refused(&block(&[ENDPOINT]), &[("HTTPS_PROXY", "socks5://u:hunter2@proxy")]);
    assert!(path.is_empty() && text.contains("HTTPS_PROXY") && !text.contains("hunter2"), "{text}");
    ready(&block(&[ENDPOINT]), &[("HTTPS_PROXY", "socks5://proxy"), ("NO_PROXY", "kibana.example.com:443")]);
    ready(&block(&[ENDPOINT]), &[("HTTP_PROXY", "socks5://proxy")]);
}

#[test]
fn a_space_is_named_by_its_id() {
    let (path, text) = refused(&block(&[ENDPOINT, ("space_id", "My Space")]), &[]);
    assert!(path == "space_id" && text.contains("My Space"), "{text}");
    let (path, text) = refused(&block(&[ENDPOINT, ("space_id", "")]), &[]);
    assert!(path == "space_id" && text.contains("is empty"), "{text}");
}
