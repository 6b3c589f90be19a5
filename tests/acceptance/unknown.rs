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
