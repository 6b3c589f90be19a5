//! The connector types that Kibana declares by specs, as far as they were read: for documentation and hints
//! only.
//!
//! Kibana decides what they hold: keys and ways to authenticate come and go with its releases, so nothing
//! here is judged before it is sent. `kibana_connector_spec` takes every one of them, and those that are not
//! listed.

use super::vocabulary::License;

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Kibana's `connector_type_id`.
    pub kibana_id: &'static str,
    /// The name that Kibana shows to people.
    pub title: &'static str,
    /// Its ways to authenticate, by Kibana's names; after a colon the name of the header or of the query
    /// parameters.
    pub auth: &'static [&'static str],
    /// The lowest license with which Kibana lets it be created; none where that was not read.
    pub license: Option<License>,
    /// Keys of its config that are required, and those that are optional; none where they were not read.
    pub keys: Option<(&'static [&'static str], &'static [&'static str])>,
    /// The first Kibana that surely has it; empty where that is unknown.
    pub since: &'static str,
}

const fn spec(kibana_id: &'static str, title: &'static str, auth: &'static [&'static str]) -> Spec {
    Spec { kibana_id, title, auth, license: Some(License::Enterprise), keys: None, since: "" }
}

impl Spec {
    const fn license(mut self, license: License) -> Self {
        self.license = Some(license);
        self
    }

    const fn license_unknown(mut self) -> Self {
        self.license = None;
        self
    }

    const fn keys(mut self, required: &'static [&'static str], optional: &'static [&'static str]) -> Self {
        self.keys = Some((required, optional));
        self
    }

    const fn since(mut self, release: &'static str) -> Self {
        self.since = release;
        self
    }
}

/// The one of this type.
#[must_use]
pub fn by_id(kibana_id: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.kibana_id == kibana_id)
}

