//! What every request to the played Kibana passes: it is recorded, faults and canned answers have their turn,
//! then `kibana` answers. The work goes on when the client hangs up, as Kibana's does.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State as Extract};
use axum::response::Response;
use serde_json::Value;

use crate::answer::Answer;
use crate::delivery::{Delivery, Mark, silence};
use crate::fault::Effect;
use crate::kibana::{self, Asked, Payload};
use crate::record::Recorded;
use crate::state::Shared;

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
            outcome = answer(&shared, asked) => outcome,
            _ = stopping.wait_for(|stop| *stop) => Err(Mark::Cut),
        }
    });
    match work.await.unwrap_or(Err(Mark::Cut)) {
        Ok((answer, delivery)) => delivery.respond(answer),
        Err(mark) => silence(mark),
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

/// What goes out, or how the connection ends instead.
type Outcome<T> = Result<T, Mark>;

async fn answer(shared: &Shared, asked: Asked) -> Outcome<(Answer, Delivery)> {
    let (number, before, after) = arrive(shared, &asked);
    let outcome = work(shared, asked, number, before, after).await;
    let status = outcome.as_ref().ok().map(|(answer, _)| answer.status);
    let mut state = shared.state();
    state.in_flight = state.in_flight.saturating_sub(1);
    if let Some(recorded) = state.requests.iter_mut().rev().find(|one| one.number == number) {
        recorded.status = status;
    }
    drop(state);
    shared.moved.send_modify(|count| *count += 1);
    outcome
}

async fn work(
    shared: &Shared,
    asked: Asked,
    number: u64,
    before: Vec<Effect>,
    after: Vec<Effect>,
) -> Outcome<(Answer, Delivery)> {
    let mut delivery = Delivery::default();
    if let Some(answer) = suffer(before, &mut delivery).await? {
        return Ok((answer, delivery));
    }
    let outage = shared.state().outage.clone();
    let found = match outage.or_else(|| canned(shared, &asked)) {
        Some(answer) => answer,
        None => kibana::answer(shared, &asked, number),
    };
    let saved = shared.save();
    let instead = suffer(after, &mut delivery).await?;
    let answer = match (instead, saved) {
        (Some(answer), _) => answer,
        (None, Ok(())) => found,
        (None, Err(error)) => Answer::text(500, &format!("the data file cannot be written: {error}")),
    };
    Ok((answer, delivery))
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

/// Goes through what happens at one point; gives the answer that comes of it, if one does.
async fn suffer(effects: Vec<Effect>, delivery: &mut Delivery) -> Outcome<Option<Answer>> {
    for effect in effects {
        match effect {
            Effect::Delay(by) => tokio::time::sleep(by).await,
            Effect::Hold(hold) => hold.released().await,
            Effect::Answer(answer) => return Ok(Some(answer)),
            Effect::Cut => return Err(Mark::Cut),
            Effect::HangUp => return Err(Mark::HangUp),
            about_the_answer => delivery.add(&about_the_answer),
        }
    }
    Ok(None)
}

fn canned(shared: &Shared, asked: &Asked) -> Option<Answer> {
    let state = shared.state();
    let replay =
        state.replays.iter().rev().find(|replay| replay.matcher.matches(&asked.method, &asked.path))?;
    Some(replay.answer.clone())
}
