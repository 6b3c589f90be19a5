//! The examples of Kibana's own API page: applied as HCL they are sent word for word, and the page's answers
//! read back.

use serde_json::{Value as Json, json};

use crate::support::Workspace;

struct Example {
    hcl: &'static str,
    request: Json,
    answer: Json,
}

fn email() -> Example {
    Example {
        hcl: r#"
            resource "kibana_connector" "this" {
              name = "email-connector-1"
              email {
                from     = "tester@example.com"
                host     = "https://example.com"
                port     = 1025
                secure   = false
                has_auth = true
                service  = "other"
                secrets {
                  user     = "username"
                  password = "password"
                }
              }
            }
        "#,
        request: json!({
            "name": "email-connector-1",
            "config": {
                "from": "tester@example.com",
                "host": "https://example.com",
                "port": 1025,
                "secure": false,
                "hasAuth": true,
                "service": "other"
            },
            "secrets": { "user": "username", "password": "password" },
            "connector_type_id": ".email"
        }),
        answer: json!({
            "from": "tester@example.com",
            "host": "https://example.com",
            "port": 1025,
            "secure": false,
            "hasAuth": true,
            "service": "other",
            "clientId": null,
            "tenantId": null,
            "oauthTokenUrl": null
        }),
    }
}

fn index() -> Example {
    Example {
        hcl: r#"
            resource "kibana_connector" "this" {
              name = "my-connector"
              index {
                index = "test-index"
              }
            }
        "#,
        request: json!({
            "name": "my-connector",
            "config": { "index": "test-index" },
            "connector_type_id": ".index"
        }),
        answer: json!({ "index": "test-index", "refresh": false, "executionTimeField": null }),
    }
}

fn webhook() -> Example {
    Example {
        hcl: r#"
            resource "kibana_connector" "this" {
              name = "my-webhook-connector"
              webhook {
                url       = "https://example.com"
                method    = "post"
                auth_type = "webhook-authentication-ssl"
                cert_type = "ssl-crt-key"
                secrets {
                  crt      = "QmFnIEF0dH..."
                  key      = "LS0tLS1CRUdJ..."
                  password = "my-passphrase"
                }
              }
            }
        "#,
        request: json!({
            "name": "my-webhook-connector",
            "config": {
                "url": "https://example.com",
                "method": "post",
                "authType": "webhook-authentication-ssl",
                "certType": "ssl-crt-key"
            },
            "secrets": {
                "crt": "QmFnIEF0dH...",
                "key": "LS0tLS1CRUdJ...",
                "password": "my-passphrase"
            },
            "connector_type_id": ".webhook"
        }),
        answer: json!({
            "url": "https://example.com",
            "method": "post",
            "hasAuth": true,
            "headers": null,
            "authType": "webhook-authentication-ssl",
            "certType": "ssl-crt-key",
            "verificationMode": "full"
        }),
    }
}

fn xmatters() -> Example {
    Example {
        hcl: r#"
            resource "kibana_connector" "this" {
              name = "my-xmatters-connector"
              xmatters {
                uses_basic = false
                secrets {
                  secrets_url = "https://example.com?apiKey=xxxxx"
                }
              }
            }
        "#,
        request: json!({
            "name": "my-xmatters-connector",
            "config": { "usesBasic": false },
            "secrets": { "secretsUrl": "https://example.com?apiKey=xxxxx" },
            "connector_type_id": ".xmatters"
        }),
        answer: json!({ "usesBasic": false, "configUrl": null }),
    }
}

fn server_log() -> Example {
    Example {
        hcl: r#"
            resource "kibana_connector" "this" {
              name = "my_server_log_connector"
              server_log {}
            }
        "#,
        request: json!({ "name": "my_server_log_connector", "connector_type_id": ".server-log" }),
        answer: json!({}),
    }
}

async fn check(example: Example) {
    let workspace = Workspace::new().await;
    workspace.write(example.hcl);
    workspace.apply();

    let sent = workspace.requests();
    let creates: Vec<_> = sent.iter().filter(|request| request.method == "POST").collect();
    assert_eq!(creates.len(), 1);
    assert_eq!(creates[0].body, Some(example.request));
    let id = workspace.state("kibana_connector.this")["id"].as_str().expect("an id").to_owned();
    assert_eq!(creates[0].path, format!("/api/actions/connector/{id}"));
    assert!(creates[0].header("kbn-xsrf").is_some());
    assert!(creates[0].header("authorization").is_some_and(|value| value.starts_with("ApiKey ")));
    assert!(
        creates[0].header("user-agent").is_some_and(|value| value.starts_with("terraform-provider-kibana/"))
    );
    workspace.plans_nothing();

    // The page's own answer, with its nulls and with defaults that nobody sent.
    workspace.show_config(&example.answer);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_email_example_is_sent_and_read_as_on_the_page() {
    check(email()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_example_is_sent_and_read_as_on_the_page() {
    check(index()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_example_is_sent_and_read_as_on_the_page() {
    check(webhook()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_xmatters_example_is_sent_and_read_as_on_the_page() {
    check(xmatters()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_log_example_is_sent_and_read_as_on_the_page() {
    check(server_log()).await;
}
