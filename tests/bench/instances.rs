//! What one connector costs the provider: the calls that Terraform makes for each, a thousand times.
//!
//! The calls go straight to the service, in this process: no gRPC, no Terraform. Time, allocations and bytes
//! are those of the calling thread; the emulated Kibana has a thread of its own. Where valgrind is installed,
//! the instructions of the calls that need no Kibana are counted and compared with `instructions.txt`, which
//! `UPDATE=1` rewrites: they hardly differ from run to run, so even a small loss shows.

use std::cell::Cell;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use kibana_emulator::{Emulator, Options};
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use terraform_provider_kibana::rpc::Service;
use tokio::runtime::{Builder, Runtime};
use tonic::{Request, Response, Status};

use crate::say;

const INSTANCES: usize = 1000;

/// How much more or less than before counts as a change.
const TOLERANCE: f64 = 0.03;

/// Calls that are made for every instance of every plan, and ask nobody.
const BARE: [&str; 4] = ["upgrade", "validate", "plan nothing", "plan update"];

type Failure = Box<dyn Error>;

/// The service, and where it runs.
struct Bench {
    service: Service,
    runtime: Runtime,
}

/// One connector on its way through the calls.
#[derive(Default)]
struct Instance {
    type_name: &'static str,
    json: Vec<u8>,
    state: Option<pb::DynamicValue>,
    config: Option<pb::DynamicValue>,
    changed: Option<pb::DynamicValue>,
    planned: Option<pb::DynamicValue>,
    private: Vec<u8>,
}

pub(crate) fn run() -> Result<(), Failure> {
    say(format!("\nInstances: per call, mean of {INSTANCES}, wide form"))?;
    say(format!("{:<16} {:>10} {:>13} {:>12}", "", "time", "allocations", "bytes"))?;
    let kibana = Kibana::start()?;
    let bench = Bench::new(Some(&kibana.url))?;
    let mut instances = bench.instances(INSTANCES)?;
    for rpc in BARE.into_iter().chain(["plan create", "apply create", "read", "delete"]) {
        measure(rpc, || instances.iter_mut().try_for_each(|one| bench.call(rpc, one)))?;
    }
    instructions()
}

fn measure(rpc: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let (result, time) = (Cell::new(Ok(())), Cell::new(0.0));
    let allocated = allocation_counter::measure(|| {
        let start = Instant::now();
        result.set(work());
        time.set(start.elapsed().as_secs_f64());
    });
    result.into_inner()?;
    let each = |total: u64| total as f64 / INSTANCES as f64;
    let (allocations, bytes) = (each(allocated.count_total), each(allocated.bytes_total));
    let microseconds = time.get() * 1e6 / INSTANCES as f64;
    say(format!("{rpc:<16} {microseconds:>7.1} us {allocations:>13.1} {bytes:>12.0}"))
}

