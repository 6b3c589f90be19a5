//! Which authentication applies. One chosen in HCL sets aside whatever the environment holds for the others.

use super::settings::{Environment, Setting, Source, either, variable};
use crate::client::Auth;
use crate::diag::Diagnostics;
use crate::value::{Path, Secret, Value};

const API_KEY: (&str, &str) = ("api_key", "KIBANA_API_KEY");
const BEARER_TOKEN: (&str, &str) = ("bearer_token", "KIBANA_BEARER_TOKEN");
const USERNAME: (&str, &str) = ("username", "KIBANA_USERNAME");
const PASSWORD: (&str, &str) = ("password", "KIBANA_PASSWORD");

/// The methods, each with the settings that belong to it.
const METHODS: [&[(&str, &str)]; 3] = [&[API_KEY], &[BEARER_TOKEN], &[USERNAME, PASSWORD]];

/// Finds two methods in the provider block, or half of one; nothing else is known while validating.
pub(super) fn check(config: &Value, found: &mut Diagnostics) {
    let used = methods(|(argument, _)| config.get(argument).is_surely_set());
    if let [first, second, ..] = used[..] {
        found.error(
            Path::of(METHODS[second][0].0),
            "Two authentications",
            format!(
                "`{}` and `{}` are both set, and Kibana takes one of them. Keep `api_key`, `bearer_token`, or `username` \
                 with `password`.",
                set_argument(config, first),
                set_argument(config, second)
            ),
        );
    }
}

fn methods(is_set: impl Fn(&(&'static str, &'static str)) -> bool) -> Vec<usize> {
    (0..METHODS.len()).filter(|method| METHODS[*method].iter().any(&is_set)).collect()
}

fn set_argument(config: &Value, method: usize) -> &'static str {
    let settings = METHODS[method];
    settings.iter().find(|(name, _)| config.get(name).is_surely_set()).unwrap_or(&settings[0]).0
}

/// The authentication to use. Every argument is known by now.
pub(super) fn choose(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> Option<Auth> {
    let in_block = methods(|(name, _)| !config.get(name).is_null());
    let method = match in_block.first() {
        Some(method) => Some(*method),
        None => {
            let used = methods(|(_, name)| variable(environment, name).is_some());
            if let [first, second, ..] = used[..] {
                let set = |method: usize| {
                    METHODS[method].iter().find(|(_, name)| variable(environment, name).is_some())
                };
                let names: Vec<_> =
                    [first, second].into_iter().filter_map(set).map(|(_, name)| *name).collect();
                found.error(
                    Path::root(),
                    "Two authentications",
                    format!(
                        "The environment variables {} are both set, and Kibana takes one of them. Unset one, or choose in the \
                         provider block.",
                        names.join(" and ")
                    ),
                );
                return None;
            }
            used.first().copied()
        }
    };
    let Some(method) = method else { return Some(Auth::None) };
    let mut texts = Vec::new();
    for (name, variable_name) in METHODS[method] {
        match either(config, name, environment, variable_name) {
            Some(setting) if setting.text.trim().is_empty() => {
                blank(&setting, found);
                return None;
            }
            Some(setting) => texts.push(setting.text),
            None => {
                let other = METHODS[method].iter().find(|other| other.0 != *name).map_or("", |other| other.0);
                found.error(
                    Path::of(other),
                    format!("Missing {name}"),
                    format!(
                        "`{other}` is set without `{name}`. Set `{name}` or the environment variable {variable_name}."
                    ),
                );
                return None;
            }
        }
    }
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    Some(match method {
        0 => Auth::ApiKey(Secret::new(next())),
        1 => Auth::Bearer(Secret::new(next())),
        _ => Auth::Basic { username: next(), password: Secret::new(next()) },
    })
}

fn blank(setting: &Setting, found: &mut Diagnostics) {
    let (Source::Argument(name) | Source::Variable(name)) = setting.source;
    found.error(
        setting.source.path(),
        format!("Blank {name}"),
        format!("{} holds only white space. Set it, or leave it out.", setting.source.name()),
    );
}
