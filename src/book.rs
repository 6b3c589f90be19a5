//! The book of diagnostics, `tests/core/diagnostics.txt`: everything that the provider says, to be read from
//! top to bottom. The tests of the core write most of it; a section whose cases only the code beside it knows
//! is written there, through this.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const FILE: &str = "tests/core/diagnostics.txt";

/// One section is written at a time.
static WRITING: Mutex<()> = Mutex::new(());

/// A section of the book. What was told once is not told again.
#[derive(Debug)]
pub(crate) struct Section {
    title: &'static str,
    text: String,
    told: Vec<(String, String)>,
}

impl Section {
    pub(crate) fn new(title: &'static str) -> Self {
        Self { title, text: String::new(), told: Vec::new() }
    }

    /// Adds what is said in a case. `line` is the diagnostic's first line: its kind and title, and its path
    /// if it has one.
    pub(crate) fn tell(&mut self, case: &str, line: &str, detail: &str) {
        let told = (line.to_owned(), detail.to_owned());
        if self.told.contains(&told) {
            return;
        }
        self.told.push(told);
        let detail: String = detail.lines().map(|line| format!("    {line}\n")).collect();
        let _ = write!(self.text, "\n{case}\n  {line}\n{}", detail.replace("    \n", "\n"));
    }

    /// Fails if the book holds something else. UPDATE=1 rewrites the section.
    pub(crate) fn stands_in_the_book(&self) {
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let book = std::fs::read_to_string(&path).unwrap();
        let heading = format!("\n# {}\n", self.title);
        let (before, rest) = book.split_once(&heading).unwrap_or((&book, ""));
        let after = rest.find("\n# ").map_or("", |at| &rest[at..]);
        let current = format!("{before}{heading}{}{after}", self.text);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &current).unwrap();
            return;
        }
        assert!(
            book == current,
            "{FILE} is stale: run UPDATE=1 cargo test --locked --lib book, and read what changed"
        );
    }
}
