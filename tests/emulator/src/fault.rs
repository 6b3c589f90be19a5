//! Failures on demand: what goes wrong, for which requests, and how often.
//!
//! A fault is built from what goes wrong (`Fault::cut()`), then narrowed: `.on("POST", "*")`, `.times(2)`,
//! `.skip(1)`, `.every(3)`, `.share(33, seed)`, `.after_write()`. Without a word it hits the next request,
//! before Kibana sees it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::answer::Answer;
use crate::chance::Chance;
use crate::record::Matcher;

/// Something that goes wrong with requests that match.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(crate) matcher: Matcher,
    skip: u32,
    every: u32,
    /// Percent of the requests, and where the dice come from.
    share: Option<(u32, Chance)>,
    /// `None` for ever.
    pub(crate) times: Option<u32>,
    after_write: bool,
    /// The effects that it may have; more than one are drawn from.
    choices: Vec<Choice>,
    draw: Chance,
    seen: u32,
}

/// What goes wrong, and when.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) effect: Effect,
    pub(crate) after_write: bool,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Delay(Duration),
    Hold(Hold),
    Answer(Answer),
    /// The connection is closed; over HTTP/2 the stream is reset.
    Cut,
    /// The connection is closed, with all that goes on in it.
    HangUp,
    /// The connection takes no more requests after this one.
    GoAway,
    /// The body takes this long.
    SlowBody(Duration),
    /// The connection ends in the middle of the body.
    BrokenBody,
    /// Half of the body, as if it were all.
    HalfBody,
    /// Another content type than the body's.
    ContentType(String),
    /// A body of so many bytes.
    Huge(usize),
}

impl Effect {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Hold(_) => "hold",
            Self::Answer(_) => "answer",
            Self::Cut => "cut",
            Self::HangUp => "hang_up",
            Self::GoAway => "go_away",
            Self::SlowBody(_) => "slow_body",
            Self::BrokenBody => "broken_body",
            Self::HalfBody => "half_body",
            Self::ContentType(_) => "content_type",
            Self::Huge(_) => "huge_body",
        }
    }

    /// Whether nothing comes after it.
    fn is_final(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Cut | Self::HangUp)
    }

    /// Whether it is about an answer, which must be there first.
    fn shapes_the_answer(&self) -> bool {
        !self.is_final() && !matches!(self, Self::Delay(_) | Self::Hold(_))
    }
}

/// Releases a held request. Clones release the same one.
#[derive(Clone, Debug)]
pub struct Hold(Arc<watch::Sender<bool>>);

impl Hold {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Lets the request go on, and all others that the same fault holds or would hold.
    pub fn release(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn released(&self) {
        // The sender lives in self, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|released| *released).await;
    }
}

/// What goes wrong.
impl Fault {
    fn new(effect: Effect) -> Self {
        Self {
            matcher: Matcher::any(),
            skip: 0,
            every: 1,
            share: None,
            times: Some(1),
            after_write: false,
            choices: vec![Choice { effect, after_write: false }],
            draw: Chance::new(0),
            seen: 0,
        }
    }

    /// The request waits, then goes on. After the write it is the answer's headers that are slow.
    pub fn delay(by: Duration) -> Self {
        Self::new(Effect::Delay(by))
    }

    /// The request waits until the handle releases it, then goes on.
    pub fn hold() -> (Self, Hold) {
        let hold = Hold::new();
        (Self::new(Effect::Hold(hold.clone())), hold)
    }

    /// The connection is closed without an answer; over HTTP/2 the stream is reset.
    pub fn cut() -> Self {
        Self::new(Effect::Cut)
    }

    /// The state is changed, then the connection is closed: the answer is lost.
    pub fn cut_after_write() -> Self {
        Self::cut().after_write()
    }

    /// The connection is closed without an answer, and over HTTP/2 all other requests in it with this one.
    pub fn hang_up() -> Self {
        Self::new(Effect::HangUp)
    }

    /// The request is answered, and the connection takes no more: GOAWAY over HTTP/2, `Connection: close`
    /// over HTTP/1.
    pub fn go_away() -> Self {
        Self::new(Effect::GoAway)
    }

    /// The answer's headers come at once, its body in small pieces over this time.
    pub fn slow_body(over: Duration) -> Self {
        Self::new(Effect::SlowBody(over))
    }

    /// The connection breaks in the middle of the answer's body.
    pub fn broken_body() -> Self {
        Self::new(Effect::BrokenBody)
    }

    /// The answer's body is only its first half, which no header tells.
    pub fn half_body() -> Self {
        Self::new(Effect::HalfBody)
    }

    /// Kibana's answer under another content type.
    pub fn content_type(content_type: &str) -> Self {
        Self::new(Effect::ContentType(content_type.to_owned()))
    }

    /// Kibana's status with a JSON body of about so many bytes, made of small items.
    pub fn huge_body(bytes: usize) -> Self {
        Self::new(Effect::Huge(bytes))
    }

    /// Another answer than Kibana's.
    pub fn answer(answer: Answer) -> Self {
        Self::new(Effect::Answer(answer))
    }

    /// A status with Kibana's own kind of JSON error.
    pub fn status(status: u16, message: &str) -> Self {
        Self::answer(Answer::error(status, message))
    }

