//! One run against one Kibana: some lives at a time, a report, and the clean-up.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::cases::{self, Case};
use crate::kibana::{Kibana, Settings};
use crate::life::{STOP, live};

/// So many lives at a time: enough to be quick, too few to trouble a Kibana that others use.
const AT_A_TIME: usize = 4;

/// Which examples are run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All that the Kibana can run.
    All,
    /// One with secrets, one without, and one of several connectors.
    Few,
}

impl Which {
    fn takes(self, case: &Case) -> bool {
        self == Self::All
            || ["index", "opsgenie", "examples/quickstart/main.tf"].contains(&case.name.as_str())
    }
}

/// Runs the examples and cleans up. The error lists what failed.
pub(crate) async fn run(settings: Settings, which: Which) -> Result<(), String> {
    let random = Uuid::new_v4().simple().to_string();
    let mark = format!("tf-live-{}", &random[..8]);
    let kibana = Arc::new(Kibana::meet(settings, &mark).await?);
    println!("Kibana {}, space {}, names start with {mark}", kibana.version, kibana.space);
    let interrupted = tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            STOP.store(true, Ordering::Relaxed);
            println!("Interrupted: destroying what was created");
        }
    });
    let mut failures = lives(&kibana, &mark, which).await;
    interrupted.abort();
    if let Err(failure) = kibana.clean_up(&mark).await {
        failures.push(format!(
            "clean-up: {failure}. Remove the connectors whose names start with {mark} by hand."
        ));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

async fn lives(kibana: &Arc<Kibana>, mark: &str, which: Which) -> Vec<String> {
    let permits = Arc::new(Semaphore::new(AT_A_TIME));
    let mut running = JoinSet::new();
    let mut failures = Vec::new();
    for case in cases::all(kibana, mark).into_iter().filter(|case| which.takes(case)) {
        if let Some(reason) = &case.left_out {
            println!("left out    {}: {reason}", case.name);
            continue;
        }
        let (kibana, mark, permits) = (kibana.clone(), mark.to_owned(), permits.clone());
        running.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let lived = live(&case, &kibana, &mark).await;
            println!("{}  {}", if lived.is_ok() { "lived     " } else { "FAILED    " }, case.name);
            lived.map_err(|failure| format!("{}: {failure}", case.name))
        });
    }
    while let Some(done) = running.join_next().await {
        match done {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => failures.push(failure),
            Err(panic) => failures.push(panic.to_string()),
        }
    }
    // A connector that outlived its destroy is a fault, too; the clean-up removes it.
    match kibana.named(mark).await {
        Ok(left) if left.is_empty() => {}
        Ok(left) => failures.push(format!("left behind after destroy: {}", left.join(", "))),
        Err(failure) => failures.push(failure),
    }
    failures
}
