//! What an apply says: refusals, pages of others, and what Kibana stores otherwise than it was sent.

use kibana_emulator::{Answer, Fault};
use serde_json::{Map, Value as Json, json};

use super::{config, imported, said, stored};
use crate::book::Book;
use crate::core::{Core, Instance, Refusal};

pub(super) async fn created(core: &Core, json: Json, fault: Option<Fault>) -> Refusal {
    let config = config(core, json);
    let mut instance = Instance::none();
    let plan = core.plan_from(&config, &instance).await.unwrap();
    if let Some(fault) = fault {
        core.kibana.fail(fault.on("POST", "*").always());
    }
    let said = said(core.apply(&config, &plan, &mut instance).await);
    core.kibana.clear_faults();
    if !instance.state.is_null() {
        let _ = core.destroy(&mut instance).await;
    }
    said
}

pub(super) async fn applies(book: &mut Book, core: &Core) {
    book.section("terraform apply");
    let index = || json!({"name": "n", "index": {"index": "i"}});
    let page =
        |status| Fault::answer(Answer::html(status, "<html><head><title>Log in</title></head></html>"));
    for (case, fault) in [
        ("400", Fault::status(400, "error validating connector type config: Field \"index\": Required")),
        ("401 with a reason", Fault::status(401, "[security_exception]: missing authentication credentials")),
        ("403", Fault::forbidden()),
        (
            "403 because of the license",
            Fault::status(
                403,
                "Action type .index is disabled because your basic license does not support it. Please upgrade your license.",
            ),
        ),
        ("404 of the route", Fault::status(404, "Not Found")),
        ("409", Fault::status(409, "Saved object [action/x] conflict")),
        ("413", Fault::status(413, "Payload content length greater than maximum allowed: 1048576")),
        ("429", Fault::overloaded(None)),
        (
            "500",
            Fault::status(500, "An internal server error occurred. Check Kibana server logs for details."),
        ),
        ("503", Fault::status(503, "all shards failed")),
        ("a Kibana that is starting", Fault::not_ready()),
        ("a login page", page(200)),
        ("a page of a proxy", page(403)),
        ("a redirect", Fault::redirect("https://login.example/")),
        ("no answer at all", Fault::cut()),
    ] {
        book.tell(case, &created(core, index(), Some(fault)).await);
    }
    let other =
        json!({"id": "other-id", "name": "n", "connector_type_id": ".index", "config": {"index": "i"}});
    book.tell("another ID", &created(core, index(), Some(Fault::answer(Answer::json(200, &other)))).await);

    core.kibana.put_raw("default", stored("my-id", ".server-log", Map::new()));
    let mut users = index();
    users["id"] = json!("my-id");
    book.tell("an ID in use", &created(core, users, None).await);
    core.kibana.remove("default", "my-id");
    lost_creates(book, core).await;

    let mut instance = Instance::none();
    core.run(&config(core, index()), &mut instance).await.unwrap();
    let id = instance.id().to_owned();
    let answer = |kibana_id: &str, name: &str, config: Json| {
        Fault::answer(Answer::json(
            200,
            &json!({"id": id, "name": name, "connector_type_id": kibana_id, "config": config}),
        ))
    };
    for (case, written, fault) in [
        ("another type", json!({"index": "i"}), answer(".server-log", "m", json!({}))),
        ("another value", json!({"index": "i"}), answer(".index", "m", json!({"index": "other"}))),
        (
            "another flag",
            json!({"index": "i", "refresh": false}),
            answer(".index", "m", json!({"index": "i", "refresh": true})),
        ),
        ("another name", json!({"index": "i"}), answer(".index", "else", json!({"index": "i"}))),
    ] {
        let mut copy = instance.clone();
        let next = config(core, json!({"name": "m", "index": written}));
        let plan = core.plan_from(&next, &copy).await.unwrap();
        core.kibana.fail(fault.on("PUT", "*"));
        book.tell(case, &said(core.apply(&next, &plan, &mut copy).await));
        core.kibana.clear_faults();
    }
    let mut copy = instance.clone();
    let custom = json!({"connector_type_id": ".index", "config_json": "{\"index\":\"i\"}"});
    let next = config(core, json!({"name": "n", "custom": custom}));
    let plan = core.plan_from(&next, &copy).await.unwrap();
    core.kibana.fail(answer(".server-log", "n", json!({})).on("GET", "*"));
    book.tell("another type in another block", &said(core.apply(&next, &plan, &mut copy).await));
    core.kibana.clear_faults();
    core.kibana.fail(Fault::forbidden().on("DELETE", "*").always());
    book.tell("a delete that is not allowed", &core.destroy(&mut instance).await.unwrap_err());
    core.kibana.clear_faults();
    core.destroy(&mut instance).await.unwrap();
}

/// Creates whose answer was lost: what is in state then.
async fn lost_creates(book: &mut Book, core: &Core) {
    let users =
        || json!({"name": "n", "id": "0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6", "index": {"index": "i"}});
    book.tell(
        "an ID of the user's that is there after a lost answer",
        &created(core, users(), Some(Fault::cut_after_write())).await,
    );
    core.kibana.fail(Fault::cut().on("GET", "*").skip(1).always());
    book.tell(
        "an ID of the user's after which nothing answers",
        &created(core, users(), Some(Fault::cut())).await,
    );
    core.kibana.clear_faults();
    core.kibana.fail(Fault::forbidden().on("GET", "*").skip(1));
    let conflict = Fault::status(409, "Saved object [action/x] conflict");
    book.tell("an ID in use, and nobody knows where", &created(core, users(), Some(conflict)).await);
    core.kibana.fail(Fault::status(404, "Not Found").on("POST", "*"));
    let json = json!({"name": "n", "index": {"index": "i"}});
    book.tell("a Kibana that chooses IDs itself", &created(core, json, Some(Fault::cut())).await);
}