    /// 429 `Server is overloaded`, with `Retry-After` in seconds if given.
    pub fn overloaded(retry_after_seconds: Option<u32>) -> Self {
        let fault = Self::status(429, "Server is overloaded");
        match retry_after_seconds {
            Some(seconds) => fault.header("retry-after", &seconds.to_string()),
            None => fault,
        }
    }

    /// 503 `Kibana server is not ready yet`, plain text, as while starting.
    pub fn not_ready() -> Self {
        Self::answer(Answer::not_ready(Some(30)))
    }

    /// 200 with an HTML login page, as from a proxy.
    pub fn login_page() -> Self {
        Self::page(200)
    }

    /// HTML with this status, as from a proxy.
    pub fn page(status: u16) -> Self {
        let title = if status < 300 { "Log in" } else { crate::kibana::reason(status) };
        let html = format!("<!DOCTYPE html><html><head><title>{title}</title></head></html>");
        Self::answer(Answer::html(status, &html))
    }

    /// 302 to another place.
    pub fn redirect(location: &str) -> Self {
        Self::answer(Answer::text(302, "")).header("location", location)
    }

    /// 401, whatever the credentials: what Kibana says when it has none, or lost its Elasticsearch.
    pub fn unauthorized() -> Self {
        Self::status(401, "Unauthorized")
    }

    /// 403 of Kibana's actions.
    pub fn forbidden() -> Self {
        Self::status(403, "Unauthorized to get actions")
    }

    /// One of these for each request, drawn by the seed. Only what they do counts, and whether it comes after
    /// the write.
    pub fn one_of(faults: impl IntoIterator<Item = Self>, seed: u64) -> Self {
        let choices = faults.into_iter().flat_map(Self::choices).collect();
        Self { choices, draw: Chance::new(!seed), ..Self::delay(Duration::ZERO) }
    }

    /// Every way to fail that is quickly over, for [`Fault::one_of`]: before and after the write, in Kibana's
    /// words and in a proxy's.
    pub fn all() -> Vec<Self> {
        let pages = [502, 504].map(Self::page);
        let both = [
            Self::cut(),
            Self::hang_up(),
            Self::overloaded(None),
            Self::overloaded(Some(1)),
            Self::status(503, "all shards failed"),
            Self::answer(Answer::not_ready(Some(1))),
            Self::delay(Duration::from_millis(50)),
        ];
        // Kibana's own refusals, a redirect and a page for those who may not pass come before the write.
        let answers = [
            Self::page(200),
            Self::page(403),
            Self::unauthorized(),
            Self::forbidden(),
            Self::redirect("https://login.example/"),
            Self::go_away(),
            Self::slow_body(Duration::from_millis(100)),
            Self::broken_body(),
            Self::half_body(),
            Self::content_type("text/plain"),
            Self::huge_body(100_000),
        ];
        let both = pages.into_iter().chain(both).flat_map(|fault| [fault.clone(), fault.after_write()]);
        both.chain(answers).collect()
    }

    fn choices(self) -> impl Iterator<Item = Choice> {
        let after_write = self.after_write;
        self.choices
            .into_iter()
            .map(move |choice| Choice { after_write: choice.after_write || after_write, ..choice })
    }
}

/// Which requests, and how often.
impl Fault {
    /// Adds a header to an answer; nothing for the other kinds.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        for choice in &mut self.choices {
            if let Effect::Answer(answer) = &mut choice.effect {
                answer.headers.push((name.to_owned(), value.to_owned()));
            }
        }
        self
    }

    /// Only requests with this method and path; see [`Matcher::new`].
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.matcher = Matcher::new(method, path);
        self
    }

    /// So many requests instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Every request, until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Lets so many requests that match go by first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Only every so manyth request that matches.
    #[must_use]
    pub fn every(mut self, requests: u32) -> Self {
        self.every = requests.max(1);
        self
    }

    /// Only about this many percent of the requests that match, drawn by the seed.
    #[must_use]
    pub fn share(mut self, percent: u32, seed: u64) -> Self {
        self.share = Some((percent, Chance::new(seed)));
        self
    }

    /// Kibana does its work first: the fault hits the answer.
    #[must_use]
    pub fn after_write(mut self) -> Self {
        self.after_write = true;
        self
    }

    /// Counts a request that matches; gives what hits it, if it does.
    pub(crate) fn hits(&mut self) -> Option<Choice> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.seen = self.seen.wrapping_add(1);
        let its_turn = self.seen.is_multiple_of(self.every);
        let drawn = self.share.as_mut().is_none_or(|(percent, chance)| chance.below(100) < *percent as usize);
        if !its_turn || !drawn || self.times == Some(0) {
            return None;
        }
        self.times = self.times.map(|times| times - 1);
        let chosen = self.draw.below(self.choices.len());
        let Choice { effect, after_write } = self.choices.get(chosen)?.clone();
        let after_write = after_write || self.after_write || effect.shapes_the_answer();
        Some(Choice { effect, after_write })
    }

    /// What a list of faults calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self.choices.as_slice() {
            [one] => one.effect.name(),
            _ => "one_of",
        }
    }

    /// The hold that it is, if it is one.
    pub(crate) fn as_hold(&self) -> Option<&Hold> {
        self.choices.iter().find_map(|choice| match &choice.effect {
            Effect::Hold(hold) => Some(hold),
            _ => None,
        })
    }
}

impl Choice {
    /// Whether nothing comes after it.
    pub(crate) fn is_final(&self) -> bool {
        self.effect.is_final()
    }
}
