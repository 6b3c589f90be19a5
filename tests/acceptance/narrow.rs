//! The resources for one connector type: every example in this form, and moved from one form to the other.

use std::fmt::Write as _;

use terraform_provider_kibana::{catalog, docs};

use crate::support::Workspace;

/// The examples of all types, each under the resource that `name` gives for its block.
fn examples(workspace: &mut Workspace, name: impl Fn(&str) -> String) -> String {
    let mut hcl = String::new();
    for ty in catalog::TYPES {
        let (example, variables) = docs::example(ty.block).expect("every type has an example");
        for (variable, value) in variables {
            workspace.set(&format!("TF_VAR_{variable}"), &value);
        }
        let resource = format!("resource \"{}\" ", name(ty.block));
        let _ = writeln!(hcl, "{}", example.replace("resource \"kibana_connector\" ", &resource));
    }
    hcl
}

fn wide(_: &str) -> String {
    "kibana_connector".to_owned()
}

fn narrow(block: &str) -> String {
    format!("kibana_connector_{block}")
}

/// A `moved` block for every example.
fn moved(from: impl Fn(&str) -> String, to: impl Fn(&str) -> String) -> String {
    let mut hcl = String::new();
    for block in catalog::TYPES.iter().map(|ty| ty.block) {
        let _ =
            writeln!(hcl, "moved {{\n  from = {}.{block}\n  to   = {}.{block}\n}}", from(block), to(block));
    }
    hcl
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_moves_into_the_narrow_form_and_back_without_a_request_but_the_reads() {
    let mut workspace = Workspace::new().await;
    if !workspace.has("moves between resource types", (1, 8), Some((1, 10))) {
        return;
    }
    let (in_wide, in_narrow) = (examples(&mut workspace, wide), examples(&mut workspace, narrow));
    workspace.write(&in_narrow).apply();
    workspace.plans_nothing();

    workspace.clear_requests();
    workspace.write(&format!("{in_wide}{}", moved(narrow, wide)));
    workspace.apply().says("0 added, 0 changed, 0 destroyed");
    workspace.plans_nothing();
    workspace.write(&format!("{in_narrow}{}", moved(wide, narrow)));
    workspace.apply().says("0 added, 0 changed, 0 destroyed");
    workspace.plans_nothing();
    assert_eq!((workspace.count("POST"), workspace.count("PUT"), workspace.count("DELETE")), (0, 0, 0));
}

const INDEX: &str =
    "resource \"kibana_connector_index\" \"c\" {\n  name = \"c\"\n  index { index = \"i\" }\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_another_type_names_the_right_resource() {
    let workspace = Workspace::new().await;
    workspace.put("default", "imported-id", ".server-log", serde_json::json!({}));
    workspace.write(INDEX);
    let import = ["import", "-no-color", "kibana_connector_index.c", "imported-id"];
    workspace.terraform(&import).fails().says("kibana_connector_server_log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_became_another_type_is_replaced() {
    let workspace = Workspace::new().await;
    workspace.write(INDEX).apply();
    let id = workspace.state("kibana_connector_index.c")["id"].as_str().unwrap_or_default().to_owned();
    workspace.change(&id, |connector| {
        connector.connector_type_id = ".server-log".to_owned();
        connector.config.clear();
    });
    workspace.plans_changes().says("must be replaced").says(".server-log");
    workspace.apply();
    workspace.plans_nothing();
    assert_eq!(workspace.connectors().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_block_is_told_by_its_name() {
    let workspace = Workspace::new().await;
    workspace.write("resource \"kibana_connector_index\" \"c\" {\n  name = \"c\"\n}\n");
    workspace.apply_fails().says("Missing block").says("`index`");
}
