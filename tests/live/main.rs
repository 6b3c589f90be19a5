//! The examples against a Kibana that is not ours: `make test-live` takes the one that `KIBANA_ENDPOINT`
//! names.
//!
//! Everything happens under names and IDs of the run's own, in a space of its own where Kibana lets it make
//! one, and is removed at the end, whatever failed. What the Kibana has not, or its license forbids, is left
//! out, and the run says so. Without `LIVE`, a few examples run against the emulator, so that this program is
//! known to work before it is needed.

// What is printed is the run's report.
#![allow(clippy::print_stdout)]

mod cases;
mod kibana;
mod life;
mod run;

use kibana::{Kibana, Settings};
use kibana_emulator::{Auth, Connector, Emulator, Options, Release, Space};
use run::Which;

const KEY: &str = "bGl2ZTp0ZXN0";

/// An emulator with the space `live`.
async fn emulator(release: Release) -> Emulator {
    let auth = Auth::accept(format!("ApiKey {KEY}"));
    let options = Options { release, auth, spaces: vec![Space::new("live")], ..Options::default() };
    Emulator::start(options).await.expect("the emulator starts")
}

async fn lives_in_an_emulated(release: Release, which: Which) {
    let kibana = emulator(release).await;
    let outcome = run::run(Settings::emulated(kibana.url(), KEY, "live"), which).await;
    outcome.unwrap_or_else(|failures| panic!("{failures}"));
    assert!(kibana.connectors().is_empty(), "left behind: {:?}", kibana.connectors());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_live() {
    match std::env::var("LIVE").as_deref() {
        // A variable of its own, so that no KIBANA_ENDPOINT that happens to be set is taken for a wish.
        Ok("real") => {
            let settings = Settings::from_environment().unwrap_or_else(|missing| panic!("{missing}"));
            run::run(settings, Which::All).await.unwrap_or_else(|failures| panic!("{failures}"));
        }
        Ok("emulated") => {
            for release in [Release::Old, Release::Current, Release::Newest, Release::Future] {
                lives_in_an_emulated(release, Which::All).await;
            }
        }
        Ok(other) => panic!("LIVE is real or emulated, not {other}"),
        Err(_) => lives_in_an_emulated(Release::Newest, Which::Few).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clean_up_removes_what_is_the_runs_own_and_nothing_else() {
    let emulator = emulator(Release::Current).await;
    for (id, name) in [("a", "tf-live-0 mail"), ("b", "tf-live-1 mail"), ("c", "tf-live")] {
        let connector = Connector {
            id: id.to_owned(),
            space: "live".to_owned(),
            name: name.to_owned(),
            connector_type_id: ".server-log".to_owned(),
            config: serde_json::Map::new(),
            secrets: serde_json::Map::new(),
            is_missing_secrets: false,
            auth_mode: None,
        };
        emulator.put_raw("live", connector);
    }
    let kibana = Kibana::meet(Settings::emulated(emulator.url(), KEY, "live"), "tf-live-0").await;
    let kibana = kibana.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(kibana.clean_up("tf-live-0 ").await, Ok(()));
    let mut left: Vec<_> = emulator.connectors().into_iter().map(|connector| connector.id).collect();
    left.sort();
    assert_eq!(left, ["b", "c"]);
}
