//! A small Terraform core: runs the provider's RPCs in Terraform's order and checks every answer as Terraform
//! does.
//!
//! It calls the service directly, with the messages that would be on the wire, and keeps state and private
//! data between the steps. An answer that Terraform would refuse is a panic that says so; an error diagnostic
//! is a result.

use kibana_emulator::{Emulator, Options, Release};
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::{provider, wire};
use tonic::Request;

use crate::proposal::{ignore, proposed, state_json};
use crate::{checks, identity};

/// The message for a value, all of which fits the block.
pub(crate) fn message(value: &Value, block: &Block) -> pb::DynamicValue {
    pb::DynamicValue { msgpack: wire::msgpack::encode(value, block).unwrap(), json: Vec::new() }
}

/// The provider, configured for an emulated Kibana of its own.
pub(crate) struct Core {
    service: Service,
    pub(crate) type_name: String,
    pub(crate) block: Block,
    pub(crate) kibana: Emulator,
}

/// What Terraform stores of one resource; the state is null where nothing exists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Instance {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) tainted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Create,
    Update,
    Replace,
}

/// A plan that Terraform accepted.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) action: Action,
    pub(crate) prior: Value,
    pub(crate) value: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) said: Vec<pb::Diagnostic>,
    ignored: Vec<Vec<&'static str>>,
}

/// When Terraform plans: an apply plans once more, and says then what it can do.
#[derive(Clone, Copy)]
enum Walk {
    Plan,
    Apply,
}

impl Walk {
    fn capabilities(self) -> Option<pb::ClientCapabilities> {
        let deferral_allowed = matches!(self, Self::Apply);
        capabilities().map(|can| pb::ClientCapabilities { deferral_allowed, ..can })
    }
}

/// Errors of a step, with the warnings beside them.
pub(crate) type Refusal = Vec<pb::Diagnostic>;

impl Instance {
    pub(crate) fn none() -> Self {
        Self { state: Value::Null, private: Vec::new(), tainted: false }
    }

    pub(crate) fn id(&self) -> &str {
        self.state.get("id").as_str().unwrap_or_default()
    }
}

/// The texts of diagnostics, for messages of tests about configurations without secrets.
pub(crate) fn texts(said: &[pb::Diagnostic]) -> Vec<String> {
    said.iter().map(|one| format!("{}: {}", one.summary, one.detail)).collect()
}

pub(crate) fn judged(said: Vec<pb::Diagnostic>, rpc: &str) -> (Vec<pb::Diagnostic>, bool) {
    for one in &said {
        assert_ne!(one.severity(), pb::diagnostic::Severity::Invalid, "{rpc}: a diagnostic without severity");
        assert!(!one.summary.is_empty() && !one.detail.is_empty(), "{rpc}: a diagnostic without words");
        assert_ne!(one.summary, "The provider failed", "{rpc}: {}", one.detail);
        let steps = one.attribute.iter().flat_map(|path| &path.steps);
        steps.for_each(|step| assert!(step.selector.is_some(), "{rpc}: a path with an empty step"));
    }
    let failed = said.iter().any(|one| one.severity() == pb::diagnostic::Severity::Error);
    (said, failed)
}

fn keeps_the_rules(rpc: &str, found: &[String]) {
    assert!(found.is_empty(), "{rpc}: Terraform refuses the answer:\n{}", found.join("\n"));
}

