//! How an answer goes out: whole as a rule, or slowly, in part, or as the last of its connection.
//!
//! `gate` collects what faults say about it; `server` reads the marks that `respond` leaves on a response,
//! since no axum handler could close a connection.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame};
use tokio::time::Sleep;

use crate::answer::Answer;
use crate::fault::Effect;

/// What happens to the connection with or instead of an answer; `server` finds it among the extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No answer: the connection is closed, or the stream reset.
    Cut,
    /// No answer: the connection is closed with all that goes on in it.
    HangUp,
    /// The answer is the last one here.
    GoAway,
}

/// A slow body comes in so many pieces.
const PIECES: usize = 10;

/// What a huge body is made of.
const ITEM: &[u8] = b"{\"\":0},";

/// How an answer goes out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    content_type: Option<String>,
    huge: Option<usize>,
    half: bool,
    broken: bool,
    over: Duration,
    last: bool,
}

impl Delivery {
    /// Takes in an effect on the answer; those on the request are none of its business.
    pub(crate) fn add(&mut self, effect: &Effect) {
        match effect {
            Effect::ContentType(content_type) => self.content_type = Some(content_type.clone()),
            Effect::Huge(bytes) => self.huge = Some(*bytes),
            Effect::HalfBody => self.half = true,
            Effect::BrokenBody => self.broken = true,
            Effect::SlowBody(over) => self.over = *over,
            Effect::GoAway => self.last = true,
            Effect::Delay(_) | Effect::Hold(_) | Effect::Answer(_) | Effect::Cut | Effect::HangUp => {}
        }
    }

    /// The response to send.
    pub(crate) fn respond(self, answer: Answer) -> Response {
        let mut body = answer.body.into_bytes();
        if let Some(bytes) = self.huge {
            body = huge(bytes);
        }
        if self.half {
            body.truncate(body.len() / 2);
        }
        let mut response = Response::new(self.body(body));
        *response.status_mut() =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        if let Some(value) = self.content_type.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        if self.last {
            response.extensions_mut().insert(Mark::GoAway);
        }
        response
    }

    fn body(&self, bytes: Vec<u8>) -> Body {
        if self.over.is_zero() && !self.broken {
            return Body::from(bytes);
        }
        let whole = bytes.len();
        let sent = if self.broken { whole / 2 } else { whole };
        let piece = whole.div_ceil(PIECES).max(1);
        let pieces: VecDeque<Bytes> = bytes[..sent].chunks(piece).map(Bytes::copy_from_slice).collect();
        let pause = self.over / u32::try_from(PIECES).unwrap_or(1);
        Body::new(Paced { pieces, left: whole, pause, broken: self.broken, sleep: None })
    }
}

/// A response that is none: the mark says what happens instead.
pub(crate) fn silence(mark: Mark) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(mark);
    response
}

/// A JSON list of about so many bytes, costly for those who make a tree of it.
fn huge(bytes: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(bytes + ITEM.len() + 1);
    body.push(b'[');
    while body.len() < bytes {
        body.extend_from_slice(ITEM);
    }
    body.pop();
    body.push(b']');
    body
}

/// A body in pieces, with a pause before each, that may break off.
struct Paced {
    pieces: VecDeque<Bytes>,
    left: usize,
    pause: Duration,
    broken: bool,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let pause = self.pause;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
        ready!(sleep.as_mut().poll(context));
        self.sleep = None;
        Poll::Ready(match self.pieces.pop_front() {
            Some(piece) => {
                self.left = self.left.saturating_sub(piece.len());
                Some(Ok(Frame::data(piece)))
            }
            None if self.broken => Some(Err(io::Error::other("the body breaks off on purpose"))),
            None => None,
        })
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        hyper::body::SizeHint::with_exact(u64::try_from(self.left).unwrap_or(u64::MAX))
    }
}
