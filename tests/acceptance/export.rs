//! `terraform-provider-kibana export`: what it writes, and that a plan with it imports everything and changes
//! nothing.

use serde_json::json;

use crate::support::{Answer, Fault, Run, Space, Workspace, status};

/// Connectors in two spaces: two types, one with secrets, one of a type without a block, and one from the
/// configuration file.
async fn with_connectors() -> Workspace {
    let workspace = Workspace::with_preconfigured("company-log", ".server-log").await;
    workspace.kibana.add_space(Space::new("operations"));
    let hook = json!({
        "url": "https://hooks.example.com/${x}", "method": "post", "headers": {"X-A": "1"}, "hasAuth": true,
        "authType": "webhook-authentication-basic"
    });
    let index = json!({ "index": "audit", "refresh": false, "executionTimeField": null });
    let custom = json!({ "a": 1, "b": null, "c": { "d": [true, "{{x}}"] } });
    for (space, id, name, ty, config) in [
        ("default", "log", "Ops log", ".server-log", json!({})),
        ("default", "hook", "Ops hook", ".webhook", hook),
        ("default", "other", "Ops log", ".never-heard-of", custom),
        ("operations", "index", "prod audit", ".index", index),
    ] {
        workspace.put(space, id, ty, config);
        assert!(workspace.kibana.edit(space, id, |connector| connector.name = name.to_owned()));
    }
    workspace
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_imported_without_a_change() {
    let workspace = with_connectors().await;
    let run = workspace.provider(&["export", "--all-spaces"]).succeeds();
    assert_eq!(run.stderr, "", "nothing is said where nobody looks on");
    workspace.write("");
    std::fs::write(workspace.path("connectors.tf"), &run.stdout).expect("a file");
    workspace.terraform(&["fmt", "-check", "-diff"]).succeeds();
    if !workspace.has_import_blocks() {
        return;
    }
    workspace.apply().says("4 imported, 0 added, 0 changed, 0 destroyed");
    workspace.plans_nothing();
    assert_eq!(workspace.state("kibana_connector.prod_audit")["space_id"], "operations");
    assert_eq!(
        workspace.state("kibana_connector.ops_hook")["webhook"]["url"],
        "https://hooks.example.com/${x}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_a_comment_that_can_be_filled_in() {
    let workspace = with_connectors().await;
    let run = workspace.provider(&["export", "--type", ".webhook"]).succeeds();
    let user = "    # secrets {\n    #   user           = var.ops_hook_user\n";
    assert!(run.stdout.contains(user), "{}", run.stdout);
    assert_eq!(run.stdout.matches("resource \"").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_those_of_the_list() {
    let workspace = with_connectors().await;
    let exported = |arguments: &[&str]| -> Vec<String> {
        let run = workspace.provider(&[&["export"], arguments].concat()).succeeds();
        let ids = run.stdout.lines().filter_map(|line| line.strip_prefix("  id = \""));
        ids.map(|id| id.trim_end_matches('"').to_owned()).collect()
    };
    assert_eq!(exported(&["--space", "operations"]), ["operations/index"]);
    assert_eq!(exported(&["--name", "log$"]), ["default/other", "default/log"]);
    assert_eq!(exported(&["--name", "log$", "--type", ".server-log", "--type", ".index"]), ["default/log"]);
    assert_eq!(exported(&["--missing-secrets"]), [""; 0]);
    workspace.change("hook", |connector| connector.is_missing_secrets = true);
    assert_eq!(exported(&["--missing-secrets"]), ["default/hook"]);
    assert_eq!(exported(&["--missing-secrets=false", "--name", "Ops"]), ["default/other", "default/log"]);
    let twice = ["--space", "operations", "--space", "operations", "--type=.index", "--type=.index"];
    assert_eq!(exported(&twice), ["operations/index"]);
    for (ty, is_known) in [(".email", true), (".github", true), ("email", false)] {
        let run = workspace.provider(&["export", "--type", ty]).succeeds();
        assert_eq!(run.said().contains("Unknown connector type"), !is_known, "{ty}: {}", run.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_without_its_config_is_named_and_left_out() {
    let workspace = Workspace::new().await;
    let answer = json!([
        { "id": "bare", "name": "bare", "connector_type_id": ".index" },
        { "id": "log", "name": "log", "connector_type_id": ".server-log", "config": {} },
    ]);
    for form in [&["export"][..], &["export", "--narrow"]] {
        workspace.kibana.fail(Fault::answer(Answer::json(200, &answer)).on("GET", "*/connectors"));
        let run = workspace.provider(form).succeeds();
        let said = run.said();
        assert!(said.contains("connector \"bare\", bare") && said.contains("It is left out."), "{said}");
        assert_eq!((said.matches("Warning: ").count(), said.matches("Error: ").count()), (1, 0), "{said}");
        assert!(run.stdout.contains("default/log") && !run.stdout.contains("bare"), "{}", run.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_gets_a_file_for_each_type_and_keeps_what_is_there() {
    let workspace = with_connectors().await;
    let folder = workspace.path("generated").display().to_string();
    let run = workspace.provider(&["export", "--all-spaces", "--out", &folder]).succeeds();
    assert_eq!(run.stdout, "");
    let names = || -> Vec<String> {
        let files = std::fs::read_dir(&folder).expect("the folder").flatten();
        let mut names: Vec<_> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["custom.tf", "index.tf", "server_log.tf", "webhook.tf"]);
    std::fs::remove_file(workspace.path("generated/custom.tf")).expect("removed");
    let again = workspace.provider(&["export", "--all-spaces", "--out", &folder]).fails();
    again.says("index.tf is there already");
    assert_eq!(names(), ["index.tf", "server_log.tf", "webhook.tf"], "nothing is written in part");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_told_as_the_provider_tells_it() {
    let mut workspace = with_connectors().await;
    let export = |workspace: &Workspace, arguments: &[&str]| -> Run {
        workspace.provider(&[&["export"], arguments].concat()).fails()
    };
    export(&workspace, &["--space", "No Space"]).says("Error: Invalid space ID");
    let usage =
        export(&workspace, &["--nothing"]).says("--nothing").says("Usage: terraform-provider-kibana export");
    assert_eq!(usage.code, 2);
    workspace.set("KIBANA_API_KEY", "d3Jvbmc=");
    export(&workspace, &[]).says("Error: Kibana does not accept the credentials");
    workspace.unset("KIBANA_ENDPOINT");
    export(&workspace, &[]).says("KIBANA_ENDPOINT");
    workspace.provider(&["export", "--help"]).succeeds().says("--all-spaces");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_that_fails_is_left_out_and_the_others_are_exported() {
    let workspace = with_connectors().await;
    workspace.kibana.add_space(Space::new("empty"));
    let forbidden = || status(403, "Unauthorized to get actions");
    let export = |space: &str, fault: Fault, arguments: &[&str]| -> Run {
        let path = if space == "default" { String::new() } else { format!("/s/{space}") };
        let path = format!("{path}/api/actions/connectors");
        workspace.kibana.fail(fault.on("GET", &path));
        let run = workspace.provider(&[&["export"], arguments].concat()).fails();
        assert_eq!(run.code, 1);
        run
    };
    let all = ["--all-spaces"];
    let run = export("operations", forbidden(), &all)
        .says("Error: Not allowed in Kibana (space \"operations\") The space is left out. GET /s/operations/api")
        .says("\"Actions and Connectors: All\" in the space \"operations\"")
        .says("Error: The export is incomplete One of 3 spaces is left out: `operations`. The reason stands above.")
        .says("The connectors of the others are written.");
    assert_eq!(run.stdout.matches("resource \"").count(), 3, "{}", run.stdout);
    assert!(!run.stdout.contains("operations"), "{}", run.stdout);
    // Whatever it is, as long as it is about this space.
    let garbled = || Fault::answer(Answer::json(200, &json!({})));
    for fault in [status(404, "Not Found"), status(500, "An internal server error occurred"), garbled()] {
        let run = export("default", fault, &["--space", "default", "--space", "operations"]);
        assert!(run.stdout.contains("operations/index") && !run.stdout.contains("default"), "{}", run.stdout);
    }
    let folder = workspace.path("generated").display().to_string();
    export("default", forbidden(), &["--all-spaces", "--out", &folder]);
    assert!(
        workspace.path("generated/index.tf").exists() && !workspace.path("generated/webhook.tf").exists()
    );
    let run = export("default", forbidden(), &["--space", "default", "--space", "empty"])
        .says("One of 2 spaces is left out: `default`. The reason stands above. There are no such connectors in the others");
    assert_eq!(run.stdout, "");
    // A single one is no export at all, and neither is one that no space can be better at.
    let single = export("default", forbidden(), &[]).does_not_say("left out");
    let refused = export("operations", status(401, "[security_exception]: no such key"), &all)
        .says("accept the credentials");
    assert_eq!((single.stdout.as_str(), refused.stdout.as_str()), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_asked_for_where_it_may_be() {
    let workspace = with_connectors().await;
    workspace.kibana.fail(status(403, "Unauthorized to get actions").on("GET", "/api/actions/*").times(2));
    let run = workspace.provider(&["export", "--all-spaces", "--narrow"]).fails().says("incomplete");
    assert!(run.stdout.contains("resource \"kibana_connector_index\""), "{}", run.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_that_does_not_exist_is_not_an_empty_one() {
    let mut workspace = with_connectors().await;
    workspace.kibana.add_space(Space::new("empty"));
    let export = |workspace: &Workspace, spaces: &[&str]| -> Run {
        let spaces = spaces.iter().flat_map(|space| ["--space", space]);
        workspace.provider(&["export"].into_iter().chain(spaces).collect::<Vec<_>>())
    };
    // Its list holds the connector of the configuration file, as that of any space.
    let told = "Error: The space does not exist Kibana lists no connectors for the space \"nowhere\"";
    let run = export(&workspace, &["nowhere"])
        .fails()
        .says(told)
        .says("the spaces `default`, `empty`, `operations`.");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let run = export(&workspace, &["nowhere", "operations"])
        .fails()
        .says("The space does not exist (space \"nowhere\")");
    assert!(run.stdout.contains("operations/index"), "{}", run.stdout);
    workspace.clear_requests();
    export(&workspace, &["empty"]).succeeds().says("There are no such connectors.");
    assert_eq!(workspace.requests().len(), 2);
    // With connectors in it, it is there, whatever the filters leave of them.
    workspace.clear_requests();
    workspace
        .provider(&["export", "--space", "operations", "--name", "nothing"])
        .succeeds()
        .says("no such connectors");
    assert_eq!(workspace.requests().len(), 1);
    // Where nobody can tell, nothing is said.
    for (path, fault) in [("*/spaces/space/nowhere", 403), ("*/spaces/space", 404), ("*/spaces/space", 403)] {
        workspace.kibana.fail(status(fault, "Not Found").on("GET", path));
        export(&workspace, &["nowhere"]).succeeds().says("There are no such connectors.");
    }
    workspace.set("KIBANA_SPACE_ID", "nowhere");
    export(&workspace, &[]).fails().says(told);
}
