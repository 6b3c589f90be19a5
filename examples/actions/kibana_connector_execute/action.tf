resource "kibana_connector" "log" {
  name = "ops log"

  server_log {}

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.kibana_connector_execute.hello]
    }
  }
}

# Proves in the same apply that the connector works.
action "kibana_connector_execute" "hello" {
  config {
    id     = kibana_connector.log.id
    params = { message = "hello from Terraform", level = "info" }
  }
}
