//! The places where bytes from outside come in, each as one function that takes any bytes.
//!
//! They go the way that Terraform's calls go: through the provider's service, with a Kibana that answers
//! whatever it is told. What must hold is the same everywhere: no panic, no call without an answer, no time
//! or memory out of proportion. The fuzz targets feed these functions, and so does a test of the provider's
//! own suite (`tests/hostile`), which includes this file; so it uses nothing but the provider's public API.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::time::Duration;

use terraform_provider_kibana::plugin::{Environment, Mode, tls};
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::value::Type;
use tokio::runtime::{Builder, Runtime};
use tonic::Request;

mod kibana;

use kibana::Kibana;

/// A function that takes any bytes, and inputs worth starting from.
pub struct Target {
    /// Its name: the function's, the fuzz target's and the corpus folder's.
    pub name: &'static str,
    /// The function.
    pub run: fn(&[u8]),
    /// Inputs that get past the first check.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target { name: "msgpack", run: msgpack, seeds: msgpack_seeds },
    Target { name: "state_json", run: state_json, seeds: state_json_seeds },
    Target { name: "type_json", run: type_json, seeds: type_json_seeds },
    Target { name: "import", run: import, seeds: import_seeds },
    Target { name: "answer", run: answer, seeds: answer_seeds },
    Target { name: "environment", run: environment, seeds: environment_seeds },
    Target { name: "private_data", run: private_data, seeds: private_data_seeds },
];

/// Writes the seeds of a target into the folder that `FUZZ_SEEDS` names, for a fuzzer that is about to read
/// it.
pub fn write_seeds(name: &str) {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    for (number, seed) in (target.seeds)().iter().enumerate() {
        let path = std::path::Path::new(&folder).join(format!("seed-{number:03}"));
        std::fs::write(path, seed).expect("seeds can be written");
    }
}

const RESOURCE: &str = "kibana_connector";

/// Nothing here waits for anything but a Kibana in this process.
const PATIENCE: Duration = Duration::from_secs(20);

/// The provider, configured for a Kibana of its own.
struct Bench {
    service: Service,
    kibana: Kibana,
    runtime: Runtime,
}

thread_local! {
    static BENCH: OnceCell<Bench> = const { OnceCell::new() };
}

fn with_bench<T>(run: impl FnOnce(&Bench) -> T) -> T {
    BENCH.with(|bench| run(bench.get_or_init(Bench::new)))
}

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let bench = Self { service: Service::default(), kibana: Kibana::start(), runtime };
        bench.kibana.answer(404, "application/json", b"{}");
        let json = format!(
            r#"{{"endpoint":"http://{}","api_key":"a2V5","retry_timeout_seconds":0}}"#,
            bench.kibana.address
        );
        let config = Some(pb::DynamicValue { json: json.into_bytes(), msgpack: Vec::new() });
        let request = pb::configure_provider::Request { config, ..Default::default() };
        let answer = bench.wait(bench.service.configure_provider(Request::new(request)));
        assert_eq!(answer.diagnostics, [], "the provider is configured");
        bench
    }

    /// The answer of a call. None may fail as a call, and none may have panicked.
    fn wait<R>(&self, call: impl Future<Output = Result<tonic::Response<R>, tonic::Status>>) -> R {
        let answer = async { tokio::time::timeout(PATIENCE, call).await };
        let answer = self.runtime.block_on(answer).expect("an answer in time");
        answer.expect("an answer, not a failed call").into_inner()
    }

    fn upgrade(&self, json: &[u8]) -> Option<pb::DynamicValue> {
        let raw_state = Some(pb::RawState { json: json.to_vec(), ..Default::default() });
        let request =
            pb::upgrade_resource_state::Request { type_name: RESOURCE.into(), raw_state, version: 0 };
        let answer = self.wait(self.service.upgrade_resource_state(Request::new(request)));
        judge(&answer.diagnostics);
        answer.upgraded_state
    }

    fn validate(&self, config: &[u8]) {
        let request = pb::validate_resource_config::Request {
            type_name: RESOURCE.into(),
            config: value(config),
            ..Default::default()
        };
        judge(&self.wait(self.service.validate_resource_config(Request::new(request))).diagnostics);
    }

    fn read(&self, state: Option<pb::DynamicValue>, private: &[u8]) -> pb::read_resource::Response {
        let request = pb::read_resource::Request {
            type_name: RESOURCE.into(),
            current_state: state,
            private: private.to_vec(),
            ..Default::default()
        };
        let answer = self.wait(self.service.read_resource(Request::new(request)));
        judge(&answer.diagnostics);
        answer
    }

    fn plan(
        &self,
        prior: Option<pb::DynamicValue>,
        config: Option<pb::DynamicValue>,
        private: &[u8],
    ) -> pb::plan_resource_change::Response {
        let request = pb::plan_resource_change::Request {
            type_name: RESOURCE.into(),
            prior_state: prior,
            proposed_new_state: config.clone(),
            config,
            prior_private: private.to_vec(),
            ..Default::default()
        };
        let answer = self.wait(self.service.plan_resource_change(Request::new(request)));
        judge(&answer.diagnostics);
        answer
    }

    fn apply(
        &self,
        prior: Option<pb::DynamicValue>,
        config: Option<pb::DynamicValue>,
        planned: Option<pb::DynamicValue>,
        private: Vec<u8>,
    ) -> pb::apply_resource_change::Response {
        let request = pb::apply_resource_change::Request {
            type_name: RESOURCE.into(),
            prior_state: prior,
            planned_state: planned,
            config,
            planned_private: private,
            ..Default::default()
        };
        let answer = self.wait(self.service.apply_resource_change(Request::new(request)));
        judge(&answer.diagnostics);
        answer
    }
}

