//! Adopting connectors that exist.

use serde_json::{Value as Json, json};

use crate::support::{Fault, Release, Workspace};

const HISTORY: &str = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  index { index = \"i\" }\n}\n";

async fn with_an_index_connector(space: &str) -> Workspace {
    let workspace = Workspace::with_spaces(&["ops"]).await;
    workspace.put(
        space,
        "imported-id",
        ".index",
        json!({ "index": "i", "refresh": false, "executionTimeField": null }),
    );
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_by_id_or_space_and_id_plans_nothing() {
    for (space, id) in [("default", "imported-id"), ("ops", "ops/imported-id")] {
        let workspace = with_an_index_connector(space).await;
        workspace.write(HISTORY);
        workspace.terraform(&["import", "-no-color", "kibana_connector.c", id]).succeeds();
        workspace.plans_nothing();
        assert_eq!(workspace.state("kibana_connector.c")["space_id"], space);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_finds_nothing_says_how_to_name_a_space_to_whoever_named_none() {
    let workspace = with_an_index_connector("ops").await;
    workspace.write(HISTORY);
    let import = |id: &str| workspace.terraform(&["import", "-no-color", "kibana_connector.c", id]).fails();
    import("imported-id").says("Nothing to import").says("write `SPACE/ID`");
    import("ops/other-id").says("Nothing to import").says("in the space \"ops\"").does_not_say("SPACE/ID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_configuration_plans_nothing() {
    let workspace = with_an_index_connector("default").await;
    if !workspace.has("generated configuration", (1, 5), Some((1, 6))) {
        return;
    }
    // Development builds of 1.17 look for the provider among HashiCorp's own where the import does not name
    // it. Beside the resource that was generated it must not be named.
    let import = "import {\n  provider = kibana\n  to = kibana_connector.c\n  id = \"imported-id\"\n}\n";
    workspace.write(import);
    workspace.terraform(&["plan", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    workspace.write(&import.replace("  provider = kibana\n", ""));
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_update_in_the_same_breath_as_the_import_keeps_what_nobody_knows() {
    for is_block in [true, false] {
        let workspace = Workspace::new().await;
        if is_block && !workspace.has_import_blocks() {
            continue;
        }
        workspace.put(
            "default",
            "imported-id",
            ".index",
            json!({ "index": "i", "refresh": false, "executionTimeField": null, "newKey": { "a": 1 } }),
        );
        let renamed = HISTORY.replace("name = \"c\"", "name = \"new\"");
        if is_block {
            let import = "import {\n  to = kibana_connector.c\n  id = \"imported-id\"\n}\n";
            workspace.write(&format!("{renamed}{import}"));
            workspace.apply().says("1 imported, 0 added, 1 changed, 0 destroyed");
        } else {
            workspace.write(&renamed);
            workspace.terraform(&["import", "-no-color", "kibana_connector.c", "imported-id"]).succeeds();
            let apply = ["apply", "-auto-approve", "-no-color", "-input=false", "-refresh=false"];
            workspace.terraform(&apply).succeeds().says("0 added, 1 changed, 0 destroyed");
        }
        let sent = &workspace.bodies("PUT")[0];
        assert_eq!((&sent["name"], &sent["config"]["newKey"]), (&json!("new"), &json!({ "a": 1 })));
        workspace.plans_nothing();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_inside_a_list_is_not_taken_for_the_list() {
    let workspace = Workspace::new().await;
    let channels = json!([{ "id": "C1", "name": "#ops", "later": 1 }]);
    workspace.put("default", "imported-id", ".slack_api", json!({ "allowedChannels": channels }));
    let slack = |name: &str, channels: &str| {
        let secrets = "secrets { token = \"t\" }";
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"{name}\"\n  slack_api {{\n {channels}\n {secrets}\n }}\n}}\n"
        )
    };
    let one = "allowed_channels {\n id = \"C1\"\n name = \"#ops\"\n }";
    workspace.write(&slack("c", one));
    workspace.terraform(&["import", "kibana_connector.c", "imported-id"]).succeeds();
    workspace.write(&slack("new", ""));
    workspace.plans_changes().does_not_say("allowedChannels");
    // Nothing was kept, so a refusal is not for what was kept.
    workspace.kibana.fail(Fault::status(400, "an unrelated complaint").on("PUT", "*"));
    workspace.apply_fails().says("unrelated complaint").does_not_say("dropped");
    assert_eq!(workspace.count("PUT"), 1);
    workspace.clear_requests();
    workspace.write(&slack("new", one));
    workspace.apply().says("Unknown settings were dropped: settings inside `allowedChannels`");
    let sent: Vec<_> =
        workspace.bodies("PUT").into_iter().map(|body| body["config"]["allowedChannels"].clone()).collect();
    assert_eq!(sent, [channels, json!([{ "id": "C1", "name": "#ops" }])]);
    workspace.plans_nothing();
}

/// `custom` sends what is written and nothing else, so it says what goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_update_as_custom_names_what_nobody_knows() {
    let workspace = Workspace::new().await;
    let config = json!({ "index": "i", "refresh": false, "executionTimeField": null, "newKey": { "a": 1 } });
    workspace.put("default", "imported-id", ".index", config);
    let custom = |name: &str, more: &str| {
        format!(
            "resource \"kibana_connector\" \"c\" {{\n  name = \"{name}\"\n  custom {{\n    connector_type_id = \".index\"\n    \
             config_json = jsonencode({{ index = \"i\"{more} }})\n  }}\n}}\n"
        )
    };
    workspace.write(HISTORY);
    workspace.terraform(&["import", "kibana_connector.c", "imported-id"]).succeeds();
    workspace.write(&custom("new", ", newKey = { a = 1 }"));
    workspace.plans_changes().does_not_say("`newKey`");
    workspace.write(&custom("new", ""));
    workspace.apply().says("Kibana will choose `newKey` anew");
    assert_eq!(workspace.bodies("PUT")[0]["config"], json!({ "index": "i" }));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_import_only_the_secrets_are_planned() {
    let workspace = Workspace::new().await;
    let config = json!({ "url": "https://hooks.example.com", "method": "post", "headers": null, "hasAuth": true, "authType": "webhook-authentication-basic" });
    workspace.put("default", "imported-id", ".webhook", config);
    let hcl = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook {\n    url = \"https://hooks.example.com\"\nSECRETS  }\n}\n";
    workspace.write(&hcl.replace("SECRETS", ""));
    workspace.terraform(&["import", "-no-color", "kibana_connector.c", "imported-id"]).succeeds();
    workspace.plans_nothing();
    workspace
        .write(&hcl.replace("SECRETS", "    secrets {\n      user = \"u\"\n      password = \"p\"\n    }\n"));
    workspace
        .plans_changes()
        .says("+ secrets")
        .does_not_say("~ url")
        .says("Kibana will choose `auth_type` anew");
    workspace.apply();
    workspace.plans_nothing();
}

/// Connectors that keep JSON as text, laid out as nobody else would, and the rest of their blocks.
fn with_json_in_text() -> [(&'static str, &'static str, Json, &'static str); 3] {
    let text = "\n{ \"b\" : 1.0,\t\"a\": [ true, null ]\r\n}";
    let service = |url: Json| {
        let mut config = json!({
            "hasAuth": true, "authType": "webhook-oauth2-client-credentials", "clientId": "i",
            "accessTokenUrl": "https://a.example/token", "additionalFields": text, "headers": null,
        });
        config.as_object_mut().expect("an object").extend(url.as_object().cloned().expect("an object"));
        config
    };
    let oauth = "    auth_type = \"webhook-oauth2-client-credentials\"\n    client_id = \"i\"\n    access_token_url = \
                 \"https://a.example/token\"\n    additional_fields = JSON\n";
    let cases = json!({
        "createIncidentUrl": "https://a.example", "createIncidentMethod": "post", "createIncidentJson": text,
        "createIncidentResponseKey": "id", "getIncidentMethod": "get", "getIncidentUrl": "https://a.example",
        "getIncidentResponseExternalTitleKey": "t", "viewIncidentUrl": "https://a.example",
        "updateIncidentUrl": "https://a.example", "updateIncidentMethod": "put", "updateIncidentJson": text,
        "createCommentMethod": "put", "headers": null, "hasAuth": false,
    });
    let cases_block = "    create_incident_url = \"https://a.example\"\n    create_incident_json = JSON\n    \
                       create_incident_response_key = \"id\"\n    get_incident_url = \"https://a.example\"\n    \
                       get_incident_response_external_title_key = \"t\"\n    view_incident_url = \"https://a.example\"\n    \
                       update_incident_url = \"https://a.example\"\n    update_incident_json = JSON\n    has_auth = false\n";
    [
        ("webhook", ".webhook", service(json!({ "url": "https://a.example", "method": "post" })), oauth),
        ("http", ".http", service(json!({ "url": "https://a.example" })), oauth),
        ("cases_webhook", ".cases-webhook", cases, cases_block),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_kibana_keeps_as_text_is_imported_whatever_its_white_space() {
    let workspace = Workspace::of(Release::Newest).await;
    let (mut hcl, mut imports) = (String::new(), String::new());
    for (name, type_id, config, rest) in with_json_in_text() {
        workspace.put("default", name, type_id, config);
        let rest = rest.replace("JSON", "jsonencode({ a = [true, null], b = 1 })");
        let url = if name == "cases_webhook" { "" } else { "    url = \"https://a.example\"\n" };
        hcl.push_str(&format!(
            "resource \"kibana_connector\" \"{name}\" {{\n  name = \"c\"\n  {name} {{\n{url}{rest}  }}\n}}\n"
        ));
        imports.push_str(&format!(
            "import {{\n  provider = kibana\n  to = kibana_connector.{name}\n  id = \"{name}\"\n}}\n"
        ));
    }
    let forget = || {
        for file in ["terraform.tfstate", "terraform.tfstate.backup", "generated.tf"] {
            let _ = std::fs::remove_file(workspace.path(file));
        }
    };
    workspace.write(&hcl);
    for name in ["webhook", "http", "cases_webhook"] {
        workspace.terraform(&["import", "-no-color", &format!("kibana_connector.{name}"), name]).succeeds();
    }
    workspace.plans_nothing();
    if !workspace.has_import_blocks() {
        return;
    }
    let only_imports = "3 imported, 0 added, 0 changed, 0 destroyed";
    let beside_resources = imports.replace("  provider = kibana\n", "");
    // Written by a person, by Terraform, and by the export.
    forget();
    workspace.write(&format!("{hcl}{beside_resources}")).apply().says(only_imports);
    workspace.plans_nothing();
    forget();
    workspace.write(&imports);
    workspace.terraform(&["plan", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    let generated = std::fs::read_to_string(workspace.path("generated.tf")).expect("it was generated");
    assert_eq!(generated.matches("jsonencode(").count(), 4, "{generated}");
    workspace.write(&beside_resources).apply().says(only_imports);
    workspace.plans_nothing();
    forget();
    let exported = workspace.provider(&["export"]).succeeds().stdout;
    assert_eq!(exported.matches("jsonencode(").count(), 4, "{exported}");
    workspace.write(&exported).apply().says(only_imports);
    workspace.plans_nothing();
    assert_eq!(workspace.count("PUT"), 0, "an import only looks");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_would_lose_unmanaged_secrets_warns() {
    let workspace = Workspace::new().await;
    let config = json!({ "url": "https://hooks.example.com", "method": "post", "headers": null, "hasAuth": true, "authType": null });
    workspace.put("default", "imported-id", ".webhook", config);
    let hcl = "resource \"kibana_connector\" \"c\" {\n  name = \"NAME\"\n  webhook { url = \"https://hooks.example.com\" }\n}\n";
    workspace.write(&hcl.replace("NAME", "c"));
    workspace.terraform(&["import", "-no-color", "kibana_connector.c", "imported-id"]).succeeds();
    workspace.plans_nothing().does_not_say("will be lost");
    workspace.write(&hcl.replace("NAME", "renamed"));
    workspace.plans_changes().says("Secrets in Kibana will be lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_is_refused_with_a_reason() {
    let workspace = Workspace::with_preconfigured("kept-in-yml", ".server-log").await;
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  server_log {}\n}\n");
    let import = |id: &str| workspace.terraform(&["import", "-no-color", "kibana_connector.c", id]).fails();
    import("kept-in-yml").says("defined in Kibana's own configuration file");
    import("not-there").says("no connector with the ID \"not-there\"");
    import("a/b/c").says("Invalid import ID");
    import("Upper/b").says("Invalid import ID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_without_a_block_is_imported_as_custom() {
    let workspace = Workspace::new().await;
    workspace.put(
        "default",
        "imported-id",
        ".never-heard-of",
        json!({ "a": 1, "b": null, "c": { "d": [true] } }),
    );
    let hcl = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  custom {\n    connector_type_id = \".never-heard-of\"\n    config_json = jsonencode({ a = 1, c = { d = [true] } })\n  }\n}\n";
    workspace.write(hcl);
    workspace.terraform(&["import", "-no-color", "kibana_connector.c", "imported-id"]).succeeds();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn blank_text_of_an_old_kibana_is_absent_and_plans_nothing() {
    let workspace = Workspace::new().await;
    let cases = [
        ("pagerduty", ".pagerduty", json!({"apiUrl": ""}), "pagerduty {}"),
        ("index", ".index", json!({"index": "i", "executionTimeField": ""}), "index { index = \"i\" }"),
        (
            "webhook",
            ".webhook",
            json!({"url": "https://a.example", "method": "post", "headers": {"X-A": "1", "X-B": " "}, "hasAuth": false}),
            "webhook {\n    url = \"https://a.example\"\n    has_auth = false\n    headers = { X-A = \"1\" }\n  }",
        ),
        (
            "email",
            ".email",
            json!({
                "from": "ops@example.com", "service": "", "host": "h", "port": 25, "secure": null,
                "hasAuth": false, "tenantId": "", "clientId": " ", "oauthTokenUrl": "",
            }),
            "email {\n    from = \"ops@example.com\"\n    host = \"h\"\n    port = 25\n    has_auth = false\n  }",
        ),
        (
            "cases_webhook",
            ".cases-webhook",
            json!({
                "createIncidentUrl": "https://a.example", "createIncidentMethod": "", "createIncidentJson": "{}",
                "createIncidentResponseKey": "id", "getIncidentUrl": "https://a.example",
                "getIncidentResponseExternalTitleKey": "t", "viewIncidentUrl": "https://a.example",
                "updateIncidentUrl": "https://a.example", "updateIncidentMethod": " ", "updateIncidentJson": "{}",
                "createCommentUrl": "", "createCommentMethod": "", "createCommentJson": " ",
                "headers": {"X-A": "", "X-B": "1"}, "hasAuth": false,
            }),
            "cases_webhook {
    create_incident_url = \"https://a.example\"
    create_incident_json = \"{}\"
    create_incident_response_key = \"id\"
    get_incident_url = \"https://a.example\"
    get_incident_response_external_title_key = \"t\"
    view_incident_url = \"https://a.example\"
    update_incident_url = \"https://a.example\"
    update_incident_json = \"{}\"
    headers = { X-B = \"1\" }
    has_auth = false
  }",
        ),
        (
            "custom",
            ".future",
            json!({"a": "", "b": {"c": " ", "d": 1}}),
            "custom {\n    connector_type_id = \".future\"\n    config_json = jsonencode({ b = { d = 1 } })\n  }",
        ),
    ];
    let (mut hcl, mut names) = (String::new(), Vec::new());
    for (name, type_id, config, block) in cases {
        names.push(name);
        workspace.put("default", name, type_id, config);
        hcl.push_str(&format!(
            "resource \"kibana_connector\" \"{name}\" {{\n  name = \"c\"\n  {block}\n}}\n"
        ));
    }
    workspace.write(&hcl);
    for name in names {
        workspace.terraform(&["import", "-no-color", &format!("kibana_connector.{name}"), name]).succeeds();
    }
    workspace.plans_nothing();

    // An update drops the entries, which no plan shows, so it names them; afterwards they are gone.
    let renamed =
        |block: &str| hcl.replace(&format!("name = \"c\"\n  {block}"), &format!("name = \"d\"\n  {block}"));
    workspace.write(&renamed("custom"));
    workspace.plan().says("Kibana holds blank text under `a`, `b.c`,");
    workspace.write(&renamed("webhook"));
    workspace.apply().says("Kibana holds blank text under `headers.X-B`,");
    workspace.write(&renamed("webhook").replace("\"d\"", "\"e\""));
    workspace.apply().does_not_say("Kibana holds blank text");
    workspace.plans_nothing();
}
