//! Connectors of the generic family: what vanishes, what is written back, and what may not change.

use kibana_emulator::{Emulator, Options, Release, Settings};
use serde_json::{Value, json};

use crate::client::{Reply, ask, start};

const PATH: &str = "/api/actions/connector/mine";

async fn of(release: Release) -> Emulator {
    start(Options { release, ..Options::default() }).await
}

fn body(id: &str, config: Value, secrets: Value) -> Value {
    json!({"name": "n", "connector_type_id": id, "config": config, "secrets": secrets})
}

async fn create(kibana: &Emulator, id: &str, config: Value, secrets: Value) -> Reply {
    ask(kibana, "POST", PATH, body(id, config, secrets)).await
}

async fn update(kibana: &Emulator, config: Value, secrets: Value) -> Reply {
    ask(kibana, "PUT", PATH, json!({"name": "m", "config": config, "secrets": secrets})).await
}

#[tokio::test]
async fn unknown_keys_vanish_and_defaults_are_written_back() {
    let kibana = of(Release::Current).await;
    let bearer = json!({"authType": "bearer", "token": "t", "odd": "x"});
    let created =
        create(&kibana, ".jina", json!({"overrideBrowseURL": "https://a.example"}), bearer).await.json();
    assert_eq!(
        created["config"],
        json!({
            "authType": "bearer",
            "overrideBrowseUrl": "https://r.jina.ai",
            "overrideSearchUrl": "https://s.jina.ai",
        })
    );
    assert_eq!(created["auth_mode"], "shared");
    let stored = kibana.get("default", "mine").unwrap();
    assert_eq!(Value::Object(stored.secrets), json!({"authType": "bearer", "token": "t"}));
}

#[tokio::test]
async fn the_way_to_authenticate_is_copied_into_config_where_kibana_does_so() {
    let basic = json!({"authType": "basic", "username": "u", "password": "p"});
    let before = Settings { copies_auth_type: false, ..Settings::default() };
    let kibana = start(Options { settings: before, ..Options::default() }).await;
    let config = json!({"subdomain": "acme"});
    assert_eq!(create(&kibana, ".jira-cloud", config.clone(), basic.clone()).await.json()["config"], config);
    // What is sent is kept, and not compared.
    let sent = json!({"subdomain": "acme", "authType": "bearer"});
    assert_eq!(update(&kibana, sent.clone(), basic.clone()).await.json()["config"], sent);

    let kibana = of(Release::Current).await;
    create(&kibana, ".jira-cloud", config.clone(), basic.clone()).await;
    let both = json!({"subdomain": "acme", "authType": "basic"});
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.json()["config"], both);
    assert_eq!(update(&kibana, config, basic).await.json()["config"], both);
}

#[tokio::test]
async fn some_texts_are_cut_before_they_are_stored() {
    let basic = json!({"authType": "basic", "username": "u", "password": "p"});
    for (id, key, sent, stored) in [
        (".sharepoint-server", "siteUrl", "https://a.example/site//", "https://a.example/site"),
        (".confluence-cloud", "subdomain", " acme ", "acme"),
    ] {
        let kibana = of(Release::Current).await;
        let created = create(&kibana, id, json!({key: sent}), basic.clone()).await.json();
        assert_eq!(created["config"][key], stored, "{id}");
    }
}

#[tokio::test]
async fn what_a_spec_gives_need_not_be_sent() {
    let kibana = of(Release::Current).await;
    let oauth = json!({"authType": "oauth_authorization_code", "clientId": "c", "clientSecret": "s"});
    let created = create(&kibana, ".hubspot", json!({}), oauth.clone()).await.json();
    assert_eq!(created["auth_mode"], "per-user");
    let secrets = kibana.get("default", "mine").unwrap().secrets;
    assert_eq!(
        (&secrets["tokenUrl"], &secrets["useBasicAuth"]),
        (&json!("https://api.hubapi.com/oauth/v1/token"), &json!(false))
    );
    // A spec that gives none demands them.
    let box_ = ask(&kibana, "POST", "/api/actions/connector/box", body(".box", json!({}), oauth)).await;
    assert_eq!(
        box_.message(),
        "error validating connector type secrets: ✖ Invalid input: expected string, received undefined\n  \
         → at authorizationUrl\n✖ Invalid input: expected string, received undefined\n  → at tokenUrl"
    );
}

#[tokio::test]
async fn secrets_are_chosen_by_the_way_and_a_header_by_its_name() {
    let kibana = of(Release::Current).await;
    let check = async |id: &str, config: Value, secrets: Value, tail: &str| {
        let refusal = create(&kibana, id, config, secrets).await;
        assert_eq!(refusal.message(), format!("error validating connector type {tail}"));
    };
    let invalid = "secrets: ✖ Invalid input\n  → at authType";
    check(".abuseipdb", json!({}), json!({}), invalid).await;
    check(".abuseipdb", json!({"authType": "api_key_header"}), json!({"Key": "k"}), invalid).await;
    check(".amazon_s3", json!({"region": "r"}), json!({"authType": "bearer", "token": "t"}), invalid).await;
    check(
        ".abuseipdb",
        json!({}),
        json!({"authType": "api_key_header", "key": "k"}),
        "secrets: ✖ Invalid input: expected string, received undefined\n  → at Key",
    )
    .await;
    check(
        ".amazon_s3",
        json!({}),
        json!({"authType": "aws_credentials", "accessKeyId": "a", "secretAccessKey": "s"}),
        "config: ✖ Invalid input: expected string, received undefined\n  → at region",
    )
    .await;
    check(
        ".sharepoint-online",
        json!({}),
        json!({"authType": "oauth_client_credentials", "tokenUrl": "nope", "clientId": "c", "clientSecret": "s"}),
        "secrets: ✖ Invalid URL\n  → at tokenUrl",
    )
    .await;
    check(
        ".sharepoint-online",
        json!({}),
        json!({
            "authType": "oauth_client_credentials", "tokenUrl": "https://a.example", "clientId": "c",
            "clientSecret": "s", "tokenEndpointAuthMethod": "post",
        }),
        "secrets: ✖ Invalid option: expected one of \"client_secret_post\"|\"client_secret_basic\"\n  \
         → at tokenEndpointAuthMethod",
    )
    .await;
}

