resource "kibana_connector" "teams" {
  name = "Microsoft Teams of the operations team"

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
