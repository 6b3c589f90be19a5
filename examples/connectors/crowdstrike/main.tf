resource "kibana_connector" "crowdstrike" {
  name = "ops CrowdStrike"

  crowdstrike {
    url = "https://api.crowdstrike.com"

    secrets {
      client_id     = var.crowdstrike_client_id
      client_secret = var.crowdstrike_client_secret
    }
  }
}

variable "crowdstrike_client_id" {
  type      = string
  sensitive = true
}

variable "crowdstrike_client_secret" {
  type      = string
  sensitive = true
}
