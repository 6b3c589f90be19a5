resource "kibana_connector" "d3security" {
  name = "ops D3 Security"

  d3security {
    url = "https://example.d3security.com/webhook"

    secrets {
      token = var.d3security_token
    }
  }
}

variable "d3security_token" {
  type      = string
  sensitive = true
}
