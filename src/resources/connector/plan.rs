//! The plan of a connector, in three steps: decide what happens, form the value, say the warnings.
//!
//! The planned value is a pure function of the inputs: Terraform plans again at apply and compares. Only what
//! is said about it depends on what Kibana answers (`preflight`, and the check of an unusual ID).

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::block::TypeBlock;
use super::memory::{Memory, Task};
use super::secrets::{self, SECRETS_WO, SECRETS_WO_VERSION};
use super::{Connector, check, hash, id, preflight, restate};
use crate::catalog::check::Occasion;
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::resources::{PlanRequest, Planned};
use crate::schema::Block;
use crate::schema::plan::{in_prior_words, in_written_words, mark_unknown, propose, replacements, same};
use crate::value::{Path, Unknown, Value};

/// What a write always leaves false.
const FLAGS: [&str; 3] = ["is_missing_secrets", "is_preconfigured", "is_system_action"];

pub(super) async fn plan(connector: &Connector, context: Context<'_>, request: PlanRequest<'_>) -> Planned {
    let decided = match decide(connector, context, &request).await {
        Ok(decided) => decided,
        Err(diagnostics) => {
            return Planned {
                value: propose(&connector.schema().block, request.config, request.prior),
                private: request.private.to_vec(),
                requires_replace: Vec::new(),
                diagnostics,
            };
        }
    };
    let value = form(connector, &request, &decided);
    let mut diagnostics = judge(&request, &decided);
    if decided.prior.is_none() {
        id::check(context, request.config.get("id"), &mut diagnostics).await;
    }
    if let Some(id) = request.prior.and_then(|prior| prior.get("id").as_str()) {
        context.provider.meet(id);
    }
    // A replacement is a create, too, and is planned once more as one.
    if decided.sends && decided.requires_replace.is_empty() && !diagnostics.has_errors() {
        let draft = decided.to_judge(request.config, &value);
        diagnostics.extend(preflight::judge(context, request.capabilities, &draft).await);
    }
    diagnostics.extend(warn(&decided, diagnostics.has_errors()));
    Planned { value, private: decided.private(), requires_replace: decided.requires_replace, diagnostics }
}

/// What the plan comes to, before any of it is marked unknown.
struct Decision<'a> {
    block: &'static dyn TypeBlock,
    /// The block's value in the configuration.
    written: &'a Value,
    /// The prior state, as if the connector had stood in this block before.
    prior: Option<Cow<'a, Value>>,
    /// Whether it stood in another one.
    changes_block: bool,
    /// What is remembered of the prior state.
    memory: Memory,
    /// The planned value as far as the configuration and the prior state tell.
    proposed: Value,
    requires_replace: Vec<Path>,
    /// Whether a create or an update is sent.
    sends: bool,
    /// Whether secrets are configured, or may be.
    has_secrets: bool,
    /// Whether Kibana says that the connector has lost its secrets.
    lacks_secrets: bool,
    /// Whether the update removes write-only secrets that our last write sent.
    removes_secrets: bool,
}

async fn decide<'a>(
    connector: &Connector,
    context: Context<'_>,
    request: &PlanRequest<'a>,
) -> Result<Decision<'a>, Diagnostics> {
    let (config, schema) = (request.config, &connector.schema().block);
    let block = connector.block_in(config)?;
    // The same connector in another block is planned as if it had stood in that block before.
    let restated = request.prior.and_then(|prior| restate::prior_in(connector, block, prior, config));
    let changes_block = restated.is_some();
    let prior = restated.map(Cow::Owned).or(request.prior.map(Cow::Borrowed));
    let written = config.get(block.name());

    let mut proposed = propose(schema, config, prior.as_deref());
    proposed.set("connector_type_id", block.connector_type_id(written));
    if prior.is_none() && config.get("space_id").is_null() {
        proposed.set("space_id", context.provider.space().map_or_else(not_null, Value::text));
    }
    if prior.is_none() && config.get("id").is_null() {
        proposed.set("id", not_null());
    }
    plan_facts(block, &mut proposed, prior.as_deref(), config);
    let mut requires_replace =
        prior.as_deref().map(|prior| replacements(schema, prior, &proposed)).unwrap_or_default();
    // Once an update is being carried out, it stays one: Terraform accepts no other plan then. The update
    // itself refuses what turns out to need a replacement.
    let is_decided = request.capabilities.deferral;
    if let Some(prior) = prior.as_deref().filter(|_| !is_decided) {
        requires_replace.extend(block.must_replace(prior.get(block.name()), written, config.get(SECRETS_WO)));
    }

    // Private data belongs to the prior state: a replacement's create gets what its predecessor left.
    let memory = prior.as_ref().map(|_| Memory::decode(request.private)).unwrap_or_default();
    proposed.set(SECRETS_WO_VERSION, version(block, config, prior.as_deref(), &memory).await);
    let lacks_secrets =
        prior.as_ref().is_some_and(|prior| prior.get("is_missing_secrets").as_bool() == Some(true));
    let has_secrets = secrets::are_configured(block, config);
    let has_to_send = block.to_choose_anew(written, &memory) || (lacks_secrets && has_secrets);
    let sends = match prior.as_deref() {
        Some(prior) if !has_to_send && changes_block => !means(schema, block, &proposed, prior),
        Some(prior) if !has_to_send => {
            let adopted = as_adopted(block, &proposed, prior, written, &memory);
            changes(schema, block, request, prior, adopted, &mut proposed)
        }
        Some(_) | None => true,
    };
    // Secrets that go with an update for another reason may be new ones by the time it is carried out.
    let is_counted =
        config.get(SECRETS_WO_VERSION).is_null() && proposed.get(SECRETS_WO_VERSION).as_number().is_some();
    if sends && is_counted && !config.get(SECRETS_WO).is_null() {
        proposed.set(SECRETS_WO_VERSION, not_null());
    }
    let removes_secrets = match &memory.hash {
        Some(hash) if sends && !has_secrets => !hash::matches(hash, &Map::new()).await,
        _ => false,
    };
    Ok(Decision {
        block,
        written,
        prior,
        changes_block,
        memory,
        proposed,
        requires_replace,
        sends,
        has_secrets,
        lacks_secrets,
        removes_secrets,
    })
}

