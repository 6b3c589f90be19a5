//! Nothing is lost, doubled or orphaned when the network fails.

use std::process::Command;

use crate::support::{Fault, Matcher, Options, Release, Workspace, status};

const HOOK: &str =
    "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  webhook { url = \"https://a.example\" }\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_create_succeeds_through_overload_and_start_up() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.fail("POST", Fault::overloaded(Some(0)));
    workspace.fail("POST", Fault::not_ready());
    workspace.apply();
    assert_eq!(workspace.connectors().len(), 1);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_whose_answer_is_lost_is_found_again() {
    for fault in [Fault::cut_after_write(), status(503, "late").after_write()] {
        let workspace = Workspace::new().await;
        workspace.write(HOOK);
        workspace.fail("POST", fault);
        workspace.apply();
        assert_eq!((workspace.connectors().len(), workspace.count("POST")), (1, 1));
        workspace.plans_nothing();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_never_arrived_is_sent_again() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.fail("POST", Fault::cut().times(2));
    workspace.apply();
    assert_eq!(workspace.connectors().len(), 1);
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_whose_fate_is_unknown_is_kept_and_decided_by_the_next_refresh() {
    let workspace = Workspace::new().await;
    workspace.write(&format!("provider \"kibana\" {{ retry_timeout_seconds = 1 }}\n{HOOK}"));
    workspace.fail("POST", Fault::cut_after_write());
    workspace.fail("GET", Fault::not_ready().always());
    workspace.apply_fails().says("terraform untaint");
    let id = workspace.connectors()[0].id.clone();
    assert_eq!(workspace.state("kibana_connector.c")["id"], id);
    workspace.kibana.clear_faults();
    workspace.terraform(&["untaint", "kibana_connector.c"]).succeeds();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_connector_under_the_users_id_warns() {
    let workspace = Workspace::new().await;
    workspace.write(&HOOK.replace("name =", "id = \"mine\"\n  name ="));
    workspace.fail("POST", Fault::cut_after_write());
    workspace.apply().says("Warning").says("mine");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_whose_answer_is_lost_is_sent_again() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    workspace.write(&HOOK.replace("name = \"c\"", "name = \"d\""));
    workspace.fail("PUT", Fault::cut_after_write());
    workspace.apply();
    assert_eq!(workspace.connectors()[0].name, "d");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_update_keeps_the_prior_state_and_is_planned_again() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    let before = workspace.state("kibana_connector.c");
    workspace.write(&HOOK.replace("name = \"c\"", "name = \"d\""));
    workspace.fail("PUT", status(403, "Unauthorized to update actions"));
    workspace.apply_fails();
    assert_eq!(workspace.state("kibana_connector.c"), before);
    workspace.plans_changes();
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_of_kibanas_own_is_repeated() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    workspace.write(&HOOK.replace("name = \"c\"", "name = \"d\""));
    workspace.fail("PUT", status(409, "version conflict"));
    workspace.apply();
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_whose_answer_is_lost_has_deleted() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    workspace.apply();
    workspace.fail("DELETE", Fault::cut_after_write());
    workspace.terraform(&["destroy", "-auto-approve", "-no-color"]).succeeds();
    assert!(workspace.connectors().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kibana_that_takes_no_ids_chooses_one() {
    let options = Options { release: Release::Old, ids_in_path: false, ..Options::default() };
    let workspace = Workspace::with(options).await;
    workspace.write(HOOK);
    workspace.apply();
    assert_eq!(workspace.state("kibana_connector.c")["id"], workspace.connectors()[0].id);
    workspace.plans_nothing();
}

/// As systemd and CI runners end a job: everyone in the process group gets the signal, the provider too.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_termination_of_the_process_group_waits_for_the_write_that_is_under_way() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    let (fault, hold) = Fault::hold();
    workspace.fail("POST", fault);
    let apply = workspace.spawn_group(&["apply", "-auto-approve", "-no-color", "-input=false"]);
    workspace.kibana.next_request(Matcher::new("POST", "*")).await;
    let group = format!("-{}", apply.id());
    let told = Command::new("kill").args(["-TERM", "--", &group]).status().expect("kill runs");
    assert!(told.success());
    hold.release();
    let output = apply.wait_with_output().expect("terraform ends");
    let id = &workspace.connectors()[0].id;
    assert_eq!(workspace.state("kibana_connector.c")["id"], id.as_str(), "{output:?}");
    workspace.plans_nothing();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_waits_for_the_write_that_is_under_way() {
    let workspace = Workspace::new().await;
    workspace.write(HOOK);
    let (fault, hold) = Fault::hold();
    workspace.fail("POST", fault);
    let apply = workspace.spawn(&["apply", "-auto-approve", "-no-color", "-input=false"]);
    workspace.kibana.next_request(Matcher::new("POST", "*")).await;
    let told = Command::new("kill").args(["-INT", &apply.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    hold.release();
    let output = apply.wait_with_output().expect("terraform ends");
    let id = &workspace.connectors()[0].id;
    assert_eq!(workspace.state("kibana_connector.c")["id"], id.as_str(), "{output:?}");
    workspace.plans_nothing();
}
