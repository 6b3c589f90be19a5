//! The played Kibana: judges a request in Kibana's own order and hands it to its endpoint.
//!
//! Base path and space, route (404), credentials (401), body (400, 413, 415), `kbn-xsrf` and `kbn-version`
//! (400), request schema (400), license (403), rights (403), then the endpoint's own checks. Faults come
//! before all of it, in `gate`.

mod body;
mod connectors;
mod envelope;
mod execute;
mod ids;
mod inference;
mod list;
mod payload;
mod reply;
mod route;
mod spaces;
mod specs;
mod status;
mod types;

use reply::Reply;
pub(crate) use reply::reason;
use route::Route;
use serde_json::Value;

use crate::answer::Answer;
use crate::options::{Auth, Credential, LicenseState, Options, Release, Rights};
use crate::state::{Shared, State};

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) payload: Payload,
}

/// A request's body.
#[derive(Debug)]
pub(crate) enum Payload {
    Bytes(Vec<u8>),
    /// More than `server.maxPayload`.
    TooLarge,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What an endpoint works with.
pub(crate) struct Call<'a> {
    pub(crate) options: &'a Options,
    pub(crate) state: &'a mut State,
    pub(crate) space: &'a str,
    pub(crate) rights: Rights,
    /// The number of the request.
    pub(crate) number: u64,
}

/// Answers a request that no fault has stopped.
pub(crate) fn answer(shared: &Shared, asked: &Asked, number: u64) -> Answer {
    let mut state = shared.state();
    let reply = judge(&shared.options, &mut state, asked, number).unwrap_or_else(|refusal| refusal);
    reply.into_answer()
}

fn judge(options: &Options, state: &mut State, asked: &Asked, number: u64) -> Result<Reply, Reply> {
    let path = asked.path.strip_prefix(options.base_path.as_str()).ok_or_else(Reply::no_route)?;
    let (space, path) = route::split_space(path);
    let Some(route) = Route::find(&asked.method, path, options) else {
        let elsewhere = route::without_slash(&asked.method, path, options);
        return elsewhere.map(Reply::moved).ok_or_else(Reply::no_route);
    };
    let caller = authenticate(options, state, asked, &route)?;
    let json = if route.takes_body() { Some(payload::parse(asked)?) } else { None };
    check_headers(state.release.number(), asked)?;
    let rights = caller.as_ref().map_or(Rights::Nothing, |caller| caller.rights_in(&space));
    let call = Call { options, state, space: &space, rights, number };
    let reply = match &route {
        Route::Status => Ok(status::get(&call, caller.is_some())),
        _ if call.state.elasticsearch_gone && !matches!(route, Route::Types) => {
            Err(Reply::error(503, "connect ECONNREFUSED 127.0.0.1:9200"))
        }
        Route::Spaces => spaces::list(&call, caller.as_ref()),
        Route::Space(id) => spaces::get(&call, caller.as_ref(), id),
        route => dispatch(call, route, asked, json),
    };
    // Request validation and handlers of public routes name the API's version, earlier refusals do not.
    Ok(reply.unwrap_or_else(|refusal| refusal).versioned())
}

fn dispatch(mut call: Call<'_>, route: &Route, asked: &Asked, json: Option<Value>) -> Result<Reply, Reply> {
    let json = json.unwrap_or(Value::Null);
    let release = call.state.release;
    match route {
        Route::Create(id) => {
            if let Some(id) = id {
                ids::check_path(id, release)?;
            }
            // Before 9.4 an empty one is as good as none.
            let id = id.as_deref().filter(|id| !id.is_empty());
            let body = body::create(json, release)?;
            licensed(call.options)?;
            connectors::create(&mut call, id, body)
        }
        Route::Update(id) => {
            let body = body::update(json, release)?;
            licensed(call.options)?;
            connectors::update(&mut call, id, body)
        }
        Route::Execute(id) => {
            let params = body::execute(json, release)?;
            licensed(call.options)?;
            execute::run(&call, id, &params)
        }
        Route::Get(id) => licensed(call.options).and_then(|()| connectors::get(&call, id)),
        Route::Delete(id) => licensed(call.options).and_then(|()| connectors::delete(&mut call, id)),
        Route::List => licensed(call.options).and_then(|()| list::list(&call)),
        Route::Types => types::list(&call, asked.query.as_deref()),
        Route::Status | Route::Spaces | Route::Space(_) => Err(Reply::no_route()),
    }
}

/// `None` for a caller who is not known, where that is allowed.
fn authenticate(
    options: &Options,
    state: &State,
    asked: &Asked,
    route: &Route,
) -> Result<Option<Credential>, Reply> {
    let Auth::Accept(accepted) = &options.auth else { return Ok(Some(Credential::new("", Rights::All))) };
    let given = asked.header("authorization");
    let known =
        accepted.iter().find(|one| given.is_some_and(|given| same_credential(&one.authorization, given)));
    match (known, given) {
        // Nobody can judge any credentials then.
        _ if state.elasticsearch_gone && matches!(route, Route::Status) => Ok(None),
        _ if state.elasticsearch_gone => Err(Reply::error(401, "Unauthorized")),
        (Some(known), _) => Ok(Some(known.clone())),
        (None, _) if matches!(route, Route::Status) => Ok(None),
        (None, None) => Err(Reply::error(401, "Unauthorized")),
        (None, Some(_)) => {
            let reason = "unable to authenticate with provided credentials and anonymous access is not allowed for \
                          this request";
            let error = match state.release {
                Release::Old => {
                    format!("security_exception\n\tRoot causes:\n\t\tsecurity_exception: {reason}")
                }
                _ => "security_exception".to_owned(),
            };
            Err(Reply::error(401, &format!("[{error}]: {reason}")))
        }
    }
}

/// The scheme's case does not matter, the rest does.
fn same_credential(a: &str, b: &str) -> bool {
    match (a.split_once(' '), b.split_once(' ')) {
        (Some((scheme_a, rest_a)), Some((scheme_b, rest_b))) => {
            scheme_a.eq_ignore_ascii_case(scheme_b) && rest_a.trim() == rest_b.trim()
        }
        _ => a == b,
    }
}

fn check_headers(version: &str, asked: &Asked) -> Result<(), Reply> {
    let given = asked.header("kbn-version");
    let safe = matches!(asked.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    if !safe && given.is_none() && asked.header("kbn-xsrf").is_none() {
        return Err(Reply::error(400, "Request must contain a kbn-xsrf header."));
    }
    match given {
        Some(given) if given != version => {
            let message = format!(
                "Browser client is out of date, please refresh the page (\"kbn-version\" header was \"{given}\" but \
                 should be \"{version}\")"
            );
            let attributes = serde_json::json!({"expected": version, "got": given});
            Err(Reply::error(400, &message).with_attributes(attributes))
        }
        _ => Ok(()),
    }
}

fn licensed(options: &Options) -> Result<(), Reply> {
    if options.license_state == LicenseState::Unavailable {
        let message = "Actions is unavailable - license information is not available at this time.";
        return Err(Reply::error(403, message));
    }
    Ok(())
}
