//! Bytes from outside that nobody meant well with: what the fuzz targets try for hours, for a moment.
//!
//! Every target runs over its seeds, over what `fuzz/corpus` keeps, and over random changes of both. No panic
//! and no call without an answer: the functions check that themselves.

// clippy takes only functions marked as tests for tests; here everything is one.
#![allow(clippy::unwrap_used)]

#[path = "../../fuzz/src/lib.rs"]
#[allow(clippy::expect_used, missing_docs, unreachable_pub, dead_code)]
mod fuzz;

use std::path::Path;

use fuzz::{TARGETS, Target};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Random changes of each target's inputs.
const CASES: u32 = 300;

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

fn inputs(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target.name);
    let kept = folder.read_dir().unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    (target.seeds)().into_iter().chain(kept).collect()
}

/// A change of some bytes: set, removed, put in, doubled.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Double(prop::sample::Index, usize),
}

fn any_change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(place, byte)| Change::Set(place, byte)),
        (place(), 1..40_usize).prop_map(|(place, length)| Change::Remove(place, length)),
        (place(), prop::collection::vec(any::<u8>(), 1..8))
            .prop_map(|(place, bytes)| Change::Insert(place, bytes)),
        (place(), 1..40_usize).prop_map(|(place, length)| Change::Double(place, length)),
    ]
}

fn changed(mut input: Vec<u8>, changes: Vec<Change>) -> Vec<u8> {
    for change in changes {
        let (place, length) = match &change {
            Change::Set(place, _) | Change::Insert(place, _) => (place, 0),
            Change::Remove(place, length) | Change::Double(place, length) => (place, *length),
        };
        let start = place.index(input.len() + 1);
        let range = start..(start + length).min(input.len());
        match change {
            Change::Set(_, byte) => input.get_mut(start).into_iter().for_each(|old| *old = byte),
            Change::Remove(..) => drop(input.drain(range)),
            Change::Insert(_, bytes) => drop(input.splice(start..start, bytes)),
            Change::Double(..) => {
                let again = input[range].to_vec();
                input.splice(start..start, again);
            }
        }
    }
    input
}

fn survives(name: &str) {
    let target = target(name);
    let inputs = inputs(target);
    inputs.iter().for_each(|input| (target.run)(input));
    let strategy = (prop::sample::select(inputs), prop::collection::vec(any_change(), 1..4))
        .prop_map(|(input, changes)| changed(input, changes));
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let result = runner.run(&strategy, |input| {
        (target.run)(&input);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn any_msgpack_is_answered() {
    survives("msgpack");
}

#[test]
fn any_state_file_is_answered() {
    survives("state_json");
}

#[test]
fn any_type_is_read_or_refused() {
    survives("type_json");
}

#[test]
fn any_import_id_and_identity_is_answered() {
    survives("import");
}

#[test]
fn any_answer_of_kibana_is_survived() {
    survives("answer");
}

#[test]
fn any_environment_is_read_or_refused() {
    survives("environment");
}

#[test]
fn any_private_data_is_survived() {
    survives("private_data");
}

/// The fuzz targets are built with a lock file of their own, which a new dependency of the provider makes
/// useless.
#[test]
fn the_lock_file_of_the_fuzz_targets_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let (manifest, lock) = (read("Cargo.toml"), read("fuzz/Cargo.lock"));
    // The first word of each line below a heading that is a dependency's.
    let mut is_dependency = false;
    let mut wanted: Vec<&str> = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependency = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if is_dependency && line.starts_with(|first: char| first.is_ascii_lowercase()) {
            wanted.extend(line.split_whitespace().next());
        }
    }
    let name =
        concat!("name = \"terraform-provider-kibana\"\nversion = \"", env!("CARGO_PKG_VERSION"), "\"\n");
    let package = lock.split("[[package]]").find(|package| package.contains(name));
    let listed = package.unwrap_or_default().split("dependencies = [").nth(1).unwrap_or_default();
    let mut locked: Vec<&str> =
        listed.split('"').skip(1).step_by(2).filter_map(|entry| entry.split(' ').next()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    locked.dedup();
    assert_eq!(locked, wanted, "run any cargo command in fuzz/ without --locked");
}
