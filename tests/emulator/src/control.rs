//! The controls over HTTP, under `/_emulator`, for an emulator that runs alone.
//!
//! They need no credentials, take no base path, and are neither recorded nor hit by faults. Everything else
//! goes to `gate`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::fault::{Answer, Effect, Fault};
use crate::gate;
use crate::options::{Release, Space};
use crate::record::Matcher;
use crate::state::{Connector, Replay, Shared, State};

type Held = Extract<Arc<Shared>>;

/// The whole server: controls, and the played Kibana for all other paths.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/_emulator/requests", get(requests).delete(clear_requests))
        .route("/_emulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_emulator/faults/{number}/release", post(release_hold))
        .route("/_emulator/replay", post(add_replay).delete(clear_replays))
        .route("/_emulator/shown/{id}", put(show_config))
        .route("/_emulator/release", get(release).put(set_release))
        .route("/_emulator/elasticsearch", put(elasticsearch))
        .route("/_emulator/connectors", get(connectors).put(put_connector))
        .route("/_emulator/connectors/{space}/{id}", delete(remove_connector))
        .route("/_emulator/spaces", get(spaces).put(put_space))
        .route("/_emulator/reset", post(reset))
        .fallback(gate::pass)
        .with_state(shared)
}

fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn refused(status: StatusCode, message: impl Into<String>) -> Response {
    (status, Json(json!({"message": message.into()}))).into_response()
}

async fn requests(Extract(shared): Held) -> Response {
    Json(&shared.state().requests).into_response()
}

async fn clear_requests(Extract(shared): Held) -> Response {
    shared.state().requests.clear();
    done()
}

async fn connectors(Extract(shared): Held) -> Response {
    let all: Vec<Connector> = shared.state().connectors.values().cloned().collect();
    Json(all).into_response()
}

async fn put_connector(Extract(shared): Held, body: Result<Json<Connector>, JsonRejection>) -> Response {
    let Json(connector) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    changed(&shared, |state| {
        state.connectors.insert(connector.id.clone(), connector);
        done()
    })
}

async fn remove_connector(Extract(shared): Held, Path((space, id)): Path<(String, String)>) -> Response {
    changed(&shared, |state| {
        if state.connectors.get(&id).is_none_or(|found| found.space != space) {
            return refused(StatusCode::NOT_FOUND, "no such connector");
        }
        state.connectors.remove(&id);
        done()
    })
}

async fn spaces(Extract(shared): Held) -> Response {
    Json(&shared.state().spaces).into_response()
}

