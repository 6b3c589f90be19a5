//! Holds the house to its plan: which room may use which, and what is known where.
//! `docs/contributing/architecture.md` tells the same to people.
//!
//! Read from the source: a room that is used without being allowed here fails a test, and so does a line for
//! a room that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::catalog::TYPES;
use crate::catalog::vocabulary::Field;

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
const TESTS: &[&str] = &["architecture", "book", "cases", "cases_sent", "testing", "tests"];

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

/// The first names of what stands in a group of braces, those in nested groups left out.
fn first_names(group: &str) -> BTreeSet<String> {
    let (mut depth, mut names) = (0_usize, vec![String::new()]);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ if depth == 0 => names.last_mut().expect("a name").push(c),
            _ => {}
        }
    }
    let first = |name: String| name.trim().split("::").next().unwrap_or_default().to_owned();
    names.into_iter().map(first).filter(|name| !name.is_empty()).collect()
}

/// The names behind each occurrence of a mark such as `crate::` in code, those of a group in braces included.
fn behind(code: &str, mark: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(mark) {
        let before = &code[..at];
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') || before.ends_with("super::") {
            continue;
        }
        let rest = &code[at + mark.len()..];
        found.extend(match rest.strip_prefix('{') {
            Some(group) => first_names(group),
            None => {
                rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).take(1).map(str::to_owned).collect()
            }
        });
    }
    found
}

/// How far a file's module is below the crate's root.
fn depth(path: &Path) -> usize {
    let inside = path.strip_prefix(source()).expect("a file of the source");
    inside.iter().count() - usize::from(inside.ends_with("mod.rs"))
}

/// The rooms that a file uses, by `crate::` or by as many `super::` as lead to the crate's root.
fn used(path: &Path, code: &str) -> BTreeSet<String> {
    let mut found = behind(code, "crate::");
    found.extend(behind(code, &"super::".repeat(depth(path))));
    found
}

/// Whether code has this word, as a name or in a text.
fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(is_part) && !code[at + word.len()..].starts_with(is_part))
}

#[test]
fn every_room_uses_only_the_rooms_that_it_may() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, code) in files(&source()).iter().filter(|(path, _)| !path.ends_with("lib.rs")) {
        uses.entry(room(path)).or_default().extend(used(path, code));
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

/// The keys of these fields in Kibana's JSON that are told from words by a capital letter inside, those of
/// nested fields included.
fn keys_of(fields: &[Field]) -> BTreeSet<String> {
    let mut keys: BTreeSet<_> = fields.iter().map(Field::json_key).collect();
    fields.iter().filter_map(Field::inner).for_each(|inner| keys.extend(keys_of(inner)));
    keys.retain(|key| key.chars().any(char::is_uppercase));
    keys
}

#[test]
fn only_the_catalog_and_the_block_of_a_spec_know_the_keys_of_connector_types() {
    let mut keys: BTreeSet<_> =
        TYPES.iter().flat_map(|ty| keys_of(&[ty.config, ty.secrets].concat())).collect();
    keys.extend(TYPES.iter().flat_map(|ty| ty.fixed).map(|(key, _)| (*key).to_owned()));
    assert!(keys.len() > 50 && keys.contains("createIncidentUrl"), "{keys:?}");
    let spec = source().join("resources/connector/block/spec.rs");
    for (path, code) in files(&source()) {
        if room(&path) != "catalog" && path != spec {
            let known: Vec<_> = keys.iter().filter(|key| has_word(&code, key)).collect();
            assert!(known.is_empty(), "{} knows {known:?}", path.display());
        }
    }
}

#[test]
fn one_kind_of_block_knows_nothing_of_another() {
    let kinds = [("typed", "Typed"), ("custom", "Custom"), ("spec", "Spec")];
    let folder = source().join("resources/connector/block");
    for (path, code) in files(&folder) {
        let inside = path.strip_prefix(&folder).expect("a file of the folder").to_string_lossy().into_owned();
        let Some((own, _)) = kinds.iter().find(|(kind, _)| inside.starts_with(kind)) else { continue };
        for (name, type_name) in kinds.iter().filter(|(name, _)| name != own) {
            // A name in a use or a path; the words themselves stand in texts for people.
            for word in [format!("super::{name}"), format!("block::{name}")] {
                assert!(!has_word(&code, &word), "{}: {word}", path.display());
            }
            assert!(!behind(&code, "super::").contains(*name), "{}: {name}", path.display());
            assert!(!has_word(&code, type_name), "{}: {type_name}", path.display());
        }
    }
}

#[test]
fn what_speaks_for_terraform_knows_nothing_of_kibana() {
    for name in ["plugin", "rpc", "schema", "value", "wire"] {
        for (path, code) in files(&source()).into_iter().filter(|(path, _)| room(path) == name) {
            assert!(!code.to_lowercase().contains("kibana"), "{}", path.display());
        }
    }
}

#[test]
fn the_emulator_never_depends_on_the_provider() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator/Cargo.toml");
    let text = std::fs::read_to_string(manifest).expect("the emulator's manifest");
    assert!(!text.contains("terraform-provider-kibana ="), "{text}");
}

#[test]
fn a_state_leaves_through_one_door() {
    let rpc = files(&source()).into_iter().filter(|(path, _)| room(path) == "rpc");
    for (path, code) in rpc.filter(|(path, _)| !path.ends_with("departure.rs")) {
        for word in ["wire::encode", "to_proto", "null_write_only"] {
            assert!(!code.contains(word), "{}: {word} belongs to departure.rs", path.display());
        }
    }
}

/// rustfmt leaves comments as they are.
#[test]
fn comments_keep_to_their_width() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("tests")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                read += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                for (number, line) in text.lines().enumerate() {
                    let is_wide = line.trim_start().starts_with("//") && line.chars().count() > 110;
                    assert!(!is_wide, "{}:{}", path.display(), number + 1);
                }
            }
        }
    }
    assert!(read > 100, "{read}");
}
