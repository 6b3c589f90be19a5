//! Every diagnostic of the connector resources and the provider block that can be brought about here, in the
//! order in which a user may meet them, in one file to be read from top to bottom: `diagnostics.txt`.
//! UPDATE=1 rewrites it.
//!
//! What only the outside world can cause (a name server, a certificate) is a section that the tests of
//! `explain` write; the rules of each connector type are in the cases of the catalog.

use crate::asking::{list, looked, ran};
use crate::book::Book;
use crate::core::{Core, Instance, Refusal};
use kibana_emulator::{Answer, Connector, Fault, License, Options, Preconfigured, Release, Space};
use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::provider;
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

const FILE: &str = "tests/core/diagnostics.txt";

/// A configuration from JSON: attributes and blocks by name, what is left out is null.
fn config(core: &Core, json: Json) -> Value {
    let mut value = core.block.empty_value();
    let Json::Object(entries) = json else { return value };
    for (name, json) in entries {
        let entry = match (core.block.block(&name), json) {
            (Some(nested), json) => fill(nested.block.empty_value(), json),
            (None, json) if name == "secrets_wo" => {
                let (ty, value) = from_json(&json);
                Value::dynamic(ty, value)
            }
            (None, json) => from_json(&json).1,
        };
        value.set(&name, entry);
    }
    value
}

fn fill(mut value: Value, json: Json) -> Value {
    if let Json::Object(entries) = json {
        entries.into_iter().for_each(|(name, json)| value.set(&name, from_json(&json).1));
    }
    value
}

fn said(result: Result<Refusal, Refusal>) -> Refusal {
    let (Ok(said) | Err(said)) = result;
    said
}

async fn configured(core: &Core, settings: Json) -> Refusal {
    let mut config = provider::schema().block.empty_value();
    let Json::Object(settings) = settings else { return Vec::new() };
    for (name, json) in settings {
        config.set(&name, from_json(&json).1);
    }
    core.configure(&config).await
}

async fn provider_block(book: &mut Book, core: &Core) {
    book.section("The provider block");
    let key = "dGVzdDphLWtleS1mb3ItdGVzdHM=";
    let url = "https://kibana.example";
    for (case, settings) in [
        ("no endpoint", json!({})),
        ("an endpoint without a scheme", json!({"endpoint": "kibana.example:5601"})),
        ("an endpoint that is not a URL", json!({"endpoint": "https://"})),
        ("an endpoint with a password", json!({"endpoint": "https://u:hunter2@kibana.example"})),
        ("an endpoint with a query", json!({"endpoint": "https://kibana.example?a=b"})),
        ("an endpoint that leads into a space", json!({"endpoint": "https://kibana.example/s/ops"})),
        ("two authentications", json!({"endpoint": url, "api_key": key, "bearer_token": "t"})),
        ("a user without a password", json!({"endpoint": url, "username": "u"})),
        (
            "an authentication among the headers",
            json!({"endpoint": url, "api_key": key, "headers": {"Authorization": "Bearer t"}}),
        ),
        ("a header that frames the request", json!({"endpoint": url, "headers": {"Content-Length": "1"}})),
        ("a header twice", json!({"endpoint": url, "headers": {"X-A": "1", "x-a": "2"}})),
        ("a header without a value", json!({"endpoint": url, "headers": {"X-A": null}})),
        ("a blank key", json!({"endpoint": url, "api_key": " "})),
        ("a user name with a colon", json!({"endpoint": url, "username": "u:v", "password": "hunter2"})),
        (
            "a password that a file ended in a line break",
            json!({"endpoint": url, "username": "u", "password": "hunter2\n"}),
        ),
        ("a header name with a blank", json!({"endpoint": url, "headers": {"X A": "1"}})),
        ("a key that no header can hold", json!({"endpoint": url, "api_key": "a\nb"})),
        ("a space that is none", json!({"endpoint": url, "space_id": "Ops Team"})),
        ("an empty space", json!({"endpoint": url, "space_id": ""})),
        ("a certificate file that is not there", json!({"endpoint": url, "ca_cert_file": "/nowhere/ca.pem"})),
        ("a certificate that is none", json!({"endpoint": url, "ca_cert_pem": "nothing"})),
        ("a client certificate without a key", json!({"endpoint": url, "client_cert_pem": "nothing"})),
        ("unchecked certificates", json!({"endpoint": url, "insecure": true})),
        ("a time-out out of bounds", json!({"endpoint": url, "request_timeout_seconds": 0})),
    ] {
        book.tell(case, &configured(core, settings).await);
    }
}

