resource "kibana_connector" "resilient" {
  name = "ops IBM Resilient"

  resilient {
    api_url = "https://resilient.example.com"
    org_id  = "201"

    secrets {
      api_key_id     = var.resilient_api_key_id
      api_key_secret = var.resilient_api_key_secret
    }
  }
}

variable "resilient_api_key_id" {
  type      = string
  sensitive = true
}

variable "resilient_api_key_secret" {
  type      = string
  sensitive = true
}
