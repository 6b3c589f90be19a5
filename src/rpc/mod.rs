//! The provider as Terraform talks to it: one file per RPC that has anything to do, each of which decodes,
//! calls and encodes.
//!
//! Nothing is kept between calls but the configured provider, the stop signal, and how the caller uses
//! deferrals. Whatever goes wrong becomes a diagnostic: no call fails with a gRPC status, and a panic is
//! caught and told. What is served comes from `offer` and is known through traits alone; no connector is
//! known here.

mod apply_resource_change;
mod call;
mod configure_provider;
mod departure;
mod generate_resource_config;
mod get_functions;
mod get_metadata;
mod get_provider_schema;
mod get_resource_identity_schemas;
mod import_resource_state;
mod invoke_action;
mod list_resource;
mod move_resource_state;
mod plan_action;
mod plan_resource_change;
mod read_data_source;
mod read_resource;
mod upgrade_resource_identity;
mod upgrade_resource_state;
mod validate_action_config;
mod validate_data_resource_config;
mod validate_list_resource_config;
mod validate_provider_config;
mod validate_resource_config;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use call::{answer, not_served};
use tokio_stream::StreamExt as _;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, async_trait};

use crate::actions::Action;
use crate::data_sources::DataSource;
use crate::diag::Diagnostics;
use crate::lists::List;
use crate::offer::{Capabilities, Offer};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderRpc;
use crate::provider::Provider;
use crate::resources::Resource;
use crate::stop::Stop;

/// The provider's service.
#[derive(Debug, Default)]
pub struct Service {
    offer: Arc<Offer>,
    provider: RwLock<Arc<Provider>>,
    stop: RwLock<Stop>,
    /// Whether the caller allows deferrals while it plans, too.
    allows_deferral_in_plans: AtomicBool,
}

impl Service {
    #[cfg(test)]
    fn of(offer: Offer) -> Self {
        Self { offer: Arc::new(offer), ..Self::default() }
    }

    fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The same for what outlives the call, as a stream does.
    fn shared_offer(&self) -> Arc<Offer> {
        Arc::clone(&self.offer)
    }

    fn resource(&self, name: &str) -> Result<&dyn Resource, Diagnostics> {
        self.offer.resource(name).ok_or_else(|| not_served("resource type", name))
    }

    fn data_source(&self, name: &str) -> Result<&dyn DataSource, Diagnostics> {
        self.offer.data_source(name).ok_or_else(|| not_served("data source", name))
    }

    fn list(&self, name: &str) -> Result<&dyn List, Diagnostics> {
        self.offer.list(name).ok_or_else(|| not_served("list", name))
    }

    fn action(&self, name: &str) -> Result<&dyn Action, Diagnostics> {
        self.offer.action(name).ok_or_else(|| not_served("action", name))
    }

    fn provider(&self) -> Arc<Provider> {
        Arc::clone(&self.provider.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn configured(&self, provider: Provider) {
        *self.provider.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(provider);
    }

    /// Takes down which release of Terraform or OpenTofu calls.
    fn called_by(&self, version: &str) {
        self.allows_deferral_in_plans.store(call::allows_deferral_in_plans(version), Ordering::Relaxed);
    }

    /// What the caller of a plan can do; `deferral` only where it says that this is an apply.
    fn capabilities_in_plan(&self, client: Option<pb::ClientCapabilities>) -> Capabilities {
        let can = call::capabilities(client);
        let says_nothing = self.allows_deferral_in_plans.load(Ordering::Relaxed);
        Capabilities { deferral: can.deferral && !says_nothing, ..can }
    }

    /// The signal for calls that begin now.
    fn stop_signal(&self) -> Stop {
        self.stop.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops the calls that run; those that come later are not concerned.
    fn stop_running_calls(&self) {
        let mut current = self.stop.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, Stop::new()).stop();
    }
}

/// The RPCs for what we serve. All others answer UNIMPLEMENTED, which Terraform expects of a provider whose
/// schema has nothing that they are for.
#[async_trait]
impl ProviderRpc for Service {
    async fn get_metadata(
        &self,
        request: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        let request = request.into_inner();
        answer("GetMetadata", String::new(), get_metadata::handle(self, request)).await
    }

    async fn get_provider_schema(
        &self,
        request: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        let request = request.into_inner();
        answer("GetProviderSchema", String::new(), get_provider_schema::handle(self, request)).await
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        let request = request.into_inner();
        answer(
            "GetResourceIdentitySchemas",
            String::new(),
            get_resource_identity_schemas::handle(self, request),
        )
        .await
    }

    async fn get_functions(
        &self,
        request: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        let request = request.into_inner();
        answer("GetFunctions", String::new(), get_functions::handle(self, request)).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        answer("ValidateProviderConfig", String::new(), validate_provider_config::handle(self, request)).await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let request = request.into_inner();
        answer("ConfigureProvider", String::new(), configure_provider::handle(self, request)).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ValidateResourceConfig", name, validate_resource_config::handle(self, request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("UpgradeResourceState", name, upgrade_resource_state::handle(self, request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Result<Response<pb::upgrade_resource_identity::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("UpgradeResourceIdentity", name, upgrade_resource_identity::handle(self, request)).await
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ReadResource", name, read_resource::handle(self, request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("PlanResourceChange", name, plan_resource_change::handle(self, request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ApplyResourceChange", name, apply_resource_change::handle(self, request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ImportResourceState", name, import_resource_state::handle(self, request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let request = request.into_inner();
        let name = request.target_type_name.clone();
        answer("MoveResourceState", name, move_resource_state::handle(self, request)).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("GenerateResourceConfig", name, generate_resource_config::handle(self, request)).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Result<Response<pb::validate_data_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ValidateDataResourceConfig", name, validate_data_resource_config::handle(self, request)).await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Result<Response<pb::read_data_source::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ReadDataSource", name, read_data_source::handle(self, request)).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Result<Response<pb::validate_list_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ValidateListResourceConfig", name, validate_list_resource_config::handle(self, request)).await
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Result<Response<pb::validate_action_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ValidateActionConfig", name, validate_action_config::handle(self, request)).await
    }

    async fn plan_action(
        &self,
        request: Request<pb::plan_action::Request>,
    ) -> Result<Response<pb::plan_action::Response>, Status> {
        let request = request.into_inner();
        let name = request.action_type.clone();
        answer("PlanAction", name, plan_action::handle(self, request)).await
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<BoxStream<pb::list_resource::Event>>, Status> {
        Ok(Response::new(Box::pin(list_resource::handle(self, request.into_inner()).map(Ok))))
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Result<Response<BoxStream<pb::invoke_action::Event>>, Status> {
        Ok(Response::new(Box::pin(invoke_action::handle(self, request.into_inner()).map(Ok))))
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        self.stop_running_calls();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }
}
