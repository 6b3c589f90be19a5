//! Random histories: one connector, and everything that may happen to it, in any order.
//!
//! It is written and written anew, with values that are known only at apply, in another block, under
//! `ignore_changes`; somebody edits it in Kibana; it is imported; writes fail; Kibana is upgraded. After each
//! of it one apply is enough: the plan is empty then, Kibana holds what is written, and nothing was sent that
//! need not be.

use kibana_emulator::{Connector, Release};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::catalog::TYPES;
use terraform_provider_kibana::catalog::codec::{default_of, same};
use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, LeftOut};
use terraform_provider_kibana::value::Value;

use crate::blur::{blur, blur_block};
use crate::core::{Action, Core, Instance, Refusal, texts};
use crate::drift::other_value;
use crate::generate::{Form, Written, json_of, written};
use crate::lives::{changes, writes_newer};
use crate::random::{Random, failure};

const RELEASES: [Release; 4] = [Release::Old, Release::Current, Release::Newest, Release::Future];
/// Histories per type.
const HISTORIES: u64 = 2;
/// Events per history.
const EVENTS: usize = 12;

struct History<'a> {
    core: &'a Core,
    /// What it begins with; another type may take its place later.
    ty: &'static ConnectorType,
    release: usize,
    random: Random,
    written: Written,
    instance: Instance,
    version: i64,
    /// What has happened, for the message of a failure.
    log: Vec<String>,
}

fn refusal_of_kibana(said: &Refusal) -> bool {
    texts(said).iter().any(|text| text.contains("400"))
}

