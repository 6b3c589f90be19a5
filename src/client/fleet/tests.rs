//! How many requests reads cost, and that none of them sees what a write has changed.

use serde_json::Value as Json;

use super::*;
use crate::client::testing::{
    Reply, Seen, Server, connector_json, failed_outside, json_answer, missing, refusal,
};
use crate::client::{Cause, ConnectorBody, IdChoice};
use crate::stop::Stop;

const LIST: &str = "GET /api/actions/connectors";

fn body() -> ConnectorBody {
    let empty = serde_json::Map::new;
    ConnectorBody { name: "n".into(), connector_type_id: ".index".into(), config: empty(), secrets: empty() }
}

fn json_of(id: usize) -> Json {
    connector_json(&id.to_string())
}

/// A Kibana with so many connectors, from 0 on, in every space.
fn kibana(connectors: usize) -> impl FnMut(usize, &Seen) -> Reply + Send {
    move |_, seen| {
        if seen.line.ends_with("/connectors") {
            return json_answer(200, &(0..connectors).map(json_of).collect());
        }
        match seen.line.rsplit('/').next().unwrap().parse() {
            Ok(id) if id < connectors => json_answer(200, &json_of(id)),
            _ => missing(seen.line.rsplit('/').next().unwrap()),
        }
    }
}

/// Reads as a refresh does it.
async fn read(client: &Client, space: &str, id: usize) -> Result<ConnectorAnswer, Error> {
    let (operation, address) = (client.operation(&Stop::new()), Address::new(space, id.to_string()));
    match client.glimpse_connector(&operation, &address).await {
        Some(connector) => Ok(connector),
        None => client.get_connector(&operation, &address).await,
    }
}

