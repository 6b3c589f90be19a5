//! What every request to the played Kibana passes: it is recorded, faults and canned answers have their turn,
//! then `kibana` answers. The work goes on when the client hangs up, as Kibana's does.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::fault::{Answer, Effect};
use crate::kibana::{self, Asked, Payload};
use crate::record::Recorded;
use crate::state::Shared;

/// Marks a response that must not be sent: the connection is closed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut;

/// Kibana's `server.maxPayload`.
pub(crate) const MAX_PAYLOAD: usize = 1_048_576;

/// So many requests are kept, so that an emulator that runs alone does not grow for ever.
const KEPT_REQUESTS: usize = 20_000;

/// Answers one request.
pub(crate) async fn pass(Extract(shared): Extract<Arc<Shared>>, request: Request) -> Response {
    let asked = read(request).await;
    let mut stopping = shared.stopping.subscribe();
    // A task of its own: hanging up drops the caller, not the work.
    let work = tokio::spawn(async move {
        tokio::select! {
            answer = answer(&shared, asked) => answer,
            _ = stopping.wait_for(|stop| *stop) => None,
        }
    });
    match work.await.ok().flatten() {
        Some(answer) => respond(answer),
        None => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Cut);
            response
        }
    }
}

async fn read(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let payload = match to_bytes(body, MAX_PAYLOAD).await {
        Ok(bytes) => Payload::Bytes(bytes.to_vec()),
        Err(_) => Payload::TooLarge,
    };
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Asked {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        payload,
    }
}

/// `None` cuts the connection.
async fn answer(shared: &Shared, asked: Asked) -> Option<Answer> {
    let (number, before, after) = arrive(shared, &asked);
    let found = match suffer(before).await {
        Outcome::Go => {
            let canned = canned(shared, &asked);
            let answer = canned.unwrap_or_else(|| kibana::answer(shared, &asked));
            let saved = shared.save();
            match (suffer(after).await, saved) {
                (Outcome::Go, Ok(())) => Some(answer),
                (Outcome::Go, Err(error)) => {
                    Some(Answer::text(500, &format!("the data file cannot be written: {error}")))
                }
                (Outcome::Answer(answer), _) => Some(answer),
                (Outcome::Cut, _) => None,
            }
        }
        Outcome::Answer(answer) => Some(answer),
        Outcome::Cut => None,
    };
    let status = found.as_ref().map(|answer| answer.status);
    let mut state = shared.state();
    state.in_flight = state.in_flight.saturating_sub(1);
    if let Some(recorded) = state.requests.iter_mut().rev().find(|one| one.number == number) {
        recorded.status = status;
    }
    drop(state);
    shared.moved.send_modify(|count| *count += 1);
    found
}

fn arrive(shared: &Shared, asked: &Asked) -> (u64, Vec<Effect>, Vec<Effect>) {
    let mut state = shared.state();
    let number = state.number();
    state.in_flight += 1;
    let body = match &asked.payload {
        Payload::Bytes(bytes) => serde_json::from_slice::<Value>(bytes).ok(),
        Payload::TooLarge => None,
    };
    state.requests.push_back(Recorded {
        number,
        method: asked.method.clone(),
        path: asked.path.clone(),
        query: asked.query.clone(),
        headers: asked.headers.clone(),
        body,
        status: None,
    });
    if state.requests.len() > KEPT_REQUESTS {
        state.requests.pop_front();
    }
    let (before, after) = state.effects(&asked.method, &asked.path);
    drop(state);
    shared.moved.send_modify(|count| *count += 1);
    (number, before, after)
}

enum Outcome {
    Go,
    Answer(Answer),
    Cut,
}

async fn suffer(effects: Vec<Effect>) -> Outcome {
    for effect in effects {
        match effect {
            Effect::Delay(by) => tokio::time::sleep(by).await,
            Effect::Hold(hold) => hold.released().await,
            Effect::Answer(answer) => return Outcome::Answer(answer),
            Effect::Cut => return Outcome::Cut,
        }
    }
    Outcome::Go
}

fn canned(shared: &Shared, asked: &Asked) -> Option<Answer> {
    let state = shared.state();
    let replay =
        state.replays.iter().rev().find(|replay| replay.matcher.matches(&asked.method, &asked.path))?;
    Some(replay.answer.clone())
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) =
            (axum::http::HeaderName::try_from(name.as_str()), HeaderValue::from_str(&value))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}
