# A secret that Terraform never stores (Terraform and OpenTofu 1.11 and later).
resource "kibana_connector_spec" "reader" {
  name = "ops reader"

  spec {
    connector_type_id = ".jina"
  }

  secrets_wo = {
    bearer = { token = var.jina_token }
  }
}

variable "jina_token" {
  type      = string
  sensitive = true
}
