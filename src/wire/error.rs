//! What can be wrong with a value on the wire, and where.

use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::value::{MAX_DEPTH, Path, TypeError};

/// A value that does not fit its schema, or bytes that are no value. Holds no part of the value, which may be
/// secret, and no path below a sensitive attribute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(path))]
pub struct Error {
    path: Path,
    problem: Problem,
}

/// What is wrong with one part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes end inside the value.
    #[error("the bytes end too early")]
    Truncated,
    /// There is more than the value.
    #[error("there are bytes behind the value")]
    Trailing,
    /// The text is not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// The value is of another kind.
    #[error("{0} is required")]
    Required(&'static str),
    /// What is promised about an unknown value cannot be read.
    #[error("the promises about an unknown value cannot be read")]
    Refinements,
    /// The type beside a dynamic value cannot be read.
    #[error("{0}")]
    Type(#[from] TypeError),
    /// The state is not JSON.
    #[error("the state is not valid JSON (line {line}, column {column})")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The state is in the form that Terraform wrote before 0.12.
    #[error("the state is in the format of Terraform before 0.12")]
    Flatmap,
    /// The schema has no such attribute or block.
    #[error("the schema has no such attribute")]
    Unsupported,
    /// The value lacks an attribute or block of the schema.
    #[error("the attribute is missing")]
    Missing,
    /// A name or key stands twice.
    #[error("the name is given twice")]
    Duplicate,
    /// A list or tuple does not have the length its type says.
    #[error("{expected} elements are required ({given} given)")]
    Length {
        /// By the type.
        expected: usize,
        /// On the wire.
        given: usize,
    },
    /// The value is nested too deeply.
    #[error("the value is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A text or collection is longer than the wire can say.
    #[error("the value is too long")]
    TooLong,
}

impl Error {
    pub(super) fn new(path: Path, problem: Problem) -> Self {
        Self { path, problem }
    }

    /// The attribute it is about; empty for the whole value.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> Problem {
        self.problem
    }
}

/// A path in front of a clause; nothing for the root.
fn place(path: &Path) -> String {
    if path.is_root() { String::new() } else { format!("{path}: ") }
}

impl From<Error> for Diagnostic {
    /// For a value that came from Terraform. One that goes there is `to_proto`'s affair.
    fn from(error: Error) -> Self {
        let what = if error.path.is_root() { "a value".to_owned() } else { format!("`{}`", error.path) };
        Self {
            severity: Severity::Error,
            summary: "A value from Terraform could not be read".to_owned(),
            detail: format!(
                "Terraform and the provider disagree about the shape of {what}: {}. The state may have been \
                 written by a newer version of the provider or changed by hand, or a number in the configuration \
                 may have too many digits. If it is none of these, it is a bug in the provider: please report it.",
                error.problem
            ),
            path: error.path,
        }
    }
}

impl From<Error> for Diagnostics {
    fn from(error: Error) -> Self {
        Diagnostic::from(error).into()
    }
}
