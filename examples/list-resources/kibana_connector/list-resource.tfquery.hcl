list "kibana_connector" "production" {
  provider         = kibana
  include_resource = true
  limit            = 1000

  config {
    space_id           = "operations"
    connector_type_ids = [".email", ".index"]
    name_regex         = "^prod-"
  }
}

# Connectors that lost their secrets in an import of saved objects.
list "kibana_connector" "without_secrets" {
  provider = kibana

  config {
    is_missing_secrets = true
  }
}
