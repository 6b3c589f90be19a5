//! Whether the book is whole: every title in the code of the provider stands in it.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

/// Files that are compiled for tests alone.
const TESTS: &[&str] = &["book", "cases", "testing", "tests"];

/// Titles that cannot be brought about here, each with the reason.
const ELSEWHERE: &[&str] = &[
    // What is wrong in the provider itself, or in what Terraform sends.
    "The provider failed",
    "A value from Terraform could not be read",
    "Unreadable state",
    // Each argument is checked before, with a text of its own: this is for what those checks forget.
    "Invalid provider configuration",
    // Nothing in the schemas is deprecated yet.
    "Attribute Deprecated",
    "Block Deprecated",
];

/// Texts of the same form that are a part of a sentence, a line of a log or a word of a test.
const NO_TITLES: &[&str] = &[
    "Kibana does not say why",
    "PRIVATE KEY",
    "Preconfigured action",
    "System action",
    "The connector was planned to stay as it is, as one of type",
    "The connector was sent as one of type",
    "The environment variable {name}",
    "Write what Kibana answers",
    "Write what Kibana shows for it",
    "{} more",
    "{0} is required",
];

/// What has the form of a title, in every file that says anything to a user: some words without a mark
/// between or behind them, of which the first begins with a capital or is filled in. (A title of one word is
/// not seen.)
///
/// However a title is made, as an argument, in a tuple or by `format!`, it is such a text.
fn titles() -> BTreeMap<String, String> {
    let speaks = Regex::new(r"Diagnostic|Finding|Story|\((?:String|&'static str), String\)").unwrap();
    let title = Regex::new(r#""((?:[A-Z]|\{\w*\} )[\w{}'/, -]*[\w}])""#).unwrap();
    let mut found = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let is_test = path.file_stem().is_some_and(|stem| TESTS.iter().any(|test| stem == *test));
            if is_test {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            if speaks.is_match(code) {
                let titles = title.captures_iter(code).map(|one| one[1].to_owned());
                titles.filter(|title| title.contains(' ')).for_each(|title| {
                    found.insert(title, path.display().to_string());
                });
            }
        }
    }
    found
}

/// The titles of a book.
fn told_in(book: &str) -> Vec<&str> {
    let line = Regex::new(r"(?m)^  (?:Error|Warning): (.+?)(?: \(at .+\))?$").unwrap();
    line.captures_iter(book).filter_map(|one| Some(one.get(1)?.as_str())).collect()
}

pub(super) fn every_title_in_the_code_stands_in(book: &str) {
    let titles = titles();
    assert!(titles.len() > 120, "{titles:?}");
    let told = told_in(book);
    // What is filled in is one word, and makes no title that is written out elsewhere.
    let is_told = |title: &str| {
        let parts: Vec<_> = Regex::new(r"\{\w*\}").unwrap().split(title).map(regex::escape).collect();
        let form = Regex::new(&format!("^{}$", parts.join(r"\S+"))).unwrap();
        told.iter().any(|told| *told == title || form.is_match(told) && !titles.contains_key(*told))
    };
    let is_exempt = |title: &str| ELSEWHERE.contains(&title) || NO_TITLES.contains(&title);
    let missing: Vec<_> = titles.iter().filter(|(title, _)| !is_told(title) && !is_exempt(title)).collect();
    assert!(missing.is_empty(), "not in the book: {missing:#?}");
    for title in ELSEWHERE.iter().chain(NO_TITLES) {
        assert!(titles.contains_key(*title) && !is_told(title), "{title} need not be left out");
    }
}