#[tokio::test]
async fn actions_are_selected_where_kibana_knows_of_it() {
    let key = json!({"authType": "api_key_header", "Key": "k"});
    let select = |actions: Value| json!({"selectedActions": actions});
    let newest = of(Release::Newest).await;
    for (actions, message) in [
        (json!([]), "selectedActions must include at least one action when set."),
        (json!(["zz", "checkIp", "aa"]), "selectedActions contains unknown action names: aa, zz."),
    ] {
        let refusal = create(&newest, ".abuseipdb", select(actions), key.clone()).await;
        assert_eq!(
            refusal.message(),
            format!("error validating connector type config: ✖ {message}\n  → at selectedActions")
        );
    }
    let created = create(&newest, ".abuseipdb", select(json!(["checkIp"])), key.clone()).await.json();
    assert_eq!(created["config"]["selectedActions"], json!(["checkIp"]));
    let current = of(Release::Current).await;
    let created = create(&current, ".abuseipdb", select(json!(["zz"])), key).await.json();
    assert_eq!(created["config"], json!({"authType": "api_key_header"}));
}

#[tokio::test]
async fn users_who_sign_in_alone_keep_their_way_to_authenticate() {
    let bearer = json!({"authType": "bearer", "token": "t"});
    let oauth = json!({"authType": "oauth_authorization_code", "clientId": "c", "clientSecret": "s"});
    let kibana = of(Release::Current).await;
    create(&kibana, ".hubspot", json!({}), oauth.clone()).await;
    // Judged before config and secrets are.
    let refusal = update(&kibana, json!({}), json!({"authType": "bearer"})).await;
    assert_eq!(
        (refusal.status, refusal.message().as_str()),
        (400, "Authentication type cannot be changed for per-user connectors. Connector: mine.")
    );
    assert_eq!(update(&kibana, json!({}), oauth.clone()).await.status, 200);

    let kibana = of(Release::Current).await;
    create(&kibana, ".hubspot", json!({}), bearer.clone()).await;
    let refusal = update(&kibana, json!({}), oauth).await;
    assert_eq!(
        refusal.message(),
        "Authentication type cannot be changed to a per-user type for shared connectors. Connector: mine."
    );
    assert_eq!(update(&kibana, json!({}), bearer).await.json()["auth_mode"], "shared");
    let shared = of(Release::Current).await;
    let basic = json!({"authType": "basic", "username": "u", "password": "p"});
    create(&shared, ".bitbucket", json!({"workspace": "w"}), basic).await;
    let bearer = json!({"authType": "bearer", "token": "t"});
    assert_eq!(
        update(&shared, json!({"workspace": "w"}), bearer).await.json()["config"]["authType"],
        "bearer"
    );
}

#[tokio::test]
async fn a_way_of_kibanas_own_is_refused() {
    let kibana = of(Release::Newest).await;
    let refusal = create(&kibana, ".github", json!({}), json!({"authType": "relay"})).await;
    assert_eq!(
        refusal.message(),
        "Authentication type relay is set by Kibana and cannot be configured on a connector. Action type: .github."
    );
}

#[tokio::test]
async fn specs_change_between_releases_and_say_where_they_come_from() {
    let kibana = of(Release::Current).await;
    let types = async || ask(&kibana, "GET", "/api/actions/connector_types", Value::Null).await.json();
    let find = |types: &Value, id: &str| {
        types.as_array().unwrap().iter().find(|kind| kind["id"] == id).cloned().unwrap_or_default()
    };
    let github = find(&types().await, ".github");
    assert_eq!((&github["source"], github.get("is_experimental")), (&json!("spec"), None));
    let oauth = json!({"authType": "oauth_authorization_code", "clientId": "c", "clientSecret": "s"});
    let jira = json!({"subdomain": "acme"});
    assert_eq!(create(&kibana, ".jira-cloud", jira.clone(), oauth.clone()).await.status, 400);
    kibana.set_release(Release::Newest);
    let github = find(&types().await, ".github");
    assert_eq!(github["is_experimental"], true);
    assert_eq!(github["description"], "Search and change repositories, issues and pull requests.");
    assert_eq!(find(&types().await, ".jina").get("is_experimental"), None);
    assert_eq!(create(&kibana, ".jira-cloud", jira, oauth).await.status, 200);
    kibana.set_release(Release::Old);
    assert_eq!(find(&types().await, ".github"), Value::Null);
    assert_eq!(find(&types().await, ".index").get("source"), None);
}
