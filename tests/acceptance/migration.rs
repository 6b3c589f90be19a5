//! Connectors that another provider has managed: states as it wrote them, of every type, moved by Terraform.
//!
//! `elasticstack/*.json` holds what stood in its state files: `sdk` from before its resource was rewritten,
//! `framework_0` from after. `framework_1` was written by that code, too, with the schema of version 1 put
//! into it by hand, since the published builds of that version could not be had. Some connectors were
//! imported there, so no secrets were kept; some have write-only secrets. Terraform wants the other provider
//! to be there but asks it nothing, so our own program stands in for it.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use terraform_provider_kibana::docs;

use crate::support::{Connector, Release, Space, Workspace, provider};

const STATES: [(&str, &str); 3] = [
    ("sdk", include_str!("elasticstack/sdk.json")),
    ("framework_0", include_str!("elasticstack/framework_0.json")),
    ("framework_1", include_str!("elasticstack/framework_1.json")),
];

/// Where a connector is moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Wide,
    Narrow,
    Custom,
}

/// A connector in the other provider's state, under the name of our block for its type.
struct Old(Json);

impl Old {
    fn block(&self) -> &str {
        self.0["name"].as_str().expect("a name")
    }

    fn attribute(&self, name: &str) -> &Json {
        &self.0["attributes"][name]
    }

    fn text(&self, name: &str) -> &str {
        self.attribute(name).as_str().unwrap_or_default()
    }

    fn object(&self, name: &str) -> serde_json::Map<String, Json> {
        let mut object: serde_json::Map<_, _> = serde_json::from_str(self.text(name)).unwrap_or_default();
        object.retain(|key, _| !key.starts_with("__tf_provider"));
        object
    }

    fn is_write_only(&self) -> bool {
        !self.attribute("secrets_wo_version").is_null()
    }

    fn target(&self, form: Form) -> String {
        match form {
            Form::Wide => format!("kibana_connector.{}", self.block()),
            Form::Narrow => format!("kibana_connector_{0}.{0}", self.block()),
            Form::Custom => format!("kibana_connector_custom.{}", self.block()),
        }
    }

    /// The configuration that says the same, and the move to it.
    fn hcl(&self, form: Form) -> String {
        let (mut hcl, _) = docs::example(self.block()).expect("every type has an example");
        if form == Form::Custom {
            hcl = self.custom();
        } else if self.object("secrets").is_empty() {
            hcl = without_secrets(&hcl);
        }
        let target = self.target(form);
        let (ty, name) = target.split_once('.').expect("an address");
        hcl = hcl.replacen("\"kibana_connector\"", &format!("\"{ty}\""), 1);
        let mut more = String::new();
        if self.text("space_id") != "default" {
            let _ = writeln!(more, "  space_id = {}", self.attribute("space_id"));
        }
        if self.is_write_only() {
            more.push_str(&self.write_only(form));
        }
        let at = hcl.find("  name = ").expect("a name");
        hcl.insert_str(at, &more);
        let from = format!("elasticstack_kibana_action_connector.{name}");
        format!("{hcl}moved {{\n  from = {from}\n  to   = {target}\n}}\n")
    }

    /// With the JSON as it was.
    fn custom(&self) -> String {
        let text =
            |json: serde_json::Map<String, Json>| Json::from(Json::Object(json).to_string()).to_string();
        let secrets = self.object("secrets");
        let secrets = match secrets.is_empty() {
            true => String::new(),
            false => format!("    secrets_json = {}\n", text(secrets)),
        };
        let (ty, name) = (self.attribute("connector_type_id"), self.attribute("name"));
        let config = text(self.object("config"));
        format!(
            "resource \"kibana_connector\" \"{}\" {{\n  name = {name}\n  custom {{\n    connector_type_id = {ty}\n    config_json = \
             {config}\n{secrets}  }}\n}}\n",
            self.block()
        )
    }

    /// Write-only secrets, which nobody has the old values of.
    fn write_only(&self, form: Form) -> String {
        let names = match (self.block(), form) {
            ("email", _) => ["user", "password"],
            ("jira", Form::Custom) => ["email", "apiToken"],
            _ => ["email", "api_token"],
        };
        let version = self.text("secrets_wo_version");
        let version = match version.parse::<i64>() {
            Ok(number) => format!("  secrets_wo_version = {number}\n"),
            Err(_) => String::new(),
        };
        format!("  secrets_wo = {{ {} = \"u\", {} = \"p\" }}\n{version}", names[0], names[1])
    }
}

