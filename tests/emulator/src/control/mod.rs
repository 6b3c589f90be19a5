//! The controls over HTTP, under `/_emulator`, for an emulator that runs alone.
//!
//! They need no credentials, take no base path, and are neither recorded nor hit by faults. Everything else
//! goes to `gate`. What goes wrong on demand is in `faults`.

mod faults;

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::gate;
use crate::options::{Release, Space};
use crate::run::Run;
use crate::state::{Connector, Shared, State};

type Held = Extract<Arc<Shared>>;

/// The whole server: controls, and the played Kibana for all other paths.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/_emulator/requests", get(requests).delete(clear_requests))
        .route("/_emulator/journal", get(journal).delete(clear_journal))
        .route("/_emulator/release", get(release).put(set_release))
        .route("/_emulator/elasticsearch", put(elasticsearch))
        .route("/_emulator/runs/{id}", put(end_runs).delete(forget_runs))
        .route("/_emulator/references/{id}", put(refer))
        .route("/_emulator/connectors", get(connectors).put(put_connector))
        .route("/_emulator/connectors/{space}/{id}", delete(remove_connector))
        .route("/_emulator/spaces", get(spaces).put(put_space))
        .route("/_emulator/reset", post(reset))
        .merge(faults::routes())
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

async fn journal(Extract(shared): Held) -> Response {
    Json(&shared.state().journal).into_response()
}

async fn clear_journal(Extract(shared): Held) -> Response {
    shared.state().journal.clear();
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

async fn end_runs(
    Extract(shared): Held,
    Path(id): Path<String>,
    body: Result<Json<Run>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(run)) => {
            shared.state().runs.insert(id, run);
            done()
        }
        Err(wrong) => refused(wrong.status(), wrong.body_text()),
    }
}

async fn forget_runs(Extract(shared): Held, Path(id): Path<String>) -> Response {
    shared.state().runs.remove(&id);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferencesBody {
    count: u32,
}

async fn refer(
    Extract(shared): Held,
    Path(id): Path<String>,
    body: Result<Json<ReferencesBody>, JsonRejection>,
) -> Response {
    match body {
        Ok(Json(body)) => {
            shared.state().references.insert(id, body.count);
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
        shared.refusing.send_replace(false);
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

fn anything() -> String {
    "*".to_owned()
}
