resource "kibana_connector" "xsoar" {
  name = "XSOAR of the operations team"

  xsoar {
    url = "https://xsoar.example.com"

    secrets {
      api_key = var.xsoar_api_key
    }
  }
}

variable "xsoar_api_key" {
  type      = string
  sensitive = true
}
