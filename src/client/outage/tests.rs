//! The state machine alone: failures and answers go in, what is next comes out.

use super::*;
use crate::client::error::Unreached;

const PATIENCE: Duration = Duration::from_secs(180);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn unavailable() -> Cause {
    Cause::Refused { status: 503, message: "down".into(), retry_after: None, not_found: None }
}

/// An outage and its clock.
struct World {
    outage: Outage,
    start: Instant,
}

impl World {
    fn new() -> Self {
        Self { outage: Outage::new(PATIENCE), start: Instant::now() }
    }

    /// Something has answered before.
    fn reached() -> Self {
        let mut world = Self::new();
        world.answers();
        world
    }

    fn answers(&mut self) {
        self.outage.answered(false, true);
    }

    fn at(&self, second: u64) -> Instant {
        self.start + seconds(second)
    }

    fn turn(&mut self, ticket: Ticket, second: u64) -> Turn {
        let now = self.at(second);
        self.outage.turn(ticket, false, now)
    }

    /// The same of a write.
    fn turn_to_write(&mut self, ticket: Ticket, second: u64) -> Turn {
        let now = self.at(second);
        self.outage.turn(ticket, true, now)
    }

    /// A first attempt of an operation, sent and failed in the same second.
    fn fails(&mut self, ticket: Ticket, second: u64, cause: &Cause) -> Next {
        self.fails_again(ticket, second, second, cause, 0)
    }

    fn fails_again(&mut self, ticket: Ticket, began: u64, second: u64, cause: &Cause, asked: u64) -> Next {
        self.request_fails(false, ticket, began, (second, second), cause, asked)
    }

    /// A single attempt that was answered by nobody for so long, until this second.
    fn fails_after(&mut self, waited: u64, ticket: Ticket, second: u64, cause: &Cause) -> Next {
        self.request_fails(false, ticket, second - waited, (second - waited, second), cause, 0)
    }

    /// A write that fails with a 503.
    fn write_fails(&mut self, ticket: Ticket, began: u64, second: u64) -> Next {
        self.request_fails(true, ticket, began, (second, second), &unavailable(), 0)
    }

    fn request_fails(
        &mut self,
        is_write: bool,
        ticket: Ticket,
        began: u64,
        (sent, second): (u64, u64),
        cause: &Cause,
        asked: u64,
    ) -> Next {
        let now = self.at(second);
        let failure = Failure {
            ticket,
            is_write,
            began: self.at(began),
            sent: self.at(sent),
            cause,
            pause: seconds(asked + 10),
            asked: seconds(asked),
            deadline: self.at(1000),
        };
        self.outage.failed(&failure, now)
    }
}

#[test]
fn a_failure_among_successes_concerns_nobody_else() {
    let mut world = World::reached();
    for ticket in 0..10 {
        assert_eq!(world.fails(ticket, ticket, &unavailable()), Next::Pause(seconds(10)));
        world.answers();
        assert!(matches!(world.turn(99, ticket), Turn::Go));
    }
}

#[test]
fn one_operation_tries_for_all_once_several_have_failed() {
    let mut world = World::reached();
    assert_eq!(world.fails(1, 0, &unavailable()), Next::Pause(seconds(10)));
    // The same once more is no sign.
    assert_eq!(world.fails_again(1, 0, 1, &unavailable(), 0), Next::Pause(seconds(10)));
    assert_eq!(world.fails(2, 1, &unavailable()), Next::Pause(seconds(10)));
    assert!(matches!(world.turn(4, 1), Turn::Go));
    assert_eq!(world.fails(3, 1, &unavailable()), Next::Pause(seconds(10)));
    assert_eq!(world.outage.phase(), Phase::Away);
    assert_eq!(world.fails(4, 1, &unavailable()), Next::Queue);
    assert!(matches!(world.turn(3, 2), Turn::Go));
    assert!(matches!(world.turn(1, 2), Turn::Wait));
    assert!(matches!(world.turn(5, 2), Turn::Wait));
    // Whoever tries may leave; the next one takes its place.
    world.outage.left(3);
    assert!(matches!(world.turn(5, 3), Turn::Go));
    assert!(matches!(world.turn(3, 3), Turn::Wait));
    world.answers();
    assert!(matches!(world.turn(1, 4), Turn::Go));
    assert!(matches!(world.turn(3, 4), Turn::Go));
}

