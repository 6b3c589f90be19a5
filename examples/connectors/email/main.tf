resource "kibana_connector" "email" {
  name = "ops Email"

  email {
    from = "ops@example.com"
    host = "smtp.example.com"
    port = 587

    secrets {
      user     = var.email_user
      password = var.email_password
    }
  }
}

variable "email_user" {
  type      = string
  sensitive = true
}

variable "email_password" {
  type      = string
  sensitive = true
}
