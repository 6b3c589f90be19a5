//! Connectors of Kibana's own catalogue: what Kibana is sent, exactly, and what is not sent since it would be
//! refused.

use kibana_emulator::{Fault, Options, Release, Settings};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

use crate::core::{Action, Core, Instance, texts};

/// A body's type, config and secrets, and how the secrets are written here.
fn bodies() -> Vec<(&'static str, Json, Json, Json)> {
    let (user, oauth) = (
        json!({"authType": "basic", "username": "u", "password": "p"}),
        json!({"authType": "oauth_authorization_code", "clientId": "i", "clientSecret": "s"}),
    );
    let basic = json!({"basic": {"username": "u", "password": "p"}});
    let token = json!({"authType": "bearer", "token": "t"});
    let bearer = json!({"bearer": {"token": "t"}});
    let code = json!({"oauth_authorization_code": {"client_id": "i", "client_secret": "s"}});
    let server = json!({"serverUrl": "https://mcp.example.com"});
    vec![
        (
            ".amazon_s3",
            json!({"region": "eu-central-1"}),
            json!({"authType": "aws_credentials", "accessKeyId": "a", "secretAccessKey": "s"}),
            json!({"aws_credentials": {"access_key_id": "a", "secret_access_key": "s"}}),
        ),
        (
            ".box",
            server.clone(),
            json!({
                "authType": "oauth_authorization_code", "authorizationUrl": "https://a.example", "clientId": "i",
                "tokenUrl": "https://t.example", "scope": "root", "clientSecret": "s",
            }),
            json!({"oauth_authorization_code": {
                "authorization_url": "https://a.example", "token_url": "https://t.example", "scope": "root",
                "client_id": "i", "client_secret": "s",
            }}),
        ),
        (
            ".brave-search",
            json!({}),
            json!({"authType": "api_key_header", "X-Subscription-Token": "k"}),
            json!({"api_key_header": {"header": "X-Subscription-Token", "value": "k"}}),
        ),
        (
            ".virustotal",
            json!({}),
            json!({"authType": "api_key_header", "x-apikey": "k"}),
            json!({"api_key_header": {"header": "x-apikey", "value": "k"}}),
        ),
        (".firecrawl", json!({}), token.clone(), bearer.clone()),
        (".jina", json!({}), token.clone(), bearer.clone()),
        (".tavily_mcp", server.clone(), token.clone(), bearer.clone()),
        (".github", server, token, bearer),
        (".confluence-cloud", json!({"subdomain": "acme"}), user.clone(), basic.clone()),
        (".jira-cloud", json!({"subdomain": "acme"}), user, basic),
        (".hubspot", json!({}), oauth.clone(), code.clone()),
        (".notion", json!({}), oauth, code),
        (
            ".trello",
            json!({}),
            json!({"authType": "api_key_query", "key": "k", "token": "t"}),
            json!({"api_key_query": {"params": {"key": "k", "token": "t"}}}),
        ),
    ]
}

fn dynamic(json: &Json) -> Value {
    let (ty, value) = from_json(json);
    if ty == Type::Dynamic { value } else { Value::dynamic(ty, value) }
}

/// A connector with write-only secrets.
fn connector(core: &Core, name: &str, type_id: &str, config: &Json, secrets: &Json) -> Value {
    let mut spec = core.block.block("spec").unwrap().block.empty_value();
    spec.set("connector_type_id", Value::text(type_id));
    if *config != json!({}) {
        spec.set("config", dynamic(config));
    }
    let mut value = core.block.empty_value();
    value.set("name", Value::text(name));
    value.set("spec", spec);
    value.set("secrets_wo", dynamic(secrets));
    value
}

async fn core() -> Core {
    let mut core = Core::new(Release::Newest).await;
    core.turn_to("kibana_connector_spec");
    core
}

#[tokio::test]
async fn connectors_of_the_catalogue_are_sent_exactly() {
    let core = core().await;
    for (type_id, config, secrets, written) in bodies() {
        let value = connector(&core, "n", type_id, &config, &written);
        core.kibana.clear_requests();
        // What is answered does not matter.
        core.kibana.fail(Fault::status(400, "no").on("POST", "*"));
        let _ = core.run(&value, &mut Instance::none()).await;
        let sent = core.kibana.requests().into_iter().find(|request| request.method == "POST");
        let mut expected = config;
        expected["authType"] = secrets["authType"].clone();
        let expected =
            json!({"name": "n", "connector_type_id": type_id, "config": expected, "secrets": secrets});
        assert_eq!(sent.and_then(|request| request.body), Some(expected), "{type_id}");
    }
}

