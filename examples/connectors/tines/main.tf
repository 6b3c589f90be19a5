resource "kibana_connector" "tines" {
  name = "ops Tines"

  tines {
    url = "https://example.tines.com"

    secrets {
      email = var.tines_email
      token = var.tines_token
    }
  }
}

variable "tines_email" {
  type      = string
  sensitive = true
}

variable "tines_token" {
  type      = string
  sensitive = true
}
