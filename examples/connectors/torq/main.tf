resource "kibana_connector" "torq" {
  name = "ops Torq"

  torq {
    webhook_integration_url = "https://hooks.torq.io/v1/webhooks/00000000-0000-0000-0000-000000000000"

    secrets {
      token = var.torq_token
    }
  }
}

variable "torq_token" {
  type      = string
  sensitive = true
}
