//! The plan of a connector: which form, create, update or nothing, and what becomes known only after apply.
//!
//! A pure function of its inputs but for one question to Kibana that an unusual ID needs: Terraform plans again at
//! apply and compares.

use super::form::Form;
use super::memory::Memory;
use super::secrets::{self, SECRETS_WO, VERSION};
use super::{Connector, check_form, check_name, convert, hash, id};
use crate::catalog::check::Occasion;
use crate::diag::Diagnostics;
use crate::offer::{Context, Served};
use crate::resources::{PlanRequest, Planned};
use crate::schema::plan::{mark_unknown, propose, replacements};
use crate::value::{Path, Unknown, Value};
use serde_json::Map;

/// What a write always leaves false.
const FLAGS: [&str; 3] = ["is_missing_secrets", "is_preconfigured", "is_system_action"];

pub(super) async fn plan(connector: &Connector, context: Context<'_>, request: PlanRequest<'_>) -> Planned {
    let (config, block) = (request.config, &connector.schema().block);
    let form = match connector.form(config) {
        Ok(form) => form,
        Err(error) => {
            return Planned {
                value: propose(block, config, request.prior),
                private: request.private.to_vec(),
                requires_replace: Vec::new(),
                diagnostics: error.into(),
            };
        }
    };
    // The same connector in another block: planned as if it had stood in that block before.
    let converted = request.prior.and_then(|prior| convert::prior_in(connector, form, prior, config));
    let prior = converted.as_ref().or(request.prior);
    let written = config.get(form.block());

    let mut planned = propose(block, config, prior);
    planned.set("connector_type_id", form.connector_type_id(written));
    if prior.is_none() && config.get("space_id").is_null() {
        planned.set("space_id", context.provider.space().map_or_else(not_null, Value::text));
    }
    if prior.is_none() && config.get("id").is_null() {
        planned.set("id", not_null());
    }
    let requires_replace = prior.map(|prior| replacements(block, prior, &planned)).unwrap_or_default();
    let is_update = prior.is_some() && requires_replace.is_empty();

    // Private data belongs to the prior state: a replacement's create gets what its predecessor left.
    let memory = prior.map(|_| Memory::decode(request.private)).unwrap_or_default();
    planned.set(VERSION, version(form, config, prior, &memory).await);
    let are_missing = prior.is_some_and(|prior| prior.get("is_missing_secrets").as_bool() == Some(true));
    let has_secrets = secrets::are_configured(form, config);
    let changes = prior.is_none_or(|prior| !planned.means(prior));
    let sends = changes || form.to_choose_anew(written, &memory) || (are_missing && has_secrets);
    // Secrets that go with an update for another reason may be new ones by the time it is carried out.
    let is_counted = config.get(VERSION).is_null() && planned.get(VERSION).as_number().is_some();
    if sends && is_counted && !config.get(SECRETS_WO).is_null() {
        planned.set(VERSION, not_null());
    }

    let mut diagnostics = Diagnostics::new();
    // Where only the block changes nothing is sent, but what Kibana fills in has to be looked up for the new one.
    if sends || converted.is_some() {
        let type_id = planned.get("connector_type_id").clone();
        mark_unknown(block, config, &mut planned);
        planned.set("connector_type_id", type_id);
    }
    if let Some(prior) = prior.filter(|_| is_update) {
        for flag in FLAGS {
            planned.set(flag, if sends { Value::Bool(false) } else { prior.get(flag).clone() });
        }
        if !(sends && form.deprecation_depends_on_config()) {
            planned.set("is_deprecated", prior.get("is_deprecated").clone());
        }
        if sends && memory.imported {
            warn_of_new_choice(form, written, prior.get(form.block()), &mut diagnostics);
            if !has_secrets && memory.hash.is_none() {
                warn_of_lost_secrets(form, &mut diagnostics);
            }
        }
        if let Some(hash) = memory.hash.as_ref().filter(|_| sends && !has_secrets)
            && !hash::matches(hash, &Map::new()).await
        {
            warn_of_removed_secrets(&mut diagnostics);
        }
        if are_missing && !has_secrets {
            warn_of_missing_secrets(form, &mut diagnostics);
        }
    }

    let occasion = Occasion {
        sends,
        // Write-only secrets that are not in view may be under `ignore_changes`, and come with apply.
        demands_secrets: sends && (has_secrets || memory.hash.is_none()),
        prior: prior.map(|prior| prior.get(form.block())),
    };
    diagnostics.extend(check_form(form, config, occasion));
    diagnostics.extend(check_name(config));
    if prior.is_none() {
        id::check(context, config.get("id"), &mut diagnostics).await;
    }
    let private = match prior {
        None => Vec::new(),
        Some(_) if converted.is_some() => Memory { only_look: !sends, ..memory }.encode(),
        Some(_) => request.private.to_vec(),
    };
    Planned { value: planned, private, requires_replace, diagnostics }
}

