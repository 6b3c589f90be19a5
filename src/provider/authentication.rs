//! Which authentication applies. One chosen in HCL sets aside whatever the environment holds for the others.

use super::headers;
use super::settings::{Environment, Setting, either, variable};
use crate::client::{Auth, can_be_sent, without_scheme};
use crate::diag::Diagnostics;
use crate::value::{Path, Secret, Value};

/// A setting: its argument, and the variable that stands in for it.
struct Name {
    argument: &'static str,
    variable: &'static str,
}

const API_KEY: Name = Name { argument: "api_key", variable: "KIBANA_API_KEY" };
const BEARER_TOKEN: Name = Name { argument: "bearer_token", variable: "KIBANA_BEARER_TOKEN" };
const USERNAME: Name = Name { argument: "username", variable: "KIBANA_USERNAME" };
const PASSWORD: Name = Name { argument: "password", variable: "KIBANA_PASSWORD" };

/// The variables that this file reads.
pub(super) const VARIABLES: [&str; 4] =
    [API_KEY.variable, BEARER_TOKEN.variable, USERNAME.variable, PASSWORD.variable];

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    ApiKey,
    BearerToken,
    User,
    /// `Authorization` among the provider block's own headers.
    Header,
}

impl Method {
    const ALL: [Self; 4] = [Self::ApiKey, Self::BearerToken, Self::User, Self::Header];

    /// The settings that belong to it.
    fn names(self) -> &'static [Name] {
        match self {
            Self::ApiKey => &[API_KEY],
            Self::BearerToken => &[BEARER_TOKEN],
            Self::User => &[USERNAME, PASSWORD],
            Self::Header => &[],
        }
    }
}

/// Where the provider block chooses a method: for each that it uses, the first argument that says so.
fn in_block(config: &Value, is_set: impl Fn(&Value) -> bool) -> Vec<(Method, Path)> {
    let path_of = |method: Method| match method {
        Method::Header => headers::authorization(config, &is_set),
        _ => {
            let mut names = method.names().iter();
            names.find(|name| is_set(config.get(name.argument))).map(|name| Path::of(name.argument))
        }
    };
    Method::ALL.into_iter().filter_map(|method| Some((method, path_of(method)?))).collect()
}

/// Finds two methods in the provider block; nothing else is known while validating.
pub(super) fn check(config: &Value, found: &mut Diagnostics) {
    if let [(_, first), (_, second), ..] = &in_block(config, Value::is_surely_set)[..] {
        found.error(
            second.clone(),
            "Conflicting authentication methods",
            format!(
                "`{first}` and `{second}` are both set, but Kibana accepts only one authentication method. Keep `api_key`, \
                 `bearer_token`, `username` with `password`, or an `Authorization` header."
            ),
        );
    }
}

