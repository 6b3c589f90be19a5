//! What is asked of Kibana before anything is written: each question at most once for a configured provider.
//!
//! Resources say what they are about to create, get facts back and have the words for them. A question is
//! asked with the first need for its answer, a single time; a Kibana that does not answer has nothing to say,
//! and the write itself will meet the fault. Only the look for a space right before a write guards it, and is
//! repeated. What this process has met or written is remembered here, too, since it tells a connector that
//! somebody left behind from one that is managed.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value as Json};
use tokio::sync::OnceCell;

use crate::client::{Client, DEFAULT_SPACE, Error, Listed, OfferedType, Operation, Status};
use crate::stop::Stop;

/// An answer, once there is one; none where Kibana did not give it.
type Once<T> = OnceCell<Option<T>>;

/// The same for each space.
type BySpace<T> = Mutex<HashMap<String, Arc<Once<T>>>>;

/// The questions and their answers.
#[derive(Debug, Default)]
pub(crate) struct Preflight {
    /// Whether anything is asked at all.
    is_enabled: bool,
    types: OnceCell<Vec<OfferedType>>,
    /// Spaces in which the question for the types had no answer.
    without_types: Mutex<HashSet<String>>,
    status: Once<Status>,
    /// The list of spaces; none where Kibana has no such list for us.
    spaces: Once<HashSet<String>>,
    /// Whether the question for the spaces had no answer that counts.
    spaces_failed: AtomicBool,
    /// Spaces that are not in the list, as plans hear of them.
    others: BySpace<bool>,
    /// The same as far as it stays so: those that exist, and none for those of which these credentials hear
    /// nothing.
    others_for_good: BySpace<bool>,
    /// The connectors of each space.
    connectors: BySpace<Arc<[Listed]>>,
    /// IDs of connectors that this process has read, or was told of in a state.
    met: Mutex<HashSet<String>>,
    has_written: AtomicBool,
}

/// What is about to be created, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'a> {
    pub(crate) space_id: &'a str,
    pub(crate) connector_type_id: &'a str,
    pub(crate) name: &'a str,
    /// The config that will be sent; none where a part of it is not known yet.
    pub(crate) config: Option<&'a Map<String, Json>>,
}

impl Preflight {
    pub(super) fn new(is_enabled: bool) -> Self {
        Self { is_enabled, ..Self::default() }
    }

    /// Whether the user wants it.
    pub(crate) fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// The connector types that Kibana offers, as credentials hear of them that may have rights in this space
    /// alone.
    pub(crate) async fn types(&self, client: &Client, stop: &Stop, space_id: &str) -> Option<&[OfferedType]> {
        let ask = async || {
            if lock(&self.without_types).contains(space_id) {
                return Err(());
            }
            let types = client.connector_types(&once(client, stop), space_id, None).await;
            types.map_err(|_| {
                lock(&self.without_types).insert(space_id.to_owned());
            })
        };
        self.types.get_or_try_init(ask).await.ok().map(Vec::as_slice)
    }

    /// The release that this Kibana is, major and minor, where it tells. Serverless has no releases, and
    /// nobody knows what a snapshot has of the next one.
    pub(crate) async fn release(&self, client: &Client, stop: &Stop) -> Option<(u64, u64)> {
        let ask = async || client.status(&once(client, stop)).await.ok();
        let status = self.status.get_or_init(ask).await.as_ref()?;
        if status.is_snapshot || status.flavour.as_deref() == Some("serverless") {
            return None;
        }
        let mut parts = status.version.as_deref()?.split('.').map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    }

    /// Whether a space exists; none where these credentials cannot tell.
    pub(crate) async fn has_space(&self, client: &Client, stop: &Stop, space_id: &str) -> Option<bool> {
        let once = || once(client, stop);
        if self.is_listed(client, once, Again::Never, space_id).await? {
            return Some(true);
        }
        let cell = shared(&self.others, space_id);
        let ask = async || {
            let space = client.space(&once(), space_id).await;
            space.ok().map(|space| space.is_some())
        };
        *cell.get_or_init(ask).await
    }

