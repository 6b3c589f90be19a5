//! The block in which a connector is written, which says of what type it is. One file for each kind of block.
//!
//! The rest of the resource asks a block and not what kind it is, and one kind knows nothing of another. Only
//! who chooses a block for a connector (`adopt`, `moved`) knows that `custom` can hold what no other can.
//! Where a connector changes its block, what it means is handed over as Kibana's own JSON. A block's methods
//! get its value, not the whole resource; the write-only secrets come beside it.

mod custom;
mod echo;
mod spec;
mod typed;

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde_json::{Map, Value as Json};

use super::memory::Memory;
use crate::catalog::TYPES;
use crate::catalog::blank::is_blank;
use crate::catalog::check::Occasion;
use crate::catalog::codec::without_blank;
use crate::catalog::newer::Newer;
use crate::catalog::vocabulary::{ConnectorType, Field, Kind};
use crate::client::ConnectorAnswer;
use crate::diag::{Diagnostic, Diagnostics};
use crate::explain;
use crate::schema::NestedBlock;
use crate::value::{Path, Value};

/// A block as read from Kibana.
pub(super) struct Reading {
    pub(super) block: Value,
    pub(super) diagnostics: Diagnostics,
}

/// What a block stands for, in Kibana's own keys.
pub(super) struct Meaning {
    /// The config, what is left to Kibana and what is merely a default included.
    pub(super) config: Map<String, Json>,
    /// The keys in it that mean the same when they are left out.
    pub(super) may_lack: BTreeSet<String>,
    /// The secrets that are kept in state.
    pub(super) secrets: Map<String, Json>,
}

/// A block that says what a connector is.
pub(super) trait TypeBlock: Debug + Send + Sync {
    /// Its name in HCL.
    fn name(&self) -> &'static str;

    /// Its path in the resource.
    fn path(&self) -> Path {
        Path::of(self.name())
    }

    /// Its schema.
    fn schema(&self) -> NestedBlock;

    /// The connector type that it stands for; unknown while a value that decides it is.
    fn connector_type_id(&self, block: &Value) -> Value;

    /// Where the connector type is written.
    fn type_path(&self) -> Path {
        self.path()
    }

    /// What is written in the block, or in the write-only secrets at their path, and what this release of
    /// Kibana, major and minor, does not know.
    fn newer_than(&self, kibana: (u64, u64), block: &Value, secrets_wo: (&Value, &Path)) -> Vec<Newer> {
        let _ = (kibana, block, secrets_wo);
        Vec::new()
    }

    /// Whether a connector as Kibana shows it can be written in this block.
    fn fits(&self, connector_type_id: &str, config: &Map<String, Json>) -> bool;

    /// Whether a connector that is written in this block still is what the block says. Where Kibana leaves
    /// out what decides it, nothing says otherwise.
    fn still_fits(&self, connector_type_id: &str, config: &Map<String, Json>) -> bool {
        self.fits(connector_type_id, config)
    }

    /// Whether `is_deprecated` depends on what is configured.
    fn deprecation_depends_on_config(&self) -> bool {
        false
    }

    /// Name of what holds its secrets in state.
    fn secrets_name(&self) -> &'static str;

    /// What a connector in this block may have of secrets that are not configured, for people; none where it
    /// has none.
    fn secrets_at_risk(&self, block: &Value) -> Option<String>;

    /// The stored `secrets` to send.
    fn secrets(&self, block: &Value) -> Map<String, Json>;

    /// Whether secrets in Kibana's own keys can all be written in this block.
    fn holds_secrets(&self, secrets: &Map<String, Json>) -> bool;

    /// The write-only `secrets` to send.
    fn write_only_secrets(&self, secrets_wo: &Value) -> Map<String, Json>;

    /// Checks the entries of the write-only secrets as such; what they mean for the type is judged with the
    /// block.
    fn check_write_only(&self, secrets_wo: &Value, path: &Path) -> Diagnostics;