/// Reads these, ten at a time.
async fn refresh(client: &Client, addresses: impl IntoIterator<Item = (&'static str, usize)>) {
    let ten = Arc::new(tokio::sync::Semaphore::new(10));
    let mut running = tokio::task::JoinSet::new();
    for (space, id) in addresses {
        let (client, ten) = (client.clone(), Arc::clone(&ten));
        running.spawn(async move {
            let _permit = ten.acquire().await.unwrap();
            assert_eq!(read(&client, space, id).await.unwrap().id, id.to_string());
        });
    }
    while let Some(read) = running.join_next().await {
        read.unwrap();
    }
}

#[tokio::test]
async fn a_fleet_is_read_with_a_handful_of_requests() {
    let server = Server::start(kibana(1000)).await;
    let client = server.client();
    refresh(&client, (0..1000).map(|id| ("default", id))).await;
    let lines = server.lines();
    assert!(lines.len() <= 12, "{lines:?}");
    assert!(lines.iter().filter(|line| *line == LIST).count() >= 1);
}

#[tokio::test]
async fn a_few_connectors_are_read_by_id() {
    let server = Server::start(kibana(10)).await;
    let client = server.client();
    refresh(&client, (0..2).map(|id| ("default", id))).await;
    refresh(&client, ["a", "b", "c", "d", "e"].map(|space| (space, 1))).await;
    let lines = server.lines();
    assert!(lines.len() == 7 && !lines.iter().any(|line| line.ends_with("/connectors")), "{lines:?}");
}

#[tokio::test]
async fn what_a_list_lacks_is_asked_for_by_id() {
    let server = Server::start(|_, seen: &Seen| {
        if seen.line == LIST { json_answer(200, &(0..5).map(json_of).collect()) } else { kibana(10)(0, seen) }
    })
    .await;
    let client = server.client();
    refresh(&client, (0..10).map(|id| ("default", id))).await;
    assert!(read(&client, "default", 11).await.unwrap_err().is_not_found());
    assert!(server.lines().contains(&"GET /api/actions/connector/9".to_owned()));
}

#[tokio::test]
async fn a_list_that_fails_leaves_the_reads_to_themselves() {
    // A failure that may pass is no more waited for than one that is final.
    for reply in [|| refusal(403, "Unauthorized"), || refusal(504, "Timed out"), || Reply::Cut] {
        let script = move |_, seen: &Seen| if seen.line == LIST { reply() } else { kibana(10)(0, seen) };
        let server = Server::start(script).await;
        let client = server.client();
        for _ in 0..3 {
            refresh(&client, (0..10).map(|id| ("default", id))).await;
            drop(client.0.fleet.writing("default"));
        }
        assert_eq!(server.lines().iter().filter(|line| *line == LIST).count(), 1);
    }
}

#[tokio::test]
async fn whoever_wants_the_whole_list_has_it_repeated() {
    let mut lists = 0;
    let script = move |_, seen: &Seen| {
        lists += usize::from(seen.line == LIST);
        if seen.line == LIST && lists < 4 { refusal(503, "no") } else { kibana(10)(0, seen) }
    };
    let server = Server::start(script).await;
    let client = server.client();
    refresh(&client, (0..10).map(|id| ("default", id))).await;
    let operation = client.operation(&Stop::new());
    assert_eq!(client.list_connectors(&operation, "default").await.unwrap().len(), 10);
    // Except for a question whose answer is nice to have.
    let server = Server::start(|_, _: &Seen| refusal(503, "no")).await;
    let client = server.client();
    let operation = client.operation(&Stop::new()).trying_once();
    client.list_connectors(&operation, "default").await.unwrap_err();
    assert_eq!(server.lines(), [LIST]);
}

/// A space whose time is the test's.
struct Clock {
    space: Space,
    start: Instant,
    connectors: usize,
    lists: usize,
    single: usize,
}

impl Clock {
    fn new(connectors: usize) -> Self {
        Self { space: Space::default(), start: Instant::now(), connectors, lists: 0, single: 0 }
    }

    /// Whether a read at this time fetches a list.
    fn fetches(&mut self, at: Duration) -> bool {
        let list = self.space.list_for_read(self.start + at);
        list.is_some_and(|list| list.done.get().is_none())
    }

    /// A read at this time, from a list that comes at once.
    fn read(&mut self, at: Duration) {
        let now = self.start + at;
        let Some(list) = self.space.list_for_read(now) else {
            self.single += 1;
            return;
        };
        if list.done.get().is_none() {
            self.lists += 1;
            let items = (0..self.connectors).map(|id| serde_json::from_value(json_of(id)).unwrap());
            list.done.set((now, Ok(List::new(items.collect())))).unwrap();
        }
        list.count(1);
    }
}

#[test]
fn a_list_is_fresh_for_a_few_seconds_only() {
    let mut clock = Clock::new(10);
    (0..6).for_each(|_| clock.read(Duration::ZERO));
    assert_eq!((clock.lists, clock.single), (1, 2));
    clock.read(FRESH - Duration::from_millis(1));
    assert_eq!((clock.lists, clock.single), (1, 2));
    // It was worth it, so the next one is fetched at once.
    clock.read(FRESH);
    assert_eq!((clock.lists, clock.single), (2, 2));
    // Long after it is a first read again.
    clock.read(FRESH + APART + Duration::from_secs(1));
    assert_eq!((clock.lists, clock.single), (2, 3));
}

#[test]
fn a_list_much_longer_than_what_is_read_from_it_is_not_fetched_again() {
    let mut clock = Clock::new(10_000);
    (0..20).for_each(|round| (0..4).for_each(|_| clock.read(FRESH * round)));
    assert_eq!((clock.lists, clock.single), (1, 2 + 4 * 19));
    // One that somebody wanted whole was no waste.
    let mut clock = Clock::new(1000);
    (0..3).for_each(|_| clock.read(Duration::ZERO));
    clock.space.list(clock.start).count(1000);
    clock.read(FRESH);
    assert_eq!((clock.lists, clock.single), (2, 2));
    let mut clock = Clock::new(1000);
    (0..20).for_each(|round| (0..100).for_each(|_| clock.read(FRESH * round)));
    assert_eq!((clock.lists, clock.single), (20, 2));
}

#[test]
fn a_list_that_failed_is_asked_for_again_after_a_good_while() {
    let seconds = Duration::from_secs;
    // How long the failure took, and when the list is tried again.
    for (took, again) in [(0, 30), (1, 1 + 30), (60, 60 + 1200)] {
        let mut clock = Clock::new(10);
        (0..2).for_each(|_| clock.read(Duration::ZERO));
        let list = clock.space.list_for_read(clock.start).unwrap();
        let failed = clock.start + seconds(took);
        list.done.set((failed, Err(failed_outside(Cause::OutOfTime)))).unwrap();
        clock.space.listed(false, clock.start, failed);
        for at in [took, took + 6, again - 1] {
            (0..100).for_each(|_| assert!(!clock.fetches(seconds(at))));
        }
        (0..3).for_each(|_| clock.read(seconds(again)));
        assert_eq!(clock.lists, 1, "{took}");
    }
}

/// A Terraform with ten thousand connectors to go through is slow to begin with, too.
#[test]
fn a_list_of_many_is_fetched_again_once_as_many_are_read_as_it_was_worth() {
    let mut clock = Clock::new(10_000);
    (0..100).for_each(|_| clock.read(Duration::ZERO));
    (1..20).for_each(|round| (0..400).for_each(|_| clock.read(FRESH * round)));
    assert_eq!((clock.lists, clock.single), (20, 2 + 200));
}

/// A Kibana whose connectors have the number of the last finished write as their name.
fn counting(writes: Arc<AtomicUsize>) -> impl FnMut(usize, &Seen) -> Reply + Send {
    move |_, seen| {
        let named = |id: &str| {
            let mut json = connector_json(id);
            json["name"] = writes.load(Ordering::SeqCst).to_string().into();
            json
        };
        let id = seen.line.rsplit('/').next().unwrap();
        match seen.line.split(' ').next().unwrap() {
            "GET" if seen.line.ends_with("/connectors") => {
                json_answer(200, &(0..20).map(|id| named(&id.to_string())).collect())
            }
            "DELETE" => {
                writes.fetch_add(1, Ordering::SeqCst);
                Reply::Answer(204, String::new(), String::new())
            }
            "GET" => json_answer(200, &named(id)),
            _ => {
                writes.fetch_add(1, Ordering::SeqCst);
                json_answer(200, &named(id))
            }
        }
    }
}

#[tokio::test]
async fn no_read_sees_what_was_true_before_a_write_that_had_finished() {
    let writes = Arc::new(AtomicUsize::new(0));
    let server = Server::start(counting(Arc::clone(&writes))).await;
    let client = server.client();
    let finished = Arc::new(AtomicUsize::new(0));
    let mut reads = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (client, finished) = (client.clone(), Arc::clone(&finished));
        reads.spawn(async move {
            loop {
                let before = finished.load(Ordering::SeqCst);
                let name: usize = read(&client, "default", 1).await.unwrap().name.parse().unwrap();
                assert!(name >= before, "the read shows write {name}, and {before} had finished");
                if before == 12 {
                    break;
                }
                // A read from a fresh list does not wait for anything, and would keep the writes from going
                // on.
                tokio::task::yield_now().await;
            }
        });
    }
    for number in 0..12 {
        let operation = client.operation(&Stop::new());
        let address = Address::new("default", "1");
        match number % 3 {
            0 => drop(client.update_connector(&operation, &address, &body()).await.unwrap()),
            1 => client.delete_connector(&operation, &address).await.unwrap(),
            _ => {
                let choice = IdChoice::Generated("1".into());
                let outcome = client.create_connector(&operation, "default", &choice, &body()).await;
                assert!(matches!(outcome, crate::client::CreateOutcome::Created(_)), "{outcome:?}");
            }
        }
        finished.store(number + 1, Ordering::SeqCst);
        // Lets the reads in between.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    while let Some(read) = reads.join_next().await {
        read.unwrap();
    }
    assert!(server.lines().iter().any(|line| line == LIST));
}

