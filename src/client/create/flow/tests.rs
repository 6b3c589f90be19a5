//! The flow case by case: answers go in, the next step comes out.

use std::collections::VecDeque;

use super::*;
use crate::client::connectors;
use crate::client::error::{Attempted, Unreached};
use crate::client::request::Purpose;
use crate::client::testing::{address, connector_json};

const ID: &str = "3f2b1c1e-0000-4000-8000-000000000000";

fn generated() -> IdChoice {
    IdChoice::Generated(ID.to_owned())
}

fn users() -> IdChoice {
    IdChoice::Users(ID.to_owned())
}

fn body() -> ConnectorBody {
    let empty = serde_json::Map::new;
    ConnectorBody { name: "n".into(), connector_type_id: ".index".into(), config: empty(), secrets: empty() }
}

fn attempted(purpose: Purpose) -> Attempted {
    let request = connectors::read(&address(ID)).unwrap();
    Attempted {
        purpose,
        request: format!("{} {}", purpose.method(), request.path),
        endpoint: "https://k/".into(),
        space_id: request.space_id,
        id: request.id,
        connector_type_id: None,
        host: "k".into(),
        has_credentials: true,
        proxy: None,
    }
}

fn refused(status: u16, not_found: Option<NotFound>) -> Cause {
    Cause::Refused { status, message: "no".into(), retry_after: None, not_found }
}

fn lost() -> Cause {
    Cause::Lost { timed_out: false, detail: "gone".into() }
}

fn starting() -> Cause {
    let shown = "Kibana server is not ready yet".to_owned();
    Cause::Foreign { status: 503, content_type: None, shown, retry_after: None }
}

fn missing() -> Cause {
    refused(404, Some(NotFound::ConnectorMissing))
}