/// A caught panic is told as a diagnostic, and is still a panic.
fn judge(diagnostics: &[pb::Diagnostic]) {
    for one in diagnostics {
        assert_ne!(one.summary, "The provider failed", "{}", one.detail);
    }
}

fn value(msgpack: &[u8]) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: msgpack.to_vec(), json: Vec::new() })
}

fn has_errors(diagnostics: &[pb::Diagnostic]) -> bool {
    diagnostics.iter().any(|one| one.severity() == pb::diagnostic::Severity::Error)
}

/// The first byte and the others.
fn split(bytes: &[u8]) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest))
}

/// Connectors whose shapes differ: texts, numbers, nested blocks, lists, maps, JSON, dynamic values.
const STATES: [&str; 5] = [
    r#"{"id":"c","space_id":"default","name":"c","connector_type_id":".webhook","is_deprecated":false,
        "is_missing_secrets":false,"is_preconfigured":false,"is_system_action":false,
        "webhook":{"url":"https://a.example","headers":{"a":"b"},"secrets":{"user":"u","password":"p"}}}"#,
    r#"{"id":"c","space_id":"ops","name":"c","connector_type_id":".email",
        "email":{"from":"a@example.com","host":"smtp.example.com","port":587,"secure":true}}"#,
    r#"{"id":"c","space_id":"default","name":"c","connector_type_id":".slack_api",
        "slack_api":{"allowed_channels":[{"id":"1","name":"a"},{"name":"b"}],"secrets":{"token":"t"}}}"#,
    r#"{"id":"c","space_id":"default","name":"c","connector_type_id":".future",
        "custom":{"connector_type_id":".future","config_json":"{\"a\":[1,{\"b\":null}]}"}}"#,
    r#"{"id":"c","space_id":"default","name":"c","connector_type_id":".inference",
        "inference":{"provider":"openai","task_type":"completion","inference_id":"i",
        "provider_config":{"type":["object",{"n":"number"}],"value":{"n":1.5}}}}"#,
];

/// Values as Terraform sends them. The first byte says where the value stands.
pub fn msgpack(bytes: &[u8]) {
    let (place, bytes) = split(bytes);
    with_bench(|bench| match place % 4 {
        0 => bench.validate(bytes),
        1 => drop(bench.plan(None, value(bytes), &[])),
        2 => drop(bench.plan(value(bytes), bench.upgrade(STATES[0].as_bytes()), &[])),
        _ => {
            let request = pb::validate_provider_config::Request { config: value(bytes) };
            let answer = bench.wait(bench.service.validate_provider_config(Request::new(request)));
            judge(&answer.diagnostics);
        }
    });
}

fn msgpack_seeds() -> Vec<Vec<u8>> {
    let states = with_bench(|bench| STATES.map(|state| bench.upgrade(state.as_bytes())));
    let values = states.into_iter().flatten().map(|state| state.msgpack);
    values.flat_map(|value| (0..4).map(move |place| [&[place], value.as_slice()].concat())).collect()
}