#[tokio::test]
async fn ignored_secrets_that_ask_for_another_authentication_send_nothing() {
    let core = core().await;
    let mut instance = Instance::none();
    let hubspot = |name: &str, secrets: Json| connector(&core, name, ".hubspot", &json!({}), &secrets);
    let shared = hubspot("a", json!({"bearer": {"token": "t"}}));
    core.run(&shared, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
    let before = instance.state.clone();
    let other = json!({"oauth_authorization_code": {"client_id": "i", "client_secret": "s"}});
    let config = hubspot("b", other);
    let plan = core.plan_ignoring(&config, &[vec!["secrets_wo"]], &instance).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    core.kibana.clear_requests();
    let said = texts(&core.apply(&config, &plan, &mut instance).await.unwrap_err());
    assert!(said[0].starts_with("The authentication cannot be changed in place"), "{said:?}");
    assert!(core.kibana.requests().iter().all(|request| request.method == "GET"));
    assert_eq!(instance.state, before);
}

/// A connector whose secrets are kept in state.
fn stored(core: &Core, name: &str, type_id: &str, config: Option<Json>, secrets: &Json) -> Value {
    let block = &core.block.block("spec").unwrap().block;
    let blocks = block.block("secrets").unwrap().block.clone();
    let mut spec = block.empty_value();
    spec.set("connector_type_id", Value::text(type_id));
    spec.set("config", config.as_ref().map_or(Value::Null, dynamic));
    let mut chosen = blocks.empty_value();
    for (name, values) in secrets.as_object().unwrap() {
        let mut one = blocks.block(name).unwrap().block.empty_value();
        let values = values.as_object().unwrap();
        values.iter().for_each(|(key, json)| one.set(key, from_json(json).1));
        chosen.set(name, one);
    }
    spec.set("secrets", chosen);
    let mut value = core.block.empty_value();
    value.set("name", Value::text(name));
    value.set("spec", spec);
    value
}

async fn run(core: &Core, config: &Value, instance: &mut Instance) -> Action {
    core.run(config, instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said))).0
}

fn puts(core: &Core) -> usize {
    let count = core.kibana.requests().iter().filter(|request| request.method == "PUT").count();
    core.kibana.clear_requests();
    count
}

fn basic() -> Json {
    json!({"basic": {"username": "u", "password": "p"}})
}

#[tokio::test]
async fn everything_is_known_in_the_plan_of_a_new_name() {
    for release in [Release::Current, Release::Newest] {
        let mut core = Core::new(release).await;
        core.turn_to("kibana_connector_spec");
        let jira = |name: &str| stored(&core, name, ".jira-cloud", Some(json!({"subdomain": "a"})), &basic());
        let mut instance = Instance::none();
        run(&core, &jira("a"), &mut instance).await;
        let plan = core.plan(&jira("b"), &mut instance).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        assert!(plan.value.is_wholly_known(), "{:?}", plan.value);
        core.apply(&jira("b"), &plan, &mut instance).await.unwrap();
        assert_eq!(core.plan(&jira("b"), &mut instance).await.unwrap().action, Action::Nothing);
    }
}

#[tokio::test]
async fn another_authentication_in_kibana_is_repaired() {
    for copies_auth_type in [true, false] {
        let settings = Settings { copies_auth_type, ..Settings::default() };
        let mut core = Core::with(Options { settings, ..Options::default() }).await;
        core.turn_to("kibana_connector_spec");
        let subdomain = Some(json!({"subdomain": "a"}));
        let wo = connector(&core, "n", ".jira-cloud", &json!({"subdomain": "a"}), &basic());
        for config in [stored(&core, "n", ".jira-cloud", subdomain, &basic()), wo] {
            let mut instance = Instance::none();
            run(&core, &config, &mut instance).await;
            let id = instance.id().to_owned();
            core.kibana
                .edit("default", &id, |one| drop(one.config.insert("authType".into(), json!("bearer"))));
            assert_eq!(run(&core, &config, &mut instance).await, Action::Update);
            assert_eq!(core.kibana.get("default", &id).unwrap().config["authType"], json!("basic"));
            assert_eq!(core.plan(&config, &mut instance).await.unwrap().action, Action::Nothing);
            // A Kibana that says nothing of it says nothing else.
            core.kibana.edit("default", &id, |one| drop(one.config.remove("authType")));
            assert_eq!(core.plan(&config, &mut instance).await.unwrap().action, Action::Nothing);
        }
    }
}