impl Core {
    pub(crate) async fn new(release: Release) -> Self {
        Self::with(Options { release, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let kibana = Emulator::start(options).await.unwrap();
        let (service, type_name) = (Service::default(), String::new());
        let mut core = Self { service, type_name, block: Block::default(), kibana };
        core.turn_to("kibana_connector");
        core.begin().await;
        core
    }

    /// Begins another command: for each one Terraform starts the provider anew, which then knows nothing of
    /// what the one before was told.
    async fn begin(&self) {
        let schema = &provider::schema().block;
        let mut config = schema.empty_value();
        config.set("endpoint", Value::text(self.kibana.url()));
        config.set("preflight", Value::Bool(false));
        config.set("api_key", Value::text("dGVzdDphLWtleS1mb3ItdGVzdHM="));
        config.set("retry_timeout_seconds", Value::Number(0_i64.into()));
        let said = self.configure(&config).await;
        assert!(!judged(said, "ConfigureProvider").1);
    }

    /// The provider itself, for what this core does not do.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Configures the provider anew; gives back what it says.
    pub(crate) async fn configure(&self, config: &Value) -> Vec<pb::Diagnostic> {
        let request = pb::configure_provider::Request {
            config: Some(message(config, &provider::schema().block)),
            ..Default::default()
        };
        self.service.configure_provider(Request::new(request)).await.unwrap().into_inner().diagnostics
    }

    /// Deals with this resource type from now on.
    pub(crate) fn turn_to(&mut self, type_name: &str) {
        self.block = Offer::default().resource(type_name).unwrap().schema().block.clone();
        self.type_name = type_name.to_owned();
    }

    fn message(&self, value: &Value) -> Option<pb::DynamicValue> {
        Some(message(value, &self.block))
    }

    fn value(&self, rpc: &str, message: Option<&pb::DynamicValue>) -> Value {
        let value = wire::decode(message, &self.block).unwrap_or_else(|error| panic!("{rpc}: {error}"));
        assert!(value.conforms(&self.block.implied_type()), "{rpc}: a value of the wrong shape");
        keeps_the_rules(rpc, &checks::write_only_left(&self.block, &value, ""));
        value
    }

    pub(crate) fn known(&self, rpc: &str, message: Option<&pb::DynamicValue>) -> Value {
        let value = self.value(rpc, message);
        assert!(value.is_wholly_known(), "{rpc}: unknown values are left");
        value
    }

    /// A configuration as it arrives: texts of sensitive attributes are secrets.
    pub(crate) fn config(&self, config: &Value) -> Value {
        wire::decode(self.message(config).as_ref(), &self.block).unwrap()
    }

    pub(crate) async fn validate(&self, config: &Value) -> Result<(), Refusal> {
        self.validate_for(config, capabilities()).await
    }

    /// The same for a core that can do less.
    pub(crate) async fn validate_for(
        &self,
        config: &Value,
        client_capabilities: Option<pb::ClientCapabilities>,
    ) -> Result<(), Refusal> {
        let request = pb::validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: self.message(config),
            client_capabilities,
        };
        let answer = self.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "ValidateResourceConfig");
        if failed { Err(said) } else { Ok(()) }
    }

    /// State as the file holds it becomes a value again.
    pub(crate) async fn upgrade(&self, state: &Value) -> Result<Value, Refusal> {
        let json = serde_json::to_vec(&state_json(&self.block, state)).unwrap();
        let request = pb::upgrade_resource_state::Request {
            type_name: self.type_name.clone(),
            raw_state: Some(pb::RawState { json, ..Default::default() }),
            ..Default::default()
        };
        let answer = self.service.upgrade_resource_state(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "UpgradeResourceState");
        if failed {
            return Err(said);
        }
        Ok(self.known("UpgradeResourceState", answer.upgraded_state.as_ref()))
    }

