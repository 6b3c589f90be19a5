//! Judges the rules between fields; the first one that fails speaks.
//!
//! Plain kinds are here, odd ones in the module named after what they judge. Messages come from the
//! contract file; `{value}`, `{host}`, `{reason}`, `{list}` and `{missing}` in them are filled in here.

use serde_json::Value;

use super::issue::Texts;
use super::shape::{Check, Rule, Stage};
use super::{Object, condition, email, pem, web};
use crate::options::Settings;

/// Judges one stage.
///
/// # Errors
///
/// The message's tail of the first rule that fails.
pub(crate) fn check(
    rules: &[Rule],
    stage: Stage,
    config: &Object,
    secrets: &Object,
    texts: Texts,
    settings: &Settings,
) -> Result<(), String> {
    for rule in rules.iter().filter(|rule| rule.stage == stage) {
        if !rule.when.iter().all(|when| condition::holds(when, config, secrets)) {
            continue;
        }
        let object = if stage == Stage::Secrets { secrets } else { config };
        if let Some(message) = (Judge { rule, object, texts, settings }).refusal() {
            return Err(if rule.schema_issue { texts.schema_rule(&message) } else { message });
        }
    }
    Ok(())
}

/// One rule with what it judges.
pub(super) struct Judge<'a> {
    pub(super) rule: &'a Rule,
    pub(super) object: &'a Object,
    pub(super) texts: Texts,
    pub(super) settings: &'a Settings,
}

impl Judge<'_> {
    fn refusal(&self) -> Option<String> {
        let rule = self.rule;
        let first_bad = |good: &dyn Fn(&str) -> bool| self.set_texts().find(|text| !good(text));
        match rule.kind {
            Check::Refuse => Some(rule.message.clone()),
            Check::PfxDisabled => (!self.settings.webhook_pfx).then(|| rule.message.clone()),
            Check::Url => first_bad(&|text| web::parse(text).is_ok()).map(|text| self.value(text)),
            Check::HttpUrl => self
                .set_texts()
                .find_map(|text| web::parse_http(text).err())
                .map(|reason| rule.message.replace("{reason}", reason)),
            Check::AllowedHost => {
                let fallback = rule.fallback.as_deref().filter(|_| self.set_texts().next().is_none());
                let bad =
                    self.set_texts().chain(fallback).find(|text| !web::url_allowed(self.settings, text));
                bad.map(|text| self.value(text))
            }
            Check::AllowedName => {
                first_bad(&|text| web::host_allowed(self.settings, text)).map(|text| self.value(text))
            }
            Check::HostOneOf => first_bad(&|text| {
                web::parse(text).is_ok_and(|url| {
                    url.host_str().is_some_and(|host| rule.values.iter().any(|one| one == host))
                })
            })
            .map(|_| rule.message.clone()),
            Check::Known => first_bad(&|text| {
                rule.values.iter().any(|one| one == text)
                    || rule.values_any_case.iter().any(|one| one.eq_ignore_ascii_case(text))
            })
            .map(|text| self.value(text)),
            Check::JsonObject => {
                first_bad(&|text| serde_json::from_str::<Object>(text).is_ok_and(|object| !object.is_empty()))
                    .map(|_| rule.message.clone())
            }
            Check::ListedMissing => self.listed_missing(),
            Check::ServiceAccount => self.set_texts().find_map(|text| self.service_account(text)),
            Check::WebhookSecrets => (!self.webhook_secrets()).then(|| rule.message.clone()),
            Check::PkiSecrets => pem::refusal(self),
            Check::EmailFrom => email::from(self),
            Check::EmailEnabledService => email::enabled_service(self),
            Check::EmailService => email::service(self),
            Check::EmailServiceHost => email::service_host(self),
            Check::Ses => email::ses(self),
        }
    }

    /// The rule's fields that hold a text which is not empty.
    pub(super) fn set_texts(&self) -> impl Iterator<Item = &str> {
        self.rule.fields.iter().filter_map(|key| self.text(key))
    }

    /// A field's text, if it is one and not empty.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The message with the value in it.
    pub(super) fn value(&self, text: &str) -> String {
        self.rule.message.replace("{value}", text)
    }

    fn listed_missing(&self) -> Option<String> {
        let missing: Vec<&str> = self
            .rule
            .fields
            .iter()
            .zip(&self.rule.labels)
            .filter(|(key, _)| self.text(key).is_none())
            .map(|(_, label)| label.as_str())
            .collect();
        (!missing.is_empty()).then(|| self.rule.message.replace("{missing}", &missing.join(", ")))
    }

    fn service_account(&self, text: &str) -> Option<String> {
        let reason = match serde_json::from_str::<Value>(text) {
            Err(_) => "Invalid JSON format for credentials.".to_owned(),
            Ok(credentials) => match credentials.get("type").and_then(Value::as_str).unwrap_or("unknown") {
                "service_account" => return None,
                other => format!(
                    "Invalid credential type. Only \"service_account\" credentials are supported. Type was \"{other}\"."
                ),
            },
        };
        Some(self.rule.message.replace("{reason}", &reason))
    }

    /// Nothing; user and password; crt and key; pfx; clientSecret. A password may go with both certificates.
    fn webhook_secrets(&self) -> bool {
        let set = |key: &str| self.text(key).is_some();
        let (user, password, client_secret) = (set("user"), set("password"), set("clientSecret"));
        match (set("crt"), set("key"), set("pfx")) {
            (false, false, false) => user == password && !(user && client_secret),
            (true, true, false) | (false, false, true) => !user && !client_secret,
            _ => false,
        }
    }
}