    /// Checks the block with its secrets, wherever they stand.
    fn check(&self, block: &Value, secrets_wo: &Value, occasion: Occasion<'_>) -> Diagnostics;

    /// The `config` to send.
    fn config(&self, planned: &Value, written: &Value) -> Map<String, Json>;

    /// Completes the `config` to send with what of the secrets stands there as well.
    fn with_secrets(&self, config: &mut Map<String, Json>, secrets: &Map<String, Json>) {
        let _ = (config, secrets);
    }

    /// Whether an update in this block sends back what our tables do not know of an answer.
    fn restores(&self) -> bool {
        false
    }

    /// Puts what our tables do not know of an answer back into the `config` to send.
    fn restore(&self, config: &mut Map<String, Json>, kept: &Map<String, Json>) {
        let _ = (config, kept);
    }

    /// After an import: the proposed block with what the configuration leaves out of it kept as it was
    /// imported, where what it says is the same. That alone is no change.
    fn keep_imported(&self, proposed: &mut Value, prior: &Value, written: &Value) {
        let _ = (proposed, prior, written);
    }

    /// After a move: the same for keys that mean the same whether they are written or not.
    fn keep_moved(&self, proposed: &mut Value, prior: &Value, written: &Value, optional: &Map<String, Json>) {
        let _ = (proposed, prior, written, optional);
    }

    /// The planned block in the words of the prior one, where only Terraform tells the two apart; none where
    /// there is nothing to reword.
    fn reworded(&self, planned: &Value, prior: &Value) -> Option<Value> {
        let _ = (planned, prior);
        None
    }

    /// Plans what follows from the secrets, as far as they are known. Against a prior block that does not say
    /// it there is nothing to plan.
    fn plan_facts(&self, planned: &mut Value, prior: Option<&Value>, written: &Value, secrets_wo: &Value) {
        let _ = (planned, prior, written, secrets_wo);
    }

    /// Paths in the block whose change Kibana would refuse, so that the connector has to be replaced.
    fn must_replace(&self, prior: &Value, written: &Value, secrets_wo: &Value) -> Vec<Path> {
        let _ = (prior, written, secrets_wo);
        Vec::new()
    }

    /// Why an update with these secrets must not be sent after all, now that they are known.
    fn refuses_update(&self, prior: &Value, secrets: &Map<String, Json>) -> Option<Diagnostic> {
        let _ = (prior, secrets);
        None
    }

    /// What an update does that is not written.
    fn warn_of_update(&self, prior: &Value) -> Diagnostics {
        let _ = prior;
        Diagnostics::new()
    }

    /// What is left to do after a create.
    fn note_of_create(&self, answer: &ConnectorAnswer) -> Diagnostics {
        let _ = answer;
        Diagnostics::new()
    }

    /// Sets what an answer says about the connector beside its config, and what it leaves out of the config
    /// that was sent and that is a fact all the same.
    fn set_facts(&self, block: &mut Value, answer: &ConnectorAnswer, sent: &Map<String, Json>) {
        let _ = (block, answer, sent);
    }

    /// The key and value that make Kibana accept a config that it refused with this message although it means
    /// the same without.
    fn repair_of(&self, config: &Map<String, Json>, message: &str) -> Option<(&'static str, Json)> {
        let _ = (config, message);
        None
    }

    /// Why Kibana refuses what the block stands for, where its message shows that it does not know it.
    fn is_unknown_to(&self, message: &str) -> Option<String> {
        let _ = message;
        None
    }

    /// The fields that Kibana is too old to know, as its refusal says, and without which the config means the
    /// same.
    fn unknown_defaults(&self, config: &Map<String, Json>, message: &str) -> Vec<&'static Field> {
        let _ = (config, message);
        Vec::new()
    }

    /// Whether a field that is left to Kibana has to be chosen anew: somebody changed it since our last
    /// write, or we wrote it and no longer do.
    fn to_choose_anew(&self, written: &Value, memory: &Memory) -> bool {
        let _ = (written, memory);
        false
    }

    /// Fields that are left to Kibana and that an update leaves as they are, since nothing that decides them
    /// changes.
    fn settled(&self, written: &Value, planned: &Value, prior: &Value, memory: &Memory) -> Vec<&'static str> {
        let _ = (written, planned, prior, memory);
        Vec::new()
    }

    /// Paths and names of fields with a value that are left to Kibana.
    fn left_to_kibana(&self, written: &Value, prior: &Value) -> Vec<(Path, String)> {
        let _ = (written, prior);
        Vec::new()
    }

    /// The block for an answer of which nothing was known before. It fits.
    fn decode(&self, connector_type_id: &str, answer: &Map<String, Json>) -> Reading;

    /// The block after the first read of a connector whose create went unanswered: what Kibana fills is taken
    /// over, as it would have been from the answer.
    fn take_answer(&self, state: &Value, answer: &Map<String, Json>) -> Reading;

    /// The block after a read: what Kibana answers as the state has it, or as it answered to our last write,
    /// stays as it is in the state; anything else is drift, which the state takes over.
    fn reconcile(
        &self,
        state: &Value,
        connector_type_id: &str,
        answer: &Map<String, Json>,
        memory: &mut Memory,
    ) -> Reading;

    /// What to remember of the answer to a write, and a warning for each written field that Kibana answered
    /// otherwise. `state` is the block as it goes into the state, `sent` the config as it was sent.
    fn remember(
        &self,
        state: &Value,
        sent: &Map<String, Json>,
        answer: &Map<String, Json>,
        diagnostics: &mut Diagnostics,
    ) -> Memory;

    /// Entries of maps in an answer that are blank text: the keys that lead to each. They read as absent.
    fn blank_entries(&self, answer: &Map<String, Json>) -> Vec<Vec<String>> {
        let _ = answer;
        Vec::new()
    }

    /// The attribute in which an entry under this key of a config is written.
    fn attribute_of(&self, key: &str) -> Path {
        let _ = key;
        self.path()
    }

    /// What the block does not know of an answer, to be put back by `restore`.
    fn unknown_keys(&self, answer: &Map<String, Json>) -> Map<String, Json>;

    /// What the block knows of an answer.
    fn known_keys(&self, answer: &Map<String, Json>) -> Map<String, Json> {
        answer.clone()
    }

    /// What the block stands for.
    fn meaning(&self, block: &Value) -> Meaning;

    /// The block in which this means the same, as a state would hold it; none where there is no such block.
    /// `written` is the block of the configuration, where that is known: what it leaves out may be left to
    /// Kibana.
    fn restated(&self, connector_type_id: &str, meaning: &Meaning, written: Option<&Value>) -> Option<Value>;

    /// Keys of a config that Kibana would fill in if they were left out.
    fn filled_keys(&self, config: &Map<String, Json>) -> BTreeSet<String> {
        let _ = config;
        BTreeSet::new()
    }

    /// Keys that a block of this kind can write or leave out, and that one which is restated lacks, with
    /// their values; null for one that Kibana fills in and of which nothing is known.
    fn open_keys(&self, meaning: &Meaning) -> Map<String, Json> {
        let _ = meaning;
        Map::new()
    }

    /// The block without what need not be written in a configuration.
    fn without_defaults(&self, block: &Value) -> Value {
        block.clone()
    }

    /// Fills in what a state written by an earlier release lacks.
    fn upgrade(&self, block: &mut Value);
}

