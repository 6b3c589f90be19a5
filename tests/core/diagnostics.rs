//! Every diagnostic of the connector resources and the provider block that can be brought about here, in the
//! order in which a user may meet them, in one file to be read from top to bottom: `diagnostics.txt`.
//! UPDATE=1 rewrites it.
//!
//! What only the outside world can cause (a name server, a certificate) is a section that the tests of
//! `explain` write, the rules of each connector type one that the tests of `catalog` write. What `export`
//! says, and what is told of the provider's own mistakes (`rpc`, `wire`), are sections of the tests there.
//!
//! `whole` holds that every text of a diagnostic stands in it.

use kibana_emulator::{Connector, License, Options, Preconfigured, Release, Space};
use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::provider;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::from_json;

use crate::asking::actions::ran;
use crate::asking::data_sources::looked;
use crate::asking::lists::list;
use crate::book::Book;
use crate::core::{Core, Instance, Refusal};

mod applies;
mod literals;
mod lookups;
mod provider_block;
mod whole;

use applies::{applies, corrections, created};
use lookups::{imports, lookups, moves};
use provider_block::provider_block;

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

/// A provider block that depends on what does not exist yet.
async fn unknown(book: &mut Book, core: &Core) {
    book.section("A Kibana that is not known yet");
    let index = config(core, json!({"name": "n", "index": {"index": "i"}}));
    let mut settings = provider::schema().block.empty_value();
    settings.set("endpoint", Value::unknown());
    assert!(core.configure(&settings).await.is_empty());
    let plan = core.plan_from(&index, &Instance::none()).await.unwrap();
    let service = core.service();
    let id = ("id", Value::text("my-id"));
    book.tell("a data source", &looked(service, "kibana_connector", std::slice::from_ref(&id)).await);
    book.tell("a list", &list(service, "kibana_connector", &[], 100).await[0].said);
    let (ty, params) = from_json(&json!({"message": "hello"}));
    book.tell("an action", &ran(service, &[id.clone(), ("params", Value::dynamic(ty, params))]).await);
    book.tell("an import", &core.import("my-id").await.unwrap_err());
    book.tell("an apply", &core.apply(&index, &plan, &mut Instance::none()).await.unwrap_err());

    // A provider block with an error.
    settings.set("endpoint", Value::text("nowhere"));
    assert!(!core.configure(&settings).await.is_empty());
    book.tell("a data source without a provider", &looked(service, "kibana_connector", &[id]).await);
    book.tell("an import without a provider", &core.import("my-id").await.unwrap_err());
}

