//! Ends that nobody planned: Ctrl-C and SIGTERM in a slow apply, and a provider or a Terraform that is
//! killed. Every connector that Kibana took is in state, or is named in the log where only a killed process
//! can have lost it. `make chaos SEEDS=20` kills at more moments than the suite does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Chance, Fault, Hold, Matcher, Workspace, seeds};

const APPLY: &[&str] = &["apply", "-auto-approve", "-no-color", "-input=false"];

const COUNT: usize = 40;

/// So many operations Terraform runs at a time.
const AT_ONCE: u32 = 10;

/// The moments of the kills: after how many writes that Kibana answered, one for each seed. [`AT_ONCE`] more
/// are left to be on their way.
fn moments() -> impl Iterator<Item = u32> {
    let last = COUNT - usize::try_from(AT_ONCE).expect("a small number");
    seeds().map(move |seed| u32::try_from(Chance::new(seed).below(last)).expect("a small number"))
}

/// What is not there after this will not come any more.
const PATIENCE: Duration = Duration::from_secs(60);

fn hooks() -> String {
    format!(
        "resource \"kibana_connector_webhook\" \"c\" {{\n  count = {COUNT}\n  name  = \"c-${{count.index}}\"\n  \
         webhook {{ url = \"https://a.example\" }}\n}}\n"
    )
}

fn held(workspace: &Workspace) -> BTreeSet<String> {
    workspace.connectors().into_iter().map(|connector| connector.id).collect()
}

fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(i32::try_from(process).expect("a process number"));
    kill(process, signal).expect("the process is there");
}

/// An apply whose creates are held from the given one on, once the first of these has arrived; and their ids.
async fn apply_until(workspace: &Workspace, let_through: u32) -> (Child, Hold) {
    run_until(workspace, APPLY, "POST", (let_through, 1)).await
}

/// A command whose writes with this method are held after so many that are let through, once so many of them
/// have arrived.
async fn run_until(
    workspace: &Workspace,
    arguments: &[&str],
    method: &str,
    (let_through, held): (u32, u32),
) -> (Child, Hold) {
    let (fault, hold) = Fault::hold();
    workspace.kibana.fail(fault.on(method, "*/connector/*").skip(let_through).always());
    let command = workspace.spawn(arguments);
    for _ in 0..let_through + held {
        workspace.kibana.next_request(Matcher::new(method, "*/connector/*")).await;
    }
    (command, hold)
}

/// Every process: its number, its parent's, and its command.
#[cfg(target_os = "linux")]
fn processes() -> Vec<(u32, u32, String)> {
    let one = |entry: std::fs::DirEntry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name in brackets may hold blanks; the parent comes second after it.
        let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some((process, parent, String::from_utf8_lossy(&command).into_owned()))
    };
    std::fs::read_dir("/proc").expect("processes are listed").flatten().filter_map(one).collect()
}

