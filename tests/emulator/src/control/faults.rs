//! Faults, canned answers and outages over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Held, anything, done, refused};
use crate::answer::Answer;
use crate::fault::Fault;
use crate::record::Matcher;
use crate::state::{Replay, Shared};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_emulator/faults", post(add_fault).get(faults).delete(clear_faults))
        .route("/_emulator/faults/{number}/release", post(release_hold))
        .route("/_emulator/outage", post(start_outage).delete(end_outage))
        .route("/_emulator/replay", post(add_replay).delete(clear_replays))
        .route("/_emulator/shown/{id}", put(show_config))
}

/// A fault as JSON: which requests, and exactly one thing that goes wrong.
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
    every: Option<u32>,
    share_percent: Option<u32>,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    after_write: bool,
    delay_ms: Option<u64>,
    #[serde(default)]
    hold: bool,
    #[serde(default)]
    cut: bool,
    #[serde(default)]
    hang_up: bool,
    #[serde(default)]
    go_away: bool,
    slow_body_ms: Option<u64>,
    #[serde(default)]
    broken_body: bool,
    #[serde(default)]
    half_body: bool,
    content_type: Option<String>,
    huge_body_bytes: Option<usize>,
    answer: Option<AnswerBody>,
    /// One of all, drawn by the seed for each request.
    #[serde(default)]
    any: bool,
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

impl FaultBody {
    /// The fault; `None` unless exactly one thing goes wrong.
    fn fault(self) -> Option<Fault> {
        let milliseconds = Duration::from_millis;
        let mut given = [
            self.delay_ms.map(|by| Fault::delay(milliseconds(by))),
            self.hold.then(|| Fault::hold().0),
            self.cut.then(Fault::cut),
            self.hang_up.then(Fault::hang_up),
            self.go_away.then(Fault::go_away),
            self.slow_body_ms.map(|over| Fault::slow_body(milliseconds(over))),
            self.broken_body.then(Fault::broken_body),
            self.half_body.then(Fault::half_body),
            self.content_type.as_deref().map(Fault::content_type),
            self.huge_body_bytes.map(Fault::huge_body),
            self.answer.and_then(AnswerBody::answer).map(Fault::answer),
            self.any.then(|| Fault::one_of(Fault::all(), self.seed)),
        ]
        .into_iter()
        .flatten();
        let (Some(fault), None) = (given.next(), given.next()) else { return None };
        let mut fault = fault.on(&self.method, &self.path).skip(self.skip).times(self.times.unwrap_or(1));
        if self.always {
            fault = fault.always();
        }
        if let Some(every) = self.every {
            fault = fault.every(every);
        }
        if let Some(percent) = self.share_percent {
            fault = fault.share(percent, self.seed);
        }
        Some(if self.after_write { fault.after_write() } else { fault })
    }
}

async fn add_fault(Extract(shared): Held, body: Result<Json<FaultBody>, JsonRejection>) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    let Some(fault) = body.fault() else {
        let message = "exactly one of delay_ms, hold, cut, hang_up, go_away, slow_body_ms, broken_body, half_body, \
                       content_type, huge_body_bytes, any and answer (with a status of 200 to 599) must be given";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    };
    let mut state = shared.state();
    let number = state.number();
    if let Some(hold) = fault.as_hold() {
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
        .map(|(number, fault)| json!({"fault": number, "left": fault.times, "effect": fault.name()}))
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

/// An outage as JSON: connections are refused, or everything gets one answer (that of a Kibana which starts,
/// if none is given).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutageBody {
    #[serde(default)]
    refuse: bool,
    answer: Option<AnswerBody>,
    /// Until it is ended, if left out.
    for_ms: Option<u64>,
}

async fn start_outage(Extract(shared): Held, body: Result<Json<OutageBody>, JsonRejection>) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(wrong) => return refused(wrong.status(), wrong.body_text()),
    };
    let answer = match body.answer.map(AnswerBody::answer) {
        Some(None) => {
            return refused(StatusCode::UNPROCESSABLE_ENTITY, "status must be given, 200 to 599");
        }
        Some(answer) => answer,
        None => Some(Answer::not_ready(Some(30))),
    };
    if body.refuse && body.for_ms.is_none() {
        let message = "for_ms must say how long: nobody can be told to end it while connections are refused";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    }
    if body.refuse {
        shared.refuse();
    } else {
        shared.outage(answer);
    }
    if let Some(milliseconds) = body.for_ms {
        let number = shared.state().outages;
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            shared.end_outage(number);
        });
    }
    done()
}

async fn end_outage(Extract(shared): Held) -> Response {
    shared.outage(None);
    done()
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