impl History<'_> {
    fn fails(&self, why: &str) -> ! {
        let (written, state) = (shown(&self.config()), shown(&self.instance.state));
        let log = self.log.join("\n      ");
        panic!("{}: {why}\nwritten: {written}\nstate: {state}\nafter {log}", self.ty.block)
    }

    fn config(&self) -> Value {
        self.written.config(&self.core.block)
    }

    fn release(&self) -> Release {
        RELEASES[self.release]
    }

    /// Another configuration, mostly of the same connector type.
    fn next(&mut self) -> Written {
        let family: Vec<&'static ConnectorType> = match self.random.percent(6) {
            true => TYPES.iter().collect(),
            false => TYPES.iter().filter(|ty| ty.kibana_id == self.ty.kibana_id).collect(),
        };
        for _ in 0..50 {
            let ty = *self.random.pick(&family);
            let (release, tries_new) = (self.release(), self.random.percent(10));
            let suits = |next: &Written| tries_new || !writes_newer(ty, next, release);
            if let Some(mut next) = written(ty, &mut self.random, suits) {
                next.in_custom = self.random.percent(25);
                next.form = match self.random.below(20) {
                    0..=11 => Form::Stored,
                    // The hash costs time, so there are few of these.
                    12 => Form::WriteOnly { version: None },
                    _ => {
                        self.version += i64::from(self.random.percent(70));
                        Form::WriteOnly { version: Some(self.version) }
                    }
                };
                return next;
            }
        }
        panic!("{}: nothing found", self.ty.block)
    }

    /// The writes that Kibana has seen since the last look here.
    fn writes(&self) -> usize {
        let requests = self.core.kibana.requests();
        self.core.kibana.clear_requests();
        requests.iter().filter(|request| matches!(request.method.as_str(), "POST" | "PUT")).count()
    }

    /// Applies a configuration; false where Kibana refuses it, and then nothing has changed.
    async fn apply(&mut self, next: Written) -> bool {
        let (before, old) = (self.instance.clone(), std::mem::replace(&mut self.written, next));
        self.writes();
        match self.core.run(&self.config(), &mut self.instance).await {
            Ok((action, said)) => {
                self.log.push(format!("  {action:?} {:?}", texts(&said)));
                self.settled().await;
                true
            }
            Err(said) => {
                if !refusal_of_kibana(&said) {
                    self.fails(&format!("{:?}", texts(&said)));
                }
                self.log.push(format!("  refused: {:?}", texts(&said)));
                if before.state.is_null() != self.instance.state.is_null() && !self.instance.tainted {
                    // Of a replacement only the first half was done.
                    assert!(self.instance.state.is_null());
                }
                self.written = old;
                false
            }
        }
    }

    /// There is nothing left to do, and Kibana holds what is written.
    async fn settled(&mut self) {
        let sent = self.writes() > 0;
        let config = self.config();
        for _ in 0..2 {
            match self.core.plan(&config, &mut self.instance).await {
                Ok(plan) if plan.action == Action::Nothing => {}
                Ok(plan) => self.fails(&format!("still to do: {:?}", changes(self.core, &plan))),
                Err(said) => self.fails(&format!("{:?}", texts(&said))),
            }
        }
        let Some(stored) = self.core.kibana.get("default", self.instance.id()) else {
            self.fails("Kibana has no such connector")
        };
        let written = &self.written;
        if stored.name != written.name {
            self.fails("another name");
        }
        let sure_of_the_rest = !written.in_custom && self.release() != Release::Future && sent;
        for field in written.ty.config {
            let (held, key) = (written.fields.get(field.name), field.json_key());
            let said = stored.config.get(&key).unwrap_or(&Json::Null);
            let is_left_out = held.is_null() || held.as_list().is_some_and(<[Value]>::is_empty);
            let is_right = match (is_left_out, field.left_out) {
                (true, LeftOut::KibanaFills) => true,
                (true, _) if !sure_of_the_rest => true,
                (true, _) => same(field, &default_of(field).unwrap_or(Value::Null), said),
                // Of some kinds of authentication `.mcp` drops what belongs to another.
                (false, _) if written.ty.block == "mcp" && said.is_null() => true,
                (false, _) => same(field, held, said),
            };
            if !is_right {
                self.fails(&format!("Kibana holds {said} as {key}"));
            }
        }
        if sent || (written.form == Form::Stored && !written.secrets.is_null()) {
            let secrets = written.secrets_json();
            // Kibana fills in an empty object here and there.
            let is_filled = |json: &Json| !json.is_null() && *json != json!({});
            for (key, said) in stored.secrets.iter().filter(|(_, said)| is_filled(said)) {
                if secrets.get(key) != Some(said) {
                    self.fails(&format!("Kibana holds {said} as the secret {key}"));
                }
            }
            if let Some(lost) = secrets.keys().find(|key| !stored.secrets.contains_key(*key)) {
                self.fails(&format!("Kibana has lost the secret {lost}"));
            }
        }
    }

    async fn write_anew(&mut self) {
        let next = self.next();
        self.apply(next).await;
    }

    /// Some values become known only at apply.
    async fn write_unknown(&mut self) {
        let next = self.next();
        let config = next.config(&self.core.block);
        let share = *self.random.pick(&[5, 30, 100]);
        let mut blurred = config.clone();
        for name in ["name", "secrets_wo", "secrets_wo_version"] {
            let value = match config.get(name) {
                Value::Null if self.random.percent(share / 4) => Value::unknown(),
                value => blur(value, &mut self.random, share),
            };
            blurred.set(name, value);
        }
        let schema = &self.core.block.block(next.block()).unwrap().block;
        let value = blur_block(schema, config.get(next.block()), &mut self.random, share);
        blurred.set(next.block(), value);
        let mut instance = self.instance.clone();
        let plan = match self.core.plan(&blurred, &mut instance).await {
            Ok(plan) => plan,
            // Which block it is may have to be known.
            Err(said) if share == 100 => return self.log.push(format!("  not planned: {:?}", texts(&said))),
            Err(said) => self.fails(&format!("with unknown values: {:?}", texts(&said))),
        };
        match self.core.apply(&config, &plan, &mut instance).await {
            Ok(_) => {
                self.instance = instance;
                self.written = next;
                self.writes();
                self.settled().await;
            }
            Err(said) if refusal_of_kibana(&said) => self.instance = instance,
            Err(said) => self.fails(&format!("with unknown values: {:?}", texts(&said))),
        }
    }

    /// The same in the other kind of block is the same connector.
    async fn convert(&mut self) {
        let mut next = self.written.clone();
        next.in_custom = !next.in_custom;
        let before = self.instance.clone();
        let config = next.config(&self.core.block);
        self.writes();
        if let Err(said) = self.core.run(&config, &mut self.instance).await {
            self.fails(&format!("in the other block: {:?}", texts(&said)));
        }
        if self.instance.id() != before.id() {
            self.fails("the other block makes it another connector");
        }
        if self.writes() > 0 {
            self.fails("the other block sends something");
        }
        self.written = next;
        self.settled().await;
    }

    /// A configuration of which some changes are ignored.
    async fn ignore(&mut self) {
        let next = self.next();
        let block = next.block();
        let mut ignored = vec![match self.random.below(6) {
            0 => vec!["name"],
            1 => vec![block],
            2 => vec![block, "secrets"],
            3 => vec!["secrets_wo"],
            4 => vec![block, "config_json"],
            _ => vec![block, next.ty.config.first().map_or("secrets", |field| field.name)],
        }];
        if !next.ty.config.is_empty() && self.random.percent(50) {
            ignored.push(vec![block, self.random.pick(next.ty.config).name]);
        }
        let config = next.config(&self.core.block);
        self.log.push(format!("  {ignored:?} of {}", shown(&config)));
        if let Err(said) = self.core.refresh(&mut self.instance).await {
            self.fails(&format!("{:?}", texts(&said)));
        }
        // What is left of a configuration may be one that nobody would accept.
        let Ok(plan) = self.core.plan_ignoring(&config, &ignored, &self.instance).await else { return };
        if plan.action == Action::Replace {
            return;
        }
        if let Err(said) = self.core.apply(&config, &plan, &mut self.instance).await {
            self.log.push(format!("  refused: {:?}", texts(&said)));
            return;
        }
        self.log.push("  done".to_owned());
        if let Err(said) = self.core.refresh(&mut self.instance).await {
            self.fails(&format!("{:?}", texts(&said)));
        }
        match self.core.plan_ignoring(&config, &ignored, &self.instance).await {
            Ok(plan) if plan.action == Action::Nothing => {}
            Ok(plan) => self.fails(&format!("still to do: {:?}", changes(self.core, &plan))),
            Err(said) => self.fails(&format!("{:?}", texts(&said))),
        }
    }

    /// Somebody changes something in Kibana.
    async fn drift(&mut self) {
        let id = self.instance.id().to_owned();
        let (ty, random) = (self.written.ty, &mut self.random);
        // Behind the API the endpoint that Kibana keeps beside the connector would be left behind.
        let kind = if ty.block == "inference" { 3 + random.below(2) } else { random.below(10) };
        self.log.push(format!("  of kind {kind}"));
        let kibana = &self.core.kibana;
        match kind {
            0 => drop(kibana.remove("default", &id)),
            1 => {
                let other = if ty.kibana_id == ".index" { ".server-log" } else { ".index" };
                kibana.edit("default", &id, |connector| {
                    *connector = Connector {
                        connector_type_id: other.to_owned(),
                        config: json!({"index": "a"}).as_object().cloned().unwrap_or_default(),
                        ..connector.clone()
                    };
                });
            }
            2 if !ty.fixed.is_empty() => {
                let provider = *random.pick(&["OpenAI", "Azure OpenAI", "Other", "Another"]);
                kibana.edit("default", &id, |connector| {
                    connector.config.insert("apiProvider".to_owned(), json!(provider));
                });
            }
            3 => drop(kibana.edit("default", &id, |connector| connector.name.push('!'))),
            4 => drop(kibana.edit("default", &id, |connector| connector.is_missing_secrets = true)),
            5 => {
                let json = json_of(random, 2);
                kibana.edit("default", &id, |connector| {
                    connector.config.insert("futureSetting".to_owned(), json);
                });
            }
            _ if ty.config.is_empty() => {}
            6 => {
                let key = random.pick(ty.config).json_key();
                kibana.edit("default", &id, |connector| {
                    connector.config.remove(&key);
                });
            }
            _ => {
                let field = random.pick(ty.config);
                let held = self.instance.state.get(ty.block).get(field.name);
                let (_, json) = other_value(field, held, random);
                kibana.edit("default", &id, |connector| {
                    connector.config.insert(field.json_key(), json);
                });
            }
        }
        let same = self.written.clone();
        if !self.apply(same).await {
            // A newer Kibana does not take what an older one took.
            self.write_anew().await;
        }
        if self.core.kibana.get("default", self.instance.id()).is_some_and(|one| one.is_missing_secrets)
            && !self.written.secrets.is_null()
        {
            self.fails("the secrets are still missing");
        }
    }

    /// Terraform forgets it and imports it.
    async fn import(&mut self) {
        let imported = self.core.import(self.instance.id()).await;
        let imported = imported.unwrap_or_else(|said| self.fails(&format!("{:?}", texts(&said))));
        self.instance = imported;
        let generated = self.core.generate(&self.instance.state).await;
        // Beside what `custom` names there may be things that somebody left in Kibana and that no write would
        // get past.
        let any = self.written.in_custom;
        match self.core.plan(&generated, &mut self.instance).await {
            Ok(plan) if plan.action == Action::Nothing => {}
            Err(_) if any => {}
            Ok(plan) => self.fails(&format!("the generated plans {:?}", changes(self.core, &plan))),
            Err(said) => self.fails(&format!("the generated is refused: {:?}", texts(&said))),
        }
        self.writes();
        let config = self.config();
        match self.core.run(&config, &mut self.instance).await {
            Ok(_) => {}
            Err(said) if refusal_of_kibana(&said) => return self.write_anew().await,
            Err(said) => self.fails(&format!("{:?}", texts(&said))),
        }
        // What Kibana answers otherwise than it was written, and what `custom` does not name, comes as news.
        let is_faithful = self.release() != Release::Future && self.written.block() != "mcp";
        let sent = self.writes() > 0;
        if sent && self.written.secrets.is_null() && is_faithful && !self.written.in_custom {
            self.fails("an import of what is written sends something");
        }
        self.settled().await;
    }

    /// A write fails, and it is not always told whether it was done.
    async fn fail(&mut self) {
        let next = self.next();
        let config = next.config(&self.core.block);
        let fault = failure(&mut self.random);
        self.core.kibana.fail(fault);
        let failed = self.core.run(&config, &mut self.instance).await.is_err();
        self.core.kibana.clear_faults();
        self.log.push(format!("  failed: {failed}"));
        if !self.apply(next).await {
            self.write_anew().await;
        }
    }

    /// Kibana is upgraded.
    async fn upgrade(&mut self) {
        self.release = (self.release + 1).min(RELEASES.len() - 1);
        self.core.kibana.set_release(self.release());
        let same = self.written.clone();
        if !self.apply(same).await {
            self.write_anew().await;
        }
    }

    async fn go_on(&mut self) {
        if self.instance.state.is_null() || self.instance.tainted {
            self.log.push("create".to_owned());
            return self.write_anew().await;
        }
        // What an event left undone, such as an ignored change, is done first.
        let same = self.written.clone();
        if !self.apply(same).await {
            return self.write_anew().await;
        }
        let event = self.random.below(100);
        let (name, _) = *[
            ("write", 25),
            ("unknown", 40),
            ("convert", 48),
            ("ignore", 58),
            ("drift", 73),
            ("import", 83),
            ("fail", 95),
            ("upgrade", 100),
        ]
        .iter()
        .find(|(_, below)| event < *below)
        .unwrap();
        self.log.push(name.to_owned());
        match name {
            "write" => self.write_anew().await,
            "unknown" => self.write_unknown().await,
            "convert" => self.convert().await,
            "ignore" => self.ignore().await,
            "drift" => self.drift().await,
            "import" => self.import().await,
            "fail" => self.fail().await,
            _ => self.upgrade().await,
        }
    }
}