async fn configurations(book: &mut Book, core: &mut Core) {
    book.section("terraform validate");
    let hook = json!({"url": "https://a.example"});
    for (case, json) in [
        ("no block", json!({"name": "n"})),
        ("two blocks", json!({"name": "n", "index": {"index": "i"}, "webhook": hook})),
        ("a blank name", json!({"name": " ", "index": {"index": "i"}})),
        ("a space that is none", json!({"name": "n", "space_id": "Ops Team", "index": {"index": "i"}})),
        ("an empty space", json!({"name": "n", "space_id": "", "index": {"index": "i"}})),
        ("a blank text", json!({"name": "n", "index": {"index": " "}})),
        ("a URL that is none", json!({"name": "n", "webhook": {"url": "nothing"}})),
        (
            "a map with a null",
            json!({"name": "n", "webhook": {"url": "https://a.example", "headers": {"X-A": null}}}),
        ),
        (
            "a header name that is none",
            json!({"name": "n", "webhook": {"url": "https://a.example", "headers": {"X A": "1"}}}),
        ),
        (
            "a value outside its list",
            json!({"name": "n", "webhook": {"url": "https://a.example", "method": "head"}}),
        ),
        (
            "JSON that is none",
            json!({"name": "n", "custom": {"connector_type_id": ".x", "config_json": "{a"}}),
        ),
        (
            "JSON that is not an object",
            json!({"name": "n", "custom": {"connector_type_id": ".x", "config_json": "[]"}}),
        ),
        ("a blank type", json!({"name": "n", "custom": {"connector_type_id": ""}})),
        (
            "secrets in both forms",
            json!({"name": "n", "custom": {"connector_type_id": ".x", "secrets_json": "{\"a\":\"b\"}"}, "secrets_wo": {"a": "b"}}),
        ),
        (
            "a secret that the type does not have",
            json!({"name": "n", "webhook": hook, "secrets_wo": {"pasword": "p"}}),
        ),
        (
            "secrets of a type that has none",
            json!({"name": "n", "index": {"index": "i"}, "secrets_wo": {"a": "b"}}),
        ),
        ("a secret of the wrong type", json!({"name": "n", "webhook": hook, "secrets_wo": {"user": 1}})),
        ("secrets that are no object", json!({"name": "n", "webhook": hook, "secrets_wo": "p"})),
    ] {
        let found = core.validate(&config(core, json)).await;
        book.tell(case, &found.err().unwrap_or_default());
    }
    core.turn_to("kibana_connector_index");
    let found = core.validate(&config(core, json!({"name": "n"}))).await;
    book.tell("no block in a narrow resource", &found.err().unwrap_or_default());
    core.turn_to("kibana_connector_spec");
    let spec = |entries: Json| {
        let mut block = json!({"connector_type_id": ".github"});
        entries.as_object().into_iter().flatten().for_each(|(name, entry)| block[name] = entry.clone());
        json!({"name": "n", "spec": block})
    };
    for (case, json) in [
        ("a type that is none", spec(json!({"connector_type_id": "github"}))),
        (
            "keys that are not the spec's",
            spec(json!({"config": {"authType": "bearer", "selectedActions": []}})),
        ),
        ("a config that is no object", spec(json!({"config": "text"}))),
        ("no action at all", spec(json!({"selected_actions": []}))),
    ] {
        let found = core.validate(&config(core, json)).await;
        book.tell(case, &found.err().unwrap_or_default());
    }
    for (case, secrets) in [
        ("a way to authenticate that is not known", json!({"nothing": {}})),
        (
            "two ways to authenticate",
            json!({"bearer": {"token": "t"}, "basic": {"username": "u", "password": "p"}}),
        ),
        ("a secret that the authentication lacks", json!({"basic": {"username": "u"}})),
        ("a way that is not for requests", json!({"other": {"auth_type": "relay", "values": {}}})),
    ] {
        let mut json = spec(json!({}));
        json["secrets_wo"] = secrets;
        let found = said(core.plan_from(&config(core, json), &Instance::none()).await.map(|plan| plan.said));
        book.tell(case, &found);
    }
    let nothing = planned(core, spec(json!({})), &Instance::none()).await;
    book.tell("no authentication", &nothing);
    core.turn_to("kibana_connector");
}

async fn planned(core: &Core, json: Json, instance: &Instance) -> Refusal {
    said(core.plan_from(&config(core, json), instance).await.map(|plan| plan.said))
}

