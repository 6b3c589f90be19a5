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
    cases
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
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let hcl = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let hcl = hcl.replace("\"operations\"", &format!("\"{}\"", kibana.space));
    let variables = ["smtp_password", "hook_password", "virustotal_api_key"];
    let variables = variables.map(|name| (name.to_owned(), "a-value".to_owned())).to_vec();
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