/// The authentication to use. Every argument is known by now.
pub(super) fn choose(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> Option<Auth> {
    let method = match in_block(config, |value| !value.is_null()).first() {
        Some((method, _)) => *method,
        None => match in_environment(environment, found)? {
            Some(method) => method,
            None => return Some(Auth::None),
        },
    };
    let either = |name: &Name| either(config, name.argument, environment, name.variable);
    match method {
        Method::Header => Some(Auth::None),
        Method::ApiKey => Some(Auth::ApiKey(api_key(either(&API_KEY)?, found)?)),
        Method::BearerToken => Some(Auth::Bearer(token(either(&BEARER_TOKEN)?, found)?)),
        Method::User => match (either(&USERNAME), either(&PASSWORD)) {
            (Some(username), Some(password)) => user(username, password, found),
            (Some(username), None) => missing(&PASSWORD, &username, found),
            (None, Some(password)) => missing(&USERNAME, &password, found),
            (None, None) => Some(Auth::None),
        },
    }
}

/// The method that the environment names; nothing where it names two.
fn in_environment(environment: Environment<'_>, found: &mut Diagnostics) -> Option<Option<Method>> {
    let is_set = |name: &&Name| variable(environment, name.variable).is_some();
    let used: Vec<_> = Method::ALL
        .into_iter()
        .filter_map(|method| Some((method, method.names().iter().find(is_set)?.variable)))
        .collect();
    if let [(_, first), (_, second), ..] = used[..] {
        found.error(
            Path::root(),
            "Conflicting authentication methods",
            format!(
                "The environment variables {first} and {second} are both set, but Kibana accepts only one authentication \
                 method. Unset one of them, or choose a method in the provider block."
            ),
        );
        return None;
    }
    Some(used.first().map(|(method, _)| *method))
}

fn api_key(setting: Setting, found: &mut Diagnostics) -> Option<Secret> {
    let (path, subject) = (setting.source.path(), setting.source.subject());
    let key = token(setting, found)?;
    // No Base64 holds a colon.
    if key.expose().contains(':') {
        found.error(
            path,
            "Invalid credentials",
            format!(
                "{subject} holds an ID and a key with a colon in between, which Kibana does not accept. Give the encoded form of \
                 the API key: Elasticsearch calls it `encoded` when it creates the key, and it is the Base64 of both."
            ),
        );
        return None;
    }
    Some(key)
}

/// An API key or a bearer token.
fn token(setting: Setting, found: &mut Diagnostics) -> Option<Secret> {
    let setting = setting.trimmed();
    if setting.text.is_empty() {
        return blank(&setting, found);
    }
    if !can_be_sent(&setting.text) {
        found.error(
            setting.source.path(),
            "Invalid credentials",
            format!(
                "{} holds a character that no HTTP header can carry, such as a line break. Check that it is the key or \
                 token alone.",
                setting.source.subject()
            ),
        );
        return None;
    }
    if without_scheme(&setting.text).is_some() {
        found.error(
            setting.source.path(),
            "Invalid credentials",
            format!(
                "{} begins with the scheme of an `Authorization` header, which the provider adds by itself. Leave the scheme \
                 out, and give the key or token alone.",
                setting.source.subject()
            ),
        );
        return None;
    }
    Some(Secret::new(setting.text))
}

fn user(username: Setting, password: Setting, found: &mut Diagnostics) -> Option<Auth> {
    let username = username.trimmed();
    if let Some(setting) = [&username, &password].into_iter().find(|setting| setting.text.trim().is_empty()) {
        return blank(setting, found);
    }
    if username.text.contains(':') {
        found.error(
            username.source.path(),
            "Invalid user name",
            format!(
                "{} holds a colon, which basic authentication cannot send in a user name. Use an API key for this user.",
                username.source.subject()
            ),
        );
        return None;
    }
    // White space may belong to a password, so it is sent as it is.
    if password.text.ends_with(['\n', '\r']) {
        found.warning(
            password.source.path(),
            "Password ends in a line break",
            format!(
                "{} ends in a line break, which is sent as a part of the password. If it comes from a file, wrap it as in \
                 `trimspace(file(\"password.txt\"))`.",
                password.source.subject()
            ),
        );
    }
    Some(Auth::Basic { username: username.text, password: Secret::new(password.text) })
}

fn missing<T>(name: &Name, other: &Setting, found: &mut Diagnostics) -> Option<T> {
    found.error(
        other.source.path(),
        format!("Missing {}", name.argument),
        format!(
            "{} is set, but there is no {}. Set `{}` or the environment variable {}.",
            other.source.subject(),
            if name.argument == PASSWORD.argument { "password" } else { "user name" },
            name.argument,
            name.variable
        ),
    );
    None
}

fn blank<T>(setting: &Setting, found: &mut Diagnostics) -> Option<T> {
    found.error(
        setting.source.path(),
        "Blank credentials",
        format!("{} is empty or holds only white space. Set it, or leave it out.", setting.source.subject()),
    );
    None
}