/// State as a state file holds it, and what follows from what was read of it.
pub fn state_json(bytes: &[u8]) {
    with_bench(|bench| {
        let Some(state) = bench.upgrade(bytes) else { return };
        bench.kibana.answer(200, "application/json", CONNECTOR.as_bytes());
        let read = bench.read(Some(state.clone()), &[]);
        // What was read of any state is a state.
        if !has_errors(&read.diagnostics) {
            drop(bench.plan(read.new_state, Some(state), &read.private));
        }
    });
}

fn state_json_seeds() -> Vec<Vec<u8>> {
    STATES.map(|state| state.as_bytes().to_vec()).to_vec()
}

/// Types as they stand beside dynamic values.
pub fn type_json(bytes: &[u8]) {
    if let Ok(read) = Type::parse(bytes) {
        assert_eq!(Type::from_json(&read.to_json()).as_ref(), Ok(&read), "what was written is read again");
    }
}

fn type_json_seeds() -> Vec<Vec<u8>> {
    [
        r#""string""#,
        r#"["list",["map","number"]]"#,
        r#"["object",{"a":"bool","b":["tuple",["dynamic",["set","string"]]]}]"#,
        r#"["object",{"a":"bool"},["a"]]"#,
    ]
    .map(|json| json.as_bytes().to_vec())
    .to_vec()
}

/// Import IDs, and identities where the first byte is odd.
pub fn import(bytes: &[u8]) {
    let (form, bytes) = split(bytes);
    with_bench(|bench| {
        bench.kibana.answer(200, "application/json", CONNECTOR.as_bytes());
        let mut request =
            pb::import_resource_state::Request { type_name: RESOURCE.into(), ..Default::default() };
        if form % 2 == 0 {
            request.id = String::from_utf8_lossy(bytes).into_owned();
        } else {
            request.identity = Some(pb::ResourceIdentityData { identity_data: value(bytes) });
        }
        let answer = bench.wait(bench.service.import_resource_state(Request::new(request)));
        judge(&answer.diagnostics);
        for imported in answer.imported_resources {
            drop(bench.read(imported.state, &imported.private));
        }
    });
}

fn import_seeds() -> Vec<Vec<u8>> {
    // {"id": "c", "space_id": "ops"}, and the same with a null.
    let identity = b"\x01\x82\xa2id\xa1c\xa8space_id\xa3ops";
    let without_space = b"\x01\x82\xa2id\xa1c\xa8space_id\xc0";
    let ids: [&[u8]; 6] = [
        b"\0c",
        b"\0ops/c",
        b"\0ops/c/d",
        b"\0\xc3\xa9 %2F",
        b"\x000ffb6a5c-9d1c-4c3e-8a39-aa6a0ba4d1ce",
        b"\0/",
    ];
    ids.into_iter().chain([&identity[..], &without_space[..]]).map(<[u8]>::to_vec).collect()
}

const CONNECTOR: &str = r#"{"id":"c","name":"c","connector_type_id":".webhook","is_preconfigured":false,
    "is_deprecated":false,"is_missing_secrets":false,"is_system_action":false,
    "config":{"url":"https://a.example","method":"post","hasAuth":true,"headers":{"a":"b"}}}"#;

/// Statuses after which nothing is waited for: repetitions have their own tests.
const STATUSES: [u16; 8] = [200, 201, 204, 301, 400, 403, 404, 500];

const CONTENT_TYPES: [&str; 4] =
    ["application/json; charset=utf-8", "text/html", "text/plain", "application/octet-stream"];

/// What Kibana, or something in front of it, answers: status, content type and the operation in the first
/// byte, then the body.
pub fn answer(bytes: &[u8]) {
    let (form, body) = split(bytes);
    let status = STATUSES[usize::from(form & 7)];
    let content_type = CONTENT_TYPES[usize::from(form >> 3 & 3)];
    let state = STATES[body.len() % STATES.len()].as_bytes();
    with_bench(|bench| {
        let config = bench.upgrade(state);
        bench.kibana.answer(status, content_type, body);
        match form >> 5 & 3 {
            0 => drop(bench.read(config, &[])),
            1 => import(b"\0ops/c"),
            prior => {
                let prior = if prior == 2 { None } else { bench.upgrade(STATES[0].as_bytes()) };
                let plan = bench.plan(prior.clone(), config.clone(), &[]);
                if !has_errors(&plan.diagnostics) {
                    drop(bench.apply(prior, config, plan.planned_state, plan.planned_private));
                }
            }
        }
    });
}

