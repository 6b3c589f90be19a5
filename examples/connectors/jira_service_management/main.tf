resource "kibana_connector" "jira_service_management" {
  name = "Jira Service Management of the operations team"

  jira_service_management {
    api_url = "https://api.atlassian.com"

    secrets {
      api_key = var.jira_service_management_api_key
    }
  }
}

variable "jira_service_management_api_key" {
  type      = string
  sensitive = true
}
