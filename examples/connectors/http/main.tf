resource "kibana_connector" "http" {
  name = "ops HTTP"

  http {
    url = "https://api.example.com"

    secrets {
      user     = var.http_user
      password = var.http_password
    }
  }
}

variable "http_user" {
  type      = string
  sensitive = true
}

variable "http_password" {
  type      = string
  sensitive = true
}
