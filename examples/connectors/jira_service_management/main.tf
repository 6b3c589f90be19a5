resource "kibana_connector" "jira_service_management" {
  name = "ops Jira Service Management"

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
