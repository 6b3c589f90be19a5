//! The handle that tests hold: starts an emulator, looks behind the API, queues faults.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::answer::Answer;
use crate::fault::Fault;
use crate::journal::Write;
use crate::options::{Options, Release, Space};
use crate::record::{Matcher, Recorded};
use crate::run::Run;
use crate::state::{Connector, Replay, Shared, State};
use crate::{control, server, store};

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not this machine's, or the port is taken or may not be used.
    #[error("cannot listen on {address}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// The system's word.
        source: io::Error,
    },
    /// The data file cannot be read, or does not hold an emulator's data.
    #[error("cannot read the data file {}", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// Certificate or key are of no use.
    #[error("cannot serve TLS: {0}")]
    Tls(String),
    /// The base path does not start with a slash, or ends with one.
    #[error("base path '{0}' must start with a slash and not end with one")]
    BasePath(String),
}

/// A running emulator. Dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Starts one. It serves on the tokio runtime of the caller.
    ///
    /// # Errors
    ///
    /// When the address, the data file, the certificate or the base path is of no use.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let base = &options.base_path;
        if !base.is_empty() && (!base.starts_with('/') || base.ends_with('/')) {
            return Err(StartError::BasePath(base.clone()));
        }
        let mut state = State::new(&options);
        if let Some(path) = &options.data_file {
            store::read(path, &mut state)
                .map_err(|source| StartError::Data { path: path.clone(), source })?;
        }
        let tls = options.tls.as_ref().map(server::acceptor).transpose().map_err(StartError::Tls)?;
        let address = SocketAddr::new(options.address, options.port);
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let shared = Arc::new(Shared::new(options, state));
        let router = control::router(Arc::clone(&shared));
        let serving = tokio::spawn(server::serve(listener, tls, router, shared.refusing.subscribe()));
        Ok(Self { shared, address, serving })
    }

    /// The address with its base path, such as `http://127.0.0.1:41234/kibana`.
    pub fn url(&self) -> String {
        let scheme = if self.shared.options.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{}", self.address, self.shared.options.base_path)
    }

    /// The socket's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All requests since the start or the last clearing, those without an answer yet included. The newest
    /// 20,000 are kept.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state().requests.iter().cloned().collect()
    }

    /// Forgets the requests.
    pub fn clear_requests(&self) {
        self.shared.state().requests.clear();
    }

    /// The creates, updates and deletes that took place through the API, in order, whatever their callers
    /// were told. The newest 20,000 are kept.
    pub fn journal(&self) -> Vec<Write> {
        self.shared.state().journal.iter().cloned().collect()
    }

    /// Forgets the journal.
    pub fn clear_journal(&self) {
        self.shared.state().journal.clear();
    }

    /// The oldest request that matches and that no call has given out before; waits for one if need be. It
    /// comes back when it arrives, which may be before it is answered.
    pub async fn next_request(&self, matcher: Matcher) -> Recorded {
        let mut moved = self.shared.moved.subscribe();
        loop {
            if let Some(found) = self.take_request(&matcher) {
                return found;
            }
            // The sender lives in self, so waiting cannot fail.
            let _ = moved.changed().await;
        }
    }

    /// Waits until every request that has arrived is answered or cut, also those whose client is gone.
    pub async fn idle(&self) {
        let mut moved = self.shared.moved.subscribe();
        while self.shared.state().in_flight > 0 {
            let _ = moved.changed().await;
        }
    }

    fn take_request(&self, matcher: &Matcher) -> Option<Recorded> {
        let mut state = self.shared.state();
        let found = state
            .requests
            .iter()
            .find(|one| !state.taken.contains(&one.number) && matcher.matches(&one.method, &one.path))
            .cloned()?;
        state.taken.insert(found.number);
        Some(found)
    }

    /// All stored connectors by id, with their secrets.
    pub fn connectors(&self) -> Vec<Connector> {
        self.shared.state().connectors.values().cloned().collect()
    }

    /// A stored connector, also one in a space that does not exist.
    pub fn get(&self, space: &str, id: &str) -> Option<Connector> {
        self.shared.state().connectors.get(id).filter(|found| found.space == space).cloned()
    }

    /// Stores a connector behind the API's back, in place of one with its id; nothing is checked.
    pub fn put_raw(&self, space: &str, connector: Connector) {
        let connector = Connector { space: space.to_owned(), ..connector };
        self.change(|state| {
            state.connectors.insert(connector.id.clone(), connector);
        });
    }

    /// Changes a stored connector behind the API's back; false if there is none.
    pub fn edit(&self, space: &str, id: &str, edit: impl FnOnce(&mut Connector)) -> bool {
        self.change(|state| {
            let found = state.connectors.get_mut(id).filter(|found| found.space == space);
            found.map(edit).is_some()
        })
    }

    /// Removes a connector behind the API's back; gives it if it was there.
    pub fn remove(&self, space: &str, id: &str) -> Option<Connector> {
        self.change(|state| {
            state.connectors.get(id).filter(|found| found.space == space)?;
            state.connectors.remove(id)
        })
    }

    /// Plays another release from now on. What is stored stays as it is.
    pub fn set_release(&self, release: Release) {
        self.shared.state().release = release;
    }

    /// Takes Elasticsearch away from behind Kibana, or gives it back. While it is gone, valid credentials are
    /// answered with 401 `Unauthorized`; without security it is 503.
    pub fn elasticsearch_gone(&self, gone: bool) {
        self.shared.state().elasticsearch_gone = gone;
    }

    /// Makes a space, or renames one.
    pub fn add_space(&self, space: Space) {
        self.change(|state| {
            state.spaces.retain(|one| one.id != space.id);
            state.spaces.push(space);
        });
    }

    /// Removes a space. Its connectors stay.
    pub fn remove_space(&self, id: &str) {
        self.change(|state| state.spaces.retain(|one| one.id != id));
    }

    /// Makes an inference endpoint that no connector owns, as a crash of Kibana would leave it.
    pub fn add_inference_endpoint(&self, id: &str, task_type: &str) {
        self.change(|state| {
            state.endpoints.insert((id.to_owned(), task_type.to_owned()));
        });
    }

    /// The inference endpoints: id and task type.
    pub fn inference_endpoints(&self) -> Vec<(String, String)> {
        self.shared.state().endpoints.iter().cloned().collect()
    }

    /// Queues a fault. Faults have their turn in the order they were queued; delays and holds let the next
    /// one follow, an answer or a cut ends the request.
    pub fn fail(&self, fault: Fault) {
        let mut state = self.shared.state();
        let number = state.number();
        state.faults.insert(number, fault);
    }

    /// Closes all connections and refuses new ones, as while Kibana is stopped; until [`Self::recover`].
    pub fn refuse_connections(&self) {
        self.shared.refuse();
    }

    /// Answers everything with this in place of Kibana; faults have their turn all the same; until
    /// [`Self::recover`]. [`Answer::not_ready`] is a Kibana that starts.
    pub fn answer_everything(&self, answer: Answer) {
        self.shared.outage(Some(answer));
    }

    /// Ends an outage.
    pub fn recover(&self) {
        self.shared.outage(None);
    }

    /// Drops all faults that are still queued. Requests that are held stay held.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Gives one answer to all requests that match, from now on; nothing is stored. The newest wins.
    pub fn replay(
        &self,
        method: &str,
        path: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: impl Into<String>,
    ) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { status, headers, body: body.into() };
        self.shared.state().replays.push(Replay { matcher: Matcher::new(method, path), answer });
    }

    /// Shows this config in all answers about a connector, whatever is stored; `*` for every connector.
    pub fn show_config(&self, id: &str, config: Map<String, Value>) {
        self.shared.state().shown.insert(id.to_owned(), config);
    }

    /// Ends the runs of a connector like this from now on, params that are no use aside; `*` for every
    /// connector.
    pub fn end_runs(&self, id: &str, run: Run) {
        self.shared.state().runs.insert(id.to_owned(), run);
    }

    /// Has so many objects refer to a connector, as rules do.
    pub fn refer(&self, id: &str, count: u32) {
        self.shared.state().references.insert(id.to_owned(), count);
    }

    /// Forgets all canned answers and configs.
    pub fn clear_replays(&self) {
        let mut state = self.shared.state();
        state.replays.clear();
        state.shown.clear();
    }

    /// Stops, closes every connection and frees the port.
    pub async fn shutdown(mut self) {
        self.stop();
        // Cancelled on purpose: the error says only that.
        let _ = (&mut self.serving).await;
    }

    fn stop(&self) {
        self.shared.stopping.send_replace(true);
        self.serving.abort();
    }

    /// Changes what is kept in the data file. A file that cannot be written is told by the next request.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = {
            let mut state = self.shared.state();
            state.changed = true;
            change(&mut state)
        };
        let _ = self.shared.save();
        result
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}
