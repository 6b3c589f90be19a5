//! Every example is applied, planned empty, updated, imported and destroyed, under every release that has its
//! type.

use terraform_provider_kibana::{catalog, docs};

use crate::support::{Release, Workspace};

/// Whether a release has what came with another.
pub(crate) fn has(release: Release, since: &str) -> bool {
    let number =
        |version: &str| -> Vec<u32> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    number(release.number()) >= number(since)
}

/// The example of a type with its variables in the environment.
async fn with_example(block: &str, release: Release) -> Option<(Workspace, String)> {
    let ty = catalog::by_block(block)?;
    if !ty.since.is_empty() && !has(release, ty.since) {
        return None;
    }
    let mut workspace = Workspace::of(release).await;
    let (hcl, variables) = docs::example(block)?;
    for (name, value) in variables {
        workspace.set(&format!("TF_VAR_{name}"), &value);
    }
    workspace.write(&hcl);
    Some((workspace, hcl))
}

/// The types in equal parts, so that they live side by side.
const PARTS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_types_example_lives_a_whole_life_1() {
    live(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_types_example_lives_a_whole_life_2() {
    live(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_types_example_lives_a_whole_life_3() {
    live(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_types_example_lives_a_whole_life_4() {
    live(3).await;
}

async fn live(part: usize) {
    for ty in catalog::TYPES.iter().skip(part).step_by(PARTS) {
        for release in [Release::Old, Release::Current, Release::Future] {
            let Some((workspace, hcl)) = with_example(ty.block, release).await else { continue };
            let address = format!("kibana_connector.{}", ty.block);
            workspace.apply().does_not_say("will not work").does_not_say("Kibana may refuse");
            workspace.plans_nothing();
            workspace.write(&hcl.replace("\"ops ", "\"other "));
            workspace.apply().says("1 changed");
            workspace.plans_nothing();
            if release != Release::Current {
                continue;
            }
            let id = workspace.state(&address)["id"].as_str().expect("an id").to_owned();
            workspace.terraform(&["state", "rm", &address]).succeeds();
            workspace.terraform(&["import", "-no-color", "-input=false", &address, &id]).succeeds();
            let run = workspace.plan();
            if ty.secrets.is_empty() {
                assert_eq!(run.code, 0, "{}: {}", ty.block, run.stdout);
            } else {
                let run = run.says("secrets");
                assert!(!run.stdout.contains("\n      ~ name"), "{}: {}", ty.block, run.stdout);
            }
            workspace.terraform(&["destroy", "-auto-approve", "-no-color", "-input=false"]).succeeds();
            assert!(workspace.connectors().is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_written_by_hand_apply() {
    for (file, space) in [
        ("examples/resources/kibana_connector/resource.tf", "operations"),
        ("examples/custom/main.tf", "default"),
    ] {
        let mut workspace = Workspace::with_spaces(&[space]).await;
        for name in ["smtp_password", "hook_password", "virustotal_api_key"] {
            workspace.set(&format!("TF_VAR_{name}"), "a-value");
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        workspace.write(&std::fs::read_to_string(path).expect("an example"));
        workspace.apply();
        workspace.plans_nothing();
    }
}
