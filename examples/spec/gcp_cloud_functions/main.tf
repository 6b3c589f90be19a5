# The key file of a service account of Google Cloud.
resource "kibana_connector_spec" "functions" {
  name = "ops functions"

  spec {
    connector_type_id = ".gcp_cloud_functions"
    config            = { projectId = "acme", region = "europe-west1" }

    secrets {
      gcp_service_account {
        service_account_json = var.gcp_key_file
      }
    }
  }
}

variable "gcp_key_file" {
  type      = string
  sensitive = true
}
