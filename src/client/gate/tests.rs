//! Waiting in virtual time, against a Kibana that is a function of the clock.

use super::*;
use crate::client::error::Unreached;
use crate::stop::Stop;

const PATIENCE: Duration = Duration::from_secs(180);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn refused() -> Cause {
    Cause::Unreached(Unreached::Refused)
}

fn status(status: u16, retry_after: Option<u64>) -> Cause {
    let retry_after = retry_after.map(seconds);
    Cause::Refused { status, message: "no".into(), retry_after, not_found: None }
}

/// What the Kibana of a test does with a request that comes at this time: how long it takes, and what comes
/// of it.
type Script = fn(Duration, Connect) -> (Duration, Result<(), Cause>);

/// A process that talks to it.
struct Process {
    gate: Arc<Gate>,
    began: Instant,
    script: Script,
    requests: AtomicU64,
}

impl Process {
    fn new(script: Script) -> Arc<Self> {
        Arc::new(Self {
            gate: Arc::new(Gate::new(PATIENCE, Duration::from_millis(500))),
            began: Instant::now(),
            script,
            requests: AtomicU64::new(0),
        })
    }

    fn operation(&self, stop: &Stop) -> Operation {
        Operation::new(stop, PATIENCE + 2 * seconds(60), Arc::new([]), self.gate.place())
    }

