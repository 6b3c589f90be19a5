//! Values that are known only while applying.

use serde_json::json;

use crate::support::Workspace;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_values_anywhere_in_a_block_plan_and_apply() {
    let workspace = Workspace::new().await;
    workspace.write(
        r#"
        resource "terraform_data" "late" {
          input = { text = "late", number = 587, flag = false, headers = { "X-A" = "1" } }
        }
        resource "kibana_connector" "mail" {
          name = "mail ${terraform_data.late.output.text}"
          email {
            from     = "${terraform_data.late.output.text}@example.com"
            host     = terraform_data.late.output.text
            port     = terraform_data.late.output.number
            secure   = terraform_data.late.output.flag
            has_auth = true
            secrets {
              user     = "u"
              password = terraform_data.late.output.text
            }
          }
        }
        resource "kibana_connector" "hook" {
          name = "hook"
          webhook {
            url     = "https://${terraform_data.late.output.text}.example.com"
            headers = terraform_data.late.output.headers
          }
        }
        resource "kibana_connector" "any" {
          name = "any"
          custom {
            connector_type_id = ".index"
            config_json       = jsonencode({ index = terraform_data.late.output.text })
          }
        }
        "#,
    );
    workspace.apply().says("4 added");
    let bodies = workspace.bodies("POST");
    let mail = bodies.iter().find(|body| body["connector_type_id"] == ".email").expect("the mail connector");
    assert_eq!(mail["config"]["port"], json!(587));
    assert_eq!(mail["secrets"]["password"], "late");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_endpoint_plans_without_kibana_and_applies_with_it() {
    let mut workspace = Workspace::new().await;
    let endpoint = workspace.kibana_url();
    workspace.unset("KIBANA_ENDPOINT");
    let hcl = format!(
        r#"
        resource "terraform_data" "kibana" {{ input = "{endpoint}" }}
        provider "kibana" {{ endpoint = terraform_data.kibana.output }}
        resource "kibana_connector" "c" {{
          name = "c"
          server_log {{}}
        }}
        "#
    );
    workspace.write(&hcl);
    workspace.plans_changes();
    assert!(workspace.requests().is_empty());
    workspace.apply();
    assert_eq!(workspace.state("kibana_connector.c")["space_id"], "default");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_endpoint_is_unknown_a_refresh_keeps_the_state_and_an_import_is_refused() {
    let mut workspace = Workspace::new().await;
    let endpoint = workspace.kibana_url();
    workspace.unset("KIBANA_ENDPOINT");
    // What is replaced has no output until it is applied.
    let hcl = |number: u8, more: &str| {
        format!(
            r#"
            resource "terraform_data" "kibana" {{
              input            = "{endpoint}"
              triggers_replace = {number}
            }}
            provider "kibana" {{ endpoint = terraform_data.kibana.output }}
            resource "kibana_connector" "c" {{
              name = "c"
              server_log {{}}
            }}
            {more}
            "#
        )
    };
    workspace.write(&hcl(1, "")).apply();
    let before = workspace.state("kibana_connector.c");
    let id = before["id"].as_str().expect("an ID").to_owned();
    workspace.change(&id, |connector| connector.name = "drifted".to_owned());
    workspace.clear_requests();
    workspace.write(&hcl(2, ""));
    workspace.plans_changes().says("1 to add, 0 to change, 1 to destroy").does_not_say("drifted");
    assert!(workspace.requests().is_empty());
    if workspace.has_import_blocks() {
        let other = "resource \"kibana_connector\" \"d\" {\n name = \"d\"\n server_log {}\n}\nimport {\n to = \
                     kibana_connector.d\n id = \"other\"\n}\n";
        workspace.write(&hcl(2, other));
        let refused = workspace.plan().fails().says("Import needs a known Kibana");
        refused.says("The provider's argument `endpoint` is not known yet");
        assert!(workspace.requests().is_empty());
    }
    workspace.write(&hcl(2, "")).apply().says("1 added, 0 changed, 1 destroyed");
    assert_eq!(workspace.state("kibana_connector.c"), before);
    workspace.plans_changes().says("drifted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_speaks_at_apply_when_a_late_value_breaks_it() {
    let workspace = Workspace::new().await;
    workspace.write(
        r#"
        resource "terraform_data" "late" { input = "not a url" }
        resource "kibana_connector" "hook" {
          name = "hook"
          webhook { url = terraform_data.late.output }
        }
        "#,
    );
    workspace.plans_changes();
    workspace.apply_fails().says("Kibana cannot parse `url` as a URL");
    assert!(workspace.requests().is_empty(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamic_blocks_that_exclude_each_other_validate_and_apply() {
    let workspace = Workspace::new().await;
    workspace.write(
        r#"
        variable "kind" { default = "index" }
        resource "kibana_connector" "c" {
          name = "c"
          dynamic "index" {
            for_each = var.kind == "index" ? ["i"] : []
            content { index = index.value }
          }
          dynamic "webhook" {
            for_each = var.kind == "webhook" ? ["https://hooks.example.com"] : []
            content { url = webhook.value }
          }
        }
        "#,
    );
    workspace.terraform(&["validate", "-no-color"]).succeeds();
    workspace.apply();
    workspace.plans_nothing();
}