/// Whether the proposed value, or what an import or a move left open of it, is a change for Kibana. Where it
/// is none, it is proposed in the words of the prior state, if Terraform accepts these.
///
/// A plan that changes nothing is not made again at apply. One that is made there and seems to change nothing
/// had an unknown part before, and Terraform holds us to the configuration's words, which were planned then.
fn changes(
    schema: &Block,
    block: &dyn TypeBlock,
    request: &PlanRequest<'_>,
    prior: &Value,
    adopted: Option<Value>,
    proposed: &mut Value,
) -> bool {
    let kept = adopted.as_ref().unwrap_or(proposed);
    if adopted.is_none() && kept == prior {
        return false;
    }
    if !means(schema, block, kept, prior) {
        return true;
    }
    let is_planned_again = request.capabilities.deferral;
    let reworded = in_prior_words(schema, request.config, kept, prior);
    match (reworded == *prior, adopted) {
        (true, adopted) if is_planned_again => {
            return adopted.is_some() && !means(schema, block, proposed, prior);
        }
        (true, _) => *proposed = reworded,
        (false, Some(adopted)) => *proposed = adopted,
        (false, None) => {}
    }
    false
}

/// The proposed value with what an import found, or a move brought along, and the configuration leaves out or
/// says in other words; none where there was neither since our last write.
fn as_adopted(
    block: &dyn TypeBlock,
    proposed: &Value,
    prior: &Value,
    written: &Value,
    memory: &Memory,
) -> Option<Value> {
    if !memory.is_imported() && memory.optional.is_empty() {
        return None;
    }
    let (mut kept, mut value) = (proposed.clone(), proposed.get(block.name()).clone());
    if memory.is_imported() {
        block.keep_imported(&mut value, prior.get(block.name()), written);
    }
    block.keep_moved(&mut value, prior.get(block.name()), written, &memory.optional);
    kept.set(block.name(), value);
    Some(kept)
}

/// Whether a planned value means the same to Kibana as the prior one. For Terraform they can differ all the
/// same.
fn means(schema: &Block, block: &dyn TypeBlock, planned: &Value, prior: &Value) -> bool {
    if same(schema, planned, prior) {
        return true;
    }
    let reworded = block.reworded(planned.get(block.name()), prior.get(block.name()));
    reworded.is_some_and(|reworded| {
        let mut planned = planned.clone();
        planned.set(block.name(), reworded);
        same(schema, &planned, prior)
    })
}

/// Plans in the block what follows from the secrets.
fn plan_facts(block: &dyn TypeBlock, planned: &mut Value, prior: Option<&Value>, config: &Value) {
    let prior = prior.map(|prior| prior.get(block.name()));
    let mut value = planned.get(block.name()).clone();
    block.plan_facts(&mut value, prior, config.get(block.name()), config.get(SECRETS_WO));
    planned.set(block.name(), value);
}

