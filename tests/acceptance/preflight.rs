//! What a plan finds out before anything is created.

use serde_json::json;

use crate::support::{License, Options, Release, Workspace};

/// A provider block without settings, so that everything is asked.
const PROVIDER: &str = "provider \"kibana\" {}\n";

const INDEX: &str = "index { index = \"i\" }";

fn connector(body: &str) -> String {
    format!("{PROVIDER}resource \"kibana_connector\" \"c\" {{\n  name = \"c\"\n  {body}\n}}\n")
}

/// The paths that Kibana was asked for, each with its method.
fn asked(workspace: &Workspace) -> Vec<String> {
    workspace.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_this_kibana_does_not_have() {
    let workspace = Workspace::of(Release::Old).await;
    workspace.write(&connector("mcp {\n    server_url = \"https://mcp.example.com\"\n  }"));
    workspace.plan().fails().says("does not offer this connector type").says("`.mcp`");
    let custom = "custom {\n    connector_type_id = \".future\"\n    config_json = jsonencode({})\n  }";
    workspace.write(&connector(custom));
    workspace.plan().fails().says("`.future`").says("connector_type_id = \".future\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_is_disabled_or_needs_another_license() {
    let workspace =
        Workspace::with(Options { disabled_types: vec![".index".to_owned()], ..Options::default() }).await;
    workspace.write(&connector(INDEX));
    workspace.plan().fails().says("disabled in Kibana").says("xpack.actions.enabledActionTypes");
    let workspace = Workspace::with(Options { license: License::Basic, ..Options::default() }).await;
    workspace.write(&connector("webhook {\n    url = \"https://a.example\"\n    has_auth = false\n  }"));
    workspace.plans_changes().says("needs another license").says("gold");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_that_does_not_exist_swallows_no_connector() {
    let workspace = Workspace::with_spaces(&["ops"]).await;
    workspace.write(&connector(&format!("space_id = \"nowhere\"\n  {INDEX}")));
    workspace
        .plans_changes()
        .says("Warning: The space \"nowhere\" does not exist")
        .says("space_id = \"nowhere\"");
    workspace.clear_requests();
    workspace.apply_fails().says("Error: The space \"nowhere\" does not exist").says("\"nowhere\"");
    assert_eq!(workspace.count("POST"), 0);
    assert!(workspace.connectors().is_empty());
    workspace.write(&connector(&format!("space_id = \"ops\"\n  {INDEX}")));
    workspace.apply();
    assert_eq!(workspace.connectors()[0].space, "ops");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_argument_that_is_newer_than_this_kibana() {
    let body = "webhook {\n    url = \"https://a.example\"\n    has_auth = true\n    auth_type = \"webhook-oauth2-client-credentials\"\n    \
                access_token_url = \"https://a.example/token\"\n    client_id = \"c\"\n    secrets { client_secret = \"s3cret\" }\n  }";
    let workspace = Workspace::of(Release::Old).await;
    workspace.write(&connector(body));
    let run = workspace.plan();
    run.says("needs a newer Kibana").says("`access_token_url`").says("9.2").says("8.19");
    let workspace = Workspace::new().await;
    workspace.write(&connector(body));
    let run = workspace.plans_changes();
    assert!(!run.said().contains("newer Kibana"), "{}", run.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_somebody_left_behind() {
    let workspace = Workspace::new().await;
    workspace.put("default", "left-behind", ".index", json!({"index": "i"}));
    workspace.write(&connector(INDEX));
    workspace
        .plans_changes()
        .says("A connector like this one exists already: \"left-behind\"")
        .says("left-behind")
        .says("terraform state list");
    workspace.write(&connector("index { index = \"another\" }"));
    assert!(!workspace.plans_changes().said().contains("exists already"));
    // Once it is managed here, it is no stranger, and a replacement is like what it replaces.
    let import = "import {\n  to = kibana_connector.c\n  id = \"left-behind\"\n}\n";
    workspace.write(&format!("{}{import}", connector(INDEX)));
    workspace.apply();
    let run =
        workspace.terraform(&["plan", "-no-color", "-input=false", "-replace=kibana_connector.c"]).succeeds();
    assert!(!run.said().contains("exists already"), "{}", run.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_asked_once_for_any_number_of_connectors() {
    let workspace = Workspace::with_spaces(&["ops"]).await;
    let many = "resource \"kibana_connector\" \"c\" {\n  count = 5\n  name = \"c ${count.index}\"\n  space_id = \"ops\"\n  \
                index { index = \"i\" }\n}\n";
    workspace.write(&format!("{PROVIDER}{many}"));
    workspace.plans_changes();
    let mut questions = asked(&workspace);
    questions.sort_unstable();
    assert_eq!(
        questions,
        [
            "GET /api/spaces/space",
            "GET /s/ops/api/actions/connector_types",
            "GET /s/ops/api/actions/connectors"
        ]
    );
    workspace.clear_requests();
    workspace.apply();
    // The plan is made once more while it is applied, and judged again only where that cannot be told; the
    // space is asked for again, before the first write.
    let times = if workspace.tells_an_apply() { 1 } else { 2 };
    let questions = asked(&workspace);
    let count = |question: &str| questions.iter().filter(|asked| asked.as_str() == question).count();
    assert_eq!(count("GET /s/ops/api/actions/connector_types"), times, "{questions:?}");
    assert_eq!(count("GET /s/ops/api/actions/connectors"), times, "{questions:?}");
    assert_eq!(count("GET /api/spaces/space"), 2, "{questions:?}");
    assert_eq!(questions.len(), 7 + 2 * times, "{questions:?}");
    workspace.clear_requests();
    workspace.plans_nothing();
    assert!(asked(&workspace).iter().all(|asked| !asked.contains("types") && !asked.contains("spaces")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_where_it_is_switched_off() {
    let workspace = Workspace::new().await;
    workspace.write(&connector(INDEX).replace("{}", "{ preflight = false }"));
    workspace.plans_changes();
    assert!(asked(&workspace).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kibana_that_does_not_answer_has_nothing_to_say() {
    let workspace = Workspace::new().await;
    for _ in 0..2 {
        workspace.fail("GET", crate::support::status(503, "down"));
    }
    workspace.write(&connector(INDEX));
    workspace.plans_changes();
    assert_eq!(asked(&workspace).len(), 2);
}
