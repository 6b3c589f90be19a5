resource "kibana_connector" "server_log" {
  name = "Server log of the operations team"

  server_log {}
}