/// All that were read, in the order of their IDs.
pub const SPECS: &[Spec] = &[
    spec(".1password", "1Password", &["oauth_client_credentials"]).keys(&["accountUuid"], &[]),
    spec(".abuseipdb", "AbuseIPDB", &["api_key_header: Key"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".alienvault-otx", "AlienVault OTX", &["api_key_header: X-OTX-API-KEY"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".amazon_s3", "Amazon S3", &["aws_credentials"]).keys(&["region"], &[]),
    spec(".ansible_controller", "Ansible Control Server", &["bearer_with_tls"]).since("9.6"),
    spec(".argocd", "Argo CD", &["bearer_with_tls"]).keys(&["apiUrl"], &[]).since("9.6"),
    spec(".aws_lambda", "AWS Lambda", &["aws_credentials"]).license(License::Gold).keys(&["region"], &[]),
    spec(".azure-blob", "Azure Blob Storage", &["azure_shared_key"]).keys(&["accountUrl"], &[]),
    spec(".azure_aks", "Azure AKS", &["oauth_client_credentials"]).license_unknown().since("9.6"),
    spec(".azure_functions", "Azure Functions", &["oauth_client_credentials"]).license_unknown().since("9.6"),
    spec(".azure_sql", "Azure SQL", &["basic"]).license_unknown().keys(&[], &["host"]).since("9.6"),
    spec(".bigquery", "BigQuery", &["gcp_service_account"])
        .keys(&["projectId"], &["location", "maximumBytesBilled"]),
    spec(".bitbucket", "Bitbucket", &["basic", "bearer"]).keys(&["workspace"], &[]).since("9.5"),
    spec(".box", "Box", &["oauth_authorization_code"]).keys(&[], &["serverUrl"]),
    spec(".brave-search", "Brave Search", &["api_key_header: X-Subscription-Token"])
        .keys(&[], &[])
        .since("9.3"),
    spec(".buildkite", "Buildkite", &["bearer"]).keys(&["orgSlug"], &["serverUrl"]).since("9.6"),
    spec(".confluence-cloud", "Confluence Cloud", &["basic", "oauth_authorization_code"])
        .keys(&["subdomain"], &[])
        .since("9.5"),
    spec(".cribl", "Cribl", &[]).since("9.6"),
    spec(".databricks", "Databricks", &["oauth_authorization_code"]).keys(&["serverUrl"], &[]).since("9.6"),
    spec(".datadog", "Datadog", &["basic", "bearer"]).since("9.6"),
    spec(".dropbox", "Dropbox", &["oauth_authorization_code"]).keys(&[], &["serverUrl"]),
    spec(".figma", "Figma", &["api_key_header: X-Figma-Token", "oauth_authorization_code"]).keys(&[], &[]),
    spec(".firecrawl", "Firecrawl", &["bearer"]).keys(&[], &[]),
    spec(".gcp_cli", "Google Cloud CLI", &["gcp_service_account"])
        .license_unknown()
        .keys(&[], &["projectId", "allowedServices"])
        .since("9.6"),
    spec(".gcp_cloud_functions", "GCP Cloud Functions", &["gcp_service_account"])
        .license(License::Gold)
        .keys(&["projectId", "region"], &[]),
    spec(".gcp_iam", "Google Cloud IAM", &["gcp_service_account"])
        .keys(&[], &["defaultProjectId"])
        .since("9.6"),
    spec(".github", "GitHub", &["bearer", "oauth_authorization_code"]).keys(&[], &["serverUrl"]).since("9.4"),
    spec(".github_mcp", "GitHub (MCP)", &["bearer"]).keys(&[], &["serverUrl"]),
    spec(".gitlab", "GitLab", &["bearer", "oauth_authorization_code", "api_key_header: PRIVATE-TOKEN"])
        .keys(&[], &["apiUrl"])
        .since("9.6"),
    spec(".gmail", "Gmail", &["bearer", "oauth_authorization_code", "ears"]).keys(&[], &[]).since("9.4"),
    spec(".google_calendar", "Google Calendar", &["bearer", "oauth_authorization_code"]).keys(&[], &[]),
    spec(".google_cloud_storage", "Google Cloud Storage", &["bearer", "oauth_authorization_code"])
        .keys(&[], &[]),
    spec(".google_drive", "Google Drive", &["bearer", "oauth_authorization_code", "ears"])
        .keys(&[], &[])
        .since("9.4"),
    spec(".google_threat_intelligence", "Google Threat Intelligence", &["api_key_header: x-apikey"])
        .license_unknown()
        .since("9.6"),
    spec(".grafana", "Grafana", &["bearer"]).keys(&["baseUrl"], &["orgId"]).since("9.6"),
    spec(".greynoise", "GreyNoise", &["api_key_header: key"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".hubspot", "HubSpot", &["bearer", "oauth_authorization_code"]).keys(&[], &[]),
    spec(".inboundWebhook", "Inbound webhook", &["none"]).license_unknown().since("9.6"),
    spec(".jina", "Jina Reader", &["bearer"])
        .license(License::Gold)
        .keys(&[], &["overrideBrowseUrl", "overrideSearchUrl"])
        .since("9.3"),
    spec(".jira-cloud", "Jira Cloud", &["oauth_authorization_code", "basic"])
        .keys(&["subdomain"], &["cloudId"])
        .since("9.4"),
    spec(
        ".kubernetes",
        "Kubernetes",
        &["bearer_with_tls", "kubernetes_gke", "kubernetes_eks", "kubernetes_aks"],
    )
    .keys(&["apiUrl"], &[])
    .since("9.6"),
    spec(
        ".microsoft-teams",
        "Microsoft Teams (v2)",
        &["bearer", "oauth_authorization_code", "oauth_client_credentials", "ears"],
    )
    .keys(&[], &[])
    .since("9.4"),
    spec(".monday_com", "Monday.com", &["oauth_authorization_code", "bearer"])
        .keys(&[], &["serverUrl"])
        .since("9.5"),
    spec(".mongodb", "MongoDB", &["basic"]).keys(&["uri"], &[]).since("9.5"),
    spec(".new_relic", "New Relic", &["api_key_header: API-Key"])
        .keys(&["accountId"], &["region"])
        .since("9.6"),
    spec(".notion", "Notion", &["oauth_authorization_code", "bearer"]).keys(&[], &[]).since("9.3"),
    spec(".okta", "Okta", &["oauth_client_credentials_private_key_jwt"]).keys(&["orgUrl"], &[]).since("9.6"),
    spec(".one_drive", "OneDrive", &["oauth_authorization_code"]).keys(&[], &[]).since("9.5"),
    spec(".outlook", "Outlook", &["oauth_authorization_code"]).keys(&[], &[]),
    spec(".pagerduty_mcp", "PagerDuty (MCP)", &["api_key_header: Authorization"])
        .keys(&[], &["serverUrl"])
        .since("9.4"),
    spec(".posthog", "PostHog", &["bearer"]).keys(&["instanceHost", "projectId"], &[]).since("9.6"),
    spec(".rootly", "Rootly", &["bearer"]).since("9.6"),
    spec(".salesforce", "Salesforce", &["oauth_client_credentials", "oauth_authorization_code"])
        .keys(&[], &[])
        .since("9.4"),
    spec(".salesforce_marketing_cloud", "Salesforce Marketing Cloud", &["oauth_client_credentials"])
        .license_unknown()
        .keys(&[], &["restApiBaseUrl"])
        .since("9.6"),
    spec(".sentry", "Sentry", &["bearer"]).since("9.6"),
    spec(".servicenow_search", "ServiceNow", &["oauth_authorization_code", "oauth_client_credentials"])
        .keys(&["instanceUrl"], &[]),
    spec(
        ".sharepoint-online",
        "SharePoint Online",
        &["oauth_client_credentials", "oauth_authorization_code", "oauth_client_credentials_private_key_jwt"],
    )
    .keys(&[], &[])
    .since("9.4"),
    spec(".sharepoint-server", "SharePoint Server", &["basic"]).keys(&["siteUrl"], &[]),
    spec(".shodan", "Shodan", &["api_key_header: X-Api-Key"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".slack2", "Slack (v2)", &["ears", "oauth_authorization_code", "bearer", "relay"]).keys(&[], &[]),
    spec(".snowflake", "Snowflake", &["bearer", "oauth_authorization_code"])
        .keys(&["accountUrl"], &["warehouse", "database", "defaultSchema", "role"])
        .since("9.4"),
    spec(".snyk", "Snyk", &["api_key_header: Authorization"])
        .license_unknown()
        .keys(&[], &["orgId", "projectId", "apiUrl"])
        .since("9.6"),
    spec(".sublime_security", "Sublime Security", &["bearer"]).keys(&["baseUrl"], &[]),
    spec(".tavily_mcp", "Tavily", &["bearer"]).keys(&[], &["serverUrl"]),
    spec(".threatq", "ThreatQ", &["oauth_client_credentials", "oauth_password"])
        .license_unknown()
        .keys(&[], &["url"])
        .since("9.6"),
    spec(".trello", "Trello", &["api_key_query: key, token"]).keys(&[], &[]).since("9.6"),
    spec(".unifi", "UniFi", &["api_key_header: X-API-KEY"]).license_unknown().since("9.6"),
    spec(".urlvoid", "URLVoid", &["api_key_header: X-Api-Key"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".virustotal", "VirusTotal", &["api_key_header: x-apikey"])
        .license(License::Gold)
        .keys(&[], &[])
        .since("9.3"),
    spec(".workday", "Workday", &["oauth_authorization_code"]).since("9.6"),
    spec(".zendesk", "Zendesk", &["basic"]).keys(&["subdomain"], &[]),
    spec(".zoom", "Zoom", &["bearer", "oauth_authorization_code"]).keys(&[], &[]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_sorted_and_none_has_a_typed_block() {
        let ids: Vec<_> = SPECS.iter().map(|spec| spec.kibana_id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(ids.is_sorted_by_key(|id| id.to_lowercase()), "{ids:?}");
        for id in ids {
            assert!(id.starts_with('.'), "{id}");
            assert!(super::super::TYPES.iter().all(|ty| ty.kibana_id != id), "{id}");
        }
    }
}
