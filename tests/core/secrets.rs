//! Secrets stay where they belong: no diagnostic ever shows one, and a write-only one leaves the provider for
//! Kibana only.
//!
//! Every secret text of a configuration is given a mark, and everything that comes back is searched for it.

use kibana_emulator::{Answer, Fault, Options, Release, Settings};
use terraform_provider_kibana::catalog::TYPES;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::to_json;

use crate::catalogue::{self, Entry, entries};
use crate::core::{Core, Instance, Refusal};
use crate::generate::{Form, Written, written};
use crate::random::Random;

/// In every secret; as it is in JSON, in base64 of private data only at some offset, hence the search there.
const MARK: &str = "hunter2-mark";

/// The same configuration with a mark in each secret text. A URL stays one; what only Kibana's own check of
/// the text would refuse then stays out of the way by being refused.
fn marked(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::text(format!("{text}{MARK}")),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), marked(value))).collect())
        }
        Value::List(items) => Value::List(items.iter().map(marked).collect()),
        Value::Dynamic(typed) => Value::Dynamic(Box::new((typed.0.clone(), marked(&typed.1)))),
        other => other.clone(),
    }
}

fn is_silent(said: &Refusal, context: &str) {
    for one in said {
        let shown = format!("{} {} {:?}", one.summary, one.detail, one.attribute);
        assert!(!shown.contains(MARK), "{context}: a diagnostic shows a secret: {shown}");
    }
}

/// Whether the mark is anywhere in these bytes, as it is or in the base64 texts of private data.
fn holds_mark(bytes: &[u8]) -> bool {
    use base64::Engine as _;
    let holds = |bytes: &[u8]| bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes());
    let entries: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(bytes).unwrap_or_default();
    let decode = |text: &String| base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    holds(bytes) || entries.values().any(|text| holds(&decode(text)))
}

/// A configuration with secrets in one form.
#[derive(Clone)]
struct Secretive {
    config: Value,
    secrets: Value,
    form: Form,
}

fn secretive(core: &Core, written: &Written) -> Secretive {
    Secretive { config: written.config(&core.block), secrets: written.secrets.clone(), form: written.form }
}

fn is_nowhere(core_value: &Value, private: &[u8], written: &Secretive, context: &str) {
    assert!(!holds_mark(private), "{context}: private data holds a secret");
    if written.form != Form::Stored {
        // What is unknown holds nothing; the rest is written out.
        let json = known(core_value);
        assert!(!json.contains(MARK), "{context}: a write-only secret is in plan or state");
    }
}

fn known(value: &Value) -> String {
    match value {
        Value::Map(entries) => entries.values().map(known).collect(),
        Value::List(items) => items.iter().map(known).collect(),
        value => to_json(value).map(|json| json.to_string()).unwrap_or_default(),
    }
}

/// Every secret text as somebody may quote it: as it is, inside JSON, inside a URL.
fn quoted(secrets: &Value) -> String {
    match secrets {
        Value::Map(entries) => entries.values().map(quoted).collect(),
        Value::List(items) => items.iter().map(quoted).collect(),
        Value::Dynamic(typed) => quoted(&typed.1),
        value => match value.as_str() {
            Some(text) => {
                let url: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                format!("{text} {} {url}; ", serde_json::Value::from(text))
            }
            None => String::new(),
        },
    }
}

/// One step of a life, searched through; whether it was carried out.
async fn step(core: &Core, written: &Secretive, instance: &mut Instance, context: &str) -> bool {
    let config = &written.config;
    let plan = match core.plan(config, instance).await {
        Ok(plan) => plan,
        Err(said) => {
            is_silent(&said, context);
            return false;
        }
    };
    is_silent(&plan.said, context);
    is_nowhere(&plan.value, &plan.private, written, context);
    let applied = core.apply(config, &plan, instance).await;
    let done = applied.is_ok();
    let (Ok(said) | Err(said)) = applied;
    is_silent(&said, context);
    done
}

/// A whole life with secrets in one form: a write that fails in a way that quotes what was sent, the write, a
/// look, an update that fails, the update.
async fn live(core: &Core, first: &Secretive, second: &Secretive, context: &str) -> bool {
    let mut instance = Instance::none();
    let quoting = format!("error validating connector: {}", quoted(&first.secrets));
    core.kibana.fail(
        Fault::answer(Answer::json(
            500,
            &serde_json::json!({"statusCode": 500, "error": "x", "message": quoting}),
        ))
        .on("POST", "*"),
    );
    step(core, first, &mut instance, context).await;
    core.kibana.clear_faults();
    let created = step(core, first, &mut instance, context).await;
    if !instance.state.is_null() {
        is_nowhere(&instance.state, &instance.private, first, context);
    }
    if created {
        core.kibana.fail(Fault::answer(Answer::html(502, &format!("<p>{quoting}</p>"))).on("PUT", "*"));
        step(core, second, &mut instance, context).await;
        core.kibana.clear_faults();
        step(core, second, &mut instance, context).await;
        is_nowhere(&instance.state, &instance.private, second, context);
        if let Err(said) = core.refresh(&mut instance).await {
            is_silent(&said, context);
        }
        is_nowhere(&instance.state, &instance.private, second, context);
        if first.form == Form::Stored {
            // A look and a removal have the secrets of the state only.
            core.kibana
                .fail(Fault::answer(Answer::html(403, &format!("<p>{quoting}</p>"))).on("*", "*").always());
            is_silent(&core.refresh(&mut instance).await.unwrap_err(), context);
            is_silent(&core.destroy(&mut instance).await.unwrap_err(), context);
            core.kibana.clear_faults();
        }
        core.destroy(&mut instance).await.unwrap();
    }
    created
}

