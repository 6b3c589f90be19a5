# An application's own credentials, for which Kibana fetches tokens.
resource "kibana_connector_spec" "knowledge" {
  name = "ops knowledge"

  spec {
    connector_type_id = ".servicenow_search"
    config            = { instanceUrl = "https://acme.service-now.com" }

    secrets {
      oauth_client_credentials {
        token_url     = "https://acme.service-now.com/oauth_token.do"
        client_id     = "a-client-id"
        client_secret = var.servicenow_client_secret
      }
    }
  }
}

variable "servicenow_client_secret" {
  type      = string
  sensitive = true
}
