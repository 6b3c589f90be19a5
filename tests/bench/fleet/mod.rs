//! A fleet through the real terraform: a thousand connectors of four types in five spaces, Kibana 30 ms away.
//!
//! Both forms of the resource, with state in an `http` backend as pipelines have it, and write-only secrets
//! that are hashed; then a hundred connectors, some with IDs of their own, and a thousand in one space.
//! `FULL=1` adds a local state file and ten times as many connectors; `PEER` names the folder of a
//! `terraform-provider-elasticstack` to compare with; `FLEET` is another number of connectors, `SPACES`
//! another of spaces, `PARALLELISM` another than Terraform's ten; `FORM` is one form alone (wide, narrow,
//! hashed).

use std::error::Error;
use std::fmt;
use std::time::Duration;

use configuration::Form;
use kibana_emulator::{Emulator, Fault, Options, Space};
use session::{Phase, Session};

use crate::budget::{figure, median, within};
use crate::say;

mod backend;
mod configuration;
mod processes;
mod session;

/// How many connectors, and over how many spaces they are spread.
#[derive(Clone, Copy)]
struct Size {
    count: usize,
    spaces: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.spaces == 1 { "" } else { "s" };
        write!(f, "{} connectors in {} space{s}", self.count, self.spaces)
    }
}

/// A size from the environment.
fn size(variable: &str, otherwise: usize) -> Result<usize, Failure> {
    Ok(std::env::var(variable).ok().map_or(Ok(otherwise), |text| text.parse())?)
}

const LATENCY: Duration = Duration::from_millis(30);

type Failure = Box<dyn Error>;

/// What one form of the resource took.
struct Measured {
    form: Form,
    size: Size,
    phases: Vec<(&'static str, Phase)>,
}

pub(crate) fn run() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let full = std::env::var_os("FULL").is_some();
    let size = Size { count: size("FLEET", 1000)?, spaces: size("SPACES", 5)? };
    let only = std::env::var("FORM").ok();
    let wanted = |form: &Form| match &only {
        Some(only) => only.eq_ignore_ascii_case(&format!("{form:?}")),
        None => true,
    };
    let mut measured = Vec::new();
    for form in [Form::Wide, Form::Narrow, Form::Hashed].into_iter().filter(wanted) {
        measured.push(life(&runtime, form, size, false)?);
    }
    let peer = std::env::var_os("PEER").map(|folder| Form::Peer(folder.into()));
    let peer_of = |size| peer.clone().map(|peer| life(&runtime, peer, size, false)).transpose();
    let large_peer = peer_of(size)?;
    for ours in &measured {
        // The peer has no hash to compare with.
        judge(ours, large_peer.as_ref().filter(|_| !matches!(ours.form, Form::Hashed)))?;
    }
    if only.is_none() {
        let small = Size { count: 100, ..size };
        judge(&life(&runtime, Form::Wide, small, false)?, peer_of(small)?.as_ref())?;
        judge(&life(&runtime, Form::Named, small, false)?, None)?;
        judge(&life(&runtime, Form::Narrow, Size { spaces: 1, ..size }, false)?, None)?;
    }
    if full {
        for form in [Form::Wide, Form::Narrow].into_iter().filter(wanted) {
            judge(&life(&runtime, form, size, true)?, None)?;
        }
        let large = life(&runtime, Form::Narrow, Size { count: 10 * size.count, ..size }, false)?;
        judge(&large, None)?;
        if let Some(small) = measured.iter().find(|one| matches!(one.form, Form::Narrow)) {
            compare(&large, small)?;
        }
    }
    Ok(())
}

/// Applies, plans with and without a refresh, updates everything, and destroys.
fn life(runtime: &tokio::runtime::Runtime, form: Form, size: Size, local: bool) -> Result<Measured, Failure> {
    let backend = if local { "a local file" } else { "an http backend" };
    say(format!("\nFleet: {size}, {form}, state in {backend}"))?;
    let kibana = runtime.block_on(async {
        let spaces = (0..size.spaces).map(|number| Space::new(format!("space-{number}"))).collect();
        Emulator::start(Options { spaces, ..Options::default() }).await
    })?;
    kibana.fail(Fault::delay(LATENCY).always());
    let session = Session::new(runtime, &kibana, &form, size, local)?;
    let mut phases = Vec::new();
    let mut run = |name: &'static str, arguments: &[&str]| -> Result<(), Failure> {
        let phase = session.run(&kibana, arguments)?;
        say(format!("{name:<22} {phase}"))?;
        phases.push((name, phase));
        Ok(())
    };
    run("apply", &["apply", "-auto-approve"])?;
    // In turn, so that a busy moment hits both.
    for _ in 0..3 {
        run("plan without refresh", &["plan", "-refresh=false", "-detailed-exitcode"])?;
        run("plan", &["plan", "-detailed-exitcode"])?;
    }
    run("update", &["apply", "-auto-approve", "-var", "v=2"])?;
    run("destroy", &["destroy", "-auto-approve", "-var", "v=2"])?;
    Ok(Measured { form, size, phases })
}

