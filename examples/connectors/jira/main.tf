resource "kibana_connector" "jira" {
  name = "ops Jira"

  jira {
    api_url     = "https://example.atlassian.net"
    project_key = "OPS"

    secrets {
      email     = var.jira_email
      api_token = var.jira_api_token
    }
  }
}

variable "jira_email" {
  type      = string
  sensitive = true
}

variable "jira_api_token" {
  type      = string
  sensitive = true
}
