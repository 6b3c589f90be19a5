//! A measured figure beside its budget.

use std::error::Error;

use crate::say;

/// Prints one figure: what it is, how much it is, and what it may be.
pub(crate) fn within(what: &str, measured: f64, budget: f64, unit: &str) -> Result<(), Box<dyn Error>> {
    let verdict = if measured <= budget { "holds" } else { "IS EXCEEDED" };
    say(format!("{what:<60} {measured:>9.2} {unit:<4} budget {budget} {unit} {verdict}"))
}

/// Prints one figure that has no budget of its own.
pub(crate) fn figure(what: &str, measured: f64, unit: &str) -> Result<(), Box<dyn Error>> {
    say(format!("{what:<60} {measured:>9.2} {unit}"))
}

/// The middle of some measurements.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
