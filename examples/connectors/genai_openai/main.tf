resource "kibana_connector" "genai_openai" {
  name = "ops OpenAI"

  genai_openai {
    api_url = "https://api.openai.com/v1/chat/completions"

    secrets {
      api_key = var.genai_openai_api_key
    }
  }
}

variable "genai_openai_api_key" {
  type      = string
  sensitive = true
}
