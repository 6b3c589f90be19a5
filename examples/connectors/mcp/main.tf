resource "kibana_connector" "mcp" {
  name = "ops MCP"

  mcp {
    server_url = "https://mcp.example.com/mcp"
    auth_type  = "bearer"

    secrets {
      token = var.mcp_token
    }
  }
}

variable "mcp_token" {
  type      = string
  sensitive = true
}
