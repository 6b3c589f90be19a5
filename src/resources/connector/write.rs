//! What a create or an update sends, why an update must not be sent, and how a write that Kibana refused is
//! repaired.
//!
//! The block is asked when the write is made, and then only how to repair what Kibana refused.

use serde_json::{Map, Value as Json};

use super::block::TypeBlock;
use super::memory::Memory;
use super::secrets::{self, SECRETS_WO};
use crate::catalog::check::Occasion;
use crate::client::{Client, ConnectorBody, Error};
use crate::diag::{Diagnostic, Diagnostics};
use crate::explain;
use crate::resources::ApplyRequest;
use crate::value::{Secret, Value};

/// What a create or an update sends.
pub(super) struct Write {
    pub(super) block: &'static dyn TypeBlock,
    /// What the user wrote of the config.
    pub(super) config: Map<String, Json>,
    /// The config as it is sent: with the keys that our tables do not know and that are kept.
    whole_config: Map<String, Json>,
    name: String,
    pub(super) connector_type_id: String,
    secrets: Map<String, Json>,
    /// Why it must not be sent after all: errors, or nothing.
    pub(super) refusal: Diagnostics,
}

impl Write {
    pub(super) fn new(block: &'static dyn TypeBlock, request: &ApplyRequest<'_>, memory: &Memory) -> Self {
        let text = |name: &str| request.planned.get(name).as_str().unwrap_or_default().to_owned();
        let written = request.config.get(block.name());
        let mut planned = request.planned.get(block.name()).clone();
        if let Some(prior) = request.prior.map(|prior| prior.get(block.name())) {
            // Planned as it is because Kibana will leave it so, and not in order to be sent.
            for field in block.settled(written, &planned, prior, memory) {
                planned.set(field, Value::Null);
            }
        }
        // What a newer Kibana keeps in addition to what we know would be lost if it were not sent back.
        // Another block sends exactly what is written.
        let stays = request.prior.is_some_and(|prior| !prior.get(block.name()).is_null());
        let secrets = secrets::to_send(block, request.planned, request.config);
        let mut config = block.config(&planned, written);
        block.with_secrets(&mut config, &secrets);
        let mut whole_config = config.clone();
        if stays {
            block.restore(&mut whole_config, &memory.unknown);
        }
        Self {
            block,
            config,
            whole_config,
            name: text("name"),
            connector_type_id: text("connector_type_id"),
            refusal: refusal(block, request, &planned, &secrets),
            secrets,
        }
    }

    /// The space in which a create creates.
    pub(super) fn space_id<'a>(&self, request: &'a ApplyRequest<'_>, client: &'a Client) -> &'a str {
        request.planned.get("space_id").as_str().unwrap_or_else(|| client.default_space())
    }

    /// The secret values, to be masked wherever they come back.
    pub(super) fn secret_texts(&self) -> Vec<Secret> {
        secrets::texts(&self.secrets)
    }

    /// The body, with the keys that are kept.
    pub(super) fn body(&self) -> ConnectorBody {
        self.body_with(self.whole_config.clone())
    }

    fn body_with(&self, config: Map<String, Json>) -> ConnectorBody {
        ConnectorBody {
            name: self.name.clone(),
            connector_type_id: self.connector_type_id.clone(),
            config,
            secrets: self.secrets.clone(),
        }
    }

    /// What is kept, for people: of a key that is sent in any case only settings inside it are.
    fn kept_names(&self) -> String {
        let kept = self.whole_config.iter().filter(|(key, json)| self.config.get(*key) != Some(*json));
        let (inside, whole): (Vec<&str>, Vec<&str>) =
            kept.map(|(key, _)| key.as_str()).partition(|key| self.config.contains_key(*key));
        match (whole.is_empty(), inside.is_empty()) {
            (_, true) => explain::names(whole),
            (true, false) => format!("settings inside {}", explain::names(inside)),
            (false, false) => {
                format!("{}, settings inside {}", explain::names(whole), explain::names(inside))
            }
        }
    }

    /// What a refused write is repeated with, a single time: only after a 400, and only where something was
    /// at fault that the user did not write, or without which it means the same.
    pub(super) fn repaired(&self, error: &Error) -> Option<Repaired> {
        let message = error.kibana_message().filter(|_| error.status() == Some(400))?;
        let unknown = self.block.unknown_defaults(&self.config, message);
        if !unknown.is_empty() {
            let names = explain::names(unknown.iter().map(|field| field.name));
            let them = if unknown.len() == 1 { "it" } else { "them" };
            let mut config = self.whole_config.clone();
            unknown.iter().for_each(|field| drop(config.remove(&field.json_key())));
            let detail = format!(
                "Kibana refused the connector as it was written: {message}. It was sent again without {names}: what is written \
                 there is the default, so it means the same. Remove {them} from the configuration until Kibana is upgraded."
            );
            return Some(Repaired {
                body: self.body_with(config),
                refusal: message.to_owned(),
                how: format!("without {names}"),
                warning: self.warning(format!("Kibana may be too old for {names}"), detail),
            });
        }
        if self.whole_config != self.config {
            let names = self.kept_names();
            let detail = format!(
                "Kibana refused the update while it held {names}, which this version of the provider does not know and had kept \
                 from an earlier answer: {message}. The update was sent again without."
            );
            return Some(Repaired {
                body: self.body_with(self.config.clone()),
                refusal: message.to_owned(),
                how: format!("without {names}"),
                warning: self.warning(format!("Unknown settings were dropped: {names}"), detail),
            });
        }
        let mut config = self.config.clone();
        let (key, value) = self.block.repair_of(&config, message)?;
        let how = format!("with `{key}` set to {value}");
        let warning = self.warning(
            "Kibana needed an explicit setting".to_owned(),
            format!(
                "Kibana refused the connector as it was written: {message}. It was sent again {how}, which means the same."
            ),
        );
        config.insert(key.to_owned(), value);
        Some(Repaired { body: self.body_with(config), refusal: message.to_owned(), how, warning })
    }

    fn warning(&self, summary: String, detail: String) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        diagnostics.warning(self.block.path(), summary, detail);
        diagnostics
    }

    /// Moves what is told of an error to the argument that Kibana's refusal names, where it names one, or to
    /// the block, where it does not know what the block stands for.
    pub(super) fn place(&self, error: &Error, told: &mut Diagnostic) {
        let Some(message) = error.kibana_message().filter(|_| error.status() == Some(400)) else { return };
        if let Some(why) = self.block.is_unknown_to(message) {
            told.path = self.block.path();
            told.detail = format!("{}\n\n{why}", told.detail);
        } else if let Some(key) = key_in(message).filter(|key| self.config.contains_key(*key)) {
            told.path = self.block.attribute_of(key);
        }
    }
}

