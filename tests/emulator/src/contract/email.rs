//! The odd rules of `.email`: sender, known services, and what Kibana's configuration allows.
//!
//! Known services are those of the mail library that Kibana uses; the list in `email_services.json` is
//! matched as the library does, without regard to case and most punctuation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::issue::Texts;
use super::rules::Judge;
use super::{addresses, web};

/// Normalised name or mail domain, to host.
static SERVICES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let listed: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("../../types/email_services.json")).expect("the list is JSON");
    listed
        .into_iter()
        .flat_map(|(host, names)| names.into_iter().map(move |name| (normalise(&name), host.clone())))
        .collect()
});

fn normalise(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn host_of(service: &str) -> Option<&'static str> {
    SERVICES.get(&normalise(service)).map(String::as_str)
}

/// The sender parses, and lies in an allowed domain. Up to 9.1 it is judged only where domains are listed.
pub(super) fn from(judge: &Judge<'_>) -> Option<String> {
    let list = judge.set_texts().next()?;
    let domains = judge.settings.email_domains.as_ref();
    let old = judge.texts == Texts::ConfigSchema;
    if old && domains.is_none() {
        return None;
    }
    let message = match addresses::parse(list) {
        Err(bad) => judge.value(&bad.join(", ")),
        Ok(good) => {
            let refused: Vec<String> = good
                .into_iter()
                .filter(|address| {
                    let domain = addresses::domain(address);
                    domains.is_some_and(|domains| !domains.iter().any(|one| one.eq_ignore_ascii_case(domain)))
                })
                .collect();
            if refused.is_empty() {
                return None;
            }
            format!("not allowed emails: {}", refused.join(", "))
        }
    };
    Some(if old { message } else { format!("[from]: {message}") })
}

/// The service is one of `email.services.enabled`. Kibana calls its own choices by other names there.
pub(super) fn enabled_service(judge: &Judge<'_>) -> Option<String> {
    let enabled = judge.settings.email_services.as_ref()?;
    let service = judge.set_texts().next()?;
    let name = match service {
        "gmail" => "google-mail",
        "exchange_server" => "microsoft-exchange",
        "outlook365" => "microsoft-outlook",
        "ses" => "amazon-ses",
        "elastic_cloud" => "elastic-cloud",
        other => other,
    };
    let known = enabled.iter().any(|one| one == "*" || one == name);
    (!known).then(|| judge.value(name).replace("{list}", &enabled.join(",")))
}

/// The mail library knows the service.
pub(super) fn service(judge: &Judge<'_>) -> Option<String> {
    judge.set_texts().find(|service| host_of(service).is_none()).map(|service| judge.value(service))
}

/// The known service's host is allowed.
pub(super) fn service_host(judge: &Judge<'_>) -> Option<String> {
    let service = judge.set_texts().next()?;
    let host = host_of(service)?;
    (!web::host_allowed(judge.settings, host)).then(|| judge.value(service).replace("{host}", host))
}

/// Host, port and TLS are the ones that Kibana is configured for, if it is.
pub(super) fn ses(judge: &Judge<'_>) -> Option<String> {
    let (host, port) = judge.settings.ses.as_ref()?;
    let host_wrong = judge.text("host").is_some_and(|given| given != host);
    let port_wrong =
        judge.object.get("port").and_then(Value::as_f64).is_some_and(|given| given != f64::from(*port));
    match (host_wrong, port_wrong) {
        (true, true) => Some(judge.rule.message.clone()),
        (true, false) => Some("[ses.host] does not match with the configured AWS SES host".to_owned()),
        (false, true) => Some("[ses.port] does not match with the configured AWS SES port".to_owned()),
        (false, false) => (judge.object.get("secure") == Some(&Value::Bool(false)))
            .then(|| "[ses.secure] must be true for AWS SES".to_owned()),
    }
}