/// A state as an import leaves it.
async fn imported(core: &Core, kibana_id: &str, shown: Json) -> Instance {
    let Json::Object(shown) = shown else { return Instance::none() };
    core.kibana.put_raw("default", stored("imported-id", kibana_id, shown));
    core.import("imported-id").await.unwrap()
}

fn stored(id: &str, kibana_id: &str, config: Map<String, Json>) -> Connector {
    Connector {
        id: id.to_owned(),
        space: "default".to_owned(),
        name: "n".to_owned(),
        connector_type_id: kibana_id.to_owned(),
        config,
        secrets: Map::new(),
        is_missing_secrets: false,
        auth_mode: None,
    }
}

async fn plans(book: &mut Book, core: &Core) {
    book.section("terraform plan");
    let index = json!({"index": "i"});
    for (case, json) in [
        ("an ID that no Kibana accepts", json!({"name": "n", "id": "a/b", "index": index})),
        ("an ID that is too long", json!({"name": "n", "id": "x".repeat(37), "index": index})),
        ("an ID that no known release accepts", json!({"name": "n", "id": "ops_mail", "index": index})),
        ("a secret that Kibana demands", json!({"name": "n", "pagerduty": {}})),
        ("settings that cannot work", json!({"name": "n", "email": {"from": "a@b.co", "service": "gmail"}})),
    ] {
        book.tell(case, &planned(core, json, &Instance::none()).await);
    }
    let hook = imported(core, ".webhook", json!({"url": "https://a.example", "method": "post", "hasAuth": true, "authType": "webhook-authentication-basic"})).await;
    let update = json!({"name": "m", "webhook": {"url": "https://a.example"}});
    book.tell("the first update after an import", &planned(core, update, &hook).await);
    core.kibana.remove("default", "imported-id");
    let headers = json!({"url": "https://a.example", "method": "post", "hasAuth": false, "headers": {"X-A": "1", "X-B": ""}});
    let blank = imported(core, ".webhook", headers).await;
    let update = json!({"name": "m", "webhook": {"url": "https://a.example", "has_auth": false, "headers": {"X-A": "1"}}});
    book.tell("the first update of what an old release stored", &planned(core, update, &blank).await);
    core.kibana.edit("default", "imported-id", |connector| connector.is_missing_secrets = true);
    let mut lacking = hook.clone();
    core.refresh(&mut lacking).await.unwrap();
    let same = json!({"name": "n", "webhook": {"url": "https://a.example"}});
    book.tell("a connector that lost its secrets", &planned(core, same, &lacking).await);
    core.kibana.remove("default", "imported-id");

    let with = json!({"name": "n", "webhook": {"url": "https://a.example"}, "secrets_wo": {"user": "u", "password": "p"}});
    let mut instance = Instance::none();
    core.run(&config(core, with), &mut instance).await.unwrap();
    let without = json!({"name": "m", "webhook": {"url": "https://a.example"}});
    book.tell("write-only secrets that are taken out", &planned(core, without, &instance).await);
    core.destroy(&mut instance).await.unwrap();
}

/// What Kibana is asked before anything is created.
async fn preflights(book: &mut Book) {
    book.section("What a plan asks Kibana");
    let options = Options {
        release: Release::Old,
        license: License::Basic,
        disabled_types: vec![".server-log".to_owned()],
        ..Options::default()
    };
    let core = Core::with(options).await;
    let settings = json!({
        "endpoint": core.kibana.url(), "api_key": "dGVzdDphLWtleS1mb3ItdGVzdHM=", "preflight": true,
        "retry_timeout_seconds": 0,
    });
    assert!(configured(&core, settings).await.is_empty());
    let held = json!({"index": "i"}).as_object().cloned().unwrap_or_default();
    core.kibana.put_raw("default", stored("left-behind", ".index", held));
    let oauth = json!({
        "url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "client_id": "c",
        "access_token_url": "https://a.example/token", "secrets": {"client_secret": "hunter2"},
    });
    let index = json!({"index": "i"});
    for (case, json) in [
        (
            "a type that this Kibana does not have",
            json!({"name": "n", "mcp": {"server_url": "https://a.example"}}),
        ),
        ("a type that is disabled", json!({"name": "n", "server_log": {}})),
        (
            "a type that needs another license",
            json!({"name": "n", "pagerduty": {"secrets": {"routing_key": "hunter2"}}}),
        ),
        ("a space that does not exist", json!({"name": "n", "space_id": "nowhere", "index": index})),
        ("arguments that are newer than this Kibana", json!({"name": "n", "webhook": oauth})),
        ("a connector that somebody left behind", json!({"name": "n", "index": index})),
    ] {
        book.tell(case, &planned(&core, json, &Instance::none()).await);
    }
}

