data "kibana_connectors" "unused_logs" {
  connector_type_ids = [".server-log", ".index"]
  name_regex         = "^(on-call|prod-)"
  is_preconfigured   = false
}

output "unused" {
  value = [for one in data.kibana_connectors.unused_logs.connectors : one.name if one.referenced_by_count == 0]
}
