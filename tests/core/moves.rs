//! Moves between resource types, as Terraform makes them for a `moved` block, and what they leave to plan.

use kibana_emulator::Release;
use serde_json::{Value as Json, json};
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::from_json;
use tonic::Request;

use crate::core::{Action, Core, Instance, Refusal, judged};
use crate::proposal::state_json;

impl Core {
    /// Moves a state of the elasticstack provider; gives back what is said.
    pub(crate) async fn moved(
        &self,
        source: &str,
        version: i64,
        target: &str,
        state: &serde_json::Value,
    ) -> Vec<pb::Diagnostic> {
        let request = pb::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
            source_type_name: source.to_owned(),
            source_schema_version: version,
            source_state: Some(pb::RawState { json: state.to_string().into_bytes(), ..Default::default() }),
            target_type_name: target.to_owned(),
            ..Default::default()
        };
        self.service().move_resource_state(Request::new(request)).await.unwrap().into_inner().diagnostics
    }

    /// Moves an instance of another of our resource types to this one, and looks, as Terraform does.
    pub(crate) async fn take_over(&self, from: &str, instance: &Instance) -> Result<Instance, Refusal> {
        let source = Offer::default().resource(from).unwrap().schema().block.clone();
        let json = serde_json::to_vec(&state_json(&source, &instance.state)).unwrap();
        let request = pb::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/kibana-rs/kibana".to_owned(),
            source_type_name: from.to_owned(),
            source_state: Some(pb::RawState { json, ..Default::default() }),
            source_private: instance.private.clone(),
            target_type_name: self.type_name.clone(),
            ..Default::default()
        };
        let answer = self.service().move_resource_state(Request::new(request)).await.unwrap().into_inner();
        let (said, failed) = judged(answer.diagnostics, "MoveResourceState");
        if failed {
            return Err(said);
        }
        let state = self.known("MoveResourceState", answer.target_state.as_ref());
        let mut moved = Instance { state, private: answer.target_private, tainted: instance.tainted };
        self.refresh(&mut moved).await?;
        Ok(moved)
    }
}

/// A connector in the block of its type, with these texts, numbers and blocks.
fn typed(core: &Core, block: &str, written: &Json) -> Value {
    let mut config = core.block.empty_value();
    config.set("name", Value::text("n"));
    config.set(block, filled(core.block.block(block).map(|nested| &nested.block).unwrap(), written));
    config
}

fn filled(block: &Block, written: &Json) -> Value {
    let mut value = block.empty_value();
    for (name, json) in written.as_object().unwrap() {
        let inner = block.block(name).map(|nested| filled(&nested.block, json));
        value.set(name, inner.unwrap_or_else(|| from_json(json).1));
    }
    value
}

/// The same connector in Kibana's own JSON.
fn custom(core: &Core, type_id: &str, config: &Json, secrets: &Json) -> Value {
    let block = json!({
        "connector_type_id": type_id,
        "config_json": config.to_string(),
        "secrets_json": secrets.to_string(),
    });
    typed(core, "custom", &block)
}

/// Connector types whose config Kibana completes: type, block, and the same twice.
fn completed() -> [(&'static str, &'static str, [Json; 2], Json); 4] {
    let url = "https://a.example";
    [
        (
            ".webhook",
            "webhook",
            [json!({"url": url}), json!({"user": "u", "password": "p"})],
            json!({"url": url, "secrets": {"user": "u", "password": "p"}}),
        ),
        (
            ".gen-ai",
            "genai_openai",
            [json!({"apiProvider": "OpenAI", "apiUrl": url}), json!({"apiKey": "k"})],
            json!({"api_url": url, "secrets": {"api_key": "k"}}),
        ),
        (
            ".bedrock",
            "bedrock",
            [json!({"apiUrl": url}), json!({"accessKey": "a", "secret": "s"})],
            json!({"api_url": url, "secrets": {"access_key": "a", "secret": "s"}}),
        ),
        (
            ".swimlane",
            "swimlane",
            [
                json!({"apiUrl": url, "appId": "1", "connectorType": "all", "mappings": {}}),
                json!({"apiToken": "t"}),
            ],
            json!({
                "api_url": url, "app_id": "1", "connector_type": "all", "mappings": {},
                "secrets": {"api_token": "t"},
            }),
        ),
    ]
}

fn puts(core: &Core) -> usize {
    core.kibana.requests().iter().filter(|one| one.method == "PUT").count()
}

#[tokio::test]
async fn what_kibana_completed_is_no_change_after_a_move() {
    let mut core = Core::new(Release::Newest).await;
    for (type_id, block, [config, secrets], written) in completed() {
        let narrow = format!("kibana_connector_{block}");
        for [from, to] in [["kibana_connector_custom", &narrow], [&narrow, "kibana_connector_custom"]] {
            let hcl = |core: &Core| match core.type_name.as_str() {
                "kibana_connector_custom" => custom(core, type_id, &config, &secrets),
                _ => typed(core, block, &written),
            };
            core.turn_to(from);
            let mut instance = Instance::none();
            core.run(&hcl(&core), &mut instance).await.unwrap();
            core.turn_to(to);
            let mut moved = core.take_over(from, &instance).await.unwrap();
            let plan = core.plan(&hcl(&core), &mut moved).await.unwrap();
            assert_eq!((plan.action, puts(&core)), (Action::Nothing, 0), "{from} to {to}");
            core.destroy(&mut moved).await.unwrap();
        }
    }
}
