# An API key in a header, whose name the connector type decides.
resource "kibana_connector_spec" "reputation" {
  name = "ops reputation"

  spec {
    connector_type_id = ".abuseipdb"

    secrets {
      api_key_header {
        header = "Key"
        value  = var.abuseipdb_api_key
      }
    }
  }
}

variable "abuseipdb_api_key" {
  type      = string
  sensitive = true
}