async fn all_types(core: &Core, form: Form, rounds: u64) -> usize {
    let mut created = 0;
    for (number, ty) in TYPES.iter().enumerate() {
        for field in ty.secrets {
            for seed in 0..rounds {
                let mut random = Random::new(50_000 + seed * 1000 + number as u64);
                let suits = |written: &Written| !written.secrets.get(field.name).is_null();
                let Some(mut first) = written(ty, &mut random, suits) else {
                    panic!("{}.{} is never written", ty.block, field.name)
                };
                first.form = form;
                first.secrets = marked(&first.secrets);
                let mut second = first.clone();
                second.name.push_str(" again");
                if let Form::WriteOnly { version: Some(version) } = form {
                    second.form = Form::WriteOnly { version: Some(version + 1) };
                }
                let context = format!("{}.secrets.{}, {form:?}", ty.block, field.name);
                let (first, second) = (secretive(core, &first), secretive(core, &second));
                created += usize::from(live(core, &first, &second, &context).await);
                core.kibana.clear_requests();
            }
        }
    }
    created
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_ever_shown() {
    let core = Core::new(Release::Newest).await;
    let secrets: usize = TYPES.iter().map(|ty| ty.secrets.len()).sum();
    for form in [Form::Stored, Form::WriteOnly { version: Some(1) }] {
        let created = all_types(&core, form, 1).await;
        assert!(created * 2 > secrets, "{form:?}: only {created} were created");
    }
    // Without a version a slow hash is made, so only some are tried.
    let mut random = Random::new(60_000);
    for block in ["webhook", "email"] {
        let ty = terraform_provider_kibana::catalog::by_block(block).unwrap();
        let mut first = written(ty, &mut random, |written| !written.secrets.is_null()).unwrap();
        first.form = Form::WriteOnly { version: None };
        first.secrets = marked(&first.secrets);
        let second = Written { name: "again".to_owned(), ..first.clone() };
        live(&core, &secretive(&core, &first), &secretive(&core, &second), block).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_shown_of_what_stands_in_custom() {
    let core = Core::new(Release::Newest).await;
    let mut created = 0;
    for form in [Form::Stored, Form::WriteOnly { version: Some(1) }] {
        for (number, ty) in TYPES.iter().filter(|ty| !ty.secrets.is_empty()).enumerate() {
            let mut random = Random::new(61_000 + number as u64);
            let suits = |written: &Written| !written.secrets.is_null();
            let mut first = written(ty, &mut random, suits).unwrap();
            first.in_custom = true;
            first.form = form;
            first.secrets = marked(&first.secrets);
            let second = Written { name: "again".to_owned(), ..first.clone() };
            let context = format!("{} in custom, {form:?}", ty.block);
            let lives = (secretive(&core, &first), secretive(&core, &second));
            created += usize::from(live(&core, &lives.0, &lives.1, &context).await);
            core.kibana.clear_requests();
        }
    }
    assert!(created > TYPES.len(), "only {created} were created");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_shown_of_connectors_of_the_catalogue() {
    let mut core = Core::new(Release::Newest).await;
    core.turn_to("kibana_connector_spec");
    let entries: &'static [Entry] = Box::leak(entries().into_boxed_slice());
    let mut created = 0;
    for (number, entry) in entries.iter().filter(|entry| entry.is_in(Release::Newest)).enumerate() {
        for form in [Form::Stored, Form::WriteOnly { version: Some(1) }] {
            let mut random = Random::new(62_000 + number as u64);
            let mut first = catalogue::written(entry, Release::Newest, &mut random);
            first.form = form;
            let mut secrets = Value::object([]);
            for (name, value) in &first.values.as_map().unwrap().clone() {
                // Names, and words that Kibana chooses from.
                let is_word =
                    first.auth.fields.iter().any(|field| field.name == name && !field.listed().is_empty());
                let is_name = matches!(name.as_str(), "header" | "auth_type") || is_word;
                let value = if is_name { value.clone() } else { marked(value) };
                if !is_name {
                    secrets.set(name, value.clone());
                }
                first.values.set(name, value);
            }
            let mut second = first.clone();
            second.name.push_str(" again");
            let of = |written: &catalogue::Written| Secretive {
                config: written.config(&core.block),
                secrets: secrets.clone(),
                form,
            };
            let context = format!("{}, {}, {form:?}", entry.id, first.auth.name);
            created += usize::from(live(&core, &of(&first), &of(&second), &context).await);
            core.kibana.clear_requests();
        }
    }
    assert!(created > entries.len(), "only {created} were created");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_shown_by_a_kibana_that_quotes_it() {
    // Kibana's messages about hosts that are not allowed quote the whole address, which is a secret of some
    // types.
    let settings = Settings { allowed_hosts: vec!["nowhere.example".to_owned()], ..Settings::default() };
    let core = Core::with(Options { settings, ..Options::default() }).await;
    all_types(&core, Form::Stored, 1).await;
    all_types(&core, Form::WriteOnly { version: Some(1) }, 1).await;
}
