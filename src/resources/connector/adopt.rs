//! Adopting a connector that exists: the block in which it is written so that a configuration for it can be
//! planned, and what a list gets of it without another look.
//!
//! An old Kibana stored what a newer one, and so the rules of a type's block, would refuse. Generated
//! configuration in that block would fail to plan, and with it the plan of everything that was generated at
//! the same time.

use serde_json::{Map, Value as Json};

use super::block::{self, TypeBlock};
use super::memory::{Import, Memory};
use super::{Connector, check, read};
use crate::catalog::blank::is_blank;
use crate::catalog::check::Occasion;
use crate::client::ConnectorAnswer;
use crate::diag::{Diagnostic, Severity};
use crate::offer::Served as _;
use crate::resources::Outcome;
use crate::schema::{Block, Presence};
use crate::value::{Path, Value};

/// The block of this resource in which an import puts a connector; none where it has none that fits. The
/// diagnostic is for a narrow resource, which has nothing but the block whose rules the connector breaks.
pub(super) fn block_for(
    connector: &Connector,
    type_id: &str,
    config: &Map<String, Json>,
) -> Option<(&'static dyn TypeBlock, Option<Diagnostic>)> {
    let mut fitting = connector.blocks().iter().copied().filter(|block| block.fits(type_id, config));
    let first = fitting.next()?;
    if first.name() == block::custom().name() || !is_refused(first, type_id, config) {
        return Some((first, None));
    }
    match fitting.next_back() {
        Some(last) => Some((last, None)),
        None => Some((first, Some(refused(connector, first)))),
    }
}

/// Whether a connector is found under this resource. The wide one finds all; of the narrow ones, that of the
/// block which the wide one would use does, or would if its rules allowed it, and each that fits what has no
/// typed block.
pub(super) fn finds(connector: &Connector, answer: &ConnectorAnswer) -> bool {
    let [own] = connector.blocks() else { return true };
    if !read::shows_config(answer) {
        return may_find(connector, &answer.connector_type_id);
    }
    let (type_id, config) = (answer.connector_type_id.as_str(), config_of(answer));
    let best = block::of_connector(type_id, &config);
    let custom = block::custom().name();
    let falls_back = own.name() == custom && is_refused(best, type_id, &config);
    own.name() == best.name() || falls_back || (best.name() == custom && own.fits(type_id, &config))
}

/// Whether a connector of this type of which no more can be read may be found under this resource.
pub(super) fn may_find(connector: &Connector, type_id: &str) -> bool {
    let [own] = connector.blocks() else { return true };
    let is_for = |block: &dyn TypeBlock| block.connector_type_id(&Value::Null).as_str() == Some(type_id);
    is_for(*own) || (!block::all().into_iter().any(is_for) && own.fits(type_id, &Map::new()))
}

/// What to say where a connector has no name that a configuration could hold; none where it has.
pub(super) fn nameless(name: &str) -> Option<Diagnostic> {
    is_blank(name).then(|| Diagnostic {
        severity: Severity::Warning,
        summary: "The connector has no name".to_owned(),
        detail: "Kibana holds this connector with a name that is empty or only white space, as old releases stored it. No \
                 configuration can say that, since Kibana refuses it today. Give the connector a name in Kibana, or import it \
                 into a resource that has one, which then updates the connector."
            .to_owned(),
        path: Path::of("name"),
    })
}

/// The state of a connector as the read after its import gives it.
pub(super) fn adopted(
    connector: &Connector,
    space_id: &str,
    answer: &ConnectorAnswer,
) -> Result<Outcome, Diagnostic> {
    if let Some(nameless) = nameless(&answer.name) {
        return Err(nameless);
    }
    if !read::shows_config(answer) {
        return Err(Diagnostic { severity: Severity::Warning, ..read::without_config(answer) });
    }
    let config = config_of(answer);
    if let Some((_, Some(refused))) = block_for(connector, &answer.connector_type_id, &config) {
        return Err(refused);
    }
    let mut state = connector.schema().block.empty_value();
    state.set("id", Value::text(&answer.id));
    state.set("space_id", Value::text(space_id));
    let memory = Memory { import: Import::Pending, ..Memory::default() };
    let answer = ConnectorAnswer { config: Some(config), ..answer.clone() };
    read::compare(connector, &state, &answer, memory)
}

fn config_of(answer: &ConnectorAnswer) -> Map<String, Json> {
    answer.config.clone().unwrap_or_default()
}

/// Whether the configuration that is generated for a connector in this block lacks what the block requires,
/// or breaks its rules, or whether the block cannot say all that Kibana shows. Most cores write down all that
/// is in the state, defaults included.
fn is_refused(block: &dyn TypeBlock, type_id: &str, config: &Map<String, Json>) -> bool {
    let schema = block.schema().block;
    let reading = block.decode(type_id, config);
    let breaks = |value: Value| {
        lacks_required(&schema, &value)
            || check::block(block, &Value::object([(block.name(), value)]), Occasion::default()).has_errors()
    };
    let is_lossy = !reading.diagnostics.is_empty();
    is_lossy || breaks(reading.block)
}

/// Whether a required attribute is null, which Terraform itself refuses in a configuration.
fn lacks_required(block: &Block, value: &Value) -> bool {
    let mut required = block.attributes.iter().filter(|attribute| attribute.presence == Presence::Required);
    required.any(|attribute| value.get(&attribute.name).is_null())
        || block.blocks.iter().any(|nested| match value.get(&nested.name) {
            Value::Null => false,
            Value::List(items) => items.iter().any(|item| lacks_required(&nested.block, item)),
            single => lacks_required(&nested.block, single),
        })
}

fn refused(connector: &Connector, block: &dyn TypeBlock) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        summary: "The connector's configuration has to be corrected".to_owned(),
        detail: format!(
            "Kibana holds this connector with settings that the block `{}` of {} refuses, as old releases may have stored them, so a \
             configuration generated for it cannot be planned as it is. Correct it, which then updates the connector. To adopt \
             the connector as it is, use kibana_connector, whose block `custom` accepts it.",
            block.name(),
            connector.type_name()
        ),
        path: block.path(),
    }
}
