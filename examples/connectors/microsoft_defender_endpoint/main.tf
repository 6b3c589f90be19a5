resource "kibana_connector" "microsoft_defender_endpoint" {
  name = "ops Microsoft Defender for Endpoint"

  microsoft_defender_endpoint {
    client_id        = "11111111-2222-3333-4444-555555555555"
    tenant_id        = "66666666-7777-8888-9999-000000000000"
    oauth_server_url = "https://login.microsoftonline.com"
    oauth_scope      = "https://securitycenter.onmicrosoft.com/windowsatpservice/.default"
    api_url          = "https://api.securitycenter.windows.com"

    secrets {
      client_secret = var.microsoft_defender_endpoint_client_secret
    }
  }
}

variable "microsoft_defender_endpoint_client_secret" {
  type      = string
  sensitive = true
}
