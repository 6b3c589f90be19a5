resource "kibana_connector" "servicenow_itom" {
  name = "ops ServiceNow ITOM"

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