/// A value without what is null in it.
fn shown(value: &Value) -> String {
    let within = |values: Vec<String>| format!("{{{}}}", values.join(", "));
    match value {
        Value::Map(entries) => {
            let there = entries.iter().filter(|(_, value)| !value.is_null());
            within(there.map(|(name, value)| format!("{name}: {}", shown(value))).collect())
        }
        Value::List(items) => within(items.iter().map(shown).collect()),
        Value::Dynamic(typed) => shown(&typed.1),
        Value::Secret(secret) => format!("{:?}", secret.expose()),
        value => format!("{value:?}"),
    }
}

async fn histories(seed: u64) {
    let core = Core::new(Release::Current).await;
    for (number, ty) in TYPES.iter().enumerate() {
        for history in 0..HISTORIES {
            let mut random = Random::new(seed + history * 1000 + number as u64);
            let release = random.below(RELEASES.len());
            core.kibana.set_release(RELEASES[release]);
            let written = written(ty, &mut random, |_| true).unwrap();
            let instance = Instance::none();
            let log = vec![format!("seed {seed}, history {history}, {:?}", RELEASES[release])];
            let mut history =
                History { core: &core, ty, release, random, written, instance, version: 0, log };
            for _ in 0..EVENTS {
                history.go_on().await;
            }
            if !history.instance.state.is_null()
                && let Err(said) = core.destroy(&mut history.instance).await
            {
                history.fails(&format!("{:?}", texts(&said)));
            }
            if !core.kibana.connectors().is_empty() {
                history.fails("a connector was left behind");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_apply_is_enough_whatever_happened() {
    histories(70_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_apply_is_enough_whatever_else_happened() {
    histories(80_000).await;
}
