//! Reads of many connectors of a space, answered by one list.
//!
//! `get_connector` is exact and costs a request. Terraform refreshes a thousand connectors one by one, so
//! from the third read of a space on they are answered from its list, which is fetched once for all that wait
//! for it, is fresh for a few seconds, and is dropped by any write to that space, begun or finished: no read
//! sees what was true before a write that had finished. A list holds no answer of last resort: what it lacks,
//! or shows otherwise than expected, is asked for by ID. Nor is it waited for: it is a shortcut, which is
//! tried once, and after a failure not again for a good while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::connectors::ConnectorAnswer;
use super::error::Error;
use super::list::Listed;
use super::{Address, Client, Operation};

/// How long a list is fresh.
const FRESH: Duration = Duration::from_secs(5);

/// After so long without a read the next one is a first one again.
const APART: Duration = Duration::from_secs(10);

/// So many reads of a space are made by ID, before a list is thought to be worth it.
const SINGLE_READS: u32 = 2;

/// A list that is so many times longer than what is read from it is a waste: then so many times fewer reads
/// than it is long are made by ID before another is fetched for reads. A small configuration never gets
/// there.
const WASTEFUL: usize = 50;

/// After a list that failed, reads are made by ID for so many times as long as the failure took…
const REST: u32 = 20;

/// …and at least for so long.
const SHORTEST_REST: Duration = Duration::from_secs(30);

/// The lists of all spaces.
#[derive(Debug, Default)]
pub(super) struct Fleet(Mutex<HashMap<String, Space>>);

/// What is known of a space.
#[derive(Debug, Default)]
struct Space {
    /// Counts the beginnings and ends of writes.
    generation: u64,
    /// How many reads came close to each other.
    reads: u32,
    last_read: Option<Instant>,
    list: Option<Arc<Fetch>>,
    /// How many reads are to be made by ID, since a list was a waste.
    by_id: usize,
    /// Until when all reads are, since a list failed.
    rests_until: Option<Instant>,
}

/// A list that is fetched or was.
#[derive(Debug)]
pub(super) struct Fetch {
    generation: u64,
    done: OnceCell<(Instant, Result<List, Error>)>,
    /// How many reads it has answered.
    answered: AtomicUsize,
}

/// A list that has come.
#[derive(Clone, Debug)]
struct List {
    connectors: Arc<[Listed]>,
    /// Positions, in the order of the IDs.
    by_id: Arc<[u32]>,
}

impl List {
    fn new(connectors: Arc<[Listed]>) -> Self {
        let mut by_id: Vec<u32> = (0..).take(connectors.len()).collect();
        by_id.sort_unstable_by_key(|at| connectors[*at as usize].id.as_str());
        Self { connectors, by_id: by_id.into() }
    }

    fn find(&self, id: &str) -> Option<&Listed> {
        let found = self.by_id.binary_search_by_key(&id, |at| self.connectors[*at as usize].id.as_str());
        Some(&self.connectors[self.by_id[found.ok()?] as usize])
    }
}

impl Fetch {
    /// Whether it has come, well or not, and is old.
    fn is_old(&self, now: Instant) -> bool {
        self.done.get().is_some_and(|(came, _)| now.duration_since(*came) >= FRESH)
    }

    /// Takes down that so many connectors were read from it.
    fn count(&self, connectors: usize) {
        self.answered.fetch_add(connectors, Ordering::Relaxed);
    }

    /// How many reads by ID would have been as much work, if they are more than it has answered.
    fn waste(&self) -> Option<usize> {
        let answered = self.answered.load(Ordering::Relaxed);
        let (_, Ok(list)) = self.done.get()? else { return None };
        let length = list.connectors.len();
        (length > WASTEFUL * answered.max(1)).then_some(length / WASTEFUL)
    }
}

impl Space {
    fn drop_list(&mut self) {
        if let Some(waste) = self.list.take().and_then(|list| list.waste()) {
            self.by_id = waste;
        }
    }

    /// The list that may be used now, fetched or to be fetched.
    fn list(&mut self, now: Instant) -> Arc<Fetch> {
        if self.list.as_ref().is_some_and(|list| list.is_old(now)) {
            self.drop_list();
        }
        let generation = self.generation;
        let new = || Arc::new(Fetch { generation, done: OnceCell::new(), answered: AtomicUsize::new(0) });
        Arc::clone(self.list.get_or_insert_with(new))
    }

