resource "kibana_connector" "opsgenie" {
  name = "Opsgenie of the operations team"

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
