resource "kibana_connector" "genai_other" {
  name = "ops OpenAI"

  genai_other {
    api_url       = "https://llm.example.com/v1/chat/completions"
    default_model = "llama-3.3-70b"

    secrets {
      api_key = var.genai_other_api_key
    }
  }
}

variable "genai_other_api_key" {
  type      = string
  sensitive = true
}
