//! Lists for `terraform query`, and what is generated from them.

use serde_json::json;

use crate::support::{Space, Workspace};

/// Connectors of several types in two spaces, and a preconfigured one; none where this Terraform knows no
/// query.
async fn with_connectors() -> Option<Workspace> {
    let workspace = Workspace::with_preconfigured("company-log", ".server-log").await;
    if !workspace.has("queries", (1, 14), None) {
        return None;
    }
    workspace.kibana.add_space(Space::new("operations"));
    let index = json!({ "index": "audit", "refresh": false, "executionTimeField": null });
    for (space, id, name, ty, config) in [
        ("default", "log", "prod log", ".server-log", json!({})),
        ("default", "index", "audit", ".index", index.clone()),
        ("operations", "index-2", "prod-audit", ".index", index),
        ("operations", "other", "prod-other", ".never-heard-of", json!({ "a": { "b": [1] } })),
    ] {
        workspace.put(space, id, ty, config);
        assert!(workspace.kibana.edit(space, id, |connector| connector.name = name.to_owned()));
    }
    workspace.write("");
    Some(workspace)
}

fn query(workspace: &Workspace, hcl: &str) -> crate::support::Run {
    std::fs::write(workspace.path("find.tfquery.hcl"), hcl).expect("a file");
    workspace.terraform(&["query", "-no-color"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_its_filters_mean() {
    let Some(workspace) = with_connectors().await else { return };
    let all = query(&workspace, "list \"kibana_connector\" \"all\" {\n  provider = kibana\n}\n").succeeds();
    let all = all.says("prod log (.server-log)").says("audit (.index)").does_not_say("company-log");
    all.does_not_say("prod-other");
    let example = include_str!("../../examples/list-resources/kibana_connector/list-resource.tfquery.hcl");
    workspace.clear_requests();
    let some = query(&workspace, example).succeeds().says("prod-audit (.index)");
    some.does_not_say("prod-other").does_not_say("prod log");
    assert_eq!(workspace.requests().len(), 2, "one request for each list");
    let narrow =
        query(&workspace, "list \"kibana_connector_index\" \"i\" {\n  provider = kibana\n}\n").succeeds();
    narrow.says("audit (.index)").does_not_say("prod log");
    let nowhere = example.replace("\"operations\"", "\"nowhere\"");
    workspace.write("provider \"kibana\" {}\n");
    query(&workspace, &nowhere).fails().says("The space \"nowhere\" does not exist");
    query(&workspace, "list \"kibana_connector\" \"x\" {\n  provider = kibana\n  config {\n    name_regex = \"(\"\n  }\n}\n")
        .fails()
        .says("Invalid regular expression");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_query_generates_plans_nothing() {
    let Some(workspace) = with_connectors().await else { return };
    let list = "list \"kibana_connector\" \"NAME\" {\n  provider         = kibana\n  include_resource = true\n  config {\n    space_id = \"NAME\"\n  }\n}\n";
    let lists = ["default", "operations"].map(|name| list.replace("NAME", name)).join("\n");
    std::fs::write(workspace.path("find.tfquery.hcl"), lists).expect("a file");
    workspace.terraform(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    workspace.apply().says("4 imported, 0 added, 0 changed, 0 destroyed");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_limit_does_not_cut_in_silence() {
    let Some(workspace) = with_connectors().await else { return };
    for number in 0..120 {
        workspace.put("default", &format!("log-{number}"), ".server-log", json!({}));
    }
    let list = "list \"kibana_connector\" \"all\" {\n  provider = kibana\nLIMIT}\n";
    query(&workspace, &list.replace("LIMIT", "")).succeeds().says("There are 122").says("limit = 122");
    query(&workspace, &list.replace("LIMIT", "  limit = 122\n")).succeeds().does_not_say("There are 122");
}