impl Decision<'_> {
    fn is_update(&self) -> bool {
        self.prior.is_some() && self.requires_replace.is_empty()
    }

    /// The prior value of the block.
    fn prior_block(&self) -> Option<&Value> {
        self.prior.as_deref().map(|prior| prior.get(self.block.name()))
    }

    /// What Kibana may have to say something on before it is sent.
    fn to_judge<'b>(&self, config: &'b Value, planned: &'b Value) -> preflight::Draft<'b> {
        preflight::Draft { block: self.block, config, planned, is_create: self.prior.is_none() }
    }

    /// The private data for apply, which gets no other.
    fn private(&self) -> Vec<u8> {
        let Some(prior) = &self.prior else { return Vec::new() };
        let task = match (self.sends, self.changes_block) {
            (false, true) => Task::Look,
            // What means the same to Kibana, such as a null of another type, can be an update for Terraform.
            (false, false) if **prior != self.proposed => Task::Store,
            (true, _) | (false, false) => Task::Write,
        };
        self.memory.encode_plan(task)
    }
}

/// The planned value: what Kibana fills anew becomes unknown, and everything else of an update is known.
fn form(connector: &Connector, request: &PlanRequest<'_>, decided: &Decision<'_>) -> Value {
    let mut value = decided.proposed.clone();
    if decided.changes_block {
        // Terraform knows no prior value of this block, so it takes none but the configuration's.
        let name = decided.block.name();
        let schema = connector.schema().block.block(name);
        let block = schema.map(|nested| in_written_words(&nested.block, decided.written, value.get(name)));
        block.into_iter().for_each(|block| value.set(name, block));
    }
    // Where only the block changes nothing is sent, but what Kibana fills in has to be looked up for the new
    // one.
    if decided.sends || decided.changes_block {
        mark_unknown(&connector.schema().block, request.config, &mut value);
        // An update sends it, also where Kibana did not say it before.
        plan_facts(decided.block, &mut value, None, request.config);
    }
    if let Some(prior) = decided.prior_block().filter(|_| decided.is_update() && !decided.changes_block) {
        let name = decided.block.name();
        let mut block = value.get(name).clone();
        for field in decided.block.settled(decided.written, &block, prior, &decided.memory) {
            block.set(field, prior.get(field).clone());
        }
        value.set(name, block);
    }
    if decided.is_update() && decided.sends {
        FLAGS.iter().for_each(|flag| value.set(flag, Value::Bool(false)));
        if decided.block.deprecation_depends_on_config() {
            value.set("is_deprecated", Value::unknown());
        }
    }
    value
}

/// Errors, and warnings about what is written.
fn judge(request: &PlanRequest<'_>, decided: &Decision<'_>) -> Diagnostics {
    // Write-only secrets that are not in view may be under `ignore_changes`, and come with apply: where our
    // last write sent some, or where a version of theirs is written.
    let has_version = decided.prior.is_some() && !request.config.get(SECRETS_WO_VERSION).is_null();
    let may_be_ignored = decided.memory.hash.is_some() || has_version;
    let occasion = Occasion {
        sends: decided.sends,
        demands_secrets: decided.sends && (decided.has_secrets || !may_be_ignored),
        prior: decided.prior_block(),
    };
    let mut found = check::block(decided.block, request.config, occasion);
    found.extend(check::common(request.config));
    found
}

/// Warnings about what an update does that is not written. Where it cannot happen because of an error, that
/// is enough.
fn warn(decided: &Decision<'_>, has_errors: bool) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(prior) = decided.prior_block().filter(|_| decided.is_update()) else { return found };
    let (block, memory) = (decided.block, &decided.memory);
    let mut left = dropped(decided);
    // There was no write of ours yet whose answer could be kept.
    if decided.sends && memory.is_imported() {
        left.extend(block.left_to_kibana(decided.written, prior));
    }
    let more = left.len().saturating_sub(MOST_CHOICES);
    for (path, field) in left.into_iter().take(MOST_CHOICES) {
        warn_of_new_choice(path, &explain::name(&field), &mut found);
    }
    if more > 0 {
        let detail = format!("The same holds for {more} more settings of the connector.");
        found.warning(block.path(), "Kibana will choose more settings anew", detail);
    }
    if decided.sends && memory.is_imported() {
        let keeps_none = !decided.has_secrets && memory.hash.is_none();
        if let Some(lost) = block.secrets_at_risk(decided.written).filter(|_| keeps_none && !has_errors) {
            warn_of_lost_secrets(block, &lost, &mut found);
        }
    }
    if decided.sends {
        found.extend(block.warn_of_update(prior));
        warn_of_blank_entries(decided, &mut found);
    }
    if decided.removes_secrets {
        warn_of_removed_secrets(&mut found);
    }
    if decided.lacks_secrets && !decided.has_secrets && !has_errors {
        warn_of_missing_secrets(block, &mut found);
    }
    found
}

fn not_null() -> Value {
    Value::Unknown(Unknown::not_null())
}

