//! What imports, data sources, lists, actions and `moved` blocks say.

use kibana_emulator::{Answer, Fault, Release};
use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

use super::stored;
use crate::asking::actions::ran;
use crate::asking::data_sources::looked;
use crate::asking::lists::list;
use crate::book::Book;
use crate::core::Core;

pub(super) async fn imports(book: &mut Book, core: &mut Core) {
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
    let mut nameless = stored("my-id", ".server-log", Map::new());
    nameless.name = " ".to_owned();
    core.kibana.put_raw("default", nameless);
    book.tell("a connector without a name", &core.imported("my-id", None).await.unwrap().1);
    core.kibana.put_raw("default", stored("my-id", ".server-log", Map::new()));
    core.turn_to("kibana_connector_index");
    book.tell("another type", &core.import("my-id").await.err().unwrap_or_default());
    core.kibana.put_raw("default", stored("my-id", ".github", Map::new()));
    book.tell("a type of Kibana's own catalog", &core.import("my-id").await.err().unwrap_or_default());
    let email =
        json!({"from": "a@example.com", "host": "h", "port": 70000, "service": "other", "hasAuth": false});
    core.kibana.put_raw("default", stored("my-id", ".email", email.as_object().cloned().unwrap_or_default()));
    core.turn_to("kibana_connector_email");
    book.tell("settings that the block refuses", &core.imported("my-id", None).await.unwrap().1);
    core.turn_to("kibana_connector");
    core.kibana.remove("default", "my-id");
}

pub(super) async fn lookups(book: &mut Book, core: &Core) {
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
        ("a blank ID", vec![text("id", "")]),
        ("a blank name", vec![text("name", " ")]),
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

    unreadable(book).await;
    let empty = Core::new(Release::Current).await;
    book.tell(
        "an ID in a Kibana without connectors",
        &looked(empty.service(), "kibana_connector", &[text("id", "nothing")]).await,
    );

    let (ty, value) = from_json(&json!({"message": "hello"}));
    let params = ("params", Value::dynamic(ty, value));
    let wrong = ("params", Value::dynamic(Type::Text, Value::text("hello")));
    book.tell("a run of nothing", &ran(service, &[text("id", " "), params.clone()]).await);
    book.tell("parameters that are text", &ran(service, &[text("id", "log-1"), wrong]).await);
    book.tell("a run of what is not there", &ran(service, &[text("id", "nothing"), params.clone()]).await);
    let failed = |message: &str, retry: Json| {
        Fault::answer(Answer::json(
            200,
            &json!({
                "connector_id": "log-1", "status": "error", "message": message, "service_message": "no space left",
                "retry": retry,
            }),
        ))
    };
    for (case, fault) in [
        ("a run that fails for a while", failed("the disk is full", json!("2026-01-01T00:00:00.000Z"))),
        ("a run that fails for now", failed("the disk is full", json!(true))),
        ("a run that fails for good", failed("the disk is full", json!(false))),
        ("a run that fails for no reason", failed("", Json::Null)),
        ("a run that is cut off", Fault::cut_after_write()),
        ("a run that Kibana is too busy for", Fault::overloaded(None)),
    ] {
        core.kibana.fail(fault.on("POST", "*"));
        book.tell(case, &ran(service, &[text("id", "log-1"), params.clone()]).await);
        core.kibana.clear_faults();
    }
}

/// Connectors that no Kibana lists like this.
async fn unreadable(book: &mut Book) {
    let core = Core::new(Release::Current).await;
    let faulty = json!([
        {"id": "log-1", "name": 1, "connector_type_id": ".server-log", "config": {}},
        {"id": "log-2", "name": "n", "connector_type_id": ".server-log", "config": []},
        {"id": "index-1", "name": null, "connector_type_id": ".index", "config": {}},
        {"id": "log-3", "name": "m", "connector_type_id": ".server-log", "config": {"a": vec![1; 100_001]}},
    ]);
    core.kibana.fail(Fault::answer(Answer::json(200, &faulty)).on("GET", "*").always());
    let types = Value::List(vec![Value::text(".index")]);
    for (case, config) in [
        ("connectors that cannot be read", vec![]),
        ("a connector that cannot be read", vec![("connector_type_ids", types)]),
    ] {
        book.tell(case, &looked(core.service(), "kibana_connectors", &config).await);
    }
    let named = [("name", Value::text("n"))];
    let case = "a connector that cannot be read, by its name";
    book.tell(case, &looked(core.service(), "kibana_connector", &named).await);
    let listed = list(core.service(), "kibana_connector", &[], 100).await;
    listed.iter().for_each(|one| book.tell("a list of what cannot be read", &one.said));
}

pub(super) async fn moves(book: &mut Book, core: &Core) {
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
        ("a type without a block of its own", elastic, 1, "kibana_connector_email", state(".github", "{}")),
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
