//! Two hundred connectors are created, changed and destroyed while a third of all requests fails in every way
//! that the emulator knows. One apply without faults later state and Kibana agree, and nothing exists twice.
//!
//! `make chaos SEEDS=20` runs more seeds than the suite does; a seed draws the same faults again.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Did, Fault, Recorded, Workspace, Write, seeds};

/// Mixed types, wide and narrow, with and without secrets. Each gets as many instances as `CONNECTORS` asks
/// for.
const KINDS: &[(&str, &str)] = &[
    ("kibana_connector", "index { index = \"i\" }"),
    ("kibana_connector_server_log", "server_log {}"),
    ("kibana_connector_index", "index { index = \"i\" }"),
    (
        "kibana_connector_webhook",
        "webhook {\n    url = \"https://hooks.example.com\"\n    secrets {\n      user     = \"u\"\n      password = \"p\"\n    }\n  }",
    ),
    ("kibana_connector_slack", "slack {\n    secrets { webhook_url = \"https://hooks.example.com/x\" }\n  }"),
    (
        "kibana_connector_email",
        "email {\n    from     = \"a@example.com\"\n    host     = \"smtp.example.com\"\n    port     = 25\n    has_auth = false\n  }",
    ),
    (
        "kibana_connector_genai_openai",
        "genai_openai {\n    api_url = \"https://ai.example.com\"\n    secrets { api_key = \"k\" }\n  }",
    ),
    (
        "kibana_connector_inference",
        "inference {\n    provider     = \"openai\"\n    task_type    = \"completion\"\n    inference_id = \"endpoint-${count.index}\"\n  }",
    ),
];

const CONNECTORS: usize = 200;

/// Percent of the requests.
const FAILING: u32 = 33;

fn configuration() -> String {
    let mut hcl =
        "provider \"kibana\" {\n  retry_timeout_seconds = 5\n}\n\nvariable \"round\" {}\n".to_owned();
    for (number, (resource, block)) in KINDS.iter().enumerate() {
        let count = CONNECTORS / KINDS.len();
        let name = format!("{number}-${{count.index}}-${{var.round}}");
        hcl.push_str(&format!(
            "\nresource \"{resource}\" \"c\" {{\n  count = {count}\n  name  = \"{name}\"\n  {block}\n}}\n"
        ));
    }
    hcl
}

struct Chaos {
    workspace: Workspace,
    seed: u64,
}

impl Chaos {
    async fn new(seed: u64) -> Self {
        let workspace = Workspace::new().await;
        workspace.write(&configuration());
        Self { workspace, seed }
    }

    /// Runs a command while a third of all requests fails. It may fail, too, but it ends in its own words.
    async fn suffer(&self, arguments: &[&str]) {
        self.workspace.kibana.fail(Fault::one_of(Fault::all(), self.seed).share(FAILING, self.seed).always());
        let run = self.workspace.terraform(arguments);
        self.workspace.kibana.clear_faults();
        self.workspace.kibana.idle().await;
        assert!(run.code == 0 || run.stderr.contains("Error: "), "seed {}: {run:?}", self.seed);
        for crash in ["panicked", "Plugin did not respond", "Provider produced", "bug in the provider"] {
            assert!(!run.said().contains(crash), "seed {}:\n{}", self.seed, run.said());
        }
    }

    /// Runs it once more, without faults, which must succeed.
    #[track_caller]
    fn recover(&self, arguments: &[&str]) {
        let lost = self.lost();
        let run = self.workspace.terraform(arguments);
        assert_eq!(run.code, 0, "seed {}: {lost:#?}\n{}{}", self.seed, run.stdout, run.stderr);
    }

    /// What was said about each connector that Kibana holds and state does not know.
    fn lost(&self) -> Vec<String> {
        let known = self.workspace.ids_in_state();
        let held = self.workspace.connectors().into_iter().map(|connector| connector.id);
        held.filter(|id| !known.contains(id)).map(|id| self.history(&id)).collect()
    }

    /// What was asked about a connector, and with which status it was answered.
    fn history(&self, id: &str) -> String {
        let requests = self.workspace.requests().into_iter().filter(|request| request.path.ends_with(id));
        let told = requests.map(|request| match request.status {
            Some(status) => format!("{} {status}", request.method),
            None => format!("{} cut", request.method),
        });
        format!("{id}: {}", told.collect::<Vec<_>>().join(", "))
    }

