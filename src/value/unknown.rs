//! Values that are not known yet, and what is promised about them.

use super::Number;

/// What is known about an unknown value (Terraform's refinements). The default knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The value will not be null.
    pub not_null: bool,
    /// The value will be null: core writes this only in passing, but it may arrive.
    pub null: bool,
    /// The text will start like this.
    pub prefix: Option<String>,
    /// The number will be above this bound; the flag says whether the bound itself is possible.
    pub lower: Option<(Number, bool)>,
    /// The number will be below this bound; the flag says whether the bound itself is possible.
    pub upper: Option<(Number, bool)>,
    /// The collection will have at least so many elements.
    pub min_length: Option<u64>,
    /// The collection will have at most so many elements.
    pub max_length: Option<u64>,
}

impl Unknown {
    /// Unknown, but surely not null.
    #[must_use]
    pub fn not_null() -> Self {
        Self { not_null: true, ..Self::default() }
    }
}
