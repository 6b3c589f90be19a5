//! Connectors of Kibana's own catalogue: what Kibana is sent, exactly, and what is not sent since it would be
//! refused.

use crate::core::{Action, Core, Instance, texts};
use kibana_emulator::{Fault, Release};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

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
