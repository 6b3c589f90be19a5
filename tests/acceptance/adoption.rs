//! A whole Kibana is adopted: every type's example as each release stores it, connectors of an old Kibana
//! that hold blank text, and some that our rules refuse. The plan imports all of them and changes nothing;
//! the next one is empty.

use serde_json::{Value as Json, json};
use terraform_provider_kibana::{catalog, docs};

use crate::examples::has;
use crate::support::{Release, Workspace};

const RELEASES: [Release; 4] = [Release::Old, Release::Current, Release::Newest, Release::Future];

/// What no Kibana of today would store any more, by ID, type and config.
fn relics() -> Vec<(&'static str, &'static str, Json)> {
    let hook = |url: &str, headers: Json| json!({ "url": url, "method": "post", "headers": headers, "hasAuth": false });
    vec![
        ("blank-pagerduty", ".pagerduty", json!({ "apiUrl": "" })),
        ("blank-index", ".index", json!({ "index": "i", "refresh": false, "executionTimeField": "" })),
        ("blank-header", ".webhook", hook("https://a.example", json!({ "A": "", "B": "1" }))),
        ("blank-custom", ".never-heard-of", json!({ "a": "", "b": { "c": " " }, "d": 1 })),
        ("bad-email", ".email", json!({ "from": "nobody", "service": "other", "host": "h", "port": 70000 })),
        ("bad-url", ".webhook", hook("no url", json!({ "A": "1" }))),
        ("bad-shape", ".webhook", hook("https://a.example", json!(["no", "headers"]))),
        ("no-project", ".jira", json!({ "apiUrl": "https://a.example" })),
        ("url-xmatters", ".xmatters", json!({ "configUrl": null, "usesBasic": true })),
        ("catalogue", ".github", json!({ "serverUrl": "https://a.example", "authType": "bearer" })),
    ]
}

/// How many of them no configuration can say.
const NAMELESS: usize = 1;

/// A folder with no configuration and a Kibana of this release that holds all of that.
async fn with_everything(release: Release) -> Workspace {
    let mut workspace = Workspace::of(release).await;
    let mut hcl = String::new();
    for ty in catalog::TYPES.iter().filter(|ty| has(release, ty.since)) {
        let (example, variables) = docs::example(ty.block).expect("every type has an example");
        hcl.push_str(&example);
        for (name, value) in variables {
            workspace.set(&format!("TF_VAR_{name}"), &value);
        }
    }
    workspace.write(&hcl);
    workspace.apply();
    for (id, ty, config) in relics() {
        workspace.put("default", id, ty, config);
    }
    workspace.put("default", "nameless", ".server-log", json!({}));
    workspace.change("nameless", |connector| connector.name = " ".to_owned());
    std::fs::remove_file(workspace.path("terraform.tfstate")).expect("there is a state");
    workspace.write("");
    workspace
}