/// What a refused write is repeated with.
pub(super) struct Repaired {
    pub(super) body: ConnectorBody,
    /// Kibana's words to the first.
    refusal: String,
    /// As in "sent again without `x`".
    how: String,
    warning: Diagnostics,
}

impl Repaired {
    /// What there is to say beside the outcome of the repetition: a warning, or a word in its errors.
    pub(super) fn told(self, mut errors: Diagnostics, was_sent: bool) -> Diagnostics {
        if !errors.has_errors() {
            errors.extend(self.warning);
            return errors;
        }
        errors.change_errors(|error| {
            let then = if was_sent { format!(", so it was sent again {}", self.how) } else { String::new() };
            let before = format!("Before that, Kibana had refused the connector ({}){then}.", self.refusal);
            error.detail = format!("{}\n\n{before}", error.detail);
        });
        errors
    }
}

/// The key of the config that Kibana's check of its shape names, in the words of its releases:
/// `config: [key]`, `config: Field "key"` or, on a line of its own, `→ at key`.
fn key_in(message: &str) -> Option<&str> {
    let (_, about) = message.split_once(" type config: ")?;
    let named = if let Some(named) = about.strip_prefix('[') {
        named.split_once("]: ")?.0
    } else if let Some(named) = about.strip_prefix("Field \"") {
        named.split_once('"')?.0
    } else {
        about.split_once("→ at ")?.1.lines().next()?
    };
    named.split(['.', '[']).next().map(str::trim).filter(|key| !key.is_empty())
}

/// Why an update must not be sent after all, now that its secrets are known: because of `ignore_changes` a
/// plan may not have seen them. Empty where it may; a create is planned with all of them in view.
fn refusal(
    block: &dyn TypeBlock,
    request: &ApplyRequest<'_>,
    planned: &Value,
    secrets: &Map<String, Json>,
) -> Diagnostics {
    let Some(prior) = request.prior else { return Diagnostics::new() };
    // Secrets that Kibana demands and that will not be sent.
    let is_stored = !planned.get(block.secrets_name()).is_null();
    let secrets_wo = if is_stored { &Value::Null } else { request.config.get(SECRETS_WO) };
    // Planned defaults are no more than that: as in a plan, what equals one counts as not written.
    let occasion = Occasion { sends: false, demands_secrets: true, prior: Some(planned) };
    let missing = block.check(planned, secrets_wo, occasion);
    if missing.has_errors() {
        return missing;
    }
    block.refuses_update(prior.get(block.name()), secrets).map(Diagnostics::from).unwrap_or_default()
}
