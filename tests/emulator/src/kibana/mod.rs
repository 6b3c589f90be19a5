//! The played Kibana: judges a request in Kibana's own order and hands it to its endpoint.
//!
//! Base path and space, route (404), credentials (401), body (400, 413, 415), `kbn-xsrf` and `kbn-version`
//! (400), request schema (400), licence (403), rights (403), then the endpoint's own checks. Faults come
//! before all of it, in `gate`.

mod body;
mod connectors;
mod envelope;
mod execute;
mod ids;
mod inference;
mod list;
mod reply;
mod route;
mod spaces;
mod status;
mod types;

use serde_json::Value;

use crate::fault::Answer;
use crate::gate::MAX_PAYLOAD;
use crate::options::{Auth, LicenceState, Options, Rights};
use crate::state::{Shared, State};
use reply::Reply;
pub(crate) use reply::reason;
use route::Route;

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
}

/// Answers a request that no fault has stopped.
pub(crate) fn answer(shared: &Shared, asked: &Asked) -> Answer {
    let mut state = shared.state();
    let reply = judge(&shared.options, &mut state, asked).unwrap_or_else(|refusal| refusal);
    reply.into_answer()
}

fn judge(options: &Options, state: &mut State, asked: &Asked) -> Result<Reply, Reply> {
    let path = asked.path.strip_prefix(options.base_path.as_str()).ok_or_else(Reply::no_route)?;
    let (space, path) = route::split_space(path);
    let route = Route::find(&asked.method, path, options).ok_or_else(Reply::no_route)?;
    let caller = authenticate(options, asked, &route)?;
    let json = if route.takes_body() { Some(parse(asked)?) } else { None };
    check_headers(state.release.number(), asked)?;
    let call = Call { options, state, space: &space, rights: caller.unwrap_or(Rights::All) };
    let reply = match &route {
        Route::Status => Ok(status::get(&call, caller.is_some())),
        Route::Spaces => Ok(spaces::list(&call)),
        Route::Space(id) => spaces::get(&call, id),
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
            let body = body::create(json, release)?;
            licensed(call.options)?;
            connectors::create(&mut call, id.as_deref(), body)
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
        Route::Types => licensed(call.options).map(|()| types::list(&call, asked.query.as_deref())),
        Route::Status | Route::Spaces | Route::Space(_) => Err(Reply::no_route()),
    }
}

/// `None` for a caller without credentials, where that is allowed.
fn authenticate(options: &Options, asked: &Asked, route: &Route) -> Result<Option<Rights>, Reply> {
    let Auth::Accept(accepted) = &options.auth else { return Ok(Some(Rights::All)) };
    match asked.header("authorization") {
        None if matches!(route, Route::Status) => Ok(None),
        None => Err(Reply::error(401, "Unauthorized")),
        Some(given) => {
            let known = accepted.iter().find(|one| same_credential(&one.authorization, given));
            known.map(|one| Some(one.rights)).ok_or_else(|| {
                Reply::error(
                    401,
                    "[security_exception]: unable to authenticate with provided credentials and anonymous access \
                     is not allowed for this request",
                )
            })
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

/// The body as JSON; an absent one is null.
fn parse(asked: &Asked) -> Result<Value, Reply> {
    let Payload::Bytes(bytes) = &asked.payload else {
        let message = format!("Payload content length greater than maximum allowed: {MAX_PAYLOAD}");
        return Err(Reply::error(413, &message));
    };
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let content_type = asked.header("content-type").unwrap_or("application/json");
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut json: Value = if media_type == "application/json" || media_type.ends_with("+json") {
        serde_json::from_slice(bytes).map_err(|_| Reply::error(400, "Invalid request payload JSON format"))?
    } else if media_type.starts_with("text/") {
        serde_json::from_slice(bytes).map_err(|_| {
            Reply::error(400, "[request body]: could not parse object value from json input").versioned()
        })?
    } else {
        return Err(Reply::error(415, "Unsupported Media Type"));
    };
    crate::json::through_javascript(&mut json);
    Ok(json)
}

fn check_headers(version: &str, asked: &Asked) -> Result<(), Reply> {
    let given = asked.header("kbn-version");
    let safe = matches!(asked.method.as_str(), "GET" | "OPTIONS");
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
    if options.licence_state == LicenceState::Unavailable {
        let message = "Actions is unavailable - license information is not available at this time.";
        return Err(Reply::error(403, message));
    }
    Ok(())
}
