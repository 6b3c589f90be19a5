resource "kibana_connector" "gemini" {
  name = "ops Google Gemini"

  gemini {
    api_url        = "https://us-central1-aiplatform.googleapis.com"
    gcp_region     = "us-central1"
    gcp_project_id = "my-project"

    secrets {
      credentials_json = var.gemini_credentials_json
    }
  }
}

variable "gemini_credentials_json" {
  type      = string
  sensitive = true
}