async fn created(core: &Core, json: Json, fault: Option<Fault>) -> Refusal {
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

async fn applies(book: &mut Book, core: &Core) {
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

    let mut instance = Instance::none();
    core.run(&config(core, index()), &mut instance).await.unwrap();
    let id = instance.id().to_owned();
    let answer = |kibana_id: &str, name: &str, config: Json| {
        Fault::answer(Answer::json(
            200,
            &json!({"id": id, "name": name, "connector_type_id": kibana_id, "config": config}),
        ))
    };
    for (case, fault) in [
        ("another type", answer(".server-log", "m", json!({}))),
        ("another value", answer(".index", "m", json!({"index": "other"}))),
        ("another name", answer(".index", "else", json!({"index": "i"}))),
    ] {
        let mut copy = instance.clone();
        let next = config(core, json!({"name": "m", "index": {"index": "i"}}));
        let plan = core.plan_from(&next, &copy).await.unwrap();
        core.kibana.fail(fault.on("PUT", "*"));
        book.tell(case, &said(core.apply(&next, &plan, &mut copy).await));
        core.kibana.clear_faults();
    }
    core.kibana.fail(Fault::forbidden().on("DELETE", "*").always());
    book.tell("a delete that is not allowed", &core.destroy(&mut instance).await.unwrap_err());
    core.kibana.clear_faults();
    core.destroy(&mut instance).await.unwrap();
}

/// What Kibana stores otherwise than it was sent, or asks to be sent otherwise.
async fn corrections(book: &mut Book, core: &mut Core) {
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
    let mistyped =
        config(core, with("n", json!({"subdomian": "acme"}), &json!({"bearer": {"token": "hunter2"}})));
    book.tell("a key that Kibana ignores", &core.run(&mistyped, &mut shared).await.unwrap().1);
    core.destroy(&mut shared).await.unwrap();
    core.turn_to("kibana_connector");
}

async fn imports(book: &mut Book, core: &mut Core) {
    book.section("terraform import");
    for (case, id) in [
        ("an ID that is none", "a/b/c"),
        ("nothing under the ID", "nowhere"),
        ("a preconfigured connector", "preconfigured-id"),
        ("a system connector", "system-connector-.cases"),
    ] {
        book.tell(case, &core.import(id).await.err().unwrap_or_default());
    }
    let identity = Value::object([("id", Value::Null), ("space_id", Value::Null)]);
    book.tell("an identity without an ID", &core.import_by("", Some(&identity)).await.unwrap_err());
    core.kibana.put_raw("default", stored("my-id", ".server-log", Map::new()));
    core.turn_to("kibana_connector_index");
    book.tell("another type", &core.import("my-id").await.err().unwrap_or_default());
    core.turn_to("kibana_connector");
    core.kibana.remove("default", "my-id");
}

async fn lookups(book: &mut Book, core: &Core) {
    book.section("Data sources, lists and actions");
    let service = core.service();
    let text = |name: &'static str, value: &str| (name, Value::text(value));
    // All of them first: a list is fresh for a few seconds.
    for id in ["log-1", "log-2"] {
        core.kibana.put_raw("default", stored(id, ".server-log", Map::new()));
    }
    let email =
        json!({"from": "a@example.com", "host": "h", "port": 70000, "service": "other", "hasAuth": false});
    core.kibana.put_raw("default", stored("bad", ".email", email.as_object().cloned().unwrap()));
    for number in 0..110 {
        core.kibana.put_raw("ops", stored(&format!("many-{number}"), ".server-log", Map::new()));
    }
    let name = core.kibana.get("default", "log-1").unwrap().name;
    for (case, config) in [
        ("neither ID nor name", vec![]),
        ("both ID and name", vec![text("id", "a"), text("name", "b")]),
        ("no space", vec![text("id", "a"), text("space_id", "No Space")]),
        ("an ID that is nowhere", vec![text("id", "nothing")]),
        ("a name that is nowhere", vec![text("name", "nobody"), text("connector_type_id", ".email")]),
        ("a name that several have", vec![text("name", &name)]),
        ("an ID of another type", vec![text("id", "log-1"), text("connector_type_id", ".email")]),
    ] {
        book.tell(case, &looked(service, "kibana_connector", &config).await);
    }
    let types = Value::List(vec![Value::text("email")]);
    for (case, config) in [
        ("an expression that is none", vec![text("name_regex", "(")]),
        ("a type that is not known", vec![("connector_type_ids", types)]),
    ] {
        book.tell(case, &looked(service, "kibana_connectors", &config).await);
    }

    let listed = list(service, "kibana_connector_email", &[], 100).await;
    book.tell("a list of nothing that can be adopted", &listed[0].said);
    let listed = list(service, "kibana_connector", &[text("space_id", "ops")], 100).await;
    book.tell("a list that the default limit cuts", &listed[0].said);

    let (ty, value) = from_json(&json!({"message": "hello"}));
    let params = ("params", Value::dynamic(ty, value));
    let wrong = ("params", Value::dynamic(Type::Text, Value::text("hello")));
    book.tell("a run of nothing", &ran(service, &[text("id", " "), params.clone()]).await);
    book.tell("parameters that are text", &ran(service, &[text("id", "log-1"), wrong]).await);
    book.tell("a run of what is not there", &ran(service, &[text("id", "nothing"), params.clone()]).await);
    let failed = json!({
        "connector_id": "log-1", "status": "error", "message": "the disk is full", "service_message": "no space left",
        "retry": "2026-01-01T00:00:00.000Z",
    });
    for (case, fault) in [
        ("a run that fails", Fault::answer(Answer::json(200, &failed))),
        ("a run that is cut off", Fault::cut_after_write()),
        ("a run that Kibana is too busy for", Fault::overloaded(None)),
    ] {
        core.kibana.fail(fault.on("POST", "*"));
        book.tell(case, &ran(service, &[text("id", "log-1"), params.clone()]).await);
        core.kibana.clear_faults();
    }
}

async fn moves(book: &mut Book, core: &Core) {
    book.section("moved blocks");
    let elastic = "elasticstack_kibana_action_connector";
    let state = |kibana_id: &str, config: &str| json!({"id": "default/a", "name": "n", "connector_type_id": kibana_id, "config": config});
    let mut connection = state(".server-log", "{}");
    connection["kibana_connection"] = json!([{"endpoints": ["https://k.example"]}]);
    connection["secrets_wo_version"] = json!("v1");
    for (case, source, version, target, state) in [
        ("another resource", "elasticstack_kibana_space", 0, "kibana_connector", json!({})),
        ("a newer state", elastic, 2, "kibana_connector", state(".index", "{}")),
        ("a state without a type", elastic, 1, "kibana_connector", json!({"id": "default/a"})),
        ("a config that is not JSON", elastic, 1, "kibana_connector", state(".index", "{a")),
        ("another type", elastic, 1, "kibana_connector_email", state(".index", "{\"index\":\"i\"}")),
        (
            "a config of another shape",
            elastic,
            1,
            "kibana_connector_index",
            state(".index", "{\"index\":{}}"),
        ),
        ("a connection and a version that is text", elastic, 1, "kibana_connector", connection),
    ] {
        book.tell(case, &core.moved(source, version, target, &state).await);
    }
}

#[tokio::test]
async fn the_book_of_diagnostics_is_current() {
    let preconfigured = Preconfigured {
        id: "preconfigured-id".to_owned(),
        name: "p".to_owned(),
        connector_type_id: ".server-log".to_owned(),
        exposed_config: None,
    };
    let options = Options {
        release: Release::Current,
        spaces: vec![Space::new("ops")],
        preconfigured: vec![preconfigured],
        ..Options::default()
    };
    let mut core = Core::with(options).await;
    let address = core.kibana.url().trim_end_matches('/').to_owned();
    let text = "What the provider says, in the order in which a user may meet it. Written by `UPDATE=1 cargo test --test core`.\n";
    let mut book = Book { text: text.to_owned(), told: Vec::new(), address };
    let separate = Core::new(Release::Current).await;
    provider_block(&mut book, &separate).await;
    configurations(&mut book, &mut core).await;
    plans(&mut book, &core).await;
    preflights(&mut book).await;
    applies(&mut book, &core).await;
    corrections(&mut book, &mut core).await;
    imports(&mut book, &mut core).await;
    lookups(&mut book, &core).await;
    moves(&mut book, &core).await;

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    // The tests of `explain` write this section.
    book.keep("Requests that fail", &std::fs::read_to_string(&path).unwrap_or_default());

    assert!(!book.text.contains("hunter2"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &book.text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == book.text,
        "{FILE} is stale: run UPDATE=1 cargo test --test core diagnostics, and read what changed"
    );
    // Titles do not end like sentences, and details begin with a capital.
    for (summary, detail) in &book.told {
        assert!(!summary.ends_with('.'), "{summary}");
        let first = detail.chars().next().unwrap_or('A');
        assert!(!first.is_lowercase(), "{summary}: {detail}");
    }
}