#[tokio::test]
async fn a_shared_connector_of_an_older_release_is_updated_in_place() {
    let core = core().await;
    let code = json!({"oauth_authorization_code": {"client_id": "i", "client_secret": "s"}});
    let hubspot = |name: &str| stored(&core, name, ".hubspot", None, &code);
    let mut instance = Instance::none();
    run(&core, &hubspot("a"), &mut instance).await;
    let id = instance.id().to_owned();
    core.kibana.edit("default", &id, |one| one.auth_mode = Some("shared".to_owned()));
    let plan = core.plan(&hubspot("b"), &mut instance).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    // Without a mode, as before 9.4, nothing is replaced either.
    let bearer = stored(&core, "a", ".hubspot", None, &json!({"bearer": {"token": "t"}}));
    let mut modeless = instance.clone();
    let mut spec = modeless.state.get("spec").clone();
    spec.set("auth_mode", Value::Null);
    modeless.state.set("spec", spec);
    assert_eq!(core.plan_from(&bearer, &modeless).await.unwrap().action, Action::Update);
}

#[tokio::test]
async fn a_null_in_a_config_is_never_sent_for() {
    let core = core().await;
    let jira = |config: Json| stored(&core, "n", ".jira-cloud", Some(config), &basic());
    let (bare, nulls) = (json!({"subdomain": "a"}), json!({"subdomain": "a", "cloudId": null}));
    for (first, second) in [(&bare, &nulls), (&nulls, &bare)] {
        let mut instance = Instance::none();
        run(&core, &jira(first.clone()), &mut instance).await;
        assert_eq!(run(&core, &jira(second.clone()), &mut instance).await, Action::Nothing);
        assert_eq!(puts(&core), 0);
    }
    // For Terraform no config is not one of nulls, so only its state changes.
    let brave = |config: Option<Json>| {
        let key = json!({"api_key_header": {"header": "X-Subscription-Token", "value": "k"}});
        stored(&core, "n", ".brave-search", config, &key)
    };
    let of = [None, Some(json!({})), Some(json!({"later": null}))];
    let mut instance = Instance::none();
    run(&core, &brave(None), &mut instance).await;
    for next in of.iter().chain(of.iter().rev()) {
        run(&core, &brave(next.clone()), &mut instance).await;
        assert_eq!(core.plan(&brave(next.clone()), &mut instance).await.unwrap().action, Action::Nothing);
    }
    assert_eq!(puts(&core), 0);
    // Neither is an import's.
    let id = instance.id().to_owned();
    let mut imported = core.import(&id).await.unwrap();
    let mut without = brave(of[2].clone());
    let mut spec = without.get("spec").clone();
    spec.set("secrets", Value::Null);
    without.set("spec", spec);
    run(&core, &without, &mut imported).await;
    assert_eq!(puts(&core), 0);
}

#[tokio::test]
async fn a_selection_that_nobody_wrote_stays_as_it_is() {
    let core = core().await;
    let jira = |name: &str| stored(&core, name, ".jira-cloud", Some(json!({"subdomain": "a"})), &basic());
    let mut instance = Instance::none();
    run(&core, &jira("a"), &mut instance).await;
    let id = instance.id().to_owned();
    core.kibana
        .edit("default", &id, |one| drop(one.config.insert("selectedActions".into(), json!(["getIssue"]))));
    assert_eq!(core.plan(&jira("a"), &mut instance).await.unwrap().action, Action::Nothing);
}

