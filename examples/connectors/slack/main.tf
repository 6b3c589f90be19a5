resource "kibana_connector" "slack" {
  name = "ops Slack"

  slack {
    secrets {
      webhook_url = var.slack_webhook_url
    }
  }
}

variable "slack_webhook_url" {
  type      = string
  sensitive = true
}
