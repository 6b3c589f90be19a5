#!/bin/sh
# Has HashiCorp's validator judge docs/ and examples/ against the schemas that the built provider answers.
# It looks for a provider in HashiCorp's own namespace alone, so here ours is there.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
terraform=${TERRAFORM:-terraform}
sh tests/terraform.sh
cargo build --locked --bin terraform-provider-kibana
built=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/cli.tfrc" <<END
provider_installation {
  dev_overrides { "hashicorp/kibana" = "$built" }
}
END
cat >"$folder/main.tf" <<END
terraform {
  required_providers {
    kibana = { source = "hashicorp/kibana" }
  }
}
END
TF_CLI_CONFIG_FILE=$folder/cli.tfrc "$terraform" -chdir="$folder" providers schema -json >"$folder/schemas.json"
go run github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@v0.25.0 validate \
    --provider-dir "$root" --provider-name terraform-provider-kibana --providers-schema "$folder/schemas.json"
