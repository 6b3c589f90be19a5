# API keys in the query, by the names that the connector type gives them.
resource "kibana_connector_spec" "boards" {
  name = "ops boards"

  spec {
    connector_type_id = ".trello"

    secrets {
      api_key_query {
        params = {
          key   = var.trello_key
          token = var.trello_token
        }
      }
    }
  }
}

variable "trello_key" {
  type      = string
  sensitive = true
}

variable "trello_token" {
  type      = string
  sensitive = true
}
