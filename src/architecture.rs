//! Holds the house to its plan: which room may use which, and what is known where.
//! `docs/contributing/architecture.md` tells the same to people.
//!
//! Read from the source: a room that is used without being allowed here fails a test, and so does a line for
//! a room that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms, and the rooms that each may use, tests aside.
const MAY_USE: &[(&str, &[&str])] = &[
    ("actions", &["client", "diag", "explain", "offer", "provider", "schema", "value"]),
    ("catalog", &["diag", "schema", "value"]),
    ("client", &["stop", "value"]),
    ("data_sources", &["client", "diag", "explain", "lists", "offer", "provider", "schema", "value"]),
    ("diag", &["value"]),
    ("docs", &["catalog", "offer", "provider", "resources", "schema", "value"]),
    ("explain", &["client", "diag", "value"]),
    (
        "export",
        &["client", "diag", "explain", "lists", "offer", "provider", "resources", "schema", "stop", "value"],
    ),
    ("lists", &["catalog", "client", "diag", "explain", "offer", "provider", "resources", "schema", "value"]),
    ("main", &[]),
    ("offer", &["actions", "data_sources", "lists", "provider", "resources", "schema", "stop"]),
    ("plugin", &["proto"]),
    ("proto", &[]),
    ("provider", &["client", "diag", "schema", "stop", "value"]),
    ("resources", &["catalog", "client", "diag", "explain", "offer", "provider", "schema", "stop", "value"]),
    (
        "rpc",
        &[
            "actions",
            "data_sources",
            "diag",
            "lists",
            "offer",
            "plugin",
            "proto",
            "provider",
            "resources",
            "schema",
            "stop",
            "value",
            "wire",
        ],
    ),
    ("schema", &["diag", "value"]),
    ("stop", &[]),
    ("value", &[]),
    ("wire", &["diag", "proto", "schema", "value"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Names of files that are compiled for tests alone.
const TESTS: &[&str] = &["architecture", "cases", "cases_sent", "testing", "tests"];

/// The files of a folder with their code: without tests and comments.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the source can be read").flatten() {
        let path = entry.path();
        let is_test = path.file_stem().is_some_and(|stem| TESTS.iter().any(|test| stem == *test));
        if path.is_dir() && !is_test {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            let text = std::fs::read_to_string(&path).expect("a file can be read");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    found
}

/// The room that a file belongs to: its folder or, on the ground floor, its own name.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(source()).expect("a file of the source");
    let first = inside.iter().next().unwrap_or_default().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The names behind each `crate::` in code, those of a group in braces included.
fn used(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, mark) in code.match_indices("crate::") {
        let is_ours = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + mark.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default(),
        };
        let first = |name: &str| name.trim().split("::").next().unwrap_or_default().to_owned();
        found.extend(names.split(',').map(first).filter(|name| is_ours && !name.is_empty()));
    }
    found
}

#[test]
fn every_room_uses_only_the_rooms_that_it_may() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, code) in files(&source()).iter().filter(|(path, _)| !path.ends_with("lib.rs")) {
        uses.entry(room(path)).or_default().extend(used(code));
    }
    for (room, used) in &mut uses {
        used.remove(room);
        // The program's own name and version are everybody's.
        used.remove("PROGRAM");
        let may = MAY_USE.iter().find(|(name, _)| name == room).map(|(_, may)| *may);
        let may = may.unwrap_or_else(|| panic!("the room {room} has no line in the table"));
        let more: Vec<_> = used.iter().filter(|name| !may.contains(&name.as_str())).collect();
        assert!(more.is_empty(), "{room} uses {more:?}, which it may not");
    }
    assert_eq!(uses.len(), MAY_USE.len(), "a line for a room that is gone");
}

/// The files outside of these rooms that mention one of the words.
fn mentions(words: &[&str], rooms: &[&str]) -> Vec<PathBuf> {
    let all = files(&source()).into_iter().filter(|(path, _)| !rooms.contains(&room(path).as_str()));
    let guilty = all.filter(|(_, code)| words.iter().any(|word| code.contains(word)));
    guilty.map(|(path, _)| path).collect()
}

#[test]
fn only_the_client_knows_http() {
    assert_eq!(mentions(&["reqwest", "StatusCode", "HeaderMap"], &["client"]), Vec::<PathBuf>::new());
}

#[test]
fn tables_and_values_do_no_io_and_wait_for_nothing() {
    for name in ["value", "schema", "catalog", "diag"] {
        for (path, code) in files(&source()).into_iter().filter(|(path, _)| room(path) == name) {
            for word in ["async ", ".await", "std::fs", "std::net", "tokio", "std::env::var"] {
                assert!(!code.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

#[test]
fn one_kind_of_block_knows_nothing_of_another() {
    let folder = source().join("resources/connector/block");
    let kinds: Vec<_> = files(&folder).into_iter().filter(|(path, _)| !path.ends_with("mod.rs")).collect();
    assert!(kinds.len() >= 2);
    for (path, code) in &kinds {
        for other in kinds.iter().filter(|(other, _)| other != path) {
            let name = other.0.file_stem().unwrap_or_default().to_string_lossy();
            let type_name: String = name[..1].to_uppercase() + &name[1..];
            for word in [format!("super::{name}"), format!("{type_name}("), format!("\"{name}\"")] {
                assert!(!code.contains(&word), "{}: {word}", path.display());
            }
        }
    }
}

#[test]
fn a_state_leaves_through_one_door() {
    let rpc = files(&source()).into_iter().filter(|(path, _)| room(path) == "rpc");
    for (path, code) in rpc.filter(|(path, _)| !path.ends_with("departure.rs")) {
        for word in ["wire::encode", "null_write_only"] {
            assert!(!code.contains(word), "{}: {word} belongs to departure.rs", path.display());
        }
    }
}
