resource "kibana_connector" "cases_webhook" {
  name = "ops Webhook - Case Management"

  cases_webhook {
    create_incident_url                      = "https://cases.example.com/incidents"
    create_incident_json                     = "{\"title\": {{{case.title}}}, \"description\": {{{case.description}}}}"
    create_incident_response_key             = "id"
    get_incident_url                         = "https://cases.example.com/incidents/{{{external.system.id}}}"
    get_incident_response_external_title_key = "title"
    view_incident_url                        = "https://cases.example.com/view/{{{external.system.id}}}"
    update_incident_url                      = "https://cases.example.com/incidents/{{{external.system.id}}}"
    update_incident_json                     = "{\"title\": {{{case.title}}}, \"description\": {{{case.description}}}}"

    secrets {
      user     = var.cases_webhook_user
      password = var.cases_webhook_password
    }
  }
}

variable "cases_webhook_user" {
  type      = string
  sensitive = true
}

variable "cases_webhook_password" {
  type      = string
  sensitive = true
}