fn answer_seeds() -> Vec<Vec<u8>> {
    let bodies = [
        CONNECTOR,
        r#"{"statusCode":404,"error":"Not Found","message":"Saved object [action/c] not found"}"#,
        r#"{"statusCode":400,"error":"Bad Request","message":"error validating action type config: [url]: x"}"#,
        "<!DOCTYPE html><html><head><title>Log in</title></head></html>",
        r#"{"id":"c","name":"c","connector_type_id":".slack_api","config":{"allowedChannels":[{"id":"1","name":"a"}],"new":{"a":[1]}}}"#,
        r#"{"id":"c","name":"c","connector_type_id":".inference","config":{"provider":"x","taskType":"y","inferenceId":"i","providerConfig":{"a":1e400}}}"#,
        "",
    ];
    let forms = [0, 3, 4, 6, 7, 32, 38, 64, 68, 96, 100];
    let seed = |body: &str, form: u8| [&[form], body.as_bytes()].concat();
    bodies.iter().flat_map(|body| forms.map(|form| seed(body, form))).collect()
}

/// What a host puts into the environment: lines of `NAME=VALUE`, beside the cookie that every host sends.
pub fn environment(bytes: &[u8]) {
    const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
    let lines = || bytes.split(|byte| *byte == b'\n');
    let get = |name: &str| -> Option<OsString> {
        let found = lines().find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
        match found {
            // What follows a certificate belongs to it.
            Some(_) if name == "PLUGIN_CLIENT_CERT" => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.split_once("PLUGIN_CLIENT_CERT=").map(|(_, certificate)| certificate.into())
            }
            Some(value) => Some(os_string(value)),
            None => (name == "TF_PLUGIN_MAGIC_COOKIE").then(|| COOKIE.into()),
        }
    };
    if let Ok(environment) = Environment::read(Mode::Plugin, get)
        && let Some(certificate) = environment.client_certificate
    {
        drop(tls::ServerIdentity::for_client(&certificate));
    }
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn environment_seeds() -> Vec<Vec<u8>> {
    [
        "PLUGIN_PROTOCOL_VERSIONS=5,6\nPLUGIN_MIN_PORT=10000\nPLUGIN_MAX_PORT=25000\nTMPDIR=/tmp",
        "PLUGIN_MULTIPLEX_GRPC=true\nPLUGIN_UNIX_SOCKET_DIR=/run\nPLUGIN_UNIX_SOCKET_GROUP=0",
        "PLUGIN_CLIENT_CERT=-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "TF_PLUGIN_MAGIC_COOKIE=x",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// What lies beside a state, through a read, a plan and an update.
pub fn private_data(bytes: &[u8]) {
    let (form, private) = split(bytes);
    let state = STATES[usize::from(form) % STATES.len()];
    with_bench(|bench| {
        let state = bench.upgrade(state.as_bytes());
        bench.kibana.answer(200, "application/json", CONNECTOR.as_bytes());
        let read = bench.read(state.clone(), private);
        drop(bench.plan(read.new_state, bench.upgrade(STATES[0].as_bytes()), &read.private));
        let other = STATES[0].replace("\"name\":\"c\"", "\"name\":\"d\"");
        let (prior, config) = (bench.upgrade(STATES[0].as_bytes()), bench.upgrade(other.as_bytes()));
        let plan = bench.plan(prior.clone(), config.clone(), private);
        if !has_errors(&plan.diagnostics) {
            drop(bench.apply(prior, config, plan.planned_state, plan.planned_private));
        }
    });
}

fn private_data_seeds() -> Vec<Vec<u8>> {
    // As the provider itself writes them: after a read with a key that no table knows, and after a create.
    let answered = CONNECTOR.replace("\"method\"", "\"newKey\":{\"a\":1},\"method\"");
    let written = with_bench(|bench| {
        bench.kibana.answer(200, "application/json", answered.as_bytes());
        let config = bench.upgrade(STATES[0].as_bytes());
        let read = bench.read(config.clone(), &[]).private;
        let plan = bench.plan(None, config.clone(), &[]);
        let planned = plan.planned_private.clone();
        [read, planned, bench.apply(None, config, plan.planned_state, plan.planned_private).private]
    });
    let foreign: [&[u8]; 3] = [b"", b"{}", b"{\"schema_version\":\"1\"}"];
    let all = written.into_iter().chain(foreign.map(<[u8]>::to_vec));
    all.map(|private| [&[0], private.as_slice()].concat()).collect()
}
