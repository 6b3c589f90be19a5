//! Whether the book is whole: every title in the code of the provider stands in it.

use std::collections::BTreeMap;

use regex::Regex;

/// Titles that cannot be brought about here, each with the reason.
const ELSEWHERE: &[&str] = &[
    // What is wrong in the provider itself, or in what Terraform sends.
    "The provider failed",
    "A value from Terraform could not be read",
    "Unreadable state",
    // Terraform's own checks of what is deprecated, computed or required, made for callers that leave them
    // out.
    "Attribute Deprecated",
    "Block Deprecated",
    "Invalid Configuration for Read-Only Attribute",
    "Missing Configuration for Required Attribute",
    // They need another environment, or a Terraform that does less.
    "Invalid KIBANA_INSECURE",
    "Invalid proxy",
    "Invalid provider configuration",
    "Write-only arguments are not supported here",
    // A provider that is not configured.
    "Kibana is not known yet",
    "Provider not configured",
    "Import needs a known Kibana",
];

/// The titles in the code of the provider: the text in a call that makes a diagnostic, or first in a story.
fn titles() -> BTreeMap<String, String> {
    let call = r#"\b(?:error|warning)\(\s*(?:[^";{}]|\{[^{}]*\}){0,160}?"([A-Z][^"{}\n]*[^"{}.\n])""#;
    let [call, summary] = [call, r#"summary: "([^"]+)""#].map(|pattern| Regex::new(pattern).unwrap());
    let mut found = BTreeMap::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests" || stem == "testing");
            if is_test {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for one in call.captures_iter(code).chain(summary.captures_iter(code)) {
                found.insert(one[1].to_owned(), path.display().to_string());
            }
        }
    }
    found
}

pub(super) fn every_title_in_the_code_stands_in(book: &str) {
    let titles = titles();
    assert!(titles.len() > 70, "{titles:?}");
    let is_told = |title: &str| book.contains(&format!(": {title}"));
    let missing: Vec<_> =
        titles.iter().filter(|(title, _)| !is_told(title) && !ELSEWHERE.contains(&title.as_str())).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for title in ELSEWHERE {
        assert!(titles.contains_key(*title) && !is_told(title), "{title} need not be left out");
    }
}
