//! Terraform's other commands.

use std::io::Write as _;

use crate::support::Workspace;

const LOG: &str = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  server_log {}\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works() {
    let workspace = Workspace::new().await;
    workspace.write(LOG);
    workspace.terraform(&["validate", "-no-color"]).succeeds();
    workspace.apply();
    workspace.terraform(&["show", "-json"]).succeeds().says("\"connector_type_id\":\".server-log\"");
    workspace.terraform(&["state", "show", "-no-color", "kibana_connector.c"]).succeeds().says("server_log");
    workspace.terraform(&["providers", "schema", "-json"]).succeeds().says("kibana_connector");
    workspace.terraform(&["plan", "-no-color", "-refresh-only"]).succeeds();
    workspace.terraform(&["plan", "-no-color", "-destroy"]).succeeds().says("1 to destroy");
    workspace.terraform(&["apply", "-no-color", "-auto-approve", "-replace=kibana_connector.c"]).succeeds();
    let id = workspace.state("kibana_connector.c")["id"].as_str().expect("an id").to_owned();
    workspace.terraform(&["state", "rm", "kibana_connector.c"]).succeeds();
    workspace.terraform(&["import", "-no-color", "kibana_connector.c", &id]).succeeds();
    workspace.plans_nothing();
    workspace.terraform(&["destroy", "-auto-approve", "-no-color"]).succeeds();
    assert!(workspace.connectors().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_evaluates_a_connector() {
    let workspace = Workspace::new().await;
    workspace.write(LOG);
    workspace.apply();
    let mut console = workspace.spawn(&["console", "-no-color"]);
    console
        .stdin
        .take()
        .expect("an input")
        .write_all(b"kibana_connector.c.name\n")
        .expect("it can be written");
    let output = console.wait_with_output().expect("the console ends");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"c\""), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_at_trace_tells_the_story_and_no_secret() {
    let mut workspace = Workspace::new().await;
    workspace.set("TF_LOG", "TRACE");
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook {\n    url = \"https://hooks.example.com\"\n    secrets {\n      user = \"u\"\n      password = \"h1dden-v4lue\"\n    }\n  }\n}\n",
    );
    let run = workspace.apply();
    let ours: Vec<_> =
        run.stderr.lines().filter(|line| line.contains("provider.terraform-provider-kibana")).collect();
    assert!(
        ours.iter().any(|line| line.contains("/api/actions/connector/") && line.contains("POST")),
        "{ours:#?}"
    );
    assert!(!ours.iter().any(|line| line.contains("h1dden-v4lue")), "{ours:#?}");
    assert!(!run.stderr.contains("unexpected data"), "a log line was not understood");
}
