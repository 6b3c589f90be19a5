terraform {
  required_providers {
    kibana = {
      source  = "kibana-rs/kibana"
      version = "~> 0.1.0"
    }
  }
}

provider "kibana" {
  endpoint = "https://kibana.example.com:5601"
  api_key  = var.kibana_api_key
}

variable "kibana_api_key" {
  type      = string
  sensitive = true
}