/// Adopts what the folder's configuration imports.
#[track_caller]
fn adopts(workspace: &Workspace) {
    workspace.clear_requests();
    let count = workspace.connectors().len() - NAMELESS;
    workspace.apply().says(&format!("{count} imported, 0 added, 0 changed, 0 destroyed"));
    let writes = workspace.requests().into_iter().filter(|request| request.method != "GET").count();
    assert_eq!(writes, 0, "an adoption only looks");
    workspace.plans_nothing();
    let emails = workspace.connectors().into_iter().filter(|one| one.connector_type_id == ".email").count();
    assert_eq!(emails, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_exported_is_adopted() {
    for release in RELEASES {
        let workspace = with_everything(release).await;
        if !workspace.has_import_blocks() {
            return;
        }
        let run = workspace.provider(&["export"]).succeeds();
        std::fs::write(workspace.path("connectors.tf"), run.stdout).expect("a file");
        workspace.terraform(&["fmt", "-check", "-diff"]).succeeds();
        adopts(&workspace);
        let states =
            (2..=relics().len()).map(|number| workspace.state(&format!("kibana_connector.c_{number}")));
        let mut states = states.chain([workspace.state("kibana_connector.c")]);
        let refused = states.find(|state| state["id"] == "bad-email").expect("it was adopted");
        assert!(
            refused["custom"]["config_json"].as_str().is_some_and(|config| config.contains("nobody")),
            "{refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_exported_in_narrow_form_is_adopted() {
    for release in RELEASES {
        let workspace = with_everything(release).await;
        if !workspace.has_import_blocks() {
            return;
        }
        let run = workspace.provider(&["export", "--narrow"]).succeeds();
        assert!(!run.stdout.contains("\"kibana_connector\""), "{}", run.stdout);
        // An old Kibana does not tell what its catalogue has.
        let in_catalogue = run.stdout.matches("resource \"kibana_connector_spec\"").count();
        assert_eq!(in_catalogue, usize::from(release != Release::Old), "{release:?}: {}", run.stdout);
        let knows_how = run.stdout.contains("#   bearer {") && run.stdout.contains("token = var.");
        assert!(knows_how || release == Release::Old, "{}", run.stdout);
        std::fs::write(workspace.path("connectors.tf"), run.stdout).expect("a file");
        adopts(&workspace);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_generates_a_narrow_resource_and_one_of_the_catalogue() {
    let workspace = Workspace::new().await;
    if !workspace.has_import_blocks() {
        return;
    }
    workspace.put(
        "default",
        "index",
        ".index",
        json!({ "index": "i", "refresh": false, "executionTimeField": null }),
    );
    let hub = json!({ "serverUrl": "https://a.example", "authType": "bearer" });
    workspace.put("default", "hub", ".github", hub);
    let imports =
        [("kibana_connector_index", "index"), ("kibana_connector_spec", "hub")].map(|(resource, id)| {
            format!("import {{\n  provider = kibana\n  to = {resource}.c\n  id = \"{id}\"\n}}\n")
        });
    let imports = imports.concat();
    workspace.write(&imports);
    workspace.terraform(&["plan", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    workspace.write(&imports.replace("  provider = kibana\n", ""));
    workspace.clear_requests();
    workspace.apply().says("2 imported, 0 added, 0 changed, 0 destroyed");
    assert_eq!(workspace.count("PUT"), 0, "an adoption only looks");
    workspace.plans_nothing();
    assert_eq!(workspace.state("kibana_connector_index.c")["index"]["index"], "i");
    assert_eq!(workspace.state("kibana_connector_spec.c")["spec"]["connector_type_id"], ".github");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_name_is_left_out_with_a_word() {
    let workspace = Workspace::new().await;
    workspace.put("default", "log", ".server-log", json!({}));
    workspace.put("default", "nameless", ".server-log", json!({}));
    workspace.change("nameless", |connector| connector.name = String::new());
    for narrow in [&[][..], &["--narrow"]] {
        let run = workspace.provider(&[&["export"], narrow].concat()).succeeds();
        assert!(
            run.stdout.contains("default/log") && !run.stdout.contains("default/nameless"),
            "{}",
            run.stdout
        );
        run.says("The connector has no name").says("(connector \"\", nameless)").says("It is left out");
    }
    workspace.write("resource \"kibana_connector\" \"c\" {\n  name = \"log\"\n  server_log {}\n}\n");
    let import = ["import", "-no-color", "kibana_connector.c", "nameless"];
    workspace.terraform(&import).succeeds().says("The connector has no name");
    workspace.apply().says("1 changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_terraform_generates_from_import_blocks_is_adopted() {
    for release in RELEASES {
        let workspace = with_everything(release).await;
        if !workspace.has_import_blocks() {
            return;
        }
        // The provider has to be named for development builds of 1.17, and only until the resources are
        // generated.
        let named = "  provider = kibana\n";
        let import = |(index, id): (usize, String)| {
            format!("import {{\n{named}  to = kibana_connector.c{index}\n  id = \"{id}\"\n}}\n")
        };
        let ids = workspace.connectors().into_iter().map(|connector| connector.id);
        let ids = ids.filter(|id| id != "nameless");
        let imports: String = ids.enumerate().map(import).collect();
        workspace.write(&imports);
        workspace.terraform(&["plan", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
        workspace.write(&imports.replace(named, ""));
        adopts(&workspace);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_query_finds_is_adopted() {
    for release in RELEASES {
        let workspace = with_everything(release).await;
        if !workspace.has("queries", (1, 14), None) {
            return;
        }
        let list = "list \"kibana_connector\" \"all\" {\n  provider         = kibana\n  include_resource = true\n}\n";
        std::fs::write(workspace.path("all.tfquery.hcl"), list).expect("a file");
        workspace.terraform(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
        adopts(&workspace);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_adopted_as_custom_is_corrected_in_place() {
    let workspace = Workspace::new().await;
    let (id, ty, config) = relics().remove(4);
    workspace.put("default", id, ty, config);
    let custom = "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  custom {\n    connector_type_id = \".email\"\n    \
                  config_json = jsonencode({ from = \"nobody\", service = \"other\", host = \"h\", port = 70000 })\n  }\n}\n";
    workspace.write(custom);
    workspace.terraform(&["import", "-no-color", "kibana_connector.c", id]).succeeds();
    workspace.plans_nothing();
    workspace.write(
        "resource \"kibana_connector\" \"c\" {\n  name = \"c\"\n  email {\n    from = \"ops@example.com\"\n    service = \
         \"other\"\n    host = \"h\"\n    port = 587\n    has_auth = false\n  }\n}\n",
    );
    workspace.apply().says("1 changed");
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_resource_says_what_has_to_be_corrected() {
    let workspace = Workspace::new().await;
    let (id, ty, config) = relics().remove(4);
    workspace.put("default", id, ty, config);
    let hcl = "resource \"kibana_connector_email\" \"c\" {\n  name = \"c\"\n  email {\n    from = \"ops@example.com\"\n    host = \
               \"h\"\n    port = 587\n    has_auth = false\n  }\n}\n";
    workspace.write(hcl);
    let run = workspace.terraform(&["import", "-no-color", "kibana_connector_email.c", id]).succeeds();
    run.says("has to be corrected").says("whose block `custom` accepts it");
    workspace.plans_changes().says("~ port").says("70000 -> 587");
}
