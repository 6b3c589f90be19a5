//! Imports by identity, which Terraform and OpenTofu know since 1.12.

use serde_json::json;

use crate::support::Workspace;

async fn with_a_connector(space: &str) -> Workspace {
    let workspace = Workspace::with_spaces(&["ops"]).await;
    workspace.put(space, "imported-id", ".index", json!({ "index": "i", "refresh": false }));
    workspace
}

fn import(resource: &str, identity: &str) -> String {
    format!(
        "import {{\n  to = {resource}.c\n  identity = {{ {identity} }}\n}}\n\nresource \"{resource}\" \"c\" {{\n  name = \"c\"\n  \
         space_id = null\n  index {{ index = \"i\" }}\n}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_by_identity_changes_nothing() {
    for (resource, space, identity) in [
        ("kibana_connector", "default", "id = \"imported-id\""),
        ("kibana_connector", "ops", "id = \"imported-id\", space_id = \"ops\""),
        ("kibana_connector_index", "ops", "id = \"imported-id\", space_id = \"ops\""),
    ] {
        let workspace = with_a_connector(space).await;
        if !workspace.has("identities", (1, 12), Some((1, 12))) {
            return;
        }
        workspace.write(&import(resource, identity));
        workspace.apply().says("1 imported, 0 added, 0 changed, 0 destroyed");
        workspace.plans_nothing();
        assert_eq!(workspace.state(&format!("{resource}.c"))["space_id"], space);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_identity_is_refused_in_words() {
    let workspace = with_a_connector("default").await;
    if !workspace.has("identities", (1, 12), Some((1, 12))) {
        return;
    }
    workspace.write(&import("kibana_connector", "id = \"\""));
    workspace.apply_fails().says("Invalid identity");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_keeps_its_identity_through_its_life() {
    let workspace = Workspace::new().await;
    if !workspace.has("identities", (1, 12), Some((1, 12))) {
        return;
    }
    let hcl = |index: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  index {{ index = \"{index}\" }}\n}}\n"
        )
    };
    for index in ["a", "b"] {
        workspace.write(&hcl(index)).apply();
        let file: serde_json::Value = serde_json::from_str(&workspace.state_file()).expect("a state is JSON");
        let identity = &file["resources"][0]["instances"][0]["identity"];
        assert_eq!(identity["space_id"], "default");
        assert_eq!(identity["id"], workspace.state("kibana_connector.c")["id"]);
    }
}
