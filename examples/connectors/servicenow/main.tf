resource "kibana_connector" "servicenow" {
  name = "ops ServiceNow ITSM"

  servicenow {
    api_url        = "https://example.service-now.com"
    uses_table_api = false

    secrets {
      username = var.servicenow_username
      password = var.servicenow_password
    }
  }
}

variable "servicenow_username" {
  type      = string
  sensitive = true
}

variable "servicenow_password" {
  type      = string
  sensitive = true
}