    /// State and Kibana agree one to one, and nothing exists twice.
    #[track_caller]
    fn agrees(&self, round: &str, count: usize) {
        let seed = self.seed;
        let connectors = self.workspace.connectors();
        let held: BTreeSet<String> = connectors.iter().map(|connector| connector.id.clone()).collect();
        assert_eq!(self.workspace.ids_in_state(), held, "seed {seed}: state and Kibana differ");
        let names: BTreeSet<&str> = connectors.iter().map(|connector| connector.name.as_str()).collect();
        assert_eq!((names.len(), connectors.len()), (count, count), "seed {seed}: something exists twice");
        assert!(names.iter().all(|name| name.ends_with(round)), "seed {seed}: {names:?}");
        let needless = needless(&self.workspace.requests(), &self.workspace.kibana.journal());
        let needless: Vec<String> = needless.iter().map(|id| self.history(id)).collect();
        assert!(needless.is_empty(), "seed {seed}: a look would have avoided creates: {needless:#?}");
    }
}

/// The connectors for which a create was sent though they were there already.
fn needless(requests: &[Recorded], journal: &[Write]) -> Vec<String> {
    let mut lives: BTreeMap<&str, Vec<&Write>> = BTreeMap::new();
    for write in journal {
        lives.entry(&write.id).or_default().push(write);
    }
    let is_there = |id: &str, number: u64| {
        let before = lives.get(id)?.iter().rfind(|write| write.request < number)?;
        Some(before.did != Did::Deleted)
    };
    requests
        .iter()
        .filter(|request| request.method == "POST")
        .filter_map(|request| {
            let id = request.path.rsplit('/').next()?;
            is_there(id, request.number)?.then(|| id.to_owned())
        })
        .collect()
}

async fn survives(seed: u64) {
    let chaos = Chaos::new(seed).await;
    let arguments = |command: &'static str, round: &'static str| {
        [command, "-auto-approve", "-no-color", "-input=false", round]
    };
    let (first, second) = ("-var=round=first", "-var=round=second");
    for (round, count) in [(first, CONNECTORS), (second, CONNECTORS)] {
        chaos.suffer(&arguments("apply", round)).await;
        chaos.recover(&arguments("apply", round));
        chaos.agrees(&round["-var=round=".len()..], count);
        let plan = ["plan", "-no-color", "-input=false", "-detailed-exitcode", round];
        assert_eq!(chaos.workspace.terraform(&plan).code, 0, "seed {seed}: the plan is not empty");
    }
    chaos.suffer(&arguments("destroy", second)).await;
    chaos.recover(&arguments("destroy", second));
    chaos.agrees("second", 0);
    assert!(chaos.workspace.kibana.inference_endpoints().is_empty(), "seed {seed}: endpoints are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_while_a_third_of_all_requests_fails() {
    for seed in seeds() {
        survives(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_leave_each_other_alone() {
    let one = Workspace::new().await;
    let mut two = Workspace::new().await;
    two.set("KIBANA_ENDPOINT", &one.kibana_url());
    let hcl = "provider \"kibana\" {\n  retry_timeout_seconds = 20\n}\n\
               resource \"kibana_connector_server_log\" \"c\" {\n  count = 30\n  name  = \"c-${count.index}\"\n  server_log {}\n}\n";
    one.write(hcl);
    two.write(hcl);
    one.kibana.fail(Fault::cut_after_write().on("POST", "*").share(FAILING, 1).always());
    let apply = ["apply", "-auto-approve", "-no-color", "-input=false"];
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| two.terraform(&apply));
        (one.terraform(&apply), other.join().expect("it ends"))
    });
    first.succeeds();
    second.succeeds();
    let (first, second) = (one.ids_in_state(), two.ids_in_state());
    assert_eq!((first.len(), second.len(), first.intersection(&second).count()), (30, 30, 0));
    let held: BTreeSet<String> = one.connectors().into_iter().map(|connector| connector.id).collect();
    assert_eq!(&first | &second, held);
    one.kibana.clear_faults();
    one.plans_nothing();
    two.plans_nothing();
}
