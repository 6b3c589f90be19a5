//! A connector's life: created, unchanged, changed, replaced, destroyed, with as few requests as that takes.

use serde_json::json;

use crate::support::Workspace;

const HOOK: &str = r#"
    resource "kibana_connector" "hook" {
      name = "hook"
      webhook {
        url     = "https://hooks.example.com"
        headers = { "X-A" = "1" }
        secrets {
          user     = "u"
          password = "p"
        }
      }
    }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn each_step_takes_one_request() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    assert_eq!((workspace.count("POST"), workspace.count("GET")), (1, 0));
    workspace.clear_requests();

    workspace.plans_nothing();
    assert_eq!(workspace.requests().len(), 1);
    workspace.clear_requests();

    workspace.write(&HOOK.replace("\"hook\"\n", "\"renamed\"\n"));
    workspace.apply().says("1 changed");
    assert_eq!((workspace.count("PUT"), workspace.count("POST")), (1, 0));
    assert_eq!(
        workspace.bodies("PUT"),
        [json!({
            "name": "renamed",
            "config": { "url": "https://hooks.example.com", "headers": { "X-A": "1" } },
            "secrets": { "user": "u", "password": "p" }
        })]
    );
    workspace.plans_nothing();
    workspace.clear_requests();

    workspace.terraform(&["destroy", "-auto-approve", "-no-color"]).succeeds();
    assert_eq!(workspace.count("DELETE"), 1);
    assert!(workspace.connectors().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_field_is_updated_in_place_and_a_removed_one_returns_to_the_default() {
    let workspace = Workspace::new().await;
    let with = |line: &str| HOOK.replace("headers = { \"X-A\" = \"1\" }", line);
    workspace.write(&with("method = \"put\""));
    workspace.apply();
    let id = workspace.state("kibana_connector.hook")["id"].clone();
    workspace.write(&with(""));
    workspace.apply().says("1 changed");
    let state = workspace.state("kibana_connector.hook");
    assert_eq!((&state["id"], &state["webhook"]["method"]), (&id, &json!("post")));
    assert_eq!(workspace.bodies("PUT")[0]["config"], json!({ "url": "https://hooks.example.com" }));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_type_replaces_the_connector() {
    let workspace = Workspace::new().await;
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  server_log {}\n}\n");
    workspace.apply();
    let before = workspace.state("kibana_connector.c")["id"].clone();
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  index { index = \"i\" }\n}\n");
    workspace.apply().says("1 added, 0 changed, 1 destroyed");
    let after = workspace.state("kibana_connector.c");
    assert_ne!(before, after["id"]);
    assert_eq!(after["connector_type_id"], ".index");
    assert_eq!(workspace.connectors().len(), 1);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_type_can_be_created_before_the_old_one_goes() {
    let workspace = Workspace::new().await;
    let with = |block: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  {block}\n  lifecycle {{ create_before_destroy = true }}\n}}\n"
        )
    };
    workspace.write(&with("server_log {}"));
    workspace.apply();
    workspace.write(&with("index { index = \"i\" }"));
    workspace.apply();
    let methods: Vec<_> = workspace.requests().into_iter().map(|request| request.method).collect();
    let position = |method: &str| methods.iter().rposition(|m| m == method);
    assert!(position("POST") < position("DELETE"));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_the_users_is_looked_at_first_and_then_created() {
    let workspace = Workspace::new().await;
    workspace.write("resource \"kibana_connector\" \"c\" {\n  id = \"my-connector\"\n  name = \"c\"\n  server_log {}\n}\n");
    workspace.apply();
    let requests = workspace.requests();
    let steps: Vec<_> =
        requests.iter().map(|r| (r.method.as_str(), r.path.as_str(), r.status.unwrap_or_default())).collect();
    let path = "/api/actions/connector/my-connector";
    assert_eq!(
        steps.iter().filter(|step| step.1 == path).copied().collect::<Vec<_>>(),
        [("GET", path, 404), ("POST", path, 200)]
    );
    workspace.plans_nothing();
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  id = \"another\"\n  name = \"c\"\n  server_log {}\n}\n",
    );
    workspace.apply().says("1 added, 0 changed, 1 destroyed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_keeps_its_space_when_the_providers_changes() {
    let mut workspace = Workspace::with_spaces(&["ops"]).await;
    workspace.set("KIBANA_SPACE_ID", "ops");
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  server_log {}\n}\n");
    workspace.apply();
    assert!(workspace.requests()[0].path.starts_with("/s/ops/api/actions/connector/"));
    assert_eq!(workspace.state("kibana_connector.c")["space_id"], "ops");
    workspace.unset("KIBANA_SPACE_ID");
    workspace.plans_nothing();
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  space_id = \"default\"\n  server_log {}\n}\n");
    workspace.apply().says("1 added, 0 changed, 1 destroyed");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_sends_exactly_what_is_written_and_compares_it_as_json() {
    let workspace = Workspace::new().await;
    let hcl = r#"
        resource "kibana_connector" "c" {
          name = "c"
          custom {
            connector_type_id = ".webhook"
            config_json       = "{ \"url\": \"https://hooks.example.com\", \"headers\": null, \"method\": \"put\" }"
            secrets_json      = jsonencode({ user = "u", password = "p" })
          }
        }
    "#;
    workspace.write(hcl);
    workspace.apply();
    assert_eq!(
        workspace.bodies("POST"),
        [json!({
            "name": "c",
            "connector_type_id": ".webhook",
            "config": { "url": "https://hooks.example.com", "headers": null, "method": "put" },
            "secrets": { "user": "u", "password": "p" }
        })]
    );
    workspace.plans_nothing();
    let reordered = r#"{\"method\":\"put\",\"headers\":null,\"url\":\"https://hooks.example.com\"}"#;
    let written = r#"{ \"url\": \"https://hooks.example.com\", \"headers\": null, \"method\": \"put\" }"#;
    workspace.write(&hcl.replace(written, reordered));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_and_the_types_block_are_the_same_connector() {
    let workspace = Workspace::new().await;
    let custom = r#"
        resource "kibana_connector" "c" {
          name = "c"
          custom {
            connector_type_id = ".webhook"
            config_json       = jsonencode({ url = "https://hooks.example.com" })
            secrets_json      = jsonencode({ user = "u", password = "p" })
          }
        }
    "#;
    let typed = r#"
        resource "kibana_connector" "c" {
          name = "c"
          webhook {
            url = "https://hooks.example.com"
            secrets {
              user     = "u"
              password = "p"
            }
          }
        }
    "#;
    workspace.write(custom);
    workspace.apply();
    let id = workspace.state("kibana_connector.c")["id"].clone();
    for (hcl, changes) in [(typed, "to the typed block"), (custom, "and back")] {
        workspace.clear_requests();
        workspace.write(hcl);
        workspace.apply().says("0 added, 1 changed, 0 destroyed");
        assert_eq!((workspace.count("PUT"), workspace.count("POST")), (0, 0), "{changes}");
        assert_eq!(workspace.state("kibana_connector.c")["id"], id);
        workspace.plans_nothing();
    }
    workspace.write(&typed.replace("hooks.example.com", "other.example.com"));
    workspace.apply();
    assert_eq!(workspace.count("PUT"), 1);
    assert_eq!(workspace.state("kibana_connector.c")["id"], id);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kibana_fills_inside_an_object_is_no_change_after_the_move_into_custom() {
    let workspace = Workspace::new().await;
    let config = r#"api_url = "https://a.example"
                    app_id = "a"
                    connector_type = "all"
                    mappings {
                      rule_name_config {
                        id = "1"
                        key = "k"
                        name = "n"
                        field_type = "text"
                      }
                    }"#;
    let secrets = "secrets_json = jsonencode({ apiToken = \"t\" })";
    let in_block = format!(
        "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  swimlane {{\n{config}\n    secrets {{\n      api_token = \"t\"\n    }}\n  }}\n}}\n"
    );
    let json = r#"{ apiUrl = "https://a.example", appId = "a", connectorType = "all", mappings = { ruleNameConfig = { id = "1", key = "k", name = "n", fieldType = "text" } } }"#;
    let in_custom = format!(
        "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  custom {{\n    connector_type_id = \".swimlane\"\n    config_json = jsonencode({json})\n    {secrets}\n  }}\n}}\n"
    );
    workspace.write(&in_block);
    workspace.apply();
    workspace.clear_requests();
    workspace.write(&in_custom);
    workspace.apply();
    assert_eq!(workspace.count("PUT"), 0);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocks_of_one_type_are_updated_in_place() {
    let workspace = Workspace::new().await;
    let with = |block: &str, rest: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  {block} {{\n    api_url = \"https://a.example\"\n{rest}    secrets {{\n      api_key = \"k\"\n    }}\n  }}\n}}\n"
        )
    };
    workspace.write(&with("genai_openai", ""));
    workspace.apply();
    let id = workspace.state("kibana_connector.c")["id"].clone();
    for (block, rest, provider) in [
        ("genai_azure", "", "Azure OpenAI"),
        ("genai_other", "    default_model = \"m\"\n", "Other"),
        ("genai_openai", "", "OpenAI"),
    ] {
        workspace.clear_requests();
        workspace.write(&with(block, rest));
        workspace.apply().says("0 added, 1 changed, 0 destroyed");
        assert_eq!(workspace.bodies("PUT")[0]["config"]["apiProvider"], provider);
        assert_eq!(workspace.state("kibana_connector.c")["id"], id);
        workspace.plans_nothing();
    }
}
