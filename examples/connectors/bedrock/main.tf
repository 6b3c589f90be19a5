resource "kibana_connector" "bedrock" {
  name = "ops Amazon Bedrock"

  bedrock {
    api_url = "https://bedrock-runtime.us-east-1.amazonaws.com"

    secrets {
      access_key = var.bedrock_access_key
      secret     = var.bedrock_secret
    }
  }
}

variable "bedrock_access_key" {
  type      = string
  sensitive = true
}

variable "bedrock_secret" {
  type      = string
  sensitive = true
}