impl Measured {
    fn median(&self, name: &str, of: impl Fn(&Phase) -> f64) -> f64 {
        median(self.phases.iter().filter(|(one, _)| *one == name).map(|(_, phase)| of(phase)).collect())
    }

    fn seconds(&self, name: &str) -> f64 {
        self.median(name, |phase| phase.wall.as_secs_f64())
    }

    fn peak_mib(&self) -> f64 {
        self.phases.iter().map(|(_, phase)| phase.memory_mib).fold(0.0, f64::max)
    }
}

/// Whether a fleet that is several times larger costs the provider more for each connector.
fn compare(large: &Measured, small: &Measured) -> Result<(), Failure> {
    let (more, fewer) = (large.size.count, small.size.count);
    say(format!("\n{more} connectors beside {fewer}, {}:", large.form))?;
    for name in ["apply", "plan", "plan without refresh", "update", "destroy"] {
        let each = |one: &Measured| one.median(name, |phase| phase.processor_seconds) / one.size.count as f64;
        within(&format!("the provider's time per connector: {name}"), each(large) / each(small), 1.3, "x")?;
    }
    let each = (large.peak_mib() - small.peak_mib()) * 1024.0 / (more - fewer) as f64;
    within("the provider's memory per connector", each, 4.0, "KiB")
}

fn judge(ours: &Measured, peer: Option<&Measured>) -> Result<(), Failure> {
    let Size { count, spaces } = ours.size;
    say(format!("\n{}, {}:", ours.size, ours.form))?;
    let refresh = ours.seconds("plan") / ours.seconds("plan without refresh");
    let what = "plan, of a plan without refresh";
    // What a plan takes before it asks anything is most of a small one.
    if count >= 1000 { within(what, refresh, 1.25, "x") } else { figure(what, refresh, "x") }?;
    let requests = |name| ours.median(name, |phase| phase.requests as f64);
    let per_connector = |name| requests(name) / count as f64;
    // A list is fresh for some seconds, so a plan that takes longer asks for it again.
    let what = "requests of a plan, per space";
    let each = requests("plan") / spaces as f64;
    if count <= 1000 { within(what, each, 12.0, "") } else { figure(what, each, "") }?;
    // A refresh and the looks before a write come on top; the lists are few.
    let extra = (12 * spaces) as f64 / count as f64;
    // An ID of the user's is looked at before it is taken.
    let creates = if matches!(ours.form, Form::Named) { 2.0 } else { 1.0 };
    for (name, each) in [("apply", creates), ("update", 1.0), ("destroy", 1.0)] {
        within(&format!("requests per connector: {name}"), per_connector(name), each + extra, "")?;
    }
    within("peak memory of the provider", ours.peak_mib(), if count > 1000 { 56.0 } else { 20.0 }, "MiB")?;
    let connections = ours.phases.iter().map(|(_, phase)| phase.connections as f64).fold(0.0, f64::max);
    figure("most connections in a phase", connections, "")?;
    let Some(peer) = peer else { return Ok(()) };
    let names = ["apply", "plan", "plan without refresh", "update", "destroy"];
    let budgets = match ours.form {
        Form::Narrow => [0.35, 0.4, 0.45, 0.45, 0.65].map(Some),
        Form::Wide | Form::Hashed | Form::Named | Form::Peer(_) if count <= 100 => [1.0; 5].map(Some),
        Form::Wide | Form::Hashed | Form::Named | Form::Peer(_) => {
            [Some(0.7), Some(1.0), None, Some(0.8), Some(1.25)]
        }
    };
    for (name, budget) in names.into_iter().zip(budgets) {
        let (what, ratio) = (format!("of the peer's time: {name}"), ours.seconds(name) / peer.seconds(name));
        match budget {
            Some(budget) => within(&what, ratio, budget, "x")?,
            None => figure(&what, ratio, "x")?,
        }
    }
    Ok(())
}
