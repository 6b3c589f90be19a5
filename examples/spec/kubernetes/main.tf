# A way to authenticate that has no block of its own, with Kibana's own keys.
resource "kibana_connector_spec" "cluster" {
  name = "ops cluster"

  spec {
    connector_type_id = ".kubernetes"
    config            = { apiUrl = "https://kubernetes.example.com:6443" }

    secrets {
      other {
        auth_type = "bearer_with_tls"

        values = {
          token            = var.kubernetes_token
          verificationMode = "full"
        }
      }
    }
  }
}

variable "kubernetes_token" {
  type      = string
  sensitive = true
}
