resource "kibana_connector" "inference" {
  name = "ops AI Connector"

  inference {
    provider        = "openai"
    task_type       = "chat_completion"
    inference_id    = "kibana-assistant"
    provider_config = { model_id = "gpt-4.1" }

    secrets {
      provider_secrets = var.inference_provider_secrets
    }
  }
}

variable "inference_provider_secrets" {
  type      = map(string)
  sensitive = true
}
