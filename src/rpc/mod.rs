//! The provider as Terraform talks to it: one file per RPC, each of which decodes, calls and encodes.
//!
//! Nothing is kept between calls but the configured provider and the stop signal. Whatever goes wrong becomes a
//! diagnostic: no call fails with a gRPC status, and a panic is caught and told. Knows `resources` and `provider`
//! through their traits only, and no connector.

mod apply_resource_change;
mod configure_provider;
mod generate_resource_config;
mod get_functions;
mod get_metadata;
mod get_provider_schema;
mod get_resource_identity_schemas;
mod import_resource_state;
mod plan_resource_change;
mod read_resource;
mod upgrade_resource_state;
mod validate_provider_config;
mod validate_resource_config;

use crate::diag::Diagnostics;
use crate::plugin::panic::{CaughtPanic, caught};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderRpc;
use crate::provider::Provider;
use crate::resources::{self, Context, Resource};
use crate::stop::Stop;
use crate::value::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tonic::{Request, Response, Status, async_trait};
use tracing::debug;

/// The provider's service.
pub struct Service {
    resources: Vec<Box<dyn Resource>>,
    provider: RwLock<Arc<Provider>>,
    stop: RwLock<Stop>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Default for Service {
    fn default() -> Self {
        Self {
            resources: resources::all(),
            provider: RwLock::new(Arc::new(Provider::NotConfigured)),
            stop: RwLock::new(Stop::new()),
        }
    }
}

impl Service {
    fn resource(&self, type_name: &str) -> Result<&dyn Resource, Diagnostics> {
        let found = self.resources.iter().find(|resource| resource.type_name() == type_name);
        found.map(AsRef::as_ref).ok_or_else(|| {
            let mut diagnostics = Diagnostics::new();
            let detail = format!("This provider has no resource type {type_name:?}.");
            diagnostics.error(Path::root(), "Unknown resource type", detail);
            diagnostics
        })
    }

    fn provider(&self) -> Arc<Provider> {
        Arc::clone(&self.provider.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn configured(&self, provider: Provider) {
        *self.provider.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(provider);
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

/// What an operation on a resource needs, held for the length of one call.
struct Call {
    provider: Arc<Provider>,
    stop: Stop,
}

impl Call {
    fn begin(service: &Service) -> Self {
        Self { provider: service.provider(), stop: service.stop_signal() }
    }

    fn context(&self) -> Context<'_> {
        Context { provider: &self.provider, stop: &self.stop }
    }
}

/// A response that can say that something went wrong.
trait Answer: Default {
    /// Adds diagnostics to it.
    fn tell(&mut self, diagnostics: Diagnostics);

    /// A response with diagnostics and nothing else.
    fn of(diagnostics: Diagnostics) -> Self {
        let mut answer = Self::default();
        answer.tell(diagnostics);
        answer
    }
}

macro_rules! answers {
    ($($module:ident),* $(,)?) => {
        $(impl Answer for pb::$module::Response {
            fn tell(&mut self, diagnostics: Diagnostics) {
                self.diagnostics.extend(crate::wire::diagnostics(diagnostics));
            }
        })*
    };
}

answers!(
    apply_resource_change,
    configure_provider,
    generate_resource_config,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    plan_resource_change,
    read_resource,
    upgrade_resource_state,
    validate_provider_config,
    validate_resource_config,
);

/// Runs one call: with a log line at its end, and with a panic told as a diagnostic.
async fn answer<R: Answer>(
    rpc: &'static str,
    resource_type: String,
    work: impl Future<Output = Result<R, Diagnostics>> + Send,
) -> Result<Response<R>, Status> {
    let started = std::time::Instant::now();
    let response = match caught(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(diagnostics)) => R::of(diagnostics),
        Err(panic) => R::of(panicked(rpc, &panic)),
    };
    debug!(
        tf_rpc = rpc,
        tf_req_id = %uuid::Uuid::new_v4(),
        tf_resource_type = resource_type,
        tf_req_duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    Ok(Response::new(response))
}

fn panicked(rpc: &str, panic: &CaughtPanic) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        Path::root(),
        "The provider failed",
        format!(
            "{rpc} ended in a panic: {panic}. This is a bug in the provider. Please report it with the output of the same \
             command under TF_LOG=DEBUG."
        ),
    );
    diagnostics
}

/// The RPCs of a provider with managed resources. All others answer UNIMPLEMENTED, which Terraform expects of a provider
/// whose schema has nothing that they are for.
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

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Result<Response<pb::generate_resource_config::Response>, Status> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("GenerateResourceConfig", name, generate_resource_config::handle(self, request)).await
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        self.stop_running_calls();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }
}
