//! Whether the book is whole: every title and every other text in the code of the provider stands in it.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

use super::literals::{literals, longest_piece, spaced};

/// Files that are compiled for tests alone.
const TESTS: &[&str] = &["book", "cases", "testing", "tests"];

/// Titles that cannot be brought about here, each with the reason.
const ELSEWHERE: &[&str] = &[
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
    let title = Regex::new(r#""((?:[A-Z]|\{\w*\} )[\w{}'/, -]*[\w}])""#).unwrap();
    let mut found = BTreeMap::new();
    for (file, code) in files_with(SPEAKS) {
        let titles = title.captures_iter(&code).map(|one| one[1].to_owned());
        titles.filter(|title| title.contains(' ')).for_each(|title| {
            found.insert(title, file.clone());
        });
    }
    found
}

/// What a file has in it that says anything to a user.
const SPEAKS: &str = r"Diagnostic|Finding|Story|\((?:String|&'static str), String\)";

/// What a file has in it that gives reasons for others to tell.
const GIVES_REASONS: &str = r"unreadable\(|Unreadable \{";

/// The files that have this in them, by their path in `src`, with their code.
fn files_with(what: &str) -> Vec<(String, String)> {
    let speaks = Regex::new(what).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
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
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            if speaks.is_match(code) {
                let file = path.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
                found.push((file, code.to_owned()));
            }
        }
    }
    found
}

/// The titles of a book.
fn told_in(book: &str) -> Vec<&str> {
    let line = Regex::new(r"(?m)^  (?:Error|Warning): (.+?)(?: \((?:at|space) .+\))?$").unwrap();
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

/// Files whose texts are for whoever writes the provider.
const NOT_FOR_USERS: &[&str] = &[
    // What is wrong with a schema, which a test tells.
    "schema/lint.rs",
];

/// Texts, by their longest piece, that are no part of a diagnostic, or of one that cannot be brought about.
const NO_PARTS: &[&str] = &[
    // What an action says while it runs.
    "Running the connector \"",
    "Still running the connector \"",
    // The log.
    "Terraform is gone: what was done last is not in its state",
    "an object of a list has no identity, which is a bug in the provider",
    "a value does not fit its schema, which is a bug in the provider:",
    // What `export` writes into files, or says where the system fails it.
    "# Written by terraform-provider-kibana",
    "Error: the program cannot start:",
    "Error: the standard output cannot be written:",
    // Each argument is checked before, with a text of its own: this is for what those checks forget.
    "The provider cannot be configured:",
    // No type has such a secret.
    "a list of objects",
    // Longer than what can be sent here.
    "the list is longer than",
    // A connector that can be read has an ID.
    "Its ID is not known.",
];

/// The pages in which descriptions of schemas stand.
fn pages() -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let folders = ["actions", "data-sources", "list-resources", "resources"].map(|folder| docs.join(folder));
    let pages = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap().flatten());
    let pages = pages.map(|page| page.path()).chain([docs.join("index.md")]);
    pages.map(|page| spaced(&std::fs::read_to_string(page).unwrap()) + "\n").collect()
}

pub(super) fn every_text_in_the_code_stands_in(book: &str) {
    let (book, pages) = (spaced(book), pages());
    let is_told = |piece: &str| book.contains(piece) || pages.contains(piece);
    let mut pieces = BTreeMap::new();
    let mut unneeded: Vec<_> = NOT_FOR_USERS.to_vec();
    for (file, code) in files_with(&format!("{SPEAKS}|{GIVES_REASONS}")) {
        // A few words may stand anywhere.
        let found = literals(&code).into_iter().map(|text| longest_piece(&text));
        let mut found = found.filter(|piece| piece.split(' ').count() >= 4);
        if NOT_FOR_USERS.contains(&file.as_str()) {
            unneeded.retain(|exempt| *exempt != file || found.all(|piece| is_told(&piece)));
        } else {
            found.for_each(|piece| drop(pieces.insert(piece, file.clone())));
        }
    }
    assert!(pieces.len() > 400, "{}: {pieces:?}", pieces.len());
    let is_exempt = |piece: &str| NO_PARTS.contains(&piece);
    let missing: Vec<_> = pieces.iter().filter(|(piece, _)| !is_told(piece) && !is_exempt(piece)).collect();
    assert!(missing.is_empty(), "not in the book: {missing:#?}");
    unneeded.extend(NO_PARTS.iter().filter(|piece| !pieces.contains_key(**piece) || is_told(piece)));
    assert!(unneeded.is_empty(), "need not be left out: {unneeded:?}");
}
