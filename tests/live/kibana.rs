//! The few requests that a run makes on its own behalf: what this Kibana is and has, a space, and the
//! clean-up.
//!
//! Not the provider's client on purpose: the clean-up must work where the provider does not.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Certificate, Client, Method, RequestBuilder};
use serde_json::{Value as Json, json};

/// Where Kibana is and how to talk to it, from the variables that the provider reads, too.
pub(crate) struct Settings {
    endpoint: String,
    authorization: Option<String>,
    space: Option<String>,
    certificates: Vec<String>,
    insecure: bool,
    /// What terraform gets in its environment.
    pub(crate) variables: Vec<(String, String)>,
    /// A stand-in calls nobody, so nothing has to be left out for what Kibana would call.
    pub(crate) emulated: bool,
}

impl Settings {
    /// From `KIBANA_ENDPOINT` and the others.
    pub(crate) fn from_environment() -> Result<Self, String> {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let endpoint = read("KIBANA_ENDPOINT").ok_or(
            "Set KIBANA_ENDPOINT to the Kibana to test with, and KIBANA_API_KEY to a key for it. Its own connectors are \
             left alone; `make test-live-emulated` needs no Kibana.",
        )?;
        let basic = || {
            let pair = format!("{}:{}", read("KIBANA_USERNAME")?, read("KIBANA_PASSWORD")?);
            Some(format!("Basic {}", STANDARD.encode(pair)))
        };
        let key = read("KIBANA_API_KEY").map(|key| format!("ApiKey {key}"));
        let token = || read("KIBANA_BEARER_TOKEN").map(|token| format!("Bearer {token}"));
        let files = read("KIBANA_CA_CERTS").unwrap_or_default();
        Ok(Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            authorization: key.or_else(token).or_else(basic),
            space: read("KIBANA_SPACE_ID"),
            certificates: files.split(',').filter(|file| !file.is_empty()).map(str::to_owned).collect(),
            insecure: read("KIBANA_INSECURE").as_deref() == Some("true"),
            variables: std::env::vars().filter(|(name, _)| name.starts_with("KIBANA_")).collect(),
            emulated: false,
        })
    }

    /// For an emulator that takes this key and has this space.
    pub(crate) fn emulated(endpoint: String, key: &str, space: &str) -> Self {
        Self {
            variables: vec![
                ("KIBANA_ENDPOINT".to_owned(), endpoint.clone()),
                ("KIBANA_API_KEY".to_owned(), key.to_owned()),
            ],
            endpoint,
            authorization: Some(format!("ApiKey {key}")),
            space: Some(space.to_owned()),
            certificates: Vec::new(),
            insecure: false,
            emulated: true,
        }
    }
}

/// A Kibana, and the space in it that the run uses.
pub(crate) struct Kibana {
    client: Client,
    settings: Settings,
    pub(crate) space: String,
    owns_space: bool,
    pub(crate) version: String,
    types: BTreeMap<String, Json>,
}

impl Kibana {
    /// Asks what this Kibana is, and makes a space named `name` unless the settings name one.
    pub(crate) async fn meet(settings: Settings, name: &str) -> Result<Self, String> {
        let mut builder = Client::builder().tls_danger_accept_invalid_certs(settings.insecure);
        for file in &settings.certificates {
            let pem = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
            let bundle = Certificate::from_pem_bundle(&pem).map_err(|error| format!("{file}: {error}"))?;
            builder = builder.tls_certs_merge(bundle);
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        let space = settings.space.clone().unwrap_or_else(|| "default".to_owned());
        let mut kibana = Self {
            client,
            settings,
            space,
            owns_space: false,
            version: String::new(),
            types: BTreeMap::new(),
        };
        let status = kibana.ask("GET", "/api/status", None).await?;
        let said = status["version"]["number"].as_str().map(str::to_owned);
        kibana.version = said.or_else(|| std::env::var("KIBANA_VERSION").ok()).ok_or(
            "This Kibana does not say which version it is. Set KIBANA_VERSION, as in KIBANA_VERSION=8.12.",
        )?;
        if kibana.settings.space.is_none() {
            let body = json!({ "id": name, "name": name });
            match kibana.ask("POST", "/api/spaces/space", Some(body)).await {
                Ok(_) => (kibana.space, kibana.owns_space) = (name.to_owned(), true),
                Err(refusal) => println!("No space of its own, so the default one is used: {refusal}"),
            }
        }
        let types = kibana.ask("GET", &kibana.path("/api/actions/connector_types"), None).await?;
        for one in types.as_array().into_iter().flatten() {
            kibana.types.insert(one["id"].as_str().unwrap_or_default().to_owned(), one.clone());
        }
        Ok(kibana)
    }

    /// What terraform needs to know of this Kibana.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.settings.variables.clone();
        variables.push(("KIBANA_SPACE_ID".to_owned(), self.space.clone()));
        variables
    }

    /// Whether this Kibana is an emulated one.
    pub(crate) fn is_emulated(&self) -> bool {
        self.settings.emulated
    }

    /// Its release, major and minor.
    pub(crate) fn release(&self) -> (u64, u64) {
        let mut parts = self.version.split('.').map(|part| part.parse().unwrap_or_default());
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }

    /// Why a connector of this type cannot be created here, if it cannot.
    pub(crate) fn forbids(&self, connector_type_id: &str) -> Option<String> {
        let Some(one) = self.types.get(connector_type_id) else {
            return Some("this Kibana has no such type".to_owned());
        };
        if one["enabled_in_config"] == false {
            return Some("Kibana's configuration disables the type".to_owned());
        }
        if one["enabled_in_license"] == false {
            return Some(format!("the license is below {}", one["minimum_license_required"]));
        }
        None
    }

    /// The IDs of the connectors in the run's space whose names start like this.
    pub(crate) async fn named(&self, start: &str) -> Result<Vec<String>, String> {
        let list = self.ask("GET", &self.path("/api/actions/connectors"), None).await?;
        let ours = list
            .as_array()
            .into_iter()
            .flatten()
            .filter(|connector| connector["name"].as_str().is_some_and(|name| name.starts_with(start)));
        Ok(ours.filter_map(|connector| connector["id"].as_str().map(str::to_owned)).collect())
    }

    /// Removes the connectors whose names start like this, and the space if it is the run's own.
    pub(crate) async fn clean_up(&self, start: &str) -> Result<(), String> {
        for id in self.named(start).await? {
            println!("removed     the connector {id}, which was left behind");
            self.ask("DELETE", &self.path(&format!("/api/actions/connector/{id}")), None).await?;
        }
        if self.owns_space {
            self.ask("DELETE", &format!("/api/spaces/space/{}", self.space), None).await?;
        }
        Ok(())
    }

    fn path(&self, path: &str) -> String {
        if self.space == "default" { path.to_owned() } else { format!("/s/{}{path}", self.space) }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Json>) -> Result<Json, String> {
        let failed = |what: &dyn std::fmt::Display| format!("{method} {path}: {what}");
        let response = self.request(method, path, body).send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        let text = response.text().await.map_err(|error| failed(&error))?;
        if !status.is_success() {
            return Err(failed(&format!("{status}: {text}")));
        }
        if text.is_empty() {
            Ok(Json::Null)
        } else {
            serde_json::from_str(&text).map_err(|error| failed(&error))
        }
    }

    fn request(&self, method: &str, path: &str, body: Option<Json>) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
        let mut request = self.client.request(method, format!("{}{path}", self.settings.endpoint));
        request = request.header("kbn-xsrf", "live-tests");
        if let Some(authorization) = &self.settings.authorization {
            request = request.header("authorization", authorization);
        }
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        }
    }
}