    /// Looks at what exists, as `terraform refresh` does; gives back what is said.
    pub(crate) async fn refresh(&self, instance: &mut Instance) -> Result<Refusal, Refusal> {
        if instance.state.is_null() {
            return Ok(Vec::new());
        }
        self.begin().await;
        let current = self.upgrade(&instance.state).await?;
        let request = pb::read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: self.message(&current),
            private: instance.private.clone(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.service.read_resource(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "ReadResource");
        let state = self.known("ReadResource", answer.new_state.as_ref());
        identity::is_of("ReadResource", answer.new_identity.as_ref(), &state);
        if failed {
            assert!(checks::equal(&state, &current), "ReadResource: a failed look changes the state");
            return Err(said);
        }
        let gone = state.is_null();
        *instance = Instance {
            state,
            private: if gone { Vec::new() } else { answer.private },
            tainted: instance.tainted && !gone,
        };
        Ok(said)
    }

    async fn plan_once(
        &self,
        walk: Walk,
        config: &Value,
        prior: &Value,
        private: &[u8],
    ) -> Result<Planned, Refusal> {
        let request = pb::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: self.message(prior),
            proposed_new_state: self.message(&proposed(&self.block, prior, config)),
            config: self.message(config),
            prior_private: private.to_vec(),
            client_capabilities: walk.capabilities(),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        assert!(answer.deferred.is_none() && !answer.legacy_type_system);
        let (said, failed) = judged(answer.diagnostics, "PlanResourceChange");
        let value = self.value("PlanResourceChange", answer.planned_state.as_ref());
        identity::is_of("PlanResourceChange", answer.planned_identity.as_ref(), &value);
        if failed {
            return Err(said);
        }
        let found = checks::plan_is_valid(&self.block, prior, config, &value, "");
        keeps_the_rules("PlanResourceChange", &found);
        let replaces = checks::replaces(&self.block, prior, &value, &answer.requires_replace);
        Ok(Planned { value, private: answer.planned_private, replaces, said })
    }

    /// Plans from what is known, without a look.
    pub(crate) async fn plan_from(&self, config: &Value, instance: &Instance) -> Result<Plan, Refusal> {
        self.plan_ignoring(config, &[], instance).await
    }

    /// Plans from what is known; changes at these paths count for nothing, as under `ignore_changes`.
    pub(crate) async fn plan_ignoring(
        &self,
        config: &Value,
        ignored: &[Vec<&'static str>],
        instance: &Instance,
    ) -> Result<Plan, Refusal> {
        self.plan_in(Walk::Plan, config, ignored, instance).await
    }

    async fn plan_in(
        &self,
        walk: Walk,
        config: &Value,
        ignored: &[Vec<&'static str>],
        instance: &Instance,
    ) -> Result<Plan, Refusal> {
        self.validate(config).await?;
        let mut config = self.config(config);
        if !instance.tainted {
            ignored.iter().for_each(|path| ignore(&mut config, &instance.state, path));
        }
        let config = &config;
        // Terraform plans what is tainted as if it did not exist.
        let (prior, private): (&Value, &[u8]) = match instance.tainted {
            true => (&Value::Null, &[]),
            false => (&instance.state, &instance.private),
        };
        let first = self.plan_once(walk, config, prior, private).await?;
        let (action, planned) = if prior.is_null() {
            (if instance.tainted { Action::Replace } else { Action::Create }, first)
        } else if checks::identical(&first.value, prior) {
            (Action::Nothing, first)
        } else if first.replaces {
            let second = self.plan_once(walk, config, &Value::Null, &first.private).await?;
            (Action::Replace, Planned { said: first.said, ..second })
        } else {
            (Action::Update, first)
        };
        Ok(Plan {
            action,
            prior: instance.state.clone(),
            value: planned.value,
            private: planned.private,
            said: planned.said,
            ignored: ignored.to_vec(),
        })
    }

    /// Looks, then plans.
    pub(crate) async fn plan(&self, config: &Value, instance: &mut Instance) -> Result<Plan, Refusal> {
        self.refresh(instance).await?;
        self.plan_from(config, instance).await
    }

    /// Carries out a plan; `instance` is what exists then, also after an error. Warnings come back.
    pub(crate) async fn apply(
        &self,
        config: &Value,
        plan: &Plan,
        instance: &mut Instance,
    ) -> Result<Refusal, Refusal> {
        match plan.action {
            Action::Nothing => return Ok(plan.said.clone()),
            Action::Replace => self.destroy(instance).await?,
            Action::Create | Action::Update => {}
        }
        // Terraform upgrades, validates and plans again, and both plans have to agree.
        let state =
            if instance.state.is_null() { Value::Null } else { self.upgrade(&instance.state).await? };
        let now = Instance { state, ..instance.clone() };
        let again = self.plan_in(Walk::Apply, config, &plan.ignored, &now).await?;
        if (plan.action, again.action) == (Action::Update, Action::Nothing) {
            // What was unknown turns out to be what was there.
            let found = checks::is_compatible(&self.block, &plan.value, &again.value, "");
            keeps_the_rules("the plan at apply", &found);
            return Ok(again.said);
        }
        let expected = if plan.action == Action::Replace { Action::Create } else { plan.action };
        assert_eq!(again.action, expected, "inconsistent final plan: the action changes");
        let found = checks::is_compatible(&self.block, &plan.value, &again.value, "");
        keeps_the_rules("the plan at apply", &found);

        let request = pb::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: self.message(&instance.state),
            planned_state: self.message(&again.value),
            config: self.message(config),
            planned_private: again.private.clone(),
            ..Default::default()
        };
        let answer = self.service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "ApplyResourceChange");
        let state = self.known("ApplyResourceChange", answer.new_state.as_ref());
        identity::is_of("ApplyResourceChange", answer.new_identity.as_ref(), &state);
        if failed {
            let lost = state.is_null() && !instance.state.is_null();
            assert!(!lost, "ApplyResourceChange: a failed update loses the state");
            let tainted = instance.state.is_null() && !state.is_null();
            *instance = Instance { state, private: answer.private, tainted };
            return Err(said);
        }
        keeps_the_rules("ApplyResourceChange", &checks::is_compatible(&self.block, &again.value, &state, ""));
        *instance = Instance { state, private: answer.private, tainted: false };
        Ok(said)
    }

    /// Plans and applies.
    pub(crate) async fn run(
        &self,
        config: &Value,
        instance: &mut Instance,
    ) -> Result<(Action, Refusal), Refusal> {
        let plan = self.plan(config, instance).await?;
        let said = self.apply(config, &plan, instance).await?;
        Ok((plan.action, said))
    }

    /// Imports by ID and looks, as Terraform does.
    pub(crate) async fn import(&self, id: &str) -> Result<Instance, Refusal> {
        self.import_by(id, None).await
    }

    /// Imports by ID or, where there is one, by identity.
    pub(crate) async fn import_by(&self, id: &str, identity: Option<&Value>) -> Result<Instance, Refusal> {
        self.imported(id, identity).await.map(|(instance, _)| instance)
    }

    /// The same with what is said.
    pub(crate) async fn imported(
        &self,
        id: &str,
        identity: Option<&Value>,
    ) -> Result<(Instance, Refusal), Refusal> {
        let request = pb::import_resource_state::Request {
            type_name: self.type_name.clone(),
            id: id.to_owned(),
            identity: identity.map(identity::message),
            client_capabilities: capabilities(),
        };
        let answer = self.service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
        let (mut said, failed) = judged(answer.diagnostics, "ImportResourceState");
        if failed {
            return Err(said);
        }
        let [imported] = answer.imported_resources.as_slice() else {
            panic!("ImportResourceState: not one resource but {}", answer.imported_resources.len());
        };
        assert_eq!(imported.type_name, self.type_name);
        let state = self.known("ImportResourceState", imported.state.as_ref());
        identity::is_of("ImportResourceState", imported.identity.as_ref(), &state);
        let mut instance = Instance { state, private: imported.private.clone(), tainted: false };
        said.extend(self.refresh(&mut instance).await?);
        assert!(!instance.state.is_null(), "ReadResource: what does not exist is imported");
        Ok((instance, said))
    }

    /// The configuration for what was imported.
    pub(crate) async fn generate(&self, state: &Value) -> Value {
        let request = pb::generate_resource_config::Request {
            type_name: self.type_name.clone(),
            state: self.message(state),
        };
        let answer = self.service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
        assert!(!judged(answer.diagnostics, "GenerateResourceConfig").1);
        self.known("GenerateResourceConfig", answer.config.as_ref())
    }

    /// Plans a destroy and carries it out.
    pub(crate) async fn destroy(&self, instance: &mut Instance) -> Result<(), Refusal> {
        let null = self.message(&Value::Null);
        let request = pb::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: self.message(&instance.state),
            proposed_new_state: null.clone(),
            config: null.clone(),
            prior_private: instance.private.clone(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "PlanResourceChange");
        if failed {
            return Err(said);
        }
        identity::is_of("PlanResourceChange", answer.planned_identity.as_ref(), &instance.state);
        let planned = self.value("PlanResourceChange", answer.planned_state.as_ref());
        assert!(planned.is_null(), "PlanResourceChange: a destroy that plans something");
        let request = pb::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: self.message(&instance.state),
            planned_state: null.clone(),
            config: null,
            planned_private: answer.planned_private,
            ..Default::default()
        };
        let answer = self.service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "ApplyResourceChange");
        let state = self.known("ApplyResourceChange", answer.new_state.as_ref());
        identity::is_of("ApplyResourceChange", answer.new_identity.as_ref(), &state);
        if failed {
            assert!(!state.is_null(), "ApplyResourceChange: a failed delete loses the state");
            return Err(said);
        }
        assert!(state.is_null(), "ApplyResourceChange: a delete that leaves something without an error");
        *instance = Instance::none();
        Ok(())
    }
}

struct Planned {
    value: Value,
    private: Vec<u8>,
    replaces: bool,
    said: Vec<pb::Diagnostic>,
}

fn capabilities() -> Option<pb::ClientCapabilities> {
    Some(pb::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() })
}
