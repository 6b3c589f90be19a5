//! The examples against a Kibana that is not ours: `make test-live` takes the one that `KIBANA_ENDPOINT` names.
//!
//! Everything happens under names and IDs of the run's own, in a space of its own where Kibana lets it make one, and is
//! removed at the end, whatever failed. What the Kibana has not, or its licence forbids, is left out, and the run says so.
//! Not part of `make test`: Cargo runs this program only when it is named.

// What is printed is the run's report.
#![allow(clippy::print_stdout)]

mod cases;
mod kibana;
mod life;
mod run;

use kibana::Settings;
use kibana_emulator::{Auth, Emulator, Options, Release, Space};

#[tokio::test(flavor = "multi_thread")]
async fn a_real_kibana() {
    let settings = Settings::from_environment().unwrap_or_else(|missing| panic!("{missing}"));
    if let Err(failures) = run::run(settings).await {
        panic!("{failures}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emulated_kibana_in_each_release() {
    for release in [Release::Old, Release::Current, Release::Newest, Release::Future] {
        println!("\nAn emulated Kibana {}", release.number());
        let options = Options {
            release,
            auth: Auth::accept("ApiKey bGl2ZTp0ZXN0"),
            spaces: vec![Space::new("live")],
            ..Options::default()
        };
        let kibana = Emulator::start(options).await.expect("the emulator starts");
        let settings = Settings::emulated(kibana.url(), "bGl2ZTp0ZXN0", "live");
        if let Err(failures) = run::run(settings).await {
            panic!("{failures}");
        }
        assert!(kibana.connectors().is_empty(), "something was left behind: {:?}", kibana.connectors());
    }
}
