//! What an emulator remembers: connectors, spaces, faults, canned answers, requests.
//!
//! `gate` and `kibana` change it while they answer, tests through `Emulator`. One lock holds all of it, and
//! nothing waits while holding it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::answer::Answer;
use crate::fault::{Effect, Fault, Hold};
use crate::journal::Write;
use crate::options::{Options, Release, Space};
use crate::record::{Matcher, Recorded};
use crate::run::Run;
use crate::store;

/// A stored connector, secrets included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// Unique over all spaces.
    pub id: String,
    /// The space it is in.
    #[serde(default = "default_space")]
    pub space: String,
    /// Its display name.
    pub name: String,
    /// Its type, such as `.index`.
    pub connector_type_id: String,
    /// The config as stored, defaults filled in.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// The secrets as stored, defaults filled in.
    #[serde(default)]
    pub secrets: Map<String, Value>,
    /// True after an import of saved objects, until the next update.
    #[serde(default)]
    pub is_missing_secrets: bool,
    /// `shared` or `per-user`, where one was inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_mode: Option<String>,
}

fn default_space() -> String {
    "default".to_owned()
}

/// A canned answer and the requests that get it.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    pub(crate) matcher: Matcher,
    pub(crate) answer: Answer,
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) release: Release,
    pub(crate) connectors: BTreeMap<String, Connector>,
    pub(crate) spaces: Vec<Space>,
    /// Elasticsearch's inference endpoints: id and task type.
    pub(crate) endpoints: BTreeSet<(String, String)>,
    /// By number, in the order they were queued.
    pub(crate) faults: BTreeMap<u64, Fault>,
    /// Handles of holds that were queued over HTTP, by the fault's number.
    pub(crate) holds: BTreeMap<u64, Hold>,
    pub(crate) replays: Vec<Replay>,
    /// Configs shown instead of stored ones, by connector id or `*`.
    pub(crate) shown: BTreeMap<String, Map<String, Value>>,
    /// How runs end, by connector id or `*`.
    pub(crate) runs: BTreeMap<String, Run>,
    /// How many objects refer to a connector, by its id.
    pub(crate) references: BTreeMap<String, u32>,
    pub(crate) requests: VecDeque<Recorded>,
    /// What was stored, changed and deleted through the API.
    pub(crate) journal: VecDeque<Write>,
    /// What every request is answered with while Kibana is out of order.
    pub(crate) outage: Option<Answer>,
    /// How many outages have begun or ended: a timer ends the one that it was set for.
    pub(crate) outages: u64,
    /// Numbers of requests that `next_request` has given out.
    pub(crate) taken: BTreeSet<u64>,
    /// Whether Elasticsearch is away behind Kibana.
    pub(crate) elasticsearch_gone: bool,
    /// Requests that are not answered yet.
    pub(crate) in_flight: usize,
    /// Whether the data file is behind.
    pub(crate) changed: bool,
    next_number: u64,
}

impl State {
    /// The state that an emulator starts with, before its data file is read.
    pub(crate) fn new(options: &Options) -> Self {
        let mut spaces = options.spaces.clone();
        if !spaces.iter().any(|space| space.id == "default") {
            spaces.push(Space { id: "default".to_owned(), name: "Default".to_owned() });
        }
        Self {
            release: options.release,
            connectors: BTreeMap::new(),
            spaces,
            endpoints: BTreeSet::new(),
            faults: BTreeMap::new(),
            holds: BTreeMap::new(),
            replays: Vec::new(),
            shown: BTreeMap::new(),
            requests: VecDeque::new(),
            taken: BTreeSet::new(),
            runs: BTreeMap::new(),
            references: BTreeMap::new(),
            journal: VecDeque::new(),
            outage: None,
            outages: 0,
            elasticsearch_gone: false,
            in_flight: 0,
            changed: false,
            next_number: 0,
        }
    }

    /// The state of a new start, with numbers going on from an old one and its held requests released.
    pub(crate) fn after(old: &Self, options: &Options) -> Self {
        old.holds.values().for_each(Hold::release);
        Self {
            next_number: old.next_number,
            outages: old.outages + 1,
            in_flight: old.in_flight,
            ..Self::new(options)
        }
    }

    /// A number that was not used before.
    pub(crate) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// A connector as a space sees it, which need not exist: the API does not ask.
    pub(crate) fn visible(&self, space: &str, id: &str) -> Option<&Connector> {
        self.connectors.get(id).filter(|found| found.space == space)
    }

    pub(crate) fn has_space(&self, id: &str) -> bool {
        self.spaces.iter().any(|space| space.id == id)
    }

    /// Counts a request against the faults; gives what hits it before and after Kibana's work.
    pub(crate) fn effects(&mut self, method: &str, path: &str) -> (Vec<Effect>, Vec<Effect>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for fault in self.faults.values_mut().filter(|fault| fault.matcher.matches(method, path)) {
            let Some(choice) = fault.hits() else { continue };
            let last = choice.is_final();
            let effects = if choice.after_write { &mut after } else { &mut before };
            effects.push(choice.effect);
            if last {
                break;
            }
        }
        self.faults.retain(|_, fault| fault.times != Some(0));
        (before, after)
    }
}

/// What all tasks of one emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    state: Mutex<State>,
    /// Counts arrivals and answers, for those who wait for one.
    pub(crate) moved: watch::Sender<u64>,
    /// True once the emulator stops.
    pub(crate) stopping: watch::Sender<bool>,
    /// True while connections are refused.
    pub(crate) refusing: watch::Sender<bool>,
}

impl Shared {
    pub(crate) fn new(options: Options, state: State) -> Self {
        Self {
            options,
            state: Mutex::new(state),
            moved: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
            refusing: watch::Sender::new(false),
        }
    }

    /// The state. A panic of another holder does not spoil it: every change is a whole one.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers everything with this and accepts connections; `None` ends any outage.
    pub(crate) fn outage(&self, answer: Option<Answer>) {
        self.turn(&mut self.state(), answer, false);
    }

    /// Refuses connections until the outage ends.
    pub(crate) fn refuse(&self) {
        self.turn(&mut self.state(), None, true);
    }

    /// Ends the outage with this number, if it is still the last one.
    pub(crate) fn end_outage(&self, number: u64) {
        let mut state = self.state();
        if state.outages == number {
            self.turn(&mut state, None, false);
        }
    }

    fn turn(&self, state: &mut State, answer: Option<Answer>, refusing: bool) {
        state.outage = answer;
        state.outages += 1;
        self.refusing.send_replace(refusing);
    }

    /// Writes the data file, if there is one and it is behind.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn save(&self) -> std::io::Result<()> {
        let mut state = self.state();
        if let (Some(path), true) = (&self.options.data_file, state.changed) {
            store::write(path, &state)?;
        }
        state.changed = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_an_outage_that_was_ended_does_not_end_the_next_one() {
        let options = Options::default();
        let state = State::new(&options);
        let shared = Shared::new(options, state);
        let is_out = || shared.state().outage.is_some() || *shared.refusing.borrow();
        shared.outage(Some(Answer::not_ready(None)));
        let first = shared.state().outages;
        shared.outage(None);
        shared.refuse();
        let second = shared.state().outages;
        shared.end_outage(first);
        assert!(is_out());
        shared.end_outage(second);
        assert!(!is_out());
    }
}
