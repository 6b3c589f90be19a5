//! Kibana goes away for a while and nothing fails; what stays away fails once for all. And what a fleet's
//! refresh costs.

use std::time::Duration;

use crate::support::{Answer, Fault, Matcher, Workspace};

/// So many connectors, and a provider with these arguments.
fn fleet(connectors: usize, arguments: &str) -> String {
    format!(
        "provider \"kibana\" {{\n  {arguments}\n}}\nresource \"kibana_connector_index\" \"c\" {{\n  count = {connectors}\n  \
         name = \"c ${{count.index}}\"\n  index {{ index = \"i\" }}\n}}\n"
    )
}

/// A Kibana that starts, and asks for less patience than a real one.
fn starting() -> Answer {
    Answer {
        status: 503,
        headers: vec![("retry-after".into(), "1".into()), ("content-type".into(), "text/plain".into())],
        body: "Kibana server is not ready yet".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_of_a_run_is_waited_out() {
    let workspace = Workspace::new().await;
    workspace.write(&fleet(15, ""));
    let yes = "-auto-approve";
    let rows = [
        (&["apply", yes][..], "POST", 15),
        (&["plan", "-detailed-exitcode"], "GET", 15),
        (&["destroy", yes], "DELETE", 0),
    ];
    for (arguments, method, left) in rows {
        workspace.clear_requests();
        // One request stays without an answer, so that nothing is over before the outage.
        let (fault, _hold) = Fault::hold();
        workspace.kibana.fail(fault.on(method, "*"));
        let run = workspace.spawn(&[arguments, &["-no-color", "-input=false"]].concat());
        workspace.kibana.next_request(Matcher::new(method, "*")).await;
        workspace.kibana.refuse_connections();
        // For so long it is gone; then it starts, and turns some away before it is there again.
        tokio::time::sleep(Duration::from_secs(2)).await;
        workspace.clear_requests();
        workspace.kibana.answer_everything(starting());
        workspace.kibana.next_request(Matcher::any()).await;
        workspace.kibana.recover();
        let output = run.wait_with_output().expect("terraform ends");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(workspace.connectors().len(), left);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nobody_can_judge_is_waited_for() {
    let workspace = Workspace::new().await;
    workspace.write(&fleet(5, ""));
    workspace.kibana.elasticsearch_gone(true);
    let run = workspace.spawn(&["apply", "-auto-approve", "-no-color", "-input=false"]);
    workspace.kibana.next_request(Matcher::new("POST", "*")).await;
    workspace.kibana.next_request(Matcher::new("POST", "*")).await;
    workspace.kibana.elasticsearch_gone(false);
    let output = run.wait_with_output().expect("terraform ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(workspace.connectors().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kibana_that_stays_away_fails_a_fleet_in_one_wait() {
    let workspace = Workspace::new().await;
    workspace.write(&fleet(40, "retry_timeout_seconds = 3"));
    workspace.apply();
    let headers = vec![("content-type".into(), "text/plain".into())];
    let body = "Kibana server is not ready yet".into();
    workspace.kibana.answer_everything(Answer { status: 503, headers, body });
    workspace.clear_requests();
    let run = workspace.plan().fails().says("Kibana is not ready yet").says("retry_timeout_seconds");
    assert_eq!(run.said().matches("Error: ").count(), 40);
    // Each on its own would try at least four times.
    let requests = workspace.requests().len();
    assert!(requests < 40 + 40, "{requests} requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_of_many_connectors_asks_for_their_list() {
    let workspace = Workspace::new().await;
    workspace.write(&fleet(40, ""));
    workspace.apply();
    workspace.clear_requests();
    workspace.plans_nothing();
    let paths: Vec<String> = workspace.requests().into_iter().map(|request| request.path).collect();
    assert!(paths.len() <= 12, "{paths:?}");
    assert!(paths.iter().any(|path| path.ends_with("/connectors")), "{paths:?}");
    // What the list shows otherwise, or lacks, is asked for by its ID and found.
    let connectors = workspace.connectors();
    workspace.change(&connectors[30].id, |connector| connector.name = "other".to_owned());
    workspace.remove(&connectors[35].id);
    workspace.clear_requests();
    workspace.plans_changes().says("1 to add, 1 to change, 0 to destroy");
    let asked = |id: &str| workspace.requests().iter().any(|request| request.path.ends_with(id));
    assert!(asked(&connectors[30].id) && asked(&connectors[35].id));
}
