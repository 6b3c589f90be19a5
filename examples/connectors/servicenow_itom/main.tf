resource "kibana_connector" "servicenow_itom" {
  name = "ServiceNow ITOM of the operations team"

  servicenow_itom {
    api_url = "https://example.service-now.com"

    secrets {
      username = var.servicenow_itom_username
      password = var.servicenow_itom_password
    }
  }
}

variable "servicenow_itom_username" {
  type      = string
  sensitive = true
}

variable "servicenow_itom_password" {
  type      = string
  sensitive = true
}
