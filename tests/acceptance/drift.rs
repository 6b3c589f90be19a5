//! What changes in Kibana behind Terraform's back, and what Kibana itself answers otherwise than it was told.

use serde_json::json;

use crate::support::{Fault, Options, Release, Settings, Workspace};

const HOOK: &str = r#"
    resource "kibana_connector" "hook" {
      name = "hook"
      webhook {
        url = "https://hooks.example.com"
        secrets {
          user     = "u"
          password = "p"
        }
      }
    }
"#;

async fn hook() -> (Workspace, String) {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    let id = workspace.state("kibana_connector.hook")["id"].as_str().expect("an id").to_owned();
    (workspace, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_kibana_is_shown_alone_and_put_back() {
    let (workspace, id) = hook().await;
    workspace.change_config(&id, "method", json!("put"));
    workspace
        .plans_changes()
        .says("~ method = \"put\" -> \"post\"")
        .does_not_say("~ url")
        .does_not_say("~ headers");
    workspace.apply();
    assert_eq!(workspace.config(&id)["method"], "post");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_never_written_drifts_too() {
    let (workspace, id) = hook().await;
    workspace.change_config(&id, "headers", json!({ "X-Odd": "1" }));
    workspace.plans_changes().says("X-Odd");
    workspace.apply();
    assert_eq!(workspace.config(&id)["headers"], json!(null));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kibana_fills_is_chosen_anew_when_somebody_changed_it() {
    let (workspace, id) = hook().await;
    let filled = workspace.config(&id)["authType"].clone();
    workspace.change_config(&id, "authType", json!("webhook-authentication-ssl"));
    workspace.plans_changes().says("auth_type");
    workspace.apply();
    assert_eq!(workspace.config(&id)["authType"], filled);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_and_no_longer_is_goes_back_to_kibana() {
    let (workspace, id) = hook().await;
    let with_type = HOOK.replace("url =", "auth_type = \"webhook-authentication-ssl\"\n        url =");
    workspace.write(&with_type);
    workspace.apply();
    workspace.plans_nothing();
    workspace.write(HOOK);
    workspace.apply().says("1 changed");
    assert_eq!(workspace.config(&id)["authType"], "webhook-authentication-basic");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_and_a_removal_in_kibana_are_put_right() {
    let (workspace, id) = hook().await;
    workspace.change(&id, |connector| connector.name = "renamed".to_owned());
    workspace.plans_changes().says("\"renamed\" -> \"hook\"");
    workspace.apply();
    workspace.remove(&id);
    workspace.plans_changes().says("will be created");
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_made_again_as_another_type_is_replaced() {
    let (workspace, id) = hook().await;
    workspace.change(&id, |connector| {
        let config = json!({ "index": "i", "refresh": false, "executionTimeField": null });
        connector.connector_type_id = ".index".to_owned();
        connector.config = config.as_object().cloned().unwrap_or_default();
    });
    workspace.plans_changes().says("must be replaced");
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_written_value_that_kibana_stores_otherwise_warns_once_and_never_differs_again() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.show_config(&json!({
        "url": "https://normalized.example.com",
        "method": "post",
        "headers": null,
        "hasAuth": true,
        "authType": "webhook-authentication-basic"
    }));
    workspace.apply().says("Kibana stored another value for `url`");
    workspace.plans_nothing();
    workspace.plans_nothing();
    assert_eq!(workspace.state("kibana_connector.hook")["webhook"]["url"], "https://hooks.example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_plan_is_empty_under_every_release() {
    for release in [Release::Old, Release::Current, Release::Newest, Release::Future] {
        let workspace = Workspace::of(release).await;
        workspace.write(&format!(
            "{HOOK}\nresource \"kibana_connector\" \"mail\" {{\n  name = \"mail\"\n  email {{\n    from = \"a@b.co\"\n    host = \
             \"h\"\n    port = 25\n    has_auth = false\n  }}\n}}\n"
        ));
        workspace.apply();
        workspace.plans_nothing();
        workspace.write(&HOOK.replace("name = \"hook\"", "name = \"renamed\""));
        workspace.apply();
        workspace.plans_nothing();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_a_newer_kibana_survive_an_update() {
    let workspace = Workspace::of(Release::Future).await;
    workspace.write(HOOK);
    workspace.apply();
    let id = workspace.connectors()[0].id.clone();
    let kept = workspace.config(&id)["futureSetting"].clone();
    assert!(kept.is_string());
    workspace.plans_nothing();
    workspace.write(&HOOK.replace("name = \"hook\"", "name = \"renamed\""));
    workspace.apply();
    assert_eq!(workspace.bodies("PUT")[0]["config"]["futureSetting"], kept);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fills_in_an_authentication_and_then_refuses_it_is_told_explicitly() {
    let settings = Settings { fills_auth_type_first: true, ..Settings::default() };
    let workspace = Workspace::with(Options { settings, ..Options::default() }).await;
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook {\n    url = \"https://a.example\"\n    has_auth = false\n  }\n}\n",
    );
    workspace.apply().says("`authType` set to null");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_kibana_refuses_for_a_kept_key_is_sent_again_without() {
    let (workspace, id) = hook().await;
    workspace.change_config(&id, "newerSetting", json!(true));
    workspace.write(&HOOK.replace("name = \"hook\"", "name = \"renamed\""));
    workspace.apply().says("Unknown settings were dropped").says("newerSetting");
    let sent = workspace.bodies("PUT");
    assert_eq!(sent.len(), 2);
    assert!(
        sent[0]["config"].get("newerSetting").is_some() && sent[1]["config"].get("newerSetting").is_none()
    );
    workspace.plans_nothing();
}

/// A configuration that was generated says everything, also what an older Kibana does not know yet.
#[tokio::test(flavor = "multi_thread")]
async fn written_defaults_that_kibana_is_too_old_for_are_left_out() {
    let (workspace, _) = hook().await;
    let newer = HOOK.replace("url = ", "verification_mode = \"full\"\n    url = ");
    let hook = newer.replace("name = \"hook\"", "name = \"renamed\"");
    assert_ne!(newer, hook);
    workspace.write(&hook);
    let refusal =
        "error validating action type config: [verificationMode]: definition for this key is missing";
    workspace.kibana.fail(Fault::status(400, refusal).on("PUT", "*"));
    workspace.apply().says("Kibana may be too old for `verification_mode`");
    let sent = workspace.bodies("PUT");
    assert_eq!(sent[0]["config"]["verificationMode"], "full");
    assert!(sent[1]["config"].get("verificationMode").is_none());
    workspace.plans_nothing();
    // What is not a default is the user's: it is sent once, and the error stands at its argument.
    workspace.clear_requests();
    workspace.kibana.fail(Fault::status(400, refusal).on("PUT", "*"));
    workspace.write(&hook.replace("\"full\"", "\"none\""));
    workspace.apply_fails().says("verification_mode = \"none\"").says("definition for this key is missing");
    assert_eq!(workspace.count("PUT"), 1);
}

/// A second refusal is the one to act on, and nothing is called dropped that Kibana still holds.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_refused_twice_drops_nothing() {
    let (workspace, id) = hook().await;
    workspace.change_config(&id, "newerSetting", json!(true));
    workspace.write(&HOOK.replace("name = \"hook\"", "name = \"renamed\""));
    for refusal in ["the first complaint", "the second complaint"] {
        workspace.kibana.fail(Fault::status(400, refusal).on("PUT", "*"));
    }
    let apply = workspace.apply_fails();
    apply.says("the second complaint").says("sent again without `newerSetting`").does_not_say("dropped");
    assert_eq!(workspace.config(&id)["newerSetting"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_kibana_stores_otherwise_warns_once_and_never_differs_again() {
    let workspace = Workspace::new().await;
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  id = \"mine\"\n  name = \"written\"\n  server_log {}\n}\n",
    );
    let answer = json!({
        "id": "mine",
        "name": "stored",
        "connector_type_id": ".server-log",
        "config": {},
        "is_deprecated": false,
        "is_missing_secrets": false,
        "is_preconfigured": false,
        "is_system_action": false
    });
    workspace.kibana.replay("POST", "*/connector/mine", 200, &[], answer.to_string());
    workspace.apply().says("it now has another name");
    workspace.kibana.replay("GET", "*/connector/mine", 200, &[], answer.to_string());
    workspace.plans_nothing();
    assert_eq!(workspace.state("kibana_connector.c")["name"], "written");
}
