# A type that has no block of its own: its config and secrets as Kibana's own JSON.
resource "kibana_connector" "virustotal" {
  name = "ops VirusTotal"

  custom {
    connector_type_id = ".virustotal"

    secrets_json = jsonencode({
      authType   = "api_key_header"
      "x-apikey" = var.virustotal_api_key
    })
  }
}

variable "virustotal_api_key" {
  type      = string
  sensitive = true
}
