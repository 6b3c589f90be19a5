# A bearer token.
resource "kibana_connector_spec" "github" {
  name = "ops GitHub"

  spec {
    connector_type_id = ".github"

    secrets {
      bearer {
        token = var.github_token
      }
    }
  }
}

variable "github_token" {
  type      = string
  sensitive = true
}
