resource "kibana_connector" "thehive" {
  name = "ops TheHive"

  thehive {
    url = "https://thehive.example.com"

    secrets {
      api_key = var.thehive_api_key
    }
  }
}

variable "thehive_api_key" {
  type      = string
  sensitive = true
}
