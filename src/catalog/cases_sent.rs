//! The cases of every type, sent to the emulated Kibana of each release: what we refuse, it must refuse, or a
//! rule is too strict; what we send, it must accept. The emulator states Kibana's contract on its own.

use kibana_emulator::{Emulator, Options, Release};
use serde_json::{Value as Json, json};

use super::TYPES;
use super::cases::{Case, Expected, block};
use super::codec::encode;
use super::vocabulary::{ConnectorType, Field, Kind, Since};
use crate::value::Value;

const RELEASES: [(Release, (u64, u64)); 4] = [
    (Release::Old, (8, 19)),
    (Release::Current, (9, 4)),
    (Release::Newest, (9, 6)),
    (Release::Future, (10, 0)),
];

/// The request for a case, with an example for each required setting that it leaves out, so that nothing but
/// what it is about can be refused.
fn body(ty: &ConnectorType, case: &Case) -> Json {
    let mut block = block(ty, &case.json());
    for field in ty.config.iter().filter(|field| field.required && matches!(field.kind, Kind::Text(_))) {
        if block.get(field.name).is_null() {
            block.set(field.name, Value::text(field.example));
        }
    }
    let secrets = block.get("secrets");
    let mut config = encode(ty.config, &block, &block);
    config.extend(ty.fixed.iter().map(|(key, text)| ((*key).to_owned(), json!(text))));
    json!({
        "name": "a case",
        "connector_type_id": ty.kibana_id,
        "config": config,
        "secrets": encode(ty.secrets, secrets, secrets),
    })
}

/// Whether a release has the type and knows every field that a request writes.
fn is_known(ty: &ConnectorType, body: &Json, release: (u64, u64)) -> bool {
    let knows_all = |fields: &[Field], part: &str| {
        fields.iter().all(|field| {
            // One of which nobody is certain counts as known from then on.
            let since = Since { is_certain: true, ..field.since };
            body[part].get(field.json_key()).is_none() || !since.is_after(release)
        })
    };
    let since = Since { release: ty.since, backported: "", is_certain: true };
    !since.is_after(release) && knows_all(ty.config, "config") && knows_all(ty.secrets, "secrets")
}

async fn create(http: &reqwest::Client, kibana: &Emulator, body: &Json) -> (u16, String) {
    let connectors = format!("{}/api/actions/connector", kibana.url());
    let request = http.post(&connectors).header("content-type", "application/json").body(body.to_string());
    let answer = request.header("kbn-xsrf", "true").send().await.expect("the emulator answers");
    let (status, text) =
        (answer.status().as_u16(), answer.text().await.expect("the emulator answers with text"));
    if status == 200 {
        // An inference endpoint can exist once.
        let created: Json = serde_json::from_str(&text).expect("the emulator answers with JSON");
        let created = format!("{connectors}/{}", created["id"].as_str().expect("a connector has an ID"));
        http.delete(created).header("kbn-xsrf", "true").send().await.expect("the emulator answers");
    }
    (status, text)
}

/// Sends the cases that `picked` picks to each of the releases that knows what they write; returns the
/// surprises.
async fn surprises(
    releases: &[(Release, (u64, u64))],
    picked: impl Fn(&Expected) -> bool,
    expected: u16,
) -> Vec<String> {
    let (mut surprises, http) = (Vec::new(), reqwest::Client::new());
    for (release, version) in releases {
        let options = Options { release: *release, ..Options::default() };
        let kibana = Emulator::start(options).await.expect("the emulator starts");
        for ty in TYPES {
            for case in ty.cases.iter().filter(|case| picked(&case.expected)) {
                let body = body(ty, case);
                if is_known(ty, &body, *version) {
                    let (status, answer) = create(&http, &kibana, &body).await;
                    if status != expected {
                        surprises.push(format!("{release:?}: {}: {body}: {status} {answer}", ty.block));
                    }
                }
            }
        }
    }
    surprises
}

#[tokio::test]
async fn kibana_refuses_what_we_refuse() {
    let accepted = surprises(&RELEASES, |expected| matches!(expected, Expected::Refused(_)), 400).await;
    assert!(accepted.is_empty(), "{} cases are accepted:\n{}", accepted.len(), accepted.join("\n"));
}

#[tokio::test]
async fn the_newest_kibana_accepts_what_we_send() {
    let newest = &RELEASES[2..];
    let refused = surprises(newest, |expected| matches!(expected, Expected::Sends { .. }), 200).await;
    assert!(refused.is_empty(), "{} cases are refused:\n{}", refused.len(), refused.join("\n"));
}