#[tokio::test]
async fn a_write_to_another_space_leaves_a_list_alone() {
    let server = Server::start(kibana(10)).await;
    let client = server.client();
    for id in 0..5 {
        read(&client, "default", id).await.unwrap();
        drop(client.0.fleet.writing("ops"));
    }
    assert_eq!(server.lines().len(), 3);
}

#[tokio::test]
async fn a_read_that_is_given_up_leaves_the_list_to_others() {
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let mut asked = Some(asked);
    let server = Server::start(move |_, seen: &Seen| match asked.take_if(|_| seen.line == LIST) {
        Some(asked) => {
            let _ = asked.send(());
            Reply::Hang(Duration::from_secs(60))
        }
        None => kibana(10)(0, seen),
    })
    .await;
    let client = server.client();
    read(&client, "default", 0).await.unwrap();
    read(&client, "default", 1).await.unwrap();
    let leader = client.clone();
    let leader = tokio::spawn(async move { read(&leader, "default", 2).await });
    was_asked.await.unwrap();
    let follower = tokio::spawn(async move { read(&client, "default", 3).await });
    leader.abort();
    assert_eq!(follower.await.unwrap().unwrap().id, "3");
}

#[tokio::test]
async fn a_list_is_shared_with_those_who_want_the_whole_of_it() {
    let server = Server::start(kibana(10)).await;
    let client = server.client();
    let operation = client.operation(&Stop::new());
    assert_eq!(client.list_connectors(&operation, "default").await.unwrap().len(), 10);
    assert_eq!(client.list_connectors(&operation, "default").await.unwrap().len(), 10);
    read(&client, "default", 1).await.unwrap();
    assert_eq!(server.lines(), [LIST]);
    drop(client.0.fleet.writing("default"));
    client.list_connectors(&operation, "default").await.unwrap();
    assert_eq!(server.lines(), [LIST, LIST]);
}
