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
        environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
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
    assert!(found[0].0 == "username" && found[0].1.contains("`api_key` and `password`"), "{found:?}");
}

#[test]
fn half_an_authentication_names_the_other_half() {
    let (path, text) = refused(&block(&[ENDPOINT, ("username", "u")]), &[]);
    assert_eq!(path, "username");
    assert!(text.contains("`password`") && text.contains("KIBANA_PASSWORD"), "{text}");
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
fn numbers_are_whole_and_within_reason() {
    let number = |text| Value::Number(Number::parse(text).expect("a number"));
    for (name, wrong) in
        [("request_timeout_seconds", "0"), ("request_timeout_seconds", "1.5"), ("max_retries", "-1")]
    {
        let (path, _) = refused(&with(&block(&[ENDPOINT]), name, number(wrong)), &[]);
        assert_eq!(path, name);
    }
    ready(&with(&block(&[ENDPOINT]), "max_retries", number("0")), &[]);
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
fn a_space_is_named_by_its_id() {
    let (path, text) = refused(&block(&[ENDPOINT, ("space_id", "My Space")]), &[]);
    assert!(path == "space_id" && text.contains("My Space"), "{text}");
}
