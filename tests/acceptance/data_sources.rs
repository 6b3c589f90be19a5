//! Connectors and types that nobody manages here, found by the data sources.

use serde_json::json;

use crate::support::{Space, Workspace};

const OPS_ID: &str = "0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6";

/// Two connectors of the same name and one of another in `default`, one in `operations`, and a preconfigured
/// one.
async fn with_connectors() -> Workspace {
    let workspace = Workspace::with_preconfigured("company-log", ".server-log").await;
    workspace.kibana.add_space(Space::new("operations"));
    let index = json!({ "index": "audit", "refresh": false, "executionTimeField": null });
    for (space, id, name, ty, config) in [
        ("default", "log-1", "on-call", ".server-log", json!({})),
        ("default", "index-1", "on-call", ".index", index.clone()),
        ("default", "log-2", "prod-log", ".server-log", json!({})),
        ("operations", OPS_ID, "audit", ".index", index),
    ] {
        workspace.put(space, id, ty, config);
        assert!(workspace.kibana.edit(space, id, |connector| connector.name = name.to_owned()));
    }
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_found_by_its_name_or_its_id() {
    let workspace = with_connectors().await;
    let example = include_str!("../../examples/data-sources/kibana_connector/data-source.tf");
    workspace
        .write(&format!("{example}\ndata \"kibana_connector\" \"fixed\" {{\n  id = \"company-log\"\n}}\n"));
    workspace.apply();
    let oncall = workspace.state("data.kibana_connector.oncall");
    assert_eq!((&oncall["id"], &oncall["space_id"]), (&json!("log-1"), &json!("default")));
    let audit = workspace.state("data.kibana_connector.audit");
    assert_eq!((&audit["name"], &audit["connector_type_id"]), (&json!("audit"), &json!(".index")));
    assert_eq!(audit["config_json"], r#"{"executionTimeField":null,"index":"audit","refresh":false}"#);
    let fixed = workspace.state("data.kibana_connector.fixed");
    assert_eq!((&fixed["is_preconfigured"], &fixed["config_json"]), (&json!(true), &json!(null)));
    assert_eq!(fixed["is_missing_secrets"], false);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn none_or_several_are_an_error_that_lists_what_there_is() {
    let workspace = with_connectors().await;
    let look = |arguments: &str| {
        workspace.write(&format!("data \"kibana_connector\" \"x\" {{\n{arguments}\n}}\n"));
        workspace.plan().fails()
    };
    let several = look("name = \"on-call\"").says("Several connectors found").says("2 connectors");
    several.says("\"on-call\" (.index), ID index-1").does_not_say("log-2");
    let none = look("name = \"nobody\"").says("Connector not found").says("These are there:");
    none.says("\"prod-log\" (.server-log), ID log-2").says("company-log").does_not_say(OPS_ID);
    look("id = \"nothing\"")
        .says("No connector in the space \"default\" has the ID \"nothing\"")
        .says("ID log-1");
    look("id = \"log-1\"\nspace_id = \"operations\"").says("Connector not found").says(OPS_ID);
    look("id = \"log-1\"\nconnector_type_id = \".index\"").says("is of the type \".server-log\"");
    look("").says("Neither ID nor name");
    look("id = \"a\"\nname = \"b\"").says("Both ID and name");
    look("id = \"a\"\nspace_id = \"No Space\"").says("Invalid space ID");
    workspace.clear_requests();
    look("id = \"\"").says("Blank ID").says("id = \"\"").does_not_say("Invalid ID");
    look("name = \" \"").says("Blank name").says("name = \" \"");
    assert!(workspace.requests().is_empty(), "Kibana is not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn connectors_are_filtered_and_ordered_by_name() {
    let workspace = with_connectors().await;
    let example = include_str!("../../examples/data-sources/kibana_connectors/data-source.tf");
    workspace.write(&format!("{example}\ndata \"kibana_connectors\" \"all\" {{}}\n"));
    workspace.apply().says("unused = [");
    let names = |address: &str| -> Vec<String> {
        let found = workspace.state(address)["connectors"].as_array().cloned().unwrap_or_default();
        found.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names("data.kibana_connectors.unused_logs"), ["on-call", "on-call", "prod-log"]);
    assert_eq!(names("data.kibana_connectors.all"), ["company-log", "on-call", "on-call", "prod-log"]);
    let all = workspace.state("data.kibana_connectors.all");
    let first = &all["connectors"][0];
    let expected = json!({
        "id": "company-log", "name": "company-log", "space_id": "default", "connector_type_id": ".server-log",
        "is_deprecated": false, "is_missing_secrets": false, "is_preconfigured": true, "referenced_by_count": 0,
    });
    assert_eq!(first, &expected);
    workspace.write("data \"kibana_connectors\" \"x\" {\n  name_regex = \"(\"\n}\n");
    workspace.plan().fails().says("Invalid regular expression").says("name_regex = \"(\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn types_say_what_this_kibana_allows() {
    let workspace = Workspace::new().await;
    let example = include_str!("../../examples/data-sources/kibana_connector_types/data-source.tf");
    workspace.write(&format!(
        "{example}\ndata \"kibana_connector_types\" \"ai\" {{\n  feature_id = \"generativeAIForSecurity\"\n}}\n"
    ));
    workspace.apply().says("1 added");
    let all = workspace.state("data.kibana_connector_types.all");
    let email = &all["types"][".email"];
    assert_eq!((&email["name"], &email["minimum_license_required"]), (&json!("Email"), &json!("gold")));
    assert_eq!((&email["enabled"], &email["enabled_in_config"]), (&json!(true), &json!(true)));
    assert_eq!(email["enabled_in_license"], true);
    assert_eq!(
        email["supported_feature_ids"],
        json!(["alerting", "uptime", "siem", "workflows", "agentBuilder"])
    );
    let ai = workspace.state("data.kibana_connector_types.ai");
    assert!(ai["types"].get(".bedrock").is_some() && ai["types"].get(".email").is_none(), "{ai}");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kibana_that_is_not_known_yet_needs_depends_on() {
    let mut workspace = with_connectors().await;
    let url = workspace.kibana_url();
    workspace.unset("KIBANA_ENDPOINT");
    let hcl = format!(
        "resource \"terraform_data\" \"kibana\" {{\n  input = \"{url}\"\n}}\nprovider \"kibana\" {{\n  endpoint = \
         terraform_data.kibana.output\n}}\ndata \"kibana_connector\" \"x\" {{\n  id = \"log-1\"\nDEPENDS}}\n"
    );
    workspace.write(&hcl.replace("DEPENDS", ""));
    workspace.plan().fails().says("Kibana is not known yet").says("`depends_on`");
    workspace.write(&hcl.replace("DEPENDS", "  depends_on = [terraform_data.kibana]\n"));
    workspace.apply();
    assert_eq!(workspace.state("data.kibana_connector.x")["name"], "on-call");
}