/// The planned version of write-only secrets: the user's own, else one that counts the changes that a hash
/// shows.
async fn version(block: &dyn TypeBlock, config: &Value, prior: Option<&Value>, memory: &Memory) -> Value {
    let written = config.get(SECRETS_WO_VERSION);
    if !written.is_null() {
        return written.clone();
    }
    let prior = prior.map(|prior| prior.get(SECRETS_WO_VERSION));
    let write_only = config.get(SECRETS_WO);
    match config.get(block.name()).get(block.secrets_name()) {
        Value::Null => {}
        // They may turn out to be none.
        Value::Unknown(_) if memory.hash.is_some() || !write_only.is_null() => return Value::unknown(),
        _ => return Value::Null,
    }
    match (&memory.hash, prior) {
        (Some(_), Some(prior)) if write_only.is_null() => prior.clone(),
        (None, _) if write_only.is_null() => Value::Null,
        (Some(hash), Some(prior)) if write_only.is_wholly_known() => {
            let unchanged = hash::matches(hash, &secrets::write_only(block, config)).await;
            if unchanged { prior.clone() } else { not_null() }
        }
        // Without a version before there is none after, if these turn out to be none.
        (None, _) | (_, None) if write_only.is_unknown() => Value::unknown(),
        _ => not_null(),
    }
}

/// For so many settings it is told of each that Kibana chooses it again.
const MOST_CHOICES: usize = 20;

/// The keys that nobody here knows and that an update does not send, although Kibana has them.
fn dropped(decided: &Decision<'_>) -> Vec<(Path, String)> {
    let (block, unknown) = (decided.block, &decided.memory.unknown);
    let keeps = !decided.changes_block && block.restores();
    if !decided.sends || keeps || unknown.is_empty() || !decided.written.is_wholly_known() {
        return Vec::new();
    }
    let sent = block.config(decided.proposed.get(block.name()), decided.written);
    let keys = unknown.keys().filter(|key| !sent.contains_key(*key));
    keys.map(|key| (block.path(), key.clone())).collect()
}

/// What an update leaves out, Kibana chooses.
fn warn_of_new_choice(path: Path, field: &str, found: &mut Diagnostics) {
    found.warning(
        path,
        format!("Kibana will choose `{field}` anew"),
        format!(
            "The connector has a value for `{field}`, which the configuration leaves out, so Kibana \
             chooses it again in this update. To keep the present value, write it in the configuration."
        ),
    );
}

/// What an old release stored with blank text reads as absent, so the plan cannot show that an update drops
/// it.
fn warn_of_blank_entries(decided: &Decision<'_>, found: &mut Diagnostics) {
    let (block, written) = (decided.block, decided.written);
    // What is not known yet may be the very entry.
    if decided.memory.blank.is_empty() || decided.changes_block || !written.is_wholly_known() {
        return;
    }
    let config = Json::Object(block.config(written, written));
    let is_written = |keys: &[String]| keys.iter().try_fold(&config, |json, key| json.get(key)).is_some();
    let gone: Vec<_> = decided.memory.blank.iter().filter(|keys| !is_written(keys)).collect();
    let Some(first) = gone.first().and_then(|keys| keys.first()) else { return };
    let names: Vec<_> = gone.iter().map(|keys| keys.join(".")).collect();
    found.warning(
        block.attribute_of(first),
        "Blank text will be removed",
        format!(
            "Kibana holds blank text under {}, as only releases before 8.4 accept it. It reads as absent, and this update \
             removes it.",
            explain::names(names.iter().map(String::as_str))
        ),
    );
}

fn warn_of_lost_secrets(block: &dyn TypeBlock, lost: &str, found: &mut Diagnostics) {
    found.warning(
        block.path(),
        "Secrets in Kibana will be lost",
        format!(
            "The connector was imported, and no secrets are configured. Kibana never returns them, and an update replaces all of \
             them, so {lost} will be gone. Add them to {}.",
            secrets::where_to_write(block)
        ),
    );
}

/// Taking write-only secrets out plans nothing, so nobody has seen it before.
fn warn_of_removed_secrets(found: &mut Diagnostics) {
    found.warning(
        Path::of(SECRETS_WO),
        "Secrets in Kibana will be removed",
        "The last write sent secrets from `secrets_wo`, and it holds none now. An update replaces all secrets, so after this \
         one Kibana has none. To keep them, write them again. If `ignore_changes` names `secrets_wo`, the \
         secrets in the configuration are still sent.",
    );
}

fn warn_of_missing_secrets(block: &dyn TypeBlock, found: &mut Diagnostics) {
    found.warning(
        block.path(),
        "The connector lacks its secrets",
        format!(
            "Kibana says that this connector has lost its secrets, as after an import of saved objects, and none are configured. \
             It does not work until they are sent again. Add them to {}.",
            secrets::where_to_write(block)
        ),
    );
}
