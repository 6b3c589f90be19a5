resource "kibana_connector" "teams" {
  name = "ops Microsoft Teams"

  teams {
    secrets {
      webhook_url = var.teams_webhook_url
    }
  }
}

variable "teams_webhook_url" {
  type      = string
  sensitive = true
}
