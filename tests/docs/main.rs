//! The generated pages and examples are what the schemas say, and the rest of `docs/` keeps the registry's
//! layout.

use std::path::{Path, PathBuf};

use terraform_provider_kibana::docs;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn generated_files_are_current() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for file in docs::files(&read) {
        let path = root().join(&file.path);
        if std::fs::read_to_string(&path).ok().as_deref() == Some(file.text.as_str()) {
            continue;
        }
        if update {
            let parent = path.parent().expect("a generated file has a folder");
            std::fs::create_dir_all(parent).expect("the folder can be made");
            std::fs::write(&path, file.text).expect("the file can be written");
        } else {
            stale.push(file.path);
        }
    }
    assert!(stale.is_empty(), "stale: {}. Run `make docs` and look at what changed.", stale.join(", "));
}

#[test]
fn every_connector_example_is_generated() {
    let generated: Vec<_> = docs::files(&read).into_iter().map(|file| file.path).collect();
    for entry in std::fs::read_dir(root().join("examples/connectors")).expect("there are examples").flatten()
    {
        let path = format!("examples/connectors/{}/main.tf", entry.file_name().to_string_lossy());
        assert!(generated.contains(&path), "{path} belongs to no connector type: remove it");
    }
}

#[test]
fn pages_keep_what_the_registry_asks_for() {
    for page in pages(&root().join("docs")) {
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        let name = page.display();
        assert!(text.len() < 500_000, "{name}: longer than the registry shows");
        let front = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let (front, _) = front.unwrap_or_else(|| panic!("{name}: no front matter"));
        assert!(front.contains("page_title: "), "{name}: no page_title");
        assert!(!front.contains("layout:") && !front.contains("sidebar_current:"), "{name}");
    }
}

#[test]
fn examples_ask_for_this_version() {
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    // Before 1.0 a minor version may break what was: SUPPORT.md.
    let wanted = if major == "0" { format!("~> 0.{minor}.0") } else { format!("~> {major}.{minor}") };
    let mut files = pages(&root().join("docs"));
    files.extend(
        ["README.md", "examples/provider/provider.tf", "examples/quickstart/main.tf"]
            .map(|file| root().join(file)),
    );
    let mut found = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file can be read");
        for (_, rest) in text.match_indices("= \"kibana-rs/kibana\"").map(|(at, _)| text.split_at(at)) {
            let next = rest.lines().nth(1).unwrap_or_default().trim();
            assert_eq!(next, format!("version = \"{wanted}\""), "{}", file.display());
            found += 1;
        }
    }
    assert!(found >= 4, "only {found} examples name the provider");
}

/// The resources in a text, from the line that opens each to its closing brace.
fn resources(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("resource \"kibana_connector") {
        let mut depth = 0_usize;
        let end = text[at..].find(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            c == '}' && depth == 0
        });
        found.extend(end.map(|end| text[at..=at + end].to_owned()));
    }
    found
}

/// Left out, `has_auth` is true, and without secrets such a connector cannot do what it is for.
#[test]
fn a_web_service_without_secrets_says_so_in_every_example() {
    let mut files = with_extension(&root().join("docs"), "md");
    files.extend(with_extension(&root().join("src/docs/templates"), "md"));
    files.extend(
        ["examples", "tests/demo"].iter().flat_map(|folder| with_extension(&root().join(folder), "tf")),
    );
    files.extend(with_extension(&root().join("tests/demo"), "sh"));
    files.push(root().join("README.md"));
    let (mut with_secrets, mut without) = (0, 0);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file can be read");
        for resource in resources(&text) {
            let words: Vec<_> = resource.split_whitespace().collect();
            let is_service = words
                .windows(2)
                .any(|two| ["webhook", "http", "cases_webhook"].contains(&two[0]) && two[1] == "{");
            if !is_service {
                continue;
            }
            if words.iter().any(|word| ["secrets", "secrets_wo"].contains(word)) {
                with_secrets += 1;
                continue;
            }
            let says_so = words.windows(3).any(|three| three == ["has_auth", "=", "false"]);
            assert!(says_so, "{}: `has_auth = false` is missing in\n{resource}", file.display());
            without += 1;
        }
    }
    assert!(with_secrets >= 8 && without >= 2, "{with_secrets} have secrets, {without} have none");
}

#[test]
fn every_action_of_others_in_a_workflow_is_pinned_by_its_commit() {
    let mut found = 0;
    for entry in std::fs::read_dir(root().join(".github/workflows")).expect("there are workflows").flatten() {
        let text = std::fs::read_to_string(entry.path()).expect("a workflow can be read");
        for line in text.lines().map(|line| line.trim_start().trim_start_matches("- ")) {
            let Some(used) = line.strip_prefix("uses:") else { continue };
            let used = used.split('#').next().unwrap_or_default().trim();
            if used.starts_with("./") {
                continue;
            }
            let commit = used.split_once('@').map_or("", |(_, commit)| commit);
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit, "{}: {used}", entry.path().display());
            found += 1;
        }
    }
    assert!(found > 20, "only {found} are used");
}

/// The pages of the registry; `contributing` is ours alone.
fn pages(folder: &Path) -> Vec<PathBuf> {
    with_extension(folder, "md")
}

/// The files below a folder with this extension.
fn with_extension(folder: &Path, wanted: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "contributing" {
            found.extend(with_extension(&path, wanted));
        } else if path.extension().is_some_and(|extension| extension == wanted) {
            found.push(path);
        }
    }
    found
}