#[test]
fn an_outage_is_given_up_for_all_at_once() {
    let mut world = World::reached();
    (1..=3).for_each(|ticket| {
        world.fails(ticket, 0, &unavailable());
    });
    assert_eq!(world.fails_again(3, 0, 100, &unavailable(), 0), Next::Pause(seconds(10)));
    // The last try comes at the very end.
    assert_eq!(world.fails_again(3, 0, 175, &unavailable(), 0), Next::Pause(seconds(5)));
    assert_eq!(world.fails_again(3, 0, 180, &unavailable(), 0), Next::GiveUp);
    // One after the other makes a single try, and the others fail meanwhile.
    assert_eq!(world.outage.phase(), Phase::GivenUp);
    assert!(matches!(world.turn(4, 180), Turn::Once));
    assert!(matches!(world.turn(5, 180), Turn::Fail(Cause::Refused { status: 503, .. })));
    assert_eq!(world.fails(4, 181, &Cause::Unreached(Unreached::Refused)), Next::GiveUp);
    assert!(matches!(world.turn(6, 181), Turn::Once));
    assert!(matches!(world.turn(7, 181), Turn::Fail(Cause::Unreached(_))));
    world.answers();
    assert!(matches!(world.turn(8, 182), Turn::Go));
    assert_eq!(world.fails(8, 182, &unavailable()), Next::Pause(seconds(10)));
}

#[test]
fn where_one_operation_runs_at_a_time_the_second_waits_no_more() {
    let mut world = World::reached();
    world.fails(1, 0, &unavailable());
    assert_eq!(world.fails_again(1, 0, 180, &unavailable(), 0), Next::GiveUp);
    world.outage.left(1);
    assert!(matches!(world.turn(2, 181), Turn::Go));
    assert_eq!(world.fails(2, 181, &unavailable()), Next::GiveUp);
    assert!(matches!(world.turn(3, 181), Turn::Once));
}

#[test]
fn after_a_try_that_took_long_others_do_not_wait_as_long_one_by_one() {
    let mut world = World::reached();
    (1..=3).for_each(|ticket| {
        world.fails(ticket, 0, &unavailable());
    });
    // Whoever comes first after that makes a try, however long the wait was.
    assert_eq!(world.request_fails(false, 3, 0, (120, 180), &unavailable(), 0), Next::GiveUp);
    assert!(matches!(world.turn(4, 180), Turn::Once));
    let lost = Cause::Lost { timed_out: true, detail: String::new() };
    assert_eq!(world.fails_after(60, 4, 240, &lost), Next::GiveUp);
    world.outage.left(4);
    (5..1000).for_each(|ticket| assert!(matches!(world.turn(ticket, 241), Turn::Fail(Cause::Lost { .. }))));
    // It may look at what it left behind all the same.
    assert!(matches!(world.turn(4, 241), Turn::Once));
    world.outage.left(4);
    assert!(matches!(world.turn(5, 299), Turn::Fail(_)));
    assert!(matches!(world.turn(5, 300), Turn::Once));
    world.answers();
    assert!(matches!(world.turn(6, 301), Turn::Go));
}

#[test]
fn a_row_of_failures_says_nothing_after_a_while_without_requests() {
    let mut world = World::reached();
    world.fails(1, 0, &unavailable());
    assert!(matches!(world.turn(2, 500), Turn::Go));
    assert_eq!(world.fails(2, 500, &unavailable()), Next::Pause(seconds(10)));
    assert_eq!(world.fails(3, 500, &unavailable()), Next::Pause(seconds(10)));
}

#[test]
fn an_address_that_has_never_answered_is_given_up_soon() {
    for cause in [Cause::Unreached(Unreached::Refused), Cause::Unreached(Unreached::UnknownHost)] {
        let mut world = World::new();
        assert_eq!(world.fails(1, 0, &cause), Next::Pause(seconds(10)));
        assert_eq!(world.fails_again(1, 0, 30, &cause, 0), Next::GiveUp);
        let mut world = World::reached();
        assert_eq!(world.fails_again(1, 0, 30, &cause, 0), Next::Pause(seconds(10)));
    }
    // A 503 is an answer, and a connection that was lost had been made.
    for first in [unavailable(), Cause::Lost { timed_out: false, detail: "reset".into() }] {
        let mut world = World::new();
        world.fails(1, 0, &first);
        let refused = Cause::Unreached(Unreached::Refused);
        assert_eq!(world.fails_again(1, 0, 30, &refused, 0), Next::Pause(seconds(10)));
    }
}

#[test]
fn credentials_that_nobody_can_judge_are_waited_for_only_if_they_were_accepted_before() {
    let mut world = World::new();
    world.outage.answered(false, false);
    assert_eq!(world.fails(1, 0, &Cause::Unjudged), Next::Pause(seconds(10)));
    assert_eq!(world.fails_again(1, 0, 29, &Cause::Unjudged, 0), Next::Pause(seconds(1)));
    assert_eq!(world.fails_again(1, 0, 30, &Cause::Unjudged, 0), Next::GiveUp);
    let mut world = World::reached();
    assert_eq!(world.fails_again(1, 0, 30, &Cause::Unjudged, 0), Next::Pause(seconds(10)));
    assert_eq!(world.fails_again(1, 0, 180, &Cause::Unjudged, 0), Next::GiveUp);
}

