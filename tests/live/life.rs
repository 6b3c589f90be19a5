//! A configuration's life with the real terraform: create, nothing to do, update, list, import, destroy.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;
use tokio::process::Command;

use crate::cases::Case;
use crate::kibana::Kibana;

/// Set when somebody interrupts the run: what runs ends, nothing new starts.
pub(crate) static STOP: AtomicBool = AtomicBool::new(false);

/// Lives it; the first step that goes wrong is the error. Whatever happens, what was created is destroyed.
pub(crate) async fn live(case: &Case, kibana: &Kibana, mark: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let terraform = Terraform::new(folder.path(), case, kibana)?;
    let lived = terraform.steps(case, mark).await;
    let destroyed = terraform.run("destroy", &["destroy", "-auto-approve"], &[0]).await;
    lived.and(destroyed.map(drop))
}

struct Terraform<'case> {
    folder: &'case Path,
    variables: Vec<(String, String)>,
}

impl<'case> Terraform<'case> {
    fn new(folder: &'case Path, case: &Case, kibana: &Kibana) -> Result<Self, String> {
        let built = Path::new(env!("CARGO_BIN_EXE_terraform-provider-kibana"));
        // HCL takes a backslash for an escape, and Windows takes slashes.
        let built =
            built.parent().ok_or("the provider is in no folder")?.display().to_string().replace('\\', "/");
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{ \"kibana-rs/kibana\" = \"{built}\" }}\n}}\n"
        );
        std::fs::write(folder.join("cli.tfrc"), settings).map_err(|error| error.to_string())?;
        let mut variables = kibana.variables();
        variables.push(("TF_CLI_CONFIG_FILE".to_owned(), folder.join("cli.tfrc").display().to_string()));
        let values = case.variables.iter();
        variables.extend(values.map(|(name, value)| (format!("TF_VAR_{name}"), value.clone())));
        Ok(Self { folder, variables })
    }

    async fn steps(&self, case: &Case, mark: &str) -> Result<(), String> {
        self.write(&case.hcl)?;
        self.run("create", &["apply", "-auto-approve"], &[0]).await?;
        self.run("plan after create", &["plan", "-detailed-exitcode"], &[0]).await?;
        // Behind the mark of a name is a blank; the mark alone is the space.
        self.write(&case.hcl.replace(&format!("{mark} "), &format!("{mark} renamed ")))?;
        let said = self.run("update", &["apply", "-auto-approve"], &[0]).await?;
        let holds_connectors = case.hcl.contains(mark);
        if !counts(&said).is_some_and(|(added, changed, destroyed)| {
            added == 0 && destroyed == 0 && (changed > 0) == holds_connectors
        }) {
            return Err(format!("update: it was no update in place\n{said}"));
        }
        self.run("plan after update", &["plan", "-detailed-exitcode"], &[0]).await?;
        if holds_connectors {
            self.query(mark).await?;
        }
        for (address, id) in self.connectors().await? {
            self.run("forget", &["state", "rm", &address], &[0]).await?;
            self.run("import", &["import", &address, &id], &[0]).await?;
        }
        // Secrets may be planned after an import, and nothing may be replaced.
        let codes = if case.imports_whole { [0].as_slice() } else { &[0, 2] };
        let said = self.run("plan after import", &["plan", "-detailed-exitcode"], codes).await?;
        if said.contains("must be replaced") || said.contains("will be created") {
            return Err(format!("plan after import: it is no update in place\n{said}"));
        }
        Ok(())
    }

    /// Lists the connectors, with a terraform that can.
    async fn query(&self, mark: &str) -> Result<(), String> {
        let schemas = self.json(&["providers", "schema", "-json"]).await?;
        let providers = schemas["provider_schemas"].as_object().into_iter().flatten();
        let ours = providers
            .map(|(_, one)| one)
            .find(|one| one["resource_schemas"]["kibana_connector"].is_object())
            .ok_or_else(|| {
                format!("query: this terraform does not tell the provider's schemas: {schemas}")
            })?;
        if !ours["list_resource_schemas"]["kibana_connector"].is_object() {
            return Ok(());
        }
        let query = "list \"kibana_connector\" \"all\" {\n  provider = kibana\n  limit    = 10000\n}\n";
        std::fs::write(self.folder.join("all.tfquery.hcl"), query).map_err(|error| error.to_string())?;
        let said = self.run("query", &["query"], &[0]).await?;
        if said.contains(&format!("{mark} renamed")) {
            Ok(())
        } else {
            Err(format!("query: not listed\n{said}"))
        }
    }

    /// The connectors in state: addresses and import IDs.
    async fn connectors(&self) -> Result<Vec<(String, String)>, String> {
        let state = self.json(&["show", "-json"]).await?;
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let resources: Vec<Json> = resources.into_iter().filter(|one| one["mode"] == "managed").collect();
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let of = |one: &Json| {
            let id = format!("{}/{}", text(&one["values"]["space_id"]), text(&one["values"]["id"]));
            (text(&one["address"]), id)
        };
        Ok(resources.iter().map(of).collect())
    }

    fn write(&self, hcl: &str) -> Result<(), String> {
        let header =
            "terraform {\n  required_providers {\n    kibana = { source = \"kibana-rs/kibana\" }\n  }\n}\n";
        // The example that is a whole configuration brings its own.
        let header = if hcl.contains("required_providers") { "" } else { header };
        std::fs::write(self.folder.join("main.tf"), format!("{header}{hcl}"))
            .map_err(|error| error.to_string())
    }

    async fn json(&self, arguments: &[&str]) -> Result<Json, String> {
        let output = self.command(arguments).output().await.map_err(|error| error.to_string())?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{arguments:?}: {error}"))
    }

    /// Runs terraform, which must end with one of these codes, and gives what it said.
    async fn run(&self, step: &str, arguments: &[&str], codes: &[i32]) -> Result<String, String> {
        if STOP.load(Ordering::Relaxed) && step != "destroy" {
            return Err("interrupted".to_owned());
        }
        let asks = matches!(arguments[0], "apply" | "plan" | "import" | "destroy");
        let input = if asks { ["-no-color", "-input=false"].as_slice() } else { &[] };
        let mut all = vec![arguments[0]];
        all.extend(input);
        all.extend(&arguments[1..]);
        let output = self.command(&all).output().await.map_err(|error| error.to_string())?;
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.code() {
            Some(code) if codes.contains(&code) => Ok(said),
            code => Err(format!("{step}: exit code {code:?}\n{said}")),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var("TERRAFORM").unwrap_or_else(|_| "terraform".to_owned());
        let mut command = Command::new(binary);
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("TF_") || name.starts_with("KIBANA_"))
        {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1");
        command
    }
}

/// What an apply says at its end: how many it added, changed and destroyed.
fn counts(said: &str) -> Option<(u32, u32, u32)> {
    let (_, end) = said.split_once("Resources: ")?;
    let count = |what: &str| {
        let part = end.split(['\n', '.', ',']).find_map(|part| part.trim().strip_suffix(what))?;
        part.trim().parse::<u32>().ok()
    };
    Some((count("added")?, count("changed")?, count("destroyed")?))
}

#[test]
fn an_apply_is_read_by_its_numbers() {
    let said =
        |counts: &str| format!("Apply complete! Resources: {counts}.\n\nOutputs:\n\nx = \"9 added\"\n");
    assert_eq!(counts(&said("0 added, 10 changed, 0 destroyed")), Some((0, 10, 0)));
    assert_eq!(counts(&said("1 imported, 2 added, 0 changed, 3 destroyed")), Some((2, 0, 3)));
    assert_eq!(counts("Error: nothing was applied"), None);
}
