# The key of an Azure storage account.
resource "kibana_connector_spec" "archive" {
  name = "ops archive"

  spec {
    connector_type_id = ".azure-blob"
    config            = { accountUrl = "https://acme.blob.core.windows.net" }

    secrets {
      azure_shared_key {
        account_name = "acme"
        account_key  = var.azure_account_key
      }
    }
  }
}

variable "azure_account_key" {
  type      = string
  sensitive = true
}
