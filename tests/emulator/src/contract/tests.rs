//! The contract files as data: every release reads them, and the smallest requests store what Kibana stores.

mod current;
mod old;

use serde_json::{Value, json};

use super::issue::Texts;
use super::*;

const RELEASES: [Release; 4] = [Release::Old, Release::Current, Release::Newest, Release::Future];

fn kind(release: Release, id: &str) -> &'static ConnectorType {
    types(release).iter().find(|kind| kind.id == id).unwrap()
}

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

#[test]
fn every_release_knows_its_types() {
    for release in RELEASES {
        let mut ids: Vec<&str> = types(release).iter().map(|kind| kind.id.as_str()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{release:?}");
    }
    let known = |release| types(release).len();
    assert!(known(Release::Old) < known(Release::Current));
    assert!(known(Release::Current) < known(Release::Newest));
    assert!(types(Release::Old).iter().any(|kind| kind.id == ".index"));
}

#[test]
fn rules_name_fields_that_exist() {
    for kind in types(Release::Newest) {
        let keys = |shape: &shape::Shape| -> Vec<String> {
            let all = shape.fields.iter().chain(shape.shapes.values().flat_map(|shape| &shape.fields));
            all.map(|field| field.key.clone()).collect()
        };
        let (config, secrets) = (keys(&kind.config), keys(&kind.secrets));
        for rule in &kind.rules {
            let keys = if rule.stage == Stage::Secrets { &secrets } else { &config };
            for field in &rule.fields {
                assert!(keys.contains(field), "{} {field}", kind.id);
            }
            let conditions = rule.when.iter().flat_map(|when| std::iter::once(when).chain(&when.any));
            for when in conditions.filter(|when| when.any.is_empty() && when.field != "secrets") {
                let (part, key) = when.field.split_once('.').unwrap();
                let keys = if part == "config" { &config } else { &secrets };
                assert!(keys.iter().any(|one| one == key), "{} {}", kind.id, when.field);
            }
        }
    }
}

#[test]
fn smallest_requests_store_what_kibana_stores() {
    let settings = Settings::default();
    let mut checked = 0;
    for release in [Release::Old, Release::Current, Release::Newest] {
        let texts = Texts::of(release);
        for kind in types(release) {
            for example in &kind.smallest {
                let stored = example["stored"].as_array().unwrap().iter();
                let Some(stored) = stored.rev().find(|one| load::applies(one, release.version())) else {
                    continue;
                };
                for (part, shape) in [("config", &kind.config), ("secrets", &kind.secrets)] {
                    let sent = object(&example["sent"][part]);
                    let parsed = schema::parse(shape, &sent, texts, &settings);
                    assert_eq!(
                        parsed.map(Value::Object),
                        Ok(stored[part].clone()),
                        "{release:?} {} {part}",
                        kind.id
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 180, "{checked}");
}

#[track_caller]
fn refused(release: Release, id: &str, config: &Value, secrets: &Value, message: &str) {
    let settings = Settings::default();
    let result = validate(kind(release, id), &object(config), &object(secrets), release, &settings);
    assert_eq!(result.map(|_| ()), Err(message.to_owned()));
}

#[track_caller]
fn stored(release: Release, id: &str, config: &Value, secrets: &Value) -> (Value, Value) {
    let settings = Settings::default();
    let parsed = validate(kind(release, id), &object(config), &object(secrets), release, &settings).unwrap();
    (Value::Object(parsed.config), Value::Object(parsed.secrets))
}

#[test]
fn numbers_are_coerced_where_kibana_does() {
    let email = json!({"from": "a@b.co", "host": "h", "port": "25", "hasAuth": false});
    assert_eq!(stored(Release::Current, ".email", &email, &json!({})).0["port"], 25);
    assert_eq!(stored(Release::Old, ".email", &email, &json!({})).0["port"], 25);
    let bedrock = json!({"apiUrl": "https://a.example", "temperature": null, "contextWindowLength": true});
    let keys = json!({"accessKey": "a", "secret": "s"});
    let (config, _) = stored(Release::Current, ".bedrock", &bedrock, &keys);
    assert_eq!((&config["temperature"], &config["contextWindowLength"]), (&json!(0), &json!(1)));
    refused(
        Release::Current,
        ".email",
        &json!({"from": "a@b.co", "port": "many"}),
        &json!({}),
        "error validating connector type config: ✖ Invalid input: expected number, received NaN\n  → at port",
    );
}

#[test]
fn email_is_refused_without_what_its_service_needs() {
    let check = |config: Value, secrets: Value, tail: &str| {
        refused(Release::Current, ".email", &config, &secrets, &format!("error validating {tail}"));
    };
    check(json!({"from": "a@b.co"}), json!({}), "connector type config: [host]/[port] is required");
    check(json!({"from": "a@b.co", "port": 25}), json!({}), "connector type config: [host] is required");
    check(json!({"from": "nope"}), json!({}), "connector type config: [from]: not valid emails: nope");
    check(
        json!({"from": "a@b.co", "service": "nope"}),
        json!({}),
        "connector type config: [service] value 'nope' is not valid",
    );
    check(
        json!({"from": "a@b.co", "service": "gmail", "hasAuth": true}),
        json!({}),
        "action type connector: [user] is required",
    );
    let exchange = json!({"from": "a@b.co", "service": "exchange_server", "clientId": "c", "tenantId": "t"});
    check(exchange, json!({}), "action type connector: [clientSecret] is required");
    // Left out, hasAuth does not count as true for the rule, and is stored as true all the same.
    let (config, _) =
        stored(Release::Current, ".email", &json!({"from": "a@b.co", "service": "gmail"}), &json!({}));
    assert_eq!(config["hasAuth"], true);
}

#[test]
fn webhook_auth_type_follows_has_auth_from_9_4() {
    let sent = json!({"url": "https://a.example", "hasAuth": false});
    assert_eq!(stored(Release::Current, ".webhook", &sent, &json!({})).0["authType"], Value::Null);
    assert_eq!(stored(Release::Old, ".webhook", &sent, &json!({})).0.get("authType"), None);
    let first = Settings { fills_auth_type_first: true, ..Settings::default() };
    let webhook = kind(Release::Current, ".webhook");
    let refusal = validate(webhook, &object(&sent), &Object::new(), Release::Current, &first).unwrap_err();
    assert!(refusal.ends_with("authType must be null or undefined if hasAuth is false"), "{refusal}");
    let mut mended = object(&sent);
    mended.insert("authType".into(), Value::Null);
    assert!(validate(webhook, &mended, &Object::new(), Release::Current, &first).is_ok());
}

#[test]
fn webhook_secrets_come_in_combinations() {
    let config = json!({"url": "https://a.example"});
    for good in [
        json!({}),
        json!({"user": "u", "password": "p"}),
        json!({"crt": "c", "key": "k", "password": "p"}),
        json!({"pfx": "p"}),
        json!({"clientSecret": "c"}),
        json!({"secretHeaders": {"a": "b"}}),
    ] {
        stored(Release::Current, ".webhook", &config, &good);
    }
    for bad in [json!({"user": "u"}), json!({"crt": "c"}), json!({"crt": "c", "key": "k", "pfx": "p"})] {
        refused(
            Release::Current,
            ".webhook",
            &config,
            &bad,
            "error validating connector type secrets: ✖ must specify one of the following schemas: user and password; \
             crt and key (with optional password); pfx (with optional password); or clientSecret (for OAuth2)",
        );
    }
}

#[test]
fn refused_hosts_quote_the_secret_url_whole() {
    let settings = Settings { allowed_hosts: vec!["b.example".into()], ..Settings::default() };
    let url = "https://a.example/hook?token=s3cret";
    for (id, key, tail) in [
        (".slack", "webhookUrl", "error configuring slack action: "),
        (".teams", "webhookUrl", "error configuring teams action: "),
        (".xmatters", "secretsUrl", ""),
    ] {
        let secrets = Object::from_iter([(key.to_owned(), Value::from(url))]);
        let refusal =
            validate(kind(Release::Current, id), &Object::new(), &secrets, Release::Current, &settings)
                .unwrap_err();
        assert_eq!(
            refusal,
            format!(
                "error validating connector type secrets: {tail}target url \"{url}\" is not added to the Kibana config \
                 xpack.actions.allowedHosts"
            )
        );
    }
}

#[test]
fn settings_decide_about_senders_services_and_hosts() {
    let settings = Settings {
        allowed_hosts: vec!["smtp.b.co".into()],
        email_domains: Some(vec!["b.co".into()]),
        email_services: Some(vec!["other".into(), "microsoft-exchange".into()]),
        webhook_pfx: false,
        ..Settings::default()
    };
    let check = |release: Release, id: &str, config: Value, tail: &str| {
        let refusal = validate(kind(release, id), &object(&config), &Object::new(), release, &settings);
        assert!(refusal.as_ref().is_err_and(|refusal| refusal.ends_with(tail)), "{refusal:?}");
    };
    let from = |from: &str| json!({"from": from, "host": "smtp.b.co", "port": 25});
    check(Release::Current, ".email", from("a@c.co"), "type config: [from]: not allowed emails: a@c.co");
    check(Release::Old, ".email", from("a@c.co"), "type config: not allowed emails: a@c.co");
    check(
        Release::Current,
        ".email",
        json!({"from": "a@b.co", "service": "gmail"}),
        "[service]: \"google-mail\" is not in the list of enabled email services: other,microsoft-exchange",
    );
    check(
        Release::Current,
        ".email",
        json!({"from": "a@b.co", "host": "h", "port": 25}),
        "[host] value 'h' is not in the allowedHosts configuration",
    );
    check(
        Release::Current,
        ".webhook",
        json!({"url": "https://smtp.b.co", "certType": "ssl-pfx"}),
        "certType \"ssl-pfx\" is disabled",
    );
    check(
        Release::Current,
        ".pagerduty",
        json!({}),
        "target url \"https://events.pagerduty.com/v2/enqueue\" is not added to the Kibana config \
         xpack.actions.allowedHosts",
    );
}

#[test]
fn the_future_surprises_and_takes_its_own_keys_back() {
    let (config, _) = stored(Release::Future, ".index", &json!({"index": "i"}), &json!({}));
    assert_eq!(
        config,
        json!({"index": "i", "refresh": true, "executionTimeField": null, "futureSetting": "automatic"})
    );
    assert_eq!(stored(Release::Future, ".index", &config, &json!({})).0, config);
    let sent = json!({"url": "https://a.example"});
    let (config, _) = stored(Release::Future, ".webhook", &sent, &json!({}));
    assert_eq!((&config["method"], &config["verificationMode"]), (&json!("put"), &json!("full")));
}
