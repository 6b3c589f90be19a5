# Basic authentication: an account's email address and an API token.
resource "kibana_connector_spec" "tickets" {
  name = "ops tickets"

  spec {
    connector_type_id = ".jira-cloud"
    config            = { subdomain = "acme" }

    secrets {
      basic {
        username = "bot@example.com"
        password = var.jira_token
      }
    }
  }
}

variable "jira_token" {
  type      = string
  sensitive = true
}