/// Refusals of what a Kibana is too old to know, and of what was sent again.
async fn refused_twice(book: &mut Book, core: &Core) {
    let other = json!({
        "name": "n", "genai_other": {"api_url": "https://a.example", "default_model": "m"}, "secrets_wo": {"api_key": "hunter2"},
    });
    let message = "error validating action type config: types that failed validation: - [0.apiProvider]: expected value to \
                   equal [Azure OpenAI] - [1.apiProvider]: expected value to equal [OpenAI]";
    book.tell(
        "a block that Kibana does not know",
        &created(core, other, Some(Fault::status(400, message))).await,
    );
    let message =
        "error validating action type config: [verificationMode]: definition for this key is missing";
    let fault = || Fault::status(400, message).on("POST", "*");
    let written = json!({"name": "n", "webhook": {"url": "https://a.example", "verification_mode": "full"}});
    let config = config(core, written);
    for (case, second) in [
        ("a default that Kibana does not know", None),
        (
            "the same, refused again",
            Some("error validating action type config: [url]: expected value of type [string]"),
        ),
    ] {
        let mut hook = Instance::none();
        let plan = core.plan_from(&config, &hook).await.unwrap();
        core.kibana.fail(fault());
        if let Some(message) = second {
            core.kibana.fail(Fault::status(400, message).on("POST", "*"));
        }
        book.tell(case, &said(core.apply(&config, &plan, &mut hook).await));
        core.kibana.clear_faults();
        if !hook.state.is_null() {
            core.destroy(&mut hook).await.unwrap();
        }
    }
}

/// What Kibana stores otherwise than it was sent, or asks to be sent otherwise.
pub(super) async fn corrections(book: &mut Book, core: &mut Core) {
    let mut hook =
        imported(core, ".webhook", json!({"url": "https://a.example", "hasAuth": false, "newKey": 1})).await;
    let next = config(core, json!({"name": "m", "webhook": {"url": "https://a.example", "has_auth": false}}));
    let plan = core.plan_from(&next, &hook).await.unwrap();
    let message = "error validating connector type config: [newKey]: definition for this key is missing";
    core.kibana.fail(Fault::status(400, message).on("PUT", "*"));
    book.tell(
        "a key of Kibana's own that it no longer accepts",
        &said(core.apply(&next, &plan, &mut hook).await),
    );
    core.kibana.clear_faults();
    core.destroy(&mut hook).await.unwrap();
    refused_twice(book, core).await;

    let without = json!({"name": "n", "webhook": {"url": "https://a.example", "has_auth": false}});
    let message =
        "error validating connector type config: authType must be null or undefined if hasAuth is false";
    let config_of = config(core, without);
    let plan = core.plan_from(&config_of, &Instance::none()).await.unwrap();
    core.kibana.fail(Fault::status(400, message).on("POST", "*"));
    let mut hook = Instance::none();
    book.tell("a key that has to be null", &said(core.apply(&config_of, &plan, &mut hook).await));
    core.kibana.clear_faults();
    for (case, is_preconfigured, shown) in [
        ("a config that is not shown", false, Json::Null),
        ("the same of a preconfigured connector", true, Json::Null),
        (
            "a value of another shape",
            false,
            json!({"url": "https://a.example", "headers": 1, "hasAuth": false}),
        ),
    ] {
        let answer = json!({
            "id": hook.id(), "name": "n", "connector_type_id": ".webhook", "config": shown, "is_preconfigured": is_preconfigured,
            "is_deprecated": false, "is_missing_secrets": false, "is_system_action": false
        });
        core.kibana.fail(Fault::answer(Answer::json(200, &answer)).on("GET", "*"));
        book.tell(case, &said(core.refresh(&mut hook.clone()).await));
        core.kibana.clear_faults();
    }
    core.destroy(&mut hook).await.unwrap();

    core.turn_to("kibana_connector_spec");
    let oauth = json!({"oauth_authorization_code": {"client_id": "c", "client_secret": "hunter2"}});
    let with = |name: &str, config: Json, secrets: &Json| json!({"name": name, "spec": {"connector_type_id": ".github", "config": config}, "secrets_wo": secrets});
    let mut users = Instance::none();
    let signed = config(core, with("n", json!({}), &oauth));
    book.tell("a connector that users sign in to", &core.run(&signed, &mut users).await.unwrap().1);
    let renamed = config(core, with("m", json!({}), &oauth));
    book.tell("an update of it", &core.plan_from(&renamed, &users).await.unwrap().said);
    core.destroy(&mut users).await.unwrap();
    let mut shared = Instance::none();
    let bearer = config(core, with("n", json!({}), &json!({"bearer": {"token": "hunter2"}})));
    core.run(&bearer, &mut shared).await.unwrap();
    let plan = core.plan_ignoring(&renamed, &[vec!["secrets_wo"]], &shared).await.unwrap();
    let mut copy = shared.clone();
    book.tell(
        "an authentication that the plan did not see",
        &core.apply(&renamed, &plan, &mut copy).await.unwrap_err(),
    );
    core.destroy(&mut shared).await.unwrap();
    let mut shared = Instance::none();
    let mistyped =
        config(core, with("n", json!({"subdomian": "acme"}), &json!({"bearer": {"token": "hunter2"}})));
    book.tell("a key that Kibana ignores", &core.run(&mistyped, &mut shared).await.unwrap().1);
    core.destroy(&mut shared).await.unwrap();
    core.turn_to("kibana_connector");
}
