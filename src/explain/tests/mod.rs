//! The texts of errors, most of them from failures that really happen here.

mod answer;
mod book;
mod connection;
mod create;
mod unusable;

use std::time::Duration;

use super::*;
use crate::client::testing::{Reply, Server, address, refusal};
use crate::client::{Client, Settings};
use crate::stop::Stop;

async fn told(settings: Settings) -> String {
    let settings = Settings { retry_timeout: Duration::ZERO, ..settings };
    let client = Client::new(settings).unwrap();
    let error = client.get_connector(&client.operation(&Stop::new()), &address("1")).await.unwrap_err();
    let (title, detail) = words(&error);
    format!("{title}\n\n{detail}")
}

async fn answered(reply: impl FnMut() -> Reply + Send + 'static) -> String {
    let mut reply = reply;
    let server = Server::start(move |_, _| reply()).await;
    told(server.settings()).await
}

fn check(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "{part:?} in {told:?}");
    }
}

#[tokio::test]
async fn a_request_that_was_not_sent_says_so() {
    // Three that fail are an outage; then one tries for all, and keeps trying here until the test is over.
    let (tries, tried) = tokio::sync::oneshot::channel();
    let mut tries = Some(tries);
    let server = Server::start(move |number, _| {
        if number < 3 {
            return refusal(503, "down");
        }
        if let Some(tries) = tries.take() {
            let _ = tries.send(());
        }
        Reply::Hang(Duration::from_secs(60))
    })
    .await;
    let client = Client::new(Settings { retry_timeout: Duration::ZERO, ..server.settings() }).unwrap();
    let read = || {
        let client = client.clone();
        async move { client.get_connector(&client.operation(&Stop::new()), &address("1")).await }
    };
    for _ in 0..3 {
        read().await.unwrap_err();
    }
    let trying = tokio::spawn(read());
    tried.await.unwrap();
    let (_, told) = words(&read().await.unwrap_err());
    check(
        &told,
        &[
            "GET /api/actions/connector/1 at http://",
            "was not sent, because earlier requests had failed",
            "down",
        ],
    );
    trying.abort();
}

#[tokio::test]
async fn repetitions_are_counted_in_the_text() {
    let server = Server::start(|_, _| refusal(503, "down")).await;
    let client = server.client();
    let error = client.get_connector(&client.operation(&Stop::new()), &address("1")).await.unwrap_err();
    check(&words(&error).1, &[&format!("(tried {} times)", server.lines().len())]);
}

#[test]
fn the_troubleshooting_guide_has_the_titles_that_people_see() {
    let guide = include_str!("../../../docs/guides/troubleshooting.md");
    let explained = [
        include_str!("../mod.rs"),
        include_str!("../answer.rs"),
        include_str!("../connection.rs"),
        include_str!("../create.rs"),
    ]
    .concat();
    let book = include_str!("../../../tests/core/diagnostics.txt");
    let rows = guide.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let rows: Vec<&str> = rows.filter(|row| !matches!(*row, "title" | "---")).collect();
    assert!(rows.len() > 20);
    // A row may leave out what a title fills in.
    let is_of = |title: &str, row: &str| match row.split_once('…') {
        Some((before, after)) => title.starts_with(before) && title.ends_with(after),
        None => title == row,
    };
    let told = book.lines().filter_map(|line| {
        line.strip_prefix("  Error: ").or_else(|| line.strip_prefix("  Warning: "))?.split(" (at ").next()
    });
    let told: Vec<&str> = told.collect();
    let is_told = |row: &str| told.iter().any(|title| is_of(title, row));
    for &row in &rows {
        // A row may be about several titles, and a title may hold a comma.
        assert!(is_told(row) || row.split(", ").all(is_told), "{row}");
    }
    let is_explained = |title: &str| {
        rows.iter().any(|row| is_of(title, row) || row.split(", ").any(|one| is_of(title, one)))
            || guide.contains(&format!("`{title}`"))
    };
    let titles = titles(&explained);
    assert!(titles.len() > 40, "{titles:?}");
    // What a connector's own arguments lack is said at them, in words that name them.
    // What `export` says, and mistakes of the provider's own, say all that there is to say.
    let apart = [
        "terraform validate",
        "terraform-provider-kibana export",
        "What the connector types refuse",
        "Values from Terraform that cannot be read",
        "What is wrong in the provider itself",
    ];
    let is_here = |chapter: &&str| chapter.lines().next().is_some_and(|title| !apart.contains(&title));
    let chapters = book.split("\n# ").filter(is_here);
    let errors = chapters.flat_map(str::lines).filter_map(|line| line.strip_prefix("  Error: "));
    let errors = errors.map(|line| line.split(" (at ").next().unwrap_or(line));
    for title in titles.into_iter().chain(errors) {
        assert!(is_explained(title), "the guide lacks {title:?}");
    }
}

/// What is written as a title: text that begins with a capital, is no sentence, has no gaps to fill and is
/// handed over whole.
fn titles(code: &str) -> Vec<&str> {
    let parts: Vec<&str> = code.split('"').collect();
    let is_title = |pair: &&[&str]| {
        let (text, after) = (pair[0], pair[1]);
        text.starts_with(|c: char| c.is_ascii_uppercase())
            && !text.ends_with(['.', '!', '\\', ' '])
            && !text.contains(['{', '\n'])
            && after.starts_with([',', ';', '\n'])
    };
    parts.windows(2).filter(is_title).map(|pair| pair[0]).collect()
}
