//! Random histories of connectors from Kibana's own catalogue: what may happen to them, in any order, and
//! after each of it one apply is enough.
//!
//! Releases that write `authType` into the config and such that do not, drift, imports, refused and lost
//! writes, values that are known only at apply, a switch from shared credentials to signing in, and back.

use kibana_emulator::{Options, Release, Settings};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::catalog::auth;
use terraform_provider_kibana::value::Value;

use crate::blur::{blur, blur_block};
use crate::catalogue::{Entry, Written, entries, written};
use crate::core::{Action, Core, Instance, Refusal, texts};
use crate::generate::Form;
use crate::lives::changes;
use crate::random::{Random, failure};

const RELEASES: [Release; 3] = [Release::Current, Release::Newest, Release::Future];
/// Histories per type.
const HISTORIES: u64 = 1;
/// Events per history.
const EVENTS: usize = 12;

struct History<'a> {
    core: &'a Core,
    catalogue: &'static [Entry],
    entry: &'static Entry,
    release: usize,
    random: Random,
    written: Written,
    instance: Instance,
    version: i64,
    /// What has happened, for the message of a failure.
    log: Vec<String>,
}

impl History<'_> {
    fn fails(&self, why: &str) -> ! {
        let log = self.log.join("\n      ");
        panic!("{}: {why}\nwritten: {:?}\nafter {log}", self.entry.id, self.written)
    }

    fn told(&self, what: &str, said: &Refusal) -> ! {
        self.fails(&format!("{what}: {:?}", texts(said)))
    }

    fn release(&self) -> Release {
        RELEASES[self.release]
    }

    fn config(&self) -> Value {
        self.written.config(&self.core.block)
    }

    /// Another configuration, mostly of the same type.
    fn next(&mut self) -> Written {
        let release = self.release();
        let there: Vec<&'static Entry> = self.catalogue.iter().filter(|one| one.is_in(release)).collect();
        let entry = if self.random.percent(8) { self.random.pick(&there) } else { self.entry };
        let mut next = written(entry, release, &mut self.random);
        if next.entry.id == self.written.entry.id
            && next.auth.name == self.written.auth.name
            && self.random.percent(50)
        {
            // Mostly the secrets stay.
            next.values = self.written.values.clone();
        }
        next.form = match self.random.below(20) {
            0..=11 => Form::Stored,
            // The hash costs time, so there are few of these.
            12 => Form::WriteOnly { version: None },
            _ => {
                self.version += i64::from(self.random.percent(70));
                Form::WriteOnly { version: Some(self.version) }
            }
        };
        next
    }

    fn writes(&self) -> usize {
        let requests = self.core.kibana.requests();
        self.core.kibana.clear_requests();
        requests.iter().filter(|request| matches!(request.method.as_str(), "POST" | "PUT")).count()
    }

    /// Applies a configuration, which Kibana takes.
    async fn apply(&mut self, next: Written) {
        let crosses = self.must_cross(&next);
        self.written = next;
        self.writes();
        let config = self.config();
        match self.core.run(&config, &mut self.instance).await {
            Ok((action, said)) => {
                self.log.push(format!("  {action:?} {:?}", texts(&said)));
                if crosses && action != Action::Replace {
                    self.fails("Kibana refuses such a change in place");
                }
            }
            Err(said) => self.told("an apply", &said),
        }
        self.settled().await;
    }

    /// Whether a change leads to or from an authentication with which each user signs in.
    fn must_cross(&self, next: &Written) -> bool {
        let held = self.instance.state.get("spec");
        let (mode, held) = (held.get("auth_mode").as_str(), held.get("auth_type").as_str());
        let secrets = next.secrets_json();
        let asked = secrets.get("authType").and_then(Json::as_str).unwrap_or_default();
        match mode {
            Some("per-user") => held.is_some_and(|held| held != asked),
            Some(_) => held != Some(asked) && auth::is_per_user(asked).unwrap_or_default(),
            None => false,
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
                Err(said) => self.told("a second plan", &said),
            }
        }
        let Some(stored) = self.core.kibana.get("default", self.instance.id()) else {
            self.fails("Kibana has no such connector")
        };
        let written = &self.written;
        if stored.name != written.name || stored.connector_type_id != written.entry.id {
            self.fails("another name or type");
        }
        let known: Vec<&str> = written.entry.known(self.release()).map(|(key, _, _)| key.as_str()).collect();
        let cut = |json: &Json| json.as_str().map(|text| text.trim().trim_end_matches('/').to_owned());
        let there = written.config.iter().filter(|(_, json)| !json.is_null());
        for (key, json) in there.filter(|(key, _)| known.contains(&key.as_str())) {
            if stored.config.get(key).and_then(cut) != cut(json) {
                self.fails(&format!("Kibana holds {:?} as {key}", stored.config.get(key)));
            }
        }
        // What an older release ignored stays ignored until the next write.
        let knows_actions = sent && self.release() != Release::Current;
        if knows_actions
            && !written.actions.is_empty()
            && stored.config.get("selectedActions") != Some(&json!(written.actions))
        {
            self.fails("other actions");
        }
        let secrets = written.secrets_json();
        if stored.config.get("authType") != secrets.get("authType") {
            self.fails("another authentication in the config");
        }
        let is_stored = written.form == Form::Stored || sent;
        if let Some((key, _)) =
            secrets.iter().find(|(key, json)| is_stored && stored.secrets.get(*key) != Some(json))
        {
            self.fails(&format!("Kibana holds another secret {key}"));
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
        let mut blurred = next.partly_unknown(&self.core.block, &mut self.random);
        let share = *self.random.pick(&[0, 30, 100]);
        let schema = &self.core.block.block("spec").unwrap().block;
        if share > 0 {
            for name in ["name", "secrets_wo", "secrets_wo_version"] {
                let value = blur(config.get(name), &mut self.random, share);
                blurred.set(name, value);
            }
            let spec = blur_block(schema, config.get("spec"), &mut self.random, share);
            blurred.set("spec", spec);
            // What only Kibana says is never configured.
            let mut spec = blurred.get("spec").clone();
            ["auth_type", "auth_mode"].iter().for_each(|name| spec.set(name, Value::Null));
            blurred.set("spec", spec);
        }
        let mut instance = self.instance.clone();
        let plan = match self.core.plan(&blurred, &mut instance).await {
            Ok(plan) => plan,
            Err(said) => self.told("with unknown values", &said),
        };
        // It turns out to need a replacement, which is too late to plan. The next plan knows.
        let is_too_late = plan.action == Action::Update && self.must_cross(&next);
        match self.core.apply(&config, &plan, &mut instance).await {
            Err(said) if is_too_late => {
                assert!(
                    texts(&said)[0].starts_with("The authentication cannot be changed in place"),
                    "{said:?}"
                );
                self.log.push("  refused".to_owned());
                assert_eq!(self.writes(), 0, "{:?}", self.log);
            }
            Ok(_) if is_too_late => self.fails("Kibana refuses such a change in place"),
            Ok(_) => {
                self.instance = instance;
                self.written = next;
                self.writes();
                self.settled().await;
            }
            Err(said) => self.told("with unknown values", &said),
        }
    }

    /// A configuration of which some changes are ignored.
    async fn ignore(&mut self) {
        let next = self.next();
        let ignored = vec![match self.random.below(6) {
            0 => vec!["name"],
            1 => vec!["spec"],
            2 => vec!["spec", "secrets"],
            3 => vec!["secrets_wo"],
            4 => vec!["spec", "config"],
            _ => vec!["spec", "selected_actions"],
        }];
        let config = next.config(&self.core.block);
        self.log.push(format!("  {ignored:?} of {next:?}"));
        if let Err(said) = self.core.refresh(&mut self.instance).await {
            self.told("a refresh", &said);
        }
        // What is left of a configuration may be one that nobody would accept.
        let Ok(plan) = self.core.plan_ignoring(&config, &ignored, &self.instance).await else { return };
        if plan.action == Action::Replace {
            return;
        }
        if let Err(said) = self.core.apply(&config, &plan, &mut self.instance).await {
            return self.log.push(format!("  refused: {:?}", texts(&said)));
        }
        if let Err(said) = self.core.refresh(&mut self.instance).await {
            self.told("a refresh", &said);
        }
        match self.core.plan_ignoring(&config, &ignored, &self.instance).await {
            Ok(plan) if plan.action == Action::Nothing => {}
            Ok(plan) => self.fails(&format!("still to do: {:?}", changes(self.core, &plan))),
            Err(said) => self.told("a second plan", &said),
        }
    }

    /// Somebody changes something in Kibana.
    async fn drift(&mut self) {
        let (id, entry, random) = (self.instance.id().to_owned(), self.written.entry, &mut self.random);
        let kibana = &self.core.kibana;
        let kind = random.below(9);
        self.log.push(format!("  of kind {kind}"));
        let set = |key: &str, json: Json| {
            kibana.edit("default", &id, |connector| drop(connector.config.insert(key.to_owned(), json)));
        };
        match kind {
            0 => drop(kibana.remove("default", &id)),
            1 => drop(kibana.edit("default", &id, |connector| connector.name.push('!'))),
            2 => drop(kibana.edit("default", &id, |connector| connector.is_missing_secrets = true)),
            3 => set("futureSetting", json!({"a": [1]})),
            4 => set("selectedActions", json!(["somethingElse"])),
            8 => set("authType", json!(random.pick(&["basic", "bearer", "none"]))),
            5 => drop(
                kibana
                    .edit("default", &id, |connector| connector.connector_type_id = ".server-log".to_owned()),
            ),
            _ if entry.keys.is_empty() => {}
            6 => {
                let (key, _, _) = random.pick(&entry.keys);
                kibana.edit("default", &id, |connector| drop(connector.config.remove(key)));
            }
            _ => set(&random.pick(&entry.keys).0, json!("https://somebody-elses.example")),
        }
        let same = self.written.clone();
        self.apply(same).await;
        if self.core.kibana.get("default", self.instance.id()).is_some_and(|one| one.is_missing_secrets) {
            self.fails("the secrets are still missing");
        }
    }

    /// Terraform forgets it and imports it.
    async fn import(&mut self) {
        let imported = self.core.import(self.instance.id()).await;
        self.instance = imported.unwrap_or_else(|said| self.told("an import", &said));
        let generated = self.core.generate(&self.instance.state).await;
        match self.core.plan(&generated, &mut self.instance).await {
            Ok(plan) if plan.action == Action::Nothing => {}
            Ok(plan) => self.fails(&format!("the generated plans {:?}", changes(self.core, &plan))),
            Err(said) => self.told("the generated", &said),
        }
        let same = self.written.clone();
        self.apply(same).await;
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
        self.apply(next).await;
    }

    async fn go_on(&mut self) {
        if self.instance.state.is_null() || self.instance.tainted {
            self.log.push("create".to_owned());
            return self.write_anew().await;
        }
        // What an event left undone, such as an ignored change, is done first.
        let same = self.written.clone();
        self.apply(same).await;
        let event = self.random.below(100);
        let (name, _) = *[
            ("write", 28),
            ("unknown", 46),
            ("ignore", 58),
            ("drift", 74),
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
            "ignore" => self.ignore().await,
            "drift" => self.drift().await,
            "import" => self.import().await,
            "fail" => self.fail().await,
            _ => {
                self.release = (self.release + 1).min(RELEASES.len() - 1);
                self.core.kibana.set_release(self.release());
                let same = self.written.clone();
                self.apply(same).await;
            }
        }
    }
}