/// The block that takes any type.
pub(super) fn custom() -> &'static dyn TypeBlock {
    &custom::Custom
}

/// The block of what Kibana's catalogue declares, which stands in a resource of its own.
pub(super) fn spec() -> &'static dyn TypeBlock {
    &spec::Spec
}

/// All blocks of the wide resource, in the order in which they are documented. The last one fits every
/// connector.
pub(super) fn all() -> Vec<&'static dyn TypeBlock> {
    let typed = TYPES.iter().map(|ty| ty as &'static dyn TypeBlock);
    typed.chain([custom()]).collect()
}

/// The block that a connector as Kibana shows it is best written in.
pub(super) fn of_connector(connector_type_id: &str, config: &Map<String, Json>) -> &'static dyn TypeBlock {
    let fitting = all().into_iter().find(|block| block.fits(connector_type_id, config));
    fitting.unwrap_or_else(custom)
}

/// What an answer says, in keys of Kibana's own: blank text, which Kibana refuses today, may still be there
/// from an old release and reads as absent.
fn without_blanks(answer: &Map<String, Json>) -> Map<String, Json> {
    match without_blank(&Json::Object(answer.clone())) {
        Json::Object(entries) => entries,
        _ => Map::new(),
    }
}

/// The keys that lead to each blank text in JSON that stands under `key`, as far as it consists of objects.
fn blank_in(key: &str, json: &Json) -> Vec<Vec<String>> {
    let below = |(inner, json): (&String, &Json)| {
        blank_in(inner, json)
            .into_iter()
            .map(|keys| [vec![key.to_owned()], keys].concat())
            .collect::<Vec<_>>()
    };
    match json {
        Json::Object(entries) => entries.iter().flat_map(below).collect(),
        Json::String(text) if is_blank(text) => vec![vec![key.to_owned()]],
        _ => Vec::new(),
    }
}

/// The object in a JSON text; empty for a null, and for a text that is not a JSON object, which the plan has
/// refused.
fn json_object(text: &Value) -> Map<String, Json> {
    match text.as_str().map(serde_json::from_str) {
        Some(Ok(Json::Object(object))) => object,
        _ => Map::new(),
    }
}

/// What a connector of a type may have of secrets, by the names that the block has for them, for people; none
/// where it has none.
fn at_risk(ty: &ConnectorType, has_auth: Option<bool>, name: impl Fn(&Field) -> String) -> Option<String> {
    if has_auth != Some(false) {
        return (!ty.secrets.is_empty()).then(|| "whatever secrets it has now".to_owned());
    }
    // Without authentication there are no credentials; headers and the like can be secret all the same.
    let maps = ty.secrets.iter().filter(|field| matches!(field.kind, Kind::TextMap(_)));
    let names: Vec<_> = maps.map(|field| format!("`{}`", name(field))).collect();
    (!names.is_empty()).then(|| format!("its {}, if it has any,", names.join(" and ")))
}

/// The warning that Kibana answers a write with something else than was written. What Kibana answers is not
/// ours to print: it may hold a secret. Only a flag or a value of a closed list is shown.
fn warn_of_difference(key: &str, shown: Option<&Json>, path: Path, diagnostics: &mut Diagnostics) {
    let key = explain::name(key);
    let (now, advice) = match shown {
        Some(json) => (format!("answers that it is now {json}"), "Write what Kibana answers"),
        None => ("answers that it now has another value".to_owned(), "Write what Kibana shows for it"),
    };
    diagnostics.warning(
        path,
        format!("Kibana stored another value for `{key}`"),
        format!(
            "Kibana accepted `{key}` as it was written, but {now}. The state keeps what was written, and later plans will not \
             report this difference again. {advice}, to silence this warning."
        ),
    );
}

#[cfg(test)]
mod tests;
