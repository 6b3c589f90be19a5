//! The action that runs a connector: by trigger, by hand, when it fails and when Terraform is interrupted.

use serde_json::json;

use crate::support::{Answer, Fault, Matcher, Workspace};

const EXAMPLE: &str = include_str!("../../examples/actions/kibana_connector_execute/action.tf");

/// A folder with the example; none where this Terraform knows no actions.
async fn with_example() -> Option<Workspace> {
    let workspace = Workspace::new().await;
    if !workspace.has("actions", (1, 14), None) {
        return None;
    }
    workspace.write(EXAMPLE);
    Some(workspace)
}

fn runs(workspace: &Workspace) -> usize {
    workspace.requests().iter().filter(|request| request.path.ends_with("/_execute")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_runs_the_connector_after_each_change() {
    let Some(workspace) = with_example().await else { return };
    workspace.apply().says("Running the connector");
    let requests = workspace.requests();
    let run = requests.last().expect("a request");
    assert_eq!(run.body, Some(json!({ "params": { "message": "hello from Terraform", "level": "info" } })));
    assert_eq!(runs(&workspace), 1, "a plan runs nothing");
    workspace.plans_nothing();
    workspace.write(&EXAMPLE.replace("ops log", "ops log of another team"));
    workspace.apply().says("1 changed");
    assert_eq!(runs(&workspace), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_can_be_invoked_alone() {
    let Some(workspace) = with_example().await else { return };
    workspace.apply();
    // By its ID as text: development builds of 1.17 resolve no reference to a resource here.
    let id = workspace.state("kibana_connector.log")["id"].to_string();
    workspace.write(&EXAMPLE.replace("kibana_connector.log.id", &id));
    let invoke = "-invoke=action.kibana_connector_execute.hello";
    workspace.terraform(&["apply", "-auto-approve", "-no-color", "-input=false", invoke]).succeeds();
    assert_eq!(runs(&workspace), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_fails_the_apply_and_keeps_the_connector() {
    let Some(workspace) = with_example().await else { return };
    let answer = json!({
        "connector_id": "x", "status": "error", "message": "the log is full", "service_message": "disk", "retry": false,
    });
    workspace.kibana.fail(Fault::answer(Answer::json(200, &answer)).on("POST", "*/_execute"));
    workspace.apply_fails().says("The connector's run failed").says("the log is full").says("disk.");
    assert_eq!(runs(&workspace), 1);
    assert_eq!(workspace.state("kibana_connector.log")["name"], "ops log");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_found_while_validating() {
    let Some(workspace) = with_example().await else { return };
    let params = "{ message = \"hello from Terraform\", level = \"info\" }";
    workspace.write(&EXAMPLE.replace(params, "[\"a\"]"));
    workspace.terraform(&["validate", "-no-color"]).fails().says("Parameters are not an object");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_waits_for_the_run() {
    use nix::sys::signal::{Signal, kill};
    let Some(workspace) = with_example().await else { return };
    let (fault, hold) = Fault::hold();
    workspace.kibana.fail(fault.on("POST", "*/_execute"));
    let child = workspace.spawn(&["apply", "-auto-approve", "-no-color", "-input=false"]);
    workspace.kibana.next_request(Matcher::new("POST", "*/_execute")).await;
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    kill(pid, Signal::SIGINT).expect("terraform is interrupted");
    // Terraform says so once it has passed the wish on.
    let ended = tokio::task::spawn_blocking(move || {
        use std::io::{BufRead as _, Read as _};
        let mut child = child;
        let mut said = String::new();
        let mut stdout = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
        while !said.contains("Gracefully shutting down") && stdout.read_line(&mut said).expect("text") > 0 {}
        hold.release();
        stdout.read_to_string(&mut said).expect("text");
        let mut errors = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
        child.wait().expect("it ends");
        said + &errors
    });
    let said = ended.await.expect("terraform ends");
    assert!(!said.contains("TERRAFORM CRASH") && !said.contains("panic"), "{said}");
    assert_eq!(runs(&workspace), 1, "{said}");
}
