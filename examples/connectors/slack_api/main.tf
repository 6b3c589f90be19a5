resource "kibana_connector" "slack_api" {
  name = "ops Slack API"

  slack_api {
    allowed_channels {
      name = "#ops"
      id   = "C012AB3CD4E"
    }

    secrets {
      token = var.slack_api_token
    }
  }
}

variable "slack_api_token" {
  type      = string
  sensitive = true
}