/// The same where there is no `/proc`. Not every Linux has `ps`.
#[cfg(not(target_os = "linux"))]
fn processes() -> Vec<(u32, u32, String)> {
    let listed = std::process::Command::new("ps").args(["-axwwo", "pid=,ppid=,command="]).output();
    let one = |line: &str| {
        let mut words = line.split_whitespace();
        let (process, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some((process, parent, words.collect::<Vec<_>>().join(" ")))
    };
    String::from_utf8_lossy(&listed.expect("processes are listed").stdout).lines().filter_map(one).collect()
}

/// The provider that this Terraform started.
fn provider_of(terraform: u32) -> u32 {
    let mut started: Vec<u32> = processes()
        .into_iter()
        .filter(|(_, parent, command)| *parent == terraform && command.contains("terraform-provider-kibana"))
        .map(|(process, ..)| process)
        .collect();
    started.sort_unstable();
    // The newest: earlier ones validated the configuration, and may be ending.
    started.pop().expect("a provider runs")
}

/// Everything that Terraform and the provider wrote into the log so far.
fn log(workspace: &Workspace) -> String {
    std::fs::read(workspace.path("log"))
        .map(|log| String::from_utf8_lossy(&log).into_owned())
        .unwrap_or_default()
}

/// Waits until the log names all connectors that creates were sent for.
async fn named_in_log(workspace: &Workspace) {
    until("the log names what was sent", || {
        let log = log(workspace);
        let mut sent = workspace.requests().into_iter().filter(|request| request.method == "POST");
        sent.all(|request| request.path.rsplit('/').next().is_some_and(|id| log.contains(id)))
    })
    .await;
}

/// Waits for what has no event: a line in a file, the end of somebody else's child.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "it never came about that {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[track_caller]
fn nothing_is_unknown(workspace: &Workspace) {
    let (state, log) = (workspace.ids_in_state(), log(workspace));
    for id in held(workspace) {
        assert!(state.contains(&id) || log.contains(&id), "{id} is in neither state nor log");
    }
}

async fn an_interrupted_apply_keeps_what_it_made(which: Signal) {
    let workspace = Workspace::new().await;
    workspace.write(&hooks());
    let (apply, hold) = apply_until(&workspace, 7).await;
    signal(apply.id(), which);
    hold.release();
    let output = apply.wait_with_output().expect("terraform ends");
    workspace.kibana.idle().await;
    workspace.kibana.clear_faults();
    let made = held(&workspace);
    assert!((8..COUNT).contains(&made.len()), "{which}: {}: {output:?}", made.len());
    assert_eq!(workspace.ids_in_state(), made, "{which}: {output:?}");
    // What was made in time stays as it is.
    workspace.apply();
    assert!(held(&workspace).is_superset(&made) && held(&workspace).len() == COUNT, "{which}");
    assert_eq!(workspace.ids_in_state(), held(&workspace));
    workspace.plans_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_in_a_slow_apply_keeps_what_was_made() {
    an_interrupted_apply_keeps_what_it_made(Signal::SIGINT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_termination_in_a_slow_apply_keeps_what_was_made() {
    an_interrupted_apply_keeps_what_it_made(Signal::SIGTERM).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_provider_has_named_in_the_log_what_state_lacks() {
    for let_through in std::iter::once(0).chain(moments()) {
        let mut workspace = Workspace::new().await;
        let file = workspace.path("log").display().to_string();
        workspace.set("TF_LOG_PROVIDER", "INFO").set("TF_LOG_PATH", &file);
        workspace.write(&hooks());
        let (apply, hold) = apply_until(&workspace, let_through).await;
        named_in_log(&workspace).await;
        signal(provider_of(apply.id()), Signal::SIGKILL);
        let output = apply.wait_with_output().expect("terraform ends");
        assert!(!output.status.success());
        // Kibana goes on with what it has.
        hold.release();
        workspace.kibana.idle().await;
        nothing_is_unknown(&workspace);
        assert!(held(&workspace).len() > workspace.ids_in_state().len(), "the kill came too late");
        workspace.unset("TF_LOG_PROVIDER").unset("TF_LOG_PATH").kibana.clear_faults();
        the_next_plan_names_what_state_lacks(&workspace);
    }
}

/// Each in a warning of its own.
#[track_caller]
fn the_next_plan_names_what_state_lacks(workspace: &Workspace) {
    workspace.write(&format!("provider \"kibana\" {{}}\n{}", hooks()));
    let said = workspace.terraform(&["plan", "-no-color", "-input=false"]).succeeds().said();
    let state = workspace.ids_in_state();
    let lost: BTreeSet<_> = held(workspace).difference(&state).cloned().collect();
    assert!(lost.iter().all(|id| said.contains(&format!("exists already: \"{id}\""))), "{lost:?} in {said}");
    assert_eq!(said.matches("exists already: ").count(), lost.len(), "{said}");
}

/// Waits until a process is gone, which is not ours to wait for.
async fn ended(process: u32) {
    let process = Pid::from_raw(i32::try_from(process).expect("a process number"));
    until("the provider ends", || kill(process, None).is_err()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_terraform_has_named_in_the_log_what_state_lacks() {
    for let_through in std::iter::once(0).chain(moments()) {
        let mut workspace = Workspace::new().await;
        let file = workspace.path("log").display().to_string();
        workspace.set("TF_LOG_PROVIDER", "INFO").set("TF_LOG_PATH", &file);
        workspace.write(&hooks());
        let (fault, hold) = Fault::hold();
        workspace.kibana.fail(fault.on("POST", "*/connector/*").skip(let_through).always());
        // What half of them are told in the end would be worth another try.
        workspace
            .kibana
            .fail(Fault::not_ready().on("POST", "*/connector/*").skip(let_through).every(2).always());
        let mut apply = workspace.spawn(APPLY);
        for _ in 0..let_through + AT_ONCE {
            workspace.kibana.next_request(Matcher::new("POST", "*/connector/*")).await;
        }
        named_in_log(&workspace).await;
        let provider = provider_of(apply.id());
        signal(apply.id(), Signal::SIGKILL);
        apply.wait().expect("terraform ends");
        hold.release();
        ended(provider).await;
        workspace.kibana.idle().await;
        let sent = usize::try_from(let_through + AT_ONCE).expect("a small number");
        assert_eq!(workspace.count("POST"), sent, "a create began that no state could take");
        nothing_is_unknown(&workspace);
    }
}

/// Kills the provider, or Terraform, while ten writes of a command are on their way to Kibana, which carries
/// them out; and how many it has carried out then.
async fn killed(
    workspace: &Workspace,
    arguments: &[&str],
    (method, let_through): (&str, u32),
    is_provider: bool,
) -> usize {
    let (mut command, hold) = run_until(workspace, arguments, method, (let_through, AT_ONCE)).await;
    let provider = provider_of(command.id());
    signal(if is_provider { provider } else { command.id() }, Signal::SIGKILL);
    if is_provider {
        assert!(!command.wait_with_output().expect("terraform ends").status.success());
    } else {
        command.wait().expect("terraform ends");
    }
    hold.release();
    ended(provider).await;
    workspace.kibana.idle().await;
    workspace.kibana.clear_faults();
    usize::try_from(let_through + AT_ONCE).expect("a small number")
}

/// Each moment of a kill, and whether it is the provider that is killed or Terraform.
fn kills() -> impl Iterator<Item = (u32, bool)> {
    moments().zip([true, false].into_iter().cycle())
}

/// Updates are there to be seen again, and what was not updated is updated by the next apply.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_an_update_loses_nothing() {
    for (moment, is_provider) in kills() {
        let workspace = Workspace::new().await;
        workspace.write(&hooks()).apply();
        let before = held(&workspace);
        let count_of = |url: &str| {
            workspace.connectors().into_iter().filter(|connector| connector.config["url"] == url).count()
        };
        workspace.write(&hooks().replace("a.example", "b.example"));
        let sent = killed(&workspace, APPLY, ("PUT", moment), is_provider).await;
        assert_eq!((held(&workspace), workspace.ids_in_state()), (before.clone(), before.clone()));
        let changed = count_of("https://b.example");
        assert_eq!(changed, sent);
        workspace.clear_requests();
        workspace.apply().says(&format!("0 added, {} changed, 0 destroyed", COUNT - changed));
        assert_eq!(workspace.count("PUT"), COUNT - changed, "nothing is changed twice");
        assert_eq!((held(&workspace), workspace.ids_in_state()), (before.clone(), before));
        assert_eq!(count_of("https://b.example"), COUNT);
        workspace.plans_nothing();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_destroy_loses_nothing() {
    const DESTROY: &[&str] = &["destroy", "-auto-approve", "-no-color", "-input=false"];
    for (moment, is_provider) in kills() {
        let workspace = Workspace::new().await;
        workspace.write(&hooks()).apply();
        let gone = killed(&workspace, DESTROY, ("DELETE", moment), is_provider).await;
        let left = held(&workspace);
        assert_eq!(left.len(), COUNT - gone);
        assert!(workspace.ids_in_state().is_superset(&left), "{:?}", workspace.ids_in_state());
        let look = ["apply", "-refresh-only", "-auto-approve", "-no-color", "-input=false"];
        workspace.terraform(&look).succeeds();
        assert_eq!(workspace.ids_in_state(), left);
        workspace.terraform(DESTROY).succeeds().says(&format!("{} destroyed", left.len()));
        assert_eq!((held(&workspace).len(), workspace.ids_in_state().len()), (0, 0));
    }
}

/// The lines that come out of a pipe.
struct Lines(mpsc::Receiver<String>);

impl Lines {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let (sender, lines) = mpsc::channel();
        let pipe = BufReader::new(pipe.expect("a pipe"));
        // It ends with the pipe, or when nobody wants its lines any more.
        std::thread::spawn(move || pipe.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self(lines)
    }

    /// The next line with this in it.
    fn next_with(&self, part: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(part) => return line,
                Ok(_) => {}
                Err(error) => panic!("no line with {part:?}: {error}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_outlives_terraform_says_what_it_did() {
    let mut workspace = Workspace::new().await;
    workspace.set("TF_LOG", "INFO").write(&hooks());
    let mut provider = workspace.spawn_provider(&["-debug"]);
    let host = if workspace.is_opentofu() { "registry.opentofu.org" } else { "registry.terraform.io" };
    let start = format!("TF_REATTACH_PROVIDERS='{{\"{host}");
    let line = Lines::of(provider.stdout.take()).next_with(&start);
    let reattach = line.trim().trim_start_matches("TF_REATTACH_PROVIDERS=").trim_matches('\'').to_owned();
    workspace.unset("TF_LOG").set("TF_REATTACH_PROVIDERS", &reattach);
    let (mut apply, hold) = apply_until(&workspace, 0).await;
    for _ in 1..AT_ONCE {
        workspace.kibana.next_request(Matcher::new("POST", "*/connector/*")).await;
    }
    signal(apply.id(), Signal::SIGKILL);
    apply.wait().expect("terraform ends");
    let log = Lines::of(provider.stderr.take());
    // Whoever answers before the provider has noticed answers to nobody.
    (0..AT_ONCE).for_each(|_| drop(log.next_with("the host went away")));
    hold.release();
    let told: String = (0..AT_ONCE).map(|_| log.next_with("Terraform is gone")).collect();
    for id in held(&workspace) {
        assert!(told.contains(&id), "{id} is not in {told}");
    }
    assert_eq!(held(&workspace).len(), told.matches("Terraform is gone").count());
    provider.kill().expect("it still runs");
    provider.wait().expect("it ends");
}
