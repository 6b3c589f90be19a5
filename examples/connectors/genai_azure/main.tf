resource "kibana_connector" "genai_azure" {
  name = "ops OpenAI"

  genai_azure {
    api_url = "https://example.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21"

    secrets {
      api_key = var.genai_azure_api_key
    }
  }
}

variable "genai_azure_api_key" {
  type      = string
  sensitive = true
}
