# By its name. The type tells connectors of the same name apart.
data "kibana_connector" "oncall" {
  name              = "on-call"
  connector_type_id = ".server-log"
}

# By its ID, in another space than the provider's.
data "kibana_connector" "audit" {
  id       = "0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6"
  space_id = "operations"
}

output "oncall_id" {
  value = data.kibana_connector.oncall.id
}

output "audit_index" {
  value = jsondecode(data.kibana_connector.audit.config_json).index
}
