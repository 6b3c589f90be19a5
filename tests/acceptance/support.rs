//! The real terraform in a fresh folder, with the provider that was just built and a Kibana of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) use kibana_emulator::{
    Answer, Chance, Connector, Did, Fault, Hold, License, Matcher, Options, Recorded, Release, Settings,
    Space, Tls, Write,
};
use kibana_emulator::{Auth, Emulator, Preconfigured};
use serde_json::Value as Json;

/// The credentials that the emulator takes and the folder's environment holds.
pub(crate) const API_KEY: &str = "dGVzdDphLWtleS1mb3ItdGVzdHM=";

/// A folder with a configuration, and the Kibana that it talks to.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    pub(crate) kibana: Emulator,
}

/// The provider that was just built, or the program that `PROVIDER` names: a build for another machine,
/// behind a script that starts it here.
pub(crate) fn provider() -> PathBuf {
    std::env::var_os("PROVIDER")
        .unwrap_or_else(|| env!("CARGO_BIN_EXE_terraform-provider-kibana").into())
        .into()
}

/// The seeds that a test of chances runs with: three, or as many as `SEEDS` asks for.
pub(crate) fn seeds() -> std::ops::RangeInclusive<u64> {
    1..=std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3)
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    /// A folder with a Kibana of the current release.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// A folder with a Kibana of this release.
    pub(crate) async fn of(release: Release) -> Self {
        Self::with(Options { release, ..Options::default() }).await
    }

    /// A folder with a Kibana that has these spaces beside `default`.
    pub(crate) async fn with_spaces(spaces: &[&str]) -> Self {
        let spaces = spaces.iter().map(|id| Space::new(*id)).collect();
        Self::with(Options { spaces, ..Options::default() }).await
    }

    /// A folder with a Kibana whose configuration file has this connector.
    pub(crate) async fn with_preconfigured(id: &str, connector_type_id: &str) -> Self {
        let one = Preconfigured {
            id: id.to_owned(),
            name: id.to_owned(),
            connector_type_id: connector_type_id.to_owned(),
            exposed_config: None,
        };
        Self::with(Options { preconfigured: vec![one], ..Options::default() }).await
    }

    /// A folder with a Kibana of these options. It takes one API key and no other credentials.
    pub(crate) async fn with(options: Options) -> Self {
        let options = Options { auth: Auth::accept(format!("ApiKey {API_KEY}")), ..options };
        let kibana = Emulator::start(options).await.expect("the emulator starts");
        let folder = tempfile::tempdir().expect("a folder for terraform");
        // The override takes the place of an installed provider, so nothing has to be initialized.
        let binaries = provider().parent().expect("the program is in a folder").display().to_string();
        // HCL takes a backslash for an escape, and Windows takes slashes.
        let binaries = binaries.replace('\\', "/");
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{ \"kibana-rs/kibana\" = \"{binaries}\" }}\n  direct {{}}\n}}\n"
        );
        std::fs::write(folder.path().join("cli.tfrc"), settings).expect("the settings can be written");
        let environment = vec![
            ("TF_CLI_CONFIG_FILE".to_owned(), folder.path().join("cli.tfrc").display().to_string()),
            ("KIBANA_ENDPOINT".to_owned(), kibana.url()),
            ("KIBANA_API_KEY".to_owned(), API_KEY.to_owned()),
        ];
        Self { folder, environment, kibana }
    }

    /// Sets a variable for the commands that follow.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.retain(|(key, _)| key != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a variable for the commands that follow.
    pub(crate) fn unset(&mut self, name: &str) -> &mut Self {
        self.environment.retain(|(key, _)| key != name);
        self
    }

    /// Where the configuration is.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Writes the configuration: a header that names the provider, and this. Without a provider block of its
    /// own, no plan asks anything, so that the tests see the requests that they are about.
    pub(crate) fn write(&self, hcl: &str) -> &Self {
        let header =
            "terraform {\n  required_providers {\n    kibana = { source = \"kibana-rs/kibana\" }\n  }\n}\n";
        let asks_nothing = "provider \"kibana\" {\n  preflight = false\n}\n";
        let provider = if hcl.contains("provider \"kibana\"") { "" } else { asks_nothing };
        std::fs::write(self.path("main.tf"), format!("{header}{provider}{hcl}"))
            .expect("the configuration can be written");
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var("TERRAFORM").unwrap_or_else(|_| "terraform".to_owned());
        self.command_of(&binary, arguments)
    }

    fn command_of(&self, binary: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars() {
            let lower = name.to_lowercase();
            if name.starts_with("TF_") || name.starts_with("KIBANA_") || lower.ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1");
        command
    }

    /// Whether write-only arguments are known.
    pub(crate) fn has_write_only(&self) -> bool {
        self.has("write-only arguments", (1, 11), Some((1, 11)))
    }

    /// Whether this is OpenTofu.
    pub(crate) fn is_opentofu(&self) -> bool {
        self.terraform(&["version"]).succeeds().stdout.starts_with("OpenTofu")
    }

    /// Whether the plan that an apply makes once more can be told from one of its own: no release of OpenTofu
    /// since 1.11.4 says so, and builds before a release of Terraform may say the same of every plan.
    pub(crate) fn tells_an_apply(&self) -> bool {
        !self.is_opentofu()
            && !self.terraform(&["version"]).stdout.lines().next().unwrap_or_default().contains('-')
    }

    /// The first two numbers of the version.
    pub(crate) fn version(&self) -> (u32, u32) {
        let told = self.terraform(&["version", "-json"]);
        let version = serde_json::from_str::<Json>(&told.stdout).ok();
        let version = version.as_ref().and_then(|json| numbers(json["terraform_version"].as_str()?));
        // A version of nothing would leave tests out that nobody misses.
        version.unwrap_or_else(|| panic!("this Terraform does not tell its version: {told:?}"))
    }

    /// Whether this is a Terraform (none for OpenTofu: not with any), or an OpenTofu, of at least these
    /// versions. Where it is not, one line says that the rest of the test was left out, past the harness,
    /// which shows only failures.
    pub(crate) fn has(&self, what: &str, terraform: (u32, u32), opentofu: Option<(u32, u32)>) -> bool {
        let (needed, name) =
            if self.is_opentofu() { (opentofu, "OpenTofu") } else { (Some(terraform), "Terraform") };
        let version = self.version();
        let has = needed.is_some_and(|needed| version >= needed);
        if !has {
            let wanted = needed.map_or("no version of it has".to_owned(), |(a, b)| format!("{a}.{b} has"));
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            let line = format!(
                "left out: {test}: {what}, which {name} {}.{} lacks ({wanted})\n",
                version.0, version.1
            );
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
        }
        has
    }

    /// Whether `import` blocks are known.
    pub(crate) fn has_import_blocks(&self) -> bool {
        self.has("import blocks", (1, 5), Some((1, 6)))
    }

    /// Runs the provider's binary, as a person does.
    pub(crate) fn provider(&self, arguments: &[&str]) -> Run {
        run(&mut self.command_of(provider(), arguments))
    }

    /// Starts the provider's binary with pipes, as a person does who debugs it.
    pub(crate) fn spawn_provider(&self, arguments: &[&str]) -> Child {
        let mut command = self.command_of(provider(), arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the provider starts")
    }

    /// Starts terraform with pipes.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("terraform starts")
    }

    /// Starts terraform with pipes, in a process group of its own.
    #[cfg(unix)]
    pub(crate) fn spawn_group(&self, arguments: &[&str]) -> Child {
        use std::os::unix::process::CommandExt as _;
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        command.spawn().expect("terraform starts")
    }

    /// Runs terraform.
    pub(crate) fn terraform(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// Applies, which must succeed.
    #[track_caller]
    pub(crate) fn apply(&self) -> Run {
        self.terraform(&["apply", "-auto-approve", "-no-color", "-input=false"]).succeeds()
    }

    /// Applies, which must fail.
    #[track_caller]
    pub(crate) fn apply_fails(&self) -> Run {
        self.terraform(&["apply", "-auto-approve", "-no-color", "-input=false"]).fails()
    }

    /// Plans, whatever comes of it.
    pub(crate) fn plan(&self) -> Run {
        self.terraform(&["plan", "-no-color", "-input=false", "-detailed-exitcode"])
    }

    /// Plans, which must change nothing.
    #[track_caller]
    pub(crate) fn plans_nothing(&self) -> Run {
        let run = self.plan();
        assert_eq!(run.code, 0, "the plan is not empty:\n{}{}", run.stdout, run.stderr);
        run
    }

    /// Plans, which must change something.
    #[track_caller]
    pub(crate) fn plans_changes(&self) -> Run {
        let run = self.plan();
        assert_eq!(run.code, 2, "no changes are planned:\n{}{}", run.stdout, run.stderr);
        run
    }

    /// The attributes of a resource in state, by its address.
    #[track_caller]
    pub(crate) fn state(&self, address: &str) -> Json {
        let shown = self.terraform(&["show", "-json"]).succeeds();
        let json: Json = serde_json::from_str(&shown.stdout).expect("a state is JSON");
        let resources = json["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.into_iter().find(|resource| resource["address"] == address);
        found.map(|resource| resource["values"].clone()).unwrap_or(Json::Null)
    }

    /// The ids of all connectors in the state file. A file that a kill has cut holds none.
    pub(crate) fn ids_in_state(&self) -> BTreeSet<String> {
        let state: Json = serde_json::from_str(&self.state_file()).unwrap_or_default();
        let resources = state["resources"].as_array().into_iter().flatten();
        let instances = resources.filter_map(|resource| resource["instances"].as_array()).flatten();
        instances.filter_map(|one| one["attributes"]["id"].as_str()).map(str::to_owned).collect()
    }

    /// The state file as it is.
    pub(crate) fn state_file(&self) -> String {
        std::fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default()
    }

    /// The address of Kibana.
    pub(crate) fn kibana_url(&self) -> String {
        self.kibana.url()
    }

    /// What Kibana was asked, in order.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.kibana.requests()
    }

    /// Forgets what Kibana was asked.
    pub(crate) fn clear_requests(&self) {
        self.kibana.clear_requests();
    }

    /// The bodies that Kibana got with this method, in order.
    pub(crate) fn bodies(&self, method: &str) -> Vec<Json> {
        let requests = self.requests().into_iter();
        requests.filter(|request| request.method == method).filter_map(|request| request.body).collect()
    }

    /// How often Kibana was asked with this method.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.requests().iter().filter(|request| request.method == method).count()
    }

    /// All connectors that Kibana holds.
    pub(crate) fn connectors(&self) -> Vec<Connector> {
        self.kibana.connectors()
    }

    /// The config that Kibana holds of a connector.
    #[track_caller]
    pub(crate) fn config(&self, id: &str) -> Json {
        let stored = self.connectors().into_iter().find(|stored| stored.id == id);
        Json::Object(stored.expect("such a connector").config)
    }

    /// Changes a connector in Kibana.
    #[track_caller]
    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Connector)) {
        let space = self.connectors().into_iter().find(|connector| connector.id == id).map(|c| c.space);
        assert!(self.kibana.edit(&space.expect("such a connector"), id, change));
    }

    /// Changes one key of a connector's config in Kibana.
    #[track_caller]
    pub(crate) fn change_config(&self, id: &str, key: &str, value: Json) {
        self.change(id, |connector| drop(connector.config.insert(key.to_owned(), value)));
    }

    /// Has Kibana show exactly this config of every connector, whatever it stores.
    pub(crate) fn show_config(&self, config: &Json) {
        self.kibana.show_config("*", config.as_object().cloned().unwrap_or_default());
    }

    /// Puts a connector named `c` into Kibana.
    pub(crate) fn put(&self, space: &str, id: &str, connector_type_id: &str, config: Json) {
        self.kibana.put_raw(
            space,
            Connector {
                id: id.to_owned(),
                space: space.to_owned(),
                name: "c".to_owned(),
                connector_type_id: connector_type_id.to_owned(),
                config: config.as_object().cloned().unwrap_or_default(),
                secrets: serde_json::Map::new(),
                is_missing_secrets: false,
                auth_mode: None,
            },
        );
    }

    /// Removes a connector from Kibana.
    #[track_caller]
    pub(crate) fn remove(&self, id: &str) {
        self.kibana.remove("default", id).expect("such a connector");
    }

    /// Makes the next request with this method fail.
    pub(crate) fn fail(&self, method: &str, fault: Fault) {
        self.kibana.fail(fault.on(method, "*"));
    }
}

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    Some((parts.next()??, parts.next()??))
}

