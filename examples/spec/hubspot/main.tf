# Each user signs in through Kibana. The connector type knows the addresses of the service.
resource "kibana_connector_spec" "customers" {
  name = "ops customers"

  spec {
    connector_type_id = ".hubspot"

    secrets {
      oauth_authorization_code {
        client_id     = "a-client-id"
        client_secret = var.hubspot_client_secret
      }
    }
  }
}

variable "hubspot_client_secret" {
  type      = string
  sensitive = true
}
