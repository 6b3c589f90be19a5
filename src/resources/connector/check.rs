//! What is wrong with a configuration before Kibana is asked: which block is there, the block itself, and
//! what every connector has in addition to it.

use super::Connector;
use super::block::TypeBlock;
use super::secrets::{self, SECRETS_WO};
use crate::catalog::blank::is_blank;
use crate::catalog::check::Occasion;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::offer::{Capabilities, Served};
use crate::provider;
use crate::value::{Path, Value};

/// Checks a configuration of which anything may be unknown.
pub(super) fn config(connector: &Connector, config: &Value, capabilities: Capabilities) -> Diagnostics {
    let mut found = common(config);
    found.extend(secrets::check_core(config, capabilities));
    let there = connector.blocks_in(config);
    // A block in which nothing is known may be a `dynamic` one that is not decided yet, and does not count.
    let undecided = |block: &&dyn TypeBlock| is_undecided(config.get(block.name()));
    let sure: Vec<_> = there.iter().copied().filter(|block| !undecided(block)).collect();
    if there.is_empty() {
        found.push(not_one_block(connector, &[]));
    } else if sure.len() > 1 {
        found.push(not_one_block(connector, &sure));
    }
    // Where there is only one, it is that one or none at all, which is found when planning.
    for one in if there.len() == 1 { there } else { sure } {
        found.extend(block(one, config, Occasion::default()));
    }
    found
}

/// Checks a block with its secrets, wherever they stand.
pub(super) fn block(block: &dyn TypeBlock, config: &Value, occasion: Occasion<'_>) -> Diagnostics {
    let mut found = secrets::check(block, config);
    if !found.has_errors() {
        found.extend(block.check(config.get(block.name()), config.get(SECRETS_WO), occasion));
    }
    found
}

/// Checks what every connector has in addition to its block.
pub(super) fn common(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if config.get("name").as_str().is_some_and(is_blank) {
        found.error(Path::of("name"), "Blank name", "A connector needs a name that is not only white space.");
    }
    found.extend(provider::check_space_id(config));
    found
}

/// What to say where not exactly one block says what a connector is.
pub(super) fn not_one_block(connector: &Connector, there: &[&dyn TypeBlock]) -> Diagnostic {
    let error = |path, summary: &str, detail| Diagnostic {
        severity: Severity::Error,
        summary: summary.to_owned(),
        detail,
        path,
    };
    let names: Vec<String> = connector.blocks().iter().map(|block| format!("`{}`", block.name())).collect();
    match (there, names.as_slice()) {
        ([.., last], _) => {
            let there =
                there.iter().map(|block| format!("`{}`", block.name())).collect::<Vec<_>>().join(" and ");
            let detail = format!(
                "A connector has one type, but {there} are present. Keep one of them. If a `dynamic` block decides which, the \
                 values in its `for_each` must be known when planning."
            );
            error(last.path(), "More than one connector type", detail)
        }
        ([], [only]) => {
            let block = only.trim_matches('`');
            let detail = format!(
                "`{}` needs its block {only}, which configures the connector. Where nothing in it has to be set, write `{block} {{}}`.",
                connector.type_name()
            );
            error(Path::root(), "Missing block", detail)
        }
        ([], _) => {
            let detail = format!(
                "A connector needs exactly one block that says what it connects to: {}.",
                names.join(", ")
            );
            error(Path::root(), "No connector type", detail)
        }
    }
}

/// Whether a block may be a `dynamic` one whose `for_each` is unknown: everything written in it is unknown. A
/// block in which nothing can be written is there.
fn is_undecided(value: &Value) -> bool {
    let (mut written, mut known) = (false, false);
    look_through(value, &mut written, &mut known);
    !known && written
}

fn look_through(value: &Value, written: &mut bool, known: &mut bool) {
    match value {
        Value::Null => {}
        Value::Unknown(_) => *written = true,
        Value::Map(entries) => entries.values().for_each(|value| look_through(value, written, known)),
        Value::List(items) => items.iter().for_each(|value| look_through(value, written, known)),
        Value::Dynamic(typed) => look_through(&typed.1, written, known),
        _ => *known = true,
    }
}
