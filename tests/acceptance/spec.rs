//! `kibana_connector_spec`: the connectors of Kibana's own catalogue.

use serde_json::json;

use crate::support::{Release, Workspace};

/// The examples by folder and resource, and the first release that has all they need.
const EXAMPLES: [(&str, &str, Release); 13] = [
    ("abuseipdb", "reputation", Release::Current),
    ("amazon_s3", "buckets", Release::Current),
    ("azure_blob", "archive", Release::Current),
    ("gcp_cloud_functions", "functions", Release::Current),
    ("github", "github", Release::Current),
    ("google_drive", "drive", Release::Newest),
    ("hubspot", "customers", Release::Current),
    ("inbound_webhook", "inbox", Release::Newest),
    ("jina", "reader", Release::Current),
    ("jira_cloud", "tickets", Release::Current),
    ("kubernetes", "cluster", Release::Newest),
    ("servicenow_search", "knowledge", Release::Current),
    ("trello", "boards", Release::Newest),
];

fn example(folder: &str) -> String {
    let path = format!("{}/examples/spec/{folder}/main.tf", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the example can be read")
}

/// A folder in which every variable of the example has a value.
async fn workspace(release: Release, hcl: &str) -> Workspace {
    let mut workspace = Workspace::of(release).await;
    for line in hcl.lines() {
        if let Some(name) = line.strip_prefix("variable \"").and_then(|rest| rest.split('"').next()) {
            workspace.set(&format!("TF_VAR_{name}"), "a-secret");
        }
    }
    workspace
}

/// A connector of Jira Cloud with this in its block, secrets apart.
fn jira(inside: &str, secrets: &str) -> String {
    format!(
        "resource \"kibana_connector_spec\" \"c\" {{\n  name = \"c\"\n  spec {{\n    connector_type_id = \
         \".jira-cloud\"\n    {inside}\n    {secrets}\n  }}\n}}\n"
    )
}

const BASIC: &str = "secrets {\n basic {\n username = \"u\"\n password = \"p\"\n }\n }";

/// The life of every example that a release has.
async fn lives(release: Release) {
    for (folder, name, _) in EXAMPLES.into_iter().filter(|(_, _, first)| release >= *first) {
        let hcl = example(folder);
        let workspace = workspace(release, &hcl).await;
        if folder == "jina" && !workspace.has_write_only() {
            continue;
        }
        workspace.write(&hcl).apply().does_not_say("Warning: Kibana");
        workspace.plans_nothing();
        workspace.write(&hcl.replace("\"ops ", "\"other ")).apply().says("1 changed");
        workspace.plans_nothing();

        let id = workspace.connectors()[0].id.clone();
        let address = format!("kibana_connector_spec.{name}");
        workspace.terraform(&["state", "rm", &address]).succeeds();
        workspace.terraform(&["import", &address, &id]).succeeds();
        workspace.apply().succeeds();
        workspace.plans_nothing();
        workspace.terraform(&["destroy", "-auto-approve"]).succeeds();
        assert!(workspace.connectors().is_empty(), "{folder}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_catalogue_lives_a_whole_life_under_the_current_release() {
    lives(Release::Current).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_catalogue_lives_a_whole_life_under_the_newest_release() {
    lives(Release::Newest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_catalogue_lives_a_whole_life_under_a_future_release() {
    lives(Release::Future).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authentication_is_named_in_config_and_in_secrets() {
    let hcl = example("jira_cloud");
    let workspace = workspace(Release::Current, &hcl).await;
    workspace.write(&hcl).apply();
    assert_eq!(
        workspace.bodies("POST"),
        [json!({
            "name": "ops tickets",
            "connector_type_id": ".jira-cloud",
            "config": {"subdomain": "acme", "authType": "basic"},
            "secrets": {"authType": "basic", "username": "bot@example.com", "password": "a-secret"},
        })]
    );
}

/// Of warnings with the same title Terraform shows one.
#[tokio::test(flavor = "multi_thread")]
async fn each_mistyped_key_is_named_once() {
    let workspace = Workspace::of(Release::Current).await;
    let mistyped = "config = { subdomain = \"acme\", clouId = \"x\", tokn = \"y\" }";
    workspace.write(&jira(mistyped, BASIC));
    workspace.apply().says("Kibana ignored `clouId`").says("Kibana ignored `tokn`");
    workspace.plans_nothing().does_not_say("clouId").does_not_say("tokn");
    workspace.write(&jira("config = { subdomain = \"acme\" }", BASIC)).apply().says("1 changed");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_actions_that_kibana_ignores_is_named_once() {
    let workspace = Workspace::of(Release::Current).await;
    workspace.write(&jira("config = { subdomain = \"acme\" }\n selected_actions = [\"getIssue\"]", BASIC));
    let said = workspace.apply().said();
    assert_eq!(said.matches("Kibana ignored").count(), 1, "{said}");
    assert!(said.contains("Kibana ignored `selected_actions`"), "{said}");
    workspace.plans_nothing().does_not_say("selected_actions");
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_of_a_written_key_is_a_change_and_of_another_is_not() {
    let workspace = Workspace::of(Release::Current).await;
    workspace.write(&jira("config = { subdomain = \"acme\" }", BASIC)).apply();
    let id = workspace.connectors()[0].id.clone();
    workspace.change_config(&id, "cloudId", json!("somebody-elses"));
    workspace.plans_nothing();
    workspace.change_config(&id, "subdomain", json!("another"));
    workspace.plans_changes().says("another");
    workspace.apply().says("1 changed");
    assert_eq!(workspace.config(&id)["subdomain"], "acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_connector_without_secrets_plans_nothing_until_something_changes() {
    let workspace = Workspace::of(Release::Current).await;
    workspace.put(
        "default",
        "1",
        ".jira-cloud",
        json!({"subdomain": "acme", "cloudId": "x", "authType": "basic"}),
    );
    workspace.write(&jira("config = { subdomain = \"acme\" }", ""));
    workspace.terraform(&["import", "kibana_connector_spec.c", "1"]).succeeds();
    workspace.plans_nothing();
    workspace.write(&jira("config = { subdomain = \"other\" }", ""));
    workspace.plan().fails().says("Missing authentication");
    workspace.write(&jira("config = { subdomain = \"other\" }", BASIC));
    workspace.plans_changes().says("Kibana will choose `cloudId` anew");
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_moves_from_custom_without_a_write() {
    let workspace = Workspace::of(Release::Current).await;
    let custom = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  custom {\n    connector_type_id = \
                  \".jira-cloud\"\n    config_json = jsonencode({ subdomain = \"acme\", authType = \"basic\" })\n    \
                  secrets_json = jsonencode({ authType = \"basic\", username = \"u\", password = \"p\" })\n  }\n}\n";
    workspace.write(custom).apply();
    workspace.clear_requests();
    let moved = "moved {\n  from = kibana_connector.c\n  to   = kibana_connector_spec.c\n}\n";
    workspace.write(&format!("{}{moved}", jira("config = { subdomain = \"acme\" }", BASIC)));
    workspace.apply().says("0 added, 0 changed, 0 destroyed");
    workspace.plans_nothing();
    assert_eq!((workspace.count("PUT"), workspace.count("POST")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_moves_to_custom_and_back_without_a_write() {
    let workspace = Workspace::of(Release::Current).await;
    let nulls = "config = { subdomain = \"acme\", cloudId = null }";
    for form in ["kibana_connector", "kibana_connector_custom"] {
        for auth_type in ["", ", authType = \"basic\""] {
            let custom = format!(
                "resource \"{form}\" \"c\" {{\n  name = \"c\"\n  custom {{\n    connector_type_id = \".jira-cloud\"\n    \
                 config_json = jsonencode({{ subdomain = \"acme\"{auth_type} }})\n    secrets_json = jsonencode({{ authType = \
                 \"basic\", username = \"u\", password = \"p\" }})\n  }}\n}}\n"
            );
            let moved = |from: &str, to: &str| format!("moved {{\n  from = {from}.c\n  to   = {to}.c\n}}\n");
            workspace.write(&jira(nulls, BASIC)).apply();
            workspace.clear_requests();
            workspace.write(&format!("{custom}{}", moved("kibana_connector_spec", form)));
            workspace.apply().says("0 added, 0 changed, 0 destroyed");
            workspace.plans_nothing();
            workspace.write(&format!("{}{}", jira(nulls, BASIC), moved(form, "kibana_connector_spec")));
            workspace.apply().says("0 added, 0 changed, 0 destroyed");
            workspace.plans_nothing();
            assert_eq!((workspace.count("PUT"), workspace.count("POST")), (0, 0), "{form}{auth_type}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_of_nulls_changes_nothing_but_the_state() {
    let workspace = Workspace::of(Release::Current).await;
    let brave = |config: &str| {
        let key = "secrets {\n api_key_header {\n header = \"X-Subscription-Token\"\n value = \"k\"\n }\n }";
        jira(config, key).replace(".jira-cloud", ".brave-search")
    };
    workspace.write(&brave("")).apply();
    workspace.clear_requests();
    workspace.write(&brave("config = { later = null }")).apply();
    workspace.plans_nothing();
    workspace.write(&brave("config = {}")).apply();
    workspace.plans_nothing();
    workspace.write(&brave("")).apply();
    workspace.plans_nothing();
    assert_eq!(workspace.count("PUT"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_authentication_in_kibana_is_repaired_and_a_new_name_says_no_more() {
    let workspace = Workspace::of(Release::Newest).await;
    let config = "config = { subdomain = \"acme\" }";
    workspace.write(&jira(config, BASIC)).apply();
    let id = workspace.connectors()[0].id.clone();
    workspace.change_config(&id, "authType", json!("bearer"));
    workspace.plans_changes().says("\"bearer\" -> \"basic\"");
    workspace.apply().says("1 changed");
    assert_eq!(workspace.config(&id)["authType"], "basic");
    workspace.write(&jira(config, BASIC).replace("name = \"c\"", "name = \"d\""));
    workspace.plans_changes().does_not_say("known after apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_or_from_signing_in_replaces_the_connector() {
    let workspace = Workspace::of(Release::Newest).await;
    let hubspot = |secrets: &str| {
        jira("", &format!("secrets {{\n {secrets} {{\n}}\n }}")).replace(".jira-cloud", ".hubspot").replace(
            " {\n}",
            match secrets {
                "bearer" => " {\n token = \"t\"\n}",
                _ => " {\n client_id = \"i\"\n client_secret = \"s\"\n}",
            },
        )
    };
    workspace.write(&hubspot("oauth_authorization_code")).apply().says("Users have to sign in");
    workspace.plans_nothing();
    workspace.write(&hubspot("oauth_authorization_code").replace("name = \"c\"", "name = \"d\""));
    workspace.plans_changes().says("All users will be signed out");
    workspace.write(&hubspot("bearer"));
    workspace.plans_changes().says("must be replaced");
    workspace.apply().says("1 added, 0 changed, 1 destroyed");
    workspace.plans_nothing();
}