async fn put_space(Extract(shared): Held, body: Result<Json<Space>, JsonRejection>) -> Response {
    let Json(space) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    changed(&shared, |state| {
        state.spaces.retain(|one| one.id != space.id);
        state.spaces.push(space);
        done()
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseBody {
    release: Release,
}

async fn release(Extract(shared): Held) -> Response {
    let release = shared.state().release;
    Json(json!({"release": release, "version": release.number()})).into_response()
}

async fn set_release(Extract(shared): Held, body: Result<Json<ReleaseBody>, JsonRejection>) -> Response {
    match body {
        Ok(Json(body)) => {
            shared.state().release = body.release;
            done()
        }
        Err(wrong) => refused(wrong.status(), wrong.body_text()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ElasticsearchBody {
    gone: bool,
}

async fn elasticsearch(
    Extract(shared): Held,
    body: Result<Json<ElasticsearchBody>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(body)) => {
            shared.state().elasticsearch_gone = body.gone;
            done()
        }
        Err(wrong) => refused(wrong.status(), wrong.body_text()),
    }
}

/// Back to the start: connectors, requests, faults and canned answers are gone.
async fn reset(Extract(shared): Held) -> Response {
    changed(&shared, |state| {
        // Numbers go on, so that a request from before the reset never finds another's record.
        *state = State::after(state, &shared.options);
        done()
    })
}

fn changed(shared: &Shared, change: impl FnOnce(&mut State) -> Response) -> Response {
    let response = {
        let mut state = shared.state();
        let response = change(&mut state);
        state.changed = true;
        response
    };
    match shared.save() {
        Ok(()) => response,
        Err(error) => {
            refused(StatusCode::INTERNAL_SERVER_ERROR, format!("the data file cannot be written: {error}"))
        }
    }
}

/// A fault as JSON: one of `delay_ms`, `hold`, `cut` and `answer` says what goes wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    #[serde(default = "anything")]
    method: String,
    #[serde(default = "anything")]
    path: String,
    #[serde(default)]
    skip: u32,
    /// Once if left out.
    times: Option<u32>,
    #[serde(default)]
    always: bool,
    #[serde(default)]
    after_write: bool,
    delay_ms: Option<u64>,
    #[serde(default)]
    hold: bool,
    #[serde(default)]
    cut: bool,
    answer: Option<AnswerBody>,
}

/// An answer as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<Value>,
    html: Option<String>,
    text: Option<String>,
}

fn anything() -> String {
    "*".to_owned()
}

impl AnswerBody {
    fn answer(self) -> Option<Answer> {
        let status = Some(self.status).filter(|status| (200..600).contains(status))?;
        let mut answer = match (self.json, self.html) {
            (Some(json), _) => Answer::json(status, &json),
            (None, Some(html)) => Answer::html(status, &html),
            (None, None) => Answer::text(status, self.text.as_deref().unwrap_or_default()),
        };
        answer.headers.extend(self.headers);
        Some(answer)
    }
}

async fn add_fault(Extract(shared): Held, body: Result<Json<FaultBody>, JsonRejection>) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    let fault = match (body.delay_ms, body.hold, body.cut, body.answer.and_then(AnswerBody::answer)) {
        (Some(delay), false, false, None) => Fault::delay(Duration::from_millis(delay)),
        (None, true, false, None) => Fault::hold().0,
        (None, false, true, None) => Fault::cut(),
        (None, false, false, Some(answer)) => Fault::answer(answer),
        _ => {
            let message =
                "exactly one of delay_ms, hold, cut and answer (with a status of 200 to 599) must be given";
            return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
        }
    };
    let mut fault = fault.on(&body.method, &body.path).skip(body.skip).times(body.times.unwrap_or(1));
    if body.always {
        fault = fault.always();
    }
    if body.after_write {
        fault = fault.after_write();
    }
    let mut state = shared.state();
    let number = state.number();
    if let Effect::Hold(hold) = &fault.effect {
        state.holds.insert(number, hold.clone());
    }
    state.faults.insert(number, fault);
    Json(json!({"fault": number})).into_response()
}

async fn faults(Extract(shared): Held) -> Response {
    let state = shared.state();
    let all: Vec<Value> = state
        .faults
        .iter()
        .map(|(number, fault)| json!({"fault": number, "left": fault.times, "effect": fault.effect.name()}))
        .collect();
    Json(all).into_response()
}

async fn clear_faults(Extract(shared): Held) -> Response {
    let mut state = shared.state();
    state.faults.clear();
    for hold in std::mem::take(&mut state.holds).values() {
        hold.release();
    }
    done()
}

async fn release_hold(Extract(shared): Held, Path(number): Path<u64>) -> Response {
    match shared.state().holds.get(&number) {
        Some(hold) => {
            hold.release();
            done()
        }
        None => refused(StatusCode::NOT_FOUND, "no fault of that number holds requests"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplayBody {
    #[serde(default = "anything")]
    method: String,
    #[serde(default = "anything")]
    path: String,
    answer: AnswerBody,
}

async fn add_replay(Extract(shared): Held, body: Result<Json<ReplayBody>, JsonRejection>) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    let matcher = Matcher::new(body.method, body.path);
    match body.answer.answer() {
        Some(answer) => {
            shared.state().replays.push(Replay { matcher, answer });
            done()
        }
        None => refused(StatusCode::UNPROCESSABLE_ENTITY, "status must be given, 200 to 599"),
    }
}

/// A config shown instead of the stored one; `*` as id for every connector.
async fn show_config(
    Extract(shared): Held,
    Path(id): Path<String>,
    body: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(config)) => {
            shared.state().shown.insert(id, config);
            done()
        }
        Err(wrong) => refused(wrong.status(), wrong.body_text()),
    }
}

async fn clear_replays(Extract(shared): Held) -> Response {
    let mut state = shared.state();
    state.replays.clear();
    state.shown.clear();
    done()
}
