# Four connectors. Run `make demo` to see them created, changed, imported and destroyed in an emulated Kibana.

terraform {
  required_providers {
    kibana = {
      source  = "kibana-rs/kibana"
      version = "~> 0.1.0"
    }
  }
}

# The endpoint comes from KIBANA_ENDPOINT, the API key from KIBANA_API_KEY.
provider "kibana" {}

variable "smtp_password" {
  type      = string
  sensitive = true
}

variable "mail_port" {
  type    = number
  default = 587
}

resource "kibana_connector" "mail" {
  name = "ops mail"

  email {
    from = "ops@example.com"
    host = "smtp.example.com"
    port = var.mail_port

    secrets {
      user     = "ops"
      password = var.smtp_password
    }
  }
}

resource "kibana_connector" "history" {
  name = "alert history"

  index {
    index                = "alert-history"
    execution_time_field = "fired_at"
  }
}

resource "kibana_connector" "hook" {
  name = "incident hook"

  webhook {
    url      = "https://hooks.example.com/incident"
    headers  = { "X-Source" = "kibana" }
    has_auth = false
  }
}

resource "kibana_connector" "log" {
  name = "server log"

  server_log {}
}

output "connector_ids" {
  value = {
    mail    = kibana_connector.mail.id
    history = kibana_connector.history.id
    hook    = kibana_connector.hook.id
    log     = kibana_connector.log.id
  }
}
