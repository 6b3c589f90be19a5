//! `ignore_changes` keeps what it ignores, also in the body of an update for another reason.

use serde_json::json;

use crate::support::Workspace;

fn hcl(name: &str, method: &str, password: &str, ignored: &str) -> String {
    format!(
        r#"
        resource "kibana_connector" "hook" {{
          name = "{name}"
          webhook {{
            url    = "https://hooks.example.com"
            method = "{method}"
            secrets {{
              user     = "u"
              password = "{password}"
            }}
          }}
          lifecycle {{ ignore_changes = {ignored} }}
        }}
        "#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ignored_field_is_sent_as_it_is_in_kibana() {
    let workspace = Workspace::new().await;
    workspace.write(&hcl("a", "put", "p", "[webhook.method]"));
    workspace.apply();
    workspace.write(&hcl("a", "patch", "p", "[webhook.method]"));
    workspace.plans_nothing();
    workspace.write(&hcl("b", "patch", "p", "[webhook.method]"));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["config"]["method"], "put");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn ignored_secrets_are_sent_as_they_were() {
    let workspace = Workspace::new().await;
    workspace.write(&hcl("a", "put", "first", "[webhook.secrets]"));
    workspace.apply();
    workspace.write(&hcl("b", "put", "second", "[webhook.secrets]"));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["secrets"], json!({ "user": "u", "password": "first" }));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_everything_ignored_nothing_is_sent() {
    let workspace = Workspace::new().await;
    workspace.write(&hcl("a", "put", "p", "all"));
    workspace.apply();
    workspace.write(&hcl("b", "patch", "q", "all"));
    workspace.plans_nothing();
    workspace.apply();
    assert_eq!(workspace.count("PUT"), 0);
}