/// The example's HCL without its block of secrets.
fn without_secrets(hcl: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in hcl.lines() {
        inside |= line == "    secrets {";
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= line != "    }";
    }
    kept
}

/// A folder whose state holds these connectors, which Kibana has.
async fn with_state(old: &[Old]) -> Workspace {
    let mut workspace = Workspace::of(Release::Newest).await;
    workspace.kibana.add_space(Space::new("ops"));
    for one in old {
        workspace.kibana.put_raw(
            one.text("space_id"),
            Connector {
                id: one.text("connector_id").to_owned(),
                space: one.text("space_id").to_owned(),
                name: one.text("name").to_owned(),
                connector_type_id: one.text("connector_type_id").to_owned(),
                config: one.object("config"),
                secrets: one.object("secrets"),
                is_missing_secrets: false,
                auth_mode: None,
            },
        );
        for (name, value) in docs::example(one.block()).expect("every type has an example").1 {
            workspace.set(&format!("TF_VAR_{name}"), &value);
        }
    }
    write_state(&workspace, old);
    let folder = workspace.path("elasticstack");
    std::fs::create_dir(&folder).expect("a folder");
    let program = format!("terraform-provider-elasticstack{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(provider(), folder.join(program)).expect("a program");
    let settings = std::fs::read_to_string(workspace.path("cli.tfrc")).expect("settings");
    let folder = folder.display().to_string().replace('\\', "/");
    let both = format!("dev_overrides {{\n\"elastic/elasticstack\" = \"{folder}\"\n");
    std::fs::write(workspace.path("cli.tfrc"), settings.replace("dev_overrides {", &both)).expect("settings");
    workspace
}

/// Writes a state that holds these connectors, as the other provider's.
fn write_state(workspace: &Workspace, old: &[Old]) {
    let host = if workspace.is_opentofu() { "registry.opentofu.org" } else { "registry.terraform.io" };
    let resource = |one: &Old| {
        json!({
            "mode": "managed",
            "type": "elasticstack_kibana_action_connector",
            "name": one.block(),
            "provider": format!("provider[\"{host}/elastic/elasticstack\"]"),
            "instances": [{"schema_version": one.0["schema_version"], "attributes": one.0["attributes"]}],
        })
    };
    let state = json!({
        "version": 4,
        "terraform_version": "1.5.0",
        "serial": 1,
        "lineage": "5b2d1c1e-3c0f-4a51-8d59-0b2f1a7c6e11",
        "outputs": {},
        "resources": old.iter().map(resource).collect::<Vec<_>>(),
    });
    std::fs::write(workspace.path("terraform.tfstate"), state.to_string()).expect("a state");
}

/// Writes the configuration, with both providers.
fn write(workspace: &Workspace, hcl: &str) {
    workspace.write(hcl);
    let main = std::fs::read_to_string(workspace.path("main.tf")).expect("a configuration");
    let both = "required_providers {\n    elasticstack = { source = \"elastic/elasticstack\" }\n";
    let main = main.replacen("required_providers {\n", both, 1);
    std::fs::write(workspace.path("main.tf"), main).expect("a configuration");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_states_of_the_elastic_provider_are_moved_without_a_change() {
    if !Workspace::new().await.has("moves from other providers", (1, 8), Some((1, 10))) {
        return;
    }
    for (release, states) in STATES {
        let old: Vec<Json> = serde_json::from_str(states).expect("states");
        let old: Vec<Old> = old.into_iter().map(Old).collect();
        let has_write_only = Workspace::new().await.has_write_only();
        let old: Vec<Old> = old.into_iter().filter(|one| has_write_only || !one.is_write_only()).collect();
        // A version that is no number is not carried over, so the secrets are sent once more.
        let changed = old.iter().filter(|one| one.text("secrets_wo_version").starts_with('v')).count();
        for form in [Form::Wide, Form::Narrow, Form::Custom] {
            let workspace = with_state(&old).await;
            write(&workspace, &old.iter().map(|one| one.hcl(form)).collect::<String>());
            let plan = workspace.plan();
            assert_eq!(plan.code, 2, "{release} {form:?}: {}{}", plan.stdout, plan.stderr);
            let plan = plan.says(&format!("Plan: 0 to add, {changed} to change, 0 to destroy."));
            if changed > 0 {
                plan.says("The version of the secrets is left out");
            }
            workspace.apply().says(&format!("0 added, {changed} changed, 0 destroyed"));
            assert_eq!((workspace.count("POST"), workspace.count("PUT")), (0, changed), "{release} {form:?}");
            workspace.plans_nothing();
            let state = workspace.state(&old[0].target(form));
            assert_eq!(state["id"], *old[0].attribute("connector_id"), "{release} {form:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_without_its_space_and_one_with_keys_that_nobody_knows_are_moved_without_a_change() {
    if !Workspace::new().await.has("moves from other providers", (1, 8), Some((1, 10))) {
        return;
    }
    for (release, states) in STATES {
        let old: Vec<Json> = serde_json::from_str(states).expect("states");
        let mut old: Vec<Old> = old.into_iter().map(Old).collect();
        old.retain(|one| ["index", "server_log"].contains(&one.block()));
        for one in old.iter_mut().filter(|one| one.block() == "index") {
            let mut config = one.object("config");
            config.insert("later".to_owned(), json!({"a": [1]}));
            one.0["attributes"]["config"] = Json::Object(config).to_string().into();
        }
        let workspace = with_state(&old).await;
        write(&workspace, &old.iter().map(|one| one.hcl(Form::Wide)).collect::<String>());
        let id = |one: &Old| one.text("connector_id").to_owned();
        let ids: Vec<_> = old.iter().map(|one| (one.target(Form::Wide), id(one))).collect();
        // Some of its releases imported a connector of the default space like this.
        for one in old.iter_mut().filter(|one| one.block() == "server_log") {
            one.0["attributes"]["id"] = format!("/{}", id(one)).into();
            one.0["attributes"]["connector_id"] = Json::Null;
            one.0["attributes"]["space_id"] = "".into();
        }
        write_state(&workspace, &old);
        let plan = workspace.plan();
        assert_eq!(plan.code, 2, "{release}: {}{}", plan.stdout, plan.stderr);
        plan.says("Plan: 0 to add, 0 to change, 0 to destroy.");
        workspace.apply().says("0 added, 0 changed, 0 destroyed");
        workspace.plans_nothing();
        let requests = workspace.requests();
        assert!(!requests.is_empty() && requests.iter().all(|one| one.method == "GET"), "{release}");
        for (target, id) in ids {
            let state = workspace.state(&target);
            assert_eq!((&state["id"], &state["space_id"]), (&json!(id), &json!("default")), "{release}");
        }
    }
}

/// Terraform says of all but the first that they are this provider's already.
#[tokio::test(flavor = "multi_thread")]
async fn instances_of_one_resource_move_to_where_each_belongs() {
    if !Workspace::new().await.has("moves from other providers", (1, 8), Some((1, 10))) {
        return;
    }
    for (release, states) in STATES {
        let old: Vec<Json> = serde_json::from_str(states).expect("states");
        let mut old: Vec<Old> = old.into_iter().map(Old).collect();
        old.retain(|one| ["index", "server_log", "pagerduty"].contains(&one.block()));
        for form in [Form::Wide, Form::Narrow] {
            let workspace = with_state(&old).await;
            let state = std::fs::read_to_string(workspace.path("terraform.tfstate")).expect("a state");
            let mut state: Json = serde_json::from_str(&state).expect("JSON");
            let mut one = state["resources"][0].clone();
            one["name"] = "c".into();
            one["each"] = "map".into();
            let instance = |old: &Old| json!({"index_key": old.block(), "schema_version": old.0["schema_version"], "attributes": old.0["attributes"]});
            one["instances"] = old.iter().map(instance).collect();
            state["resources"] = json!([one]);
            std::fs::write(workspace.path("terraform.tfstate"), state.to_string()).expect("a state");
            let moved = |one: &Old| {
                let from = "elasticstack_kibana_action_connector.";
                one.hcl(form)
                    .replace(&format!("{from}{}\n", one.block()), &format!("{from}c[\"{}\"]\n", one.block()))
            };
            write(&workspace, &old.iter().map(moved).collect::<String>());
            workspace.apply().says("0 added, 0 changed, 0 destroyed");
            workspace.plans_nothing();
            for one in &old {
                let id = &workspace.state(&one.target(form))["id"];
                assert_eq!(id, one.attribute("connector_id"), "{release} {form:?}");
            }
        }
    }
}
