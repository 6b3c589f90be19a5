# Each user signs in through Kibana and Elastic's own redirect service, where the server has it switched on.
resource "kibana_connector_spec" "drive" {
  name = "ops drive"

  spec {
    connector_type_id = ".google_drive"

    secrets {
      ears {
        provider = "google"
      }
    }
  }
}
