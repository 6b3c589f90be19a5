resource "kibana_connector" "sentinelone" {
  name = "ops SentinelOne"

  sentinelone {
    url = "https://example.sentinelone.net"

    secrets {
      token = var.sentinelone_token
    }
  }
}

variable "sentinelone_token" {
  type      = string
  sensitive = true
}
