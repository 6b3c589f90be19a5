resource "kibana_connector" "servicenow_sir" {
  name = "ops ServiceNow SecOps"

  servicenow_sir {
    api_url        = "https://example.service-now.com"
    uses_table_api = false

    secrets {
      username = var.servicenow_sir_username
      password = var.servicenow_sir_password
    }
  }
}

variable "servicenow_sir_username" {
  type      = string
  sensitive = true
}

variable "servicenow_sir_password" {
  type      = string
  sensitive = true
}