    async fn attempt(&self, purpose: Purpose, connect: Connect) -> Result<(), Error> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (takes, result) = (self.script)(self.began.elapsed(), connect);
        tokio::time::sleep(takes).await;
        result.map_err(|cause| Error::during(cause, attempted(purpose)))
    }

    async fn request(&self, stop: &Stop, purpose: Purpose) -> Result<(), Error> {
        let operation = self.operation(stop);
        let attempt = |connect| self.attempt(purpose, connect);
        let tries = Tries::new(&self.gate, &operation, purpose);
        repeat(tries, |error| purpose.repeats_after(error), || attempted(purpose), attempt).await
    }

    async fn read(&self) -> Result<(), Error> {
        self.request(&Stop::new(), Purpose::Read).await
    }

    /// As many reads, ten at a time, as Terraform makes them: the failures, in order.
    async fn fleet(self: &Arc<Self>, reads: usize) -> Vec<Error> {
        let ten = Arc::new(tokio::sync::Semaphore::new(10));
        let mut running = Vec::new();
        for _ in 0..reads {
            let (process, ten) = (Arc::clone(self), Arc::clone(&ten));
            running.push(tokio::spawn(async move {
                let _permit = ten.acquire().await.unwrap();
                process.read().await
            }));
        }
        let mut failures = Vec::new();
        for read in running {
            failures.extend(read.await.unwrap().err());
        }
        failures
    }

    fn sent(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

fn attempted(purpose: Purpose) -> Attempted {
    Attempted {
        purpose,
        request: "GET /".into(),
        endpoint: "https://k/".into(),
        space_id: None,
        id: None,
        connector_type_id: None,
        host: "k".into(),
        has_credentials: true,
        proxy: None,
    }
}

fn answer() -> (Duration, Result<(), Cause>) {
    (Duration::from_millis(30), Ok(()))
}

fn failure(cause: Cause) -> (Duration, Result<(), Cause>) {
    (Duration::from_millis(1), Err(cause))
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_waited_out_by_one_for_all() {
    // Up for a second, gone for 24, starting for 36.
    let process = Process::new(|time, _| match time.as_secs() {
        0 => answer(),
        1..25 => failure(refused()),
        25..61 => failure(status(503, Some(30))),
        _ => answer(),
    });
    assert!(process.fleet(1000).await.is_empty());
    assert!(process.began.elapsed() < seconds(120), "{:?}", process.began.elapsed());
    assert!(process.sent() < 1000 + 10 + 40, "{}", process.sent());
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_lasts_fails_a_fleet_in_one_wait() {
    let process = Process::new(|time, _| if time.as_secs() == 0 { answer() } else { failure(refused()) });
    let failures = process.fleet(1000).await;
    let elapsed = process.began.elapsed();
    assert!(elapsed >= PATIENCE && elapsed < PATIENCE + seconds(5), "{elapsed:?}");
    assert!(
        failures.len() > 600 && failures.iter().all(|error| matches!(error.cause(), Cause::Unreached(_)))
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_endpoint_fails_a_fleet_within_a_minute() {
    let process = Process::new(|_, _| failure(refused()));
    let failures = process.fleet(1000).await;
    assert_eq!(failures.len(), 1000);
    let elapsed = process.began.elapsed();
    assert!(elapsed >= seconds(30) && elapsed < seconds(35), "{elapsed:?}");
    // Those that were not sent say so, and that nothing can have come of them.
    assert!(failures.iter().any(|error| error.attempts() == 0 && !error.outcome_unknown()));
    // Nobody answers at all, and every attempt to connect takes its time.
    let process = Process::new(|_, connect| {
        let takes = if connect == Connect::Quickly { 5 } else { 20 };
        (seconds(takes), Err(Cause::Unreached(Unreached::TimedOut)))
    });
    assert_eq!(process.fleet(1000).await.len(), 1000);
    assert!(process.began.elapsed() < seconds(65), "{:?}", process.began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_fails_alone_keeps_nobody_waiting() {
    let process = Process::new(|_, _| answer());
    process.read().await.unwrap();
    let alone = |connect: Connect| async move {
        assert_eq!(connect, Connect::Patiently);
        Err::<(), _>(Error::during(status(503, None), attempted(Purpose::Read)))
    };
    let operation = process.operation(&Stop::new());
    let tries = Tries::new(&process.gate, &operation, Purpose::Read);
    let failing = repeat(tries, Error::is_retryable, || attempted(Purpose::Read), alone);
    let others = async {
        // As long as the other one tries.
        for _ in 0..2000 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            process.read().await.unwrap();
        }
        process.sent()
    };
    let (error, sent) = tokio::join!(failing, others);
    assert_eq!(error.unwrap_err().status(), Some(503));
    assert_eq!(sent, 2001);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_our_own_is_short_and_one_that_is_asked_for_is_kept() {
    let process = Process::new(|_, _| failure(status(503, None)));
    assert!(process.read().await.unwrap_err().attempts() >= 12);
    assert!(process.began.elapsed() >= PATIENCE);
    let process = Process::new(|_, _| failure(status(429, Some(50))));
    let error = process.read().await.unwrap_err();
    assert_eq!((error.attempts(), process.sent()), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_not_begun() {
    let process = Process::new(|_, _| failure(status(503, Some(3600))));
    assert_eq!(process.read().await.unwrap_err().attempts(), 1);
    assert!(process.began.elapsed() < seconds(1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_an_outage_for_those_that_come_later() {
    let process = Process::new(|time, _| match time.as_secs() {
        31..200 => answer(),
        200..210 => failure(refused()),
        _ if time >= seconds(210) => answer(),
        _ => failure(refused()),
    });
    assert_eq!(process.fleet(3).await.len(), 3);
    tokio::time::sleep(seconds(1)).await;
    process.read().await.unwrap();
    assert!(process.fleet(100).await.is_empty());
    // And the next outage has its whole time.
    tokio::time::sleep_until(process.began + seconds(201)).await;
    assert!(process.fleet(100).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn creates_fail_in_one_wait_where_only_what_they_look_for_is_answered() {
    let process = Process::new(|_, _| answer());
    for _ in 0..4 {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let process = Arc::clone(&process);
            running.spawn(async move {
                let operation = process.operation(&Stop::new());
                let mut tries = Tries::new(&process.gate, &operation, Purpose::Create);
                let mut pause = Pause::Over;
                while pause == Pause::Over {
                    let failed = Error::during(status(503, None), attempted(Purpose::Create));
                    let post = |_| async { Err::<(), _>(failed) };
                    let error = tries.next(|| attempted(Purpose::Create), post).await.unwrap_err();
                    pause = tries.pause(&error, true).await;
                    process.read().await.unwrap();
                }
            });
        }
        running.join_all().await;
    }
    assert!(process.began.elapsed() < PATIENCE + seconds(20), "{:?}", process.began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn waits_end_with_a_stop() {
    let process = Process::new(|_, _| failure(refused()));
    let stop = Stop::new();
    let signal = stop.clone();
    let stopping = async {
        tokio::time::sleep(seconds(5)).await;
        signal.stop();
    };
    let one = || process.request(&stop, Purpose::Update);
    let (_, a, b, c, d) = tokio::join!(stopping, one(), one(), one(), one());
    for result in [a, b, c, d] {
        assert!(!result.unwrap_err().outcome_unknown());
    }
    assert!(process.began.elapsed() < seconds(6));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_stays_is_given_up_in_time() {
    let process = Process::new(|_, _| failure(status(409, None)));
    let error = process.request(&Stop::new(), Purpose::Update).await.unwrap_err();
    assert_eq!(error.status(), Some(409));
    assert!(process.began.elapsed() <= PATIENCE + seconds(1));
}

#[tokio::test(start_paused = true)]
async fn a_question_is_asked_once_and_outside_of_the_wait() {
    let process = Process::new(|_, _| failure(refused()));
    for _ in 0..10 {
        let operation = process.operation(&Stop::new()).trying_once();
        let attempt = |connect| process.attempt(Purpose::Types, connect);
        let tries = Tries::new(&process.gate, &operation, Purpose::Types);
        let asked = repeat(tries, Error::is_retryable, || attempted(Purpose::Types), attempt);
        assert_eq!(asked.await.unwrap_err().attempts(), 1);
    }
    assert!(process.began.elapsed() < seconds(1));
    assert!(process.gate.outage().last_failure().is_none());
}
