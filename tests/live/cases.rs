//! What is run: the example of each connector type and those written by hand, made the run's own.

use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Since};
use terraform_provider_kibana::{catalog, docs};
use uuid::Uuid;

use crate::kibana::Kibana;

/// The first Kibana that the catalog does not know.
const NEWER: (u64, u64) = (10, 0);

/// A configuration and the values of its variables.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) hcl: String,
    pub(crate) variables: Vec<(String, String)>,
    /// Whether the plan after an import must be empty: not where there are secrets, which Kibana does not
    /// return, nor with a Kibana that is newer than the catalog, whose defaults may have changed.
    pub(crate) imports_whole: bool,
    /// Why this Kibana cannot run it.
    pub(crate) left_out: Option<String>,
}

/// Everything that there is to run.
pub(crate) fn all(kibana: &Kibana, mark: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = catalog::TYPES.iter().map(|ty| of_type(ty, kibana, mark)).collect();
    for (file, kinds) in [
        ("examples/quickstart/main.tf", [".email", ".index", ".webhook", ".server-log"].as_slice()),
        ("examples/resources/kibana_connector/resource.tf", &[".email", ".webhook"]),
        ("examples/custom/main.tf", &[".virustotal"]),
    ] {
        cases.push(of_file(file, kinds, kibana, mark));
    }
    cases.extend(specs(kibana, mark));
    cases.extend(data_sources(kibana, mark));
    cases
}

/// The examples of the connectors of Kibana's own catalogue.
fn specs(kibana: &Kibana, mark: &str) -> Vec<Case> {
    let folder = root().join("examples/spec");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<String> = entries
        .flatten()
        .map(|entry| format!("examples/spec/{}/main.tf", entry.file_name().to_string_lossy()))
        .collect();
    files.sort();
    let case = |file: &String| {
        let hcl = read(file);
        let kind = quoted(&hcl, "connector_type_id").unwrap_or_else(|| panic!("{file}: no connector type"));
        let case = of_file(file, &[kind], kibana, mark);
        // What an older one makes of that way to sign in is up to it.
        let needs_ears = hcl.contains("      ears {") && kibana.release() < (9, 6);
        let left_out =
            needs_ears.then(|| "signing in through Elastic's own service is there since 9.6".to_owned());
        let left_out = left_out.or_else(|| {
            (hcl.contains("secrets_wo") && !has_write_only())
                .then(|| "this terraform has no write-only arguments".to_owned())
        });
        Case { left_out: case.left_out.clone().or(left_out), ..case }
    };
    files.iter().map(case).collect()
}

/// The examples of the data sources; the one that looks for connectors gets some of its own to find.
fn data_sources(kibana: &Kibana, mark: &str) -> Vec<Case> {
    let file = |name: &str| format!("examples/data-sources/{name}/data-source.tf");
    let types = of_file(&file("kibana_connector_types"), &[".server-log"], kibana, mark);
    let list = of_file(&file("kibana_connectors"), &[], kibana, mark);
    let one = of_file(&file("kibana_connector"), &[".server-log", ".index"], kibana, mark);
    let found = own(
        "resource \"kibana_connector\" \"log\" {\n  name = \"on-call\"\n\n  server_log {}\n}\n\nresource \
         \"kibana_connector\" \"index\" {\n  name = \"audit\"\n\n  index {\n    index = \"audit\"\n  }\n}\n",
        kibana,
        mark,
    );
    let hcl = one
        .hcl
        .replace("\"on-call\"", "kibana_connector.log.name\n  depends_on = [kibana_connector.log]")
        .replace("\"0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6\"", "kibana_connector.index.id");
    vec![types, list, Case { hcl: format!("{found}{hcl}"), ..one }]
}

/// The text that an argument has in a configuration.
fn quoted<'a>(hcl: &'a str, argument: &str) -> Option<&'a str> {
    let line = hcl.lines().find(|line| line.trim_start().starts_with(argument))?;
    line.split('"').nth(1)
}

/// Whether this terraform keeps write-only arguments out of its state.
fn has_write_only() -> bool {
    let binary = std::env::var("TERRAFORM").unwrap_or_else(|_| "terraform".to_owned());
    let mut asked = std::process::Command::new(&binary);
    // OpenTofu tells of a CLI configuration that is not there before it answers.
    let told = asked.args(["version", "-json"]).env_remove("TF_CLI_CONFIG_FILE").output();
    let told = told.unwrap_or_else(|error| panic!("{binary}: {error}")).stdout;
    let json: serde_json::Value = serde_json::from_slice(&told).unwrap_or_default();
    let version = json["terraform_version"].as_str().unwrap_or_default();
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    let numbers = parts.next().zip(parts.next());
    numbers.unwrap_or_else(|| panic!("{binary} does not tell its version")) >= (1, 11)
}

fn root() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn of_type(ty: &ConnectorType, kibana: &Kibana, mark: &str) -> Case {
    let (hcl, variables) = docs::example(ty.block).unwrap_or_default();
    let mut shown = ty.config.iter().chain(ty.secrets).filter(|field| !field.example.is_empty());
    // A release of which nobody is certain counts, too: here nothing depends on it but a line of the report.
    let is_newer = |since: Since| Since { is_certain: true, ..since }.is_after(kibana.release());
    let newer = shown.find(|field| is_newer(field.since));
    let left_out = if is_newer(Since { release: ty.since, backported: "", is_certain: true }) {
        Some(format!("since {}", ty.since))
    } else if let Some(field) = newer {
        Some(format!("{} of its example is there since {}", field.name, field.since.release))
    } else if ty.block == "inference" && !kibana.is_emulated() {
        Some("Elasticsearch would call the model's service with the example's key".to_owned())
    } else {
        kibana.forbids(ty.kibana_id)
    };
    let imports_whole = ty.secrets.is_empty() && kibana.release() < NEWER;
    Case { name: ty.block.to_owned(), hcl: own(&hcl, kibana, mark), variables, imports_whole, left_out }
}

fn of_file(file: &str, kinds: &[&str], kibana: &Kibana, mark: &str) -> Case {
    let hcl = read(file).replace("\"operations\"", &format!("\"{}\"", kibana.space));
    // Those that are no secret have a default.
    let declared = hcl.split("\nvariable \"").skip(1);
    let secret = declared.filter(|one| one.split("\n}").next().is_some_and(|one| one.contains("sensitive")));
    let names = secret.filter_map(|one| one.split('"').next());
    let variables = names.map(|name| (name.to_owned(), "a-value".to_owned())).collect();
    let left_out = kinds.iter().find_map(|kind| Some(format!("{kind}: {}", kibana.forbids(kind)?)));
    Case { name: file.to_owned(), hcl: own(&hcl, kibana, mark), variables, imports_whole: false, left_out }
}

/// The configuration with names that start with the run's mark, and IDs of the run's own where Kibana takes
/// IDs.
fn own(hcl: &str, kibana: &Kibana, mark: &str) -> String {
    let mut own = String::new();
    let mut in_connector = false;
    for line in hcl.lines() {
        if line.starts_with("resource ") {
            in_connector = true;
            own.push_str(line);
            if kibana.release() >= (8, 8) {
                own.push_str(&format!("\n  id = \"{}\"", Uuid::new_v4()));
            }
        } else if let (true, Some((start, name))) = (in_connector, line.split_once("= \""))
            && start.trim() == "name"
        {
            own.push_str(&format!("  name = \"{mark} {name}"));
            in_connector = false;
        } else {
            own.push_str(line);
        }
        own.push('\n');
    }
    own
}
