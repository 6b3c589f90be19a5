#!/bin/sh
# A connector's life, shown: builds the provider and the emulated Kibana, and runs the real terraform on examples/quickstart.
# Everything happens in a temporary folder, and nothing is left running.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
terraform=${TERRAFORM:-terraform}
sh "$root/tests/terraform.sh"

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
folder=$(mktemp -d)
kibana=
finish() {
    [ -z "$kibana" ] || kill "$kibana" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

say "Building the provider and the emulated Kibana"
(cd "$root" && cargo build --release --locked --package terraform-provider-kibana --package kibana-emulator --bins)
built=$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}" && pwd)/release

say "Starting the emulated Kibana"
"$built/kibana-emulator" --api-key demo-key >"$folder/address" &
kibana=$!
until [ -s "$folder/address" ]; do
    kill -0 "$kibana" 2>/dev/null || { echo "It did not start." >&2; exit 1; }
    sleep 0.1
done
KIBANA_ENDPOINT=$(cat "$folder/address")
KIBANA_API_KEY=demo-key
export KIBANA_ENDPOINT KIBANA_API_KEY
echo "It answers at $KIBANA_ENDPOINT, takes one API key, and holds nothing yet."

say "Installing the provider into a local mirror"
sh "$root/tests/demo/install.sh" "$folder/mirror"
cat >"$folder/cli.tfrc" <<END
provider_installation {
  filesystem_mirror { path = "$folder/mirror" }
}
END
TF_CLI_CONFIG_FILE=$folder/cli.tfrc
TF_IN_AUTOMATION=1
CHECKPOINT_DISABLE=1
TF_VAR_smtp_password=correct-horse
export TF_CLI_CONFIG_FILE TF_IN_AUTOMATION CHECKPOINT_DISABLE TF_VAR_smtp_password
mkdir "$folder/quickstart"
cp "$root"/examples/quickstart/*.tf "$folder/quickstart"
cd "$folder/quickstart"

holds() {
    printf '\nWhat Kibana holds now, as `terraform-provider-kibana export` reads it; Kibana never shows secrets:\n\n'
    "$built/terraform-provider-kibana" export
}

say "terraform init: finds the provider in the mirror"
"$terraform" init -no-color -input=false

say "terraform apply: creates four connectors, one request each"
"$terraform" apply -no-color -input=false -auto-approve
holds

say "terraform plan: nothing to do, although Kibana filled in defaults of its own"
"$terraform" plan -no-color -input=false -detailed-exitcode

say "terraform apply with another mail port: updated in place, secrets sent along since Kibana keeps only what an update holds"
"$terraform" apply -no-color -input=false -auto-approve -var mail_port=2525
holds

say "Forgetting the alert history connector and importing it again by its ID: then there is nothing to do"
id=$("$terraform" output -json connector_ids | sed -E 's/.*"history":"([^"]*)".*/\1/')
"$terraform" state rm kibana_connector.history
"$terraform" import -no-color -input=false -var mail_port=2525 kibana_connector.history "$id"
"$terraform" plan -no-color -input=false -detailed-exitcode -var mail_port=2525

say "A mistake: port 0. It is found in the plan, at its line, and Kibana is not asked"
if "$terraform" plan -no-color -input=false -refresh=false -var mail_port=0; then
    echo "The mistake was not found." >&2
    exit 1
fi

say "terraform destroy: everything goes"
"$terraform" destroy -no-color -input=false -auto-approve
[ -z "$("$built/terraform-provider-kibana" export 2>/dev/null | grep '^resource')" ] || { echo "Something is left." >&2; exit 1; }
echo
echo "Kibana holds nothing any more, and nothing is left running. That was a connector's life."
