resource "kibana_connector" "opsgenie" {
  name = "ops Opsgenie"

  opsgenie {
    api_url = "https://api.opsgenie.com"

    secrets {
      api_key = var.opsgenie_api_key
    }
  }
}

variable "opsgenie_api_key" {
  type      = string
  sensitive = true
}
