resource "kibana_connector" "swimlane" {
  name = "ops Swimlane"

  swimlane {
    api_url        = "https://swimlane.example.com"
    app_id         = "aBcDeFgHiJkLmNoPq"
    connector_type = "alerts"

    mappings {
      rule_name_config {
        id         = "a1b2c"
        key        = "rule-name"
        name       = "Rule name"
        field_type = "text"
      }
      alert_id_config {
        id         = "d3e4f"
        key        = "alert-id"
        name       = "Alert ID"
        field_type = "text"
      }
    }

    secrets {
      api_token = var.swimlane_api_token
    }
  }
}

variable "swimlane_api_token" {
  type      = string
  sensitive = true
}