fn not_null() -> Value {
    Value::Unknown(Unknown::not_null())
}

/// The planned version of write-only secrets: the user's own, else one that counts the changes that a hash shows.
async fn version(form: Form, config: &Value, prior: Option<&Value>, memory: &Memory) -> Value {
    let written = config.get(VERSION);
    if !written.is_null() {
        return written.clone();
    }
    let prior = prior.map(|prior| prior.get(VERSION));
    let write_only = config.get(SECRETS_WO);
    match secrets::stored(form, config.get(form.block())) {
        Value::Null => {}
        // They may turn out to be none.
        Value::Unknown(_) if memory.hash.is_some() || !write_only.is_null() => return Value::unknown(),
        _ => return Value::Null,
    }
    match (&memory.hash, prior) {
        (Some(_), Some(prior)) if write_only.is_null() => prior.clone(),
        (None, _) if write_only.is_null() => Value::Null,
        (Some(hash), Some(prior)) if write_only.is_wholly_known() => {
            let unchanged = hash::matches(hash, &secrets::write_only_json(form, config)).await;
            if unchanged { prior.clone() } else { not_null() }
        }
        // Without a version before there is none after, if these turn out to be none.
        (None, _) | (_, None) if write_only.is_unknown() => Value::unknown(),
        _ => not_null(),
    }
}

/// After an import there was no write of ours whose answer could be kept, so the first update lets Kibana choose.
fn warn_of_new_choice(form: Form, written: &Value, prior: &Value, diagnostics: &mut Diagnostics) {
    for (path, field) in form.left_to_kibana(written, prior) {
        diagnostics.warning(
            path,
            "Kibana will choose this anew",
            format!(
                "The connector was imported with a value for `{field}` that the configuration leaves out, so this update \
                 lets Kibana choose it again. Write the present value to keep it."
            ),
        );
    }
}

fn warn_of_lost_secrets(form: Form, diagnostics: &mut Diagnostics) {
    let may_have_secrets = match form {
        Form::Typed(ty) => !ty.secrets.is_empty(),
        Form::Custom => true,
    };
    if may_have_secrets {
        diagnostics.warning(
            form.path(),
            "Secrets in Kibana will be lost",
            format!(
                "The connector was imported, and no secrets are configured. Kibana never returns them, and an update replaces \
                 all of them, so whatever secrets it has now will be gone. Add them to {}.",
                secrets::where_to_write(form)
            ),
        );
    }
}

/// Taking write-only secrets out plans nothing, so nobody has seen it before.
fn warn_of_removed_secrets(diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::of(SECRETS_WO),
        "Secrets in Kibana will be removed",
        "The last write sent secrets from `secrets_wo`, and it holds none now. An update replaces all secrets, so after this \
         one Kibana has none. To keep them, write them again. (Where `ignore_changes` names `secrets_wo`, the ones in the \
         configuration are sent all the same.)",
    );
}

fn warn_of_missing_secrets(form: Form, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        form.path(),
        "The connector lacks its secrets",
        format!(
            "Kibana says that this connector has lost its secrets, as after an import of saved objects, and none are \
             configured. It does not work until they are sent again. Add them to {}.",
            secrets::where_to_write(form)
        ),
    );
}

/// What to say where not exactly one block says what a connector is.
pub(super) fn no_form(blocks: &[&str], all: &str) -> (Path, &'static str, String) {
    if blocks.is_empty() {
        let detail = format!("A connector needs exactly one block that says what it connects to: {all}.");
        return (Path::root(), "No connector type", detail);
    }
    let there = blocks.iter().map(|block| format!("`{block}`")).collect::<Vec<_>>().join(" and ");
    let detail = format!(
        "A connector is of one type, but {there} are there. Keep one of them. If a `dynamic` block decides which, the \
         values in its `for_each` must be known when planning."
    );
    let last = blocks.last().copied().unwrap_or_default();
    (Path::of(last), "More than one connector type", detail)
}