impl Bench {
    fn new(endpoint: Option<&str>) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let bench = Self { service: Service::default(), runtime };
        if let Some(endpoint) = endpoint {
            let json = format!("{{\"endpoint\":\"{endpoint}\",\"api_key\":\"a2V5\"}}").into_bytes();
            let config = Some(pb::DynamicValue { json, msgpack: Vec::new() });
            let request = pb::configure_provider::Request { config, ..Default::default() };
            told(&bench.wait(bench.service.configure_provider(Request::new(request)))?.diagnostics)?;
        }
        Ok(bench)
    }

    fn wait<R>(&self, call: impl Future<Output = Result<Response<R>, Status>>) -> Result<R, Failure> {
        Ok(self.runtime.block_on(call)?.into_inner())
    }

    /// Connectors of four types, with states as state files hold them.
    fn instances(&self, count: usize) -> Result<Vec<Instance>, Failure> {
        (0..count).map(|number| self.instance(number)).collect()
    }

    fn instance(&self, number: usize) -> Result<Instance, Failure> {
        let (kibana_type, block, body) = match number % 4 {
            0 => (".index", "index", format!(r#"{{"index":"logs-{number}","refresh":false}}"#)),
            1 => (
                ".webhook",
                "webhook",
                format!(
                    r#"{{"url":"https://hooks.example.com/{number}","method":"post","has_auth":true,
                "secrets":{{"user":"u","password":"password-{number}"}}}}"#
                ),
            ),
            2 => (
                ".email",
                "email",
                format!(
                    r#"{{"from":"a@example.com","host":"smtp.example.com","port":587,"service":"other","has_auth":true,
                "secrets":{{"user":"u","password":"password-{number}"}}}}"#
                ),
            ),
            _ => (
                ".slack",
                "slack",
                format!(r#"{{"secrets":{{"webhook_url":"https://hooks.slack.com/services/{number}"}}}}"#),
            ),
        };
        let state = |name: &str| {
            format!(
                r#"{{"id":"00000000-0000-4000-8000-{number:012}","space_id":"default","name":"{name}",
                "connector_type_id":"{kibana_type}","is_deprecated":false,"is_missing_secrets":false,
                "is_preconfigured":false,"is_system_action":false,"{block}":{body}}}"#
            )
        };
        let config = |name: &str| format!(r#"{{"name":"{name}","{block}":{body}}}"#);
        let mut instance = Instance { type_name: "kibana_connector", ..Instance::default() };
        let mut read = |json: String| {
            instance.json = json.into_bytes();
            self.call("upgrade", &mut instance)?;
            Ok::<_, Failure>(instance.state.take())
        };
        let (config, changed, state) = (read(config("ops"))?, read(config("changed"))?, read(state("ops"))?);
        Ok(Instance { config, changed, state, ..instance })
    }

    /// One call for one instance. What it answers is kept for the calls that follow.
    fn call(&self, rpc: &str, one: &mut Instance) -> Result<(), Failure> {
        let type_name = one.type_name.to_owned();
        match rpc {
            "upgrade" => {
                let raw_state = Some(pb::RawState { json: one.json.clone(), ..Default::default() });
                let request = pb::upgrade_resource_state::Request { type_name, version: 0, raw_state };
                let answer = self.wait(self.service.upgrade_resource_state(Request::new(request)))?;
                one.state = answer.upgraded_state;
                told(&answer.diagnostics)
            }
            "validate" => {
                let config = one.config.clone();
                let request =
                    pb::validate_resource_config::Request { type_name, config, ..Default::default() };
                told(&self.wait(self.service.validate_resource_config(Request::new(request)))?.diagnostics)
            }
            "plan nothing" => self.plan(one, one.state.clone(), one.config.clone()),
            "plan update" => self.plan(one, one.state.clone(), one.changed.clone()),
            "plan create" => self.plan(one, None, one.config.clone()),
            "apply create" => {
                let request = pb::apply_resource_change::Request {
                    type_name,
                    planned_state: one.planned.clone(),
                    config: one.config.clone(),
                    planned_private: one.private.clone(),
                    ..Default::default()
                };
                self.apply(one, request)
            }
            "read" => {
                let request = pb::read_resource::Request {
                    type_name,
                    current_state: one.state.clone(),
                    private: one.private.clone(),
                    ..Default::default()
                };
                let answer = self.wait(self.service.read_resource(Request::new(request)))?;
                (one.state, one.private) = (answer.new_state, answer.private);
                told(&answer.diagnostics)
            }
            "delete" => {
                let request = pb::apply_resource_change::Request {
                    type_name,
                    prior_state: one.state.clone(),
                    planned_state: Some(pb::DynamicValue { msgpack: vec![0xc0], json: Vec::new() }),
                    config: Some(pb::DynamicValue { msgpack: vec![0xc0], json: Vec::new() }),
                    planned_private: one.private.clone(),
                    ..Default::default()
                };
                self.apply(one, request)
            }
            other => Err(format!("no such call: {other}").into()),
        }
    }

    fn plan(
        &self,
        one: &mut Instance,
        prior_state: Option<pb::DynamicValue>,
        config: Option<pb::DynamicValue>,
    ) -> Result<(), Failure> {
        let request = pb::plan_resource_change::Request {
            type_name: one.type_name.to_owned(),
            prior_state,
            proposed_new_state: config.clone(),
            config,
            ..Default::default()
        };
        let answer = self.wait(self.service.plan_resource_change(Request::new(request)))?;
        (one.planned, one.private) = (answer.planned_state, answer.planned_private);
        told(&answer.diagnostics)
    }

    fn apply(&self, one: &mut Instance, request: pb::apply_resource_change::Request) -> Result<(), Failure> {
        let answer = self.wait(self.service.apply_resource_change(Request::new(request)))?;
        (one.state, one.private) = (answer.new_state, answer.private);
        told(&answer.diagnostics)
    }
}

fn told(diagnostics: &[pb::Diagnostic]) -> Result<(), Failure> {
    match diagnostics.iter().find(|one| one.severity() == pb::diagnostic::Severity::Error) {
        Some(error) => Err(format!("{}: {}", error.summary, error.detail).into()),
        None => Ok(()),
    }
}

/// An emulated Kibana on a thread of its own, for as long as this program runs.
struct Kibana {
    url: String,
}

impl Kibana {
    fn start() -> Result<Self, Failure> {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                if let Ok(kibana) = Emulator::start(Options::default()).await
                    && sender.send(kibana.url()).is_ok()
                {
                    std::future::pending().await
                }
            });
        });
        Ok(Self { url: receiver.recv()? })
    }
}

/// Makes one call so many times and nothing else: what valgrind looks at.
pub(crate) fn bare(rpc: &str, count: usize) -> Result<(), Failure> {
    let bench = Bench::new(None)?;
    let mut instances = bench.instances(4)?;
    (0..count).try_for_each(|number| bench.call(rpc, &mut instances[number % 4]))
}

fn instructions() -> Result<(), Failure> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return say("Instructions are not counted: valgrind is not installed.");
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/instructions.txt");
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    say("\nInstructions per call, and the change against tests/bench/instructions.txt")?;
    let mut text = String::new();
    for rpc in BARE {
        // The difference of two runs has nothing of the start in it.
        let (few, many) = (count_instructions(rpc, 40)?, count_instructions(rpc, 240)?);
        let now = (many.saturating_sub(few)) / 200;
        text.push_str(&format!("{rpc}: {now}\n"));
        let known = before.lines().find_map(|line| line.strip_prefix(rpc)?.strip_prefix(": ")?.parse().ok());
        let change = known.map(|known: f64| now as f64 / known - 1.0);
        let verdict = match change {
            None => "new".to_owned(),
            Some(change) if change > TOLERANCE => format!("{:+.1} % SLOWER", change * 100.0),
            Some(change) if change < -TOLERANCE => format!("{:+.1} % faster", change * 100.0),
            Some(change) => format!("{:+.1} %", change * 100.0),
        };
        say(format!("{rpc:<16} {now:>10} {verdict}"))?;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, text)?;
    }
    Ok(())
}

fn count_instructions(rpc: &str, count: usize) -> Result<u64, Failure> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["instances", "bare", rpc, &count.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    collected.ok_or_else(|| format!("valgrind counted nothing: {text}").into())
}