async fn configurations(book: &mut Book, core: &mut Core) {
    book.section("terraform validate");
    let hook = json!({"url": "https://a.example"});
    for (case, json) in [
        ("no block", json!({"name": "n"})),
        ("two blocks", json!({"name": "n", "index": {"index": "i"}, "webhook": hook})),
        ("no name", json!({"index": {"index": "i"}})),
        (
            "what only Kibana can say",
            json!({"name": "n", "is_missing_secrets": true, "index": {"index": "i"}}),
        ),
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
            "an argument that another one requires",
            json!({"name": "n", "email": {"from": "a@b.co", "service": "exchange_server", "tenant_id": "t"}}),
        ),
        (
            "an argument that another one rules out",
            json!({
                "name": "n",
                "webhook": {"url": "https://a.example", "has_auth": false, "auth_type": "webhook-authentication-basic"},
            }),
        ),
        (
            "arguments that do not go together",
            json!({"name": "n", "email": {"from": "a@b.co", "service": "elastic_cloud", "allow_html": true}}),
        ),
        (
            "a block that is missing in a block",
            json!({
                "name": "n",
                "swimlane": {"api_url": "https://a.example", "app_id": "a", "connector_type": "all"},
            }),
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
        (
            "secret headers that are text",
            json!({"name": "n", "webhook": hook, "secrets_wo": {"secret_headers": "h"}}),
        ),
        ("secrets that are no object", json!({"name": "n", "webhook": hook, "secrets_wo": "p"})),
    ] {
        let found = core.validate(&config(core, json)).await;
        book.tell(case, &found.err().unwrap_or_default());
    }
    let write_only = json!({"name": "n", "webhook": hook, "secrets_wo": {"user": "u", "password": "p"}});
    let found = core.validate_for(&config(core, write_only), None).await;
    book.tell("write-only secrets for an old Terraform", &found.err().unwrap_or_default());
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
            spec(json!({"config": {"authType": "bearer", "ingestTokenHash": "h", "selectedActions": []}})),
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
        ("a secret that the authentication does not have", json!({"bearer": {"token": "t", "tokn": "t"}})),
        ("a header of Kibana's own", json!({"api_key_header": {"header": "authType", "value": "k"}})),
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

async fn plans(book: &mut Book, core: &mut Core) {
    book.section("terraform plan");
    let index = json!({"index": "i"});
    let channels: Vec<_> = (0..501).map(|number| json!({"name": format!("#{number}")})).collect();
    for (case, json) in [
        ("an ID that no Kibana accepts", json!({"name": "n", "id": "a/b", "index": index})),
        ("an empty ID", json!({"name": "n", "id": "", "index": index})),
        ("an ID that leads elsewhere", json!({"name": "n", "id": "..", "index": index})),
        ("an ID with a line break", json!({"name": "n", "id": "a\nb", "index": index})),
        ("an ID that is too long", json!({"name": "n", "id": "x".repeat(37), "index": index})),
        ("an ID that no known release accepts", json!({"name": "n", "id": "ops_mail", "index": index})),
        (
            "an ID in capitals",
            json!({"name": "n", "id": "90A82C60-478F-11EE-A343-F98A117C727F", "index": index}),
        ),
        ("a secret that Kibana demands", json!({"name": "n", "pagerduty": {}})),
        (
            "secrets of which Kibana demands some",
            json!({"name": "n", "servicenow": {"api_url": "https://a.example"}}),
        ),
        (
            "a setting that only a newer Kibana may know",
            json!({"name": "n", "torq": {"webhook_integration_url": "https://a.example", "secrets": {"token": "t"}}}),
        ),
        (
            "more blocks than Kibana accepts",
            json!({"name": "n", "slack_api": {"allowed_channels": channels, "secrets": {"token": "t"}}}),
        ),
        (
            "a file where its base64 text is expected",
            json!({
                "name": "n", "secrets_wo": {"crt": "-----BEGIN CERTIFICATE-----", "key": "aGVsbG8="},
                "webhook": {"url": "https://a.example", "auth_type": "webhook-authentication-ssl", "cert_type": "ssl-crt-key"},
            }),
        ),
        ("settings that cannot work", json!({"name": "n", "email": {"from": "a@b.co", "service": "gmail"}})),
    ] {
        book.tell(case, &planned(core, json, &Instance::none()).await);
    }
    let hook = imported(core, ".webhook", json!({"url": "https://a.example", "method": "post", "hasAuth": true, "authType": "webhook-authentication-basic"})).await;
    let update = json!({"name": "m", "webhook": {"url": "https://a.example"}});
    book.tell("the first update after an import", &planned(core, update, &hook).await);
    core.kibana.remove("default", "imported-id");
    let many: Map<String, Json> = (0..22).map(|number| (format!("setting{number}"), json!(number))).collect();
    let many = imported(core, ".unheard-of", many.into()).await;
    let update = json!({"name": "m", "custom": {"connector_type_id": ".unheard-of", "config_json": "{}"}});
    let said = planned(core, update, &many).await;
    let more: Vec<_> = said.into_iter().filter(|one| one.detail.contains("The same holds")).collect();
    book.tell("the first update after an import that leaves much to Kibana", &more);
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

    core.turn_to("kibana_connector_spec");
    for (case, auth) in [
        ("an update after an import without the authentication", "basic"),
        ("an update after an import without an authentication of another name", "github_app"),
    ] {
        let held = imported(core, ".github", json!({"authType": auth})).await;
        let update = json!({"name": "m", "spec": {"connector_type_id": ".github"}});
        book.tell(case, &planned(core, update, &held).await);
        core.kibana.remove("default", "imported-id");
    }
    core.turn_to("kibana_connector");
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
        (
            "a type without its dot",
            json!({"name": "n", "custom": {"connector_type_id": "email", "config_json": "{}"}}),
        ),
        ("a type that is disabled", json!({"name": "n", "server_log": {}})),
        (
            "a type that needs another license",
            json!({"name": "n", "pagerduty": {"secrets": {"routing_key": "hunter2"}}}),
        ),
        ("a space that does not exist", json!({"name": "n", "space_id": "nowhere", "index": index})),
        ("arguments that are newer than this Kibana", json!({"name": "n", "webhook": oauth})),
        ("an ID that this Kibana refuses", json!({"name": "n", "id": "ops-mail", "index": index})),
        ("a connector that somebody left behind", json!({"name": "n", "index": index})),
    ] {
        book.tell(case, &planned(&core, json, &Instance::none()).await);
    }
    let elsewhere = json!({"name": "n", "space_id": "nowhere", "index": index});
    book.tell("an apply in a space that does not exist by then", &created(&core, elsewhere, None).await);
    let nowhere = [("space_id", Value::text("nowhere"))];
    let listed = looked(core.service(), "kibana_connectors", &nowhere).await;
    book.tell("a data source in a space that does not exist", &listed);
    let listed = list(core.service(), "kibana_connector", &nowhere, 100).await;
    book.tell("a list of a space that does not exist", &listed[0].said);
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
    unknown(&mut book, &Core::new(Release::Current).await).await;
    configurations(&mut book, &mut core).await;
    plans(&mut book, &mut core).await;
    preflights(&mut book).await;
    applies(&mut book, &core).await;
    corrections(&mut book, &mut core).await;
    imports(&mut book, &mut core).await;
    lookups(&mut book, &core).await;
    moves(&mut book, &core).await;

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    // The tests beside the code write these sections.
    for section in [
        "terraform-provider-kibana export",
        "What the connector types refuse",
        "Requests that fail",
        "Values from Terraform that cannot be read",
        "What is wrong in the provider itself",
    ] {
        book.keep(section, &before);
    }

    assert!(!book.text.contains("hunter2"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &book.text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == book.text,
        "{FILE} is stale: run UPDATE=1 cargo test --test core diagnostics, and read what changed"
    );
    whole::every_title_in_the_code_stands_in(&book.text);
    whole::every_text_in_the_code_stands_in(&book.text);
    // Titles do not end like sentences, and details begin with a capital.
    for (summary, _) in &book.told {
        assert!(!summary.ends_with('.'), "{summary}");
    }
    let begins = |first: char| !first.is_lowercase() && !first.is_numeric();
    // A name that is spelled like this.
    let begins_well = |detail: &str| detail.starts_with(begins) || detail.starts_with("xMatters ");
    let lines: Vec<_> = book.text.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[0].starts_with("  ") && !pair[0].starts_with("   ")) {
        assert!(pair[1].is_empty() || begins_well(pair[1].trim_start()), "{pair:?}");
    }
}
