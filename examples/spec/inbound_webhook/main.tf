# No authentication, which has to be said as well.
resource "kibana_connector_spec" "inbox" {
  name = "ops inbox"

  spec {
    connector_type_id = ".inboundWebhook"

    secrets {
      none {}
    }
  }
}
