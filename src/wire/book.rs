//! What is told of values that do not fit their schema, as a section of the book of diagnostics. UPDATE=1
//! rewrites it.

use super::error::{Error, Problem};
use crate::book::Section;
use crate::diag::Diagnostic;
use crate::value::{Path, TypeError};

#[test]
fn the_book_tells_what_can_be_wrong_with_a_value() {
    let mut section = Section::new("Values from Terraform that cannot be read");
    for (case, problem) in [
        ("bytes that end inside a value", Problem::Truncated),
        ("bytes behind a value", Problem::Trailing),
        ("a text that is none", Problem::NotUtf8),
        ("a value of another kind", Problem::Required("an object or map")),
        ("an unknown value with promises that are none", Problem::Refinements),
        ("a dynamic value with a type that is not JSON", Problem::Type(TypeError::Json)),
        ("a dynamic value with a type that is none", Problem::Type(TypeError::Unknown)),
        ("a dynamic value with a type that is too deep", Problem::Type(TypeError::TooDeep)),
        ("a state that is not JSON", Problem::Json { line: 1, column: 2 }),
        ("a state from before Terraform 0.12", Problem::Flatmap),
        ("an attribute that is not in the schema", Problem::Unsupported),
        ("an attribute that is missing", Problem::Missing),
        ("a name that stands twice", Problem::Duplicate),
        ("a tuple of another length", Problem::Length { expected: 2, given: 3 }),
        ("a value that is too deep", Problem::TooDeep),
        ("a value that is too long", Problem::TooLong),
    ] {
        let said = Diagnostic::from(Error::new(Path::of("name"), problem));
        section.tell(case, &format!("Error: {} (at {})", said.summary, said.path), &said.detail);
    }
    section.stands_in_the_book();
}
