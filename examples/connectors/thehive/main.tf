resource "kibana_connector" "thehive" {
  name = "TheHive of the operations team"

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
