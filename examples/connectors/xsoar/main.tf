resource "kibana_connector" "xsoar" {
  name = "ops XSOAR"

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