#[test]
fn a_version_is_told_or_it_is_none() {
    for (text, expected) in [
        ("1.11.4", Some((1, 11))),
        ("1.17.0-dev", Some((1, 17))),
        ("1.12", Some((1, 12))),
        ("1", None),
        ("", None),
        ("v1.11", None),
    ] {
        assert_eq!(numbers(text), expected, "{text:?}");
    }
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "{command:?} could not be run: {error}. Install Terraform \
             (https://developer.hashicorp.com/terraform/install) or set TERRAFORM to a binary."
        )
    });
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// An answer of Kibana's in its error form.
pub(crate) fn status(status: u16, message: &str) -> Fault {
    Fault::status(status, message)
}

/// An answer of something else: a page.
pub(crate) fn page(status: u16, html: &str) -> Fault {
    Fault::answer(Answer::html(status, html))
}

impl Run {
    /// It must have succeeded.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "it failed:\n{}{}", self.stdout, self.stderr);
        self
    }

    /// It must have failed.
    #[track_caller]
    pub(crate) fn fails(self) -> Self {
        assert_ne!(self.code, 0, "it succeeded:\n{}{}", self.stdout, self.stderr);
        self
    }

    /// What was said, on one line, without Terraform's frames and line breaks.
    pub(crate) fn said(&self) -> String {
        let all = format!("{}\n{}", self.stdout, self.stderr).replace(['│', '╷', '╵'], " ");
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// It must have said this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.said().contains(text), "it did not say {text:?}:\n{}{}", self.stdout, self.stderr);
        self
    }

    /// It must not have said this.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        assert!(!self.said().contains(text), "it said {text:?}:\n{}{}", self.stdout, self.stderr);
        self
    }
}
