#!/bin/sh
# Installs the release provider where terraform and tofu of this user look for local providers.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
built=$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}" && pwd)/release
version=$("$built/terraform-provider-kibana" -version | sed "s/.* //; s/^v//")
case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) echo "install: unknown system $(uname -s)" >&2; exit 1 ;; esac
case $(uname -m) in x86_64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) echo "install: unknown machine $(uname -m)" >&2; exit 1 ;; esac
for host in registry.terraform.io registry.opentofu.org; do
    folder=${1:-$HOME/.terraform.d/plugins}/$host/kibana-rs/kibana/$version/${os}_$arch
    mkdir -p "$folder"
    # Not written over: a system may refuse that while the program runs, or refuse to run it afterwards.
    rm -f "$folder/terraform-provider-kibana_v$version"
    cp "$built/terraform-provider-kibana" "$folder/terraform-provider-kibana_v$version"
done
[ $# -gt 0 ] || echo "Installed version $version for terraform and tofu in $HOME/.terraform.d/plugins."