    /// The same right before a write, which it guards: so it is repeated as the write would be, and a failure
    /// now says nothing about the next write. A space that did not exist a moment ago may exist by now.
    pub(crate) async fn has_space_now(&self, client: &Client, stop: &Stop, space_id: &str) -> Option<bool> {
        let patiently = || client.operation(stop);
        if self.is_listed(client, patiently, Again::AfterFailure, space_id).await? {
            return Some(true);
        }
        if shared(&self.others, space_id).get() == Some(&Some(true)) {
            return Some(true);
        }
        let cell = shared(&self.others_for_good, space_id);
        let ask = async || match client.space(&patiently(), space_id).await {
            Ok(Some(_)) => Ok(Some(true)),
            Ok(None) => Err(Some(false)),
            Err(error) if is_final(&error) => Ok(None),
            Err(_) => Err(None),
        };
        match cell.get_or_try_init(ask).await {
            Ok(exists) => *exists,
            Err(exists) => exists,
        }
    }

    /// Whether the list of spaces has this one; none where there is no such list, as where a wrong base path
    /// makes everything missing.
    async fn is_listed(
        &self,
        client: &Client,
        operation: impl Fn() -> Operation,
        again: Again,
        space_id: &str,
    ) -> Option<bool> {
        if space_id == DEFAULT_SPACE {
            return Some(true);
        }
        let ask = async || {
            if again == Again::Never && self.spaces_failed.load(Ordering::Relaxed) {
                return Err(());
            }
            match client.spaces(&operation()).await {
                Ok(spaces) => Ok(Some(spaces.into_iter().map(|space| space.id).collect())),
                // Nobody who may enter no space at all is told of any, yet may be told of one.
                Err(error) if error.status() == Some(403) => Ok(Some(HashSet::new())),
                Err(error) if is_final(&error) => Ok(None),
                Err(_) => {
                    self.spaces_failed.store(true, Ordering::Relaxed);
                    Err(())
                }
            }
        };
        Some(self.spaces.get_or_try_init(ask).await.ok()?.as_ref()?.contains(space_id))
    }

    /// IDs of connectors that look like this one and that this process has not met: none once it has begun to
    /// write, since what it has written itself looks like that, too.
    pub(crate) async fn twins(&self, client: &Client, stop: &Stop, sought: Sought<'_>) -> Vec<String> {
        if self.has_written.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let cell = shared(&self.connectors, sought.space_id);
        let ask = async || client.list_connectors(&once(client, stop), sought.space_id).await.ok();
        let Some(connectors) = cell.get_or_init(ask).await else { return Vec::new() };
        let met = lock(&self.met);
        let twins = connectors.iter().filter(|listed| sought.is_like(listed) && !met.contains(&listed.id));
        twins.map(|listed| listed.id.clone()).collect()
    }

    /// Remembers a connector that this process has read or found in a state.
    pub(crate) fn meet(&self, id: &str) {
        if self.is_enabled {
            lock(&self.met).insert(id.to_owned());
        }
    }

    /// Remembers that this process has begun a write.
    pub(crate) fn writes(&self) {
        self.has_written.store(true, Ordering::Relaxed);
    }
}

impl Sought<'_> {
    fn is_like(&self, listed: &Listed) -> bool {
        let is_stored = !listed.is_preconfigured && !listed.is_system_action;
        if !is_stored || listed.connector_type_id != self.connector_type_id || listed.name != self.name {
            return false;
        }
        let Some(sent) = self.config else { return true };
        let Ok(stored) = listed.connector() else { return false };
        let stored = stored.config.unwrap_or_default();
        sent.iter().all(|(key, sent)| stored.get(key).is_some_and(|stored| holds(stored, sent)))
    }
}

/// Whether a stored value is what was sent, perhaps with defaults of Kibana's in addition.
fn holds(stored: &Json, sent: &Json) -> bool {
    match (stored, sent) {
        (Json::Object(stored), Json::Object(sent)) => {
            sent.iter().all(|(key, sent)| stored.get(key).is_some_and(|stored| holds(stored, sent)))
        }
        (Json::Array(stored), Json::Array(sent)) => {
            stored.len() == sent.len() && stored.iter().zip(sent).all(|(stored, sent)| holds(stored, sent))
        }
        (Json::Number(stored), Json::Number(sent)) => stored.as_f64() == sent.as_f64(),
        _ => stored == sent,
    }
}

/// An operation that tries once and waits for nothing.
fn once(client: &Client, stop: &Stop) -> Operation {
    client.operation(stop).trying_once()
}

/// Whether a failed question has to be asked again after it had no answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Never,
    AfterFailure,
}

/// Whether an error is an answer, which would be the same for the next who asks.
fn is_final(error: &Error) -> bool {
    error.status().is_some() && !error.is_retryable()
}

/// The cell for a space.
fn shared<T>(cells: &BySpace<T>, space_id: &str) -> Arc<Once<T>> {
    Arc::clone(lock(cells).entry(space_id.to_owned()).or_default())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