#[tokio::test]
async fn a_move_sends_nothing_whether_the_authentication_is_in_the_config_or_not() {
    let mut core = core().await;
    let secrets = json!({"authType": "basic", "username": "u", "password": "p"});
    let (with, without) = (json!({"subdomain": "a", "authType": "basic"}), json!({"subdomain": "a"}));
    for form in ["kibana_connector", "kibana_connector_custom"] {
        for written in [&with, &without] {
            let custom = |core: &Core, name: &str| {
                let block = Value::object([
                    ("connector_type_id", Value::text(".jira-cloud")),
                    ("config_json", Value::text(written.to_string())),
                    ("secrets_json", Value::text(secrets.to_string())),
                ]);
                let mut config = core.block.empty_value();
                config.set("name", Value::text(name));
                config.set("custom", block);
                config
            };
            core.turn_to("kibana_connector_spec");
            let nulls = json!({"subdomain": "a", "cloudId": null});
            let spec = stored(&core, "n", ".jira-cloud", Some(nulls), &basic());
            let mut instance = Instance::none();
            run(&core, &spec, &mut instance).await;

            core.turn_to(form);
            let mut there = core.take_over("kibana_connector_spec", &instance).await.unwrap();
            assert_eq!(
                run(&core, &custom(&core, "n"), &mut there).await,
                Action::Nothing,
                "{form} {written}"
            );
            // A write sends what is written, and from then on it counts.
            assert_eq!(run(&core, &custom(&core, "m"), &mut there).await, Action::Update);
            let plan = core.plan(&custom(&core, "m"), &mut there).await.unwrap();
            assert_eq!((plan.action, puts(&core)), (Action::Nothing, 1));

            core.turn_to("kibana_connector_spec");
            let mut back = core.take_over(form, &there).await.unwrap();
            let nulls = json!({"subdomain": "a", "cloudId": null});
            let spec = stored(&core, "m", ".jira-cloud", Some(nulls), &basic());
            assert_eq!(run(&core, &spec, &mut back).await, Action::Nothing, "{form} {written}");
            assert_eq!(puts(&core), 0);
        }
    }
}

#[tokio::test]
async fn a_null_in_the_config_of_an_inference_endpoint_is_never_sent_for() {
    let core = Core::new(Release::Newest).await;
    let inference = |provider: Json, task: Option<Json>| {
        let mut block = core.block.block("inference").unwrap().block.empty_value();
        for (name, text) in
            [("provider", "openai"), ("task_type", "completion"), ("inference_id", "an-endpoint")]
        {
            block.set(name, Value::text(text));
        }
        block.set("provider_config", dynamic(&provider));
        block.set("task_type_config", task.as_ref().map_or(Value::Null, dynamic));
        let mut config = core.block.empty_value();
        config.set("name", Value::text("n"));
        config.set("inference", block);
        config
    };
    let (bare, nulls) = (json!({"model_id": "m"}), json!({"model_id": "m", "url": null}));
    let configs = [
        inference(bare.clone(), None),
        inference(nulls.clone(), None),
        inference(nulls, Some(json!({"user": null}))),
        inference(bare, Some(json!({}))),
    ];
    let mut instance = Instance::none();
    run(&core, &configs[0], &mut instance).await;
    let mut imported = core.import(instance.id()).await.unwrap();
    for config in configs.iter().chain(configs.iter().rev()) {
        for instance in [&mut instance, &mut imported] {
            run(&core, config, instance).await;
            assert_eq!(core.plan(config, instance).await.unwrap().action, Action::Nothing);
        }
    }
    assert_eq!(puts(&core), 0);
}

#[tokio::test]
async fn an_authentication_that_turns_out_to_need_a_replacement_sends_nothing() {
    let core = core().await;
    let shared = json!({"bearer": {"token": "t"}});
    let per_user = json!({"oauth_authorization_code": {"client_id": "i", "client_secret": "s"}});
    for (held, asked) in [(&shared, &per_user), (&per_user, &shared)] {
        let mut instance = Instance::none();
        let hubspot = |secrets: &Json| connector(&core, "a", ".hubspot", &json!({}), secrets);
        core.run(&hubspot(held), &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
        let before = instance.state.clone();
        let mut config = hubspot(asked);
        let known = config.clone();
        config.set("secrets_wo", Value::unknown());
        let plan =
            core.plan(&config, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
        assert_eq!(plan.action, Action::Update);
        core.kibana.clear_requests();
        let said = texts(&core.apply(&known, &plan, &mut instance).await.unwrap_err());
        assert!(said[0].starts_with("The authentication cannot be changed in place"), "{said:?}");
        assert!(core.kibana.requests().iter().all(|request| request.method == "GET"));
        assert_eq!(instance.state, before);
        // The next plan knows.
        let plan = core.plan(&known, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
        assert_eq!(plan.action, Action::Replace);
    }
}
