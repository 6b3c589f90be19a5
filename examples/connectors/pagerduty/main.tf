resource "kibana_connector" "pagerduty" {
  name = "ops PagerDuty"

  pagerduty {
    secrets {
      routing_key = var.pagerduty_routing_key
    }
  }
}

variable "pagerduty_routing_key" {
  type      = string
  sensitive = true
}
