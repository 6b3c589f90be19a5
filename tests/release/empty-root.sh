#!/bin/sh
# Runs a static provider in an empty root file system: no C library, no certificates, no resolver configuration, nothing
# but the program and a folder for temporary files. From there it creates and destroys a connector in an emulated Kibana,
# for the real terraform outside. Usage: empty-root.sh PROVIDER EMULATOR
set -eu
provider=$1
emulator=$2
terraform=${TERRAFORM:-terraform}

# Who may change the root: root itself, or anybody where the system lets users make namespaces.
if [ "$(id -u)" = 0 ]; then
    enter=chroot
elif unshare --map-root-user true 2>/dev/null; then
    enter="unshare --map-root-user chroot"
else
    echo "empty-root: this needs root, or a system on which users may make namespaces" >&2
    exit 1
fi

folder=$(mktemp -d)
started=
cleanup() {
    for process in $started; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
mkdir -p "$folder/root/tmp" "$folder/module"
cp "$provider" "$folder/root/provider"

# The first line that starts so, once it is there.
line_of() {
    tries=0
    until line=$(grep -m 1 "^$2" "$1"); do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { echo "empty-root: no line starts with $2 in:" >&2; cat "$1" >&2; exit 1; }
        sleep 0.1
    done
    printf '%s\n' "$line"
}

"$emulator" >"$folder/emulator" 2>&1 &
started="$started $!"
endpoint=$(line_of "$folder/emulator" ".*http://")
endpoint=$(printf '%s' "$endpoint" | grep -o 'http://127.0.0.1:[0-9]*' | head -n 1)

env -i PATH="$PATH" KIBANA_ENDPOINT="$endpoint" $enter "$folder/root" /provider -debug >"$folder/provider" 2>&1 &
started="$started $!"
# The socket's path is the provider's own; from outside there is a folder in front of it.
case $("$terraform" version) in OpenTofu*) registry=registry.opentofu.org ;; *) registry=registry.terraform.io ;; esac
reattach=$(line_of "$folder/provider" "TF_REATTACH_PROVIDERS='{\"$registry")
reattach=$(printf '%s' "$reattach" | sed "s/^TF_REATTACH_PROVIDERS='//; s/'\$//")
TF_REATTACH_PROVIDERS=$(printf '%s' "$reattach" | sed "s|/tmp/plugin-|$folder/root/tmp/plugin-|")
export TF_REATTACH_PROVIDERS CHECKPOINT_DISABLE=1

cat >"$folder/module/main.tf" <<'TERRAFORM'
terraform {
  required_providers {
    kibana = { source = "kibana-rs/kibana" }
  }
}

resource "kibana_connector" "log" {
  name = "from an empty root"
  server_log {}
}
TERRAFORM
cd "$folder/module"
"$terraform" apply -auto-approve -no-color
"$terraform" plan -detailed-exitcode -no-color >/dev/null
"$terraform" destroy -auto-approve -no-color
echo "The static provider runs in an empty root file system."
