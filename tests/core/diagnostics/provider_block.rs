//! What the provider block and the environment say: each alone, and what only the environment can cause.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use serde_json::json;
use terraform_provider_kibana::{provider, wire};

use super::configured;
use crate::book::Book;
use crate::core::Core;

pub(super) async fn provider_block(book: &mut Book, core: &Core) {
    book.section("The provider block");
    let key = "dGVzdDphLWtleS1mb3ItdGVzdHM=";
    let url = "https://kibana.example";
    let certificate = || rcgen::generate_simple_self_signed(["kibana.example".to_owned()]).unwrap();
    let (one, other) = (certificate(), certificate());
    for (case, settings) in [
        ("no endpoint", json!({})),
        ("an endpoint without a scheme", json!({"endpoint": "kibana.example:5601"})),
        ("an endpoint that is not a URL", json!({"endpoint": "https://"})),
        ("an endpoint with a password", json!({"endpoint": "https://u:hunter2@kibana.example"})),
        ("an endpoint with a query", json!({"endpoint": "https://kibana.example?a=b"})),
        ("an endpoint that leads into a space", json!({"endpoint": "https://kibana.example/s/ops"})),
        ("two authentications", json!({"endpoint": url, "api_key": key, "bearer_token": "t"})),
        ("a user without a password", json!({"endpoint": url, "username": "u"})),
        (
            "an authentication among the headers",
            json!({"endpoint": url, "api_key": key, "headers": {"Authorization": "Bearer t"}}),
        ),
        ("a header that frames the request", json!({"endpoint": url, "headers": {"Content-Length": "1"}})),
        ("a header twice", json!({"endpoint": url, "headers": {"X-A": "1", "x-a": "2"}})),
        ("a header without a value", json!({"endpoint": url, "headers": {"X-A": null}})),
        ("a header with a line break", json!({"endpoint": url, "headers": {"X-A": "a\nb"}})),
        ("a blank key", json!({"endpoint": url, "api_key": " "})),
        ("a user name with a colon", json!({"endpoint": url, "username": "u:v", "password": "hunter2"})),
        (
            "a password that a file ended in a line break",
            json!({"endpoint": url, "username": "u", "password": "hunter2\n"}),
        ),
        ("a header name with a blank", json!({"endpoint": url, "headers": {"X A": "1"}})),
        ("a key that no header can hold", json!({"endpoint": url, "api_key": "a\nb"})),
        ("a key as it stands in a header", json!({"endpoint": url, "api_key": "ApiKey a2V5"})),
        ("a key that is not encoded", json!({"endpoint": url, "api_key": "id:key"})),
        ("a space that is none", json!({"endpoint": url, "space_id": "Ops Team"})),
        ("an empty space", json!({"endpoint": url, "space_id": ""})),
        ("a certificate file that is not there", json!({"endpoint": url, "ca_cert_file": "/nowhere/ca.pem"})),
        ("a certificate that is none", json!({"endpoint": url, "ca_cert_pem": "nothing"})),
        (
            "a certificate that is damaged",
            json!({"endpoint": url, "ca_cert_pem": "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----"}),
        ),
        (
            "certificates from two places",
            json!({"endpoint": url, "ca_cert_file": "ca.pem", "ca_cert_pem": "nothing"}),
        ),
        ("a client certificate without a key", json!({"endpoint": url, "client_cert_pem": "nothing"})),
        (
            "a client key that is none",
            json!({"endpoint": url, "client_cert_pem": one.cert.pem(), "client_key_pem": "hunter2"}),
        ),
        (
            "the key of another certificate",
            json!({
                "endpoint": url, "client_cert_pem": one.cert.pem(), "client_key_pem": other.signing_key.serialize_pem(),
            }),
        ),
        (
            "a client key of no known kind",
            json!({
                "endpoint": url, "client_cert_pem": one.cert.pem(),
                "client_key_pem": "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----",
            }),
        ),
        ("unchecked certificates", json!({"endpoint": url, "insecure": true})),
        ("a time-out out of bounds", json!({"endpoint": url, "request_timeout_seconds": 0})),
    ] {
        book.tell(case, &configured(core, settings).await);
    }
    files(book, core, url, &one.cert.pem()).await;
    environment(book);
}

/// Files that are there and hold nothing of use. Where they are differs from machine to machine.
async fn files(book: &mut Book, core: &Core, url: &str, certificate: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (large, bytes) = (folder.path().join("large.pem"), folder.path().join("bytes.pem"));
    File::create(&large).unwrap().set_len((4 << 20) + 1).unwrap();
    std::fs::write(&bytes, b"hunter2\xff").unwrap();
    let device = Path::new(if cfg!(windows) { r"\\.\NUL" } else { "/dev/zero" });
    for (case, name, path, shown) in [
        ("a certificate file that is too large", "ca_cert_file", large.as_path(), "/etc/kibana/large.pem"),
        ("a device in the place of a certificate file", "ca_cert_file", device, "/dev/zero"),
        ("a client key file that is not text", "client_key_file", &bytes, "/etc/kibana/bytes.pem"),
    ] {
        let mut settings = json!({"endpoint": url});
        settings[name] = json!(path);
        if name == "client_key_file" {
            settings["client_cert_pem"] = json!(certificate);
        }
        let mut said = configured(core, settings).await;
        for one in &mut said {
            one.detail = one.detail.replace(&format!("{path:?}"), &format!("{shown:?}"));
        }
        book.tell(case, &said);
    }
}

/// What only the environment can cause.
fn environment(book: &mut Book) {
    for (case, variable, text) in [
        ("an endpoint from the environment", "KIBANA_ENDPOINT", "kibana.example:5601"),
        ("a space from the environment", "KIBANA_SPACE_ID", "Ops Team"),
        ("neither yes nor no", "KIBANA_INSECURE", "yes"),
        ("unchecked certificates by the environment", "KIBANA_INSECURE", "true"),
        ("a proxy that is none", "HTTPS_PROXY", "http://"),
        ("a proxy of another kind", "HTTPS_PROXY", "socks5://u:hunter2@proxy.example:1080"),
    ] {
        let environment = |name: &str| match name {
            "KIBANA_ENDPOINT" if variable != name => Some("https://kibana.example".into()),
            _ => (name == variable).then(|| text.into()),
        };
        let (_, found) = provider::configure(&provider::schema().block.empty_value(), &environment);
        book.tell(case, &wire::diagnostics(found));
    }
    let two = |name: &str| match name {
        "KIBANA_ENDPOINT" => Some("https://kibana.example".into()),
        "KIBANA_API_KEY" | "KIBANA_BEARER_TOKEN" => Some("hunter2".into()),
        _ => None,
    };
    let (_, found) = provider::configure(&provider::schema().block.empty_value(), &two);
    book.tell("two authentications in the environment", &wire::diagnostics(found));
    let unreadable = |name: &str| match name {
        "KIBANA_ENDPOINT" => Some("https://kibana.example".into()),
        _ => (name == "KIBANA_API_KEY").then(not_text),
    };
    let (_, found) = provider::configure(&provider::schema().block.empty_value(), &unreadable);
    book.tell("a variable that is not text", &wire::diagnostics(found));
}

/// What no text is, in the system's own form.
fn not_text() -> OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(b"hunter2\xff".to_vec());
    #[cfg(windows)]
    return std::os::windows::ffi::OsStringExt::from_wide(&[0xd800]);
}
