resource "kibana_connector" "server_log" {
  name = "ops Server log"

  server_log {}
}