async fn histories(seed: u64, copies_auth_type: bool) {
    let settings = Settings { copies_auth_type, ..Settings::default() };
    let mut core = Core::with(Options { settings, ..Options::default() }).await;
    core.turn_to("kibana_connector_spec");
    let catalogue: &'static [Entry] = Box::leak(entries().into_boxed_slice());
    for (number, entry) in catalogue.iter().enumerate() {
        for history in 0..HISTORIES {
            let mut random = Random::new(seed + history * 1000 + number as u64);
            let later: Vec<_> = (0..RELEASES.len()).filter(|at| entry.is_in(RELEASES[*at])).collect();
            let release = *random.pick(&later);
            core.kibana.set_release(RELEASES[release]);
            let written = written(entry, RELEASES[release], &mut random);
            let instance = Instance::none();
            let log = vec![format!("seed {seed}, history {history}, {:?}", RELEASES[release])];
            let mut history = History {
                core: &core,
                catalogue,
                entry,
                release,
                random,
                written,
                instance,
                version: 0,
                log,
            };
            for _ in 0..EVENTS {
                history.go_on().await;
            }
            if !history.instance.state.is_null()
                && let Err(said) = core.destroy(&mut history.instance).await
            {
                history.told("a destroy", &said);
            }
            if !core.kibana.connectors().is_empty() {
                history.fails("a connector was left behind");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_apply_is_enough_whatever_happened_to_a_connector_of_the_catalogue() {
    histories(90_000, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_apply_is_enough_where_kibana_copies_no_authentication_into_the_config() {
    histories(95_000, false).await;
}