/// One answer of the world: to a GET, to a POST, or to a wait.
enum World {
    There(&'static str),
    LookFails(Cause),
    Made(&'static str),
    PostFails(Cause),
    Wait(Pause),
}
use World::{LookFails, Made, PostFails, There, Wait};

fn connector(id: &str, name: &str) -> ConnectorAnswer {
    let mut connector = ConnectorAnswer::read(&connector_json(id)).unwrap();
    connector.name = name.to_owned();
    connector
}

/// Plays a conversation to its end; every answer must be asked for.
fn play(choice: &IdChoice, world: impl IntoIterator<Item = World>) -> CreateOutcome {
    play_with(&body(), choice, world)
}

fn play_with(
    body: &ConnectorBody,
    choice: &IdChoice,
    world: impl IntoIterator<Item = World>,
) -> CreateOutcome {
    let mut world: VecDeque<World> = world.into_iter().collect();
    let (mut flow, mut step) = Flow::start(choice, body, &[]);
    loop {
        step = match (step, world.pop_front()) {
            (Act::Done(outcome), None) => return *outcome,
            (Act::LookFirst, Some(There(name))) => flow.looked_first(Ok(found(name))),
            (Act::LookFirst, Some(LookFails(kind))) => {
                flow.looked_first(Err(Error::during(kind, attempted(Purpose::Read))))
            }
            (Act::Post, Some(Made(id))) => flow.posted(Ok(connector(id, "n"))),
            (Act::Post, Some(PostFails(kind))) => {
                flow.posted(Err(Error::during(kind, attempted(Purpose::Create))))
            }
            (Act::Pause(error), Some(Wait(pause))) => flow.paused(error, pause),
            (Act::Look { error, may_repeat }, Some(There(name))) => {
                flow.looked(Ok(found(name)), error, may_repeat)
            }
            (Act::Look { error, may_repeat }, Some(LookFails(kind))) => {
                flow.looked(Err(Error::during(kind, attempted(Purpose::Read))), error, may_repeat)
            }
            (Act::LookElsewhere(error), Some(LookFails(kind))) => {
                flow.looked_elsewhere(Err(Error::during(kind, attempted(Purpose::Read))), error)
            }
            (step, _) => panic!("unexpected {step:?}, {} answers left", world.len()),
        };
    }
}

fn found(name: &str) -> Found {
    Found {
        connector: connector(ID, name),
        shown_name: name.to_owned(),
        shown_type: ".index".to_owned(),
        attempted: attempted(Purpose::Read),
    }
}

fn is_created(outcome: &CreateOutcome) -> bool {
    matches!(outcome, CreateOutcome::Created(connector) if connector.id == ID)
}

fn is_adopted(outcome: &CreateOutcome, in_doubt: bool) -> bool {
    matches!(outcome, CreateOutcome::Adopted { doubtful, .. } if doubtful.is_some() == in_doubt)
}

fn failure(outcome: CreateOutcome) -> Error {
    let CreateOutcome::Failed(error) = outcome else { panic!("{outcome:?}") };
    assert!(!error.outcome_unknown());
    error
}

fn unknown(outcome: CreateOutcome) -> Option<String> {
    let CreateOutcome::Unknown { kept, error, .. } = outcome else { panic!("{outcome:?}") };
    assert!(error.outcome_unknown());
    kept
}

#[test]
fn a_create_that_works_is_one_request_and_two_with_the_users_id() {
    assert!(is_created(&play(&generated(), [Made(ID)])));
    assert!(is_created(&play(&users(), [LookFails(missing()), Made(ID)])));
}

#[test]
fn what_is_there_already_is_not_touched() {
    let error = failure(play(&users(), [There("other")]));
    assert!(error.is_id_in_use());
    assert!(matches!(error.cause(), Cause::IdInUse { name, .. } if name == "other"), "{error}");
}

#[test]
fn a_first_look_that_fails_ends_it() {
    let error = failure(play(&users(), [LookFails(refused(403, None))]));
    assert_eq!(error.status(), Some(403));
}

#[test]
fn a_refusal_is_final() {
    for status in [400, 401, 403, 413] {
        let error = failure(play(&generated(), [PostFails(refused(status, None)), Wait(Pause::Final)]));
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn a_request_that_never_left_is_repeated_without_a_look() {
    let refused = || PostFails(Cause::Unreached(Unreached::Refused));
    assert!(is_created(&play(&generated(), [refused(), Wait(Pause::Over), Made(ID)])));
    let error = failure(play(&generated(), [refused(), Wait(Pause::Over), refused(), Wait(Pause::Final)]));
    assert_eq!(error.attempts(), 2);
    failure(play(&generated(), [refused(), Wait(Pause::Stopped)]));
}

#[test]
fn a_lost_answer_is_looked_for_before_a_repetition() {
    for kind in [lost(), refused(429, None), refused(503, None)] {
        let there = [PostFails(kind.clone()), Wait(Pause::Over), There("n")];
        assert!(is_adopted(&play(&generated(), there), false));
        let not_there = [PostFails(kind), Wait(Pause::Over), LookFails(missing()), Made(ID)];
        assert!(is_created(&play(&generated(), not_there)));
    }
}

#[test]
fn adopting_under_the_users_id_is_doubtful() {
    let world = |name| [LookFails(missing()), PostFails(lost()), Wait(Pause::Over), There(name)];
    let outcome = play(&users(), world("n"));
    assert!(is_adopted(&outcome, true));
    // Another name: somebody else's.
    assert!(failure(play(&users(), world("other"))).is_id_in_use());
    // Under a generated ID it is ours whatever its name.
    let outcome = play(&generated(), [PostFails(lost()), Wait(Pause::Over), There("other")]);
    assert!(is_adopted(&outcome, false));
}

#[test]
fn a_repetition_that_fails_is_looked_for_too() {
    // 409: the first POST landed after the look. 500: `.inference` found its own endpoint.
    for status in [409, 500, 400] {
        let world = |end| {
            let lost = [PostFails(lost()), Wait(Pause::Over), LookFails(missing())];
            lost.into_iter().chain([PostFails(refused(status, None)), Wait(Pause::Final), end])
        };
        assert!(is_adopted(&play(&generated(), world(There("n"))), false), "{status}");
    }
}

#[test]
fn a_kibana_that_is_starting_is_not_at_work_on_anything() {
    let error =
        failure(play(&generated(), [PostFails(starting()), Wait(Pause::Final), LookFails(missing())]));
    assert!(!error.outcome_unknown());
}

#[test]
fn nothing_there_after_a_lost_answer_is_no_proof_until_kibana_refuses() {
    let gateway = Cause::Foreign { status: 504, content_type: None, shown: String::new(), retry_after: None };
    for lost in [lost(), gateway] {
        let play = |cause: Cause| {
            let first = [PostFails(lost.clone()), Wait(Pause::Over), LookFails(missing())];
            let second = [PostFails(cause), Wait(Pause::Final), LookFails(missing())];
            play(&generated(), first.into_iter().chain(second))
        };
        // Kibana may still be at work on the first POST, whatever came of the second.
        for status in [409, 429, 500, 503] {
            assert_eq!(unknown(play(refused(status, None))).as_deref(), Some(ID), "{status}");
        }
        assert_eq!(unknown(play(Cause::Unreached(Unreached::Refused))).as_deref(), Some(ID));
        for status in [400, 401, 403, 413] {
            assert_eq!(failure(play(refused(status, None))).status(), Some(status));
        }
    }
    // This type's save hook may have found the endpoint that the first POST has made already.
    let mut inference = body();
    inference.connector_type_id = ".inference".into();
    let first = [PostFails(lost()), Wait(Pause::Over), LookFails(missing())];
    let second = [PostFails(refused(400, None)), Wait(Pause::Final), LookFails(missing())];
    let outcome = play_with(&inference, &generated(), first.into_iter().chain(second));
    assert_eq!(unknown(outcome).as_deref(), Some(ID));
}

#[test]
fn a_conflict_under_a_generated_id_is_our_own_trace() {
    let world = [PostFails(refused(409, None)), Wait(Pause::Final), There("n")];
    assert!(is_adopted(&play(&generated(), world), false));
}

#[test]
fn a_conflict_under_the_users_id_is_an_error() {
    let world = |end| [LookFails(missing()), PostFails(refused(409, None)), Wait(Pause::Final), end];
    // In a space that is not seen from here: there is nothing to import.
    let error = failure(play(&users(), world(LookFails(missing()))));
    assert!(error.is_conflict() && !error.is_id_in_use());
    // Nobody knows where.
    let taken = |world: [World; 4]| {
        let CreateOutcome::Taken { error, look } = play(&users(), world) else { panic!() };
        assert!(error.is_conflict() && !error.outcome_unknown());
        look.cause().to_string()
    };
    for look in [refused(403, None), refused(404, Some(NotFound::Foreign)), lost(), Cause::Stopped] {
        assert_eq!(taken(world(LookFails(look.clone()))), look.to_string());
    }
    // Somebody took it between the look and the POST, and may have called it what we do.
    for name in ["n", "other"] {
        assert!(failure(play(&users(), world(There(name)))).is_id_in_use(), "{name}");
    }
    let stopped = [
        LookFails(missing()),
        PostFails(refused(409, None)),
        Wait(Pause::Stopped),
        LookFails(Cause::Stopped),
    ];
    assert_eq!(taken(stopped), Cause::Stopped.to_string());
}

#[test]
fn a_failure_of_kibana_is_looked_into_once() {
    let world = |end| [PostFails(refused(500, None)), Wait(Pause::Final), end];
    assert!(is_adopted(&play(&generated(), world(There("n"))), false));
    assert_eq!(failure(play(&generated(), world(LookFails(missing())))).status(), Some(500));
}

#[test]
fn a_foreign_page_is_looked_behind() {
    let of_status = |status| match status {
        300..400 => Cause::Redirect { status, from: "k".into(), to: "login".into() },
        _ => Cause::Foreign { status, content_type: None, shown: "Sign in".into(), retry_after: None },
    };
    let page = || of_status(200);
    let world = |end| [PostFails(page()), Wait(Pause::Final), end];
    for status in [200, 302, 401, 403, 404, 406, 451] {
        let world = |end| [PostFails(of_status(status)), Wait(Pause::Final), end];
        assert!(is_adopted(&play(&generated(), world(There("n"))), false), "{status}");
        failure(play(&generated(), world(LookFails(missing()))));
        // It stands before everything, or hides this very connector.
        let twice = |elsewhere| world(LookFails(of_status(status))).into_iter().chain([LookFails(elsewhere)]);
        failure(play(&generated(), twice(of_status(status))));
        for elsewhere in [missing(), refused(403, None), lost()] {
            assert_eq!(unknown(play(&generated(), twice(elsewhere))).as_deref(), Some(ID), "{status}");
        }
        let first = [LookFails(missing())];
        assert_eq!(unknown(play(&users(), first.into_iter().chain(twice(missing())))), None);
    }
    assert_eq!(unknown(play(&generated(), world(LookFails(lost())))).as_deref(), Some(ID));
    // That says nothing of an earlier request.
    let earlier = [PostFails(lost()), Wait(Pause::Over), LookFails(missing())];
    let world = earlier.into_iter().chain(world(LookFails(page())));
    assert_eq!(unknown(play(&generated(), world)).as_deref(), Some(ID));
}

#[test]
fn an_answer_that_cannot_be_read_leaves_the_outcome_to_a_look() {
    let garbled = || Cause::Unreadable { status: 200, why: "it is not JSON".into() };
    let world = |end| [PostFails(garbled()), Wait(Pause::Final), end];
    assert!(is_adopted(&play(&generated(), world(There("n"))), false));
    assert_eq!(unknown(play(&generated(), world(LookFails(garbled())))).as_deref(), Some(ID));
}

#[test]
fn what_stays_unknown_keeps_only_a_generated_id() {
    let world = || [PostFails(lost()), Wait(Pause::Over), LookFails(Cause::Unreached(Unreached::Refused))];
    assert_eq!(unknown(play(&generated(), world())).as_deref(), Some(ID));
    let first = [LookFails(missing())];
    assert_eq!(unknown(play(&users(), first.into_iter().chain(world()))), None);
    // A 404 right after a lost answer proves nothing: Kibana may still be at work on it.
    let world = [PostFails(lost()), Wait(Pause::Final), LookFails(missing())];
    assert_eq!(unknown(play(&generated(), world)).as_deref(), Some(ID));
    // An answer that came means that Kibana is done.
    let world = [PostFails(refused(503, None)), Wait(Pause::Final), LookFails(missing())];
    failure(play(&generated(), world));
}

#[test]
fn a_look_that_fails_is_told() {
    let look = |world: [World; 3]| {
        let CreateOutcome::Unknown { error, look, .. } = play(&generated(), world) else { panic!() };
        (error.cause().to_string(), look.map(|look| look.cause().to_string()))
    };
    let world = |end| [PostFails(lost()), Wait(Pause::Final), end];
    assert_eq!(
        look(world(LookFails(refused(403, None)))),
        (lost().to_string(), Some(refused(403, None).to_string()))
    );
    assert_eq!(look(world(LookFails(missing()))), (lost().to_string(), None));
}

#[test]
fn a_stop_ends_it_with_what_is_known() {
    failure(play(&generated(), [PostFails(Cause::Stopped), Wait(Pause::Stopped)]));
    let world = [PostFails(lost()), Wait(Pause::Stopped)];
    assert_eq!(unknown(play(&generated(), world)).as_deref(), Some(ID));
    let world = [PostFails(lost()), Wait(Pause::Over), LookFails(Cause::Stopped)];
    assert_eq!(unknown(play(&generated(), world)).as_deref(), Some(ID));
    assert!(matches!(failure(play(&users(), [LookFails(Cause::Stopped)])).cause(), Cause::Stopped));
}

#[test]
fn another_id_in_the_answer_is_an_error_with_the_connector() {
    let outcome = play(&generated(), [Made("other")]);
    let CreateOutcome::OtherId { connector, error } = outcome else { panic!("{outcome:?}") };
    assert_eq!(connector.id, "other");
    assert!(matches!(error.cause(), Cause::OtherId { got, .. } if got == "other"), "{error}");
}

#[test]
fn an_old_kibana_chooses_the_id_itself() {
    let no_route = || PostFails(refused(404, Some(NotFound::RouteMissing)));
    let outcome = play(&generated(), [no_route(), Made("other")]);
    assert!(matches!(outcome, CreateOutcome::Created(connector) if connector.id == "other"));
    // Without an ID nothing can be looked for, so a lost answer ends it, and nothing is kept.
    assert_eq!(unknown(play(&generated(), [no_route(), PostFails(lost()), Wait(Pause::Over)])), None);
    let error = failure(play(&generated(), [no_route(), no_route(), Wait(Pause::Final)]));
    assert_eq!(error.not_found(), Some(NotFound::RouteMissing));
    let error = failure(play(&users(), [LookFails(missing()), no_route()]));
    assert!(matches!(error.cause(), Cause::IdUnsupported), "{error}");
}

#[test]
fn an_old_kibana_is_found_out_after_a_failure_of_a_moment_too() {
    let overloaded = || Cause::Refused {
        status: 429,
        message: "Server is overloaded".into(),
        retry_after: None,
        not_found: None,
    };
    let no_route = || PostFails(refused(404, Some(NotFound::RouteMissing)));
    for first in [lost(), starting(), overloaded(), refused(503, None)] {
        let begin = || [PostFails(first.clone()), Wait(Pause::Over), LookFails(missing()), no_route()];
        let outcome = play(&generated(), begin().into_iter().chain([Made("other")]));
        assert!(matches!(outcome, CreateOutcome::Created(connector) if connector.id == "other"));
        // The path that is not there has not made anything, so what follows is about the other one alone.
        let ended = [PostFails(refused(400, None)), Wait(Pause::Final)];
        let error = failure(play(&generated(), begin().into_iter().chain(ended)));
        assert_eq!((error.status(), error.attempts()), (Some(400), 1));
        let world = [LookFails(missing())].into_iter().chain(begin());
        assert!(matches!(failure(play(&users(), world)).cause(), Cause::IdUnsupported));
    }
    // What it turns away it has not done, so nothing need be looked for.
    for turned_away in [starting(), overloaded()] {
        let world = [no_route(), PostFails(turned_away.clone()), Wait(Pause::Over), Made("other")];
        assert!(matches!(play(&generated(), world), CreateOutcome::Created(_)));
        let error = failure(play(&generated(), [no_route(), PostFails(turned_away), Wait(Pause::Final)]));
        assert!(!error.is_in_doubt());
    }
    let world = [no_route(), PostFails(refused(503, None)), Wait(Pause::Over)];
    assert_eq!(unknown(play(&generated(), world)), None);
}

#[test]
fn another_services_404_is_not_taken_for_an_old_kibana() {
    let foreign =
        || Cause::Foreign { status: 404, content_type: None, shown: String::new(), retry_after: None };
    let looks = [LookFails(foreign()), LookFails(foreign())];
    failure(play(&generated(), [PostFails(foreign()), Wait(Pause::Final)].into_iter().chain(looks)));
}
