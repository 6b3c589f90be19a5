data "kibana_connector_types" "all" {}

resource "kibana_connector" "log" {
  name = "ops log"

  server_log {}

  lifecycle {
    precondition {
      condition     = data.kibana_connector_types.all.types[".server-log"].enabled
      error_message = "This Kibana does not allow server log connectors."
    }
  }
}
