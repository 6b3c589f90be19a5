resource "kibana_connector" "webhook" {
  name = "ops Webhook"

  webhook {
    url     = "https://hooks.example.com/incident"
    headers = { "X-Source" = "kibana" }

    secrets {
      user     = var.webhook_user
      password = var.webhook_password
    }
  }
}

variable "webhook_user" {
  type      = string
  sensitive = true
}

variable "webhook_password" {
  type      = string
  sensitive = true
}
