//! Diagnostics: what a person sees of an error or a warning, and the path it points at.
//!
//! Everything that goes wrong inside becomes one of these before it leaves the process; no gRPC status
//! carries an error of ours. Must not know Kibana or the wire.

use crate::value::Path;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Stops the operation.
    Error,
    /// Is shown, and the operation goes on.
    Warning,
}

/// One message for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// A short title without a period.
    pub summary: String,
    /// What was attempted, what came back, what to do. Whole sentences.
    pub detail: String,
    /// The attribute it is about; empty for the whole resource.
    pub path: Path,
}

/// The messages of one operation, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error at a path (an empty path stands for the whole resource).
    pub fn error(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds a warning at a path (an empty path stands for the whole resource).
    pub fn warning(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Warning,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds a message unless the very same one is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Adds all messages of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.0 {
            self.push(diagnostic);
        }
    }

    /// The same messages with their paths continued from `parent`; one about the whole stays about the whole.
    #[must_use]
    pub fn below(self, parent: &Path) -> Self {
        let moved = |d: Diagnostic| match d.path.is_root() {
            true => d,
            false => Diagnostic { path: d.path.below(parent), ..d },
        };
        Self(self.0.into_iter().map(moved).collect())
    }

    /// The same messages, each about the whole.
    #[must_use]
    pub fn without_paths(self) -> Self {
        Self(self.0.into_iter().map(|d| Diagnostic { path: Path::root(), ..d }).collect())
    }

    /// The errors alone, where the warnings have been told before.
    #[must_use]
    pub fn errors_only(self) -> Self {
        Self(self.0.into_iter().filter(|d| d.severity == Severity::Error).collect())
    }

    /// Changes each error, where more is known about it than where it was found.
    pub fn change_errors(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.0.iter_mut().filter(|d| d.severity == Severity::Error).for_each(change);
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}
