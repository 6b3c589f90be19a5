# A mail server with a login.
resource "kibana_connector" "mail" {
  name = "ops mail"

  email {
    from = "ops@example.com"
    host = "smtp.example.com"
    port = 587

    secrets {
      user     = "ops"
      password = var.smtp_password
    }
  }
}

# A web service that is called when a rule fires, in a space of its own.
resource "kibana_connector" "incident" {
  name     = "incident hook"
  space_id = "operations"

  webhook {
    url     = "https://hooks.example.com/incident"
    headers = { "X-Source" = "kibana" }

    secrets {
      user     = "kibana"
      password = var.hook_password
    }
  }
}

variable "smtp_password" {
  type      = string
  sensitive = true
}

variable "hook_password" {
  type      = string
  sensitive = true
}