#[test]
fn what_failed_otherwise_before_does_not_count_against_the_credentials() {
    // Elasticsearch comes back later than Kibana.
    for operations in [1, 3] {
        let mut world = World::new();
        (1..=operations).for_each(|ticket| {
            world.fails(ticket, 0, &unavailable());
        });
        let fails =
            |world: &mut World, second, cause: Cause| world.fails_again(operations, 0, second, &cause, 0);
        assert_eq!(fails(&mut world, 32, Cause::Unjudged), Next::Pause(seconds(10)));
        assert_eq!(fails(&mut world, 61, Cause::Unjudged), Next::Pause(seconds(1)));
        // In between it failed otherwise.
        assert_eq!(fails(&mut world, 61, unavailable()), Next::Pause(seconds(10)));
        assert_eq!(fails(&mut world, 70, Cause::Unjudged), Next::Pause(seconds(10)));
        assert_eq!(fails(&mut world, 100, Cause::Unjudged), Next::GiveUp);
        // The whole wait is no longer than any.
        let mut world = World::new();
        world.fails(1, 0, &unavailable());
        assert_eq!(world.fails_again(1, 0, 170, &Cause::Unjudged, 0), Next::Pause(seconds(10)));
        assert_eq!(world.fails_again(1, 0, 180, &Cause::Unjudged, 0), Next::GiveUp);
    }
}

#[test]
fn a_wait_that_is_asked_for_is_kept_or_not_begun() {
    let mut world = World::reached();
    assert_eq!(world.fails_again(1, 0, 0, &unavailable(), 60), Next::Pause(seconds(70)));
    assert_eq!(world.fails_again(1, 0, 115, &unavailable(), 60), Next::Pause(seconds(65)));
    assert_eq!(world.fails_again(1, 0, 121, &unavailable(), 60), Next::GiveUp);
    // For all, where all wait for it.
    let mut world = World::reached();
    world.fails(1, 0, &unavailable());
    world.fails(2, 0, &unavailable());
    assert_eq!(world.fails_again(3, 0, 0, &unavailable(), 3600), Next::GiveUp);
    assert!(matches!(world.turn(4, 0), Turn::Once));
    assert!(matches!(world.turn(1, 0), Turn::Fail(_)));
}

#[test]
fn an_operation_whose_own_time_is_up_hands_over() {
    let mut world = World::reached();
    (1..=2).for_each(|ticket| {
        world.fails(ticket, 100, &unavailable());
    });
    assert_eq!(world.fails_again(3, 0, 100, &unavailable(), 0), Next::Pause(seconds(10)));
    assert_eq!(world.fails_again(3, 0, 180, &unavailable(), 0), Next::GiveUp);
    assert!(matches!(world.turn(1, 180), Turn::Go));
    assert_eq!(world.fails_again(1, 100, 180, &unavailable(), 0), Next::Pause(seconds(10)));
}

#[test]
fn reads_that_are_answered_do_not_end_an_outage_of_writes() {
    let mut world = World::reached();
    for ticket in 1..=3 {
        world.write_fails(ticket, 0, 0);
        // What a create looks for is not there.
        world.answers();
    }
    assert_eq!(world.outage.phase(), Phase::Away);
    assert!(matches!(world.turn_to_write(3, 1), Turn::Go));
    assert!(matches!(world.turn_to_write(4, 1), Turn::Wait));
    assert!(matches!(world.turn(1, 1), Turn::Go));
    assert_eq!(world.write_fails(3, 0, 180), Next::GiveUp);
    world.answers();
    assert!(matches!(world.turn_to_write(4, 180), Turn::Once));
    assert!(matches!(world.turn_to_write(5, 180), Turn::Fail(_)));
    assert!(matches!(world.turn(5, 180), Turn::Go));
    world.outage.answered(true, true);
    assert!(matches!(world.turn_to_write(5, 181), Turn::Go));
}

#[test]
fn a_read_that_fails_too_makes_it_an_outage_of_all() {
    let mut world = World::reached();
    (1..=3).for_each(|ticket| {
        world.write_fails(ticket, 0, 0);
    });
    assert_eq!(world.fails(4, 1, &unavailable()), Next::Queue);
    assert!(matches!(world.turn(5, 1), Turn::Wait));
    assert!(matches!(world.turn_to_write(5, 1), Turn::Wait));
    world.answers();
    assert!(matches!(world.turn_to_write(5, 2), Turn::Go));
}
