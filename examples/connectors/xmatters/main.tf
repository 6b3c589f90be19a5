resource "kibana_connector" "xmatters" {
  name = "ops xMatters"

  xmatters {
    config_url = "https://example.xmatters.com/api/integration/1/functions/abc/triggers"
    uses_basic = true

    secrets {
      user     = var.xmatters_user
      password = var.xmatters_password
    }
  }
}

variable "xmatters_user" {
  type      = string
  sensitive = true
}

variable "xmatters_password" {
  type      = string
  sensitive = true
}