    /// Takes down what came of a list that was asked for then.
    fn listed(&mut self, is_there: bool, asked: Instant, now: Instant) {
        let rest = (now.duration_since(asked) * REST).max(SHORTEST_REST);
        self.rests_until = (!is_there).then(|| now + rest);
    }

    /// The list that should answer a read; none where it is to be made by ID.
    fn list_for_read(&mut self, now: Instant) -> Option<Arc<Fetch>> {
        if self.last_read.is_none_or(|last| now.duration_since(last) > APART) {
            self.reads = 0;
        }
        self.last_read = Some(now);
        self.reads = self.reads.saturating_add(1);
        if self.list.as_ref().is_some_and(|list| !list.is_old(now)) {
            return self.list.clone();
        }
        self.drop_list();
        if self.rests_until.is_some_and(|until| now < until) {
            return None;
        }
        if self.by_id > 0 {
            self.by_id -= 1;
            return None;
        }
        (self.reads > SINGLE_READS).then(|| self.list(now))
    }
}

impl Fleet {
    fn spaces(&self) -> MutexGuard<'_, HashMap<String, Space>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_space<T>(&self, space_id: &str, work: impl FnOnce(&mut Space) -> T) -> T {
        let mut spaces = self.spaces();
        // Looked for first: nearly always it is there, and needs no copy of the name.
        if let Some(space) = spaces.get_mut(space_id) {
            return work(space);
        }
        work(spaces.entry(space_id.to_owned()).or_default())
    }

    /// Says that a write to a space begins; it ends when what is given back is dropped.
    pub(super) fn writing<'a>(&'a self, space_id: &'a str) -> Writing<'a> {
        let writing = Writing { fleet: self, space_id };
        writing.changed();
        writing
    }
}

/// A write that is under way.
pub(super) struct Writing<'a> {
    fleet: &'a Fleet,
    space_id: &'a str,
}

impl Writing<'_> {
    fn changed(&self) {
        self.fleet.in_space(self.space_id, |space| {
            space.generation += 1;
            space.drop_list();
        });
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.changed();
    }
}

impl Client {
    /// The connectors of a space in Kibana's order, preconfigured ones included; a list that came a moment
    /// ago is used again.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a list of connectors.
    pub async fn list_connectors(
        &self,
        operation: &Operation,
        space_id: &str,
    ) -> Result<Arc<[Listed]>, Error> {
        let list = self.0.fleet.in_space(space_id, |space| space.list(Instant::now()));
        let mut is_ours = false;
        let fetched = list.done.get_or_init(|| {
            is_ours = true;
            self.fetch(operation, space_id)
        });
        match &fetched.await.1 {
            Ok(found) => {
                // Whoever wants the whole list reads all of it.
                list.count(found.connectors.len());
                Ok(Arc::clone(&found.connectors))
            }
            Err(error) if is_ours && (operation.tries_once || !error.is_retryable()) => Err(error.clone()),
            // It was tried once, maybe by somebody else who had less time.
            Err(_) => self.fetch_list(operation, space_id).await.map(Into::into),
        }
    }

    /// A connector as the list of its space shows it, where other connectors of the space are read at the
    /// same time. None is no word on whether it exists.
    pub async fn glimpse_connector(
        &self,
        operation: &Operation,
        address: &Address,
    ) -> Option<ConnectorAnswer> {
        let fleet = &self.0.fleet;
        let space_id = address.space_id.as_str();
        let list = fleet.in_space(space_id, |space| space.list_for_read(Instant::now()))?;
        let (_, fetched) = tokio::select! {
            biased;
            () = operation.stop.stopped() => return None,
            fetched = list.done.get_or_init(|| self.fetch(operation, space_id)) => fetched,
        };
        let fetched = fetched.as_ref().ok()?;
        // A write may have begun while we waited.
        if fleet.in_space(space_id, |space| space.generation) != list.generation {
            return None;
        }
        let connector = fetched.find(&address.id)?.connector().ok()?;
        list.count(1);
        Some(connector)
    }

    async fn fetch(&self, operation: &Operation, space_id: &str) -> (Instant, Result<List, Error>) {
        let asked = Instant::now();
        let fetched = self.try_list(operation, space_id).await;
        let now = Instant::now();
        self.0.fleet.in_space(space_id, |space| space.listed(fetched.is_ok(), asked, now));
        (now, fetched.map(|connectors| List::new(connectors.into())))
    }
}

#[cfg(test)]
mod tests;
