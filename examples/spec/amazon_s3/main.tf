# An access key of Amazon Web Services.
resource "kibana_connector_spec" "buckets" {
  name = "ops buckets"

  spec {
    connector_type_id = ".amazon_s3"
    config            = { region = "eu-central-1" }

    secrets {
      aws_credentials {
        access_key_id     = "AKIAIOSFODNN7EXAMPLE"
        secret_access_key = var.aws_secret_access_key
      }
    }
  }
}

variable "aws_secret_access_key" {
  type      = string
  sensitive = true
}
